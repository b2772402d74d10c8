// What is kept beyond the page: the last good model and the profile. Nothing is read or written without consent,
// asked for at the moment of doing it; erasing needs none. A store that fails costs persistence, never a decision.

import { deadline } from "./deadline.js";
import type { KeyValueStore } from "./options.js";

const MODEL = "model";
const PROFILE = "profile";
/** A store that hangs must not hold up the page longer than this. */
const PATIENCE_MS = 1_000;

/** A model that was once accepted, and the tag under which the server knows it. */
export interface KeptModel {
  bytes: Uint8Array;
  etag: string;
}

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

  /** The kept model, if it can be read. */
  async readModel(): Promise<KeptModel | undefined> {
    const kept = await this.#permitted((backing) => backing.get(MODEL));
    return kept instanceof Uint8Array ? unpack(kept) : undefined;
  }

  /** Keeps a model together with its tag: apart, a crash between two writes would pair the wrong ones. */
  async writeModel(model: KeptModel): Promise<void> {
    await this.#permitted((backing) => backing.set(MODEL, pack(model)));
  }

  /** The kept profile, if it can be read. */
  async readProfile(): Promise<Uint8Array | undefined> {
    const kept = await this.#permitted((backing) => backing.get(PROFILE));
    return kept instanceof Uint8Array ? kept : undefined;
  }

  /** Keeps the profile. */
  async writeProfile(profile: Uint8Array): Promise<void> {
    await this.#permitted((backing) => backing.set(PROFILE, profile));
  }

  /** Erases the kept model. */
  async dropModel(): Promise<void> {
    await this.#inTurn((backing) => backing.delete(MODEL));
  }

  /** Erases the kept profile. */
  async dropProfile(): Promise<void> {
    await this.#inTurn((backing) => backing.delete(PROFILE));
  }

  /** Erases everything. */
  async erase(): Promise<void> {
    await this.#inTurn(async (backing) => {
      if (backing.clear) return backing.clear();
      await backing.delete(PROFILE);
      await backing.delete(MODEL);
    });
  }

  #permitted<T>(work: (backing: KeyValueStore) => Promise<T>): Promise<T | undefined> {
    return this.#inTurn(async (backing) => (this.#isAllowed() ? work(backing) : undefined));
  }

  #inTurn<T>(work: (backing: KeyValueStore) => Promise<T>): Promise<T | undefined> {
    const backing = this.#backing;
    if (!backing) return Promise.resolve(undefined);
    const turn = this.#queue
      .then(() => deadline(work(backing), PATIENCE_MS, "the store did not answer"))
      .catch((cause: unknown) => void this.#onFailure(cause));
    this.#queue = turn;
    return turn as Promise<T | undefined>;
  }
}

// Layout: length of the tag as one byte, the tag in UTF-8, the model. The model checks itself when loaded.
function pack({ bytes, etag }: KeptModel): Uint8Array {
  const encoded = new TextEncoder().encode(etag);
  const tag = encoded.length <= 255 ? encoded : new Uint8Array();
  const packed = new Uint8Array(1 + tag.length + bytes.length);
  packed[0] = tag.length;
  packed.set(tag, 1);
  packed.set(bytes, 1 + tag.length);
  return packed;
}

function unpack(packed: Uint8Array): KeptModel {
  const start = 1 + (packed[0] ?? 0);
  return { etag: new TextDecoder().decode(packed.subarray(1, start)), bytes: packed.subarray(start) };
}
