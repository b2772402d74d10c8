//! Every row predicted by a model that was not fitted on it.

use super::Fold;
use crate::error::{Code, Error, Result};
use crate::evaluate::measures::{Metric, Scored, probabilities};
use crate::model::Model;
use crate::train::learn::{Learner, Watch, scores};
use crate::train::sample::Sample;
use crate::train::threads::ordered;
use serde::Serialize;
use std::sync::Mutex;

/// Scores of the rows that a fold judges. All lists are by position in `rows`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutOfFold {
    /// Rows of the sample, rising; all of them unless the split leaves some out.
    pub rows: Vec<usize>,
    /// The fold whose model scored the row.
    pub fold: Vec<usize>,
    /// What the model's scorer says, before any link: what calibration goes by.
    pub raw: Vec<f64>,
    /// What the model says: log-odds, or an amount.
    pub score: Vec<f64>,
}

/// A metric by fold.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CrossScore {
    /// In the order of the folds.
    pub by_fold: Vec<f64>,
    /// Their mean.
    pub mean: f64,
    /// Standard error of the mean: the folds' standard deviation over the root of their number.
    pub standard_error: f64,
}

/// Fits a model per fold, several at a time, and scores the rows it is judged by.
///
/// `watch` is told thousandths of all folds. The result does not depend on the number of threads.
///
/// # Errors
/// A row that two folds judge; what the learner refuses, of the first fold that fails.
pub fn cross_predict(learner: &dyn Learner, sample: &Sample, folds: &[Fold], watch: Watch) -> Result<OutOfFold> {
    let scored = fit_folds(learner, sample, folds, watch, &|model, test| (raw(model, test), scores(model, test)))?;
    let judged = |(fold, (raw, score)): (usize, (Vec<f64>, Vec<f64>))| {
        let rows = folds[fold].test.iter().copied();
        let scored = raw.into_iter().zip(score);
        rows.zip(scored).map(move |(row, (raw, score))| (row, fold, raw, score)).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = scored.into_iter().enumerate().flat_map(judged).collect();
    all.sort_by_key(|(row, fold, ..)| (*row, *fold));
    if let Some(pair) = all.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let what = format!("row {}: one fold judges it, found two", pair[0].0);
        return Err(Error::new(Code::BadData, what));
    }
    Ok(OutOfFold {
        rows: all.iter().map(|judged| judged.0).collect(),
        fold: all.iter().map(|judged| judged.1).collect(),
        raw: all.iter().map(|judged| judged.2).collect(),
        score: all.iter().map(|judged| judged.3).collect(),
    })
}

/// The metric of each fold's model on the rows it is judged by.
///
/// # Errors
/// What the learner or the metric refuses, of the first fold that fails.
pub fn cross_validate(
    learner: &dyn Learner,
    sample: &Sample,
    folds: &[Fold],
    metric: Metric,
    watch: Watch,
) -> Result<CrossScore> {
    let by_fold = fit_folds(learner, sample, folds, watch, &|model, test| measured(model, test, metric))?;
    Ok(CrossScore::of(by_fold.into_iter().collect::<Result<_>>()?))
}

/// A model's metric on some rows: probabilities of its log-odds, or its scores as they are.
///
/// # Errors
/// Rows that the metric cannot use.
pub(crate) fn measured(model: &Model, sample: &Sample, metric: Metric) -> Result<f64> {
    let scores = scores(model, sample);
    let predicted = if metric.is_binary() { probabilities(&scores) } else { scores };
    metric.of(&Scored { predicted: &predicted, actual: &sample.target, weight: &sample.weight, group: None })
}

/// What `use_model` makes of each fold's model and the rows it is judged by, in the order of the folds.
pub(crate) fn fit_folds<T: Send>(
    learner: &dyn Learner,
    sample: &Sample,
    folds: &[Fold],
    watch: Watch,
    use_model: &(dyn Fn(&Model, &Sample) -> T + Sync),
) -> Result<Vec<T>> {
    const STEPS: u64 = 1_000;
    let progress = Mutex::new(vec![0; folds.len()]);
    let tell = |fold: usize, done: u64, total: u64| {
        if let Ok(mut steps) = progress.lock() {
            steps[fold] = STEPS * done.min(total) / total.max(1);
            watch(steps.iter().sum(), STEPS * folds.len() as u64);
        }
    };
    let fit = |fold: usize| {
        let model = learner.fit(&sample.pick(&folds[fold].train), &|done, total| tell(fold, done, total))?;
        tell(fold, 1, 1);
        Ok(use_model(&model, &sample.pick(&folds[fold].test)))
    };
    ordered(folds.len(), fit, |_| {}).into_iter().collect()
}

fn raw(model: &Model, sample: &Sample) -> Vec<f64> {
    (0..sample.rows()).map(|row| model.scorer.raw(&sample.row(row), 0.0)).collect()
}

impl CrossScore {
    pub(crate) fn of(by_fold: Vec<f64>) -> CrossScore {
        let count = by_fold.len() as f64;
        let mean = by_fold.iter().sum::<f64>() / count;
        let squares: f64 = by_fold.iter().map(|value| (value - mean) * (value - mean)).sum();
        let standard_error = if count > 1.0 { (squares / (count - 1.0) / count).sqrt() } else { 0.0 };
        CrossScore { by_fold, mean, standard_error }
    }
}
