// Joins the parts into the object a page holds. Wiring only: each rule lives in the part it belongs to.

import type { Advisor } from "./advisor.js";
import type { DecisionRequest, Observed, Skonto, SkontoEvents, Terms, UpdateOutcome } from "./api.js";
import type { CartRequest } from "./cart_request.js";
import type { CartDecision } from "./cart_types.js";
import { safeClock, safeSeed } from "./clock.js";
import { ConsentGate } from "./consent.js";
import { Emitter } from "./emitter.js";
import { Engine } from "./engine.js";
import type { Ga4Event } from "./ga4.js";
import { Groups } from "./groups.js";
import { browserStore } from "./indexed_db.js";
import { Models } from "./models.js";
import type { Consent, Locale, SkontoOptions } from "./options.js";
import { Products } from "./products.js";
import { Shopper } from "./shopper.js";
import { readProfile } from "./snapshot.js";
import { Store } from "./store.js";
import { TermSheet } from "./terms.js";
import type { Decision, Explanation, ProfileSnapshot } from "./types.js";
import { ownText } from "./values.js";
import { Words } from "./words.js";

export class LocalSkonto implements Skonto {
  readonly #events = new Emitter<SkontoEvents>();
  readonly #now: () => number;
  readonly #engine: Engine;
  readonly #words: Words;
  readonly #gate: ConsentGate;
  readonly #terms: TermSheet;
  readonly #store: Store;
  readonly #shopper: Shopper;
  readonly #advisor: Advisor;
  /** The model in use, for `createSkonto`. */
  readonly models: Models;

  /** Throws where the module cannot be instantiated. */
  constructor(module: WebAssembly.Module, options: SkontoOptions, AdvisorClass: typeof Advisor) {
    const engine = new Engine(module, (cause) => this.#fail("ENGINE_FAILED", cause));
    const words = new Words(engine, options.locale);
    const gate = new ConsentGate(options.consent);
    const backing = options.storage === undefined ? browserStore() : options.storage;
    const store = new Store(backing, () => gate.storage, (cause) => this.#fail("STORAGE_FAILED", cause));
    const now = safeClock(options.clock);
    const rim = { engine, words, gate, store, now, groups: new Groups(engine), products: new Products(engine) };
    this.models = new Models(
      {
        ...rim,
        mayRead: () => gate.storage,
        onModel: (version) => this.#events.emit("model", { version }),
        onFailure: (reason) => this.#fail("UPDATE_FAILED", reason),
      },
      options,
    );
    this.#shopper = new Shopper({ ...rim, onChange: () => this.#events.emit("profile", {}) });
    this.#advisor = new AdvisorClass({
      ...rim,
      seed: safeSeed(options.seed),
      isPersonalised: () => this.#terms.personalised,
      lastCurrency: () => this.#shopper.currency,
      modelVersion: () => this.models.version,
    });
    this.#terms = new TermSheet(engine, gate, options.shopper);
    [this.#now, this.#engine, this.#words, this.#gate, this.#store] = [now, engine, words, gate, store];
  }

  /** Puts back what an earlier visit left, as far as that is allowed. */
  async recall(): Promise<void> {
    await this.models.recall();
    await this.#shopper.recall();
  }

  observe(event: Ga4Event | null): Observed {
    return this.#shopper.observe(event);
  }

  decide(request: DecisionRequest): Decision {
    return this.#tell(request, this.#advisor.decide(request));
  }

  decideCart(request: CartRequest): CartDecision {
    return this.#tell(request, this.#advisor.decideCart(request));
  }

  explain(request: DecisionRequest): Explanation {
    return this.#advisor.explain(request);
  }

  profile(): ProfileSnapshot {
    return readProfile(this.#engine, this.#words, this.#now());
  }

  whatIf(terms: Terms): void {
    this.#terms.change(terms);
  }

  async setConsent(change: Partial<Consent>): Promise<void> {
    const denied = this.#gate.ask(change);
    this.#terms.apply();
    if (denied.learn) await this.#shopper.forget();
    if (denied.storage) await this.#store.erase();
    await this.recall();
  }

  forget(): Promise<void> {
    return this.#shopper.forget();
  }

  async update(): Promise<UpdateOutcome> {
    const look = await this.models.look();
    return { ...look, version: this.modelVersion };
  }

  on<Name extends keyof SkontoEvents>(name: Name, listener: (detail: SkontoEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  setLocale(locale: Locale): void {
    this.#words.speak(locale);
  }

  get modelVersion(): number {
    return this.models.version;
  }

  destroy(): void {
    this.models.stop();
    this.#events.clear();
    this.#engine.free();
  }

  #tell<Kind extends Decision>(request: DecisionRequest | CartRequest, decision: Kind): Kind {
    this.#events.emit("decision", { decision, placement: ownText(request, "placement") });
    return decision;
  }

  #fail(code: string, cause: unknown): void {
    this.#events.emit("error", { code, message: cause instanceof Error ? cause.message : String(cause) });
  }
}
