// What training and the builds left in the tree, for the tests that run in Node.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

const ROOT = new URL("../../../", import.meta.url);
const NEEDED = ["model.skonto", "parity/cases.bin", "parity/expected.json"];

/** The first file that training should have made and that is not there. */
export const missing = NEEDED.find((name) => !existsSync(new URL(`out/${name}`, ROOT)));

/** A file of the repository. */
export function read(path) {
  return readFileSync(new URL(path, ROOT));
}

/** A file of the repository, in a buffer of its own. */
export function readBuffer(path) {
  return Uint8Array.from(read(path)).buffer;
}

/** The build's wasm, compiled. */
export function moduleOf(build) {
  return new WebAssembly.Module(read(`pkg/wasm/${build}/skonto_${build}_bg.wasm`));
}

/** What every engine must reproduce. */
export function readExpected() {
  return JSON.parse(read("out/parity/expected.json"));
}

/** The native engine's numbers as `cargo test` leaves them; undefined when they are not those expected. */
export function readReference({ sha256 }) {
  if (!existsSync(new URL("out/parity/numbers.bin", ROOT))) return undefined;
  const buffer = readBuffer("out/parity/numbers.bin");
  const hash = createHash("sha256").update(new Uint8Array(buffer)).digest("hex");
  return hash === sha256 ? new Float64Array(buffer) : undefined;
}
