#!/usr/bin/env node
// Makes a wasm that starts with a model of yours: npx skonto-preset MODEL.skonto OUT.wasm
// The engine reads and checks the model here, and its memory as it is then becomes the memory it starts with. A page that
// starts so has nothing to fetch, to read and to check before its first decision.

import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";

const USAGE = `Makes a wasm that starts with your model instead of the demo's.

usage: skonto-preset MODEL.skonto OUT.wasm [skonto | cart | edge | BARE.wasm]

  npx skonto-preset out/model.skonto public/skonto.wasm         for the entry skonto
  npx skonto-preset out/model.skonto public/cart.wasm cart      for skonto/cart
  npx skonto-preset out/model.skonto worker/edge.wasm edge      for skonto/edge

Give it to the package: createSkonto({ wasm: "/skonto.wasm" }).`;

const [MEMORY, DATA, DATA_COUNT] = [5, 11, 12];
/** A segment of data costs about ten bytes; shorter runs of zeros are kept. */
const RUN = 12;

/** The module with the model in it. */
export function preset(wasm, model) {
  const { memory, base } = imageOf(wasm, model);
  const found = segments(memory, base);
  const bodies = {
    [MEMORY]: [1, 0, ...number(memory.length / 65_536)],
    [DATA_COUNT]: number(found.length),
    [DATA]: [...number(found.length), ...found.flatMap(({ at, bytes }) => [0, 0x41, ...signed(at), 0x0b, ...number(bytes.length), ...bytes])],
  };
  const parts = sections(wasm).map(({ id, start, body, end }) => {
    const made = bodies[id];
    return made ? Buffer.from([id, ...number(made.length), ...made]) : wasm.subarray(start, end);
  });
  return Buffer.concat([wasm.subarray(0, 8), ...parts]);
}

/** The memory of an instance that has read the model. */
function imageOf(wasm, model) {
  const module = new WebAssembly.Module(wasm);
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "preset")) throw new Error("this wasm is not skonto's");
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => {};
  const page = new WebAssembly.Instance(module, imports).exports;
  const base = new Uint8Array(page.memory.buffer).findIndex((byte) => byte !== 0);
  const at = page.__wbindgen_malloc(model.length, 1);
  new Uint8Array(page.memory.buffer).set(model, at);
  const code = page.preset(at, model.length);
  if (code !== 0) throw new Error(`the engine refuses the model, error ${code} of docs/format-v2.md`);
  const memory = new Uint8Array(page.memory.buffer);
  // The file, which nobody reads again, but for what allocators write at both ends of free memory. (The stack lies below all data.)
  memory.fill(0, at + 64, at + model.length - 16);
  return { memory, base };
}

/** What is not zero, from the first data on. */
function segments(memory, base) {
  const found = [];
  for (let at = base; at < memory.length; ) {
    if (memory[at] === 0) {
      at += 1;
      continue;
    }
    let end = at + 1;
    for (let zeros = 0; end < memory.length && zeros < RUN; end += 1) zeros = memory[end] === 0 ? zeros + 1 : 0;
    while (memory[end - 1] === 0) end -= 1;
    found.push({ at, bytes: memory.subarray(at, end) });
    at = end;
  }
  return found;
}

function sections(wasm) {
  const found = [];
  for (let at = 8; at < wasm.length; ) {
    const [length, body] = readNumber(wasm, at + 1);
    found.push({ id: wasm[at], start: at, body, end: body + length });
    at = body + length;
  }
  return found;
}

function readNumber(wasm, at) {
  for (let value = 0, scale = 1; ; scale *= 128, at += 1) {
    value += (wasm[at] & 127) * scale;
    if (wasm[at] < 128) return [value, at + 1];
  }
}

/** LEB128, as wasm writes numbers. */
function number(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)];
}

function signed(value) {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >> 7)];
}

/** The module of that name without a model, as the package ships it. */
function bare(build) {
  return build.endsWith(".wasm") ? build : new URL(`dist/bare/${build}.wasm`, import.meta.url);
}

if (argv[1] && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) {
  const [model, out, build = "skonto"] = argv.slice(2);
  if (!out) {
    console.error(USAGE);
    exit(2);
  }
  try {
    const made = preset(readFileSync(bare(build)), readFileSync(model));
    writeFileSync(out, made);
    console.error(`${out}: ${made.length} bytes, starts with ${model}`);
  } catch (cause) {
    console.error(`skonto-preset: ${cause.message}`);
    exit(1);
  }
}
