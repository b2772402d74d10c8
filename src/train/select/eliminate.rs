//! Recursive feature elimination (Guyon and others, 2002): fit, drop the features worth least, and again.
//!
//! Every round is judged by folds, and worth is measured on the rows each fold's model has not seen. Features are still
//! dropped by what those rows say, so the metric of the round that is chosen is a little too good: report the final model
//! on rows that took no part.

use super::permutation::PermutationParams;
use crate::error::{Code, Error, Result};
use crate::evaluate::measures::Metric;
use crate::model::Model;
use crate::train::learn::{Learner, Watch};
use crate::train::sample::Sample;
use crate::train::validate::{CrossScore, Fold, fit_folds, measured};
use serde::{Deserialize, Serialize};

/// Settings of an elimination.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct EliminateParams {
    /// What rounds are judged by, and what a feature is worth.
    pub metric: Metric,
    /// Share of the features dropped per round, above 0 and below 1; at least one is.
    pub step: f64,
    /// Features below which nothing more is dropped, at least 1.
    pub least: usize,
    /// Shuffles by which worth is measured, at least 1.
    pub repeats: usize,
    /// Decides all draws.
    pub seed: u64,
}

impl Default for EliminateParams {
    fn default() -> Self {
        EliminateParams { metric: Metric::LogLoss, step: 0.2, least: 1, repeats: 3, seed: 1 }
    }
}

/// Sound settings. Only [`EliminateParams::check`] makes one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedEliminate(EliminateParams);

/// One number of features.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Round {
    /// What was fitted on, in the order of the sample.
    pub features: Vec<String>,
    /// The metric by fold.
    pub score: CrossScore,
    /// What each of the features is worth, mean over folds, in the metric's unit.
    pub worth: Vec<f64>,
}

/// All rounds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Elimination {
    /// What rounds were judged by.
    pub metric: Metric,
    /// From all features to the fewest.
    pub rounds: Vec<Round>,
    /// The round with the best mean metric; of equal ones the one with fewer features.
    pub best: usize,
    /// The round with the fewest features whose mean is within one standard error of the best (Breiman and others, 1984).
    pub smallest: usize,
}

/// What each feature of a sample is worth to a model; the sample is one the model has not seen.
pub type WorthOf<'a> = &'a (dyn Fn(&Model, &Sample) -> Result<Vec<f64>> + Sync);

impl EliminateParams {
    /// Refuses numbers outside their ranges.
    ///
    /// # Errors
    /// [`Code::BadConfig`] with the setting, its range and what was found.
    pub fn check(self) -> Result<CheckedEliminate> {
        if !(self.step > 0.0 && self.step < 1.0) {
            return Err(Error::new(Code::BadConfig, format!("`step` is above 0 and below 1, found {}", self.step)));
        }
        match self.least.min(self.repeats) {
            0 => Err(Error::new(Code::BadConfig, "`least` and `repeats` are at least 1, found 0")),
            _ => Ok(CheckedEliminate(self)),
        }
    }
}

impl CheckedEliminate {
    /// Drops features by permutation importance.
    ///
    /// # Errors
    /// What the learner or the metric refuses.
    pub fn eliminate(
        &self,
        learner: &dyn Learner,
        sample: &Sample,
        folds: &[Fold],
        watch: Watch,
    ) -> Result<Elimination> {
        let EliminateParams { metric, repeats, seed, .. } = self.0;
        let shuffles = PermutationParams { metric, repeats, resamples: 10, seed }.check()?;
        let worth = |model: &Model, unseen: &Sample| {
            Ok(shuffles.worth(model, unseen, None)?.iter().map(|worth| worth.loss.value).collect())
        };
        self.eliminate_by(learner, sample, folds, &worth, watch)
    }

    /// Drops features by a worth of the caller's, such as the size of coefficients.
    ///
    /// # Errors
    /// What the learner, the metric or the worth refuses; a worth that is not one number per feature.
    pub fn eliminate_by(
        &self,
        learner: &dyn Learner,
        sample: &Sample,
        folds: &[Fold],
        worth_of: WorthOf,
        watch: Watch,
    ) -> Result<Elimination> {
        let sizes = self.sizes(sample.names.len());
        let mut features: Vec<usize> = (0..sample.names.len()).collect();
        let mut rounds = Vec::with_capacity(sizes.len());
        for (number, size) in sizes.iter().enumerate() {
            let total = sizes.len() as u64;
            let told = |done: u64, all: u64| watch(number as u64 * all + done, total * all);
            if let Some(Round { worth, .. }) = rounds.last() {
                features = kept(&features, worth, *size);
            }
            rounds.push(self.round(learner, &sample.select(&features), folds, worth_of, &told)?);
        }
        Ok(self.judged(rounds))
    }

    /// How many features each round has.
    fn sizes(&self, features: usize) -> Vec<usize> {
        let mut sizes = vec![features];
        let mut size = features;
        while size > self.0.least {
            let dropped = ((size as f64 * self.0.step) as usize).max(1);
            size = (size - dropped).max(self.0.least);
            sizes.push(size);
        }
        sizes
    }

    fn round(
        &self,
        learner: &dyn Learner,
        sample: &Sample,
        folds: &[Fold],
        worth_of: WorthOf,
        watch: Watch,
    ) -> Result<Round> {
        let count = sample.names.len();
        let judge = |model: &Model, unseen: &Sample| -> Result<(f64, Vec<f64>)> {
            let worth = worth_of(model, unseen)?;
            match worth.len() == count {
                true => Ok((measured(model, unseen, self.0.metric)?, worth)),
                false => {
                    let what = "worths of features, one each";
                    Err(Error::limit(Code::BadIndex, what, count as u64, worth.len() as u64))
                }
            }
        };
        let by_fold = fit_folds(learner, sample, folds, watch, &judge)?;
        let by_fold: Vec<(f64, Vec<f64>)> = by_fold.into_iter().collect::<Result<_>>()?;
        let mean = |feature: usize| by_fold.iter().map(|(_, worth)| worth[feature]).sum::<f64>() / by_fold.len() as f64;
        Ok(Round {
            features: sample.names.clone(),
            worth: (0..count).map(mean).collect(),
            score: CrossScore::of(by_fold.iter().map(|(value, _)| *value).collect()),
        })
    }

    fn judged(&self, rounds: Vec<Round>) -> Elimination {
        let metric = self.0.metric;
        let behind = |best: usize, other: usize| metric.loss(rounds[best].score.mean, rounds[other].score.mean);
        let better = |best: usize, next: usize| if behind(best, next) <= 0.0 { next } else { best };
        let best = (0..rounds.len()).reduce(better).unwrap_or(0);
        let near = |round: &usize| behind(best, *round) <= rounds[best].score.standard_error;
        let smallest = (0..rounds.len()).rev().find(near).unwrap_or(best);
        Elimination { metric, best, smallest, rounds }
    }
}

/// The features worth most, in their order; of equal ones the earlier.
fn kept(features: &[usize], worth: &[f64], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..features.len()).collect();
    order.sort_by(|one, other| worth[*other].total_cmp(&worth[*one]));
    order.truncate(count);
    order.sort_unstable();
    order.into_iter().map(|at| features[at]).collect()
}
