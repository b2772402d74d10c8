// The model in use: where it comes from, which version it is, and who must know when it changes.

import { Call, Fact } from "./border_table.js";
import type { Engine } from "./engine.js";
import type { SkontoOptions } from "./options.js";
import type { Store } from "./store.js";
import { type Look, Updater } from "./update.js";

/** What the models need of their owner. */
export interface ModelsRim {
  engine: Engine;
  store: Store;
  mayRead: () => boolean;
  onModel: (version: number) => void;
  onFailure: (reason: string) => void;
}

export class Models {
  readonly #rim: ModelsRim;
  readonly #updater: Updater | undefined;
  #hasRecalled = false;
  #version = 0;

  constructor(rim: ModelsRim, { updates, fetch }: SkontoOptions) {
    this.#rim = rim;
    this.#version = this.version;
    if (!updates) return;
    this.#updater = new Updater(updates, {
      fetch,
      load: (bytes) => this.load(bytes),
      keep: (bytes, etag) => void rim.store.write("model", pack(bytes, etag)),
      onFailure: rim.onFailure,
    });
  }

  /** Version of the model in use; the last known one when the engine cannot say. */
  get version(): number {
    this.#version = this.#rim.engine.ask((page) => page.call(Call.count, Fact.version)) ?? this.#version;
    return this.#version;
  }

  /** Puts a model into use, or says why not. */
  load(bytes: Uint8Array): "updated" | "unchanged" | { refusal: string } {
    const before = this.version;
    const refusal = this.#rim.engine.load(bytes) ?? "ENGINE_FAILED";
    if (refusal) return { refusal };
    if (this.version === before) return "unchanged";
    this.#rim.onModel(this.version);
    return "updated";
  }

  /** Loads the last good model of an earlier visit, once; the engine checks it as if it were new. */
  async recall(): Promise<void> {
    if (this.#hasRecalled || !this.#rim.mayRead()) return;
    this.#hasRecalled = true;
    const { store } = this.#rim;
    const packed = await store.read("model");
    if (!packed) return;
    const { bytes, etag } = unpack(packed);
    if (typeof this.load(bytes) === "object") await store.drop("model");
    else this.#updater?.knows(etag);
  }

  /** Begins to look for newer models. */
  watch(): void {
    void this.#updater?.start();
  }

  /** Looks for a newer model now. */
  async look(): Promise<Look> {
    return (await this.#updater?.look()) ?? { status: "unchanged", reason: "NO_UPDATE_URL" };
  }

  /** Stops looking. */
  stop(): void {
    this.#updater?.stop();
  }
}

// A model is kept together with its tag: apart, a crash between two writes would pair the wrong ones. Layout: length of
// the tag as one byte, the tag in UTF-8, the model. The model checks itself when loaded.
function pack(bytes: Uint8Array, etag: string): Uint8Array {
  const encoded = new TextEncoder().encode(etag);
  const tag = encoded.length <= 255 ? encoded : [];
  const packed = new Uint8Array(1 + tag.length + bytes.length);
  packed[0] = tag.length;
  packed.set(tag, 1);
  packed.set(bytes, 1 + tag.length);
  return packed;
}

function unpack(packed: Uint8Array): { bytes: Uint8Array; etag: string } {
  const start = 1 + (packed[0] ?? 0);
  return { etag: new TextDecoder().decode(packed.subarray(1, start)), bytes: packed.subarray(start) };
}
