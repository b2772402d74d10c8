// Real cases get bit-identical scores and the same decisions in every engine. Training recorded the cases and the
// hashes of what the native engine decides; tests/parity.rs in the crate holds the native engine to them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readCases } from "./parity/cases.mjs";
import { openBrowser } from "./parity/chromium.mjs";
import { decideOnEdge, openEdge } from "./parity/edge.mjs";
import { missing, moduleOf, read, readBuffer, readExpected, readReference } from "./parity/files.mjs";
import { decideOnPage, openPage, vocabulary } from "./parity/page.mjs";
import { difference, summarise } from "./parity/verdict.mjs";
import { openWorker } from "./parity/workerd.mjs";
import * as edgeGlue from "../wasm/edge/skonto_edge.js";

if (missing) console.error(`\n*** PARITY NOT TESTED: out/${missing} is missing; run tools/train ***\n`);
const skip = missing ? "no parity cases" : false;
const expected = missing ? undefined : readExpected();

// The same model in every engine, and never the bundled one: a stale build must not pass by being consistent.
const model = () => read("out/model.skonto");
const cases = () => readCases(readBuffer("out/parity/cases.bin"));

function agrees(summary) {
  assert.equal(difference(summary, expected, readReference(expected)), "");
}

test("has_at_least_ten_thousand_cases", { skip }, () => {
  assert.ok(expected.cases >= 10_000);
  assert.equal(cases().length, expected.cases);
});

test("decides_every_case_in_node_as_natively", { skip }, async () => {
  const numbers = decideOnPage(openPage(moduleOf("page"), model()), cases());
  agrees(await summarise(numbers, expected.cases, expected));
});

test("decides_every_case_in_node_with_the_edge_build_as_natively", { skip }, async () => {
  const words = vocabulary(openPage(moduleOf("page"), model()));
  const numbers = decideOnEdge(openEdge(edgeGlue, moduleOf("edge"), model()), cases(), words);
  agrees(await summarise(numbers, expected.cases, expected));
});

test("decides_every_case_in_chromium_as_natively", { skip }, async (t) => {
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await browser.visit();
  agrees(await page.evaluate(`(async () => {
    const load = (path) => fetch(path).then((response) => response.arrayBuffer());
    const [{ readCases }, { decideOnPage, openPage }, { summarise }] = await Promise.all([
      import("/pkg/test/parity/cases.mjs"),
      import("/pkg/test/parity/page.mjs"), import("/pkg/test/parity/verdict.mjs")]);
    const module = await WebAssembly.compile(await load("/pkg/wasm/page/skonto_page_bg.wasm"));
    const cases = readCases(await load("/out/parity/cases.bin"));
    const numbers = decideOnPage(openPage(module, new Uint8Array(await load("/out/model.skonto"))), cases);
    return summarise(numbers, cases.length, ${JSON.stringify(expected)});
  })()`));
});

test("decides_every_case_in_workerd_with_both_builds_as_natively", { skip }, async (t) => {
  const worker = openWorker(expected);
  t.after(() => worker.dispose());
  for (const build of ["page", "edge"]) {
    const question = { method: "POST", body: read("out/parity/cases.bin") };
    const response = await worker.dispatchFetch(`http://worker.test/${build}`, question);
    assert.equal(response.status, 200, build);
    agrees(await response.json());
  }
});

test("names_the_first_case_that_differs_by_one_bit", async () => {
  const [count, width] = [2_500, 10];
  const numbers = Float64Array.from({ length: count * width }, (_, at) => (at % width ? 0.1 * at : 0));
  const right = await summarise(numbers, count, { chunks: [], arms: [0] });
  assert.equal(difference({ ...right, first: -1 }, right), "");
  const flipped = numbers.slice();
  new Uint8Array(flipped.buffer)[8 * (1_234 * width + 7)] ^= 1;
  const wrong = await summarise(flipped, count, right);
  assert.match(difference(wrong, right, numbers), /^the first difference is in chunk 1, case 1234: number 7 is /);
  assert.match(difference(wrong, right), /^the first difference is in chunk 1 .*run cargo test/);
});

test("notices_a_case_too_few", async () => {
  const numbers = new Float64Array(30);
  const right = { ...(await summarise(numbers, 3, { chunks: [], arms: [0] })) };
  const fewer = await summarise(numbers.subarray(0, 20), 2, right);
  assert.notEqual(difference(fewer, right), "");
});
