//! What each arm changes, row by row: meta-learners over any learner, scores of every arm, coarse segments.
//!
//! ```text
//! Trial -> UpliftParams -> check -> CheckedUplift -> fit -> Effects -> gain of every arm over none, for a row
//! Trial + folds + Base -> ArmScores (doubly robust, rows × arms) -> policy trees, segments, uplift forests
//! ```
//! The first arm is none; a gain is in the unit of the trial's reward and does not contain the arm's cost. What is learnt
//! ends in [`Model`](crate::model::Model)s, whatever grew them.
//!
//! | method | gain of arm `a` for a row `x` | source |
//! |---|---|---|
//! | `single` (S) | `f(x, a) − f(x, none)`, one model that knows the arm | Künzel et al. 2019 |
//! | `separate` (T) | `f_a(x) − f_none(x)`, one model per arm | Künzel et al. 2019 |
//! | `crossed` (X) | imputed gains of both sides, weighted by the propensity | Künzel et al. 2019 |
//! | `doubly_robust` (DR) | a regression on differences of doubly robust scores | Kennedy 2023 |
//! | `staged` | `P(stage given a, x) · value per stage given a`, minus none's | |
//!
//! It does *not* choose arms under a budget, does not judge itself (see [`uplift`](crate::evaluate::uplift)), and does not
//! make an observational log an experiment: where propensities had to be fitted, the result says so.

mod armed;
mod base;
mod effects;
mod forest;
mod learners;
mod monotone;
mod params;
mod propensity;
mod scores;
mod segments;

pub use base::{Base, Predictor, Reading};
pub use effects::{Effects, Part};
pub use forest::{CheckedUpliftForest, UpliftForestParams};
pub use monotone::rising;
pub use params::{CheckedUplift, Method, ScoresParams, UpliftParams};
pub use propensity::{EDGE, Evidence, Overlap, Propensities, fit_propensities, is_outside, propensities};
pub use scores::{ArmScores, cross_fitted, folds};
pub use segments::{CheckedSegments, Segments, SegmentsParams};

use crate::train::trial::Trial;

/// The rows that were given one of these arms, rising.
pub fn rows_given(trial: &Trial, arms: &[usize]) -> Vec<usize> {
    (0..trial.rows()).filter(|row| arms.contains(&(trial.arm[*row] as usize))).collect()
}

#[cfg(test)]
mod planted;
#[cfg(test)]
mod tests;
