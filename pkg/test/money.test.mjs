// GA4's amounts in major units become whole minor units, by the currency's own number of digits.

import assert from "node:assert/strict";
import { test } from "node:test";
import { learnerOf, MILK, purchase, shopperOf } from "./support.mjs";

const ROWS = [
  ["USD", 1.99, 199], ["USD", 99.995, 10_000], ["USD", "2.50", 250], ["USD", 0, 0], ["USD", -0, 0],
  ["JPY", 1980, 1980], ["KWD", 1.234, 1234], ["XXX", 1.5, 150], ["usd", 1, 100],
];

for (const [currency, price, minor] of ROWS) {
  test(`reads_${price}_${currency}_as_${minor}_minor_units`, async (t) => {
    const skonto = await shopperOf(t);
    const decision = skonto.decide({ item: { ...MILK, price }, currency });
    assert.equal(decision.listMinor, minor);
    assert.equal(decision.priceMinor + decision.discountMinor, minor);
    assert.equal(decision.currency, currency.toUpperCase());
    assert.ok(Object.is(decision.priceMinor, Math.abs(decision.priceMinor)));
  });
}

test("uses_the_currency_of_the_last_event_when_the_request_names_none", async (t) => {
  const skonto = await learnerOf(t);
  const event = purchase("yen");
  event.params.currency = "JPY";
  event.params.items = [{ ...MILK, price: 150 }];
  assert.equal(skonto.observe(event).taken, true);
  const decision = skonto.decide({ item: { ...MILK, price: 300 } });
  assert.deepEqual([decision.currency, decision.listMinor], ["JPY", 300]);
});

test("never_discounts_a_price_twice_when_the_item_carries_a_discount", async (t) => {
  const skonto = await shopperOf(t);
  const plain = skonto.decide({ item: MILK });
  assert.equal(skonto.decide({ item: { ...MILK, discount: 1 } }).listMinor, plain.listMinor);
});
