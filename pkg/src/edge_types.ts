import type { EdgeCart, EdgeCartItem, EdgeCircumstances } from "./edge_cart_types.js";
import type { Ga4Event } from "./ga4.js";
import type { Locale } from "./options.js";

/** One shopper, one product or one cart, one moment. */
export interface EdgeRequest {
  /** What the shopper did, oldest first; taken on top of `profile`. */
  events?: Ga4Event[];
  /** A profile as the page engine keeps it. */
  profile?: Uint8Array;
  /** The product, with the price every shopper sees as `price`. */
  item?: EdgeCartItem;
  /** The whole cart instead of one product. */
  items?: EdgeCartItem[];
  /** What shipping costs before offers, in major units. */
  shipping?: number;
  /** Tax of items that name none, and of shipping. */
  tax_percent?: number;
  /** Whether tax comes on top of all prices; they hold it when absent. */
  prices_without_tax?: boolean;
  /** What the shop knows of the shopper, for the conditions of offers. */
  circumstances?: EdgeCircumstances;
  /** What the shop says of the moment, by the names the model was trained with: a number, or one of a few words. */
  attributes?: Record<string, number | string>;
  /** ISO 4217 code of the price. */
  currency?: string;
  /** The moment, in milliseconds since 1970 in the shopper's local time. */
  now_ms: number;
  /** A number to draw with. */
  seed?: number;
  /** A stable key of the shopper, hashed to place them in the holdout or not. */
  shopper?: string;
  /** The margin to reckon with, in hundredths of a percent of the list price, instead of the model's own. */
  margin_bp?: number;
  /** The price of a unit of budget, instead of the model's own; higher is stingier. */
  budget_price?: number;
  /** Whether events and profile count; true when absent. */
  personalised?: boolean;
  /** Whether to give the grounds. */
  explain?: boolean;
  /** Language of the sentences; "en" when absent. */
  locale?: Locale;
}

/** How one arm fared. */
export interface EdgeArm {
  /** The arm's id. */
  arm: string;
  /** Why it won or lost, as a code. */
  verdict: string;
  /** The probability with which it could have been drawn. */
  propensity: number;
  /** The modelled probability that the shopper buys under it. */
  probability: number;
  /** Expected profit over offering nothing, in minor units. */
  gain_minor: number;
  /** Expected cost of the discount, in minor units. */
  cost_minor: number;
  /** The model's score, as a logit. */
  score: number;
}

/** A change that would alter the offer. */
export interface EdgeChange {
  /** What would have to differ. */
  kind: "feature" | "margin" | "budgetPrice" | "cost";
  /** The feature's name; null when it is none. */
  feature: string | null;
  /** The feature in words. */
  label: string | null;
  /** The id of the arm whose cost it is, in minor units; null when it is none. */
  cost_of: string | null;
  /** The value now; null when missing. */
  from: number | null;
  /** The value at which the offer changes. */
  to: number;
  /** The arm it would become. */
  arm: string;
  /** All of it in a sentence, with numbers rounded. */
  text: string;
}

/** The grounds of a decision. */
export interface EdgeExplanation {
  /** What each feature added to the chosen arm's score, and to its cost where the model learnt costs; each sums exactly. */
  contributions: { feature: string; label: string; contribution: number; cost_minor: number; value: number | null }[];
  /** The nearest change of a feature or of the margin. */
  nearest_change: EdgeChange | null;
  /** The nearest change of each kind, as far as there is one. */
  changes: EdgeChange[];
}

/** Which discount to offer, or none. */
export interface EdgeDecision {
  /** The chosen arm's id; "none" for the price everyone sees. */
  arm: string;
  /** Its position in `arms`. */
  arm_index: number;
  /** Taken off, in hundredths of a percent. */
  depth_bp: number;
  /** Taken off one unit, in minor units. */
  discount_minor: number;
  /** To pay for one unit, in minor units. */
  price_minor: number;
  /** The price everyone sees, in minor units. */
  list_minor: number;
  /** Why, as a code. */
  reason: string;
  /** Why, in words. */
  reason_text: string;
  /** Events that could not be counted. */
  refused_events: number;
  /** Whether the profile that came along could not be read, so that the decision is a stranger's. */
  profile_refused: boolean;
  /** Attributes that the model knows but that came in a form it cannot use; they counted as not said. */
  refused_attributes: number;
  /** Version of the model that decided. */
  model_version: number;
  /** Every arm, the losing and blocked ones included. */
  arms: EdgeArm[];
  /** The grounds, when asked for; null otherwise. */
  explanation: EdgeExplanation | null;
  /** The sentence to show beside a personalised price. */
  disclosure: string;
  /** The cart, where one was asked about or the model has offers; null otherwise. Then all amounts are the cart's. */
  cart: EdgeCart | null;
}

/** What an edge engine may start from. */
export interface EdgeOptions {
  /** The compiled module or its bytes; every entry but `slim` knows its own. */
  wasm?: WebAssembly.Module | BufferSource;
  /** A model to use instead of the bundled one. */
  model?: Uint8Array;
}

/** The engine of a worker or server. */
export interface Edge {
  /** Decides; never throws. */
  decide(request: EdgeRequest): EdgeDecision;
  /** Decides each; never throws. */
  decideAll(requests: EdgeRequest[]): EdgeDecision[];
  /** Version of the model in use. */
  readonly modelVersion: number;
  /** Gives the memory back; decisions afterwards are the price everyone sees. */
  free(): void;
}
