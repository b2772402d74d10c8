//! What a fitted model loses when a feature is shuffled (Breiman 2001; Fisher, Rudin, Dominici 2019): on rows the model has
//! not seen, whatever the model.
//!
//! The interval covers both chances: every shuffle is measured on resamples of its own, and the quantiles are of all of
//! them. A feature whose interval holds 0 has not been shown to be worth anything.

use crate::error::{Code, Error, Result};
use crate::evaluate::measures::{Metric, Scored, probabilities, resampled_difference};
use crate::evaluate::metrics::{Resampling, interval};
use crate::evaluate::summary::Figure;
use crate::model::{Model, Values};
use crate::train::random::{Random, shuffle};
use crate::train::sample::{Row, Sample};
use crate::train::threads::ordered;
use serde::{Deserialize, Serialize};

/// Settings of permutation importance.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct PermutationParams {
    /// What is lost.
    pub metric: Metric,
    /// Shuffles of each feature, at least 1.
    pub repeats: usize,
    /// Resamples of each shuffle, at least 10.
    pub resamples: usize,
    /// Decides all draws.
    pub seed: u64,
}

impl Default for PermutationParams {
    fn default() -> Self {
        PermutationParams { metric: Metric::LogLoss, repeats: 5, resamples: 100, seed: 1 }
    }
}

/// Sound settings. Only [`PermutationParams::check`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckedPermutation(PermutationParams);

/// What a feature is worth to a model.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Worth {
    /// Its name.
    pub feature: String,
    /// How much worse the metric becomes, in its unit; mean over shuffles, 95 % interval. Below 0 the model is better off.
    pub loss: Figure,
}

impl PermutationParams {
    /// Refuses no shuffle and too few resamples for an interval.
    ///
    /// # Errors
    /// [`Code::BadConfig`] with the setting, its range and what was found.
    pub fn check(self) -> Result<CheckedPermutation> {
        match self {
            PermutationParams { repeats: 0, .. } => {
                Err(Error::new(Code::BadConfig, "`repeats` of a permutation is at least 1, found 0"))
            }
            PermutationParams { resamples: 0..10, .. } => {
                let what = format!("`resamples` of a permutation is at least 10, found {}", self.resamples);
                Err(Error::new(Code::BadConfig, what))
            }
            _ => Ok(CheckedPermutation(self)),
        }
    }
}

impl CheckedPermutation {
    /// The worth of every feature, in the order of the sample's columns. `group` keeps rows of a shopper together when
    /// resampling.
    ///
    /// # Errors
    /// Rows that the metric cannot use.
    pub fn worth(&self, model: &Model, sample: &Sample, group: Option<&[u64]>) -> Result<Vec<Worth>> {
        let unshuffled = self.predictions(model, sample, None);
        let features =
            ordered(sample.names.len(), |feature| self.loss(model, sample, group, &unshuffled, feature), |_| {});
        let named = sample.names.iter().zip(features);
        named.map(|(name, loss)| Ok(Worth { feature: name.clone(), loss: loss? })).collect()
    }

    fn loss(
        &self,
        model: &Model,
        sample: &Sample,
        group: Option<&[u64]>,
        unshuffled: &[f64],
        feature: usize,
    ) -> Result<Figure> {
        let params = &self.0;
        let sign = params.metric.loss(0.0, 1.0);
        let (mut sum, mut draws) = (0.0, Vec::with_capacity(params.repeats * params.resamples));
        for repeat in 0..params.repeats {
            let number = (feature * params.repeats + repeat) as u64;
            let seed = Random::new(Random::new(params.seed).bits() ^ number).bits();
            let mut from: Vec<usize> = (0..sample.rows()).collect();
            shuffle(&mut from, &mut Random::new(seed));
            let shuffled = self.predictions(model, sample, Some((feature, &from)));
            let resampling = Resampling { count: params.resamples, seed };
            let before = Scored { predicted: unshuffled, actual: &sample.target, weight: &sample.weight, group };
            let after = Scored { predicted: &shuffled, ..before };
            let (value, resampled) = resampled_difference(&before, &after, params.metric, resampling)?;
            sum += sign * value;
            draws.extend(resampled.iter().map(|draw| sign * draw));
        }
        Ok(interval(sum / params.repeats as f64, draws))
    }

    fn predictions(&self, model: &Model, sample: &Sample, shuffled: Option<(usize, &[usize])>) -> Vec<f64> {
        let score = |row: usize| match shuffled {
            None => model.score_of(&sample.row(row), 0.0),
            Some((feature, from)) => {
                let other = Shuffled { row: sample.row(row), feature, other: sample.row(from[row]) };
                model.score_of(&other, 0.0)
            }
        };
        let scores: Vec<f64> = (0..sample.rows()).map(score).collect();
        if self.0.metric.is_binary() { probabilities(&scores) } else { scores }
    }
}

/// A row with one feature of another row.
struct Shuffled<'a> {
    row: Row<'a>,
    feature: usize,
    other: Row<'a>,
}

impl Values for Shuffled<'_> {
    fn value(&self, feature: usize) -> Option<f64> {
        if feature == self.feature { self.other.value(feature) } else { self.row.value(feature) }
    }

    fn group(&self) -> usize {
        self.row.group()
    }

    fn category(&self) -> usize {
        self.row.category()
    }
}
