//! Growing patterns over at most 64 items, each path one word with a bit per item.
//!
//! The same conditional pattern bases as in a tree, laid flat: taking the paths above an item is keeping the words
//! that have its bit and clearing that bit and all higher ones.

use super::fp_growth::Growth;

/// A path and how often it occurs.
pub(super) type Word = (u64, u32);

/// Items that fit.
pub(super) const MOST: usize = u64::BITS as usize;

impl Growth {
    /// Adds every frequent set made of the pattern and the items `labels`, which are frequent with `counts`.
    pub(super) fn grow_packed(&mut self, mut words: Vec<Word>, labels: &[u32], counts: &[u32]) {
        merge(&mut words);
        for (bit, (label, count)) in labels.iter().zip(counts).enumerate() {
            self.pattern.push(*label);
            self.found.push(self.pattern.iter().copied(), *count);
            self.extend_packed(&words, bit, labels);
            self.pattern.pop();
            if self.found.is_over() {
                return;
            }
        }
    }

    /// Grows the pattern, which ends in the item of `bit`, by items of lower bits. One step per bit set.
    fn extend_packed(&mut self, words: &[Word], bit: usize, labels: &[u32]) {
        let mut base = above(words, bit);
        let counts = count(&base);
        let frequent = mask(&counts[..bit], self.minimum);
        base.iter_mut().for_each(|(word, _)| *word &= frequent);
        // With fewer than two items left no word can hold a pair.
        let base = if frequent.count_ones() < 2 { Vec::new() } else { base };
        self.grow_masked(base, frequent, labels, &counts);
    }

    fn grow_masked(&mut self, mut base: Vec<Word>, frequent: u64, labels: &[u32], counts: &[u32; MOST]) {
        merge(&mut base);
        for bit in bits(frequent) {
            self.pattern.push(labels[bit]);
            self.found.push(self.pattern.iter().copied(), counts[bit]);
            if !base.is_empty() && frequent & below(bit) != 0 {
                self.extend_packed(&base, bit, labels);
            }
            self.pattern.pop();
            if self.found.is_over() {
                return;
            }
        }
    }
}

/// Words that have `bit`, without it and what is above it.
fn above(words: &[Word], bit: usize) -> Vec<Word> {
    let rest = below(bit);
    let having = words.iter().filter(|(word, _)| word >> bit & 1 == 1 && word & rest != 0);
    having.map(|(word, count)| (word & rest, *count)).collect()
}

fn below(bit: usize) -> u64 {
    (1 << bit) - 1
}

fn count(words: &[Word]) -> [u32; MOST] {
    let mut counts = [0; MOST];
    for (word, count) in words {
        bits(*word).for_each(|bit| counts[bit] += count);
    }
    counts
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

/// Below this many words, sorting costs more than it saves.
const WORTH_MERGING: usize = 32;

/// Adds up equal words.
fn merge(words: &mut Vec<Word>) {
    words.retain(|(word, _)| *word != 0);
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
    fn merging_adds_up_equal_words_and_drops_empty_ones() {
        let mut words: Vec<Word> = (0..400).map(|i| (i % 4, 1)).collect();
        merge(&mut words);
        assert_eq!(words, [(1, 100), (2, 100), (3, 100)]);
    }

    #[test]
    fn the_path_above_a_bit_keeps_lower_bits_only() {
        assert_eq!(above(&[(0b1101, 2), (0b0100, 1), (0b1011, 5)], 2), [(0b01, 2)]);
    }
}
