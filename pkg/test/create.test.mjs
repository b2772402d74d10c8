// Creating an engine is the only thing that may fail, and it says what to do.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as inline from "../dist/inline.js";
import * as node from "../dist/node.js";
import * as slim from "../dist/slim.js";
import { serve } from "./support.mjs";

const WASM = await readFile(new URL("../dist/skonto.wasm", import.meta.url));
const refuses = (promise, code, words = /./) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, "SkontoError");
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  });

test("accepts_wasm_in_every_form", async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(200, { "content-type": "application/wasm" }).end(WASM));
  const module = new WebAssembly.Module(WASM);
  const buffer = WASM.buffer.slice(WASM.byteOffset, WASM.byteOffset + WASM.length);
  for (const wasm of [module, WASM, buffer, url, new URL(url), await fetch(url), fetch(url), Promise.resolve(module)]) {
    const skonto = await slim.createSkonto({ wasm });
    assert.ok(skonto.modelVersion >= 1);
    skonto.destroy();
  }
});

test("needs_no_second_file_when_inline", async () => {
  const skonto = await inline.createSkonto({ fetch: () => assert.fail("a request was made") });
  assert.ok(skonto.modelVersion >= 1);
  skonto.destroy();
});

test("says_what_to_do_when_a_development_server_answers_html", async (t) => {
  const handle = (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
  const url = await serve(t, handle);
  await refuses(slim.createSkonto({ wasm: url }), "WASM_IS_HTML", /optimizeDeps.*skonto\/inline/);
});

test("refuses_what_is_no_wasm", async (t) => {
  const url = await serve(t, (request, response) => response.writeHead(request.url === "/404" ? 404 : 200).end("noise, noise"));
  await refuses(slim.createSkonto({ wasm: url }), "WASM_INVALID");
  await refuses(slim.createSkonto({ wasm: `${url}/404` }), "WASM_UNREACHABLE", /404/);
  await refuses(slim.createSkonto({ wasm: WASM.subarray(0, 20) }), "WASM_INVALID");
  await refuses(slim.createSkonto({ wasm: new Uint8Array() }), "WASM_INVALID");
  await refuses(slim.createSkonto({ wasm: 5 }), "WASM_INVALID");
  await refuses(slim.createSkonto({ wasm: "http://127.0.0.1:1/" }), "WASM_UNREACHABLE");
  const empty = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  await refuses(slim.createSkonto({ wasm: empty }), "WASM_INVALID");
});

test("says_that_slim_needs_wasm", async () => {
  await refuses(slim.createSkonto(), "WASM_MISSING", /skonto\.wasm/);
});

test("names_the_policy_that_forbids_wasm", async () => {
  const compile = WebAssembly.compile;
  const message = "WebAssembly.compile(): Refused to compile because 'unsafe-eval' is not an allowed source";
  WebAssembly.compile = () => Promise.reject(new WebAssembly.CompileError(message));
  try {
    await refuses(node.createSkonto(), "CSP_BLOCKED", /wasm-unsafe-eval/);
  } finally {
    WebAssembly.compile = compile;
  }
});

test("refuses_a_model_that_is_none", async () => {
  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  for (const model of [new Uint8Array(), new Uint8Array(300_000), Uint8Array.of(1, 2, 3), detached, "text", 5, {}]) {
    await refuses(node.createSkonto({ model }), "MODEL_REFUSED", /[A-Z]{3}/);
  }
});

test("does_nothing_when_imported", (t) => {
  const forbidden = () => assert.fail("work at import time");
  for (const [owner, name] of [[globalThis, "fetch"], [globalThis, "setTimeout"], [WebAssembly, "compile"], [WebAssembly, "Module"], [crypto, "getRandomValues"]]) {
    t.mock.method(owner, name, forbidden);
  }
  const require = createRequire(import.meta.url);
  for (const entry of ["browser", "node", "slim", "inline", "edge-node", "edge-slim"]) {
    // `require` also refuses a module with a top-level await.
    const exported = require(`../dist/${entry}.js`);
    assert.equal(typeof (exported.createSkonto ?? exported.createEdge), "function");
  }
});

test("keeps_engines_apart", async () => {
  const [one, other] = [await node.createSkonto({ storage: null }), await node.createSkonto({ storage: null })];
  one.destroy();
  assert.ok(other.decide({ item: { price: 1 } }).modelVersion >= 1);
  other.destroy();
});
