// A real browser: the wasm found beside the script, the content security policy, and what is kept where.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { createSkonto } from "../../dist/node.js";
import { MILK, NOW, purchase, serve } from "../support.mjs";

const executablePath = process.env.SKONTO_CHROMIUM ?? "/usr/bin/chromium";
const skip = existsSync(executablePath) ? false : `no browser at ${executablePath}`;
const TYPES = { js: "text/javascript", wasm: "application/wasm", html: "text/html" };
const STRICT = "default-src 'none'; connect-src 'self'; script-src 'self'";

let browser;
before(async () => {
  if (!skip) browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});
after(() => browser?.close());

/** A page of a shop that serves dist/ under the policy; `wasm` says how the wasm is answered. */
async function open(t, { policy = `${STRICT} 'wasm-unsafe-eval'`, wasm = "wasm" } = {}) {
  const origin = await serve(t, (request, response) => {
    const name = basename(request.url);
    const type = name.endsWith(".wasm") ? wasm : (name.split(".")[1] ?? "html");
    const body = type === "html" ? "<!doctype html><title>shop</title>" : readFileSync(new URL(`../../dist/${name}`, import.meta.url));
    response.writeHead(200, { "content-type": TYPES[type], "content-security-policy": policy }).end(body);
  });
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  return page;
}

const create = (entry = "browser", options = "{}") => `import("/${entry}.js").then(({ createSkonto }) =>
    createSkonto({ clock: () => ${NOW}, seed: () => 7, ...${options} }).then((skonto) => (globalThis.skonto = skonto)))`;
const run = (page, script) => page.evaluate(`(async () => { ${script} })()`);
const failure = (page, entry) => run(page, `return ${create(entry)}.then(() => "none", (error) => error.code + " " + error.message)`);
const databases = (page) => run(page, "return (await indexedDB.databases()).map(({ name }) => name)");

for (const entry of ["browser", "inline"]) {
  test(`decides_in_chromium_from_${entry}_as_in_node`, { skip }, async (t) => {
    const page = await open(t);
    const question = { item: MILK, currency: "USD" };
    const decision = await run(page, `await ${create(entry)}; return skonto.decide(${JSON.stringify(question)})`);
    const skonto = await createSkonto({ clock: () => NOW, seed: () => 7 });
    assert.deepEqual(decision, skonto.decide(question));
    skonto.destroy();
  });
}

test("names_the_missing_line_of_the_content_security_policy", { skip }, async (t) => {
  assert.match(await failure(await open(t, { policy: STRICT }), "browser"), /^CSP_BLOCKED .*wasm-unsafe-eval/);
});

test("says_what_to_do_when_the_development_server_answers_html", { skip }, async (t) => {
  assert.match(await failure(await open(t, { wasm: "html" }), "browser"), /^WASM_IS_HTML .*optimizeDeps/);
});

test("opens_no_database_before_consent_and_leaves_none_after_withdrawal", { skip }, async (t) => {
  const page = await open(t);
  await run(page, `await ${create()}; skonto.observe(${JSON.stringify(purchase("1"))}); skonto.decide({ item: {} })`);
  await run(page, "await skonto.setConsent({ storage: false, learn: false })");
  assert.deepEqual(await databases(page), []);
  await run(page, "await skonto.setConsent({ storage: true, learn: true })");
  assert.deepEqual(await databases(page), ["skonto"]);
  await run(page, "await skonto.setConsent({ storage: false })");
  assert.deepEqual(await databases(page), []);
});

test("keeps_the_profile_across_page_loads", { skip }, async (t) => {
  const page = await open(t);
  const consenting = create("browser", "{ consent: { storage: true, learn: true } }");
  const before = await run(page, `await ${consenting}; skonto.observe(${JSON.stringify(purchase("1"))});
    await new Promise((resolve) => setTimeout(resolve, 200)); return skonto.profile().trips`);
  await page.reload();
  const after = await run(page, `await ${consenting}; return skonto.profile().trips`);
  assert.ok(before > 0);
  assert.equal(after, before);
});
