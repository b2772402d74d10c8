// The first answer of a fresh workerd, measured from outside: its own clock stands still while it computes.

import { read } from "../../pkg/test/parity/files.mjs";
import { startWorker } from "../../pkg/test/parity/workerd.mjs";

const EMPTY = [{ type: "ESModule", path: "worker.js", contents: "export default { fetch: () => Response.json({}) };" }];
const EXAMPLE = [
  { type: "ESModule", path: "worker.js", contents: read("examples/edge_worker/src/worker.js") },
  { type: "ESModule", path: "request.js", contents: read("examples/edge_worker/src/request.js") },
  { type: "ESModule", path: "skonto/edge", contents: read("pkg/dist/edge-workerd.js") },
  { type: "CompiledWasm", path: "skonto/edge.wasm", contents: read("pkg/dist/edge.wasm") },
];
const MILK = { item_category2: "FLUID MILK PRODUCTS", item_category3: "FLUID MILK WHITE ONLY", price: 2 };
const QUESTION = JSON.stringify({ item: MILK, currency: "USD", now_ms: 1_510_000_000_000, seed: 7 });

/** Of a fresh workerd with the example's worker, or an empty one: milliseconds the first request takes, and those from its start on. */
export async function firstRequest(what) {
  const begun = performance.now();
  const worker = startWorker(what === "empty" ? EMPTY : EXAMPLE);
  try {
    const address = new URL("/decide", await worker.ready);
    const asked = performance.now();
    const answer = await (await fetch(address, { method: "POST", body: QUESTION })).json();
    const answered = performance.now();
    if (what !== "empty" && answer.list_minor !== 200) throw new Error(`not decided: ${JSON.stringify(answer)}`);
    return { request: answered - asked, all: answered - begun };
  } finally {
    await worker.dispose();
  }
}
