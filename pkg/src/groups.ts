// Which product group of the loaded model an item belongs to.

import type { Engine } from "./engine.js";
import { groupName } from "./events.js";

/** Names remembered; a crawler of a hundred thousand products must not fill the memory. */
const MAX_KNOWN = 4096;
const UNKNOWN = -1;

export class Groups {
  readonly #engine: Engine;
  readonly #known = new Map<string, number>();
  #fields: readonly string[] | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The item fields whose values, joined by "/", name a group. */
  get fields(): readonly string[] {
    this.#fields ??= this.#engine.ask((page) => page.group_fields())?.split(",");
    return this.#fields ?? [];
  }

  /** The group of an item; -1 when the model does not know it. */
  of(item: unknown): number {
    return this.index(groupName(item, this.fields));
  }

  /** The group of that name; -1 when the model does not know it. */
  index(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const index = this.#engine.ask((page) => page.group(name));
    if (index === undefined) return UNKNOWN;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(name, index);
    return index;
  }

  /** Forgets the groups of a model that is no longer loaded. */
  refresh(): void {
    this.#known.clear();
    this.#fields = undefined;
  }
}
