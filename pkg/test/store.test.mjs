// A store that is denied, full, broken or lying costs persistence and nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { learnerOf, MILK, purchase, recordingStore, settle } from "./support.mjs";

const refuse = (name) => () => Promise.reject(new DOMException("no", name));
const BROKEN = {
  denied: { get: refuse("SecurityError"), set: refuse("SecurityError"), delete: refuse("SecurityError") },
  full: { ...recordingStore(), set: refuse("QuotaExceededError") },
  throwing: { get() { throw new Error("no"); }, set() { throw new Error("no"); }, delete() { throw new Error("no"); } },
  empty: {},
};

for (const [kind, storage] of Object.entries(BROKEN)) {
  test(`learns_in_memory_when_the_store_is_${kind}`, async (t) => {
    const skonto = await learnerOf(t, { storage });
    const failures = [];
    skonto.on("error", ({ code }) => failures.push(code));
    assert.equal(skonto.observe(purchase("1")).taken, true);
    await settle();
    assert.ok(skonto.profile().trips > 0);
    assert.deepEqual(failures, ["STORAGE_FAILED"]);
    await skonto.forget();
    await skonto.setConsent({ storage: false });
  });
}

test("does_not_wait_for_ever_on_a_store_that_hangs", { timeout: 5_000 }, async (t) => {
  const never = () => new Promise(() => {});
  const skonto = await learnerOf(t, { storage: { get: never, set: never, delete: never } });
  assert.equal(skonto.decide({ item: MILK }).listMinor, 200);
});

const CORRUPT = { empty: new Uint8Array(), noise: Uint8Array.of(9, 9, 9), oversized: new Uint8Array(1e6), "no bytes": "text", null: null };

for (const [kind, bytes] of Object.entries(CORRUPT)) {
  test(`starts_afresh_when_what_was_kept_is_${kind}`, async (t) => {
    const storage = recordingStore();
    storage.kept.set("profile", bytes).set("model", bytes);
    const skonto = await learnerOf(t, { storage });
    assert.deepEqual(skonto.profile().groups.filter(({ purchases }) => purchases > 0), []);
    assert.ok(skonto.decide({ item: MILK }).arms.length > 1);
    assert.equal(skonto.observe(purchase("1")).taken, true);
  });
}

test("two_tabs_leave_the_whole_profile_of_the_last_to_write_and_never_a_mix", async (t) => {
  const storage = recordingStore();
  const [left, right] = [await learnerOf(t, { storage }), await learnerOf(t, { storage })];
  left.observe(purchase("1"));
  right.observe(purchase("2"));
  right.observe(purchase("3"));
  await settle();
  left.observe(purchase("4"));
  await settle();
  const trips = (skonto) => skonto.profile().trips;
  const third = await learnerOf(t, { storage });
  assert.ok([left, right].some((tab) => Math.abs(trips(tab) - trips(third)) < 1e-9));
  assert.ok(third.decide({ item: MILK }).arms.length > 1);
});
