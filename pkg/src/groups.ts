// Which product group of the loaded model an item belongs to.

import { Call, NO_GROUP, Text } from "./border_table.js";
import type { Engine } from "./engine.js";
import { groupName } from "./events.js";

export class Groups {
  readonly #fields: () => readonly string[] | undefined;
  readonly #index: (name: string) => number | undefined;

  constructor(engine: Engine) {
    this.#fields = engine.remembered((page) => page.texts(Text.field));
    this.#index = engine.remembered((page, name: string) => page.tell(Call.group, name));
  }

  /** The item fields whose values, joined by "/", name a group. */
  get fields(): readonly string[] {
    return this.#fields() ?? [];
  }

  /** The group of an item; -1 when the model does not know it. */
  of(item: unknown): number {
    return this.index(groupName(item, this.fields));
  }

  /** The group of that name; -1 when the model does not know it. */
  index(name: string): number {
    return this.#index(name) ?? NO_GROUP;
  }
}
