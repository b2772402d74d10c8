//! The estimators. Each is a ratio of two sums over rows, so that one bootstrap serves them all.
//!
//! With `w` the policy's probability of the arm given over the log's, `r` the reward, `q` the reward model's expectation of
//! the arm given, `v` its expectation of the policy, and `t` a limit:
//! ```text
//! inverse propensity (IPS)    Σ w·r / n                                   Horvitz and Thompson 1952
//! self-normalised (SNIPS)     Σ w·r / Σ w                                 Swaminathan and Joachims 2015
//! clipped                     Σ min(w, t)·r / n                           Ionides 2008
//! direct method               Σ v / n
//! doubly robust (DR)          Σ (v + w·(r − q)) / n                       Dudík, Langford and Li 2011
//! switch doubly robust        Σ (v + [w ≤ t]·w·(r − q)) / n               Wang, Agarwal and Dudík 2017
//! ```
//! IPS and DR are unbiased where the propensities are true and every arm the policy gives could have been given. SNIPS is
//! consistent, and a constant added to all rewards adds just that to it, as it does not to IPS. Clipped, switch and the
//! direct method trade bias for variance: their intervals are about what they estimate, not about the policy's true value.

use super::logged::{Row, Rows};
use crate::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};

/// How a policy's value is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// Inverse propensity scores.
    Ips,
    /// The same, divided by the sum of the weights.
    Snips,
    /// Inverse propensity scores, no weight above a limit.
    ClippedIps {
        /// The largest weight.
        limit: f64,
    },
    /// The reward model alone.
    DirectMethod,
    /// The reward model, corrected by the weighted residuals of the rows.
    DoublyRobust,
    /// The same, without the correction where its weight is above a limit.
    SwitchDoublyRobust {
        /// The largest weight with which a row corrects.
        limit: f64,
    },
}

/// What a row adds to the two sums whose ratio is the estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// Added above the line.
    pub above: f64,
    /// Added below the line.
    pub below: f64,
}

impl Estimator {
    /// One of each, with the same limit where there is one.
    pub fn all(limit: f64) -> [Estimator; 6] {
        [
            Estimator::Ips,
            Estimator::Snips,
            Estimator::ClippedIps { limit },
            Estimator::DirectMethod,
            Estimator::DoublyRobust,
            Estimator::SwitchDoublyRobust { limit },
        ]
    }

    /// As figures and settings call it.
    pub fn key(self) -> &'static str {
        match self {
            Estimator::Ips => "ips",
            Estimator::Snips => "snips",
            Estimator::ClippedIps { .. } => "clipped_ips",
            Estimator::DirectMethod => "direct_method",
            Estimator::DoublyRobust => "doubly_robust",
            Estimator::SwitchDoublyRobust { .. } => "switch_doubly_robust",
        }
    }

    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Estimator::Ips => "inverse propensity",
            Estimator::Snips => "self-normalised",
            Estimator::ClippedIps { .. } => "clipped",
            Estimator::DirectMethod => "reward model",
            Estimator::DoublyRobust => "doubly robust",
            Estimator::SwitchDoublyRobust { .. } => "switch doubly robust",
        }
    }

    /// Whether it reads a reward model's expectations.
    pub fn needs_model(self) -> bool {
        matches!(self, Estimator::DirectMethod | Estimator::DoublyRobust | Estimator::SwitchDoublyRobust { .. })
    }

    /// Whether it reads the weights, and so falls with them.
    pub fn needs_weights(self) -> bool {
        self != Estimator::DirectMethod
    }

    /// Refuses a limit that is not above 0.
    pub(super) fn check(self) -> Result<()> {
        match self {
            Estimator::ClippedIps { limit } | Estimator::SwitchDoublyRobust { limit }
                if limit.is_nan() || limit <= 0.0 =>
            {
                let what = format!("the limit of the {} estimator is above 0, found {limit}", self.name());
                Err(Error::new(Code::BadConfig, what))
            }
            _ => Ok(()),
        }
    }

    /// What one row adds.
    pub fn terms(self, row: &Row) -> Terms {
        let residual = row.reward - row.expected;
        let above = match self {
            Estimator::Ips | Estimator::Snips => row.weight * row.reward,
            Estimator::ClippedIps { limit } => row.weight.min(limit) * row.reward,
            Estimator::DirectMethod => row.policy_value,
            Estimator::DoublyRobust => row.policy_value + row.weight * residual,
            Estimator::SwitchDoublyRobust { limit } if row.weight > limit => row.policy_value,
            Estimator::SwitchDoublyRobust { .. } => row.policy_value + row.weight * residual,
        };
        Terms { above, below: if self == Estimator::Snips { row.weight } else { 1.0 } }
    }

    /// The estimate on all rows.
    ///
    /// # Errors
    /// A reward model that is needed and not there; weights that are all 0 where the estimator divides by them; a limit
    /// that is not above 0.
    pub fn value(self, rows: &Rows) -> Result<f64> {
        self.check()?;
        if self.needs_model() && !rows.modelled {
            let what = format!("the {} estimator needs what a reward model expects of every arm", self.name());
            return Err(Error::new(Code::BadConfig, what));
        }
        let sums = rows.rows.iter().fold(Terms::default(), |sums, row| sums.plus(self.terms(row)));
        sums.ratio().ok_or_else(|| Error::new(Code::BadData, "the policy gives none of the arms that were given"))
    }

    /// Between what a row's term above the line must lie where rewards lie within `reward`, expectations too, and weights
    /// at or below `weight`.
    pub fn bounds(self, reward: (f64, f64), weight: f64) -> (f64, f64) {
        let (low, high) = reward;
        let scaled = |weight: f64| ((weight * low).min(0.0), (weight * high).max(0.0));
        let around = |weight: f64| (low - weight * (high - low), high + weight * (high - low));
        match self {
            Estimator::Ips | Estimator::Snips => scaled(weight),
            Estimator::ClippedIps { limit } => scaled(weight.min(limit)),
            Estimator::DirectMethod => reward,
            Estimator::DoublyRobust => around(weight),
            Estimator::SwitchDoublyRobust { limit } => around(weight.min(limit)),
        }
    }
}

impl Terms {
    /// Sums of two.
    pub fn plus(self, other: Terms) -> Terms {
        Terms { above: self.above + other.above, below: self.below + other.below }
    }

    /// What is above the line over what is below; none where that is 0.
    pub fn ratio(self) -> Option<f64> {
        (self.below > 0.0).then(|| self.above / self.below)
    }
}
