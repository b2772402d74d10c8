//! Which words stand near each other, and by how much more often than chance would put them there.
//!
//! The strength of a word and a neighbour is their positive pointwise mutual information, with the neighbour's share
//! smoothed by the power 0.75 and a constant taken off (Levy, Goldberg and Dagan, TACL 2015, sections 3.1 and 3.2).
//! Order is not kept: `tea green` counts as `green tea`. A title's product group is a neighbour of each of its
//! words, which tells words apart that stand among the same ones.

use super::sparse::Sparse;
use crate::math;

/// Power of a neighbour's count. Raises the share of rare neighbours, whose information would else be overrated.
const SMOOTHING: f64 = 0.75;
/// Pairs held before equal ones are counted together: 64 MB of them.
const HELD: usize = 8_000_000;

/// How often each word stood beside each neighbour: another word, in both directions, or a label.
#[derive(Debug)]
pub struct Counts {
    window: usize,
    counted: Vec<(u64, u32)>,
    seen: Vec<u64>,
}

impl Counts {
    /// Nothing seen yet; words at most `window` apart will be neighbours.
    pub fn new(window: usize) -> Self {
        Counts { window, counted: Vec::new(), seen: Vec::new() }
    }

    /// Counts the words of a text as neighbours of each other.
    pub fn text(&mut self, words: &[u32]) {
        for (place, word) in words.iter().enumerate() {
            for neighbour in words.iter().skip(place + 1).take(self.window) {
                self.seen.extend([pair(*word, *neighbour), pair(*neighbour, *word)]);
            }
        }
        // In proportion to what is counted, so that merging stays a small share of the work.
        if self.seen.len() > HELD.max(self.counted.len()) {
            self.settle();
        }
    }

    /// Counts a label, such as a text's product group, as a neighbour of each of its words.
    pub fn label(&mut self, words: &[u32], label: u32) {
        self.seen.extend(words.iter().map(|word| pair(*word, label)));
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

    /// The strengths above zero: a row per word, a column per neighbour. Words are numbered below labels.
    pub fn information(mut self, words: usize, neighbours: usize, shift: f64) -> Sparse {
        self.settle();
        let (rows, smooth, total) = self.sums(words, neighbours);
        let mut matrix = Sparse::new(neighbours);
        let mut rest = self.counted.as_slice();
        for (number, row) in rows.iter().enumerate() {
            let (mine, others) = rest.split_at(rest.partition_point(|(pair, _)| word(*pair) <= number));
            let cells = mine.iter().map(|(pair, count)| {
                let neighbour = *pair as u32;
                let chance = row * smooth[neighbour as usize] / total;
                (neighbour, math::ln(*count as f64 / chance) - shift)
            });
            matrix.push(cells.filter(|(_, strength)| *strength > 0.0));
            rest = others;
        }
        matrix
    }

    /// What each word was seen, and the smoothed count of each neighbour with their sum.
    fn sums(&self, words: usize, neighbours: usize) -> (Vec<f64>, Vec<f64>, f64) {
        let (mut rows, mut columns) = (vec![0.0; words], vec![0.0; neighbours]);
        for (pair, count) in &self.counted {
            rows[word(*pair)] += *count as f64;
            columns[*pair as u32 as usize] += *count as f64;
        }
        let smooth: Vec<f64> = columns.iter().map(|count| power(*count)).collect();
        let total = math::ordered_sum(smooth.iter().copied());
        (rows, smooth, total)
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

    fn counted(texts: &[&[u32]], window: usize) -> Counts {
        let mut counts = Counts::new(window);
        texts.iter().for_each(|words| counts.text(words));
        counts.settle();
        counts
    }

    #[test]
    fn counts_pairs_within_the_window_in_both_directions() {
        let expected = [((0, 1), 2), ((1, 0), 2), ((1, 2), 1), ((2, 1), 1)];
        let found = counted(&[&[0, 1, 2], &[1, 0]], 1).counted;
        assert_eq!(found, expected.map(|((a, b), count)| (pair(a, b), count)));
        assert_eq!(counted(&[&[0, 1, 2]], 2).counted.len(), 6);
    }

    #[test]
    fn counts_what_was_settled_before_with_what_comes_later() {
        let mut counts = counted(&[&[0, 1]], 1);
        counts.text(&[1, 0]);
        counts.label(&[0, 0], 2);
        counts.settle();
        assert_eq!(counts.counted, [(pair(0, 1), 2), (pair(0, 2), 2), (pair(1, 0), 2)]);
    }

    #[test]
    fn information_is_the_logarithm_of_how_much_more_often_than_chance() {
        // Words 0 and 1 only ever meet each other, as do 2 and 3: four times as often as chance.
        let texts: [&[u32]; 2] = [&[0, 1], &[2, 3]];
        let matrix = counted(&texts, 5).information(4, 4, 0.0);
        let rows: Vec<_> = matrix.iter().map(<[_]>::to_vec).collect();
        assert_eq!(rows.iter().map(|row| row[0].0).collect::<Vec<_>>(), [1, 0, 3, 2]);
        assert!(rows.iter().all(|row| row.len() == 1 && (row[0].1 - 4f64.ln()).abs() < 1e-12));
        assert!(counted(&texts, 5).information(4, 4, 2.0).is_empty());
    }
}
