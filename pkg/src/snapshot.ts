// The profile in a form people can read.

import { Call, PER_GROUP, PROFILE_HEAD, Text } from "./border_table.js";
import type { Engine } from "./engine.js";
import type { GroupSnapshot, ProfileSnapshot } from "./types.js";
import { list } from "./values.js";
import type { Words } from "./words.js";

/** Reads the profile out of the engine; empty when there is none. */
export function readProfile(engine: Engine, words: Words, now: number): ProfileSnapshot {
  const bytes = engine.keepProfile() ?? new Uint8Array();
  const block = engine.ask((page) => (page.call(Call.profileNumbers, now), page.numbers())) ?? [0, NaN];
  const [trips, days] = block;
  const count = (block.length - PROFILE_HEAD) / PER_GROUP;
  return {
    bytes,
    trips,
    daysSinceLastTrip: daysOrNull(days),
    groups: list(count, (index) => readGroup(block, PROFILE_HEAD + PER_GROUP * index, words)),
  };
}

function readGroup(block: number[], start: number, words: Words): GroupSnapshot {
  const [group, purchases, deals, days] = block.slice(start);
  return {
    group: words.say(Text.group, group),
    category: words.say(Text.category, group),
    purchases,
    deals,
    daysSinceLast: daysOrNull(days),
  };
}

function daysOrNull(days: number): number | null {
  return Number.isNaN(days) ? null : days;
}
