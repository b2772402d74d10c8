//! From raw scores to log-odds that can be trusted: what a discount is worth depends on the probability, not on the rank.
//!
//! ```text
//! CalibrateParams -> check -> fit(OutOfFold scores) -> Calibration { links } -> apply(model)
//! ```
//! Scores must come from models that did not see their rows ([`cross_predict`](super::validate::cross_predict)), or the
//! calibration learns how well the learner remembers. Two shapes: Platt's line (two numbers, right for margins and for
//! scores that are too bold or too timid) and isotonic regression (any rising shape, needs rows).
//!
//! It does *not* change the order of scores, apart from ties, and does not touch amounts.

mod isotonic;
mod platt;
mod rows;

pub use isotonic::{Block, pool};
pub use platt::{Platt, platt};
pub use rows::Uncalibrated;

use crate::error::{Code, Error, Result};
use crate::evaluate::metrics::log_loss;
use crate::math;
use crate::model::{Link, Model};
use crate::train::learn::{Learner, Watch};
use crate::train::sample::Sample;
use crate::train::validate::{Fold, OutOfFold, cross_predict};
use serde::{Deserialize, Serialize};

/// The shape of a calibration.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The model's own scores.
    None,
    /// A line.
    Platt,
    /// A rising curve.
    Isotonic,
    /// Whichever has the least log loss on rows it was not fitted on; of equal ones the simpler.
    #[default]
    Auto,
}

/// `[calibration]` of the settings.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct CalibrateParams {
    /// The shape.
    pub method: Method,
    /// Folds by which `auto` chooses, 2 to 100.
    pub folds: usize,
    /// Rows of each outcome that an arm needs for a calibration of its own, at least 1; others share the common one.
    pub arm_rows: usize,
}

impl Default for CalibrateParams {
    fn default() -> Self {
        CalibrateParams { method: Method::Auto, folds: 5, arm_rows: 100 }
    }
}

/// Sound settings. Only [`CalibrateParams::check`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckedCalibrate(CalibrateParams);

/// What was learnt, ready for a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    /// One for all arms or one per arm; none if the model's own scores are best.
    pub links: Vec<Link>,
    /// What was tried and chosen.
    pub report: CalibrationReport,
}

/// What a calibration tried and chose, for the report.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CalibrationReport {
    /// The shape chosen.
    pub method: Method,
    /// Log loss, in nats, of each shape on rows it was not fitted on; empty unless the shape was chosen by it.
    pub losses: Vec<(Method, f64)>,
    /// Arms with a calibration of their own.
    pub own_arms: Vec<usize>,
}

impl CalibrateParams {
    /// Refuses numbers outside their ranges.
    ///
    /// # Errors
    /// [`Code::BadConfig`] with the setting, its range and what was found.
    pub fn check(self) -> Result<CheckedCalibrate> {
        if !(2..=100).contains(&self.folds) {
            return Err(Error::new(Code::BadConfig, format!("`folds` is 2 to 100, found {}", self.folds)));
        }
        match self.arm_rows {
            0 => Err(Error::new(Code::BadConfig, "`arm_rows` is at least 1, found 0")),
            _ => Ok(CheckedCalibrate(self)),
        }
    }
}

impl CheckedCalibrate {
    /// Fits links to scores. `link` is the link of the model to be calibrated: a line over [`Link::Logit`] is fitted on
    /// log-odds and kept as a curve; any other link is replaced by one fitted on raw scores.
    ///
    /// # Errors
    /// Uneven columns, numbers that are not finite, outcomes that are not 0 and 1 or all the same.
    pub fn fit(&self, link: &Link, rows: &Uncalibrated) -> Result<Calibration> {
        rows.check()?;
        let scores = Scores::of(link, rows);
        let losses = if self.0.method == Method::Auto { self.losses(&scores, rows) } else { Vec::new() };
        let best = losses.iter().fold(None, |best: Option<(Method, f64)>, next| match best {
            Some(best) if best.1 <= next.1 => Some(best),
            _ => Some(*next),
        });
        let method = best.map_or(self.0.method, |best| best.0);
        let mut report = CalibrationReport { method, losses, own_arms: Vec::new() };
        let links = if method == Method::None { Vec::new() } else { self.links(method, &scores, rows, &mut report) };
        Ok(Calibration { links, report })
    }

    fn fit_out_of_fold(
        &self,
        link: &Link,
        sample: &Sample,
        out: &OutOfFold,
        group: Option<&[u64]>,
    ) -> Result<Calibration> {
        let (outcome, weight): (Vec<f64>, Vec<f64>) =
            out.rows.iter().map(|row| (sample.target[*row], sample.weight[*row])).unzip();
        let group = group.map(|group| out.rows.iter().map(|row| group[*row]).collect::<Vec<u64>>());
        let (raw, score) = (out.raw.as_slice(), out.score.as_slice());
        let group = group.as_deref();
        self.fit(link, &Uncalibrated { raw, score, outcome: &outcome, weight: &weight, arms: None, group })
    }

