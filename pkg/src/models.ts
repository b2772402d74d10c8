// The model in use: where it comes from, which version it is, and who must know when it changes.

import type { UpdateOutcome } from "./api.js";
import { Call, Fact } from "./border_table.js";
import type { ConsentGate } from "./consent.js";
import type { Engine } from "./engine.js";
import type { Store } from "./store.js";

/** What came of a model that was looked for or given; a reason where it is not in use. */
export interface Look {
  status: UpdateOutcome["status"];
  reason?: string;
}

export class Models {
  readonly #engine: Engine;
  readonly #gate: ConsentGate;
  readonly #store: Store;
  readonly #onModel: (version: number) => void;
  #hasRecalled = false;
  #version = 0;

  constructor(engine: Engine, gate: ConsentGate, store: Store, onModel: (version: number) => void) {
    this.#engine = engine;
    this.#gate = gate;
    this.#store = store;
    this.#onModel = onModel;
    this.#version = this.version;
  }

  /** Version of the model in use; the last known one when the engine cannot say. */
  get version(): number {
    this.#version = this.#engine.ask((page) => page.call(Call.count, Fact.version)) ?? this.#version;
    return this.#version;
  }

  /** Puts a model into use, or says why not. */
  load(bytes: Uint8Array): Look {
    const before = this.version;
    const reason = this.#engine.load(bytes) ?? "ENGINE_FAILED";
    if (reason) return { status: "refused", reason };
    if (this.version === before) return { status: "unchanged" };
    this.#onModel(this.version);
    return { status: "updated" };
  }

  /** Keeps a model that is in use, and the tag under which the server knows it. */
  keep(bytes: Uint8Array, etag: string): void {
    void this.#store.write("model", pack(bytes, etag));
  }

  /** Loads the last good model of an earlier visit, once, and gives its tag; the engine checks it as if it were new. */
  async recall(): Promise<string | undefined> {
    if (this.#hasRecalled || !this.#gate.storage) return;
    this.#hasRecalled = true;
    const packed = await this.#store.read("model");
    if (!packed) return;
    const { bytes, etag } = unpack(packed);
    if (!this.load(bytes).reason) return etag;
    await this.#store.drop("model");
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
