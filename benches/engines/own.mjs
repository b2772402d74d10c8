// A million generated cases in this process: Node, Deno or Bun.
//   node benches/engines/own.mjs FOLDER      with the page build in that folder, an address relative to the repository

import { readFileSync } from "node:fs";
import { hashBoth } from "../../pkg/test/parity/generated/run.mjs";
import { ASKED, FILES } from "./asked.mjs";

const root = new URL("../../", import.meta.url);
const read = (path) => Uint8Array.from(readFileSync(new URL(path, root)));
const build = process.argv[2];

const module = new WebAssembly.Module(read(`${build}/skonto_page_bg.wasm`));
const files = Object.fromEntries(Object.entries(FILES).map(([name, path]) => [name, read(path)]));
const hashes = hashBoth(module, { ...files, recorded: files.recorded.buffer }, ASKED);
const { bun, deno = globalThis.Deno?.version.deno, node } = process.versions;
const agent = (bun && `Bun ${bun}`) ?? (deno && `Deno ${deno}`) ?? `Node ${node}`;
console.log(JSON.stringify({ ...hashes, agent }));
