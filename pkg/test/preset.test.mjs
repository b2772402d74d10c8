// A module that starts with a model: it decides as one that was given the model, without having been given it.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { preset } from "../preset.js";
import { createSkonto as createCartSkonto } from "../dist/cart-node.js";
import { createSkonto } from "../dist/node.js";
import { createEdge } from "../dist/edge-node.js";
import { read } from "./parity/files.mjs";

const SAMPLE = "data/compat/v2/grocery.skonto";
const bare = (build) => readFileSync(new URL(`../dist/bare/${build}.wasm`, import.meta.url));
const MILK = { item_category2: "FLUID MILK PRODUCTS", item_category3: "FLUID MILK WHITE ONLY", price: 2 };
const OPTIONS = { storage: null, clock: () => 1_510_000_000_000, seed: () => 7 };

/** The sample as a newer release. */
function model(version) {
  const bytes = Buffer.from(read(SAMPLE));
  bytes.writeBigUInt64LE(BigInt(version), 16);
  bytes.writeBigUInt64LE(fnv(bytes.subarray(16)), 8);
  return bytes;
}

function fnv(bytes) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

test("a_page_starts_with_the_model_that_was_put_into_its_module", async () => {
  const [own, told] = await Promise.all([
    createSkonto({ ...OPTIONS, wasm: preset(bare("skonto"), model(1_000_001)) }),
    createSkonto({ ...OPTIONS, model: model(1_000_001) }),
  ]);
  assert.equal(own.modelVersion, 1_000_001);
  const request = { item: MILK, currency: "USD" };
  assert.deepEqual(own.decide(request), told.decide(request));
  assert.deepEqual(own.explain(request), told.explain(request));
});

test("a_page_with_a_model_of_its_own_takes_a_newer_one_and_no_older_one", async () => {
  const wasm = preset(bare("cart"), model(1_000_002));
  await assert.rejects(createCartSkonto({ ...OPTIONS, wasm, model: model(1_000_001) }), /OLDER_MODEL/);
  const skonto = await createCartSkonto({ ...OPTIONS, wasm, model: model(1_000_003) });
  assert.equal(skonto.modelVersion, 1_000_003);
});

test("an_edge_starts_with_the_model_that_was_put_into_its_module", () => {
  const own = createEdge({ wasm: preset(bare("edge"), model(1_000_001)) });
  const told = createEdge({ wasm: bare("edge"), model: model(1_000_001) });
  const request = { item: MILK, currency: "USD", now_ms: 1_510_000_000_000, seed: 7 };
  assert.equal(own.modelVersion, 1_000_001);
  assert.deepEqual(own.decide(request), told.decide(request));
});

test("the_module_holds_the_model_as_it_is_used_and_not_its_file", () => {
  const sample = read(SAMPLE);
  const made = preset(bare("skonto"), sample);
  assert.ok(WebAssembly.validate(made));
  assert.equal(made.indexOf(sample.subarray(64, 128)), -1);
});

test("a_damaged_model_is_refused_when_the_module_is_made", () => {
  const damaged = Buffer.from(read(SAMPLE));
  damaged[damaged.length - 1] ^= 1;
  assert.throws(() => preset(bare("skonto"), damaged), /refuses the model, error 24/);
  assert.throws(() => preset(Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), damaged), /not skonto's/);
});

test("the_command_makes_a_module_and_says_how_it_is_used", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "preset-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [program, file, out] = [fileURLToPath(new URL("../preset.js", import.meta.url)), join(folder, "m.skonto"), join(folder, "out.wasm")];
  writeFileSync(file, model(1_000_001));
  execFileSync(process.execPath, [program, file, out, "skonto"], { stdio: "ignore" });
  assert.deepEqual(readFileSync(out), preset(bare("skonto"), model(1_000_001)));
  const told = (...words) => spawnSync(process.execPath, [program, ...words], { encoding: "utf8" });
  assert.match(told().stderr, /usage: skonto-preset/);
  assert.equal(told().status, 2);
  const missing = told(join(folder, "none.skonto"), out);
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /^skonto-preset: .*none\.skonto/);
});
