//! One column in bounded memory: an even sample for the median and the histogram, counters for the most
//! common values, a register array for the number of distinct ones (HyperLogLog, Flajolet et al. 2007).

use super::ColumnQuality;
use crate::train::random::Random;
use std::collections::HashMap;

/// Numbers kept for the median and the histogram.
const SAMPLE: usize = 20_000;
/// Values counted exactly; beyond, only the estimate goes on and the counters keep to the values they have.
const COUNTED: usize = 20_000;
/// 2^12 registers: 1.6 % standard error.
const BITS: u32 = 12;
const STEPS: usize = 32;
const COMMON: usize = 8;

/// What was seen of one column.
pub struct Sketch {
    rows: u64,
    missing: u64,
    least: f64,
    greatest: f64,
    numbers: u64,
    sample: Vec<f64>,
    random: Random,
    counts: HashMap<Box<str>, u64>,
    numeric_counts: HashMap<u64, u64>,
    is_full: bool,
    registers: Vec<u8>,
}

impl Default for Sketch {
    fn default() -> Self {
        Sketch {
            rows: 0,
            missing: 0,
            least: f64::INFINITY,
            greatest: f64::NEG_INFINITY,
            numbers: 0,
            sample: Vec::new(),
            random: Random::new(1),
            counts: HashMap::new(),
            numeric_counts: HashMap::new(),
            is_full: false,
            registers: vec![0; 1 << BITS],
        }
    }
}

/// FNV-1a with a finish that spreads the high bits, which choose the register.
fn hash(bytes: &[u8]) -> u64 {
    let hash =
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ *byte as u64).wrapping_mul(0x100_0000_01b3));
    mix(hash)
}

fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

impl Sketch {
    /// Counts rows, with and without a value.
    pub fn rows(&mut self, rows: u64, missing: u64) {
        self.rows += rows;
        self.missing += missing;
    }

    /// Looks at a text.
    pub fn text(&mut self, value: &str) {
        self.register(hash(value.as_bytes()));
        if let Some(count) = self.counts.get_mut(value) {
            *count += 1;
        } else if self.counts.len() < COUNTED {
            self.counts.insert(value.into(), 1);
        } else {
            self.is_full = true;
        }
    }

    /// Looks at a whole number.
    pub fn whole(&mut self, value: i64) {
        self.number(value as f64);
    }

    /// Looks at a number.
    pub fn number(&mut self, value: f64) {
        let value = value + 0.0;
        self.register(mix(value.to_bits()));
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
        self.numbers += 1;
        if self.sample.len() < SAMPLE {
            self.sample.push(value);
        } else {
            // Every number so far stays with the same chance.
            let place = self.random.below(self.numbers as usize);
            if place < SAMPLE {
                self.sample[place] = value;
            }
        }
        if let Some(count) = self.numeric_counts.get_mut(&value.to_bits()) {
            *count += 1;
        } else if self.numeric_counts.len() < COUNTED {
            self.numeric_counts.insert(value.to_bits(), 1);
        } else {
            self.is_full = true;
        }
    }

    fn register(&mut self, hash: u64) {
        let index = (hash >> (64 - BITS)) as usize;
        let rank = ((hash << BITS) | (1 << (BITS - 1))).leading_zeros() as u8 + 1;
        self.registers[index] = self.registers[index].max(rank);
    }

    fn distinct(&self) -> u64 {
        if !self.is_full {
            return (self.counts.len() + self.numeric_counts.len()) as u64;
        }
        let count = self.registers.len() as f64;
        let sum: f64 = self.registers.iter().map(|rank| 0.5f64.powi(*rank as i32)).sum();
        let estimate = 0.7213 / (1.0 + 1.079 / count) * count * count / sum;
        (estimate.round() as u64).max(COUNTED as u64)
    }

    /// What it comes to.
    pub fn told(mut self, name: String, kind: String, guessed: bool) -> ColumnQuality {
        self.sample.sort_by(f64::total_cmp);
        let median = self.sample.get(self.sample.len() / 2).copied();
        let (histogram, log_steps) = self.histogram();
        ColumnQuality {
            missing: self.missing,
            rows: self.rows,
            distinct: self.distinct(),
            distinct_is_estimate: self.is_full,
            range: median.map(|median| [self.least, median, self.greatest]),
            median_is_of_sample: self.numbers > SAMPLE as u64,
            histogram,
            log_steps,
            common: self.common(),
            name,
            kind,
            guessed,
        }
    }

    /// Steps of the logarithm where all numbers are above 0 and half of them would fall into the first step.
    fn histogram(&self) -> (Vec<u64>, bool) {
        let (Some(first), Some(last)) = (self.sample.first(), self.sample.last()) else { return (Vec::new(), false) };
        if first == last {
            return (Vec::new(), false);
        }
        let middle = self.sample[self.sample.len() / 2];
        let log = *first > 0.0 && middle - first < (last - first) / STEPS as f64;
        let place = |value: f64| if log { value.ln() } else { value };
        let (low, high) = (place(*first), place(*last));
        let mut steps = vec![0; STEPS];
        for value in &self.sample {
            let share = (place(*value) - low) / (high - low);
            steps[((share * STEPS as f64) as usize).min(STEPS - 1)] += 1;
        }
        (steps, log)
    }

    fn common(&self) -> Vec<(String, u64)> {
        let numbers = self.numeric_counts.iter().map(|(bits, count)| (f64::from_bits(*bits).to_string(), *count));
        let texts = self.counts.iter().map(|(text, count)| (text.to_string(), *count));
        let mut all: Vec<(String, u64)> = texts.chain(numbers).filter(|(_, count)| *count > 1).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all.truncate(COMMON);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(fill: impl FnOnce(&mut Sketch)) -> ColumnQuality {
        let mut sketch = Sketch::default();
        fill(&mut sketch);
        sketch.told("a".into(), "number".into(), false)
    }

    #[test]
    fn short_columns_are_counted_exactly() {
        let column = told(|sketch| [3.0, 1.0, 2.0, 2.0].into_iter().for_each(|value| sketch.number(value)));
        assert_eq!((column.distinct, column.distinct_is_estimate), (3, false));
        assert_eq!(column.range, Some([1.0, 2.0, 3.0]));
        assert_eq!(column.common, [("2".to_string(), 2)]);
    }

    #[test]
    fn long_columns_are_estimated_within_five_percent() {
        let column = told(|sketch| (0..200_000).for_each(|value| sketch.text(&format!("shopper {value}"))));
        assert!(column.distinct_is_estimate);
        assert!((190_000..210_000).contains(&column.distinct), "{}", column.distinct);
        let column = told(|sketch| (0..200_000).for_each(|value| sketch.number(value as f64)));
        let median = column.range.unwrap()[1];
        assert!((95_000.0..105_000.0).contains(&median), "{median}");
    }
}
