// Histories that use every feature, through the package as a shop uses it. Runs in every engine. What is asked and
// what must come out is written by the crate's tests, tests/replay/borders.rs.

const hexToBytes = (hex) => Uint8Array.from(hex.match(/../g), (digits) => parseInt(digits, 16));

/** The numbers of all decisions through `createSkonto`, in the order of `Decision::numbers` in the crate. */
export async function replayOnPage(createSkonto, options, histories, codes) {
  const rows = [];
  for (const history of histories) rows.push(...(await pageRows(createSkonto, options, history, codes)));
  return flat(rows);
}

/** The same through an edge engine, which is told the whole history with every question. */
export function replayOnEdge(edge, histories, codes) {
  return flat(histories.flatMap((history) => history.steps.map((_, index) => edgeRow(edge, history, index, codes))));
}

/** The reasons and verdicts by number, from the page build. */
export function codesOf({ page }) {
  const all = (kind) => {
    const codes = [];
    while (page.text(kind, codes.length, 0)) codes.push(page.text(kind, codes.length, 0));
    return codes;
  };
  return { reasons: all(7), verdicts: all(8) };
}

async function pageRows(createSkonto, options, { cut, stored, steps }, codes) {
  const at = { step: steps[0], kept: undefined };
  const open = () => createSkonto({
    ...options, consent: { storage: true, learn: true }, storage: storeOf(at), clock: () => at.step.now_ms, seed: () => at.step.seed,
  });
  let skonto = await open();
  const rows = [];
  for (const [index, step] of steps.entries()) {
    if (index === cut) {
      const { bytes } = skonto.profile();
      if (bytes.join() !== hexToBytes(stored).join()) throw new Error("the stored profile is not the native one");
      skonto.destroy();
      at.kept = bytes;
      skonto = await open();
    }
    at.step = step;
    const { taken, reason } = skonto.observe(step.event);
    if (taken !== step.taken) throw new Error(`step ${index} was ${taken ? "taken" : `refused: ${reason}`}`);
    const { item, attributes } = step;
    rows.push(pageRow(skonto.decide({ item, attributes, currency: "EUR" }), codes));
  }
  skonto.destroy();
  return rows;
}

function storeOf(at) {
  return { get: async (key) => (key === "profile" ? at.kept : undefined), set: async () => {}, delete: async () => {} };
}

function pageRow({ arm, discountMinor, priceMinor, reason, arms, refusedAttributes }, { reasons, verdicts }) {
  if (refusedAttributes !== 0) throw new Error(`${refusedAttributes} attributes were refused`);
  const records = arms.flatMap(({ verdict, propensity, probability, gainMinor, costMinor, score }) =>
    [verdicts.indexOf(verdict), propensity, probability, gainMinor, costMinor, score]);
  return [arms.findIndex((each) => each.arm === arm), discountMinor, priceMinor, reasons.indexOf(reason), ...records];
}

function edgeRow(edge, { cut, stored, steps }, index, { verdicts }) {
  const isAfter = cut !== null && index >= cut;
  const told = steps.slice(isAfter ? cut : 0, index + 1);
  const { item, attributes, now_ms, seed } = steps[index];
  const profile = isAfter ? hexToBytes(stored) : undefined;
  const events = told.map(({ event }) => event);
  const decision = edge.decide({ profile, events, item, attributes, currency: "EUR", now_ms, seed });
  const { arm_index, discount_minor, price_minor, reason_number, arms, refused_events, refused_attributes } = decision;
  const refused = told.filter(({ taken }) => !taken).length;
  if (refused_events !== refused) throw new Error(`${refused_events} events were refused instead of ${refused}`);
  if (refused_attributes !== 0) throw new Error(`${refused_attributes} attributes were refused`);
  const records = arms.flatMap(({ verdict, propensity, probability, gain_minor, cost_minor, score }) =>
    [verdicts.indexOf(verdict), propensity, probability, gain_minor, cost_minor, score]);
  return [arm_index, discount_minor, price_minor, reason_number, ...records];
}

function flat(rows) {
  const numbers = new Float64Array(rows.length * rows[0].length);
  rows.forEach((row, index) => numbers.set(row, index * row.length));
  return numbers;
}
