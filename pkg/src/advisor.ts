// Asks the engine for a decision about an item. Every path ends in one, with a reason.

import type { DecisionRequest } from "./api.js";
import { readCart } from "./cart_answer.js";
import { cartQuestion } from "./cart_question.js";
import type { CartRequest } from "./cart_request.js";
import type { CartDecision } from "./cart_types.js";
import { type Priced, readDecision, readExplanation, undecided } from "./decision.js";
import type { Engine } from "./engine.js";
import { readCurrency } from "./events.js";
import type { Groups } from "./groups.js";
import { minorDigits, toMinor } from "./money.js";
import type { Products } from "./products.js";
import type { Question } from "./question.js";
import type { Decision, Explanation } from "./types.js";
import { field, number } from "./values.js";
import type { OwnReason, Words } from "./words.js";

/** The two disclosures of a model. */
const PERSONALISED = 0;
const PUBLIC = 1;

/** What an advisor needs of its owner. */
export interface AdvisorRim {
  engine: Engine;
  groups: Groups;
  products: Products;
  words: Words;
  now: () => number;
  seed: () => number;
  isPersonalised: () => boolean;
  lastCurrency: () => string;
  modelVersion: () => number;
}

/** A question, and what its answer will need. */
interface Asked extends Question {
  priced: Priced;
}

export class Advisor {
  readonly #rim: AdvisorRim;

  constructor(rim: AdvisorRim) {
    this.#rim = rim;
  }

  /** Decides; never throws. */
  decide(request: DecisionRequest): Decision {
    const { engine, words } = this.#rim;
    if (this.#hasOffers()) return this.decideCart(asCart(request));
    const question = this.#read(request);
    if (!question) return this.#undecided("BAD_REQUEST");
    const block = engine.answer("decide", question);
    return block ? readDecision(block, question.priced, words) : this.#failed(question.priced);
  }

  /** Decides about a cart; never throws. */
  decideCart(request: CartRequest | undefined): CartDecision {
    const { engine, words, now, seed } = this.#rim;
    const asked = this.#readCart(request);
    if (!asked) return { ...this.#undecided("BAD_REQUEST"), cart: null };
    const [at, draw] = [now(), seed()];
    const numbers = engine.ask((page) => {
      asked.attributes.forEach((value, index) => page.attribute(index, value));
      return page.cart(asked.bytes, at, draw);
    });
    if (!numbers) return { ...this.#failed(asked.priced), cart: null };
    const cart = readCart(numbers, words);
    const priced = { ...asked.priced, listMinor: cart?.listMinor ?? asked.priced.listMinor };
    const decision = readDecision(numbers, priced, words);
    return cart ? { ...decision, cart: cart.cart } : { ...decision, priceMinor: priced.listMinor, cart: null };
  }

  /** Decides the same and gives the grounds; never throws. */
  explain(request: DecisionRequest): Explanation {
    const { engine, words } = this.#rim;
    const question = this.#read(request);
    const block = question && engine.answer("explain", question);
    if (question && block) return readExplanation(block, question.priced, words);
    const decision = question ? this.#failed(question.priced) : this.#undecided("BAD_REQUEST");
    return { ...decision, contributions: [], otherArms: [], nearestChange: null };
  }

  // All of the caller's getters run here, before the engine's memory is touched.
  #read(request: DecisionRequest): Asked | undefined {
    const { groups, products, now, seed } = this.#rim;
    try {
      const item = field(request, "item");
      const currency = readCurrency(field(request, "currency")) || this.#rim.lastCurrency();
      // The engine itself names a missing price and an unknown group as reasons.
      const list = toMinor(number(field(item, "price"), NaN), minorDigits(currency));
      const { values, refused } = products.attributes(field(request, "attributes"));
      return {
        ...{ group: groups.of(item), list, product: products.of(item), attributes: values },
        ...{ now: now(), seed: seed(), priced: this.#priced(list || 0, currency, refused) },
      };
    } catch {
      return undefined;
    }
  }

  #readCart(request: unknown): { bytes: Uint8Array; attributes: number[]; priced: Priced } | undefined {
    try {
      const currency = readCurrency(field(request, "currency")) || this.#rim.lastCurrency();
      const { values, refused } = this.#rim.products.attributes(field(request, "attributes"));
      const question = cartQuestion(request, currency, minorDigits(currency), this.#rim);
      if (!question) return undefined;
      const priced = this.#priced(question.listMinor, currency, refused);
      return { bytes: question.bytes, attributes: values, priced };
    } catch {
      return undefined;
    }
  }

  #hasOffers(): boolean {
    return this.#rim.engine.ask((page) => page.has_offers()) ?? false;
  }

  #failed(priced: Priced): Decision {
    return this.#undecided(this.#rim.engine.isFreed ? "DESTROYED" : "ENGINE_FAILED", priced);
  }

  #priced(listMinor: number, currency: string, refusedAttributes: number): Priced {
    const { words, isPersonalised } = this.#rim;
    const disclosure = words.say("disclosure", isPersonalised() ? PERSONALISED : PUBLIC);
    return { listMinor, currency, disclosure, refusedAttributes };
  }

  #undecided(reason: OwnReason, priced = this.#priced(0, "", 0)): Decision {
    return undecided(reason, priced, this.#rim.modelVersion(), this.#rim.words);
  }
}

// A product is a cart of one unit. A getter that throws makes it none.
function asCart(request: DecisionRequest): CartRequest | undefined {
  try {
    const terms = ["attributes", "currency", "shipping", "taxPercent", "pricesWithoutTax", "circumstances"];
    const told = terms.map((name) => [name, field(request, name)]);
    return { ...Object.fromEntries(told), items: [{ ...(field(request, "item") as object), quantity: 1 }] };
  } catch {
    return undefined;
  }
}
