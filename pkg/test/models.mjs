// Model files for the tests: the bundled one under a higher version. The format keeps a checksum of all that
// follows in bytes 8 to 15, and the version in bytes 16 to 23.

import { readFileSync } from "node:fs";

const BUNDLED = new URL("../../models/bundled.skonto", import.meta.url);
const CHECKSUM_AT = 8;
const VERSION_AT = 16;

/** A good model, `by` versions newer than the bundled one. */
export function newerModel(by = 9) {
  const bytes = Uint8Array.from(readFileSync(BUNDLED));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(VERSION_AT, view.getBigUint64(VERSION_AT, true) + BigInt(by), true);
  view.setBigUint64(CHECKSUM_AT, hash64(bytes.subarray(VERSION_AT)), true);
  return bytes;
}

// 64-bit FNV-1a.
function hash64(bytes) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
