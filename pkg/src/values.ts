// Reads values that strangers made: own fields only, since a polluted prototype is not data.
// A getter may still throw here; `observe` and `decide` catch that once, at the door.

import { MAX_CHARACTERS } from "./limits.js";

/** The own field `key` of `from`, undefined when there is none. */
export function field(from: unknown, key: string): unknown {
  if (from === null || typeof from !== "object") return undefined;
  return Object.hasOwn(from, key) ? (from as Record<string, unknown>)[key] : undefined;
}

/** The own field `key` if it is text; undefined also where its getter throws. */
export function ownText(from: unknown, key: string): string | undefined {
  try {
    const value = field(from, key);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Text of at most `limit` characters; "" for anything else. Shops send numbers for ids, so those count. */
export function text(value: unknown, limit: number): string {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value.length <= limit ? value : "";
}

/** The first characters of a text as code points; none for anything else. */
export function characters(value: unknown): number[] {
  const told = typeof value === "string" ? value : text(value, MAX_CHARACTERS);
  // A character takes at most two units, so a text of 100 MB costs no more than a long title.
  const points: number[] = [];
  for (const character of told.slice(0, 2 * MAX_CHARACTERS)) points.push(character.codePointAt(0)!);
  return points.slice(0, MAX_CHARACTERS);
}

/** A number, also from text such as "1.99"; `absent` when missing; NaN for anything else. */
export function number(value: unknown, absent: number): number {
  if (value === undefined || value === null) return absent;
  if (typeof value === "string") return /^\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : NaN;
  return typeof value === "number" ? value : NaN;
}

/** As many values as `length` says, each made from its place. */
export function list<T>(length: number, make: (index: number) => T): T[] {
  const made: T[] = [];
  for (let index = 0; index < length; index += 1) made.push(make(index));
  return made;
}

/** A copy of the first `limit` bytes; empty for what is no bytes or was detached. */
export function bytes(value: unknown, limit: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array((value as Uint8Array).subarray(0, limit));
  } catch {
    return new Uint8Array();
  }
}
