//! What boosting lowers: log loss of outcomes 0 and 1, or squared error of amounts.

use super::tally::{Scale, Tally};
use crate::math;
use crate::model::Target;
use serde::Deserialize;

/// A loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Outcomes are 0 or 1, scores are log-odds.
    #[default]
    LogLoss,
    /// Outcomes are amounts, and so are scores.
    SquaredError,
}

impl Objective {
    /// The one score that is best for outcomes of this weighted mean.
    pub(super) fn base(self, mean: f64) -> f32 {
        match self {
            Objective::LogLoss => math::logit(mean) as f32,
            Objective::SquaredError => mean as f32,
        }
    }

    /// What a model of this loss says.
    pub(super) fn target(self) -> Target {
        match self {
            Objective::LogLoss => Target::Buys,
            Objective::SquaredError => Target::MarketPrice,
        }
    }

    /// The loss of one score.
    pub(super) fn loss(self, score: f64, outcome: f64) -> f64 {
        match self {
            Objective::LogLoss => {
                // ln(1 + e^-margin), without overflow on either side.
                let margin = if outcome > 0.5 { score } else { -score };
                math::ln_1p(math::exp(-margin.abs())) + (-margin).max(0.0)
            }
            Objective::SquaredError => (score - outcome) * (score - outcome),
        }
    }

    /// Units that hold every row of this round.
    pub(super) fn scale(self, rows: &[u32], scores: &[f64], target: &[f64], weight: &[f64]) -> Scale {
        let most =
            |value: &dyn Fn(usize) -> f64| rows.iter().fold(0.0, |most: f64, row| most.max(value(*row as usize)));
        let hessian = most(&|row| weight[row]);
        match self {
            Objective::LogLoss => Scale::new(rows.len(), hessian, hessian / 4.0),
            Objective::SquaredError => {
                let gradient = most(&|row| weight[row] * (scores[row] - target[row]).abs());
                Scale::new(rows.len(), gradient, hessian)
            }
        }
    }

    /// Gradient and hessian of one row.
    #[inline(always)]
    pub(super) fn tally(self, scale: &Scale, score: f64, outcome: f64, weight: f64) -> Tally {
        match self {
            Objective::LogLoss => {
                let share = math::sigmoid(score);
                scale.tally(weight * (share - outcome), weight * share * (1.0 - share))
            }
            Objective::SquaredError => scale.tally(weight * (score - outcome), weight),
        }
    }
}
