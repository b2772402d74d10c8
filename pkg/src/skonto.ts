// Joins the parts into the object a page holds. Wiring only: each rule lives in the part it belongs to.

import type { Advisor } from "./advisor.js";
import type { DecisionRequest, Skonto, SkontoEvents } from "./api.js";
import type { CartRequest } from "./cart_request.js";
import { safeClock, safeSeed } from "./clock.js";
import { ConsentGate } from "./consent.js";
import { Emitter } from "./emitter.js";
import { Engine } from "./engine.js";
import { Groups } from "./groups.js";
import { browserStore } from "./indexed_db.js";
import { Models } from "./models.js";
import type { SkontoOptions } from "./options.js";
import { Products } from "./products.js";
import { Shopper } from "./shopper.js";
import { readProfile } from "./snapshot.js";
import { Store } from "./store.js";
import { TermSheet } from "./terms.js";
import type { Decision } from "./types.js";
import { Updater } from "./update.js";
import { ownText } from "./values.js";
import { Words } from "./words.js";

/** What a page holds, and what is done before it holds it. */
export interface Wired {
  skonto: Skonto;
  models: Models;
  /** Puts back what an earlier visit left, as far as that is allowed. */
  recall: () => Promise<void>;
  /** Begins to look for newer models. */
  watch: () => void;
}

/** Throws where the module cannot be instantiated. As long as it is because it names every part once. */
export function wire(module: WebAssembly.Module, options: SkontoOptions, AdvisorClass: typeof Advisor): Wired {
  const events = new Emitter<SkontoEvents>();
  const fail = (code: string, cause: unknown): void =>
    events.emit("error", { code, message: cause instanceof Error ? cause.message : String(cause) });
  const engine = new Engine(module, (cause) => fail("ENGINE_FAILED", cause));
  const words = new Words(engine, options.locale);
  const gate = new ConsentGate(options.consent);
  const terms = new TermSheet(engine, gate, options.shopper);
  const backing = options.storage === undefined ? browserStore() : options.storage;
  const store = new Store(backing, () => gate.storage, (cause) => fail("STORAGE_FAILED", cause));
  const now = safeClock(options.clock);
  const rim = { engine, words, gate, store, now, groups: new Groups(engine), products: new Products(engine) };
  const models = new Models(engine, gate, store, (version) => events.emit("model", { version }));
  const updater = new Updater(options, models, (reason) => fail("UPDATE_FAILED", reason));
  const shopper = new Shopper({ ...rim, onChange: () => events.emit("profile", {}) });
  const advisor = new AdvisorClass({ ...rim, terms, models, shopper, seed: safeSeed(options.seed) });
  const recall = async (): Promise<void> => {
    updater.knows(await models.recall());
    await shopper.recall();
  };
  const tell = <Kind extends Decision>(request: DecisionRequest | CartRequest, decision: Kind): Kind => {
    events.emit("decision", { decision, placement: ownText(request, "placement") });
    return decision;
  };
  const skonto: Skonto = {
    observe: (event) => shopper.observe(event),
    decide: (request) => tell(request, advisor.decide(request)),
    decideCart: (request) => tell(request, advisor.decideCart(request)),
    explain: (request) => advisor.explain(request),
    profile: () => readProfile(engine, words, now()),
    whatIf: (change) => terms.change(change),
    async setConsent(change) {
      const denied = gate.ask(change);
      terms.apply();
      if (denied.learn) await shopper.forget();
      if (denied.storage) await store.erase();
      await recall();
    },
    forget: () => shopper.forget(),
    update: async () => ({ ...(await updater.look()), version: models.version }),
    on: (name, listener) => events.on(name, listener),
    setLocale: (locale) => words.speak(locale),
    get modelVersion() {
      return models.version;
    },
    destroy() {
      updater.stop();
      events.clear();
      engine.free();
    },
  };
  return { skonto, models, recall, watch: () => void updater.start() };
}
