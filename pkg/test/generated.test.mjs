// Generated cases get the bits that the native engine gives them. The forest and the hashes are written by the crate's tests,
// tests/parity.rs; `make bench ONLY=serving` asks a million cases, in every engine there is.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { openBrowser } from "./parity/chromium.mjs";
import { missing, moduleOf, read, readBuffer } from "./parity/files.mjs";
import { Draws } from "./parity/generated/draws.mjs";
import { Hash } from "./parity/generated/hash.mjs";
import { hashForest, hashGrocery } from "./parity/generated/run.mjs";

const FOLDER = "out/generated";
const TOGETHER = 100;

function skipped(model) {
  if (existsSync(new URL(`../../${FOLDER}/${model}.json`, import.meta.url))) return false;
  console.error(`\n*** PARITY OF GENERATED CASES NOT TESTED: ${FOLDER}/${model}.json is missing; run cargo test ***\n`);
  return `no generated cases of the ${model} model`;
}

const skip = skipped("forest");
const expected = (model) => ({ chunk: TOGETHER, ...JSON.parse(read(`${FOLDER}/${model}.json`)) });

test("decides_generated_cases_of_a_forest_in_node_as_natively", { skip }, () => {
  const asked = expected("forest");
  assert.deepEqual(hashForest(moduleOf("page"), read(`${FOLDER}/forest.skonto`), asked), asked.hashes);
});

test("decides_generated_cases_of_a_trained_model_in_node_as_natively", { skip: missing ?? skipped("grocery") }, () => {
  const asked = expected("grocery");
  const recorded = readBuffer("out/parity/cases.bin");
  assert.deepEqual(hashGrocery(moduleOf("page"), read("out/model.skonto"), recorded, asked), asked.hashes);
});

test("decides_generated_cases_of_a_forest_in_chromium_as_natively", { skip }, async (t) => {
  const asked = expected("forest");
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await browser.visit();
  assert.deepEqual(await page.evaluate(`(async () => {
    const load = (path) => fetch(path).then((response) => response.arrayBuffer());
    const { hashForest } = await import("/pkg/test/parity/generated/run.mjs");
    const module = await WebAssembly.compile(await load("/pkg/wasm/page/skonto_page_bg.wasm"));
    return hashForest(module, new Uint8Array(await load("/${FOLDER}/forest.skonto")), ${JSON.stringify(asked)});
  })()`), asked.hashes);
});

test("notices_one_bit_of_a_million_words", () => {
  const words = new Uint32Array(1_000_000);
  const hash = () => {
    const hash = new Hash();
    hash.words(words, 0, words.length);
    return hash.text();
  };
  const draws = new Draws(0, 0);
  words.forEach((_, at) => { words[at] = draws.draw(); });
  const before = hash();
  words[0] ^= 1 << 31;
  const after = hash();
  for (const lane of [0, 8]) assert.notEqual(after.slice(lane, lane + 8), before.slice(lane, lane + 8));
});
