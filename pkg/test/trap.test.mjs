// A trap poisons a wasm instance. The call that met it gives the base price, the next one decides as before.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newerModel } from "./models.mjs";
import { armTraps, learnerOf, MILK, purchase, settle } from "./support.mjs";

test("decides_base_price_on_a_trap_and_as_before_on_the_next_call", async (t) => {
  const { arm, told } = armTraps(t);
  const skonto = await learnerOf(t);
  skonto.whatIf({ marginBasisPoints: 4_000 });
  skonto.observe(purchase("1"));
  await settle();
  const [before, profile] = [skonto.decide({ item: MILK }), skonto.profile()];
  const failures = [];
  skonto.on("error", ({ code }) => failures.push(code));
  arm("page_decide");
  const during = skonto.decide({ item: MILK });
  assert.deepEqual([during.arm, during.priceMinor, during.reason], ["none", 200, "ENGINE_FAILED"]);
  assert.deepEqual(skonto.decide({ item: MILK }), before);
  assert.deepEqual(skonto.profile(), profile);
  assert.deepEqual(failures, ["ENGINE_FAILED"]);
  assert.equal(told.instances, 2);
});

test("keeps_the_last_good_model_across_a_trap", async (t) => {
  const { arm } = armTraps(t);
  const skonto = await learnerOf(t, { model: newerModel() });
  const version = skonto.modelVersion;
  arm("page_decide");
  skonto.decide({ item: MILK });
  assert.equal(skonto.decide({ item: MILK }).modelVersion, version);
});

test("goes_on_without_a_profile_that_traps", async (t) => {
  const { arm } = armTraps(t);
  const skonto = await learnerOf(t);
  skonto.observe(purchase("1"));
  await settle();
  arm("page_decide");
  arm("page_restore");
  assert.equal(skonto.decide({ item: MILK }).reason, "ENGINE_FAILED");
  assert.ok(skonto.decide({ item: MILK }).arms.length > 1);
  assert.equal(skonto.profile().trips, 0);
});

for (const name of ["observe", "explain", "group", "text", "profile", "count"]) {
  test(`survives_a_trap_in_${name}`, async (t) => {
    const { arm } = armTraps(t);
    const skonto = await learnerOf(t);
    arm(`page_${name}`);
    skonto.observe(purchase("1"));
    assert.equal(skonto.explain({ item: MILK }).listMinor, 200);
    skonto.profile();
    assert.ok(skonto.modelVersion > 0);
    assert.ok(skonto.decide({ item: MILK }).arms.length > 1);
  });
}

test("never_throws_when_every_start_traps", async (t) => {
  const { arm } = armTraps(t);
  const skonto = await learnerOf(t);
  arm("page_decide", Infinity);
  arm("page_terms", Infinity);
  for (let round = 0; round < 3; round += 1) assert.equal(skonto.decide({ item: MILK }).reason, "ENGINE_FAILED");
  assert.deepEqual(skonto.observe(purchase("1")), { taken: false, reason: "ENGINE_FAILED" });
});
