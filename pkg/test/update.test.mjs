// Every way in which an update server can be wrong (40, 41, 48 of the list) leaves the model in use where it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newerModel } from "./models.mjs";
import { learnerOf, MILK, recordingStore, serve, settle, shopperOf } from "./support.mjs";

const html = "<!doctype html><title>Log in</title>";

function answer(status, headers = {}, body = "") {
  return (_, response) => response.writeHead(status, headers).end(body);
}

const FAULTS = {
  html_with_200: [answer(200, { "content-type": "text/html" }, html), "refused", "GOT_HTML"],
  html_under_another_type: [answer(200, { "content-type": "application/octet-stream" }, html), "refused", "GOT_HTML"],
  a_redirect: [answer(302, { location: "/login" }), "refused", "REDIRECTED"],
  nothing_there: [answer(404), "unreachable", "HTTP_404"],
  a_broken_server: [answer(500), "unreachable", "HTTP_500"],
  an_empty_body: [answer(200), "refused", "TRUNCATED"],
  noise: [answer(200, {}, "noise, noise, noise"), "refused", "BAD_MAGIC"],
  an_announced_giant: [answer(200, { "content-length": 1e9 }, ""), "refused", "TOO_LARGE"],
  an_endless_body: [endless, "refused", "TOO_LARGE"],
  a_stalled_body: [(_, response) => response.writeHead(200).write("s"), "unreachable", "TIMEOUT"],
  a_trickle: [trickle, "unreachable", "TIMEOUT"],
  silence: [() => {}, "unreachable", "TIMEOUT"],
  a_cut_connection: [(request) => request.socket.destroy(), "unreachable", "NETWORK"],
  a_304_nobody_asked_for: [answer(304), "refused", "UNASKED_304"],
};

function endless(_, response) {
  response.writeHead(200);
  const more = () => response.destroyed || response.write(new Uint8Array(65_536), more);
  more();
}

function trickle(_, response) {
  response.writeHead(200).flushHeaders();
  const timer = setInterval(() => response.write("s"), 200);
  response.on("close", () => clearInterval(timer));
}

for (const [kind, [handle, status, reason]] of Object.entries(FAULTS)) {
  test(`keeps_the_last_good_model_after_${kind}`, { timeout: 8_000 }, async (t) => {
    const storage = recordingStore();
    const skonto = await learnerOf(t, { storage });
    const before = skonto.decide({ item: MILK });
    const url = await serve(t, handle);
    const updating = await learnerOf(t, { storage, updates: { url } });
    assert.deepEqual(await updating.update(), { status, reason, version: before.modelVersion });
    assert.deepEqual(updating.decide({ item: MILK }), before);
    assert.equal(storage.kept.has("model"), false);
  });
}

test("takes_a_newer_model_and_tells_listeners", async (t) => {
  const url = await serve(t, answer(200, {}, newerModel()));
  const skonto = await shopperOf(t, { updates: { url } });
  const versions = [];
  skonto.on("model", ({ version }) => versions.push(version));
  const outcome = await skonto.update();
  assert.equal(outcome.status, "updated");
  assert.deepEqual(versions, [outcome.version]);
  assert.equal(skonto.decide({ item: MILK }).modelVersion, outcome.version);
});

test("asks_with_the_tag_and_downloads_nothing_when_unchanged", async (t) => {
  const tags = [];
  const url = await serve(t, (request, response) => {
    tags.push(request.headers["if-none-match"]);
    const isKnown = request.headers["if-none-match"] === '"9"';
    response.writeHead(isKnown ? 304 : 200, { etag: '"9"' }).end(isKnown ? "" : newerModel());
  });
  const skonto = await shopperOf(t, { updates: { url } });
  await skonto.update();
  assert.equal((await skonto.update()).status, "unchanged");
  assert.deepEqual(tags, [undefined, '"9"']);
});

test("starts_the_next_visit_with_the_last_good_model_and_its_tag", async (t) => {
  const tags = [];
  const url = await serve(t, (request, response) => {
    tags.push(request.headers["if-none-match"]);
    response.writeHead(200, { etag: '"9"' }).end(newerModel());
  });
  const storage = recordingStore();
  const first = await learnerOf(t, { storage, updates: { url } });
  const { version } = await first.update();
  await settle();
  const second = await learnerOf(t, { storage, updates: { url } });
  assert.equal(second.modelVersion, version);
  await second.update();
  assert.equal(tags.at(-1), '"9"');
});

test("refuses_a_model_older_than_the_one_in_use", async (t) => {
  const url = await serve(t, answer(200, {}, newerModel(8)));
  const skonto = await shopperOf(t, { model: newerModel(9), updates: { url } });
  const outcome = await skonto.update();
  assert.deepEqual([outcome.status, outcome.reason], ["refused", "OLDER_MODEL"]);
});

test("makes_no_request_without_an_address", async (t) => {
  const skonto = await shopperOf(t, { fetch: () => assert.fail("a request was made") });
  assert.equal((await skonto.update()).reason, "NO_UPDATE_URL");
});

test("sends_one_request_for_many_callers", async (t) => {
  let requests = 0;
  const url = await serve(t, (_, response) => (requests++, response.writeHead(200).end(newerModel())));
  const skonto = await shopperOf(t, { updates: { url } });
  await Promise.all([skonto.update(), skonto.update(), skonto.update()]);
  assert.equal(requests, 1);
});

test("does_not_use_a_model_that_arrives_after_destroy", async (t) => {
  let release;
  const url = await serve(t, (_, response) => (release = () => response.end(newerModel())));
  const skonto = await shopperOf(t, { updates: { url } });
  const outcome = skonto.update();
  while (!release) await settle();
  skonto.destroy();
  release();
  assert.equal((await outcome).status, "unreachable");
});

test("survives_a_fetch_that_is_no_fetch", async (t) => {
  for (const fetch of [() => null, () => ({}), () => { throw new Error("no"); }, async () => "text"]) {
    const skonto = await shopperOf(t, { fetch, updates: { url: "/model" } });
    assert.equal((await skonto.update()).status, "unreachable");
  }
});

test("waits_longer_after_every_failure_and_at_least_as_long_as_asked", async (t) => {
  const [looks, headers] = [[], {}];
  const fetch = async () => (looks.push(Date.now()), new Response("", { status: 503, headers }));
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  await shopperOf(t, { fetch, updates: { url: "/model" } });
  const waits = [];
  for (let failure = 0; failure < 6; failure += 1) {
    if (failure === 5) headers["retry-after"] = "7200";
    waits.push(await waitForLook(t, looks));
  }
  for (const [failure, seconds] of [30, 60, 120, 240, 480].entries()) {
    assert.ok(waits[failure] >= seconds * 500 && waits[failure] <= seconds * 1500 + 1000, `${waits}`);
  }
  const last = await waitForLook(t, looks);
  assert.ok(last >= 7_200_000, `${last}`);
});

// Moves the clock second by second until the next look, and says how long that took.
async function waitForLook(t, looks) {
  const [known, start] = [looks.length, Date.now()];
  while (looks.length === known) {
    await flush();
    t.mock.timers.tick(1_000);
    await flush();
  }
  return Date.now() - start;
}

async function flush() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
