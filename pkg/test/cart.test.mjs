// Whole carts: the page build and the edge build say what was recorded natively, and nothing makes them throw.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { createEdge } from "../dist/edge-node.js";
import { createSkonto } from "../dist/cart-node.js";
import { createSkonto as createWithoutCarts } from "../dist/node.js";
import { armTraps } from "./support.mjs";

const root = new URL("../../data/", import.meta.url);
const model = new Uint8Array(await readFile(new URL("compat/v2/offers.skonto", root)));
const { now_ms: now, cases } = JSON.parse(await readFile(new URL("golden/offers/carts.json", root), "utf8"));

/** A page engine whose next draw is what `draw` holds. */
async function pageOf(t, draw = { seed: 1 }) {
  const skonto = await createSkonto({ model, clock: () => now, seed: () => draw.seed, storage: null });
  t.after(() => skonto.destroy());
  return skonto;
}

const CIRCUMSTANCES = { pastOrders: "past_orders", ecoChoice: "eco_choice" };
const ITEM = { unitCost: "unit_cost", taxPercent: "tax_percent" };
const renamed = (object, names) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [names[name] ?? name, value]));

/** The request as the edge build takes it. */
function forEdge({ items, circumstances, ...request }, seed) {
  const uses = circumstances.uses?.map((use) => renamed(use, { lastMs: "last_ms" }));
  return {
    ...renamed(request, { taxPercent: "tax_percent", pricesWithoutTax: "prices_without_tax" }),
    items: items.map((item) => renamed(item, ITEM)),
    circumstances: { ...renamed(circumstances, CIRCUMSTANCES), ...(uses ? { uses } : {}) },
    now_ms: now,
    seed,
  };
}

const codes = (reasons) => reasons.map(({ code }) => code);

function ofPage(decision, arms) {
  const { lines, shipping, tax, applied, refused, armsRefused } = decision.cart;
  const reasons = new Map(armsRefused.map((refusal) => [refusal.arm, codes(refusal.reasons)]));
  return {
    arm: decision.arm,
    reason: decision.reason,
    list: decision.listMinor,
    price: decision.priceMinor,
    lines: lines.map((line) => line.priceMinor),
    shipping: shipping.priceMinor,
    tax: [tax.netMinor, tax.taxMinor, tax.grossMinor],
    applied: applied.map(({ offer, amountMinor }) => [offer, amountMinor]),
    refused: refused.map((refusal) => [refusal.offer, codes(refusal.reasons)]),
    armsRefused: arms.map((arm) => reasons.get(arm) ?? []),
    arms: decision.arms.map((arm) => [arm.verdict, arm.propensity, arm.gainMinor, arm.costMinor, arm.score]),
  };
}

function ofEdge(decision) {
  const { lines, shipping, tax, applied, refused, arms_refused } = decision.cart;
  const reasons = new Map(arms_refused.map((refusal) => [refusal.arm_index, codes(refusal.reasons)]));
  return {
    arm: decision.arm,
    reason: decision.reason,
    list: decision.list_minor,
    price: decision.price_minor,
    lines: lines.map((line) => line.price_minor),
    shipping: shipping.price_minor,
    tax: [tax.net_minor, tax.tax_minor, tax.gross_minor],
    applied: applied.map(({ offer, amount_minor }) => [offer, amount_minor]),
    refused: refused.map((refusal) => [refusal.offer, codes(refusal.reasons)]),
    armsRefused: decision.arms.map((_, index) => reasons.get(index) ?? []),
    arms: decision.arms.map((arm) => [arm.verdict, arm.propensity, arm.gain_minor, arm.cost_minor, arm.score]),
  };
}

test("a_page_build_without_carts_refuses_a_model_with_offers_and_says_what_is_missing", async (t) => {
  await assert.rejects(createWithoutCarts({ model, storage: null }), /NOT_IN_THIS_BUILD: offers need skonto\/cart/);
  const skonto = await createWithoutCarts({ storage: null });
  t.after(() => skonto.destroy());
  const decision = skonto.decideCart(cases[0].request);
  assert.deepEqual([decision.reason, decision.cart, decision.discountMinor], ["CARTS_MISSING", null, 0]);
});

test("a_build_with_carts_decides_products_of_a_plain_model_as_the_one_without", async (t) => {
  const options = { clock: () => now, seed: () => 3, storage: null };
  const [plain, cart] = [await createWithoutCarts(options), await createSkonto(options)];
  t.after(() => [plain, cart].forEach((skonto) => skonto.destroy()));
  const item = { item_id: "1", item_category2: "SOUP", item_category3: "CONDENSED SOUP", price: 1.29 };
  assert.deepEqual(cart.decide({ item, currency: "USD" }), plain.decide({ item, currency: "USD" }));
});

