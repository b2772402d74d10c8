// Nothing is learnt, read or written before the shopper says yes, and a no erases.

import assert from "node:assert/strict";
import { test } from "node:test";
import { learnerOf, MILK, purchase, recordingStore, settle, shopperOf } from "./support.mjs";

test("does_not_learn_without_consent", async (t) => {
  const skonto = await shopperOf(t);
  const before = skonto.profile();
  assert.deepEqual(skonto.observe(purchase("1")), { taken: false, reason: "NO_CONSENT" });
  assert.deepEqual(skonto.profile(), before);
});

test("decides_without_consent_from_an_empty_profile", async (t) => {
  const [silent, empty] = [await shopperOf(t), await learnerOf(t)];
  silent.observe(purchase("1"));
  const [heard, unheard] = [empty.decide({ item: MILK }), silent.decide({ item: MILK })];
  assert.deepEqual(unheard, { ...heard, disclosure: unheard.disclosure });
  assert.notEqual(unheard.disclosure, heard.disclosure, "only one of them can claim to be personal");
});

test("does_not_touch_the_store_before_consent", async (t) => {
  const storage = recordingStore();
  const skonto = await shopperOf(t, { storage, consent: { learn: true } });
  assert.equal(skonto.observe(purchase("1")).taken, true);
  await settle();
  assert.deepEqual(storage.calls, []);
});

test("keeps_the_profile_across_visits_after_consent", async (t) => {
  const storage = recordingStore();
  const first = await learnerOf(t, { storage });
  first.observe(purchase("1"));
  await settle();
  const second = await learnerOf(t, { storage });
  assert.deepEqual(second.profile(), first.profile());
  assert.ok(second.profile().trips > 0);
});

test("adds_what_came_before_consent_to_the_kept_profile", async (t) => {
  const storage = recordingStore();
  const first = await learnerOf(t, { storage });
  first.observe(purchase("1", 3));
  await settle();
  const second = await shopperOf(t, { storage, consent: { learn: true } });
  second.observe(purchase("2", 2));
  await second.setConsent({ storage: true });
  first.observe(purchase("2", 2));
  assert.deepEqual(second.profile(), first.profile());
});

test("does_not_count_events_twice_when_consent_is_given_twice", async (t) => {
  const skonto = await learnerOf(t, { storage: recordingStore() });
  skonto.observe(purchase("1"));
  await settle();
  const before = skonto.profile();
  await skonto.forget();
  skonto.observe(purchase("1"));
  await settle();
  await skonto.setConsent({ storage: true, learn: true });
  assert.deepEqual(skonto.profile(), before);
});

test("erases_the_profile_when_learning_is_withdrawn", async (t) => {
  const storage = recordingStore();
  const skonto = await learnerOf(t, { storage });
  const empty = skonto.profile();
  skonto.observe(purchase("1"));
  await settle();
  assert.ok(storage.kept.has("profile"));
  await skonto.setConsent({ learn: false });
  assert.equal(storage.kept.has("profile"), false);
  assert.deepEqual(skonto.profile(), empty);
});

test("erases_the_store_when_storage_is_withdrawn_and_keeps_the_page_going", async (t) => {
  const storage = recordingStore();
  const skonto = await learnerOf(t, { storage });
  skonto.observe(purchase("1"));
  await settle();
  await skonto.setConsent({ storage: false });
  assert.equal(storage.kept.size, 0);
  skonto.observe(purchase("2", 2));
  await settle();
  assert.equal(storage.kept.size, 0);
  assert.ok(skonto.profile().trips > 0);
});

test("erases_what_an_earlier_visit_kept_when_the_answer_is_no", async (t) => {
  const storage = recordingStore();
  const first = await learnerOf(t, { storage });
  first.observe(purchase("1"));
  await settle();
  const second = await shopperOf(t, { storage });
  await second.setConsent({ storage: false, learn: false });
  assert.equal(storage.kept.size, 0);
});

test("writes_nothing_after_an_erasure_that_overtakes_a_write", async (t) => {
  const storage = recordingStore();
  const skonto = await learnerOf(t, { storage });
  skonto.observe(purchase("1"));
  await skonto.setConsent({ storage: false });
  await settle();
  assert.equal(storage.kept.size, 0);
});

test("forgets_on_request", async (t) => {
  const storage = recordingStore();
  const skonto = await learnerOf(t, { storage });
  const empty = skonto.profile();
  skonto.observe(purchase("1"));
  await settle();
  await skonto.forget();
  assert.deepEqual(skonto.profile(), empty);
  assert.equal(storage.kept.has("profile"), false);
});

test("takes_only_a_plain_true_for_a_yes", async (t) => {
  const skonto = await shopperOf(t);
  for (const answer of [null, 5, { learn: "yes" }, { learn: 1 }, { get learn() { throw new Error("no"); } }]) {
    await skonto.setConsent(answer);
    assert.equal(skonto.observe(purchase("1")).reason, "NO_CONSENT");
  }
});

test("global_privacy_control_outweighs_every_yes", async (t) => {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { globalPrivacyControl: true }, configurable: true });
  t.after(() => (descriptor ? Object.defineProperty(globalThis, "navigator", descriptor) : delete globalThis.navigator));
  const storage = recordingStore();
  const skonto = await learnerOf(t, { storage });
  skonto.whatIf({ personalised: true });
  assert.equal(skonto.observe(purchase("1")).reason, "NO_CONSENT");
  await skonto.setConsent({ storage: true, learn: true });
  assert.equal(skonto.observe(purchase("1")).reason, "NO_CONSENT");
  assert.deepEqual(storage.calls.filter((call) => !call.startsWith("delete")), []);
});
