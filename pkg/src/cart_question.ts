// A cart as the bytes that the engine reads. The layout is written down in `docs/page-border.md`.

import type { Groups } from "./groups.js";
import { MAX_ID } from "./limits.js";
import { minorDigits, toMinor } from "./money.js";
import type { Products } from "./products.js";
import { field, number, text } from "./values.js";

const CATEGORIES = ["item_category", "item_category2", "item_category3", "item_category4", "item_category5"];
const MAX_NAME = 256;
const MILLIONTHS_PER_PERCENT = 10_000;
/** The most lines the engine takes. */
const MAX_LINES = 512;
const MAX_TEXTS = 64;

/** Little-endian values, one after the other. */
class Writer {
  #view = new DataView(new ArrayBuffer(1024));
  #length = 0;

  get bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#length);
  }

  u8(value: number): void {
    this.#room(1);
    this.#view.setUint8(this.#length++, value);
  }

  u16(value: number): void {
    this.u8(value & 255);
    this.u8(value >> 8);
  }

  u32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  f64(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.u16(bytes.length);
    bytes.forEach((byte) => this.u8(byte));
  }

  list<T>(values: readonly T[], write: (value: T) => void): void {
    this.u16(values.length);
    values.forEach(write);
  }

  #room(bytes: number): void {
    const { buffer } = this.#view;
    if (this.#length + bytes <= buffer.byteLength) return;
    const wider = new Uint8Array(2 * buffer.byteLength);
    wider.set(new Uint8Array(buffer));
    this.#view = new DataView(wider.buffer);
  }
}

/** Numbers that stand for things of the loaded model. */
export interface CartRim {
  groups: Groups;
  products: Products;
}

/** The bytes of a cart, what it costs before any offer, and what the shop says of the moment. */
export interface CartQuestion {
  bytes: Uint8Array;
  listMinor: number;
  attributes: number[];
  refused: number;
}

/** Reads a cart, which may be anything at all; undefined for what is no list of items. */
export function cartQuestion(request: unknown, currency: string, rim: CartRim): CartQuestion | undefined {
  const items = field(request, "items");
  if (!Array.isArray(items) || items.length > MAX_LINES) return undefined;
  const [w, digits] = [new Writer(), minorDigits(currency)];
  const minor = (value: unknown, absent: number): number => toMinor(number(value, absent), digits);
  const shipping = minor(field(request, "shipping"), 0);
  const tax = field(request, "taxPercent");
  (currency || "XXX").split("").forEach((letter) => w.u8(letter.charCodeAt(0)));
  w.u8(field(request, "pricesWithoutTax") === true ? 1 : 0);
  w.f64(shipping);
  w.u32(millionths(tax, 0));
  writeCircumstances(w, field(request, "circumstances"));
  let listMinor = shipping || 0;
  w.list(items as unknown[], (item) => {
    const group = rim.groups.of(item);
    w.u32(group < 0 ? 0xffff_ffff : group);
    w.u32(rim.products.number(text(field(item, "item_id"), MAX_ID)));
    w.u32(rim.products.number(text(field(item, "item_brand"), MAX_ID)));
    w.text(text(field(item, "item_name"), Infinity).slice(0, MAX_NAME));
    w.text(text(field(item, "item_id"), MAX_ID));
    w.list(CATEGORIES.map((name) => text(field(item, name), MAX_ID)).filter(Boolean), (name) => w.text(name));
    const [price, quantity] = [minor(field(item, "price"), NaN), number(field(item, "quantity"), 1)];
    w.f64(price);
    // What is no whole number of units becomes none, which the engine refuses.
    w.u32(Number.isInteger(quantity) ? Math.min(quantity, 0xffff_ffff) : 0);
    w.u32(millionths(field(item, "taxPercent"), millionths(tax, 0)));
    w.f64(minor(field(item, "floor"), NaN));
    w.f64(minor(field(item, "unitCost"), NaN));
    listMinor += price * quantity || 0;
  });
  const { values, refused } = rim.products.attributes(field(request, "attributes"));
  return { bytes: w.bytes, listMinor, attributes: values, refused };
}

function millionths(percent: unknown, absent: number): number {
  if (percent === undefined || percent === null) return absent;
  const rate = Math.round(number(percent, NaN) * MILLIONTHS_PER_PERCENT);
  // What is no tax becomes one the engine refuses.
  return rate >= 0 ? rate : 0xffff_ffff;
}

function writeCircumstances(w: Writer, told: unknown): void {
  const word = (name: string): string => text(field(told, name), MAX_ID);
  const flag = (name: string): number => {
    const value = field(told, name);
    return typeof value === "boolean" ? 1 + Number(value) : 0;
  };
  w.f64(number(field(told, "instantMs"), NaN));
  w.f64(number(field(told, "pastOrders"), NaN));
  w.u8(flag("referred"));
  w.u8(flag("ecoChoice"));
  optional(w, field(told, "segments"), (segment) => w.text(text(segment, MAX_ID)));
  w.text(word("tier"));
  w.text(word("channel"));
  optional(w, field(told, "uses"), (used) => {
    w.text(text(field(used, "offer"), MAX_ID));
    w.u32(number(field(used, "count"), 0));
    w.f64(number(field(used, "lastMs"), NaN));
  });
}

function optional(w: Writer, told: unknown, write: (value: unknown) => void): void {
  const isTold = Array.isArray(told);
  w.u8(isTold ? 1 : 0);
  if (isTold) w.list((told as unknown[]).slice(0, MAX_TEXTS), write);
}
