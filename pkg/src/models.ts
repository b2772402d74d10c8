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
      keep: (model) => void rim.store.writeModel(model),
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
    const kept = await this.#rim.store.readModel();
    if (!kept) return;
    if (typeof this.load(kept.bytes) === "object") await this.#rim.store.dropModel();
    else this.#updater?.knows(kept.etag);
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
