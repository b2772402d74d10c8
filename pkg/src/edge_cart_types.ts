// What an edge request about a cart asks and says.

import type { Ga4Item } from "./ga4.js";

/** A product of a cart. */
export interface EdgeCartItem extends Ga4Item {
  /** A unit is never sold below this, in major units. */
  floor?: number;
  /** What a unit costs the shop, in major units; the model's assumed margin when absent. */
  unit_cost?: number;
  /** Its tax; the request's when absent. */
  tax_percent?: number;
}

/** What the shop knows of the shopper beside behaviour; what is absent is not known, and no offer that asks for it is given. */
export interface EdgeCircumstances {
  /** The instant, in milliseconds since 1970 in UTC, for offers with a beginning or an end; `now_ms` when absent. */
  instant_ms?: number;
  /** Segments the shopper is in. */
  segments?: string[];
  /** Loyalty tier. */
  tier?: string;
  /** How the shopper came. */
  channel?: string;
  /** Orders placed before; what the profile knows when absent. */
  past_orders?: number;
  /** Whether another shopper sent this one. */
  referred?: boolean;
  /** Whether the greener way was chosen. */
  eco_choice?: boolean;
  /** Past uses of offers from the shop's ledger; what the profile knows when absent. */
  uses?: { offer: string; count: number; last_ms?: number }[];
}

/** An amount split by its tax, in minor units. */
export interface EdgeTax {
  /** Without tax. */
  net_minor: number;
  /** The tax. */
  tax_minor: number;
  /** With tax. */
  gross_minor: number;
}

/** A line of a cart, or its shipping, as it is sold: all its units together. */
export interface EdgeCartLine {
  /** Before offers, in minor units. */
  list_minor: number;
  /** Taken off, in minor units. */
  discount_minor: number;
  /** To pay, in minor units. */
  price_minor: number;
  /** The price split by tax. */
  tax: EdgeTax;
  /** What each offer took off. */
  parts: { offer: string; amount_minor: number }[];
}

/** The smallest change that would undo one reason. */
export interface EdgeNearest {
  /** What kind of change. */
  kind: "spend_minor" | "add_units" | "remove_units" | "wait_until_ms" | "tell" | "without";
  /** How much, for changes of degree. */
  value: number | null;
  /** The circumstance to tell, or the offer to do without. */
  name: string | null;
}

/** One reason against an offer. */
export interface EdgeRefusal {
  /** The reason, as a code of `docs/money.md`. */
  code: string;
  /** Which of the offer's rules, if it is one. */
  rule: number | null;
  /** What would undo it, where that is a matter of degree. */
  nearest: EdgeNearest | null;
}

/** An offer that gave something. */
export interface EdgeApplied {
  /** Its id. */
  offer: string;
  /** What it took off, in minor units. */
  amount_minor: number;
  /** What it would have taken without floors and caps, in minor units. */
  wanted_minor: number;
  /** What made it less. */
  cut: "LINE" | "CART" | "OFFER" | null;
  /** What it gives beside money off. */
  benefit: null | {
    kind: "gift" | "points" | "partner_voucher";
    sku: string | null;
    partner: string | null;
    points: number | null;
    worth_minor: number | null;
    currency: string | null;
  };
  /** What would bring its next tier. */
  next: EdgeNearest | null;
}

/** A cart with its offers worked out. */
export interface EdgeCart {
  /** The lines, in the order of the items. */
  lines: EdgeCartLine[];
  /** Shipping. */
  shipping: EdgeCartLine;
  /** The whole price split by tax. */
  tax: EdgeTax;
  /** Offers that gave something. Only these use up a limit. */
  applied: EdgeApplied[];
  /** Offers that gave nothing, with every reason that is known. */
  refused: { offer: string; reasons: EdgeRefusal[] }[];
  /** Arms that could not be offered because of their offer. */
  arms_refused: { arm_index: number; reasons: EdgeRefusal[] }[];
}
