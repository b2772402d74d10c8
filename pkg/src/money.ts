// Amounts as whole minor units. GA4 sends major units; nothing behind this file sees them.

/** The most the engine accepts, in minor units. */
const MAX_MINOR = 1e12;

// From ISO 4217, not from Intl: ICU releases disagree (HUF, IDR), and a price must not depend on the browser.
const NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND";

/** How many digits the minor unit of `currency` has, which is three letters or none; 2 for one that is unknown or absent. */
export function minorDigits(currency: string): number {
  if (!currency) return 2;
  if (NO_DIGITS.includes(currency)) return 0;
  return THREE_DIGITS.includes(currency) ? 3 : 2;
}

/** Whole minor units of `major`; NaN for what is no amount of money. */
export function toMinor(major: number, digits: number): number {
  const minor = Math.round(major * 10 ** digits);
  // `+ 0` turns -0 into 0.
  return minor >= 0 && minor <= MAX_MINOR ? minor + 0 : NaN;
}
