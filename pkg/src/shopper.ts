// The shopper's side: takes events into the profile, keeps it, recalls it, forgets it.

import type { Observed } from "./api.js";
import type { ConsentGate } from "./consent.js";
import type { Engine } from "./engine.js";
import { type FlatEvent, readEvent } from "./events.js";
import type { Groups } from "./groups.js";
import { MAX_EARLY } from "./limits.js";
import type { Products } from "./products.js";
import type { Store } from "./store.js";

/** What a shopper's side needs of its owner. */
export interface ShopperRim {
  engine: Engine;
  groups: Groups;
  products: Products;
  gate: ConsentGate;
  store: Store;
  now: () => number;
  onChange: () => void;
}

export class Shopper {
  readonly #rim: ShopperRim;
  /** Currency of the last event. */
  currency = "";
  // Taken before a kept profile was looked for; told again to that profile, which knows nothing of them.
  #early: FlatEvent[] | undefined = [];
  #isSaving = false;

  constructor(rim: ShopperRim) {
    this.#rim = rim;
  }

  /** Takes an event in, or says why not. Never throws. */
  observe(event: unknown): Observed {
    const reason = this.#refusal(event);
    return reason ? { taken: false, reason } : { taken: true };
  }

  /** Puts the kept profile back, if there is one and it may be used; the page's own events come on top. */
  async recall(): Promise<void> {
    const { engine, gate, store } = this.#rim;
    if (!gate.learn || !gate.storage) return;
    if (!this.#early) return this.#changed();
    const kept = await store.read("profile");
    // Both may have been withdrawn while the store was reading.
    if (!gate.learn || !gate.storage) return;
    const early = this.#early;
    this.#early = undefined;
    if (kept && engine.restore(kept) !== "") await store.drop("profile");
    else if (kept) early.forEach((flat) => this.#tell(flat));
    if (kept || early.length > 0) this.#changed();
  }

  /** Empties the profile here and in the store. */
  async forget(): Promise<void> {
    if (this.#early) this.#early = [];
    this.#rim.engine.forget();
    this.#rim.onChange();
    await this.#rim.store.drop("profile");
  }

  // "" once it is taken in.
  #refusal(event: unknown): string {
    const { engine, gate, groups, now } = this.#rim;
    if (engine.isFreed) return "DESTROYED";
    if (!gate.learn) return "NO_CONSENT";
    try {
      const flat = readEvent(event, now(), groups.fields);
      return typeof flat === "string" ? flat : this.#take(flat);
    } catch {
      // A getter threw: whose value this is, we do not know.
      return "BAD_EVENT";
    }
  }

  #take(flat: FlatEvent): string {
    const refusal = this.#tell(flat) ?? "ENGINE_FAILED";
    if (refusal) return refusal;
    this.currency = flat.currency || this.currency;
    if (this.#early && this.#early.length < MAX_EARLY) this.#early.push(flat);
    this.#changed();
    return "";
  }

  #tell(flat: FlatEvent): string | undefined {
    const { engine, groups, products } = this.#rim;
    const numbers: number[] = [];
    for (const { group, net, discount, quantity, item, brand, offer } of flat.lines) {
      numbers.push(groups.index(group), net, discount, quantity);
      numbers.push(products.number(item), products.number(brand), products.offer(offer));
    }
    return engine.observe(flat, numbers);
  }

  // Once a task, however many events came in it: a flood costs one copy and one write.
  #changed(): void {
    if (this.#isSaving) return;
    this.#isSaving = true;
    queueMicrotask(() => {
      this.#isSaving = false;
      const profile = this.#rim.engine.keepProfile();
      // Not before the kept profile was looked for: this would overwrite it.
      if (profile && !this.#early && this.#rim.gate.learn) void this.#rim.store.write("profile", profile);
      this.#rim.onChange();
    });
  }
}
