// The reference forest in this engine and in others, each in processes and pages of its own, in turns: so that what else the
// machine does meets all alike. Run by `PEERS=1 make bench ONLY=serving`, which puts everything into out/serving.
//   node benches/serving/peers.mjs            all of it: JSON lines, then the table on standard error
//   node benches/serving/peers.mjs NAME       one contender, once, in this process

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { noBrowser, openBrowser } from "../../pkg/test/parity/chromium.mjs";
import { CONTENDERS, compare, measure, ready } from "./contenders.mjs";

const OUT = new URL("../../out/serving/", import.meta.url);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const NODE_TICK = 0.0001;
const CHROMIUM_TICK = 5;
const [TABLE, ENTRY] = [24, 6];
const [MODEL, SHARES] = [3, 12];

const load = (name) => new Uint8Array(readFileSync(new URL(name, OUT)));
const numbers = (name, Type) => new Type(load(name).slice().buffer);

async function inThisProcess(name) {
  const contender = CONTENDERS.find((one) => one.name === name);
  const decide = await ready(contender, load, (path) => import(new URL(path, OUT)));
  const users = numbers("users.f32", Float32Array);
  const agreement = await compare(decide, users, numbers(contender.expected, Float64Array));
  return { ...agreement, ...(await measure(decide, users, NODE_TICK)) };
}

function inNode(name) {
  const told = execFileSync(process.execPath, [fileURLToPath(import.meta.url), name], { encoding: "utf8" });
  return JSON.parse(told.trim().split("\n").at(-1));
}

async function inChromium(browser, name) {
  const page = await browser.visit();
  const told = await page.evaluate(`(async () => {
    const { CONTENDERS, measure, ready } = await import("/benches/serving/contenders.mjs");
    const load = async (path) => new Uint8Array(await (await fetch("/out/serving/" + path)).arrayBuffer());
    const decide = await ready(CONTENDERS.find(({ name }) => name === "${name}"), load, (path) => import("/out/serving/" + path));
    return measure(decide, new Float32Array((await load("users.f32")).buffer), ${CHROMIUM_TICK});
  })()`);
  await page.context().close();
  return told;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

function weight(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

/** A section of a .skonto file, by docs/format-v2.md. */
function section(bytes, wanted) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint16(6, true);
  let at = TABLE + ENTRY * count;
  for (let entry = 0; entry < count; entry += 1) {
    const [id, length] = [view.getUint16(TABLE + ENTRY * entry, true), view.getUint32(TABLE + ENTRY * entry + 2, true)];
    if (id === wanted) return bytes.subarray(at, at + length);
    at += length;
  }
  throw new Error(`no section ${wanted}`);
}

async function all() {
  // Not in the processes of contenders, which need none of it.
  const { microsecondsInWorkerd } = await import("./workerd.mjs");
  const browser = noBrowser ? undefined : await openBrowser();
  if (!browser) console.error(`bench: nothing measured in Chromium: ${noBrowser}`);
  const found = CONTENDERS.map((contender) => ({ ...contender, node: [], chromium: [], workerd: [] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of found) {
      const told = inNode(one.name);
      [one.farthest, one.others] = [told.farthest, told.others];
      one.node.push(told.median);
      if (browser) one.chromium.push((await inChromium(browser, one.name)).median);
      if (one.inWorkerd) one.workerd.push(await microsecondsInWorkerd(one.name));
    }
    console.error(`bench: round ${round + 1} of ${ROUNDS}`);
  }
  await browser?.close();
  const hasWorkerd = found[0].workerd[0] !== undefined;
  if (!hasWorkerd) console.error("bench: SKIPPED decisions in workerd: their CPU time is read from /proc, which is not here");
  report(found, ["node", ...(browser ? ["chromium"] : []), ...(hasWorkerd ? ["workerd"] : [])]);
}

function forests([floor, ...others], engine, print) {
  const how = engine === "workerd" ? "CPU time of the process, a mean" : null;
  print(`serving.${floor.name}_p50_us.${engine}`, floor[engine], "us", how);
  for (const one of others) {
    const against = [`${one[engine].toFixed(3)} us, floor ${floor[engine].toFixed(3)}`, how].filter(Boolean).join("; ");
    if (!one.model) print(`serving.${one.name}_p50_us.${engine}`, one[engine], "us", how);
    else print(`serving.${one.name.replace("skonto_", "")}_p50_over_floor.${engine}`, one[engine] / floor[engine], "times", against);
  }
}

function logistic(found, engine, print) {
  const [whole, call, byHand] = ["skonto_logistic", "skonto_logistic_call", "floor_js_lr"].map((name) => found.find((one) => one.name === name)[engine]);
  print(`serving.logistic_us.${engine}`, call, "us", "0.15; the call of the page that takes features and scores eight arms, its way in and out included");
  print(`serving.logistic_whole_us.${engine}`, whole, "us",
    `the visit told and chances taken by JavaScript, as of the forest; JavaScript by hand ${byHand.toFixed(3)}`);
}

function report(found, engines) {
  const [floor] = found;
  for (const one of found) for (const engine of engines) one[engine] = median(one[engine]);
  const lines = [];
  const print = (figure, value, unit, against) => lines.push({ figure, value: Number(value.toPrecision(4)), unit, against });
  for (const engine of engines) {
    const here = found.filter((one) => one[engine] !== undefined);
    forests(here.filter((one) => one.expected === floor.expected), engine, print);
    if (here.length === found.length) logistic(found, engine, print);
  }
  for (const { name, farthest, others } of found.filter(({ model, isAlone }) => model && !isAlone)) {
    print(`serving.${name}_farthest`, farthest, "probability", `${others * 100} % other arms of 2048 decisions`);
  }
  for (const name of ["exact", "coarse"]) {
    const file = load(`${name}.skonto`);
    const [model, shares] = [weight(section(file, MODEL)), weight(section(file, SHARES))];
    print(`serving.model_bytes_brotli.${name}`, model, "bytes", `what reasons need ${shares}, the whole file ${weight(file)}`);
  }
  lines.forEach((line) => console.log(JSON.stringify(line)));
  const results = new URL("../results/", import.meta.url);
  mkdirSync(results, { recursive: true });
  const machine = { load: loadavg().map((load) => Number(load.toFixed(2))), node: process.version };
  writeFileSync(new URL("serving_peers.json", results), `${JSON.stringify({ machine, lines }, null, 1)}\n`);
  console.error(["", ...found.map((one) => `${one.label.padEnd(40)}${engines.filter((engine) => one[engine] !== undefined).map((engine) => `${engine} ${one[engine].toFixed(2)} us`.padEnd(22)).join("")}`)].join("\n"));
}

const [name] = process.argv.slice(2);
if (name) console.log(JSON.stringify(await inThisProcess(name)));
else await all();
