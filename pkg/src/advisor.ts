// Asks the engine for a decision about an item. Every path ends in one, with a reason.

import type { DecisionRequest } from "./api.js";
import { type Priced, readDecision, readExplanation, undecided } from "./decision.js";
import type { Engine } from "./engine.js";
import { readCurrency } from "./events.js";
import type { Groups } from "./groups.js";
import { minorDigits, toMinor } from "./money.js";
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
  words: Words;
  now: () => number;
  seed: () => number;
  isPersonalised: () => boolean;
  lastCurrency: () => string;
  modelVersion: () => number;
}

interface Question {
  group: number;
  list: number;
  priced: Priced;
}

export class Advisor {
  readonly #rim: AdvisorRim;

  constructor(rim: AdvisorRim) {
    this.#rim = rim;
  }

  /** Decides; never throws. */
  decide(request: DecisionRequest): Decision {
    const { engine, now, seed, words } = this.#rim;
    const question = this.#read(request);
    if (!question) return this.#undecided("BAD_REQUEST");
    const block = engine.decide(question.group, question.list, now(), seed());
    return block ? readDecision(block, question.priced, words) : this.#failed(question.priced);
  }

  /** Decides the same and gives the grounds; never throws. */
  explain(request: DecisionRequest): Explanation {
    const { engine, now, seed, words } = this.#rim;
    const question = this.#read(request);
    const block = question && engine.explain(question.group, question.list, now(), seed());
    if (question && block) return readExplanation(block, question.priced, words);
    const decision = question ? this.#failed(question.priced) : this.#undecided("BAD_REQUEST");
    return { ...decision, contributions: [], otherArms: [], nearestChange: null };
  }

  // All of the caller's getters run here, before the engine's memory is touched.
  #read(request: DecisionRequest): Question | undefined {
    try {
      const item = field(request, "item");
      const currency = readCurrency(field(request, "currency")) || this.#rim.lastCurrency();
      // The engine itself names a missing price and an unknown group as reasons.
      const list = toMinor(number(field(item, "price"), NaN), minorDigits(currency));
      return { group: this.#rim.groups.of(item), list, priced: this.#priced(list || 0, currency) };
    } catch {
      return undefined;
    }
  }

  #failed(priced: Priced): Decision {
    return this.#undecided(this.#rim.engine.isFreed ? "DESTROYED" : "ENGINE_FAILED", priced);
  }

  #priced(listMinor: number, currency: string): Priced {
    const { words, isPersonalised } = this.#rim;
    return { listMinor, currency, disclosure: words.say("disclosure", isPersonalised() ? PERSONALISED : PUBLIC) };
  }

  #undecided(reason: OwnReason, priced = this.#priced(0, "")): Decision {
    return undecided(reason, priced, this.#rim.modelVersion(), this.#rim.words);
  }
}
