// The package keeps its views of the engine's memory; memory that grows takes them away.

import assert from "node:assert/strict";
import { test } from "node:test";
import { learnerOf, MILK, NOW, purchase, settle } from "./support.mjs";

/** While the test runs, makes every later instance's memory grow before each call of the border, and counts how often. */
function growAtEachCall(t) {
  const Instance = WebAssembly.Instance;
  const told = { grown: 0 };
  WebAssembly.Instance = function (module, imports) {
    const { exports } = new Instance(module, imports);
    const call = (...numbers) => {
      exports.memory.grow(1);
      told.grown += 1;
      return exports.call(...numbers);
    };
    return { exports: { ...exports, call } };
  };
  t.after(() => (WebAssembly.Instance = Instance));
  return told;
}

// What an engine says after it was told of two purchases and a search.
async function told(t) {
  const skonto = await learnerOf(t);
  const events = [purchase("1", 3), purchase("2", 1), { name: "search", params: { search_term: "milk" } }];
  const results = events.map((event) => skonto.observe(event));
  await settle();
  return [results, skonto.decide({ item: MILK }), skonto.explain({ item: MILK }), skonto.profile()];
}

test("says_the_same_when_memory_grows_at_every_call", async (t) => {
  const still = await told(t);
  const memory = growAtEachCall(t);
  assert.deepEqual(await told(t), still);
  assert.ok(memory.grown > 20);
});

test("an_earlier_answer_stands_when_the_next_one_is_given", async (t) => {
  const skonto = await learnerOf(t);
  const before = skonto.profile();
  const copy = structuredClone(before);
  skonto.observe(purchase("1"));
  assert.notDeepEqual(skonto.profile(), copy);
  assert.deepEqual(before, copy);
});

test("takes_more_lines_than_the_input_block_holds", async (t) => {
  for (const count of [1, 73, 74, 200]) {
    const skonto = await learnerOf(t);
    const items = Array.from({ length: count }, () => ({ ...MILK, price: 1.5, discount: 0.5 }));
    const params = { transaction_id: "1", currency: "USD", items };
    assert.deepEqual(skonto.observe({ name: "purchase", params, timestamp_ms: NOW }), { taken: true });
    // Each line bought on offer counts.
    assert.equal(skonto.profile().groups[0].deals, count);
  }
});

test("asks_an_event_for_its_length_once", async (t) => {
  const skonto = await learnerOf(t);
  let asked = 0;
  const get = (items, key) => (key === "length" && (asked += 1) > 1 ? 1e9 : items[key]);
  const items = new Proxy([MILK], { get });
  assert.deepEqual(skonto.observe({ name: "view_item", params: { items } }), { taken: true });
});

test("tells_transactions_apart_in_any_script", async (t) => {
  const skonto = await learnerOf(t);
  const taken = (id) => skonto.observe(purchase(id, 0)).taken;
  for (const id of ["注文1", "注文2", "é", "e", "\u{1f95b}"]) {
    assert.ok(taken(id), id);
    assert.ok(!taken(id), id);
  }
});

test("explains_in_english_where_the_language_is_none", async (t) => {
  const english = await learnerOf(t);
  for (const locale of ["fr", "not a language", 5, null]) {
    const skonto = await learnerOf(t, { locale });
    assert.deepEqual(skonto.explain({ item: MILK }), english.explain({ item: MILK }));
  }
});
