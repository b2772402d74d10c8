// Numbers of decisions against the hashes that training recorded. Runs in every engine; what it gives is plain
// JSON, so that it can cross any border.

const CHUNK = 1_000;
const COMPARED = ["cases", "arms", "chunks", "sha256"];
const BITS = 16; // hexadecimal digits of a 64-bit float

/** What an engine made of all cases. Where a chunk is not as expected, the bits of the first such. */
export async function summarise(numbers, count, expected) {
  const width = numbers.length / count;
  const chunks = [];
  for (let start = 0; start < count; start += CHUNK) {
    chunks.push(await sha256(numbers.subarray(start * width, (start + CHUNK) * width)));
  }
  const first = chunks.findIndex((hash, index) => hash !== expected.chunks[index]);
  const bits = first < 0 ? null : hexadecimal(numbers.subarray(first * CHUNK * width, (first + 1) * CHUNK * width));
  const arms = expected.arms.map(() => 0);
  for (let at = 0; at < numbers.length; at += width) arms[numbers[at]] += 1;
  return { cases: count, arms, sha256: await sha256(numbers), chunks, width, first, bits };
}

/** "" if a summary is as expected, else the first difference. `reference`: the right numbers, where there are. */
export function difference(summary, expected, reference) {
  const { first, bits, width } = summary;
  if (first >= 0) return `the first difference is in chunk ${first}${place(first, bits, width, reference)}`;
  const wrong = COMPARED.find((field) => JSON.stringify(summary[field]) !== JSON.stringify(expected[field]));
  return wrong ? `${wrong}: ${JSON.stringify(summary[wrong])} instead of ${JSON.stringify(expected[wrong])}` : "";
}

function place(chunk, bits, width, reference) {
  if (!reference) return ` (cases ${chunk * CHUNK} and on; run cargo test to learn which)`;
  const start = chunk * CHUNK * width;
  const wanted = hexadecimal(reference.subarray(start, start + CHUNK * width));
  const at = bits.findIndex((digits, index) => digits !== wanted[index]);
  const [row, column] = [Math.floor(at / width), at % width];
  const said = `number ${column} is ${fromBits(bits[at])} (${bits[at]}), not ${fromBits(wanted[at])} (${wanted[at]})`;
  return `, case ${chunk * CHUNK + row}: ${said}`;
}

async function sha256(numbers) {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function hexadecimal(numbers) {
  const words = new BigUint64Array(numbers.buffer, numbers.byteOffset, numbers.length);
  return Array.from(words, (word) => word.toString(16).padStart(BITS, "0"));
}

function fromBits(digits) {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${digits}`));
  return view.getFloat64(0);
}
