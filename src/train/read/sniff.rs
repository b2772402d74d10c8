//! What the first rows tell: types of columns, and which prices are usual.
//!
//! Only what the settings leave open is looked for, in the first rows of the first file. A guess is shown on
//! the quality page as one.

use super::cell::{Cell, Record};
use super::join;
use super::moment::Lately;
use super::parts::Visitor;
use crate::error::Result;
use crate::train::config::{CheckedLog, Type};
use std::collections::HashSet;

/// Rows looked at.
const ROWS: usize = 20_000;
/// A category has at most so many words.
const MOST_WORDS: usize = 50;

/// What was seen of one column.
#[derive(Clone, Debug)]
struct Seen {
    values: usize,
    numbers: usize,
    flags: usize,
    dates: usize,
    words: HashSet<String>,
}

/// Looks at the first rows.
pub struct Sniffer<'a> {
    log: &'a CheckedLog,
    columns: Vec<Seen>,
    rows: usize,
    lately: Lately,
}

impl Sniffer<'_> {
    /// Nothing seen yet of `columns` columns.
    pub fn new(log: &CheckedLog, columns: usize) -> Sniffer<'_> {
        let nothing = Seen { values: 0, numbers: 0, flags: 0, dates: 0, words: HashSet::new() };
        Sniffer { log, columns: vec![nothing; columns], rows: 0, lately: Lately::default() }
    }

    /// The likely type of each column.
    pub fn types(&self) -> Vec<Type> {
        self.columns.iter().map(Seen::likely).collect()
    }

    fn look(&mut self, slot: usize, cell: Cell) {
        let Some(text) = join::text(cell, &self.log.layout) else { return };
        let is_number =
            matches!(cell, Cell::Whole(_) | Cell::Number(_)) || self.log.layout.number(text.as_bytes()).is_some();
        let is_date = !is_number && self.log.clock.read(cell, &mut self.lately).is_some();
        let seen = &mut self.columns[slot];
        seen.values += 1;
        seen.numbers += is_number as usize;
        seen.dates += is_date as usize;
        seen.flags += flag(&text).is_some() as usize;
        if seen.words.len() <= MOST_WORDS {
            seen.words.insert(text);
        }
    }
}

impl Visitor for Sniffer<'_> {
    fn visit<R: Record>(&mut self, record: &R) -> Result<()> {
        (0..self.columns.len()).for_each(|slot| self.look(slot, record.cell(slot)));
        self.rows += 1;
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.rows >= ROWS
    }
}

impl Seen {
    fn likely(&self) -> Type {
        match self.values {
            0 => Type::Text,
            all if self.numbers == all => Type::Number,
            all if self.flags == all => Type::Flag,
            all if self.dates == all => Type::Date,
            all if self.words.len() <= MOST_WORDS && self.words.len() * 2 <= all => Type::Category,
            _ => Type::Text,
        }
    }
}

/// Yes or no, as people write it.
pub fn flag(text: &str) -> Option<bool> {
    const YES: [&str; 5] = ["true", "yes", "t", "y", "1"];
    const NO: [&str; 5] = ["false", "no", "f", "n", "0"];
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(&YES) { Some(true) } else { is(&NO).then_some(false) }
}

/// The ends of what is usual: so many interquartile ranges beyond the quartiles of the logarithm.
pub fn usual(mut prices: Vec<f64>, ranges: f64) -> Option<(f64, f64)> {
    const FEWEST: usize = 100;
    prices.retain(|price| *price > 0.0);
    if prices.len() < FEWEST {
        return None;
    }
    prices.sort_by(f64::total_cmp);
    let quartile = |quarter: usize| prices[(prices.len() - 1) * quarter / 4].ln();
    let (low, high) = (quartile(1), quartile(3));
    // Where most prices are the same there is no range to measure by.
    let range = (high - low).max(0.1);
    Some(((low - ranges * range).exp(), (high + ranges * range).exp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_prices_are_measured_on_a_log_scale() {
        let (low, high) = usual((1..=1000).map(|n| n as f64).collect(), 3.0).unwrap();
        assert!(low < 1.0 + 9.0 && high > 20_000.0, "{low} {high}");
        assert_eq!(usual(vec![1.0; 5], 3.0), None);
    }
}
