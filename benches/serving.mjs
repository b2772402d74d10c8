// Sizes, and what the wasm builds cost in Node and Chromium. Reads the native figures from standard input, passes
// them on, and sets its own against them. Run by `make bench ONLY=serving`.

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { readCases } from "../pkg/test/parity/cases.mjs";
import { noBrowser, openBrowser } from "../pkg/test/parity/chromium.mjs";
import { moduleOf, read, readBuffer } from "../pkg/test/parity/files.mjs";
import { openPage } from "../pkg/test/parity/page.mjs";
import { firstRequest } from "./serving/first_request.mjs";
import { scale } from "./serving/scale.mjs";
import { measure } from "./warm.mjs";

const STARTS = 15;
const COLD = ["skonto", "precompiled", "empty"];

function print(figure, value, unit, against = null) {
  console.log(JSON.stringify({ figure, value: Number(value.toFixed(unit === "bytes" ? 0 : 3)), unit, against }));
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function weigh(figure, path) {
  const bytes = read(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  print(figure, brotliCompressSync(bytes, { params }).length, "bytes", `${bytes.length} bytes uncompressed`);
}

// Alternately, so that a change of load meets all.
async function startsOf(kinds, work) {
  const found = kinds.map(() => []);
  for (let count = 0; count < STARTS; count += 1) {
    for (const [at, what] of kinds.entries()) found[at].push(await work(what));
  }
  return found;
}

const startInNode = (what) =>
  Number(execFileSync(process.execPath, [fileURLToPath(new URL("cold.mjs", import.meta.url)), what], { encoding: "utf8" }));

async function startInChromium(browser, what) {
  const page = await browser.visit();
  const taken = await page.evaluate(`(async () => {
    const [cold, { createSkonto }] = await Promise.all([import("/benches/cold.mjs"), import("/pkg/dist/browser.js")]);
    const wasm = await fetch("/pkg/dist/skonto.wasm").then((response) => response.arrayBuffer());
    const given = ${what === "precompiled" ? "await WebAssembly.compile(wasm)" : "wasm"};
    return ${what === "empty" ? "cold.startEmpty()" : "cold.start(createSkonto, given)"};
  })()`);
  await page.context().close();
  return taken;
}

async function warmInChromium(browser) {
  const page = await browser.visit();
  return page.evaluate(`(async () => {
    const load = (path) => fetch(path).then((response) => response.arrayBuffer());
    const [{ readCases }, { openPage }, { measure }] = await Promise.all([
      import("/pkg/test/parity/cases.mjs"),
      import("/pkg/test/parity/page.mjs"), import("/benches/warm.mjs")]);
    const module = await WebAssembly.compile(await load("/pkg/wasm/page/skonto_page_bg.wasm"));
    const opened = openPage(module, new Uint8Array(await load("/out/model.skonto")));
    return measure(opened, readCases(await load("/out/parity/cases.bin")));
  })()`);
}

const passedOn = readFileSync(0, "utf8");
process.stdout.write(passedOn);
const native = Object.fromEntries(passedOn.trim().split("\n").map((line) => JSON.parse(line)).map(({ figure, value }) => [figure, value]));
const toNative = (call) => `native ${native[`serving.${call}_p50_us.native`]}`;

// The totals of .ci/size, engine and script without the bundled model; it says by itself when one is over its ceiling.
for (const [, build, total] of spawnSync(fileURLToPath(new URL("../.ci/size", import.meta.url)), { encoding: "utf8" }).stdout
  .matchAll(/^(\w+) +total +(\d+)/gm)) {
  print(`serving.${build}_bytes_brotli`, Number(total), "bytes", { page: "30000", edge: "110000" }[build]);
}
weigh("serving.model_bytes_brotli", "out/model.skonto");

const node = measure(openPage(moduleOf("page"), read("out/model.skonto")), readCases(readBuffer("out/parity/cases.bin")));
print("serving.decide_p50_us.node", node.decide, "us", toNative("decide"));
print("serving.observe_p50_us.node", node.observe, "us", toNative("observe"));
print("serving.explain_p50_us.node", node.explain, "us", `decide ${node.decide.toFixed(3)}`);
printStarts("node", await startsOf(COLD, startInNode));

if (noBrowser) {
  console.error(`bench: nothing measured in Chromium: ${noBrowser}`);
} else {
  const browser = await openBrowser();
  print("serving.decide_p50_us.chromium", (await warmInChromium(browser)).decide, "us", toNative("decide"));
  printStarts("chromium", await startsOf(COLD, (what) => startInChromium(browser, what)));
  await browser.close();
}

const [first, firstOfEmpty] = await startsOf(["skonto", "empty"], firstRequest);
const over = (part) => median(first.map((one) => one[part])) - median(firstOfEmpty.map((one) => one[part]));
print("serving.first_request_over_empty_ms.workerd", over("request"), "ms",
  `3; the example's worker, edge build; from the start of workerd on ${over("all").toFixed(3)}`);
await scale(print, native);

function printStarts(engine, found) {
  const [cold, precompiled, empty] = found.map(median);
  print(`serving.cold_start_ms.${engine}`, cold, "ms", `empty module ${empty.toFixed(3)}`);
  print(`serving.cold_over_empty_ms.${engine}`, cold - empty, "ms", { node: "1", chromium: "2" }[engine]);
  print(`serving.cold_precompiled_over_empty_ms.${engine}`, precompiled - empty, "ms", "the module compiled before");
}
