//! Which words stand near each other, and by how much more often than chance would put them there.
//!
//! The strength of a word and a neighbour is their positive pointwise mutual information, with the neighbour's share
//! smoothed by the power 0.75 and a constant taken off (Levy, Goldberg and Dagan, TACL 2015, sections 3.1 and 3.2).
//! Order is not kept: `tea green` counts as `green tea`.

use super::sparse::Sparse;
use crate::math;

/// Power of a neighbour's count. Raises the share of rare neighbours, whose information would else be overrated.
const SMOOTHING: f64 = 0.75;
/// Pairs held before equal ones are counted together: 64 MB of them.
const HELD: usize = 8_000_000;

/// Pairs of words and how often they were seen, in order. Both directions are here.
#[derive(Debug, Default)]
pub struct Counts {
    counted: Vec<(u64, u32)>,
    seen: Vec<u64>,
}

impl Counts {
    /// Counts the pairs of words at most `window` apart.
    pub fn new(sentences: &[Vec<u32>], window: usize) -> Self {
        let mut counts = Counts::default();
        for sentence in sentences {
            counts.add(sentence, window);
        }
        counts.settle();
        counts
    }

    fn add(&mut self, sentence: &[u32], window: usize) {
        for (place, word) in sentence.iter().enumerate() {
            for neighbour in sentence.iter().skip(place + 1).take(window) {
                self.seen.extend([pair(*word, *neighbour), pair(*neighbour, *word)]);
            }
        }
        // In proportion to what is counted, so that merging stays a small share of the work.
        if self.seen.len() > HELD.max(self.counted.len()) {
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.seen.sort_unstable();
        let mut both = std::mem::take(&mut self.counted);
        both.extend(self.seen.drain(..).map(|pair| (pair, 1)));
        both.sort_by_key(|(pair, _)| *pair);
        both.dedup_by(|later, first| {
            let same = later.0 == first.0;
            first.1 = if same { first.1.saturating_add(later.1) } else { first.1 };
            same
        });
        self.counted = both;
    }

    /// The strengths above zero, one row per word.
    pub fn information(&self, words: usize, shift: f64) -> Sparse {
        let mut rows = vec![0.0; words];
        self.counted.iter().for_each(|(pair, count)| rows[word(*pair)] += *count as f64);
        let smooth: Vec<f64> = rows.iter().map(|count| power(*count)).collect();
        let total = math::ordered_sum(smooth.iter().copied());
        let mut matrix = Sparse::new(words);
        let mut rest = self.counted.as_slice();
        for (number, row) in rows.iter().enumerate() {
            let (mine, others) = rest.split_at(rest.partition_point(|(pair, _)| word(*pair) <= number));
            let strength = |column: u32, count: u32| math::ln(count as f64 * total / (row * smooth[column as usize]));
            let cells = mine.iter().map(|(pair, count)| (*pair as u32, strength(*pair as u32, *count) - shift));
            matrix.push(cells.filter(|(_, strength)| *strength > 0.0));
            rest = others;
        }
        matrix
    }
}

fn pair(word: u32, neighbour: u32) -> u64 {
    (word as u64) << 32 | neighbour as u64
}

fn word(pair: u64) -> usize {
    (pair >> 32) as usize
}

fn power(count: f64) -> f64 {
    if count > 0.0 { math::exp(SMOOTHING * math::ln(count)) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_pairs_within_the_window_in_both_directions() {
        let counts = Counts::new(&[vec![0, 1, 2], vec![1, 0]], 1);
        let expected = [((0, 1), 2), ((1, 0), 2), ((1, 2), 1), ((2, 1), 1)];
        assert_eq!(counts.counted, expected.map(|((a, b), count)| (pair(a, b), count)));
        assert_eq!(Counts::new(&[vec![0, 1, 2]], 2).counted.len(), 6);
    }

    #[test]
    fn information_is_the_logarithm_of_how_much_more_often_than_chance() {
        // Words 0 and 1 only ever meet each other, as do 2 and 3: twice as often as chance.
        let counts = Counts::new(&[vec![0, 1], vec![2, 3]], 5);
        let rows: Vec<_> = counts.information(4, 0.0).iter().map(<[_]>::to_vec).collect();
        assert_eq!(rows.iter().map(|row| row[0].0).collect::<Vec<_>>(), [1, 0, 3, 2]);
        assert!(rows.iter().all(|row| row.len() == 1 && (row[0].1 - 4f64.ln()).abs() < 1e-12));
        assert!(counts.information(4, 2.0).iter().all(<[_]>::is_empty));
    }
}
