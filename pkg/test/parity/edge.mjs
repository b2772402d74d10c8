// The cases through the edge build: class Edge, its numbers read from the objects it answers with.

/** An Edge with `model`. */
export function openEdge({ initSync, Edge }, module, model) {
  initSync({ module });
  return new Edge(model);
}

/** The numbers of all decisions, in the order of `Decision::numbers` in the crate. */
export function decideOnEdge(edge, cases, { groups, verdicts }) {
  const rows = cases.map(({ profile, group, price, now, seed }) => {
    const item = { ...groups[group], price: price / 100 };
    return numbersOf(edge.decide({ profile, item, now_ms: now * 1000, seed }), verdicts);
  });
  const numbers = new Float64Array(rows[0].length * rows.length);
  rows.forEach((row, index) => numbers.set(row, row.length * index));
  return numbers;
}

function numbersOf({ arm_index, discount_minor, price_minor, reason_number, arms }, verdicts) {
  const records = arms.flatMap(({ verdict, propensity, probability, gain_minor, cost_minor, score }) =>
    [verdicts.indexOf(verdict), propensity, probability, gain_minor, cost_minor, score]);
  return [arm_index, discount_minor, price_minor, reason_number, ...records];
}
