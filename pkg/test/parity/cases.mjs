// Reads parity/cases.bin. The format is written down beside its writer, src/evaluate/parity.rs in the crate.

const MAGIC = 0x43504b53; // "SKPC"
const FIELDS = 16;

/** All cases of a file: the stored profile, and what was asked. */
export function readCases(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new Error("cases.bin does not begin with SKPC");
  const cases = [];
  let at = 8;
  for (let left = view.getUint32(4, true); left > 0; left -= 1) {
    const length = view.getUint16(at, true);
    const profile = new Uint8Array(buffer, at + 2, length);
    at += 2 + length;
    const [group, price, now, seed] = [0, 4, 8, 12].map((offset) => view.getUint32(at + offset, true));
    cases.push({ profile, group, price, now, seed });
    at += FIELDS;
  }
  if (at !== buffer.byteLength) throw new Error(`${buffer.byteLength - at} bytes after the last case`);
  return cases;
}
