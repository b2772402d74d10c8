// Decides in Node what was decided natively: held-out cases, through the npm package.
//   node examples/decide.mjs out
// `out` holds model.skonto and cases.json, as `skonto train` or `skonto budget` wrote them. A case may name its moment, its
// item and the history told before it. Fails where one decision differs in one bit.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createSkonto } from "../pkg/dist/cart-node.js";

const folder = resolve(process.argv[2] ?? "out");
const model = new Uint8Array(await readFile(`${folder}/model.skonto`));
const { now_ms, currency, histories = [[]], cases } = JSON.parse(await readFile(`${folder}/cases.json`, "utf8"));
const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;

const ask = ({ attributes, item, list_minor }) => ({ item: { ...item, price: list_minor / 10 ** digits }, attributes, currency });
const isOffer = (known) => known.arm !== "none";

let shown;
for (const [number, events] of histories.entries()) {
  const asked = cases.filter(({ history = 0 }) => history === number);
  let now = asked[0]?.now_ms ?? now_ms;
  const skonto = await createSkonto({ model, clock: () => now, seed: () => 0, storage: null, consent: { learn: true } });
  for (const event of events) assert.ok(skonto.observe(event).taken, `refused: ${JSON.stringify(event)}`);
  for (const known of asked) {
    now = known.now_ms ?? now_ms;
    const decision = skonto.decide(ask(known));
    assert.deepEqual(
      [decision.arm, decision.priceMinor, decision.reason, ...decision.arms.map((arm) => arm.score)],
      [known.arm, known.price_minor, known.reason, ...known.scores],
    );
    if (shown === undefined || (isOffer(known) && !isOffer(shown.known))) shown = { known, told: skonto.explain(ask(known)) };
  }
  skonto.destroy();
}

if (shown) {
  const { known, told } = shown;
  console.log("For", JSON.stringify(known.attributes ?? known.item));
  console.log(`the offer is ${told.arm}: ${told.priceMinor / 10 ** digits} instead of ${told.listMinor / 10 ** digits}`);
  console.log(told.reasonText);
  const largest = told.contributions.toSorted((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution));
  for (const { feature, contribution } of largest.slice(0, 4)) console.log(contribution.toFixed(3).padStart(8), feature);
}
console.log(`${cases.length} decisions in Node, each to the bits of the native one`);
