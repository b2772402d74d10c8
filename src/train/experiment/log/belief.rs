//! What a bandit believes, as one scorer per arm: what a device can hold.
//!
//! Of a linear response the gain over no offer is the difference of two weighted sums, and the file holds exactly that, in
//! single precision. Of a logistic response it is no weighted sum; then the file holds a regression on what the bandit itself
//! expects of the rows it has learnt, as for every other learner.

use super::context::Context;
use super::{Log, State};
use crate::error::Result;
use crate::model::{Effect, Model, Scorer, Target};
use crate::train::bandit::Response;
use crate::train::experiment::served::{constant, of_gains};
use crate::train::experiment::trials::Trials;

/// One scorer per arm for the gains that a bandit expects, costs taken off, in minor units.
///
/// # Errors
/// What the regressions refuse.
pub fn model(state: &State, trials: &Trials, log: &Log) -> Result<Model> {
    match log.params.settings.response {
        Response::Linear => weights(state, trials, log.setup.minor),
        Response::Logistic => of_gains(&gains(state, trials, log.setup.minor)?, trials),
    }
}

fn weights(state: &State, trials: &Trials, minor: f64) -> Result<Model> {
    let places = state.places(&trials.train)?;
    let weights = |arm: usize| state.bandit.weights(places[arm]).unwrap_or(&[]);
    let effect = |arm: usize| {
        let over_none: Vec<f64> = weights(arm).iter().zip(weights(0)).map(|(own, none)| minor * (own - none)).collect();
        let cost = constant(trials.cost[arm] - trials.cost[0], &trials.train.features);
        Effect { gain: linear(&state.context, &over_none), cost }
    };
    Ok(Model::new(Scorer::Arms((1..places.len()).map(effect).collect()), Target::Gain))
}

fn linear(context: &Context, weights: &[f64]) -> Scorer {
    Scorer::Linear(context.linear(weights))
}

/// By training row, what every arm brings above no offer.
fn gains(state: &State, trials: &Trials, minor: f64) -> Result<Vec<Vec<f64>>> {
    let over_none = |expected: Vec<f64>| expected.iter().map(|arm| minor * (arm - expected[0])).collect();
    Ok(state.expected(&trials.train)?.into_iter().map(over_none).collect())
}
