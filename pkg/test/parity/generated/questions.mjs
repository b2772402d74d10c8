// Cases by number, recorded ones and drawn ones, as plain numbers at the page's border. The order of the draws is the order of
// tests/parity/generated/question.rs in the crate, their twin.

import { Draws } from "./draws.mjs";

const GROCERY = 1;
const FOREST = 2;
const SOME_TIME = 1_700_000_000;

// As the forest is grown.
const [AMOUNTS, CUTS, WORDS, LEVELS, WORD, GROUPS] = [24, 31, 4, 20, 1009, 3];

const { NaN: NONE, MAX_VALUE, EPSILON } = Number;
const PRICES = [0, 1, -1, 0.5, 1e12, 1e300, NONE, Infinity, -Infinity];
const MOMENTS = [0, -1, 1e18, NONE, Infinity, 86_400_000];
const SEEDS = [0, -1, 0.5, 1e300, NONE, Infinity];
const AMOUNTS_BESIDE = [0, -0, 1e300, -1e300, 5e-324, -5e-324, MAX_VALUE, 2.2250738585072014e-308, 1e-7];

/** Asks the grocery model: a recorded case; beyond their number, parts of recorded cases mixed with what is drawn. */
export function askGrocery(recorded, groups) {
  const count = recorded.length;
  return (number) => {
    if (number < count) return asRecorded(recorded[number]);
    const draws = new Draws(GROCERY, number);
    const [whose, like] = [recorded[draws.below(count)], recorded[draws.below(count)]];
    return {
      profile: draws.below(8) > 0 ? whose.profile : undefined,
      group: groceryGroup(draws, like, groups),
      price: draws.below(2) === 0 ? like.price : price(draws),
      nowMs: moment(draws, whose.now),
      seed: seed(draws),
      terms: terms(draws),
    };
  };
}

/** Asks the forest: a stranger of whom the shop says something. */
export function askForest(number) {
  const draws = new Draws(FOREST, number);
  const attributes = new Float64Array(AMOUNTS + WORDS);
  for (let feature = 0; feature < AMOUNTS; feature += 1) attributes[feature] = amount(draws, feature);
  for (let at = AMOUNTS; at < AMOUNTS + WORDS; at += 1) attributes[at] = word(draws);
  return {
    attributes,
    group: draws.below(64) === 0 ? draws.below(6) - 2 : draws.below(GROUPS),
    price: price(draws),
    nowMs: moment(draws, SOME_TIME),
    seed: seed(draws),
    terms: terms(draws),
  };
}

const USUAL = { margin: -1, budgetPrice: -1, personalised: true };

function asRecorded({ profile, group, price, now, seed }) {
  return { profile, group, price, nowMs: now * 1000, seed, terms: USUAL };
}

function groceryGroup(draws, like, groups) {
  const way = draws.below(32);
  if (way === 0) return groups + draws.below(3) - 1;
  return way < 16 ? like.group : draws.below(groups);
}

function price(draws) {
  const way = draws.below(32);
  if (way === 0) return draws.oneOf(PRICES);
  return way === 1 ? draws.draw() : draws.below(20_000);
}

function moment(draws, known) {
  const way = draws.below(32);
  if (way === 0) return draws.oneOf(MOMENTS);
  if (way === 1) return draws.draw() * 1000;
  return way < 16 ? (known + draws.below(1 << 24)) * 1000 + draws.below(1000) : known * 1000;
}

function seed(draws) {
  const way = draws.below(32);
  if (way === 0) return draws.oneOf(SEEDS);
  return way < 8 ? draws.draw() * 1_048_576 + draws.below(1 << 20) : draws.draw();
}

function terms(draws) {
  if (draws.below(4) > 0) return USUAL;
  return {
    margin: draws.below(2) === 0 ? draws.below(10_001) : -1,
    budgetPrice: draws.below(2) === 0 ? 3 * draws.share() : -1,
    personalised: draws.below(4) > 0,
  };
}

const threshold = (feature, cut) => (37 * cut + 11 * feature - 500) / 87;

function amount(draws, feature) {
  const way = draws.below(16);
  if (way === 0) return NONE;
  if (way === 1) return draws.below(2) === 0 ? Infinity : -Infinity;
  if (way === 2) return draws.oneOf(AMOUNTS_BESIDE);
  if (way < 7) return threshold(feature, draws.below(CUTS)) * (way < 6 ? 1 : 1 + EPSILON);
  return 24 * draws.share() - 8;
}

function word(draws) {
  const way = draws.below(8);
  if (way === 0) return NONE;
  return way === 1 ? draws.draw() : WORD * (1 + draws.below(LEVELS));
}
