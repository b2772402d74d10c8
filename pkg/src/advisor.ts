// Asks the engine for a decision about an item. Every path ends in one, with a reason.

import type { DecisionRequest } from "./api.js";
import type { Border } from "./border.js";
import { Call, Disclosure, Text } from "./border_table.js";
import type { CartRequest } from "./cart_request.js";
import type { CartDecision } from "./cart_types.js";
import { type Priced, readDecision, readExplanation, undecided } from "./decision.js";
import type { Engine } from "./engine.js";
import { readCurrency } from "./events.js";
import type { Groups } from "./groups.js";
import type { Models } from "./models.js";
import { minorDigits, toMinor } from "./money.js";
import type { Products } from "./products.js";
import type { Shopper } from "./shopper.js";
import type { TermSheet } from "./terms.js";
import type { Decision, Explanation } from "./types.js";
import { field, number } from "./values.js";
import type { OwnReason, Words } from "./words.js";

/** Of a decision for which no arms were compared. */
export const NO_GROUNDS = { contributions: [], otherArms: [], nearestChange: null, changes: [] };

/** What an advisor needs of its owner. */
export interface AdvisorRim {
  engine: Engine;
  groups: Groups;
  products: Products;
  words: Words;
  terms: TermSheet;
  models: Models;
  shopper: Shopper;
  now: () => number;
  seed: () => number;
}

/** A question that was read: how the engine is asked, and what goes with the price in the answer. */
interface Asked {
  ask: (page: Border) => number[];
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
    const { block, priced } = this.#answer(Call.decide, request);
    return block ? readDecision(block, priced, this.rim.words) : this.undecided(priced);
  }

  /** Decides the same and gives the grounds; never throws. */
  explain(request: DecisionRequest): Explanation {
    const { block, priced } = this.#answer(Call.explain, request);
    return block ? readExplanation(block, priced, this.rim.words) : { ...this.undecided(priced), ...NO_GROUNDS };
  }

  /** Decides about a cart, where the build prices carts; never throws. */
  decideCart(_request: CartRequest | undefined): CartDecision {
    return { ...this.undecided(undefined, "CARTS_MISSING"), cart: null };
  }

  /** What goes with a price. */
  protected priced(listMinor: number, currency: string, refusedAttributes: number): Priced {
    const { words, terms } = this.rim;
    const disclosure = words.say(Text.disclosure, terms.personalised ? Disclosure.personalised : Disclosure.public);
    return { listMinor, currency, disclosure, refusedAttributes };
  }

  /** The currency of a request, or that of the last event. */
  protected currency(request: unknown): string {
    return readCurrency(field(request, "currency")) || this.rim.shopper.currency;
  }

  /** The price everyone sees; without one the request could not be read. */
  protected undecided(priced: Priced | undefined, reason?: OwnReason): Decision {
    const { engine, words, models } = this.rim;
    const cause = !priced ? "BAD_REQUEST" : engine.isFreed ? "DESTROYED" : "ENGINE_FAILED";
    return undecided(reason ?? cause, priced ?? this.priced(0, "", 0), models.version, words);
  }

  #answer(call: Call.decide | Call.explain, request: DecisionRequest): Answer {
    const asked = this.#read(call, request);
    const block = asked && this.rim.engine.ask(asked.ask);
    return asked && block ? { block, priced: asked.priced } : { priced: asked?.priced };
  }

  // All of the caller's getters run here, before the engine's memory is touched.
  #read(call: Call.decide | Call.explain, request: DecisionRequest): Asked | undefined {
    const { groups, products, now, seed } = this.rim;
    try {
      const item = field(request, "item");
      const currency = this.currency(request);
      // The engine itself names a missing price and an unknown group as reasons.
      const list = toMinor(number(field(item, "price"), NaN), minorDigits(currency));
      const { values, refused } = products.attributes(field(request, "attributes"));
      const [group, product, time, draw] = [groups.of(item), products.of(item), now(), seed()];
      const ask = (page: Border): number[] => {
        if (product) page.input(Call.product, product.name, product.item, product.brand, product.name.length);
        page.attributes(values);
        page.call(call, group, list, time, draw);
        return page.numbers();
      };
      return { ask, priced: this.priced(list || 0, currency, refused) };
    } catch {
      return undefined;
    }
  }
}
