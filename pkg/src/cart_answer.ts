// From the numbers of a cart's answer to its Cart. The layout is written down in `docs/page-border.md`.

import { Text } from "./border_table.js";
import type { AppliedOffer, Benefit, Cart, CartLine, Nearest, Refusal, Tax } from "./cart_types.js";
import { endOfExplanation } from "./decision.js";
import type { Words } from "./words.js";

const CUTS = [null, "LINE", "CART", "OFFER"] as const;
const BENEFITS = [null, "gift", "points", "partnerVoucher"] as const;
const NEAREST = [null, "spendMinor", "addUnits", "removeUnits", "waitUntilMs", "tell", "without"] as const;

/** Reads on from a place, in the order in which the engine wrote. */
class Reader {
  #at: number;

  constructor(
    readonly numbers: number[],
    readonly words: Words,
    start: number,
  ) {
    this.#at = start;
  }

  next(): number {
    return this.numbers[this.#at++] ?? 0;
  }

  list<T>(read: (index: number) => T): T[] {
    return Array.from({ length: this.next() }, (_, index) => read(index));
  }

  offer(): string {
    return this.words.say(Text.offer, this.next());
  }
}

/** What a cart costs before offers, and the cart; undefined where the engine could not read it. */
export function readCart(numbers: number[], words: Words): { listMinor: number; cart: Cart } | undefined {
  const start = endOfExplanation(numbers);
  if (numbers.length <= start) return undefined;
  const r = new Reader(numbers, words, start);
  const listMinor = r.next();
  const tax = readTax(r);
  const shipping = readLine(r);
  const lines = r.list(() => readLine(r));
  const applied = r.list(() => readApplied(r));
  const refused = r.list(() => ({ offer: r.offer(), reasons: r.list(() => readRefusal(r)) }));
  const arms = r.list((arm) => ({ arm: words.say(Text.armId, arm), reasons: r.list(() => readRefusal(r)) }));
  const armsRefused = arms.filter(({ reasons }) => reasons.length > 0);
  return { listMinor, cart: { lines, shipping, tax, applied, refused, armsRefused } };
}

function readTax(r: Reader): Tax {
  return { netMinor: r.next(), taxMinor: r.next(), grossMinor: r.next() };
}

function readLine(r: Reader): CartLine {
  return {
    ...{ listMinor: r.next(), discountMinor: r.next(), priceMinor: r.next(), tax: readTax(r) },
    parts: r.list(() => ({ offer: r.offer(), amountMinor: r.next() })),
  };
}

function readApplied(r: Reader): AppliedOffer {
  const place = r.next();
  return {
    offer: r.words.say(Text.offer, place),
    ...{ amountMinor: r.next(), wantedMinor: r.next(), cut: CUTS[r.next()] ?? null },
    ...{ benefit: readBenefit(r, place), next: readNearest(r) },
  };
}

function readBenefit(r: Reader, place: number): Benefit | null {
  const [kind, value] = [BENEFITS[r.next()], r.next()];
  if (!kind) return null;
  return { kind, what: r.words.say(Text.offerWhat, place), value, currency: r.words.say(Text.offerCurrency, place) };
}

function readRefusal(r: Reader): Refusal {
  const [code, rule] = [r.words.say(Text.refusal, r.next()), r.next()];
  return { code, rule: rule < 0 ? null : rule, nearest: readNearest(r) };
}

function readNearest(r: Reader): Nearest | null {
  const [kind, value] = [NEAREST[r.next()], r.next()];
  if (!kind) return null;
  if (kind === "tell") return { kind, value: null, name: r.words.say(Text.circumstance, value) };
  if (kind === "without") return { kind, value: null, name: r.words.say(Text.offer, value) };
  return { kind, value, name: null };
}
