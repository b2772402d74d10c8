// The terms decisions are made under: the model's own until the caller tries out others.

import { MODELS_OWN } from "./border_table.js";
import type { ConsentGate } from "./consent.js";
import type { Engine } from "./engine.js";
import { MAX_SHOPPER_KEY } from "./limits.js";
import { field, text } from "./values.js";

export class TermSheet {
  readonly #engine: Engine;
  readonly #gate: ConsentGate;
  readonly #shopper: string;
  #marginBasisPoints = MODELS_OWN;
  #budgetPrice = MODELS_OWN;
  #personalised = true;

  constructor(engine: Engine, gate: ConsentGate, shopper: unknown) {
    this.#engine = engine;
    this.#gate = gate;
    this.#shopper = text(shopper, MAX_SHOPPER_KEY);
    this.apply();
  }

  /** Changes what `terms` names and leaves the rest. */
  change(terms: unknown): void {
    try {
      this.#marginBasisPoints = amount(field(terms, "marginBasisPoints"), this.#marginBasisPoints);
      this.#budgetPrice = amount(field(terms, "budgetPrice"), this.#budgetPrice);
      const personalised = field(terms, "personalised");
      if (typeof personalised === "boolean") this.#personalised = personalised;
    } catch {
      // A getter threw; what was read before it stands.
    }
    this.apply();
  }

  /** Whether the profile counts: nothing may be learnt means nothing personal decides. */
  get personalised(): boolean {
    return this.#personalised && this.#gate.learn;
  }

  /** Tells the engine, which must also happen whenever consent changes. */
  apply(): void {
    this.#engine.setTerms([this.#shopper, this.#marginBasisPoints, this.#budgetPrice, Number(this.personalised)]);
  }
}

function amount(value: unknown, present: number): number {
  if (value === null) return MODELS_OWN;
  return typeof value === "number" && value >= 0 && value < Infinity ? value : present;
}
