// What decisions, explanations and profiles say.

/** How one arm fared in a decision. */
export interface ArmOutcome {
  /** The arm's id, such as "pct10". */
  arm: string;
  /** The arm in words. */
  label: string;
  /** Why it won or lost, as a code. */
  verdict: string;
  /** Why it won or lost, in words. */
  verdictText: string;
  /** The probability with which it could have been drawn. */
  propensity: number;
  /** The modelled probability that the shopper buys under it. */
  probability: number;
  /** Expected profit over offering nothing, in minor units. */
  gainMinor: number;
  /** Expected cost of the discount, in minor units. */
  costMinor: number;
  /** The model's score, as a logit. */
  score: number;
}

/** Which discount to offer, or none. */
export interface Decision {
  /** The chosen arm's id; "none" for the price everyone sees. */
  arm: string;
  /** Percent taken off. */
  percentOff: number;
  /** Taken off one unit, in minor units. */
  discountMinor: number;
  /** To pay for one unit, in minor units. */
  priceMinor: number;
  /** The price everyone sees, in minor units; 0 when the item has no usable price. */
  listMinor: number;
  /** ISO 4217 code; empty when neither the request nor an event named one. */
  currency: string;
  /** Why, as a code. */
  reason: string;
  /** Why, in words. */
  reasonText: string;
  /** The probability with which the chosen arm was drawn. */
  propensity: number;
  /** Every arm, the losing and blocked ones included. */
  arms: ArmOutcome[];
  /** Version of the model that decided. */
  modelVersion: number;
  /** The sentence to show beside a personalised price. */
  disclosure: string;
  /** Attributes of the request that the model knows but that came in a form it cannot use; they counted as not said. */
  refusedAttributes: number;
}

/** What one feature added to the chosen arm's score. */
export interface Contribution {
  /** The feature in words. */
  feature: string;
  /** Its value; null when missing. */
  value: number | null;
  /** Its share of the score in logits, or in minor units of gain; all shares sum, in this order, to the score exactly. */
  contribution: number;
  /** Its share of what the arm costs, in minor units, where the model learnt costs; 0 where they follow from the offer. */
  costMinor: number;
}

/** A change that would alter the offer. */
export interface Change {
  /** What would have to differ: the shopper's behaviour, the shop's margin, the price of budget, or what an arm costs. */
  kind: "feature" | "margin" | "budgetPrice" | "cost";
  /** The feature in words; empty when it is none. */
  feature: string;
  /** The id of the arm whose cost it is, in minor units; empty when it is none. */
  costOf: string;
  /** The value now; null when missing. */
  from: number | null;
  /** The value at which the offer changes. */
  to: number;
  /** The arm it would become. */
  arm: string;
  /** All of it in a sentence, with numbers rounded. */
  text: string;
}

/** A decision with its grounds. */
export interface Explanation extends Decision {
  /** What each feature added. */
  contributions: Contribution[];
  /** The arms not chosen, and why. */
  otherArms: ArmOutcome[];
  /** What of the shopper or of the margin would have led to another offer; null when nothing near would. */
  nearestChange: Change | null;
  /** The nearest change of each kind, as far as there is one. */
  changes: Change[];
}

/** What is known about one product group. */
export interface GroupSnapshot {
  /** The group in words. */
  group: string;
  /** The category it belongs to. */
  category: string;
  /** Purchases, older ones counting less. */
  purchases: number;
  /** Purchases made on offer, older ones counting less. */
  deals: number;
  /** Days since the last purchase; null when there was none. */
  daysSinceLast: number | null;
}

/** All that is known about the shopper. */
export interface ProfileSnapshot {
  /** The profile as kept, for `EdgeRequest.profile`. */
  bytes: Uint8Array;
  /** Shopping trips, older ones counting less. */
  trips: number;
  /** Days since the last trip; null when there was none. */
  daysSinceLastTrip: number | null;
  /** The product groups bought. */
  groups: GroupSnapshot[];
}
