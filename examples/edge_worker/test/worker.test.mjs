// The worker under the real workerd, on the loopback address.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";

const NOW = 1_510_000_000_000;
const MILK = { item_category2: "FLUID MILK PRODUCTS", item_category3: "FLUID MILK WHITE ONLY", price: 2 };
const QUESTION = { item: MILK, currency: "USD", now_ms: NOW, seed: 7 };

let worker;
let address;
before(async () => {
  const read = (path) => readFileSync(fileURLToPath(new URL(path, import.meta.url)));
  const packed = (name) => read(`../node_modules/skonto/dist/${name}`);
  worker = new Miniflare({
    host: "127.0.0.1",
    compatibilityDate: "2026-07-30",
    // wrangler would resolve these names; here each is said by hand.
    modules: [
      { type: "ESModule", path: "worker.js", contents: read("../src/worker.js") },
      { type: "ESModule", path: "request.js", contents: read("../src/request.js") },
      { type: "ESModule", path: "skonto/edge", contents: packed("edge-workerd.js") },
      { type: "CompiledWasm", path: "skonto/edge.wasm", contents: packed("edge.wasm") },
    ],
  });
  address = new URL("/decide", await worker.ready);
});
after(() => worker.dispose());

const ask = (body, headers = {}) => fetch(address, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });

test("decides", async () => {
  const response = await ask(QUESTION);
  const decision = await response.json();
  assert.equal(response.status, 200);
  assert.equal(decision.list_minor, 200);
  assert.equal(decision.price_minor + decision.discount_minor, 200);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("server-timing"), `skonto;desc="arm=${decision.arm} model=${decision.model_version}"`);
});

test("decides_the_same_for_the_same_question", async () => {
  const [first, second] = await Promise.all([ask(QUESTION), ask(QUESTION)]);
  assert.deepEqual(await first.json(), await second.json());
});

test("counts_the_events_that_come_along", async () => {
  const items = [{ ...MILK, price: 1.5, discount: 0.5, quantity: 1 }];
  const event = { name: "purchase", timestamp_ms: NOW - 86_400_000, params: { transaction_id: "1", currency: "USD", items } };
  const decision = await (await ask({ ...QUESTION, events: [event], explain: true })).json();
  assert.equal(decision.refused_events, 0);
  assert.ok(decision.explanation.contributions.length > 0);
});

test("does_not_personalise_under_global_privacy_control", async () => {
  const optedOut = await (await ask({ ...QUESTION, personalised: true }, { "Sec-GPC": "1" })).json();
  const impersonal = await (await ask({ ...QUESTION, personalised: false })).json();
  assert.deepEqual(optedOut, impersonal);
});

for (const body of ["", "{", "null", "5", "[]", "\ud800", "\0"]) {
  test(`refuses_${JSON.stringify(body)}_as_no_question`, async () => {
    const response = await ask(body);
    assert.equal(response.status, 400);
    assert.equal((await response.json()).error.code, "BAD_JSON");
  });
}

for (const question of [{}, { item: null }, { item: { price: "much" } }, { ...QUESTION, profile: "§" }, { ...QUESTION, events: 5 }]) {
  test(`answers_the_base_price_and_a_reason_to_${JSON.stringify(question).slice(0, 40)}`, async () => {
    const response = await ask(question);
    const decision = await response.json();
    assert.equal(response.status, 200);
    assert.ok(decision.reason);
    assert.equal(decision.price_minor + decision.discount_minor, decision.list_minor);
  });
}

test("refuses_a_body_over_the_limit_with_and_without_a_length", async () => {
  const large = JSON.stringify({ ...QUESTION, padding: "x".repeat(200_000) });
  const streamed = () => new Blob([large]).stream();
  const responses = [await ask(large), await fetch(address, { method: "POST", body: streamed(), duplex: "half" })];
  for (const response of responses) {
    assert.equal(response.status, 413);
    assert.equal((await response.json()).error.code, "TOO_LARGE");
  }
});

test("refuses_other_methods_and_paths", async () => {
  const read = await fetch(address);
  assert.deepEqual([read.status, read.headers.get("allow")], [405, "POST"]);
  assert.equal((await fetch(new URL("/other", address))).status, 404);
});
