//! One learner's way through a competition: settings found, rows predicted by models that did not see them, calibrated,
//! fitted on all training rows.

use super::params::{CheckedLearn, Contender};
use crate::error::{Error, Result};
use crate::evaluate::measures::{Metric, Scored, probabilities};
use crate::model::{Link, Model, Target};
use crate::train::calibrate::{Calibration, Uncalibrated};
use crate::train::sample::Sample;
use crate::train::search::{History, Point, Progress, Surroundings, fingerprint};
use crate::train::validate::{Fold, OutOfFold, cross_predict, cross_validate};
use std::path::Path;
use std::time::Instant;
use toml::Table;

/// Told the stage, how much is done, of how much, and what is worth saying.
pub type Told<'a> = &'a (dyn Fn(&str, u64, u64, &str) + Sync);

/// What a learner is fitted on.
pub struct Training<'a> {
    /// Training rows.
    pub sample: &'a Sample,
    /// Whose each row is.
    pub group: &'a [u64],
    /// How rows are dealt out.
    pub folds: &'a [Fold],
    /// What a score is about.
    pub target: Target,
    /// The feature that is the depth of the offer.
    pub offer: Option<u8>,
    /// Where searches keep their trials; none to keep none.
    pub histories: Option<&'a Path>,
}

/// A fitted learner.
pub struct Entrant {
    /// Who.
    pub contender: Contender,
    /// Settings after the search.
    pub own: Table,
    /// What was tried.
    pub history: Option<History>,
    /// Training rows, each predicted by a model that did not see it.
    pub out_of_fold: OutOfFold,
    /// The metric on those predictions, calibrated.
    pub validated: f64,
    /// What calibration chose.
    pub calibration: Calibration,
    /// The link that the model came with, before calibration.
    pub bare_link: Link,
    /// Fitted on all training rows.
    pub model: Model,
    /// Seconds of that fit.
    pub fit_seconds: f64,
    /// Seconds of the search.
    pub search_seconds: f64,
}

impl Entrant {
    /// Searches, judges, calibrates, fits.
    pub fn enter(contender: &Contender, learn: &CheckedLearn, training: &Training, told: Told) -> Result<Entrant> {
        let name = contender.name.as_str();
        let named = |error: Error| Error::new(error.code(), format!("{name}: {error}"));
        let started = Instant::now();
        let history = contender.search.is_some().then(|| search(contender, training, told)).transpose()?;
        let search_seconds = if history.is_some() { started.elapsed().as_secs_f64() } else { 0.0 };
        let best = history.as_ref().and_then(History::best_trial);
        let own = best.map_or(Ok(contender.own.clone()), |trial| trial.point.over(&contender.own))?;
        let learner = contender.learner(&own)?;
        let watch = |done, total| told(&format!("{name}: folds"), done, total, "");
        let out_of_fold = cross_predict(learner.as_ref(), training.sample, training.folds, &watch).map_err(named)?;
        let started = Instant::now();
        let watch = |done, total| told(&format!("{name}: fit"), done, total, "");
        let mut model = learner.fit(training.sample, &watch).map_err(named)?;
        let fit_seconds = started.elapsed().as_secs_f64();
        (model.target, model.offer) = (training.target, training.offer);
        let calibration = calibrate(&model, learn, training, &out_of_fold)?;
        let bare_link = model.links[0].clone();
        calibration.apply(&mut model);
        let validated = validated(&model, learn, training, &out_of_fold, &calibration)?;
        model.response = learn.params.response as f32;
        let contender = contender.clone();
        Ok(Entrant {
            contender,
            own,
            history,
            out_of_fold,
            validated,
            calibration,
            bare_link,
            model,
            fit_seconds,
            search_seconds,
        })
    }
}

fn search(contender: &Contender, training: &Training, told: Told) -> Result<History> {
    let Some(search) = &contender.search else { unreachable!("only asked for a contender that searches") };
    let metric = search.params().metric;
    let evaluate = |point: &Point| {
        let learner = contender.learner(&point.over(&contender.own)?)?;
        Ok(cross_validate(learner.as_ref(), training.sample, training.folds, metric, &|_, _| {})?.mean)
    };
    let stage = format!("{}: search", contender.name);
    let progress = |progress: Progress| {
        let best = progress.best.map_or_else(String::new, |best| format!("best {best:.5}"));
        let total = progress.budget.unwrap_or(progress.done) as u64;
        told(&stage, progress.done as u64, total, &best);
    };
    let started = Instant::now();
    let file = training.histories.map(|folder| folder.join(format!("{}.jsonl", contender.name.replace(' ', "_"))));
    let surroundings = Surroundings {
        data: &fingerprint(training.sample),
        history: file.as_deref(),
        clock: &|| started.elapsed().as_secs_f64(),
        progress: &progress,
    };
    told(&stage, 0, 1, "");
    search.search(&evaluate, &surroundings)
}

fn calibrate(model: &Model, learn: &CheckedLearn, training: &Training, judged: &OutOfFold) -> Result<Calibration> {
    if training.target == Target::MarketPrice {
        return Ok(Calibration::default());
    }
    let of = |values: &[f64]| judged.rows.iter().map(|row| values[*row]).collect::<Vec<f64>>();
    let group: Vec<u64> = judged.rows.iter().map(|row| training.group[*row]).collect();
    let rows = Uncalibrated {
        raw: &judged.raw,
        score: &judged.score,
        outcome: &of(&training.sample.target),
        weight: &of(&training.sample.weight),
        arms: None,
        group: Some(&group),
    };
    learn.calibration.fit(&model.links[0], &rows)
}

/// The metric on rows that no model saw. Where shapes of calibration competed, log loss is that of the one chosen, on rows
/// that it was not fitted on either.
fn validated(
    model: &Model,
    learn: &CheckedLearn,
    training: &Training,
    judged: &OutOfFold,
    calibration: &Calibration,
) -> Result<f64> {
    let report = &calibration.report;
    let known = report.losses.iter().find(|(method, _)| *method == report.method);
    if let (Metric::LogLoss, Some((_, loss))) = (learn.metric, known) {
        return Ok(*loss);
    }
    let scores: Vec<f64> = match calibration.links.is_empty() {
        true => judged.score.clone(),
        false => judged.raw.iter().map(|raw| model.links[0].apply(*raw)).collect(),
    };
    let predicted = if learn.metric.is_binary() { probabilities(&scores) } else { scores };
    let of = |values: &[f64]| judged.rows.iter().map(|row| values[*row]).collect::<Vec<f64>>();
    let (actual, weight) = (of(&training.sample.target), of(&training.sample.weight));
    learn.metric.of(&Scored { predicted: &predicted, actual: &actual, weight: &weight, group: None })
}
