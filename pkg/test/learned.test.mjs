// Models of every kind decide held-out rows through both borders as natively, to the last bit, and give grounds that
// add up: weighted sums, vector machines, trees, forests, boosted trees, and a scorer per arm learnt from an experiment or a log,
// without and with prices of budgets, while they hold and after they have expired.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { createEdge } from "../dist/edge-node.js";
import { createSkonto } from "../dist/cart-node.js";
import { moduleOf, read } from "./parity/files.mjs";

const FOLDER = "out/learned";
const KINDS = ["budget", "experiment", "log", "logistic", "linear_svm", "kernel_svm", "tree", "forest", "boosted"];
const isThere = existsSync(new URL(`../../${FOLDER}/${KINDS.at(-1)}/cases.json`, import.meta.url));
if (!isThere) console.error(`\n*** LEARNED MODELS NOT TESTED: ${FOLDER} is missing; run cargo test ***\n`);
const skip = isThere ? false : "no models";

const model = (kind) => Uint8Array.from(read(`${FOLDER}/${kind}/model.skonto`));
const recorded = (kind) => JSON.parse(read(`${FOLDER}/${kind}/cases.json`));
const known = ({ arm, price_minor, reason, scores }) => [arm, price_minor, reason, ...scores];

for (const kind of KINDS) {
  test(`decides_by_a_${kind}_in_node_as_natively`, { skip }, async () => {
    const { now_ms, currency, cases } = recorded(kind);
    const wasm = moduleOf("cart");
    let now = now_ms;
    const skonto = await createSkonto({ model: model(kind), wasm, clock: () => now, seed: () => 0, storage: null });
    for (const asked of cases) {
      now = asked.now_ms ?? now_ms;
      const told = skonto.explain({ item: { price: asked.list_minor / 100 }, attributes: asked.attributes, currency });
      assert.deepEqual([told.arm, told.priceMinor, told.reason, ...told.arms.map((arm) => arm.score)], known(asked));
      const sum = told.contributions.reduce((sum, part) => sum + part.contribution, 0);
      assert.equal(sum, told.arms.find((arm) => arm.arm === told.arm).score);
      const parts = told.contributions.map(({ contribution, costMinor }) => [contribution, costMinor]);
      if (asked.contributions) assert.deepEqual(parts, asked.contributions);
    }
    assert.ok(cases[0].contributions.length > 0);
    skonto.destroy();
  });

  test(`decides_by_a_${kind}_on_the_edge_as_natively`, { skip }, () => {
    const { now_ms, currency, cases } = recorded(kind);
    const edge = createEdge({ model: model(kind) });
    for (const { attributes, list_minor, now_ms: own_ms, ...rest } of cases) {
      const now = own_ms ?? now_ms;
      const told = edge.decide({ item: { price: list_minor / 100 }, attributes, currency, now_ms: now, seed: 0 });
      assert.deepEqual([told.arm, told.price_minor, told.reason, ...told.arms.map((arm) => arm.score)], known(rest));
    }
  });
}
