// Decisions and their grounds, read out of the engine's block.

import assert from "node:assert/strict";
import { test } from "node:test";
import { learnerOf, MILK, purchase, shopperOf } from "./support.mjs";

test("explains_the_decision_it_makes", async (t) => {
  const skonto = await learnerOf(t);
  skonto.observe(purchase("1"));
  const decision = skonto.decide({ item: MILK, currency: "USD" });
  const { contributions, otherArms, nearestChange, changes, ...explained } = skonto.explain({ item: MILK, currency: "USD" });
  assert.deepEqual(explained, decision);
  assert.equal(otherArms.length, decision.arms.length - 1);
  assert.ok(contributions.length > 0);
  assert.ok(nearestChange === null || ["feature", "margin"].includes(nearestChange.kind));
  assert.ok(new Set(changes.map(({ kind }) => kind)).size === changes.length, "one of each kind");
});

test("tells_changes_in_sentences_that_come_true", async (t) => {
  const skonto = await learnerOf(t);
  for (const _ of [1, 2]) {
    const { changes, arm } = skonto.explain({ item: MILK, currency: "USD" });
    assert.ok(changes.length > 0);
    for (const change of changes) {
      assert.notEqual(change.arm, arm);
      assert.ok(change.text.length > 0 && !/[{}]|undefined|NaN/.test(change.text), change.text);
      const terms = { margin: { marginBasisPoints: Math.round(change.to * 1e4) }, budgetPrice: { budgetPrice: change.to } };
      if (!terms[change.kind]) continue;
      skonto.whatIf(terms[change.kind]);
      assert.equal(skonto.decide({ item: MILK }).arm, change.arm, change.text);
      skonto.whatIf({ marginBasisPoints: null, budgetPrice: null });
    }
    skonto.setLocale("zh");
  }
});

test("gives_contributions_that_sum_to_the_score", async (t) => {
  const skonto = await learnerOf(t);
  skonto.observe(purchase("1"));
  const { contributions, arms, arm } = skonto.explain({ item: MILK });
  const sum = contributions.reduce((total, part) => total + part.contribution, 0);
  assert.equal(sum, arms.find((outcome) => outcome.arm === arm).score);
});

test("gives_every_arm_a_propensity_and_they_sum_to_one", async (t) => {
  const { arms } = (await shopperOf(t)).decide({ item: MILK });
  const sum = arms.reduce((total, { propensity }) => total + propensity, 0);
  assert.ok(Math.abs(sum - 1) < 1e-9);
});

test("decides_the_same_every_time_a_page_is_drawn", async (t) => {
  const skonto = await shopperOf(t, { seed: undefined });
  const first = skonto.decide({ item: MILK });
  for (let draw = 0; draw < 100; draw += 1) assert.deepEqual(skonto.decide({ item: MILK, placement: `${draw}` }), first);
});

test("speaks_the_language_asked_for", async (t) => {
  const skonto = await shopperOf(t);
  const english = skonto.explain({ item: MILK });
  skonto.setLocale("zh");
  const chinese = skonto.explain({ item: MILK });
  skonto.setLocale("xx");
  assert.deepEqual(skonto.explain({ item: MILK }), chinese);
  assert.match(chinese.reasonText, /\p{Script=Han}/u);
  assert.notEqual(chinese.reasonText, english.reasonText);
  assert.equal(chinese.priceMinor, english.priceMinor);
});

test("tells_listeners_where_the_offer_shows_until_they_leave", async (t) => {
  const skonto = await shopperOf(t);
  const heard = [];
  const leave = skonto.on("decision", (detail) => heard.push(detail));
  const decision = skonto.decide({ item: MILK, placement: "basket" });
  leave();
  skonto.decide({ item: MILK });
  assert.deepEqual(heard, [{ decision, placement: "basket" }]);
});

test("ignores_terms_that_are_none", async (t) => {
  const skonto = await shopperOf(t);
  const before = skonto.decide({ item: MILK });
  for (const terms of [null, 5, { marginBasisPoints: NaN }, { budgetPrice: -1 }, { personalised: 1 }]) {
    skonto.whatIf(terms);
    assert.deepEqual(skonto.decide({ item: MILK }), before);
  }
});

test("tries_out_terms_and_puts_the_models_own_back", async (t) => {
  const skonto = await learnerOf(t);
  skonto.observe(purchase("1"));
  const before = skonto.decide({ item: MILK });
  skonto.whatIf({ marginBasisPoints: 0, budgetPrice: 1e6, personalised: false });
  assert.equal(skonto.decide({ item: MILK }).arm === before.arm, before.arm === "none");
  skonto.whatIf({ marginBasisPoints: null, budgetPrice: null, personalised: true });
  assert.deepEqual(skonto.decide({ item: MILK }), before);
});
