// A million generated cases in a browser that came to the page of browsers.mjs; what it found, or why not, is posted back.

import { hashBoth } from "../../pkg/test/parity/generated/run.mjs";
import { ASKED, BUILD, FILES } from "./asked.mjs";

const load = (path) => fetch(`/${path}`).then((response) => response.arrayBuffer());

async function run() {
  const module = await WebAssembly.compile(await load(`${BUILD}/skonto_page_bg.wasm`));
  const [grocery, forest, recorded] = await Promise.all([FILES.grocery, FILES.forest, FILES.recorded].map(load));
  return hashBoth(module, { grocery: new Uint8Array(grocery), forest: new Uint8Array(forest), recorded }, ASKED);
}

const told = await run().catch((error) => ({ error: String(error) }));
await fetch("/told", { method: "POST", body: JSON.stringify({ ...told, agent: navigator.userAgent }) });
