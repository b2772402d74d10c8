// Which product group of the loaded model an item belongs to.

import type { Engine } from "./engine.js";
import { groupName } from "./events.js";
import { Known } from "./known.js";
import { TEXT } from "./words.js";

const UNKNOWN = -1;

export class Groups {
  readonly #engine: Engine;
  readonly #known: Known;
  #fields: readonly string[] | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#known = new Known((name) => engine.ask((page) => page.group(name)));
  }

  /** The item fields whose values, joined by "/", name a group. */
  get fields(): readonly string[] {
    this.#fields ??= this.#engine.ask((page) => Array.from({ length: page.count(TEXT.field) }, (_, index) => page.text(TEXT.field, index)));
    return this.#fields ?? [];
  }

  /** The group of an item; -1 when the model does not know it. */
  of(item: unknown): number {
    return this.index(groupName(item, this.fields));
  }

  /** The group of that name; -1 when the model does not know it. */
  index(name: string): number {
    return this.#known.of(name) ?? UNKNOWN;
  }

  /** Forgets the groups of a model that is no longer loaded. */
  refresh(): void {
    this.#known.clear();
    this.#fields = undefined;
  }
}
