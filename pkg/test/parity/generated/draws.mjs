// Numbers that look random and are the same in JavaScript and in Rust: sfc32 (Doty-Humphrey, PractRand), which needs nothing but
// 32-bit additions and shifts. Its twin is tests/parity/generated/draws.rs in the crate.

const WARM_UP = 12;

/** The stream of one case; any case can be drawn without those before it. */
export class Draws {
  constructor(world, draw) {
    this.a = world | 0;
    this.b = draw | 0;
    this.c = 0x5eed5eed;
    this.counter = 1;
    for (let round = 0; round < WARM_UP; round += 1) this.draw();
  }

  draw() {
    const { a, b, c } = this;
    const drawn = (a + b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = b ^ (b >>> 9);
    this.b = (c + (c << 3)) | 0;
    this.c = (((c << 21) | (c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  }

  /** From 0 to below `limit`. */
  below(limit) {
    return this.draw() % limit;
  }

  /** From 0 to below 1, a multiple of 2⁻³², so nothing is rounded. */
  share() {
    return this.draw() / 4294967296;
  }

  /** One of these. */
  oneOf(numbers) {
    return numbers[this.below(numbers.length)];
  }
}
