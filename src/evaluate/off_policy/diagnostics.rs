//! Whether a log can judge a policy: how many rows an estimate really rests on, and why it is refused.
//!
//! ```text
//! effective rows       (Σ w)² / Σ w²                        Kish 1965
//! effective shoppers   the same over each shopper's sum of weights
//! effective outcomes   (Σ w·|r|)² / Σ (w·|r|)²              over shoppers: how many rewards carry the estimate
//! mean weight          1 less what the policy gives to arms the log could not have given
//! ```
//! The second and third are for rare outcomes: weights may look even while one purchase carries everything. It does *not*
//! mend anything, such as by leaving rows out.

use super::logged::Rows;
use crate::error::{Code, Error, Result};
use crate::math::ordered_sum;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a log says about its own use for one policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Diagnostics {
    /// Rows of the log.
    pub rows: u64,
    /// Shoppers they belong to; as many as rows where rows stand for themselves.
    pub shoppers: u64,
    /// How many equally weighted rows would be as good.
    pub effective_rows: f64,
    /// How many equally weighted shoppers would be as good.
    pub effective_shoppers: f64,
    /// How many equal rewards would be as good.
    pub effective_outcomes: f64,
    /// Of any row.
    pub largest_weight: f64,
    /// Over all rows.
    pub mean_weight: f64,
    /// What it should be: 1, less what the policy gives to arms that could not have been given.
    pub expected_mean_weight: f64,
    /// Standard error of the mean weight, over shoppers.
    pub mean_weight_error: f64,
    /// Share of the weight that lies above the limit of clipping; 0 without one.
    pub clipped_share: f64,
    /// Share of rows whose arm the policy never gives: they say nothing about it.
    pub rows_never_given: f64,
    /// What the policy gives on average to arms that the log could not have given; none where that was not recorded.
    pub unsupported: Option<f64>,
}

/// What a log must bring for an estimate to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Requirements {
    /// Fewest effective rows, and effective shoppers.
    pub effective_rows: f64,
    /// Fewest effective outcomes.
    pub effective_outcomes: f64,
    /// How many of its standard errors the mean weight may be from what it should be: beyond, propensities are not true.
    pub mean_weight_errors: f64,
    /// The most that the policy may give, on average, to arms that the log could not have given.
    pub unsupported: f64,
}

impl Default for Requirements {
    fn default() -> Self {
        Requirements { effective_rows: 100.0, effective_outcomes: 10.0, mean_weight_errors: 4.0, unsupported: 0.01 }
    }
}

/// Requirements that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedRequirements(Requirements);

/// Why there is no estimate, or no interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Refusal {
    /// The policy is too far from what was given: too few rows speak for it.
    FewEffectiveRows {
        /// Asked for.
        limit: f64,
        /// There are.
        found: f64,
    },
    /// Too few rewards carry the estimate.
    FewEffectiveOutcomes {
        /// Asked for.
        limit: f64,
        /// There are.
        found: f64,
    },
    /// The mean weight is not what it must be if the propensities were true.
    MeanWeight {
        /// What it must be.
        expected: f64,
        /// What it is.
        found: f64,
        /// Standard errors between the two.
        errors: f64,
    },
    /// The policy gives arms that the log could not have given.
    Unsupported {
        /// The most it may give, on average.
        limit: f64,
        /// What it gives.
        found: f64,
    },
    /// The estimator needs a reward model.
    NoRewardModel,
    /// This kind of interval needs rows that do not depend on each other, and shoppers have several.
    SeveralRowsPerShopper,
    /// There is no interval of this kind for this estimator.
    NoSuchInterval,
    /// The interval needs limits of rewards or weights, and none were given.
    LimitsUnknown,
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::FewEffectiveRows { limit, found } => {
                write!(out, "it rests on {found:.0} effective rows, at least {limit:.0} are asked for")
            }
            Refusal::FewEffectiveOutcomes { limit, found } => {
                write!(out, "it rests on {found:.1} effective outcomes, at least {limit:.0} are asked for")
            }
            Refusal::MeanWeight { expected, found, errors } => write!(
                out,
                "the mean weight is {found:.3} and not {expected:.3}, {errors:.1} standard errors off: the propensities \
                 cannot be true"
            ),
            Refusal::Unsupported { limit, found } => write!(
                out,
                "{:.1} % of the policy goes to arms that the log could not have given, at most {:.1} % may",
                100.0 * found,
                100.0 * limit
            ),
            Refusal::NoRewardModel => write!(out, "there is no reward model"),
            Refusal::SeveralRowsPerShopper => {
                write!(out, "rows of one shopper depend on each other: use the bootstrap")
            }
            Refusal::NoSuchInterval => write!(out, "there is no interval of this kind for this estimator"),
            Refusal::LimitsUnknown => write!(out, "the interval needs the limits of rewards and weights"),
        }
    }
}

