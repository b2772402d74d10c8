// What pricing carts takes in JavaScript, in one piece, so that builds without carts do without its weight.

import type { DecisionRequest } from "./api.js";
import { Call, Fact } from "./border_table.js";
import { readCart } from "./cart_answer.js";
import { type CartQuestion, type CartRim, cartQuestion } from "./cart_question.js";
import type { CartRequest } from "./cart_request.js";
import type { Cart } from "./cart_types.js";
import type { Engine } from "./engine.js";
import { field } from "./values.js";
import type { Words } from "./words.js";

/** The numbers of a decision about a cart; without a cart where the engine could not read it. */
export interface CartAnswer {
  numbers: Float64Array;
  listMinor?: number;
  cart?: Cart;
}

/** How carts are asked about and read. */
export interface Carts {
  /** Whether the model's menu has offers, so that a product is a cart of one unit. */
  hasOffers(engine: Engine): boolean;
  /** The cart of one product; undefined where a getter threw. */
  ofProduct(request: DecisionRequest): CartRequest | undefined;
  /** Reads a request, which may be anything; undefined for what is no cart. A getter may throw. */
  question(request: unknown, currency: string, rim: CartRim): CartQuestion | undefined;
  /** Asks the engine; undefined where it failed. */
  answer(asked: CartQuestion, now: number, seed: number, rim: { engine: Engine; words: Words }): CartAnswer | undefined;
}

const TERMS = ["attributes", "currency", "shipping", "taxPercent", "pricesWithoutTax", "circumstances"];

export const carts: Carts = {
  hasOffers: (engine) => engine.ask((page) => page.call(Call.count, Fact.hasOffers) > 0) ?? false,

  ofProduct(request) {
    try {
      const told = TERMS.map((name) => [name, field(request, name)]);
      return { ...Object.fromEntries(told), items: [{ ...(field(request, "item") as object), quantity: 1 }] };
    } catch {
      return undefined;
    }
  },

  question: cartQuestion,

  answer({ bytes, attributes }, now, seed, { engine, words }) {
    const numbers = engine.ask((page) => {
      if (attributes.length > 0) page.input(Call.attributes, attributes, attributes.length);
      page.tell(Call.cart, bytes, now, seed);
      return page.numbers();
    });
    return numbers && { numbers, ...readCart(numbers, words) };
  },
};
