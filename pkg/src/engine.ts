// The one owner of the instance. A trap poisons an instance: it is then dropped, and the next call starts another from
// the same module, which is told the last good model, the last profile and the terms. Every call answers `undefined` when
// the engine is freed or met a trap.

import { Border } from "./border.js";
import { Call, MAX_STAGED, PER_LINE } from "./border_table.js";
import type { FlatEvent } from "./events.js";
import { MAX_KNOWN, MAX_MODEL_BYTES, MAX_PROFILE_BYTES } from "./limits.js";
import { bytes } from "./values.js";

/** The shopper's key, margin in basis points and price of budget (-1: the model's own), and 1 if the profile counts. */
export type EngineTerms = readonly [shopper: string, margin: number, budgetPrice: number, isPersonalised: number];

export class Engine {
  readonly #module: WebAssembly.Module;
  readonly #onTrap: (cause: unknown) => void;
  /** Whether `free` was called. */
  isFreed = false;
  /** What was asked of the model in use. */
  readonly #answers: Map<unknown, unknown>[] = [];
  #page: Border | undefined;
  #model: Uint8Array | undefined;
  #profile: Uint8Array | undefined;
  #terms: EngineTerms | undefined;

  /** Throws where the module cannot be instantiated. */
  constructor(module: WebAssembly.Module, onTrap: (cause: unknown) => void) {
    this.#module = module;
    this.#onTrap = onTrap;
    this.#page = this.#start();
  }

  /** Lets go of the instance, and its memory with it. */
  free(): void {
    this.isFreed = true;
    this.#page = undefined;
  }

  /** Asks for anything that leaves profile, model and terms alone. */
  ask<T>(question: (page: Border) => T): T | undefined {
    if (this.isFreed) return undefined;
    try {
      return question((this.#page ??= this.#start()));
    } catch (cause) {
      this.#page = undefined;
      this.#answers.forEach((known) => known.clear());
      this.#onTrap(cause);
      return undefined;
    }
  }

  /** A question about the model in use that is asked once for each key, until another model is. */
  remembered<T, Key = void>(question: (page: Border, key: Key) => T): (key: Key) => T | undefined {
    const known = new Map<Key, T>();
    this.#answers.push(known as Map<unknown, unknown>);
    return (key) => {
      const before = known.get(key);
      if (before !== undefined) return before;
      const answer = this.ask((page) => question(page, key));
      if (known.size >= MAX_KNOWN) known.clear();
      if (answer !== undefined) known.set(key, answer);
      return answer;
    };
  }

  /** Swaps a model in; "", or why not, with the previous model still active. */
  load(model: Uint8Array): string | undefined {
    // One byte too many is let through, so that the engine itself says "too large".
    const copy = bytes(model, MAX_MODEL_BYTES + 1);
    const refusal = this.ask((page) => page.refusal(page.tell(Call.load, copy)));
    if (refusal !== "") return refusal;
    this.#answers.forEach((known) => known.clear());
    this.#model = copy;
    // A model with other groups starts with an empty profile; the old one must not come back after a trap.
    this.keepProfile();
    return refusal;
  }

  /** Takes an event with its lines, seven numbers each; "", or why not, with nothing changed. */
  observe({ kind, time, transaction, search }: FlatEvent, lines: number[]): string | undefined {
    return this.ask((page) => {
      for (let start = 0; start < lines.length; start += MAX_STAGED) {
        const staged = lines.slice(start, start + MAX_STAGED);
        const code = page.input(Call.stage, staged, staged.length / PER_LINE);
        if (code !== 0) return page.refusal(code);
      }
      if (search.length > 0) page.input(Call.search, search, search.length);
      return page.refusal(page.tell(Call.observe, transaction, kind, time));
    });
  }

  /** The profile's bytes, remembered for the instance that follows a trap. */
  keepProfile(): Uint8Array | undefined {
    const profile = this.ask((page) => (page.call(Call.profile), page.bytes()));
    if (profile) this.#profile = profile;
    return profile;
  }

  /** Puts a kept profile back; "", or why not, with nothing changed. */
  restore(profile: Uint8Array): string | undefined {
    const copy = bytes(profile, MAX_PROFILE_BYTES + 1);
    const refusal = this.ask((page) => page.refusal(page.tell(Call.restore, copy)));
    if (refusal === "") this.#profile = copy;
    return refusal;
  }

  /** Empties the profile. */
  forget(): void {
    this.#profile = undefined;
    this.ask((page) => page.call(Call.forget));
  }

  /** Sets the terms of the decisions that follow. */
  setTerms(terms: EngineTerms): void {
    this.#terms = terms;
    this.ask((page) => page.tell(Call.terms, ...terms));
  }

  // Each is taken out before it is tried: if it is what traps, the start after this one goes without it.
  #start(): Border {
    const page = new Border(this.#module);
    const [model, profile, terms] = [this.#model, this.#profile, this.#terms];
    this.#model = this.#profile = undefined;
    if (model && page.tell(Call.load, model) === 0) this.#model = model;
    if (profile && page.tell(Call.restore, profile) === 0) this.#profile = profile;
    if (terms) page.tell(Call.terms, ...terms);
    return page;
  }
}
