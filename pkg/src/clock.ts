// Time and chance, taken from the caller where given. A caller's function that fails is as good as absent.

import { MS_PER_MINUTE } from "./limits.js";

/** A clock that never throws, in the shopper's local time. */
export function safeClock(clock: (() => number) | undefined): () => number {
  return () => callNumber(clock) ?? localNow();
}

/** A source of seeds that never throws. Its own is drawn once, so that drawing a page twice shows one price. */
export function safeSeed(seed: (() => number) | undefined): () => number {
  let own: number | undefined;
  return () => callNumber(seed) ?? (own ??= callNumber(drawSeed) ?? 0);
}

function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0];
}

function localNow(): number {
  const now = new Date();
  return now.getTime() - now.getTimezoneOffset() * MS_PER_MINUTE;
}

function callNumber(source: (() => number) | undefined): number | undefined {
  try {
    const value = source?.();
    return Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
