//! What was learnt: for every arm, predictions that add up to its gain.

use super::armed::{Armed, Extra};
use super::base::Predictor;
use super::monotone::rising;
use super::propensity::Evidence;
use crate::model::Values;
use crate::train::sample::Sample;
use crate::train::threads::{ordered, piece};

/// One summand of a gain.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Times the prediction.
    pub weight: f64,
    /// What predicts. It is told `arm` where it is a model that knows arms.
    pub predictor: Predictor,
    /// The arm the prediction is for.
    pub arm: u16,
}

/// Gains of all arms over none.
#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    /// Names of the arms, none first.
    pub arms: Vec<String>,
    /// By arm, the parts of its gain; none has no part.
    pub gain: Vec<Vec<Part>>,
    /// By arm, how deep it is, if gains never fall with depth; empty where they may.
    pub depth: Vec<f64>,
    /// Whether arms were given by a known chance.
    pub evidence: Evidence,
    /// How many features a row has, and what a model that knows arms is told beyond them.
    pub(super) features: usize,
    pub(super) extras: Vec<Extra>,
}

/// Rows are scored in so many pieces, whatever the machine.
const PIECES: usize = 64;

impl Effects {
    /// The gain of every arm for one row, 0 for none, in the unit of the reward; costs are not taken off.
    pub fn gains(&self, row: &impl Values) -> Vec<f64> {
        let predict = |part: &Part| {
            let armed = Armed { row, features: self.features, extras: &self.extras, arm: part.arm };
            part.weight * part.predictor.predict(&armed)
        };
        let mut gains: Vec<f64> =
            self.gain.iter().map(|parts| parts.iter().fold(0.0, |sum, part| sum + predict(part))).collect();
        if !self.depth.is_empty() {
            rising(&mut gains, &self.depth);
        }
        gains
    }

    /// The gains of every row, in order.
    pub fn gains_of(&self, sample: &Sample) -> Vec<Vec<f64>> {
        let rows = |number: usize| piece(sample.rows(), PIECES, number);
        let score = |number: usize| rows(number).map(|row| self.gains(&sample.row(row))).collect::<Vec<_>>();
        ordered(PIECES, score, |_| {}).into_iter().flatten().collect()
    }

    /// The arm with the largest `gain − price · cost`; of equal ones the first.
    ///
    /// `cost` is by arm; a `price` of 1 weighs cost like reward, a higher one stands for a scarce budget.
    pub fn best(&self, row: &impl Values, cost: &[f64], price: f64) -> u16 {
        let gains = self.gains(row);
        let worth = |arm: usize| gains[arm] - price * cost[arm];
        (1..gains.len()).fold(0, |best, arm| if worth(arm) > worth(best) { arm } else { best }) as u16
    }
}
