// A hash that is quick in JavaScript and in Rust: two lanes of 32 bits. Its twin is tests/parity/generated/hash.rs in the crate.

/** Of 32-bit words, read as they lie in memory: a number that is none keeps its bits. */
export class Hash {
  left = 0x736b6f6e;
  right = 0x746f6b73;

  /** Takes in the words from `from` to before `to`. */
  words(words, from, to) {
    let { left, right } = this;
    for (let at = from; at < to; at += 1) {
      left ^= words[at];
      left = Math.imul((left << 13) | (left >>> 19), 0x9e3779b1);
      right = (right + words[at]) | 0;
      right = Math.imul((right << 17) | (right >>> 15), 0x85ebca77);
    }
    this.left = left;
    this.right = right;
  }

  text() {
    return [this.left, this.right].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

/** One hash of many, each a text. */
export function joined(texts) {
  const all = new Hash();
  const lanes = texts.flatMap((text) => text.match(/.{8}/g).map((digits) => parseInt(digits, 16)));
  all.words(lanes, 0, lanes.length);
  return all.text();
}
