// When to look for a model again. Pure, so that ten thousand shops can be simulated in a test.

const FIRST_RETRY_MS = 30_000;
const MIN_PERIOD_MS = 60_000;

/**
 * Milliseconds to the next look, after so many in a row that brought nothing acceptable; `chance` is uniform in [0, 1) and
 * spreads clients that failed together.
 */
export function nextLook(failures: number, everyMs: number, chance: number): number {
  const period = Math.max(everyMs, MIN_PERIOD_MS);
  if (failures === 0) return period * (0.9 + 0.2 * chance);
  return Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), period) * (0.5 + chance);
}
