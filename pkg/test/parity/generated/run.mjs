// Generated cases through the page build, and the hashes of what it decides. Runs in every engine; what must come out is said by
// tests/parity/generated in the crate.

import { readCases } from "../cases.mjs";
import { openPage } from "../page.mjs";
import { Hash } from "./hash.mjs";
import { askForest, askGrocery } from "./questions.mjs";

const EXPLAINED = 1_000; // every so many cases, reasons are asked for
const HEAD = 8;
const PER_ARM = 6;
const PER_PART = 4;
const PER_CHANGE = 5;

/** Hashes of the grocery model's cases `from` to before `to`, one for each `chunk` of them. `recorded`: the bytes of cases.bin. */
export function hashGrocery(module, model, recorded, { from, to, chunk }) {
  const opened = openPage(module, model);
  return hashes(opened, askGrocery(readCases(recorded), opened.page.count(0)), from, to, chunk);
}

/** The same of the forest. */
export function hashForest(module, model, { from, to, chunk }) {
  return hashes(openPage(module, model), askForest, from, to, chunk);
}

/** The same cases of both. `files` are the bytes of grocery, forest and recorded. */
export function hashBoth(module, { grocery, forest, recorded }, asked) {
  return {
    grocery: hashGrocery(module, grocery, recorded, asked),
    forest: hashForest(module, forest, asked),
  };
}

function hashes(opened, ask, from, to, chunk) {
  const texts = [];
  for (let start = from; start < to; start += chunk) {
    const hash = new Hash();
    const end = Math.min(to, start + chunk);
    for (let number = start; number < end; number += 1) decide(opened, ask(number), number % EXPLAINED === 0, hash);
    texts.push(hash.text());
  }
  return texts;
}

function decide({ page, input, output }, question, isExplained, hash) {
  const { profile, attributes, group, price, nowMs, seed, terms } = question;
  if (!profile) page.forget();
  else if (page.restore(profile) !== 0) throw new Error(`the page build refused a profile: ${page.error()}`);
  if (attributes) {
    input().set(attributes);
    page.attributes(attributes.length);
  }
  page.terms(terms.margin, terms.budgetPrice, terms.personalised, "");
  page[isExplained ? "explain" : "decide"](group, price, nowMs, seed);
  take(output(), isExplained, hash);
}

// As words, since an engine may give a number that is none other bits when it is read as a number.
function take(numbers, isExplained, hash) {
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
  const [, arms] = numbers;
  // The arm; the discount, the price and the reason; the arms.
  for (const [from, to] of [[0, 1], [3, 6], [HEAD, HEAD + PER_ARM * arms]]) hash.words(words, 2 * from, 2 * to);
  if (!isExplained) return;
  const parts = HEAD + PER_ARM * arms;
  const changes = parts + 1 + PER_PART * numbers[parts];
  hash.words(words, 2 * parts, 2 * (changes + 1 + PER_CHANGE * numbers[changes]));
}
