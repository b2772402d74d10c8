// From a GA4 event, which may be anything at all, to the flat numbers the engine takes.

import { EventKind } from "./border_table.js";
import { EVENT_NAMES } from "./ga4.js";
import { MAX_GROUP_FIELD, MAX_ID, MAX_ITEMS } from "./limits.js";
import { minorDigits, toMinor } from "./money.js";
import { characters, field, list, number, text } from "./values.js";

/** A product line: the name of its group, its ids, and amounts per unit in minor units. */
export interface FlatLine {
  group: string;
  item: string;
  brand: string;
  /** The offer it was sold under. */
  offer: string;
  net: number;
  discount: number;
  quantity: number;
}

/** An event, checked and flat. */
export interface FlatEvent {
  kind: number;
  time: number;
  transaction: string;
  currency: string;
  /** The characters of what was searched for. */
  search: number[];
  lines: FlatLine[];
}

/** Reads an event, or says why it is none. `groupFields` are the item fields that name a group. */
export function readEvent(event: unknown, now: number, groupFields: readonly string[]): FlatEvent | string {
  const kind = EVENT_NAMES.indexOf(field(event, "name") as never);
  if (kind < 0) return event !== null && typeof event === "object" ? "UNKNOWN_EVENT" : "BAD_EVENT";
  const params = field(event, "params");
  const items: unknown = field(params, "items") ?? [];
  if (!Array.isArray(items)) return "BAD_EVENT";
  // Asked for once: it may be a proxy that answers differently each time.
  const { length } = items;
  if (length > MAX_ITEMS) return "TOO_MANY_ITEMS";
  const currency = readCurrency(field(params, "currency"));
  const time = number(field(event, "timestamp_ms"), now);
  const [coupon, digits] = [text(field(params, "coupon"), MAX_ID), minorDigits(currency)];
  // Where money changes the profile a missing price is an error; elsewhere it is merely not said.
  const absent = kind === EventKind.purchase || kind === EventKind.addToCart ? NaN : 0;
  return {
    kind,
    time,
    transaction: readTransaction(kind, field(params, "transaction_id"), time),
    currency,
    search: characters(field(params, "search_term")),
    lines: list(length, (index) => readLine(items[index], absent, coupon, digits, groupFields)),
  };
}

/** The name of an item's group, as the model spells it. */
export function groupName(item: unknown, groupFields: readonly string[]): string {
  let name = "";
  for (const part of groupFields) name += `/${text(field(item, part), MAX_GROUP_FIELD)}`;
  return name.slice(1);
}

/** An ISO 4217 code; "" for anything else. */
export function readCurrency(value: unknown): string {
  return typeof value === "string" && /^[A-Za-z]{3}$/.test(value) ? value.toUpperCase() : "";
}

function readLine(item: unknown, absent: number, coupon: string, digits: number, groupFields: readonly string[]): FlatLine {
  return {
    group: groupName(item, groupFields),
    item: text(field(item, "item_id"), MAX_ID),
    brand: text(field(item, "item_brand"), MAX_ID),
    offer: text(field(item, "coupon"), MAX_ID) || coupon,
    net: toMinor(number(field(item, "price"), absent), digits),
    discount: toMinor(number(field(item, "discount"), 0), digits),
    quantity: number(field(item, "quantity"), 1),
  };
}

// A purchase without an id is named by its time, so that telling it twice still counts once.
function readTransaction(kind: number, id: unknown, time: number): string {
  return text(id, MAX_ID) || (kind === EventKind.purchase ? `t${time}` : "");
}
