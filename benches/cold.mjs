// From the wasm's bytes in memory to the first decision, through the package as a shop uses it; and, to compare,
// from the bytes of an empty module to its instance. Each only tells the truth once per process or page.
// As a program: node benches/cold.mjs skonto|precompiled|empty, prints the milliseconds.

const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const NOW = 1_510_000_000_000;
const MILK = { item_category2: "FLUID MILK PRODUCTS", item_category3: "FLUID MILK WHITE ONLY", price: 2 };

/** Milliseconds to the first decision. `wasm` may be a module that was compiled before. */
export async function start(createSkonto, wasm) {
  const begun = performance.now();
  const skonto = await createSkonto({ wasm, storage: null, clock: () => NOW, seed: () => 7 });
  const decision = skonto.decide({ item: MILK, currency: "USD" });
  const taken = performance.now() - begun;
  if (decision.listMinor !== 200 || decision.arms.length === 0) throw new Error(`not decided: ${decision.reason}`);
  return taken;
}

/** Milliseconds to an instance of nothing. */
export async function startEmpty() {
  const begun = performance.now();
  new WebAssembly.Instance(await WebAssembly.compile(EMPTY));
  return performance.now() - begun;
}

if (globalThis.process?.argv[1]?.endsWith("cold.mjs")) {
  const { readFileSync } = await import("node:fs");
  const { createSkonto } = await import("../pkg/dist/node.js");
  const wasm = readFileSync(new URL("../pkg/dist/skonto.wasm", import.meta.url));
  const what = process.argv[2];
  const given = what === "precompiled" ? await WebAssembly.compile(wasm) : wasm;
  console.log(what === "empty" ? await startEmpty() : await start(createSkonto, given));
}