impl Diagnostics {
    /// Of some rows; `limit` is that of clipping. Cost: a few passes.
    pub fn of(rows: &Rows, limit: Option<f64>) -> Diagnostics {
        let count = rows.rows.len() as f64;
        let weights = || rows.rows.iter().map(|row| row.weight);
        let total = ordered_sum(weights());
        let largest = weights().fold(0.0, f64::max);
        let mean = total / count;
        let unsupported = rows.unsupported.as_ref().map(|mass| ordered_sum(mass.iter().copied()) / count);
        let kept = ordered_sum(weights().map(|weight| weight.min(limit.unwrap_or(largest))));
        let off = by_shopper(rows, |row| rows.rows[row].weight - mean);
        Diagnostics {
            rows: rows.rows.len() as u64,
            shoppers: rows.units as u64,
            effective_rows: effective(weights()),
            effective_shoppers: effective(by_shopper(rows, |row| rows.rows[row].weight)),
            effective_outcomes: effective(by_shopper(rows, |row| {
                (rows.rows[row].weight * rows.rows[row].reward).abs()
            })),
            largest_weight: largest,
            mean_weight: mean,
            expected_mean_weight: 1.0 - unsupported.unwrap_or(0.0),
            mean_weight_error: ordered_sum(off.map(|off| off * off)).sqrt() / count,
            clipped_share: if total > 0.0 { (total - kept) / total } else { 0.0 },
            rows_never_given: weights().filter(|weight| *weight == 0.0).count() as f64 / count,
            unsupported,
        }
    }
}

fn by_shopper(rows: &Rows, of: impl Fn(usize) -> f64) -> std::vec::IntoIter<f64> {
    let mut sums = vec![0.0; rows.units];
    rows.unit.iter().enumerate().for_each(|(row, unit)| sums[*unit as usize] += of(row));
    sums.into_iter()
}

/// `(Σ x)² / Σ x²`; 0 where all are 0.
fn effective(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, squares) = values.fold((0.0, 0.0), |(sum, squares), value| (sum + value, squares + value * value));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

impl Requirements {
    /// Refuses limits below 0 or that are no numbers.
    pub fn check(self) -> Result<CheckedRequirements> {
        let limits = [self.effective_rows, self.effective_outcomes, self.mean_weight_errors, self.unsupported];
        match limits.iter().find(|limit| limit.is_nan() || **limit < 0.0) {
            Some(found) => Err(Error::new(Code::BadConfig, format!("a requirement is at least 0, found {found}"))),
            None => Ok(CheckedRequirements(self)),
        }
    }
}

impl CheckedRequirements {
    /// The first requirement that is not met, if any; propensities first, because nothing else is true without them.
    pub fn refusal(&self, found: &Diagnostics) -> Option<Refusal> {
        let asked = &self.0;
        let unsupported = found.unsupported.unwrap_or(0.0);
        if unsupported > asked.unsupported {
            return Some(Refusal::Unsupported { limit: asked.unsupported, found: unsupported });
        }
        let rows = found.effective_rows.min(found.effective_shoppers);
        if rows < asked.effective_rows {
            return Some(Refusal::FewEffectiveRows { limit: asked.effective_rows, found: rows });
        }
        let off = (found.mean_weight - found.expected_mean_weight).abs();
        if off > asked.mean_weight_errors * found.mean_weight_error + 1e-6 {
            let errors = off / found.mean_weight_error;
            let (expected, found) = (found.expected_mean_weight, found.mean_weight);
            return Some(Refusal::MeanWeight { expected, found, errors });
        }
        let (limit, outcomes) = (asked.effective_outcomes, found.effective_outcomes);
        (outcomes < limit).then_some(Refusal::FewEffectiveOutcomes { limit, found: outcomes })
    }
}
