//! What a row counts for, by its outcome.

use crate::error::{Code, Error, Result};
use crate::math;
use crate::train::sample::Sample;
use serde::Deserialize;

/// How rows of the two outcomes count: `"equal"`, `"balanced"` or two numbers, the first for outcome 0.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum ClassWeight {
    /// By a rule.
    Named(Named),
    /// Times the row's own weight.
    Numbers([f64; 2]),
}

/// Rules for [`ClassWeight`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Named {
    /// A row counts as its weight says.
    Equal,
    /// Both outcomes count for half of all weight: `all / (2 · of the outcome)`.
    Balanced,
}

impl Default for ClassWeight {
    fn default() -> Self {
        ClassWeight::Named(Named::Equal)
    }
}

impl ClassWeight {
    /// Refuses numbers that are not positive.
    pub fn check(&self) -> Result<()> {
        match self {
            ClassWeight::Numbers(numbers) => numbers.iter().try_for_each(|number| positive("class_weight", *number)),
            ClassWeight::Named(_) => Ok(()),
        }
    }

    /// What outcome 0 and outcome 1 are multiplied by.
    pub fn factors(&self, sample: &Sample) -> [f64; 2] {
        match self {
            ClassWeight::Named(Named::Equal) => [1.0, 1.0],
            ClassWeight::Numbers(numbers) => *numbers,
            ClassWeight::Named(Named::Balanced) => {
                let rows = || sample.target.iter().zip(&sample.weight);
                let of = |outcome: f64| math::ordered_sum(rows().filter(|row| *row.0 == outcome).map(|row| *row.1));
                let (zero, one) = (of(0.0), of(1.0));
                [(zero + one) / (2.0 * zero), (zero + one) / (2.0 * one)]
            }
        }
    }

    /// The weight of each row.
    pub fn weights(&self, sample: &Sample) -> Vec<f64> {
        let factors = self.factors(sample);
        sample.target.iter().zip(&sample.weight).map(|(target, weight)| weight * factors[*target as usize]).collect()
    }
}

/// Refuses a setting that is not a positive finite number.
pub fn positive(name: &str, number: f64) -> Result<()> {
    match number > 0.0 && number.is_finite() {
        true => Ok(()),
        false => Err(Error::new(Code::BadConfig, format!("`{name}` must be a positive number, found {number}"))),
    }
}

/// Refuses a setting outside 0 to 1.
pub fn fraction(name: &str, number: f64) -> Result<()> {
    match (0.0..=1.0).contains(&number) {
        true => Ok(()),
        false => Err(Error::new(Code::BadConfig, format!("`{name}` must lie within 0 and 1, found {number}"))),
    }
}
