//! A feature as small numbers: the rank of an amount among the distinct ones, or a level. Amounts are sorted once.

use super::tree::Ask;
use crate::train::sample::{Column, MISSING_LEVEL};

/// A feature's code by row, and what lies between codes.
#[derive(Clone, Debug)]
pub struct Coded {
    /// By row.
    pub codes: Vec<u32>,
    /// How many codes there may be.
    pub count: usize,
    /// By code, the largest amount that has it; the code of a missing amount, the lowest, has what lies below all others.
    /// None where codes are levels.
    pub amounts: Option<Vec<(f64, f64)>>,
    /// The code of a missing level.
    pub missing: u32,
}

impl Coded {
    /// Codes of a column; of amounts with more than `most_cuts` cuts only evenly spaced ones stay.
    pub fn of(column: &Column, most_cuts: usize) -> Coded {
        match column {
            Column::Number(values) => Coded::of_amounts(values, most_cuts),
            Column::Level { codes, levels } => {
                let missing = u32::from(*levels) + 1;
                let code = |code: &u16| if *code == MISSING_LEVEL { missing } else { u32::from(*code) };
                Coded { codes: codes.iter().map(code).collect(), count: missing as usize + 1, amounts: None, missing }
            }
        }
    }

    fn of_amounts(values: &[f64], most_cuts: usize) -> Coded {
        let mut order: Vec<u32> = (0..values.len() as u32).collect();
        // Zero and minus zero are one amount; missing ones come first.
        let key = |row: &u32| {
            let value = values[*row as usize];
            if value.is_nan() { f64::NEG_INFINITY } else { value + 0.0 }
        };
        order.sort_by(|one, other| key(one).total_cmp(&key(other)));
        let distinct: Vec<&[u32]> = order.chunk_by(|one, other| key(one) == key(other)).collect();
        let wanted = if most_cuts == 0 { distinct.len() } else { distinct.len().min(most_cuts + 1) };
        let (mut codes, mut amounts, mut seen) = (vec![0; values.len()], Vec::with_capacity(wanted), 0);
        for (rank, rows) in distinct.iter().enumerate() {
            // A new code begins where so many rows have been passed that its share of them is reached.
            let opens = if wanted == distinct.len() { rank > 0 } else { seen * wanted >= amounts.len() * values.len() };
            if amounts.is_empty() || opens && rank > 0 {
                amounts.push((key(&rows[0]), key(&rows[0])));
            }
            let code = amounts.len() - 1;
            amounts[code].1 = key(&rows[0]);
            rows.iter().for_each(|row| codes[*row as usize] = code as u32);
            seen += rows.len();
        }
        Coded { codes, count: amounts.len(), amounts: Some(amounts), missing: u32::MAX }
    }

    /// Whether a row goes left of the question about `code`.
    pub fn is_left(&self, code: u32, row: u32) -> bool {
        let found = self.codes[row as usize];
        if self.amounts.is_some() { found <= code } else { found == code }
    }

    /// The question about `code` in the words of values. An amount's last code has no question.
    pub fn ask(&self, feature: usize, code: u32) -> Ask {
        match self.amounts.is_some() {
            true => Ask::AtMost { feature, amount: self.threshold(code as usize) },
            false => Ask::Is { feature, level: (code != self.missing).then_some(code as u16) },
        }
    }

    /// The largest amount that still goes left of the cut after `code`.
    fn threshold(&self, code: usize) -> f64 {
        let Some(amounts) = &self.amounts else { return 0.0 };
        let (low, high) = (amounts[code].1, amounts[code + 1].0);
        let middle = low / 2.0 + high / 2.0;
        match low.is_finite() {
            true if middle < high => middle,
            true => low,
            // Everything that is missing is left of it, everything else right.
            false => high.next_down(),
        }
    }
}
