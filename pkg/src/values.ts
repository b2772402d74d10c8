// Reads values that strangers made: own fields only, since a polluted prototype is not data.
// A getter may still throw here; `observe` and `decide` catch that once, at the door.

/** The own field `key` of `from`, undefined when there is none. */
export function field(from: unknown, key: string): unknown {
  if (from === null || typeof from !== "object") return undefined;
  return Object.hasOwn(from, key) ? (from as Record<string, unknown>)[key] : undefined;
}

/** Text of at most `limit` characters; "" for anything else. Shops send numbers for ids, so those count. */
export function text(value: unknown, limit: number): string {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value.length <= limit ? value : "";
}

/** A number, also from text such as "1.99"; `absent` when missing; NaN for anything else. */
export function number(value: unknown, absent: number): number {
  if (value === undefined || value === null) return absent;
  if (typeof value === "string") return /^\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : NaN;
  return typeof value === "number" ? value : NaN;
}

/** A copy of the first `limit` bytes; empty for what is no bytes or was detached. */
export function bytes(value: unknown, limit: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array((value as Uint8Array).subarray(0, limit));
  } catch {
    return new Uint8Array();
  }
}
