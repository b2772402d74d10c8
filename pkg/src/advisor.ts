// Asks the engine for a decision about an item. Every path ends in one, with a reason.

import type { DecisionRequest } from "./api.js";
import { Call, Text } from "./border_table.js";
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

/** Of a decision for which no arms were compared. */
export const NO_GROUNDS = { contributions: [], otherArms: [], nearestChange: null, changes: [] };

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

/** Without a price: the request could not be read; without a block: the engine failed. */
type Answer = { block: number[]; priced: Priced } | { block?: undefined; priced?: Priced };

export class Advisor {
  protected readonly rim: AdvisorRim;

  constructor(rim: AdvisorRim) {
    this.rim = rim;
  }

  /** Decides; never throws. */
  decide(request: DecisionRequest): Decision {
    const { block, priced } = this.#ask(Call.decide, request);
    return block ? readDecision(block, priced, this.rim.words) : this.undecided(priced);
  }

  /** Decides the same and gives the grounds; never throws. */
  explain(request: DecisionRequest): Explanation {
    const { block, priced } = this.#ask(Call.explain, request);
    return block ? readExplanation(block, priced, this.rim.words) : { ...this.undecided(priced), ...NO_GROUNDS };
  }

  /** Decides about a cart, where the build prices carts; never throws. */
  decideCart(_request: CartRequest | undefined): CartDecision {
    return { ...this.undecided(undefined, "CARTS_MISSING"), cart: null };
  }

  /** What goes with a price. */
  protected priced(listMinor: number, currency: string, refusedAttributes: number): Priced {
    const { words, isPersonalised } = this.rim;
    const disclosure = words.say(Text.disclosure, isPersonalised() ? PERSONALISED : PUBLIC);
    return { listMinor, currency, disclosure, refusedAttributes };
  }

  /** The currency of a request, or that of the last event. */
  protected currency(request: unknown): string {
    return readCurrency(field(request, "currency")) || this.rim.lastCurrency();
  }

  /** The price everyone sees; without one the request could not be read. */
  protected undecided(priced: Priced | undefined, reason?: OwnReason): Decision {
    const { engine, words, modelVersion } = this.rim;
    const cause = !priced ? "BAD_REQUEST" : engine.isFreed ? "DESTROYED" : "ENGINE_FAILED";
    return undecided(reason ?? cause, priced ?? this.priced(0, "", 0), modelVersion(), words);
  }

  #ask(call: Call.decide | Call.explain, request: DecisionRequest): Answer {
    const asked = this.#read(request);
    const block = asked && this.rim.engine.answer(call, asked);
    return asked && block ? { block, priced: asked.priced } : { priced: asked?.priced };
  }

  // All of the caller's getters run here, before the engine's memory is touched.
  #read(request: DecisionRequest): Asked | undefined {
    const { groups, products, now, seed } = this.rim;
    try {
      const item = field(request, "item");
      const currency = this.currency(request);
      // The engine itself names a missing price and an unknown group as reasons.
      const list = toMinor(number(field(item, "price"), NaN), minorDigits(currency));
      const { values, refused } = products.attributes(field(request, "attributes"));
      const [group, product] = [groups.of(item), products.of(item)];
      const priced = this.priced(list || 0, currency, refused);
      return { group, list, product, attributes: values, now: now(), seed: seed(), priced };
    } catch {
      return undefined;
    }
  }
}
