// What pricing carts takes in JavaScript, in one piece, so that builds without carts do without its weight.

import { Advisor, NO_GROUNDS } from "./advisor.js";
import type { DecisionRequest } from "./api.js";
import type { Border } from "./border.js";
import { Call, Fact } from "./border_table.js";
import { readCart } from "./cart_answer.js";
import { type CartQuestion, cartQuestion } from "./cart_question.js";
import type { CartRequest } from "./cart_request.js";
import type { CartDecision } from "./cart_types.js";
import { readExplanation } from "./decision.js";
import type { Decision, Explanation } from "./types.js";
import { field } from "./values.js";

const TERMS = ["attributes", "currency", "shipping", "taxPercent", "pricesWithoutTax", "circumstances"];

/** An advisor that prices carts. Where the model's menu has offers, a product is a cart of one unit. */
export class CartAdvisor extends Advisor {
  override decide(request: DecisionRequest): Decision {
    return this.#hasOffers() ? this.decideCart(ofProduct(request)) : super.decide(request);
  }

  override explain(request: DecisionRequest): Explanation {
    return this.#hasOffers() ? this.#explainCart(ofProduct(request)) : super.explain(request);
  }

  override decideCart(request: CartRequest | undefined): CartDecision {
    const { contributions, otherArms, nearestChange, changes, ...decision } = this.#explainCart(request);
    return decision;
  }

  #explainCart(request: CartRequest | undefined): CartDecision & Explanation {
    const { engine, words, now, seed } = this.rim;
    const asked = this.#readCart(request);
    const numbers = asked && engine.ask((page) => ask(page, asked, now(), seed()));
    if (!numbers) return { ...this.undecided(asked?.priced), ...NO_GROUNDS, cart: null };
    const answer = readCart(numbers, words);
    const priced = { ...asked.priced, listMinor: answer?.listMinor ?? asked.priced.listMinor };
    const told = readExplanation(numbers, priced, words);
    return answer ? { ...told, cart: answer.cart } : { ...told, priceMinor: priced.listMinor, cart: null };
  }

  // Undefined: no cart, or a getter threw.
  #readCart(request: unknown) {
    try {
      const currency = this.currency(request);
      const question = cartQuestion(request, currency, this.rim);
      return question && { ...question, priced: this.priced(question.listMinor, currency, question.refused) };
    } catch {
      return undefined;
    }
  }

  #hasOffers(): boolean {
    return (this.rim.engine.ask((page) => page.call(Call.count, Fact.hasOffers)) ?? 0) > 0;
  }
}

function ask(page: Border, { bytes, attributes }: CartQuestion, now: number, seed: number): number[] {
  page.attributes(attributes);
  page.tell(Call.cart, bytes, now, seed);
  return page.numbers();
}

// The cart of one product; undefined where a getter threw.
function ofProduct(request: DecisionRequest): CartRequest | undefined {
  try {
    const told = TERMS.map((name) => [name, field(request, name)]);
    return { ...Object.fromEntries(told), items: [{ ...(field(request, "item") as object), quantity: 1 }] };
  } catch {
    return undefined;
  }
}
