//! Growing patterns over at most 64 items, each path one word with a bit per item.
//!
//! The same conditional pattern bases as in a tree, laid flat: taking the paths above an item is keeping the words
//! that have its bit and clearing that bit and all higher ones.

use super::fp_growth::Growth;
use std::ops::Range;

/// A path and how often it occurs.
pub(super) type Word = (u64, u32);

/// Items that fit.
pub(super) const MOST: usize = u64::BITS as usize;

impl Growth {
    /// Adds every frequent set made of the pattern and the items `labels`, which are frequent with `counts`.
    pub(super) fn grow_packed(&mut self, mut words: Vec<Word>, labels: &[u32], counts: &[u32]) {
        merge(&mut words);
        let all = 0..words.len();
        self.words = words;
        for (bit, (label, count)) in labels.iter().zip(counts).enumerate() {
            self.pattern.push(*label);
            self.found.push(self.pattern.iter().copied(), *count);
            if bit > 0 && !all.is_empty() {
                self.extend_packed(all.clone(), bit, labels);
            }
            self.pattern.pop();
            if self.found.is_over() {
                return;
            }
        }
    }

    /// Grows the pattern, which ends in the item of `bit`, by items of lower bits. Its words lie on top of those in `from`
    /// while it grows. Costs one step per word and one per bit that is left in it.
    fn extend_packed(&mut self, from: Range<usize>, bit: usize, labels: &[u32]) {
        let start = self.words.len();
        let counts = self.project(from, bit);
        let frequent = mask(&counts[..bit], self.minimum);
        let projected = start..self.restrict(start, frequent);
        for lower in bits(frequent) {
            self.pattern.push(labels[lower]);
            self.found.push(self.pattern.iter().copied(), counts[lower]);
            if frequent & below(lower) != 0 && !self.found.is_over() {
                self.extend_packed(projected.clone(), lower, labels);
            }
            self.pattern.pop();
        }
        self.words.truncate(start);
    }

    /// Clears what is not `frequent` from the words from `start` up, and drops those with nothing left to combine. Where
    /// they end then.
    fn restrict(&mut self, start: usize, frequent: u64) -> usize {
        let mut end = start;
        for index in start..self.words.len() {
            let (word, count) = self.words[index];
            self.words[end] = (word & frequent, count);
            end += has_two(word & frequent) as usize;
        }
        self.words.truncate(end);
        end
    }

    /// Puts the paths above `bit` on top and counts their items.
    fn project(&mut self, from: Range<usize>, bit: usize) -> [u32; MOST] {
        let mut counts = [0; MOST];
        for index in from {
            let (word, count) = self.words[index];
            let above = word & below(bit);
            if word >> bit & 1 == 1 && above != 0 {
                self.words.push((above, count));
                bits(above).for_each(|bit| counts[bit] += count);
            }
        }
        counts
    }
}

fn below(bit: usize) -> u64 {
    (1 << bit) - 1
}

fn mask(counts: &[u32], minimum: u32) -> u64 {
    let frequent = counts.iter().enumerate().filter(|(_, count)| **count >= minimum);
    frequent.fold(0, |mask, (bit, _)| mask | 1 << bit)
}

/// Positions of the bits set, rising.
fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        (word != 0).then(|| {
            word &= word - 1;
            bit
        })
    })
}

/// Whether at least two bits are set.
fn has_two(word: u64) -> bool {
    word & word.wrapping_sub(1) != 0
}

/// Below this many words, sorting costs more than it saves.
const WORTH_MERGING: usize = 32;

/// Adds up equal words, and drops those with nothing to combine.
fn merge(words: &mut Vec<Word>) {
    words.retain(|(word, _)| has_two(*word));
    if words.len() < WORTH_MERGING {
        return;
    }
    words.sort_unstable_by_key(|(word, _)| *word);
    words.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 += later.1;
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_adds_up_equal_words_and_drops_those_of_fewer_than_two_items() {
        let mut words: Vec<Word> = (0..800).map(|i| (i % 8, 1)).collect();
        merge(&mut words);
        assert_eq!(words, [(3, 100), (5, 100), (6, 100), (7, 100)]);
    }
}
