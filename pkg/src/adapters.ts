// GA4 events in the two shapes pages already send them. Both give null for what is no event, and never throw.

import type { Ga4Event } from "./ga4.js";

/** From the arguments of `gtag("event", name, params)`. */
export function fromGtag(...args: unknown[]): Ga4Event | null {
  const [command, name, params] = args;
  if (command !== "event" || typeof name !== "string") return null;
  return { name, params: isObject(params) ? params : {} };
}

/** From an entry of `dataLayer`: `{event, ecommerce}`, or the arguments that gtag pushes there. */
export function fromDataLayer(entry: unknown): Ga4Event | null {
  try {
    if (!isObject(entry)) return null;
    if (isArguments(entry)) return fromGtag(...Array.from(entry));
    const { event, ecommerce } = entry;
    // `{ecommerce: null}` only clears what was pushed before.
    return typeof event === "string" && isObject(ecommerce) ? { name: event, params: ecommerce } : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object";
}

function isArguments(entry: object): entry is ArrayLike<unknown> {
  const { 0: command, length } = entry as ArrayLike<unknown>;
  return command === "event" && length <= 4;
}
