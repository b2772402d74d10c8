// What is asked about a cart.

import type { Ga4Item } from "./ga4.js";

/** A product of a cart. */
export interface CartItem extends Ga4Item {
  /** A unit is never sold below this, in major units. */
  floor?: number;
  /** What a unit costs the shop, in major units; the model's assumed margin when absent. */
  unitCost?: number;
  /** Its tax; the request's when absent. */
  taxPercent?: number;
}

/** What the shop knows of the shopper beside behaviour; what is absent is not known, and no offer that asks for it is given. */
export interface Circumstances {
  /** The instant, in milliseconds since 1970 in UTC, for offers with a beginning or an end; the clock's when absent. */
  instantMs?: number;
  /** Segments the shopper is in. */
  segments?: string[];
  /** Loyalty tier. */
  tier?: string;
  /** How the shopper came. */
  channel?: string;
  /** Orders placed before; what the profile knows when absent. */
  pastOrders?: number;
  /** Whether another shopper sent this one. */
  referred?: boolean;
  /** Whether the greener way was chosen. */
  ecoChoice?: boolean;
  /** Past uses of offers from the shop's ledger; what the profile knows when absent. */
  uses?: { offer: string; count: number; lastMs?: number }[];
}

/** What belongs to a cart beside its items. */
export interface CartTerms {
  /** What shipping costs before offers, in major units; 0 when absent. */
  shipping?: number;
  /** Tax of items that name none, and of shipping; 0 when absent. */
  taxPercent?: number;
  /** Whether tax comes on top of all prices; they hold it when absent. */
  pricesWithoutTax?: boolean;
  /** What the shop knows of the shopper, for the conditions of offers. */
  circumstances?: Circumstances;
}

/** A whole cart to decide about. */
export interface CartRequest extends CartTerms {
  /** The products, with the prices every shopper sees. */
  items: CartItem[];
  /** What the shop says of the moment, by the names the model was trained with. */
  attributes?: Record<string, number | string>;
  /** ISO 4217 code of all prices; the last event's currency when absent. */
  currency?: string;
  /** Where the offer would show; passed on to "decision" listeners. */
  placement?: string;
}
