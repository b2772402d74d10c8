// workerd with both builds as modules that were compiled before the first request, as when deployed.

import { Miniflare } from "miniflare";
import { read } from "./files.mjs";

const SCRIPTS = ["cases.mjs", "edge.mjs", "page.mjs", "verdict.mjs"];

/** A worker that answers the cases in a request's body with a summary. Dispose it. */
export function openWorker(expected) {
  const glue = ["page", "edge"].flatMap((build) => [
    { type: "ESModule", path: `skonto_${build}.js`, contents: read(`pkg/wasm/${build}/skonto_${build}.js`) },
    { type: "CompiledWasm", path: `skonto_${build}_bg.wasm`, contents: read(`pkg/wasm/${build}/skonto_${build}_bg.wasm`) },
  ]);
  const modules = [
    { type: "ESModule", path: "worker.mjs", contents: read("pkg/test/parity/worker.mjs") },
    ...SCRIPTS.map((path) => ({ type: "ESModule", path, contents: read(`pkg/test/parity/${path}`) })),
    { type: "Data", path: "model.skonto", contents: read("out/model.skonto") },
    ...glue,
  ];
  return startWorker(modules, { expected });
}

/** A worker of these modules, the first of which answers. */
export function startWorker(modules, bindings = {}) {
  return new Miniflare({ host: "127.0.0.1", compatibilityDate: "2026-07-30", bindings, modules });
}
