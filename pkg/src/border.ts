// The calls of the page border by name. All pass through one function of numbers; texts and files pass as bytes in wasm
// memory. The numbers are those of docs/page-border.md.

import type { freshGlue } from "skonto:page-glue";

type Page = ReturnType<typeof freshGlue>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Border {
  readonly #page: Page;
  readonly #memory: WebAssembly.Memory;

  constructor(page: Page, memory: WebAssembly.Memory) {
    this.#page = page;
    this.#memory = memory;
  }

  load(model: Uint8Array): number {
    return this.#told(model, 1);
  }

  restore(profile: Uint8Array): number {
    return this.#told(profile, 2);
  }

  profile(): Uint8Array<ArrayBuffer> {
    this.#call(3);
    return this.#bytes().slice();
  }

  forget(): void {
    this.#call(4);
  }

  text(kind: number, index: number, locale = 0): string {
    this.#call(5, kind, index, locale);
    return decoder.decode(this.#bytes());
  }

  count(kind: number): number {
    return this.#call(6, kind);
  }

  group(name: string): number {
    return this.#told(name, 7);
  }

  number(id: string): number {
    return this.#told(id, 8);
  }

  terms(margin: number, budgetPrice: number, personalised: boolean, shopper: string): void {
    this.#told(shopper, 9, margin, budgetPrice, Number(personalised));
  }

  product(item: number, brand: number, name: number[]): void {
    this.input(name);
    this.#call(10, item, brand, name.length);
  }

  attributes(told: number[]): void {
    this.input(told);
    this.#call(11, told.length);
  }

  stage(lines: number): number {
    return this.#call(12, lines);
  }

  search(text: number[]): void {
    this.input(text);
    this.#call(13, text.length);
  }

  observe(kind: number, time: number, transaction: string): number {
    return this.#told(transaction, 14, kind, time);
  }

  /** Calls 15 and 16 decide and explain. */
  answer(call: 15 | 16, group: number, list: number, now: number, seed: number): Float64Array {
    this.#call(call, group, list, now, seed);
    return this.#numbers();
  }

  profileNumbers(now: number): Float64Array {
    this.#call(17, now);
    return this.#numbers();
  }

  cart(question: Uint8Array, now: number, seed: number): Float64Array {
    this.#told(question, 18, now, seed);
    return this.#numbers();
  }

  /** Writes numbers into the input block. */
  input(numbers: number[], at = 0): void {
    new Float64Array(this.#memory.buffer, this.#places()[0], at + numbers.length).set(numbers, at);
  }

  #told(what: string | Uint8Array, call: number, a?: number, b?: number, c?: number): number {
    const bytes = typeof what === "string" ? encoder.encode(what) : what;
    this.#call(0, bytes.length);
    this.#bytes().set(bytes);
    return this.#call(call, a, b, c);
  }

  #call(call: number, a = 0, b = 0, c = 0, d = 0): number {
    return this.#page.call(call, a, b, c, d);
  }

  // Memory that grew has a new buffer, so that a view is good for one look.
  #places(): Uint32Array {
    return new Uint32Array(this.#memory.buffer, this.#page.places(), 5);
  }

  #bytes(): Uint8Array<ArrayBuffer> {
    const [, at, length] = this.#places();
    return new Uint8Array(this.#memory.buffer as ArrayBuffer, at, length);
  }

  #numbers(): Float64Array {
    const [, , , at, length] = this.#places();
    return new Float64Array(this.#memory.buffer, at, length).slice();
  }
}