test("decides_recorded_carts_on_the_page_as_natively", async (t) => {
  const draw = { seed: 0 };
  const skonto = await pageOf(t, draw);
  for (const { request, seed, expect } of cases) {
    draw.seed = seed;
    const decision = skonto.decideCart(request);
    assert.deepEqual(ofPage(decision, decision.arms.map(({ arm }) => arm)), expect);
  }
  assert.equal(cases.length, 200);
});

test("decides_recorded_carts_on_the_edge_as_natively", () => {
  const edge = createEdge({ model });
  for (const { request, seed, expect } of cases) assert.deepEqual(ofEdge(edge.decide(forEdge(request, seed))), expect);
  edge.free();
});

test("a_product_of_a_model_with_offers_is_a_cart_of_one_on_both_borders", async (t) => {
  const skonto = await pageOf(t);
  const edge = createEdge({ model });
  for (const { request } of cases.slice(0, 50)) {
    const { items: [item], ...terms } = request;
    const one = { ...item, quantity: 1 };
    const decision = skonto.decide({ item, ...terms });
    assert.deepEqual(decision, skonto.decideCart({ items: [one], ...terms }));
    const { items, ...asked } = forEdge({ ...request, items: [one] }, 1);
    assert.equal(edge.decide({ item: items[0], ...asked }).price_minor, decision.priceMinor);
  }
});

test("counts_the_uses_of_an_offer_in_purchases_under_its_coupon", async (t) => {
  const skonto = await createSkonto({ model, clock: () => now, seed: () => 1, storage: null, consent: { learn: true } });
  t.after(() => skonto.destroy());
  const items = [{ item_id: "p", item_category2: "FROZEN PIZZA", item_category3: "PREMIUM", item_category: "a", price: 10 }];
  const why = () => skonto.decideCart({ items, currency: "EUR" }).cart.refused.find(({ offer }) => offer === "offer 9");
  assert.ok(!codes(why().reasons).includes("COOLING_DOWN"));
  const params = { transaction_id: "1", currency: "EUR", coupon: "offer 9", items };
  assert.equal(skonto.observe({ name: "purchase", params, timestamp_ms: now - 1000 }).taken, true);
  assert.ok(codes(why().reasons).includes("COOLING_DOWN"));
});

const hostile = {
  "no request": undefined,
  "no items": {},
  "items that are text": { items: "p" },
  "513 items": { items: Array(513).fill({ item_id: "p", price: 1 }) },
  "an item that is null": { items: [null] },
  "a price that is no number": { items: [{ item_id: "p", price: "much" }] },
  "a negative price": { items: [{ item_id: "p", price: -1 }] },
  "a price of 1e300": { items: [{ item_id: "p", price: 1e300 }] },
  "half a unit": { items: [{ item_id: "p", price: 1, quantity: 0.5 }] },
  "no units": { items: [{ item_id: "p", price: 1, quantity: 0 }] },
  "a tax of 300 percent": { items: [{ item_id: "p", price: 1 }], taxPercent: 300, tax_percent: 300 },
  "a shipping that is NaN": { items: [{ item_id: "p", price: 1 }], shipping: NaN },
  "circumstances that are text": { items: [{ item_id: "p", price: 1 }], circumstances: "gold" },
  "segments that are numbers": { items: [{ item_id: "p", price: 1 }], circumstances: { segments: [1, NaN, {}] } },
  "a getter that throws": { get items() { throw new Error("no"); } },
  "an id of 100,000 letters": { items: [{ item_id: "p".repeat(100_000), price: 1 }] },
};

for (const [kind, request] of Object.entries(hostile)) {
  test(`survives_a_cart_with_${kind}`, async (t) => {
    const skonto = await pageOf(t);
    const edge = createEdge({ model });
    for (const decision of [skonto.decideCart(request), edge.decide(request && { ...bare(request), now_ms: now })]) {
      const [list, price] = [decision.listMinor ?? decision.list_minor, decision.priceMinor ?? decision.price_minor];
      assert.ok(price >= 0 && price <= list, `${price} of ${list}`);
      assert.ok(decision.reason);
    }
    assert.ok(skonto.decideCart(cases[0].request).cart, "the next cart is decided");
  });
}

// A getter is asked once by the spread; what throws there is no request.
function bare(request) {
  try {
    return { ...request };
  } catch {
    return undefined;
  }
}

test("a_cart_costs_its_list_price_when_the_engine_traps_and_is_decided_again_after", async (t) => {
  const { arm } = armTraps(t);
  const skonto = await pageOf(t);
  const { request, expect } = cases[0];
  arm("page_cart");
  const during = skonto.decideCart(request);
  assert.deepEqual([during.arm, during.reason, during.cart], ["none", "ENGINE_FAILED", null]);
  assert.equal(during.priceMinor, expect.list);
  assert.ok(skonto.decideCart(request).cart);
});
