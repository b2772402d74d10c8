// What the loaded model may look at besides a product's group and price: the item, its brand, the words of its name,
// and what the shop says of the moment. For a model that looks at none of it, nothing is asked of the engine.

import { Call, Fact, NO_ID, Text } from "./border_table.js";
import type { Engine } from "./engine.js";
import { MAX_ID } from "./limits.js";
import { characters, field, text } from "./values.js";

const NOTHING_TOLD: Attributes = { values: [], refused: 0 };

/** A product as numbers: of its item, of its brand, and the characters of its name. */
export interface Product {
  item: number;
  brand: number;
  name: number[];
}

/** What the shop says, in the order of the model's attributes, NaN for nothing; and how much of it is unusable. */
export interface Attributes {
  values: number[];
  refused: number;
}

interface Attribute {
  name: string;
  isWord: boolean;
}

export class Products {
  readonly #numberOf: (id: string) => number | undefined;
  readonly #tellsApart: () => boolean | undefined;
  readonly #declared: () => Attribute[] | undefined;

  constructor(engine: Engine) {
    this.#numberOf = engine.remembered((page, id: string) => page.tell(Call.number, id));
    this.#tellsApart = engine.remembered((page) => page.call(Call.count, Fact.tellsProductsApart) > 0);
    this.#declared = engine.remembered((page) =>
      page.texts(Text.attribute).map((name, index) => ({ name, isWord: page.text(Text.attributeKind, index) === "word" })),
    );
  }

  /** The product of an item; undefined when the model tells no products of one group apart. */
  of(item: unknown): Product | undefined {
    if (!this.#tellsApart()) return undefined;
    return {
      item: this.number(text(field(item, "item_id"), MAX_ID)),
      brand: this.number(text(field(item, "item_brand"), MAX_ID)),
      name: characters(field(item, "item_name")),
    };
  }

  /** The number that stands for an id; 0 for none, and where the model looks at none. */
  number(id: string): number {
    return this.#tellsApart() ? this.offer(id) : NO_ID;
  }

  /** The number that stands for an offer; 0 for none. */
  offer(id: string): number {
    return (id && this.#numberOf(id)) || NO_ID;
  }

  /** What a shop's attributes are to the model. One that cannot be used is missing, and costs no other. */
  attributes(told: unknown): Attributes {
    const declared = this.#declared() ?? [];
    if (declared.length === 0) return NOTHING_TOLD;
    const read = declared.map((attribute) => this.#read(told, attribute));
    return { values: read.map((value) => value ?? NaN), refused: read.filter((value) => value === undefined).length };
  }

  // Undefined: refused.
  #read(all: unknown, { name, isWord }: Attribute): number | undefined {
    try {
      if (all !== undefined && all !== null && typeof all !== "object") return undefined;
      const told = field(all, name);
      if (told === undefined || told === null || (isWord && told === "")) return NaN;
      if (!isWord) return typeof told === "number" && Number.isFinite(told) ? told : undefined;
      const word = text(told, MAX_ID);
      return word ? this.offer(word) : undefined;
    } catch {
      return undefined;
    }
  }
}
