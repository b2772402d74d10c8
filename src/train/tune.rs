//! Ridge strengths chosen by log loss on the validation weeks.
//!
//! One strength is varied at a time, towards lower loss, until no neighbour on the grid is better: about
//! ten fits instead of the grid's 64. Each fit starts from the best one so far.

use super::catalogue::Catalogue;
use super::config::FitParams;
use super::dataset::Dataset;
use super::design::Design;
use super::logistic::{LogisticParams, Response, Weights};
use crate::error::Result;
use crate::math;

/// A fitted candidate.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its strengths.
    pub params: LogisticParams,
    /// The fit.
    pub weights: Weights,
    /// Its log loss on the validation weeks.
    pub loss: f64,
}

/// All candidates tried, the best first.
pub fn search(train: &Design, validate: &Design, fit: &FitParams, tried: &dyn Fn(usize)) -> Result<Vec<Candidate>> {
    let grids = [&fit.ridge_term_slopes, &fit.ridge_levels, &fit.ridge_level_slopes];
    let mut search = Search { train, validate, fit, seen: Vec::new(), tried };
    let mut best = grids.map(|grid| grid.len() / 2);
    search.candidate(best)?;
    loop {
        let before = best;
        for (axis, grid) in grids.iter().enumerate() {
            for step in [-1, 1] {
                best = search.walk(best, axis, step, grid.len())?;
            }
        }
        if best == before {
            break;
        }
    }
    let mut all: Vec<Candidate> = search.seen.into_iter().map(|(_, candidate)| candidate).collect();
    all.sort_by(|one, other| one.loss.total_cmp(&other.loss));
    Ok(all)
}

struct Search<'a> {
    train: &'a Design,
    validate: &'a Design,
    fit: &'a FitParams,
    seen: Vec<([usize; 3], Candidate)>,
    tried: &'a dyn Fn(usize),
}

impl Search<'_> {
    /// Moves along one axis while the loss falls.
    fn walk(&mut self, from: [usize; 3], axis: usize, step: isize, length: usize) -> Result<[usize; 3]> {
        let mut best = from;
        while let Some(position) = best[axis].checked_add_signed(step).filter(|position| *position < length) {
            let mut next = best;
            next[axis] = position;
            if self.candidate(next)? >= self.candidate(best)? {
                break;
            }
            best = next;
        }
        Ok(best)
    }

    /// The loss of a grid point, fitted if it is new.
    fn candidate(&mut self, at: [usize; 3]) -> Result<f64> {
        if let Some((_, known)) = self.seen.iter().find(|(seen, _)| *seen == at) {
            return Ok(known.loss);
        }
        let params = LogisticParams {
            terms: self.fit.ridge_terms,
            term_slopes: self.fit.ridge_term_slopes[at[0]],
            levels: self.fit.ridge_levels[at[1]],
            level_slopes: self.fit.ridge_level_slopes[at[2]],
            response: Response::Personal,
        };
        let nearest = self.seen.iter().min_by(|one, other| one.1.loss.total_cmp(&other.1.loss));
        let weights = params.check()?.fit(self.train, nearest.map(|(_, candidate)| &candidate.weights))?;
        let loss = weights.log_loss(self.validate);
        self.seen.push((at, Candidate { params, weights, loss }));
        (self.tried)(self.seen.len());
        Ok(loss)
    }
}

/// The baseline "household × group rate": earlier trips that bought it, leaning on the group's rate.
pub fn household_rate(times: f64, trips: f64, rate: f64, prior: f64) -> f64 {
    (times + prior * rate) / (trips + prior)
}

/// The prior, in trips, under which that baseline predicts the validation weeks best.
pub fn best_prior(validate: &Dataset, catalogue: &Catalogue, priors: &[f64]) -> f64 {
    let loss = |prior: f64| -> f64 {
        let losses = validate.examples.iter().map(|example| {
            let rate = catalogue.schema.groups[example.group as usize].base_rate as f64;
            let bought = household_rate(example.times as f64, example.trips as f64, rate, prior);
            -math::ln(if example.bought { bought } else { 1.0 - bought }) * example.weight as f64
        });
        math::ordered_sum(losses)
    };
    let measured = priors.iter().map(|prior| (loss(*prior), *prior));
    measured.min_by(|one, other| one.0.total_cmp(&other.0)).map_or(1.0, |(_, prior)| prior)
}
