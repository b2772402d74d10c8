// A change that would alter the offer, and its sentence: a text of the model with blanks, filled in with numbers.

import { Text } from "./border_table.js";
import { minorDigits } from "./money.js";
import type { Change } from "./types.js";
import type { Words } from "./words.js";

const KINDS = ["feature", "margin", "budgetPrice", "cost"] as const;

/** Reads the change that `block` begins with. */
export function readChange(block: number[], currency: string, words: Words): Change {
  const [kind, index, from, to, arm] = block;
  const what = words.say(kind === 0 ? Text.feature : Text.arm, index);
  const change = {
    kind: KINDS[kind],
    feature: kind === 0 ? what : "",
    costOf: kind === 3 ? words.say(Text.armId, index) : "",
    from: numberOrNull(from),
    to,
    arm: words.say(Text.armId, arm),
  };
  const style = kind === 1 ? "percent" : "decimal";
  const amount = words.write(Math.abs(to - from) / 10 ** minorDigits(currency));
  const blanks: Record<string, string> = {
    what,
    from: words.write(from, style),
    to: words.write(to, style),
    by: currency ? `${amount} ${currency}` : amount,
    arm: words.say(Text.arm, arm) || change.arm,
  };
  const sentence = words.say(Text.change, sentenceOf(kind, from, to));
  return { ...change, text: sentence.replace(/\{(\w+)\}/g, (_, blank) => blanks[blank]) };
}

/** NaN stands for nothing. */
export function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

// The sentences: a feature, one that is missing now, the margin, the price of budget, costs less, costs more.
function sentenceOf(kind: number, from: number, to: number): number {
  if (kind === 0) return Number.isNaN(from) ? 1 : 0;
  return kind === 3 && to > from ? 5 : kind + 1;
}
