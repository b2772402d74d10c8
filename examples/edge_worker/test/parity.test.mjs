// The first thousand real cases as a shop asks them, by POST /decide to the worker under workerd: JSON must not
// cost a bit. The rest, and the other engines, are the npm package's parity test.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Miniflare } from "miniflare";
import { readCases } from "../../../pkg/test/parity/cases.mjs";
import { decideOnEdge } from "../../../pkg/test/parity/edge.mjs";
import { missing, moduleOf, read, readBuffer, readExpected, readReference } from "../../../pkg/test/parity/files.mjs";
import { openPage, vocabulary } from "../../../pkg/test/parity/page.mjs";
import { difference, summarise } from "../../../pkg/test/parity/verdict.mjs";

const CASES = 1_000; // one chunk
const AT_ONCE = 16;

if (missing) console.error(`\n*** PARITY NOT TESTED: out/${missing} is missing; run tools/train ***\n`);

test("answers_real_cases_over_http_as_natively", { skip: missing ? "no parity cases" : false }, async (t) => {
  const expected = readExpected();
  const { groups, verdicts } = vocabulary(openPage(moduleOf("page"), read("out/model.skonto")));
  const cases = readCases(readBuffer("out/parity/cases.bin")).slice(0, CASES);
  const answers = await askAll(await openWorker(t), cases, groups);
  const replay = { decide: () => answers.shift() };
  const summary = await summarise(decideOnEdge(replay, cases, { groups, verdicts }), cases.length, expected);
  // Only this chunk was asked for, so only this chunk is compared.
  const wanted = { ...expected, cases: CASES, arms: summary.arms, sha256: summary.sha256, chunks: [expected.chunks[0]] };
  assert.equal(difference(summary, wanted, readReference(expected)), "");
});

async function openWorker(t) {
  const packed = (name) => read(`pkg/dist/${name}`);
  const worker = new Miniflare({
    host: "127.0.0.1",
    compatibilityDate: "2026-07-30",
    modules: [
      { type: "ESModule", path: "worker.js", contents: read("examples/edge_worker/src/worker.js") },
      { type: "ESModule", path: "request.js", contents: read("examples/edge_worker/src/request.js") },
      { type: "ESModule", path: "skonto/edge", contents: packed("edge-workerd.js") },
      { type: "CompiledWasm", path: "skonto/edge.wasm", contents: packed("edge.wasm") },
    ],
  });
  t.after(() => worker.dispose());
  return new URL("/decide", await worker.ready);
}

async function askAll(address, cases, groups) {
  const answers = [];
  for (let start = 0; start < cases.length; start += AT_ONCE) {
    const asked = cases.slice(start, start + AT_ONCE).map((each) => ask(address, each, groups));
    answers.push(...(await Promise.all(asked)));
  }
  return answers;
}

async function ask(address, { profile, group, price, now, seed }, groups) {
  const item = { ...groups[group], price: price / 100 };
  const question = { profile: Buffer.from(profile).toString("base64"), item, currency: "USD", now_ms: now * 1000, seed };
  const response = await fetch(address, { method: "POST", body: JSON.stringify(question) });
  assert.equal(response.status, 200);
  return response.json();
}
