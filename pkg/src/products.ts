// What the loaded model may look at besides a product's group and price: the item, its brand, the words of its name,
// and what the shop says of the moment. For a model that looks at none of it, nothing is asked of the engine.

import type { Engine } from "./engine.js";
import { Known } from "./known.js";
import { characters, field, MAX_ID, text } from "./values.js";
import { TEXT } from "./words.js";

const NONE = 0;
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
  readonly #engine: Engine;
  readonly #known: Known;
  #areTold: boolean | undefined;
  #attributes: Attribute[] | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#known = new Known((id) => engine.ask((page) => page.number(id)));
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
    return id && this.#tellsApart() ? this.#numberOf(id) : NONE;
  }

  /** The number that stands for an offer; 0 for none. */
  offer(id: string): number {
    return id ? this.#numberOf(id) : NONE;
  }

  /** What a shop's attributes are to the model. One that cannot be used is missing, and costs no other. */
  attributes(told: unknown): Attributes {
    const declared = this.#declared();
    if (declared.length === 0) return NOTHING_TOLD;
    const read = declared.map((attribute) => this.#read(told, attribute));
    return { values: read.map((value) => value ?? NaN), refused: read.filter((value) => value === undefined).length };
  }

  /** Forgets what a model looked at that is no longer loaded. */
  refresh(): void {
    this.#areTold = undefined;
    this.#attributes = undefined;
  }

  // Undefined: refused.
  #read(all: unknown, { name, isWord }: Attribute): number | undefined {
    try {
      if (all !== undefined && all !== null && typeof all !== "object") return undefined;
      const told = field(all, name);
      if (told === undefined || told === null || (isWord && told === "")) return NaN;
      if (!isWord) return typeof told === "number" && Number.isFinite(told) ? told : undefined;
      const word = text(told, MAX_ID);
      return word ? this.#numberOf(word) : undefined;
    } catch {
      return undefined;
    }
  }

  #numberOf(id: string): number {
    return this.#known.of(id) ?? NONE;
  }

  #tellsApart(): boolean {
    this.#areTold ??= this.#engine.ask((page) => page.count(22) > 0);
    return this.#areTold ?? false;
  }

  #declared(): Attribute[] {
    this.#attributes ??= this.#engine.ask((page) =>
      Array.from({ length: page.count(TEXT.attribute) }, (_, index) => ({
        name: page.text(TEXT.attribute, index, 0),
        isWord: page.text(TEXT.attributeKind, index, 0) === "word",
      })),
    );
    return this.#attributes ?? [];
  }
}
