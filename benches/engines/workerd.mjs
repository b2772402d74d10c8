// workerd, through the binary in its npm package, with the modules under the names they have in the repository.

import { read } from "../../pkg/test/parity/files.mjs";
import { startWorker } from "../../pkg/test/parity/workerd.mjs";
import { BUILD, FILES } from "./asked.mjs";

const PARITY = "pkg/test/parity";
const SCRIPTS = [
  "benches/engines/worker.mjs", "benches/engines/asked.mjs", `${PARITY}/cases.mjs`, `${PARITY}/page.mjs`,
  ...["draws", "hash", "questions", "run"].map((name) => `${PARITY}/generated/${name}.mjs`),
];

/** What it found. */
export async function inWorkerd() {
  const module = (type) => (path) => ({ type, path, contents: read(path) });
  const modules = [
    ...SCRIPTS.map(module("ESModule")),
    ...[FILES.grocery, FILES.forest].map(module("Data")),
    module("CompiledWasm")(`${BUILD}/skonto_page_bg.wasm`),
  ];
  const worker = startWorker(modules);
  try {
    const response = await worker.dispatchFetch("http://worker.test/", { method: "POST", body: read(FILES.recorded) });
    if (!response.ok) throw new Error(await response.text());
    const { version } = JSON.parse(read("pkg/node_modules/workerd/package.json"));
    return { ...(await response.json()), agent: `workerd ${version}` };
  } finally {
    await worker.dispose();
  }
}
