//! What a policy would have earned on decisions that another one took, and whether the data can say so at all.
//!
//! ```text
//! Trial (or a log with propensities) + target policy [+ reward model] -> Logged -> check -> Rows
//! Rows -> Estimator -> Estimate { value, interval } or a Refusal with its reason
//! ```
//! Six estimators (see [`Estimator`]), three kinds of interval (see [`IntervalKind`]), and diagnostics that come first: an
//! estimate that rests on a handful of rows is refused, not shown with an apology.
//!
//! It does *not* learn a policy and does not repair a log: probabilities that were not recorded cannot be guessed here.
//!
//! ```
//! use skonto::evaluate::off_policy::{EvaluationParams, Logged, Propensity};
//! // Two arms given by a fair coin; the second earns 1. The policy to be judged always gives it.
//! let rows = 400;
//! let arm: Vec<u16> = (0..rows).map(|row| (row % 2) as u16).collect();
//! let logged = Logged {
//!     arms: 2,
//!     reward: arm.iter().map(|arm| *arm as f64).collect(),
//!     arm,
//!     propensity: Propensity::Every(vec![0.5; 2 * rows]),
//!     target: [0.0, 1.0].repeat(rows),
//!     value: None,
//!     shopper: None,
//! };
//! let evaluation = EvaluationParams::default().check()?.evaluate(&logged.check()?)?;
//! assert_eq!(evaluation.estimates[0].figure()?.value, 1.0);
//! # Ok::<(), skonto::error::Error>(())
//! ```

mod bootstrap;
mod bridge;
mod concentration;
mod diagnostics;
mod estimator;
mod evaluation;
mod logged;
mod slope;

pub use bootstrap::{draws, percentiles};
pub use bridge::{RewardModel, RewardScale, same_for_all};
pub use concentration::{anytime_valid, empirical_bernstein};
pub use diagnostics::{CheckedRequirements, Diagnostics, Refusal, Requirements};
pub use estimator::{Estimator, Terms};
pub use evaluation::{CheckedEvaluation, Estimate, Evaluation, EvaluationParams, IntervalKind, Outcome};
pub use logged::{Logged, Propensity, Row, Rows};
pub use slope::{CheckedSlope, Chosen, Family, SlopeParams, Tried};

#[cfg(test)]
mod planted;
#[cfg(test)]
mod tests;
