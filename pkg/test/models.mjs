// Model files for the tests: the bundled one under a higher version, which the format keeps in bytes 8 to 15.

import { readFileSync } from "node:fs";

const BUNDLED = new URL("../../models/bundled.skonto", import.meta.url);
const VERSION_AT = 8;

/** A good model, `by` versions newer than the bundled one. */
export function newerModel(by = 9) {
  const bytes = Uint8Array.from(readFileSync(BUNDLED));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(VERSION_AT, view.getBigUint64(VERSION_AT, true) + BigInt(by), true);
  return bytes;
}
