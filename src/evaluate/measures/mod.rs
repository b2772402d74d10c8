//! How good predictions are, in every figure the field uses, each with a 95 % interval.
//!
//! ```text
//! Scored (predicted, actual, weight, group) -> check -> Binary | Regression -> BinaryScore | RegressionScore
//! ```
//! Intervals are percentiles of a bootstrap. It draws **groups** (shoppers) where rows have one, because the rows of a
//! shopper are not independent, and rows otherwise. Every figure is measured on the same draws, and so are two models
//! that are compared: see [`difference`]. What a draw changes is how often a row counts, so rows are sorted once.
//!
//! It does *not* judge policies (see [`policy`](super::policy)), and knows no learner.
//!
//! ```
//! use skonto::evaluate::{measures::Scored, metrics::Resampling};
//! let rows = Scored { predicted: &[0.9, 0.8, 0.6, 0.3], actual: &[1.0, 0.0, 1.0, 0.0], weight: &[1.0; 4], group: None };
//! let score = rows.binary(0.5)?.score(Resampling { count: 200, seed: 1 });
//! assert_eq!(score.roc_auc.value, 0.75);
//! # Ok::<(), skonto::error::Error>(())
//! ```

mod binary;
mod metric;
mod paired;
mod regression;
mod resample;
mod threshold;

pub use binary::{Binary, BinaryScore, Bins};
pub use metric::{Measured, Metric};
pub use paired::{difference, resampled_difference};
pub use regression::{Regression, RegressionScore};
pub use threshold::{Confusion, ThresholdScore};

use crate::error::{Code, Error, Result};
use crate::math;
use std::collections::BTreeMap;

/// Predictions beside what happened, one row after the other.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    /// Probabilities of the outcome 1, or predicted amounts.
    pub predicted: &'a [f64],
    /// 0 or 1, or amounts.
    pub actual: &'a [f64],
    /// What each row counts for; positive.
    pub weight: &'a [f64],
    /// Rows with the same number belong together, such as those of one shopper; without, each row stands for itself.
    pub group: Option<&'a [u64]>,
}

/// Probabilities of log-odds.
pub fn probabilities(log_odds: &[f64]) -> Vec<f64> {
    log_odds.iter().map(|score| math::sigmoid(*score)).collect()
}

impl Scored<'_> {
    /// Rows whose outcome is 0 or 1. `threshold` is the probability from which on a row is predicted to be 1.
    ///
    /// # Errors
    /// No or uneven rows, a weight that is not above 0, a probability outside 0 to 1, an outcome that is neither 0 nor 1,
    /// outcomes that are all the same.
    pub fn binary(&self, threshold: f64) -> Result<Binary> {
        self.check()?;
        if let Some(row) = self.predicted.iter().position(|predicted| !(0.0..=1.0).contains(predicted)) {
            let found = self.predicted[row];
            return Err(Error::new(Code::OutOfRange, format!("row {row}: a probability is 0 to 1, found {found}")));
        }
        if let Some(row) = self.actual.iter().position(|actual| *actual != 0.0 && *actual != 1.0) {
            let found = self.actual[row];
            return Err(Error::new(Code::OutOfRange, format!("row {row}: the outcome must be 0 or 1, found {found}")));
        }
        if self.actual.iter().all(|actual| *actual == self.actual[0]) {
            let what =
                format!("all {} rows have the outcome {}: nothing to measure", self.actual.len(), self.actual[0]);
            return Err(Error::new(Code::BadData, what));
        }
        Ok(Binary::of(self, threshold))
    }

    /// Rows whose outcome is an amount.
    ///
    /// # Errors
    /// No or uneven rows, a number that is not finite, a weight that is not above 0.
    pub fn regression(&self) -> Result<Regression> {
        self.check()?;
        Ok(Regression::of(self))
    }

    fn check(&self) -> Result<()> {
        let rows = self.actual.len();
        if rows == 0 {
            return Err(Error::new(Code::BadData, "a score needs at least one row, found none"));
        }
        let lengths = [self.predicted.len(), self.weight.len(), self.group.map_or(rows, <[u64]>::len)];
        if let Some(length) = lengths.into_iter().find(|length| *length != rows) {
            return Err(Error::limit(
                Code::BadIndex,
                "values beside the outcomes of as many rows",
                rows as u64,
                length as u64,
            ));
        }
        if let Some(row) = (0..rows).find(|row| !(self.predicted[*row].is_finite() && self.actual[*row].is_finite())) {
            return Err(Error::new(Code::NotFinite, format!("row {row}: a prediction and an outcome must be numbers")));
        }
        match self.weight.iter().position(|weight| !(weight.is_finite() && *weight > 0.0)) {
            Some(row) => {
                let found = self.weight[row];
                Err(Error::new(Code::OutOfRange, format!("row {row}: a weight is above 0, found {found}")))
            }
            None => Ok(()),
        }
    }

    /// What is drawn: the unit of every row, and how many there are.
    fn units(&self) -> (Vec<u32>, usize) {
        numbered(self.group, self.actual.len())
    }
}

/// The unit of every row, numbered as they first come, and how many there are; without groups each row is its own.
pub(crate) fn numbered(group: Option<&[u64]>, rows: usize) -> (Vec<u32>, usize) {
    let Some(group) = group else { return ((0..rows as u32).collect(), rows) };
    let mut numbers = BTreeMap::new();
    let unit = group.iter().map(|group| {
        let next = numbers.len() as u32;
        *numbers.entry(*group).or_insert(next)
    });
    let unit = unit.collect();
    (unit, numbers.len())
}

#[cfg(test)]
mod tests;
