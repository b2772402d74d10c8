// Decides in Node what `skonto train` decided natively: held-out rows of a table, through the npm package.
//   node examples/decide.mjs out
// `out` holds model.skonto and cases.json, as `skonto train` wrote them. Fails where one decision differs in one bit.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createSkonto } from "../pkg/dist/node.js";

const folder = resolve(process.argv[2] ?? "out");
const model = new Uint8Array(await readFile(`${folder}/model.skonto`));
const { now_ms, currency, cases } = JSON.parse(await readFile(`${folder}/cases.json`, "utf8"));
const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
const skonto = await createSkonto({ model, clock: () => now_ms, seed: () => 0, storage: null });

const ask = ({ attributes, list_minor }) => ({ item: { price: list_minor / 10 ** digits }, attributes, currency });
for (const known of cases) {
  const decision = skonto.decide(ask(known));
  assert.deepEqual(
    [decision.arm, decision.priceMinor, decision.reason, ...decision.arms.map((arm) => arm.score)],
    [known.arm, known.price_minor, known.reason, ...known.scores],
  );
}

const shown = cases.find((known) => known.arm !== "none") ?? cases[0];
if (shown) {
  const told = skonto.explain(ask(shown));
  console.log("For", JSON.stringify(shown.attributes));
  console.log(`the offer is ${told.arm}: ${told.priceMinor / 10 ** digits} instead of ${told.listMinor / 10 ** digits}`);
  console.log(told.reasonText);
  const largest = told.contributions.toSorted((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution));
  for (const { feature, contribution } of largest.slice(0, 4)) console.log(contribution.toFixed(3).padStart(8), feature);
}
console.log(`${cases.length} decisions in Node, each to the bits of the native one`);
skonto.destroy();
