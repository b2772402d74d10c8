// The engine's calls with copies in and out, and what a fresh instance must be told after a trap: the last good
// model, the last profile, the terms. Every call answers `undefined` when the engine is freed or met a trap.

import type { Border } from "./border.js";
import { Instance } from "./instance.js";
import type { Question } from "./question.js";
import { bytes } from "./values.js";

/** Lines that fit the input block. */
const MAX_STAGED = 73;
/** The largest model file, in bytes. */
export const MAX_MODEL_BYTES = 256 * 1024;
const MAX_PROFILE_BYTES = 4096;
const LINE_FIELDS = 7;
/** The kind of text that names the last error. */
const ERROR = 20;

/** What `Page.terms` takes: -1 for the model's own. */
export interface EngineTerms {
  marginBasisPoints: number;
  budgetPrice: number;
  personalised: boolean;
  shopper: string;
}

export class Engine {
  readonly #instance: Instance;
  #model: Uint8Array | undefined;
  #profile: Uint8Array | undefined;
  #terms: EngineTerms | undefined;

  /** Throws where the module cannot be instantiated. */
  constructor(module: WebAssembly.Module, onTrap: (cause: unknown) => void) {
    this.#instance = new Instance(module, (page) => this.#prepare(page), onTrap);
  }

  /** Whether `free` was called. */
  get isFreed(): boolean {
    return this.#instance.isFreed;
  }

  /** Asks for words or indices; anything that leaves profile, model and terms alone. */
  ask<T>(question: (page: Border) => T): T | undefined {
    return this.#instance.call(question);
  }

  /** Swaps a model in; "", or why not, with the previous model still active. */
  load(model: Uint8Array): string | undefined {
    // One byte too many is let through, so that the engine itself says "too large".
    const copy = bytes(model, MAX_MODEL_BYTES + 1);
    const refusal = this.#instance.call((page) => judged(page, page.load(copy)));
    if (refusal !== "") return refusal;
    this.#model = copy;
    // A model with other groups starts with an empty profile; the old one must not come back after a trap.
    this.keepProfile();
    return refusal;
  }

  /**
   * Takes an event with lines of `[group, net, discount, quantity, item, brand, offer]` and the characters of a search;
   * "", or why not, with nothing changed.
   */
  observe(kind: number, time: number, transaction: string, lines: number[][], search: number[]): string | undefined {
    return this.#instance.call((page) => {
      for (let start = 0; start < lines.length; start += MAX_STAGED) {
        const code = this.#stage(page, lines.slice(start, start + MAX_STAGED));
        if (code !== 0) return judged(page, code);
      }
      if (search.length > 0) page.search(search);
      return judged(page, page.observe(kind, time, transaction));
    });
  }

  /** The output block of a decision, or of an explanation. */
  answer(call: "decide" | "explain", question: Question): Float64Array | undefined {
    const { group, list, now, seed, product, attributes } = question;
    return this.#instance.call((page) => {
      if (product) page.product(product.item, product.brand, product.name);
      if (attributes.length > 0) page.attributes(attributes);
      return page.answer(call === "decide" ? 15 : 16, group, list, now, seed);
    });
  }

  /** The output block that tells the profile in numbers. */
  profileNumbers(now: number): Float64Array | undefined {
    return this.#instance.call((page) => page.profileNumbers(now));
  }

  /** The profile's bytes, remembered for the instance that follows a trap. */
  keepProfile(): Uint8Array | undefined {
    const profile = this.#instance.call((page) => page.profile());
    if (profile) this.#profile = profile;
    return profile;
  }

  /** Puts a kept profile back; "", or why not, with nothing changed. */
  restore(profile: Uint8Array): string | undefined {
    const copy = bytes(profile, MAX_PROFILE_BYTES + 1);
    const refusal = this.#instance.call((page) => judged(page, page.restore(copy)));
    if (refusal === "") this.#profile = copy;
    return refusal;
  }

  /** Empties the profile. */
  forget(): void {
    this.#profile = undefined;
    this.#instance.call((page) => page.forget());
  }

  /** Sets the terms of the decisions that follow. */
  setTerms(terms: EngineTerms): void {
    this.#terms = terms;
    this.#instance.call((page) => applyTerms(page, terms));
  }

  /** Gives the memory back. */
  free(): void {
    this.#instance.free();
  }

  #stage(page: Border, lines: number[][]): number {
    lines.forEach((line, index) => page.input(line, index * LINE_FIELDS));
    return page.stage(lines.length);
  }

  // Each is taken out before it is tried: if it is what traps, the start after this one goes without it.
  #prepare(page: Border): void {
    const [model, profile, terms] = [this.#model, this.#profile, this.#terms];
    this.#model = this.#profile = undefined;
    if (model && page.load(model) === 0) this.#model = model;
    if (profile && page.restore(profile) === 0) this.#profile = profile;
    if (terms) applyTerms(page, terms);
  }
}

function applyTerms(page: Border, terms: EngineTerms): void {
  page.terms(terms.marginBasisPoints, terms.budgetPrice, terms.personalised, terms.shopper);
}

// The name of the last error, and what the build lacks if that is what was wrong.
function judged(page: Border, code: number): string {
  if (code === 0) return "";
  const absent = page.text(ERROR, 1);
  return page.text(ERROR, 0) + (absent && `: ${absent} need skonto/cart`);
}
