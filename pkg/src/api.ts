import type { CartRequest, CartTerms } from "./cart_request.js";
import type { CartDecision } from "./cart_types.js";
import type { Ga4Event, Ga4Item } from "./ga4.js";
import type { Consent, Locale } from "./options.js";
import type { Decision, Explanation, ProfileSnapshot } from "./types.js";

/** What became of an event. */
export interface Observed {
  /** Whether the profile took it in. */
  taken: boolean;
  /** Why not. */
  reason?: string;
}

/** What to decide about. What belongs to a cart counts where the model has offers: the product is then a cart of one. */
export interface DecisionRequest extends CartTerms {
  /** The product, with the price every shopper sees as `price`. */
  item: Ga4Item;
  /** Where the offer would show; passed on to "decision" listeners, never a reason for another price. */
  placement?: string;
  /**
   * What the shop says of the moment, by the names the model was trained with: a number, or one of a few words. What is
   * absent is missing, which the model has learnt to deal with; a name it does not know is ignored.
   */
  attributes?: Record<string, number | string>;
  /** ISO 4217 code of the price; the last event's currency when absent. */
  currency?: string;
}

/** Terms to try out; null puts the model's own back, absent leaves the present one. */
export interface Terms {
  /** The margin to reckon with, in hundredths of a percent of the list price. */
  marginBasisPoints?: number | null;
  /** The price of a unit of budget; higher is stingier. */
  budgetPrice?: number | null;
  /** Whether the profile counts; it never does without consent to learn. */
  personalised?: boolean;
}

/** What came of looking for a newer model. */
export interface UpdateOutcome {
  /** "refused": something came that is not acceptable. "unreachable": nothing came. */
  status: "updated" | "unchanged" | "refused" | "unreachable";
  /** Version of the model in use afterwards. */
  version: number;
  /** Why nothing changed. */
  reason?: string;
}

/** What listeners are told. */
export interface SkontoEvents {
  /** Another model is in use. */
  model: { version: number };
  /** A decision was made; log `decision.propensity` with it if you learn from the outcome. */
  decision: { decision: Decision; placement: string | undefined };
  /** The profile changed. */
  profile: Record<string, never>;
  /** Something failed and was survived. */
  error: { code: string; message: string };
}

/** The engine of one page. Nothing but `createSkonto` ever throws or rejects. */
export interface Skonto {
  /** Takes in what the shopper did. Safe with any value; null is what adapters give for "not ours". */
  observe(event: Ga4Event | null): Observed;
  /** Decides at once. On any failure: the price everyone sees, and why. */
  decide(request: DecisionRequest): Decision;
  /** Decides about a whole cart at once: the arm, and what every line costs. On any failure: list prices, and why. */
  decideCart(request: CartRequest): CartDecision;
  /** Decides the same and gives the grounds. */
  explain(request: DecisionRequest): Explanation;
  /** What is known about the shopper. */
  profile(): ProfileSnapshot;
  /** Tries out other terms until told otherwise. */
  whatIf(terms: Terms): void;
  /** Changes what is allowed; withdrawing erases. Resolves once the erasing is done. */
  setConsent(change: Partial<Consent>): Promise<void>;
  /** Erases the profile here and in storage. */
  forget(): Promise<void>;
  /** Looks for a newer model now. */
  update(): Promise<UpdateOutcome>;
  /** Calls `listener` on every such event until the returned function is called. */
  on<Name extends keyof SkontoEvents>(name: Name, listener: (detail: SkontoEvents[Name]) => void): () => void;
  /** Changes the language of the sentences. */
  setLocale(locale: Locale): void;
  /** Version of the model in use. */
  readonly modelVersion: number;
  /** Frees the engine and stops updates; decisions afterwards are the price everyone sees. */
  destroy(): void;
}
