// Hostile values (24 to 31 of the list): whatever a page hands over, it gets an answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY, learnerOf, MILK, NOW, purchase, shopperOf } from "./support.mjs";

const throwing = { get price() { throw new Error("no"); } };
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const huge = "x".repeat(100_000_000);

const BAD_PRICES = {
  missing: undefined, null: null, NaN: NaN, infinite: Infinity, negative: -1, enormous: 1e308,
  "beyond exact": 2 ** 53 + 1, BigInt: 2n, symbol: Symbol("p"), array: [2], text: "two", "100 MB": huge,
};

for (const [kind, price] of Object.entries(BAD_PRICES)) {
  test(`decides_base_price_when_the_price_is_${kind}`, async (t) => {
    const skonto = await shopperOf(t);
    const decision = skonto.decide({ item: { ...MILK, price } });
    assert.equal(decision.arm, "none");
    assert.equal(decision.discountMinor, 0);
    assert.equal(decision.priceMinor, 0);
    assert.equal(decision.reason, "BAD_PRICE");
  });
}

const BAD_REQUESTS = {
  undefined: undefined, null: null, number: 5, string: "item", "no item": {}, "item null": { item: null },
  "throwing getter": { get item() { throw new Error("no"); } }, "throwing price": { item: throwing },
  "revoked proxy": revoked.proxy, "item revoked": { item: revoked.proxy }, symbol: Symbol("r"), bigint: 1n,
};

for (const [kind, request] of Object.entries(BAD_REQUESTS)) {
  test(`decides_base_price_when_the_request_is_${kind}`, async (t) => {
    const skonto = await shopperOf(t);
    for (const decision of [skonto.decide(request), skonto.explain(request)]) {
      assert.equal(decision.arm, "none");
      assert.equal(decision.discountMinor, 0);
      assert.ok(decision.reason);
      assert.ok(decision.reasonText);
    }
  });
}

const BAD_EVENTS = {
  undefined: undefined, null: null, number: 1, symbol: Symbol("e"), "revoked proxy": revoked.proxy,
  "unknown name": { name: "page_view", params: {} }, "name a number": { name: 11, params: {} },
  "items no array": { name: "purchase", params: { items: "all" } },
  "throwing item": { name: "purchase", params: { items: [throwing] } },
  "revoked item list": { name: "purchase", params: { items: revoked.proxy } },
  "a price of NaN": { name: "purchase", params: { items: [{ ...MILK, price: NaN }] } },
  "no price": { name: "purchase", params: { items: [{ ...MILK, price: undefined }] } },
  "a million items": { name: "purchase", params: { items: new Array(1_000_000).fill(MILK) } },
  "a negative discount": { name: "purchase", params: { items: [{ ...MILK, discount: -1 }] } },
  "time in 1970": { ...purchase("old"), timestamp_ms: 5 },
  "time is NaN": { ...purchase("nan"), timestamp_ms: NaN },
  "100 MB name": { name: huge, params: {} },
};

for (const [kind, event] of Object.entries(BAD_EVENTS)) {
  test(`refuses_an_event_that_is_${kind}_and_changes_nothing`, async (t) => {
    const skonto = await learnerOf(t);
    const before = skonto.profile().bytes;
    const observed = skonto.observe(event);
    assert.equal(observed.taken, false);
    assert.match(observed.reason, /^[A-Z0-9_]+$/);
    assert.deepEqual(skonto.profile().bytes, before);
  });
}

test("takes_ids_of_any_length_and_with_lone_surrogates", async (t) => {
  const skonto = await learnerOf(t);
  for (const [index, id] of ["\ud800", huge, 12345, "", "ü€漢"].entries()) {
    assert.deepEqual(skonto.observe(purchase(id, index + 1)), { taken: true });
  }
});

test("takes_an_item_of_a_group_it_does_not_know", async (t) => {
  const skonto = await learnerOf(t);
  const event = purchase("far");
  event.params.items[0].item_category2 = huge;
  assert.equal(skonto.observe(event).taken, true);
});

test("ignores_a_polluted_prototype", async (t) => {
  const skonto = await shopperOf(t);
  Object.prototype.price = 1_000;
  t.after(() => delete Object.prototype.price);
  const { price, ...unpriced } = MILK;
  assert.equal(skonto.decide({ item: unpriced }).reason, "BAD_PRICE");
});

test("treats_proto_and_constructor_keys_as_data", async (t) => {
  const skonto = await learnerOf(t);
  const event = JSON.parse(`{"name":"purchase","params":{"__proto__":{"items":"x"},"constructor":1,"items":[]}}`);
  assert.equal(skonto.observe({ ...event, timestamp_ms: NOW - DAY }).taken, true);
  assert.equal(skonto.observe({ name: "__proto__", params: {} }).reason, "UNKNOWN_EVENT");
});

test("survives_a_getter_that_calls_the_engine_again", async (t) => {
  const skonto = await shopperOf(t);
  const expected = skonto.decide({ item: MILK });
  const reentering = { ...MILK, get price() { return skonto.decide({ item: MILK }).listMinor / 100; } };
  assert.deepEqual(skonto.decide({ item: reentering }), expected);
});

test("survives_a_clock_and_a_seed_that_fail", async (t) => {
  for (const broken of [() => { throw new Error("no"); }, () => NaN, () => "now"]) {
    const skonto = await shopperOf(t, { clock: broken, seed: broken });
    assert.equal(skonto.decide({ item: MILK }).listMinor, 200);
  }
});

test("answers_after_destroy_with_the_base_price", async (t) => {
  const skonto = await learnerOf(t);
  skonto.destroy();
  skonto.destroy();
  const decision = skonto.decide({ item: MILK, currency: "USD" });
  assert.deepEqual([decision.arm, decision.priceMinor, decision.reason], ["none", 200, "DESTROYED"]);
  assert.deepEqual(skonto.observe(purchase("late")), { taken: false, reason: "DESTROYED" });
  assert.deepEqual(skonto.profile().groups, []);
  await skonto.setConsent({ storage: false, learn: false });
  await skonto.forget();
});

test("keeps_deciding_when_a_listener_throws_or_decides_again", async (t) => {
  const skonto = await shopperOf(t);
  let heard = 0;
  skonto.on("decision", () => { throw new Error("shop fault"); });
  skonto.on("decision", () => { heard += 1; skonto.decide({ item: MILK }); });
  assert.equal(skonto.decide({ item: MILK }).listMinor, 200);
  assert.equal(heard, 1);
});

test("takes_a_flood_of_events", async (t) => {
  const skonto = await learnerOf(t);
  for (let index = 0; index < 100_000; index += 1) {
    skonto.observe({ name: "view_item", params: { items: [{ ...MILK, item_category3: `group ${index}` }] } });
  }
  assert.ok(skonto.profile().bytes.length <= 4096);
});
