// A model that looks at everything decides through both borders as natively: items, brands, searches, names,
// attributes, sessions, the cart, clusters and rules, also when the profile is stored and read again half way.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { createEdge } from "../dist/edge-node.js";
import { createSkonto } from "../dist/cart-node.js";
import { openBrowser } from "./parity/chromium.mjs";
import { codesOf, replayOnEdge, replayOnPage } from "./parity/everything.mjs";
import { moduleOf, read, readBuffer } from "./parity/files.mjs";
import { openPage } from "./parity/page.mjs";
import { difference, summarise } from "./parity/verdict.mjs";

const FOLDER = "out/everything";
const isThere = existsSync(new URL(`../../${FOLDER}/expected.json`, import.meta.url));
if (!isThere) console.error(`\n*** PARITY OF EVERY FEATURE NOT TESTED: ${FOLDER} is missing; run cargo test ***\n`);
const skip = isThere ? false : "no histories";

const model = () => Uint8Array.from(read(`${FOLDER}/model.skonto`));
const histories = () => JSON.parse(read(`${FOLDER}/histories.json`));
const expected = () => JSON.parse(read(`${FOLDER}/expected.json`));
const codes = () => codesOf(openPage(moduleOf("cart"), model()));

function agrees(summary) {
  assert.equal(difference(summary, expected(), new Float64Array(readBuffer(`${FOLDER}/numbers.bin`))), "");
}

test("decides_with_every_feature_in_node_as_natively", { skip }, async () => {
  const numbers = await replayOnPage(createSkonto, { model: model(), wasm: moduleOf("cart") }, histories(), codes());
  agrees(await summarise(numbers, expected().cases, expected()));
});

test("decides_with_every_feature_in_chromium_as_natively", { skip }, async (t) => {
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await browser.visit();
  agrees(await page.evaluate(`(async () => {
    const load = (path) => fetch(path).then((response) => response.arrayBuffer());
    const [{ createSkonto }, { codesOf, replayOnPage }, { openPage }, { summarise }] = await Promise.all([
      import("/pkg/dist/cart-browser.js"),
      import("/pkg/test/parity/everything.mjs"), import("/pkg/test/parity/page.mjs"), import("/pkg/test/parity/verdict.mjs")]);
    const wasm = await WebAssembly.compile(await load("/pkg/dist/cart.wasm"));
    const model = new Uint8Array(await load("/${FOLDER}/model.skonto"));
    const [histories, expected] = await Promise.all(["histories", "expected"].map((name) =>
      fetch("/${FOLDER}/" + name + ".json").then((response) => response.json())));
    const numbers = await replayOnPage(createSkonto, { model, wasm }, histories, codesOf(openPage(wasm, model)));
    return summarise(numbers, expected.cases, expected);
  })()`));
});

test("decides_with_every_feature_on_the_edge_as_natively", { skip }, async () => {
  const edge = createEdge({ model: model() });
  agrees(await summarise(replayOnEdge(edge, histories(), codes()), expected().cases, expected()));
});
