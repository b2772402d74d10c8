//! A learner's gains as one scorer per arm: what a device can hold, whatever the learner was made of.
//!
//! A gain may be a difference of two models or a product of three. A regression on the learner's own predictions (boosted
//! trees, or a weighted sum where that is as near) has the same shape for all of them. How often the file then chooses
//! otherwise than the learner is measured and reported; what is judged is the file.

use super::trials::Trials;
use crate::error::Result;
use crate::math;
use crate::model::{Effect, Line, Linear, Model, Scaled, Scorer, Target, Term};
use crate::train::learn::linear::LeastSquaresParams;
use crate::train::learn::tree::{BoostParams, Objective};
use crate::train::learn::{Learner, scores};
use crate::train::sample::Sample;
use crate::train::uplift::Effects;

/// A weighted sum is taken where it leaves at most this share of the gains' variance.
const NEAR: f64 = 1e-6;

/// One scorer per arm for the gains of `effects`, costs taken off.
///
/// # Errors
/// What the regressions refuse.
pub fn distilled(effects: &Effects, trials: &Trials) -> Result<Model> {
    of_gains(&effects.gains_of(&trials.train.features), trials)
}

/// One scorer per arm for the gains that somebody predicts of training rows, costs not yet taken off.
///
/// # Errors
/// What the regressions refuse.
pub fn of_gains(gains: &[Vec<f64>], trials: &Trials) -> Result<Model> {
    let arms = trials.train.arms.len();
    let of = |arm: usize| -> Result<Effect> {
        let target = gains.iter().map(|gains| gains[arm] - (trials.cost[arm] - trials.cost[0])).collect();
        let sample = Sample { target, ..trials.train.features.clone() };
        let cost = constant(trials.cost[arm] - trials.cost[0], &sample);
        Ok(Effect { gain: regression(&sample)?, cost })
    };
    Ok(Model::new(Scorer::Arms((1..arms).map(of).collect::<Result<_>>()?), Target::Gain))
}

/// One arm for all: its mean gain whatever the row, and less than nothing for every other arm.
pub fn single(arm: usize, gain: f64, trials: &Trials) -> Model {
    let sample = &trials.train.features;
    let of = |other: usize| {
        let gain = if other == arm { gain.max(MINOR_UNIT) } else { -MINOR_UNIT };
        Effect { gain: constant(gain, sample), cost: constant(trials.cost[other] - trials.cost[0], sample) }
    };
    Model::new(Scorer::Arms((1..trials.train.arms.len()).map(of).collect()), Target::Gain)
}

/// What a single arm is said to gain at least, and other arms to lose.
const MINOR_UNIT: f64 = 1.0;

fn regression(sample: &Sample) -> Result<Scorer> {
    let sum = LeastSquaresParams::default().check()?.fit(sample, &|_, _| ())?;
    if left(&sum, sample) <= NEAR {
        return Ok(sum.scorer);
    }
    let boosted = BoostParams { objective: Objective::SquaredError, ..BoostParams::default() };
    Ok(boosted.check()?.fit(sample, &|_, _| ())?.scorer)
}

/// The share of the target's variance that a model leaves.
fn left(model: &Model, sample: &Sample) -> f64 {
    let rows = sample.rows() as f64;
    let mean = math::ordered_sum(sample.target.iter().copied()) / rows;
    let squares = |of: &dyn Fn(usize) -> f64| math::ordered_sum((0..sample.rows()).map(|row| of(row) * of(row)));
    let told = scores(model, sample);
    let spread = squares(&|row| sample.target[row] - mean);
    if spread == 0.0 { 0.0 } else { squares(&|row| sample.target[row] - told[row]) / spread }
}

/// An amount that depends on nothing.
pub fn constant(amount: f64, sample: &Sample) -> Scorer {
    let nothing = Term::Number(Scaled { scale: 1.0, ..Scaled::default() });
    let bias = Line { weight: amount as f32, slope: 0.0 };
    Scorer::Linear(Linear { bias, terms: vec![nothing; sample.columns.len()], ..Linear::default() })
}
