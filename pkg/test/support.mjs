// What the tests share: a shopper, a product, places to keep things, a server that misbehaves, and traps.

import { createServer } from "node:http";
import { createSkonto } from "../dist/node.js";

export const NOW = 1_510_000_000_000;
export const DAY = 86_400_000;
export const MILK = { item_id: "995242", item_category2: "FLUID MILK PRODUCTS", item_category3: "FLUID MILK WHITE ONLY", price: 2 };

/** An engine whose clock and chance stand still, of the plain entry or of the one that `create` is from. It is destroyed when the test ends. */
export async function shopperOf(t, { create = createSkonto, ...options } = {}) {
  const skonto = await create({ clock: () => NOW, seed: () => 7, storage: null, ...options });
  t.after(() => skonto.destroy());
  return skonto;
}

/** An engine that may learn. */
export function learnerOf(t, options = {}) {
  return shopperOf(t, { consent: { storage: true, learn: true }, ...options });
}

/** A purchase of milk, `days` ago. */
export function purchase(id, days = 1) {
  const items = [{ ...MILK, price: 1.5, discount: 0.5, quantity: 1 }];
  return { name: "purchase", params: { transaction_id: id, currency: "USD", items }, timestamp_ms: NOW - days * DAY };
}

/** A store in memory that shows what was done to it. */
export function recordingStore() {
  const kept = new Map();
  const calls = [];
  const told = (call, result) => (calls.push(call), Promise.resolve(result));
  return {
    kept,
    calls,
    get: (key) => told(`get ${key}`, kept.get(key)),
    set: (key, value) => told(`set ${key}`, void kept.set(key, value)),
    delete: (key) => told(`delete ${key}`, void kept.delete(key)),
  };
}

/** Lets microtasks and the store's queue come to rest. */
export function settle() {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/** A server on the loopback address that answers with `handle`; gone when the test ends. */
export async function serve(t, handle) {
  const server = createServer(handle);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  return `http://127.0.0.1:${server.address().port}`;
}

// (module (func (export "trap") unreachable))
const TRAP = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4],
  ...[0x74, 0x72, 0x61, 0x70, 0, 0, 10, 5, 1, 3, 0, 0, 0x0b],
);

// The calls of the page border that tests trap, by number.
const CALLS = {
  ...{ 1: "load", 2: "restore", 3: "profile", 5: "text", 6: "count", 7: "group" },
  ...{ 9: "terms", 14: "observe", 15: "decide", 16: "explain", 18: "cart" },
};

/**
 * While the test runs, `arm(name)` makes that export of every later instance meet a real trap, once. The calls of the
 * page border pass through one export, and are named `page_` and what they do.
 */
export function armTraps(t) {
  const Instance = WebAssembly.Instance;
  const trap = new Instance(new WebAssembly.Module(TRAP)).exports.trap;
  const armed = new Map();
  const told = { instances: 0 };
  WebAssembly.Instance = function (module, imports) {
    told.instances += 1;
    const { exports } = new Instance(module, imports);
    const pageCall = (call, ...rest) => (spend(armed, `page_${CALLS[call]}`) ? trap() : exports.call(call, ...rest));
    const get = (_, name) => (spend(armed, name) ? trap : name === "call" ? pageCall : exports[name]);
    return { exports: new Proxy({}, { get }) };
  };
  t.after(() => (WebAssembly.Instance = Instance));
  return { arm: (name, times = 1) => armed.set(name, times), told };
}

function spend(armed, name) {
  const left = armed.get(name) ?? 0;
  if (left > 0) armed.set(name, left - 1);
  return left > 0;
}
