// One instance of the page build: its one function of numbers, and what lies in its memory. The generated glue does the
// same for any module; this one passes numbers alone, which takes a tenth of it, and build.js makes sure of that.

import imports from "skonto:page-imports";
import { BYTES_PER_NUMBER, Call, Place, PLACES, Text } from "./border_table.js";
import { list } from "./values.js";
import type * as PageExports from "../wasm/page/skonto_page_bg.wasm";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Border {
  readonly #exports: typeof PageExports;
  #places = new Uint32Array();
  #bytes = new Uint8Array();
  #numbers = new Float64Array();

  /** Throws where the module cannot be instantiated, or is none of ours. */
  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, imports).exports as typeof PageExports;
    this.#look();
  }

  /** Calls with numbers. */
  call(call: Call, a = 0, b = 0, c = 0, d = 0): number {
    return this.#exports.call(call, a, b, c, d);
  }

  /** Calls with a text or a file besides. */
  tell(call: Call, what: string | Uint8Array, a?: number, b?: number, c?: number): number {
    this.call(Call.room, what.length);
    const room = this.#given();
    if (typeof what !== "string") room.set(what);
    // A text is ASCII nearly always, a byte a character, and then written in its place; another has to be measured first.
    else if (encoder.encodeInto(what, room).read < what.length) return this.tell(call, encoder.encode(what), a, b, c);
    return this.call(call, a, b, c);
  }

  /** Calls with numbers that are written into the input block. */
  input(call: Call, numbers: number[], a?: number, b?: number, c?: number): number {
    this.#look();
    this.#numbers.set(numbers, this.#places[Place.input] / BYTES_PER_NUMBER);
    return this.call(call, a, b, c);
  }

  /** Tells what the shop says of the moment, to a model that looks at any of it. */
  attributes(told: number[]): void {
    if (told.length > 0) this.input(Call.attributes, told, told.length);
  }

  /** The bytes that the last call gave. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#given().slice();
  }

  /** The numbers that the last call gave, copied one by one: a typed array of their own would take ten times as long. */
  numbers(): number[] {
    this.#look();
    const [start, count] = [this.#places[Place.output] / BYTES_PER_NUMBER, this.#places[Place.outputCount]];
    const numbers = new Array<number>(count);
    for (let index = 0; index < count; index += 1) numbers[index] = this.#numbers[start + index];
    return numbers;
  }

  /** A text of the model. */
  text(kind: Text, index: number, locale = 0): string {
    this.call(Call.text, kind, index, locale);
    return decoder.decode(this.#given());
  }

  /** All texts of a kind, as far as they are the same in every language. */
  texts(kind: Text): string[] {
    return list(this.call(Call.count, kind), (index) => this.text(kind, index));
  }

  /** What a code means, by the name of the error and what the build lacks if that is what was wrong; "" for success. */
  refusal(code: number): string {
    if (code === 0) return "";
    const absent = this.text(Text.error, 1);
    return this.text(Text.error, 0) + (absent && `: ${absent} need skonto/cart`);
  }

  // Where the bytes lie, good until the next call.
  #given(): Uint8Array<ArrayBuffer> {
    this.#look();
    const start = this.#places[Place.bytes];
    return this.#bytes.subarray(start, start + this.#places[Place.byteCount]);
  }

  // Memory that grew has another buffer, and every view of the one before is empty.
  #look(): void {
    if (this.#bytes.length > 0) return;
    const { memory, places } = this.#exports;
    this.#places = new Uint32Array(memory.buffer, places(), PLACES);
    this.#bytes = new Uint8Array(memory.buffer as ArrayBuffer);
    this.#numbers = new Float64Array(memory.buffer);
  }
}
