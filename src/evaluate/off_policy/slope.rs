//! Which limit to clip at, from the data: SLOPE (Su, Srinath and Krishnamurthy, *Adaptive estimator selection for off-policy
//! evaluation*, 2020).
//!
//! The largest limit has the least bias and the widest interval; each smaller one has more bias and a narrower interval.
//! Going down, each limit's interval `value ± 2·width` is laid over those before; the last limit at which they still have a
//! point in common is chosen: its bias is not yet seen above the noise. It needs no estimate of the bias itself. What it does
//! *not* do is widen the interval of the estimate for having chosen.

use super::estimator::{Estimator, Terms};
use super::logged::Rows;
use crate::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};

/// By how much each limit of the usual ladder lies below the one before.
const STEP: f64 = std::f64::consts::SQRT_2;
/// Limits tried at most.
const MOST: usize = 64;

/// What has a limit to be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Clipped inverse propensity.
    ClippedIps,
    /// Switch doubly robust.
    SwitchDoublyRobust,
}

impl Family {
    /// The estimator with this limit.
    pub fn at(self, limit: f64) -> Estimator {
        match self {
            Family::ClippedIps => Estimator::ClippedIps { limit },
            Family::SwitchDoublyRobust => Estimator::SwitchDoublyRobust { limit },
        }
    }
}

/// How a limit is chosen.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SlopeParams {
    /// Limits to choose from; none for the usual ladder: from the largest weight down to 1, each `√2` below the one before.
    pub limits: Vec<f64>,
    /// Standard errors that make a width. The more, the more bias is taken for noise.
    pub standard_errors: f64,
}

impl Default for SlopeParams {
    fn default() -> Self {
        SlopeParams { limits: Vec::new(), standard_errors: 1.0 }
    }
}

/// Parameters that can choose.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedSlope(SlopeParams);

/// One limit that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tried {
    /// The limit.
    pub limit: f64,
    /// What the estimator says with it.
    pub value: f64,
    /// The width that was taken for its noise.
    pub width: f64,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chosen {
    /// With the limit in it.
    pub estimator: Estimator,
    /// The limit.
    pub limit: f64,
    /// All that were tried, the largest limit first.
    pub tried: Vec<Tried>,
}

impl SlopeParams {
    /// Refuses limits that are not above 0, more than 64 of them, and a width that is not above 0.
    pub fn check(self) -> Result<CheckedSlope> {
        let numbers = self.limits.iter().chain([&self.standard_errors]);
        if let Some(found) = numbers.copied().find(|number| !(number.is_finite() && *number > 0.0)) {
            return Err(Error::new(Code::BadConfig, format!("a limit and a width are above 0, found {found}")));
        }
        match self.limits.len() {
            0..=MOST => Ok(CheckedSlope(self)),
            found => Err(Error::limit(Code::TooLarge, "limits to choose from", MOST as u64, found as u64)),
        }
    }
}

impl CheckedSlope {
    /// Chooses. Cost: one pass over the rows for each limit.
    ///
    /// # Errors
    /// What the estimator refuses: see [`Estimator::value`].
    pub fn choose(&self, rows: &Rows, family: Family) -> Result<Chosen> {
        let mut tried = Vec::new();
        let (mut low, mut high, mut narrowest) = (f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY);
        let mut chosen = 0;
        for (index, limit) in self.ladder(rows).into_iter().enumerate() {
            let (value, error) = mean_and_error(rows, family.at(limit))?;
            // The method asks for widths that never grow on the way down.
            narrowest = narrowest.min(self.0.standard_errors * error);
            tried.push(Tried { limit, value, width: narrowest });
            (low, high) = (low.max(value - 2.0 * narrowest), high.min(value + 2.0 * narrowest));
            if low > high {
                break;
            }
            chosen = index;
        }
        let limit = tried[chosen].limit;
        Ok(Chosen { estimator: family.at(limit), limit, tried })
    }

    /// The largest limit first; never empty.
    fn ladder(&self, rows: &Rows) -> Vec<f64> {
        let mut limits = self.0.limits.clone();
        if limits.is_empty() {
            let largest = rows.rows.iter().fold(1.0f64, |largest, row| largest.max(row.weight));
            let ladder = std::iter::successors(Some(largest), |limit| Some(limit / STEP));
            limits = ladder.take_while(|limit| *limit > 1.0).take(MOST - 1).collect();
            limits.push(1.0);
        }
        limits.sort_unstable_by(|one, other| other.total_cmp(one));
        limits
    }
}

/// The estimate and its standard error over shoppers.
fn mean_and_error(rows: &Rows, estimator: Estimator) -> Result<(f64, f64)> {
    let value = estimator.value(rows)?;
    let mut off = vec![0.0; rows.units];
    for (row, unit) in rows.rows.iter().zip(&rows.unit) {
        let Terms { above, below } = estimator.terms(row);
        off[*unit as usize] += above - value * below;
    }
    let squares = crate::math::ordered_sum(off.iter().map(|off| off * off));
    Ok((value, squares.sqrt() / rows.rows.len() as f64))
}
