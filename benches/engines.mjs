// A million generated cases in every engine, held to the hashes of the native one, which come by standard input. Prints
// `serving.same_bits.ENGINE`, 1 or 0, and to standard error where it first differs. Run by `make bench ONLY=serving`.
//   node benches/engines.mjs [ENGINE...]      default: all; ENGINES names the folder with the npm packages of Deno and Bun

import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { joined } from "../pkg/test/parity/generated/hash.mjs";
import { ASKED, BUILD } from "./engines/asked.mjs";
import { browsers, inBrowser } from "./engines/browsers.mjs";
import { inWorkerd } from "./engines/workerd.mjs";

const SCALAR = "target/scalar/page";
const OWN = fileURLToPath(new URL("engines/own.mjs", import.meta.url));
const run = promisify(execFile);

/** By name, what gives the hashes; of an engine that is not here, undefined. */
const ENGINES = {
  node: () => own(process.execPath, [], BUILD),
  node_scalar: () => existsSync(SCALAR) && own(process.execPath, [], SCALAR),
  deno: () => own(packaged("@deno", "deno"), ["run", "--no-config", "--no-lock", "--allow-read"], BUILD),
  bun: () => own(packaged("@oven", "bin/bun"), ["run"], BUILD),
  workerd: inWorkerd,
  ...Object.fromEntries(browsers.map((name) => [name, () => inBrowser(name)])),
};

async function own(program, options, build) {
  if (!program) return undefined;
  const { stdout } = await run(program, [...options, OWN, build], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout);
}

// Of the packages for several machines, the one that runs on this one.
function packaged(scope, path) {
  const folder = `${process.env.ENGINES ?? "."}/node_modules/${scope}`;
  const found = existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}/${path}`) : [];
  return found.find((program) => spawnSync(program, ["--version"]).status === 0);
}

function difference(told, native) {
  for (const model of ["grocery", "forest"]) {
    const at = native[model].findIndex((hash, index) => hash !== told[model][index]);
    if (at >= 0) return `cases ${at * ASKED.chunk} to ${(at + 1) * ASKED.chunk - 1} of the ${model} model`;
  }
  return undefined;
}

async function compare(name, native) {
  const told = await ENGINES[name]();
  if (!told) return console.error(`bench: SKIPPED serving.same_bits.${name}: not here; PEERS=1 gets the engines, .ci/wasm scalar that build`);
  if (told.error) throw new Error(told.error);
  const first = difference(told, native);
  if (first) console.error(`bench: ${name} first differs in ${first}`);
  const hash = joined([...told.grocery, ...told.forest]);
  const against = `hash ${hash} of ${2 * ASKED.to} cases${told.agent ? `, ${told.agent}` : ""}`;
  console.log(JSON.stringify({ figure: `serving.same_bits.${name}`, value: first ? 0 : 1, unit: "0 or 1", against }));
}

const native = JSON.parse(readFileSync(0, "utf8"));
console.error(`bench: native hash ${joined([...native.grocery, ...native.forest])}`);
const wanted = process.argv.slice(2);
for (const name of wanted.length ? wanted : Object.keys(ENGINES)) {
  // One that fails must not keep the others from being compared.
  await compare(name, native).catch((error) => {
    process.exitCode = 1;
    console.error(`bench: ${name} was not compared: ${error.message}`);
  });
}
