// What a decision about a cart says.

import type { Decision } from "./types.js";

/** An amount split by its tax, in minor units. */
export interface Tax {
  /** Without tax. */
  netMinor: number;
  /** The tax. */
  taxMinor: number;
  /** With tax. */
  grossMinor: number;
}

/** A line of a cart, or its shipping, as it is sold: all its units together. */
export interface CartLine {
  /** Before offers, in minor units. */
  listMinor: number;
  /** Taken off, in minor units. */
  discountMinor: number;
  /** To pay, in minor units. */
  priceMinor: number;
  /** The price split by tax. */
  tax: Tax;
  /** What each offer took off. */
  parts: { offer: string; amountMinor: number }[];
}

/** The smallest change that would undo one reason. */
export interface Nearest {
  /** What kind of change. */
  kind: "spendMinor" | "addUnits" | "removeUnits" | "waitUntilMs" | "tell" | "without";
  /** How much, for changes of degree. */
  value: number | null;
  /** The circumstance to tell, or the offer to do without. */
  name: string | null;
}

/** One reason against an offer. */
export interface Refusal {
  /** The reason, as a code of `docs/money.md`. */
  code: string;
  /** Which of the offer's rules, if it is one. */
  rule: number | null;
  /** What would undo it, where that is a matter of degree. */
  nearest: Nearest | null;
}

/** What an offer gives beside money off. */
export interface Benefit {
  /** What. */
  kind: "gift" | "points" | "partnerVoucher";
  /** The product of a gift, or the partner of a voucher; empty for points. */
  what: string;
  /** How often points count, or what gift or voucher is worth, in minor units. */
  value: number;
  /** The currency of a voucher; empty otherwise. */
  currency: string;
}

/** An offer that gave something. */
export interface AppliedOffer {
  /** Its id. */
  offer: string;
  /** What it took off, in minor units. */
  amountMinor: number;
  /** What it would have taken without floors and caps, in minor units. */
  wantedMinor: number;
  /** What made it less. */
  cut: "LINE" | "CART" | "OFFER" | null;
  /** What it gives beside money off. */
  benefit: Benefit | null;
  /** What would bring its next tier. */
  next: Nearest | null;
}

/** A cart with its offers worked out. */
export interface Cart {
  /** The lines, in the order of the items. */
  lines: CartLine[];
  /** Shipping. */
  shipping: CartLine;
  /** The whole price split by tax. */
  tax: Tax;
  /** Offers that gave something. Only these use up a limit. */
  applied: AppliedOffer[];
  /** Offers that gave nothing, with every reason that is known. */
  refused: { offer: string; reasons: Refusal[] }[];
  /** Arms that could not be offered because of their offer. */
  armsRefused: { arm: string; reasons: Refusal[] }[];
}

/** A decision about a whole cart; its amounts are the cart's, shipping included. */
export interface CartDecision extends Decision {
  /** What everything costs; null where nothing could be worked out, and the cart costs its list price. */
  cart: Cart | null;
}
