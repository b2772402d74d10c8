//! A policy as one scorer per arm: what a device can hold, whatever the policy was made of.
//!
//! A tree or a table of segments becomes a forest of one tree per arm, exactly: each leaf's doubly robust gain beside its cost. An
//! uplift forest is taken as it is where the file has room.
//!
//! A gain of a meta-learner may be a difference of two models or a product of three. A regression on the learner's own predictions (boosted
//! trees, or a weighted sum where that is as near) has the same shape for all of them. How often the file then chooses
//! otherwise than the learner is measured and reported; what is judged is the file.

use super::learner::Learned;
use super::trials::Trials;
use crate::error::Result;
use crate::math;
use crate::model::{Effect, Forest, Line, Linear, Model, Scaled, Scorer, Target, Term};
use crate::train::learn::linear::LeastSquaresParams;
use crate::train::learn::tree::{BoostParams, Objective};
use crate::train::learn::{Learner, scores};
use crate::train::policy_tree::PolicyNode;
use crate::train::sample::Sample;

/// A weighted sum is taken where it leaves at most this share of the gains' variance.
const NEAR: f64 = 1e-6;

/// The policy as a file can hold it; `has_room` says whether it can.
///
/// # Errors
/// What the regressions refuse.
pub fn served(learned: &Learned, trials: &Trials, has_room: impl Fn(&Model) -> Result<bool>) -> Result<Model> {
    // Scores of trees are less λ times the cost, scores of a file less the cost.
    let extra = |arm: usize| (trials.price - 1.0) * beyond(trials, arm);
    match learned {
        Learned::Gains(effects) => of_gains(&effects.gains_of(&trials.train.features), trials),
        Learned::Tree(tree) => {
            let gain = |arm: usize, node: &PolicyNode| node.mean[arm] - node.mean[0] + extra(arm);
            Ok(of_arms(trials, |arm| Scorer::Forest(tree.forest(|node| gain(arm, node)))))
        }
        Learned::Forest(models) => {
            let exact = of_arms(trials, |arm| shifted(&models[arm].scorer, extra(arm)));
            match has_room(&exact)? {
                true => Ok(exact),
                false => {
                    let rows = &trials.train.features;
                    distilled(trials, |row, arm| models[arm].score_of(&rows.row(row), 0.0) + extra(arm))
                }
            }
        }
    }
}

/// One scorer per arm for the gains that somebody predicts of training rows, costs not yet taken off.
///
/// # Errors
/// What the regressions refuse.
pub fn of_gains(gains: &[Vec<f64>], trials: &Trials) -> Result<Model> {
    distilled(trials, |row, arm| gains[row][arm] - beyond(trials, arm))
}

/// What an arm costs beyond no offer.
fn beyond(trials: &Trials, arm: usize) -> f64 {
    trials.cost[arm] - trials.cost[0]
}

fn of_arms(trials: &Trials, gain: impl Fn(usize) -> Scorer) -> Model {
    let cost = |arm: usize| constant(beyond(trials, arm), &trials.train.features);
    let effects = (1..trials.train.arms.len()).map(|arm| Effect { gain: gain(arm), cost: cost(arm) });
    Model::new(Scorer::Arms(effects.collect()), Target::Gain)
}

/// The same with an amount added to every score.
fn shifted(scorer: &Scorer, amount: f64) -> Scorer {
    match scorer.clone() {
        Scorer::Forest(forest) => Scorer::Forest(Forest { base: forest.base + amount as f32, ..forest }),
        other => other,
    }
}

/// One scorer per arm by a regression on the gains of training rows, costs taken off.
fn distilled(trials: &Trials, gain: impl Fn(usize, usize) -> f64) -> Result<Model> {
    let of = |arm: usize| {
        let target = (0..trials.train.rows()).map(|row| gain(row, arm)).collect();
        regression(&Sample { target, ..trials.train.features.clone() })
    };
    let gains = (1..trials.train.arms.len()).map(of).collect::<Result<Vec<Scorer>>>()?;
    Ok(of_arms(trials, |arm| gains[arm - 1].clone()))
}

/// One arm for all: its mean gain whatever the row, and less than nothing for every other arm.
pub fn single(arm: usize, gain: f64, trials: &Trials) -> Model {
    let sample = &trials.train.features;
    let of = |other: usize| {
        let gain = if other == arm { gain.max(MINOR_UNIT) } else { -MINOR_UNIT };
        constant(gain, sample)
    };
    of_arms(trials, of)
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
