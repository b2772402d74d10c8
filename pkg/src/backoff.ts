// When to look for a model again. Pure, so that ten thousand shops can be simulated in a test.

const FIRST_RETRY_MS = 30_000;
const MIN_PERIOD_MS = 60_000;

/** What the last look says about the next. */
export interface LastLook {
  /** Looks in a row that brought nothing acceptable. */
  failures: number;
  /** What the server asked to wait, 0 when it did not. */
  retryAfterMs: number;
  /** The period asked for. */
  everyMs: number;
}

/** Milliseconds to the next look; `chance` is uniform in [0, 1) and spreads clients that failed together. */
export function nextLook({ failures, retryAfterMs, everyMs }: LastLook, chance: number): number {
  const period = Math.max(everyMs, MIN_PERIOD_MS);
  if (failures === 0) return period * (0.9 + 0.2 * chance);
  const wait = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), period);
  return retryAfterMs + wait * (0.5 + chance);
}
