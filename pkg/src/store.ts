// What is kept beyond the page: the last good model and the profile. Nothing is read or written without consent,
// asked for at the moment of doing it; erasing needs none. A store that fails costs persistence, never a decision.

import { deadline } from "./deadline.js";
import { STORE_PATIENCE_MS } from "./limits.js";
import type { KeyValueStore } from "./options.js";

/** The names under which things are kept. */
export type Kept = "model" | "profile";

export class Store {
  readonly #backing: KeyValueStore | null;
  readonly #isAllowed: () => boolean;
  readonly #onFailure: (cause: unknown) => void;
  // One after the other, so that an erasure comes after every write begun before it.
  #queue: Promise<unknown> = Promise.resolve();

  constructor(backing: KeyValueStore | null, isAllowed: () => boolean, onFailure: (cause: unknown) => void) {
    this.#backing = backing;
    this.#isAllowed = isAllowed;
    this.#onFailure = onFailure;
  }

  /** What is kept, if it can be read. */
  async read(name: Kept): Promise<Uint8Array | undefined> {
    const kept = await this.#inTurn(async (backing) => (this.#isAllowed() ? backing.get(name) : undefined));
    return kept instanceof Uint8Array ? kept : undefined;
  }

  /** Keeps it. */
  write(name: Kept, bytes: Uint8Array): Promise<void> {
    return this.#inTurn(async (backing) => (this.#isAllowed() ? backing.set(name, bytes) : undefined));
  }

  /** Erases it. */
  drop(name: Kept): Promise<void> {
    return this.#inTurn((backing) => backing.delete(name));
  }

  /** Erases everything. */
  erase(): Promise<void> {
    return this.#inTurn(async (backing) => {
      if (backing.clear) return backing.clear();
      await backing.delete("profile");
      await backing.delete("model");
    });
  }

  #inTurn<T>(work: (backing: KeyValueStore) => Promise<T>): Promise<T | undefined> {
    const backing = this.#backing;
    if (!backing) return Promise.resolve(undefined);
    const turn = this.#queue
      .then(() => deadline(work(backing), STORE_PATIENCE_MS, "the store did not answer"))
      .catch((cause: unknown) => void this.#onFailure(cause));
    this.#queue = turn;
    return turn as Promise<T | undefined>;
  }
}
