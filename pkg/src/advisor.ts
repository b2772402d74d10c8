// Asks the engine for a decision about an item. Every path ends in one, with a reason.

import type { DecisionRequest } from "./api.js";
import { Call, Text } from "./border_table.js";
import type { Carts } from "./cart.js";
import type { CartRequest } from "./cart_request.js";
import type { CartQuestion } from "./cart_question.js";
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

/** Of a decision for which no arms were compared. */
const NO_GROUNDS = { contributions: [], otherArms: [], nearestChange: null, changes: [] };

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
  /** Absent where the build prices no carts. */
  carts: Carts | undefined;
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
    const { carts, engine, words } = this.#rim;
    if (carts?.hasOffers(engine)) return this.decideCart(carts.ofProduct(request));
    const question = this.#read(request);
    if (!question) return this.#undecided("BAD_REQUEST");
    const block = engine.answer(Call.decide, question);
    return block ? readDecision(block, question.priced, words) : this.#failed(question.priced);
  }

  /** Decides about a cart; never throws. */
  decideCart(request: CartRequest | undefined): CartDecision {
    const { contributions, otherArms, nearestChange, changes, ...decision } = this.#explainCart(request);
    return decision;
  }

  /** Decides the same and gives the grounds; never throws. */
  explain(request: DecisionRequest): Explanation {
    const { carts, engine, words } = this.#rim;
    if (carts?.hasOffers(engine)) return this.#explainCart(carts.ofProduct(request));
    const question = this.#read(request);
    const block = question && engine.answer(Call.explain, question);
    if (question && block) return readExplanation(block, question.priced, words);
    const decision = question ? this.#failed(question.priced) : this.#undecided("BAD_REQUEST");
    return { ...decision, ...NO_GROUNDS };
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

  #explainCart(request: CartRequest | undefined): CartDecision & Explanation {
    const { carts, words, now, seed } = this.#rim;
    const without = { ...NO_GROUNDS, cart: null };
    if (!carts) return { ...this.#undecided("CARTS_MISSING"), ...without };
    const asked = this.#readCart(carts, request);
    if (!asked) return { ...this.#undecided("BAD_REQUEST"), ...without };
    const answer = carts.answer(asked, now(), seed(), this.#rim);
    if (!answer) return { ...this.#failed(asked.priced), ...without };
    const priced = { ...asked.priced, listMinor: answer.listMinor ?? asked.priced.listMinor };
    const told = readExplanation(answer.numbers, priced, words);
    return answer.cart ? { ...told, cart: answer.cart } : { ...told, priceMinor: priced.listMinor, cart: null };
  }

  #readCart(carts: Carts, request: unknown): (CartQuestion & { priced: Priced }) | undefined {
    try {
      const currency = readCurrency(field(request, "currency")) || this.#rim.lastCurrency();
      const question = carts.question(request, currency, this.#rim);
      return question && { ...question, priced: this.#priced(question.listMinor, currency, question.refused) };
    } catch {
      return undefined;
    }
  }

  #failed(priced: Priced): Decision {
    return this.#undecided(this.#rim.engine.isFreed ? "DESTROYED" : "ENGINE_FAILED", priced);
  }

  #priced(listMinor: number, currency: string, refusedAttributes: number): Priced {
    const { words, isPersonalised } = this.#rim;
    const disclosure = words.say(Text.disclosure, isPersonalised() ? PERSONALISED : PUBLIC);
    return { listMinor, currency, disclosure, refusedAttributes };
  }

  #undecided(reason: OwnReason, priced = this.#priced(0, "", 0)): Decision {
    return undecided(reason, priced, this.#rim.modelVersion(), this.#rim.words);
  }
}
