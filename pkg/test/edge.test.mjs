// The edge build: objects in, objects out, and never an exception after it was made.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { createEdge } from "../dist/edge-node.js";
import * as slim from "../dist/edge-slim.js";
import { armTraps, MILK, NOW, purchase } from "./support.mjs";

const request = { item: MILK, currency: "USD", now_ms: NOW, seed: 7 };

test("decides_for_a_request", () => {
  const edge = createEdge();
  const decision = edge.decide({ ...request, events: [purchase("1")], explain: true });
  assert.equal(decision.list_minor, 200);
  assert.equal(decision.price_minor + decision.discount_minor, 200);
  assert.equal(decision.model_version, edge.modelVersion);
  edge.free();
});

test("decides_the_same_one_by_one_and_together", () => {
  const edge = createEdge();
  const requests = [request, { ...request, seed: 8 }, { ...request, item: {} }];
  assert.deepEqual(edge.decideAll(requests), requests.map((each) => edge.decide(each)));
});

test("decides_base_price_for_whatever_it_is_given", () => {
  const edge = createEdge();
  const throwing = { get item() { throw new Error("no"); } };
  for (const bad of [undefined, null, 5, "x", Symbol("s"), 1n, [], {}, { item: null }, throwing, { ...request, item: 1 }]) {
    const decision = edge.decide(bad);
    assert.equal(decision.arm, "none");
    assert.equal(decision.discount_minor, 0);
    assert.ok(decision.reason);
  }
  assert.deepEqual(edge.decideAll(null), []);
  assert.equal(edge.decide(request).list_minor, 200);
});

test("says_what_of_a_request_it_could_not_use", () => {
  const events = [{ name: "buy", timestamp_ms: 1e12 }, { name: "view_cart", timestamp_ms: 1e12 }];
  const edge = createEdge();
  const decision = edge.decide({ ...request, profile: new Uint8Array(40), events });
  assert.equal(decision.profile_refused, true);
  assert.equal(decision.refused_events, 1);
  assert.equal(edge.decide(request).profile_refused, false);
});

test("survives_a_trap", (t) => {
  const { arm } = armTraps(t);
  const edge = createEdge();
  const before = edge.decide(request);
  arm("edge_decide");
  const during = edge.decide(request);
  assert.deepEqual([during.arm, during.price_minor, during.reason], ["none", 200, "ENGINE_FAILED"]);
  assert.deepEqual(edge.decide(request), before);
});

test("decides_base_price_after_free", () => {
  const edge = createEdge();
  edge.free();
  edge.free();
  assert.equal(edge.decide(request).price_minor, 200);
});

test("says_why_it_cannot_be_made", async () => {
  assert.throws(() => createEdge({ model: Uint8Array.of(1, 2) }), { name: "SkontoError", code: "MODEL_REFUSED" });
  assert.throws(() => createEdge({ wasm: Uint8Array.of(1, 2) }), { name: "SkontoError", code: "WASM_INVALID" });
  assert.throws(() => slim.createEdge(), { name: "SkontoError", code: "WASM_MISSING" });
  const wasm = await readFile(new URL("../dist/edge.wasm", import.meta.url));
  assert.equal(slim.createEdge({ wasm }).decide(request).list_minor, 200);
});
