// Workers forbid compiling wasm at run time: the entry must take the module the runtime compiled.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Miniflare } from "miniflare";
import { createEdge } from "../../dist/edge-node.js";
import { createSkonto } from "../../dist/node.js";
import { MILK, NOW } from "../support.mjs";
import { installPacked } from "./packed.mjs";

const OPTIONS = { clock: () => NOW, seed: () => 7 };
const REQUEST = { item: MILK, currency: "USD", now_ms: NOW, seed: 7 };

let project;
before(() => (project = installPacked()));
after(() => project.remove());

async function askWorker(t, modules, script) {
  const worker = new Miniflare({
    host: "127.0.0.1",
    compatibilityDate: "2026-07-30",
    modules: [
      { type: "ESModule", path: "worker.js", contents: script },
      ...modules.map(([type, path, file]) => ({ type, path, contents: readFileSync(join(project.installed, file)) })),
    ],
  });
  t.after(() => worker.dispose());
  const response = await worker.dispatchFetch("http://shop.test/");
  return response.json();
}

test("decides_in_workerd_as_in_node", async (t) => {
  const modules = [["ESModule", "skonto/index.js", "dist/workerd.js"], ["CompiledWasm", "skonto/skonto.wasm", "dist/skonto.wasm"]];
  const decision = await askWorker(t, modules, `
    import { createSkonto } from "./skonto/index.js";
    export default { async fetch() {
      const skonto = await createSkonto({ clock: () => ${NOW}, seed: () => 7 });
      return Response.json(skonto.decide({ item: ${JSON.stringify(MILK)}, currency: "USD" }));
    } };`);
  const skonto = await createSkonto(OPTIONS);
  assert.deepEqual(decision, skonto.decide({ item: MILK, currency: "USD" }));
  skonto.destroy();
});

test("decides_in_workerd_with_the_edge_build_as_in_node", async (t) => {
  const modules = [["ESModule", "skonto/edge.js", "dist/edge-workerd.js"], ["CompiledWasm", "skonto/edge.wasm", "dist/edge.wasm"]];
  const decision = await askWorker(t, modules, `
    import { createEdge } from "./skonto/edge.js";
    export default { fetch: () => Response.json(createEdge().decide(${JSON.stringify(REQUEST)})) };`);
  assert.deepEqual(decision, JSON.parse(JSON.stringify(createEdge().decide(REQUEST))));
});
