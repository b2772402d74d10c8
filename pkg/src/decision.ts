// From the engine's output block to a Decision or an Explanation. The layout of the block is written down in
// the crate, beside the code that fills it; the constants here are its mirror.

import { PER_ARM, PER_CHANGE, PER_CONTRIBUTION, Text } from "./border_table.js";
import { numberOrNull, readChange } from "./change.js";
import type { ArmOutcome, Contribution, Decision, Explanation } from "./types.js";
import { list } from "./values.js";
import type { OwnReason, Words } from "./words.js";

/** Where the numbers of a decision lie. */
const enum Head {
  arm,
  armCount,
  depth,
  discount,
  price,
  reason,
  version,
  margin,
  length,
}


/** What the block does not say: it knows minor units of no particular currency, and not what was switched off. */
export interface Priced {
  listMinor: number;
  currency: string;
  disclosure: string;
  refusedAttributes: number;
}

/** Reads the block that a decision left. */
export function readDecision(block: number[], priced: Priced, words: Words): Decision {
  const [arm, reason] = [block[Head.arm], block[Head.reason]];
  const arms = list(block[Head.armCount], (index) => readArm(block, index, words));
  return {
    arm: words.say(Text.armId, arm),
    percentOff: block[Head.depth] / 100,
    discountMinor: block[Head.discount],
    priceMinor: block[Head.price],
    ...priced,
    reason: words.say(Text.reasonCode, reason),
    reasonText: words.say(Text.reason, reason),
    propensity: arms[arm]?.propensity ?? 1,
    arms,
    modelVersion: block[Head.version],
  };
}

/** Reads the block that an explanation left. */
export function readExplanation(block: number[], priced: Priced, words: Words): Explanation {
  const decision = readDecision(block, priced, words);
  const start = Head.length + PER_ARM * decision.arms.length;
  const count = block[start];
  const after = start + 1 + PER_CONTRIBUTION * count;
  const changes = list(block[after], (index) =>
    readChange(block.slice(after + 1 + PER_CHANGE * index), priced.currency, words),
  );
  return {
    ...decision,
    contributions: list(count, (index) => readContribution(block, start + 1 + PER_CONTRIBUTION * index, words)),
    otherArms: decision.arms.filter((other) => other.arm !== decision.arm),
    nearestChange: changes.find(({ kind }) => kind === "feature" || kind === "margin") ?? null,
    changes,
  };
}

/** Where an explanation ends. */
export function endOfExplanation(block: number[]): number {
  const parts = Head.length + PER_ARM * block[Head.armCount];
  const changes = parts + 1 + PER_CONTRIBUTION * block[parts];
  return changes + 1 + PER_CHANGE * block[changes];
}

/** The price everyone sees, when no engine could decide. */
export function undecided(reason: OwnReason, priced: Priced, modelVersion: number, words: Words): Decision {
  return {
    arm: "none",
    percentOff: 0,
    discountMinor: 0,
    priceMinor: priced.listMinor,
    ...priced,
    reason,
    reasonText: words.sayOwn(reason),
    propensity: 1,
    arms: [],
    modelVersion,
  };
}

function readArm(block: number[], index: number, words: Words): ArmOutcome {
  const start = Head.length + PER_ARM * index;
  const verdict = block[start];
  return {
    arm: words.say(Text.armId, index),
    label: words.say(Text.arm, index),
    verdict: words.say(Text.verdictCode, verdict),
    verdictText: words.say(Text.verdict, verdict),
    propensity: block[start + 1],
    probability: block[start + 2],
    gainMinor: block[start + 3],
    costMinor: block[start + 4],
    score: block[start + 5],
  };
}

function readContribution(block: number[], start: number, words: Words): Contribution {
  return {
    feature: words.say(Text.feature, block[start]),
    contribution: block[start + 1],
    value: numberOrNull(block[start + 2]),
    costMinor: block[start + 3],
  };
}