    /// One link for all, or one per arm if any arm has enough rows for its own.
    fn links(&self, method: Method, scores: &Scores, rows: &Uncalibrated, report: &mut CalibrationReport) -> Vec<Link> {
        let everything: Vec<usize> = (0..rows.raw.len()).collect();
        let common = scores.link(method, &everything);
        let Some((arm, arms)) = rows.arms else { return vec![common] };
        let mut links = vec![common; arms];
        for (number, link) in links.iter_mut().enumerate() {
            let members: Vec<usize> = everything.iter().copied().filter(|row| arm[*row] == number).collect();
            let ones = members.iter().filter(|row| rows.outcome[**row] == 1.0).count();
            if ones.min(members.len() - ones) >= self.0.arm_rows {
                *link = scores.link(method, &members);
                report.own_arms.push(number);
            }
        }
        if report.own_arms.is_empty() {
            links.truncate(1);
        }
        links
    }

    fn losses(&self, scores: &Scores, rows: &Uncalibrated) -> Vec<(Method, f64)> {
        let fold = self.folds(rows);
        let methods = [Method::None, Method::Platt, Method::Isotonic];
        methods.map(|method| (method, self.loss(method, scores, rows, &fold))).to_vec()
    }

    /// The fold of each row, by its group if it has one.
    fn folds(&self, rows: &Uncalibrated) -> Vec<usize> {
        let mut numbers = std::collections::BTreeMap::new();
        let mut fold_of = |row: usize| {
            let key = rows.group.map_or(row as u64, |group| group[row]);
            let next = numbers.len();
            *numbers.entry(key).or_insert(next) % self.0.folds
        };
        (0..rows.raw.len()).map(&mut fold_of).collect()
    }

    fn loss(&self, method: Method, scores: &Scores, rows: &Uncalibrated, fold: &[usize]) -> f64 {
        let (mut loss, mut weight) = (0.0, 0.0);
        for number in 0..self.0.folds {
            let (test, train): (Vec<usize>, Vec<usize>) = (0..fold.len()).partition(|row| fold[*row] == number);
            if train.is_empty() {
                continue;
            }
            let link = (method != Method::None).then(|| scores.link(method, &train));
            for row in test {
                let score = link.as_ref().map_or(rows.score[row], |link| link.apply(rows.raw[row]));
                loss += rows.weight[row] * log_loss(math::sigmoid(score), rows.outcome[row] == 1.0);
                weight += rows.weight[row];
            }
        }
        loss / weight
    }
}

/// What links are fitted on.
struct Scores<'a> {
    raw: &'a [f64],
    outcome: &'a [f64],
    weight: &'a [f64],
    /// Raw scores are probabilities, and a line is fitted on their log-odds.
    probabilities: bool,
}

impl<'a> Scores<'a> {
    fn of(link: &Link, rows: &Uncalibrated<'a>) -> Scores<'a> {
        Scores { raw: rows.raw, outcome: rows.outcome, weight: rows.weight, probabilities: matches!(link, Link::Logit) }
    }

    fn link(&self, method: Method, rows: &[usize]) -> Link {
        let of = |values: &[f64]| rows.iter().map(|row| values[*row]).collect::<Vec<f64>>();
        let (mut raw, outcome, weight) = (of(self.raw), of(self.outcome), of(self.weight));
        if method == Method::Isotonic {
            return isotonic::link(&raw, &outcome, &weight);
        }
        if self.probabilities {
            raw.iter_mut().for_each(|raw| *raw = math::logit(*raw));
        }
        let line = platt(&raw, &outcome, &weight);
        if self.probabilities { line.over_log_odds() } else { line.link() }
    }
}

/// A model fitted to all rows of a sample and calibrated by scores out of fold. `group`, by row of the sample, keeps rows
/// of a shopper together when the shape is chosen; the folds should keep them together too.
///
/// # Errors
/// What the learner, the folds or the calibration refuses.
pub fn fit_calibrated(
    learner: &dyn Learner,
    sample: &Sample,
    folds: &[Fold],
    group: Option<&[u64]>,
    params: &CheckedCalibrate,
    watch: Watch,
) -> Result<(Model, CalibrationReport)> {
    let fits = folds.len() as u64 + 1;
    let parts = |done: u64, total: u64, of: u64| 1_000 * of * done.min(total) / total.max(1);
    let out = cross_predict(learner, sample, folds, &|done, total| watch(parts(done, total, fits - 1), 1_000 * fits))?;
    let last = |done, total| watch(1_000 * (fits - 1) + parts(done, total, 1), 1_000 * fits);
    let mut model = learner.fit(sample, &last)?;
    let link = model.links.first().cloned().unwrap_or_default();
    let calibration = params.fit_out_of_fold(&link, sample, &out, group)?;
    calibration.apply(&mut model);
    Ok((model, calibration.report))
}

impl Calibration {
    /// Replaces the links of a model, which must be that of [`CheckedCalibrate::fit`], fitted on all rows.
    pub fn apply(&self, model: &mut Model) {
        if !self.links.is_empty() {
            model.links.clone_from(&self.links);
        }
    }
}

#[cfg(test)]
mod tests;
