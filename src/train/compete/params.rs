//! `[learn]` and `[[learner]]`: who competes, how they are judged, and what the shop assumes of an offer.

use crate::error::{Code, Error, Result};
use crate::evaluate::measures::Metric;
use crate::evaluate::metrics::Resampling;
use crate::model::Target;
use crate::train::calibrate::{CalibrateParams, CheckedCalibrate};
use crate::train::learn::{Kind, Learner};
use crate::train::search::{CheckedSearch, SearchParams};
use crate::train::validate::{CheckedFolds, FoldParams};
use serde::Deserialize;
use toml::{Table, Value};

/// `[learn]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LearnParams {
    /// What learners are chosen by: log loss of yes and no, RMSE of amounts where left out.
    pub metric: Option<Metric>,
    /// How training rows are dealt to folds; by class, and by shopper where rows have one, where left out.
    pub folds: Option<FoldParams>,
    /// How scores become probabilities that can be trusted.
    pub calibration: CalibrateParams,
    /// What a row is called, one and several: `["visit", "visits"]`.
    pub rows: [String; 2],
    /// Those who do and those who do not: `["buyers", "other visitors"]`.
    pub classes: [String; 2],
    /// Log-odds that the shop assumes an offer adds per unit of depth (a fraction of one), where data say nothing of it.
    pub response: f64,
    /// The feature that is the depth of the offer, where the data has one.
    pub offer: Option<String>,
    /// Whether features are measured by leaving them out one after the other, which fits many models.
    pub eliminate: bool,
    /// Bootstrap resamples behind every interval.
    pub resamples: usize,
    /// Decides all draws.
    pub seed: u64,
}

impl Default for LearnParams {
    fn default() -> Self {
        LearnParams {
            metric: None,
            folds: None,
            calibration: CalibrateParams::default(),
            rows: ["row", "rows"].map(String::from),
            classes: ["those who do", "the others"].map(String::from),
            response: 0.0,
            offer: None,
            eliminate: false,
            resamples: 1_000,
            seed: 1,
        }
    }
}

/// `[[learner]]`: a kind, its own settings, and which of them are searched.
#[derive(Clone, Debug, Deserialize)]
pub struct LearnerParams {
    /// What learns.
    pub kind: Kind,
    /// What it is called; its kind's name where left out.
    pub name: Option<String>,
    /// Settings to be found by trying.
    pub search: Option<SearchParams>,
    /// Settings of the kind.
    #[serde(flatten)]
    pub own: Table,
}

/// One learner, its settings complete but for what is searched.
#[derive(Clone, Debug)]
pub struct Contender {
    /// Unique.
    pub name: String,
    /// What learns.
    pub kind: Kind,
    /// Settings of the kind.
    pub own: Table,
    /// Settings to be found.
    pub search: Option<CheckedSearch>,
}

/// Settings that passed every check.
#[derive(Clone, Debug)]
pub struct CheckedLearn {
    /// As told.
    pub params: LearnParams,
    /// What learners are chosen by.
    pub metric: Metric,
    /// How training rows are dealt to folds; none to go by what the rows are.
    pub folds: Option<CheckedFolds>,
    /// How scores become probabilities.
    pub calibration: CheckedCalibrate,
    /// In the order of the settings.
    pub contenders: Vec<Contender>,
}

impl LearnParams {
    /// Checks everything that can be checked without data, every learner's own settings included.
    ///
    /// # Errors
    /// The setting, its limit and what was found.
    pub fn check(self, learners: &[LearnerParams], target: Target) -> Result<CheckedLearn> {
        let bad = |what: String| Err(Error::new(Code::BadConfig, what));
        let is_binary = target != Target::MarketPrice;
        let metric = self.metric.unwrap_or(if is_binary { Metric::LogLoss } else { Metric::Rmse });
        if metric.is_binary() != is_binary {
            return bad(format!("learn.metric: {metric:?} does not measure what is predicted"));
        }
        if !(2..=100_000).contains(&self.resamples) {
            return bad(format!("learn.resamples: 2 to 100000, found {}", self.resamples));
        }
        if !(0.0..=100.0).contains(&self.response) {
            return bad(format!("learn.response: 0 to 100 log-odds per unit of depth, found {}", self.response));
        }
        let standard: Vec<LearnerParams> = Kind::standard(is_binary).into_iter().map(LearnerParams::of).collect();
        let told = if learners.is_empty() { &standard } else { learners };
        let contenders: Vec<Contender> =
            told.iter().map(|learner| learner.check(is_binary, metric)).collect::<Result<_>>()?;
        for (index, contender) in contenders.iter().enumerate() {
            if contenders[..index].iter().any(|earlier| earlier.name == contender.name) {
                return bad(format!("two learners are called `{}`: give one another `name`", contender.name));
            }
        }
        let folds = self.folds.map(FoldParams::check).transpose()?;
        Ok(CheckedLearn { metric, folds, calibration: self.calibration.check()?, contenders, params: self })
    }
}

impl LearnerParams {
    fn of(kind: Kind) -> LearnerParams {
        LearnerParams { kind, name: None, search: None, own: Table::new() }
    }

    fn check(&self, is_binary: bool, metric: Metric) -> Result<Contender> {
        let name = self.name.clone().unwrap_or_else(|| self.kind.words().into());
        let named = |error: Error| Error::new(error.code(), format!("learner `{name}`: {error}"));
        let mut own = self.own.clone();
        if let Some((key, value)) = self.kind.objective(is_binary).map_err(named)? {
            own.entry(key).or_insert_with(|| Value::from(value));
        }
        self.kind.learner(&own).map_err(named)?;
        let search = self.search.clone().map(|search| SearchParams { metric, ..search }.check()).transpose();
        Ok(Contender { search: search.map_err(named)?, kind: self.kind, own, name: name.clone() })
    }
}

impl Contender {
    /// The learner with these settings.
    pub fn learner(&self, own: &Table) -> Result<Box<dyn Learner>> {
        let named = |error: Error| Error::new(error.code(), format!("learner `{}`: {error}", self.name));
        self.kind.learner(own).map_err(named)
    }
}

impl CheckedLearn {
    /// The bootstrap behind every interval.
    pub fn resampling(&self) -> Resampling {
        Resampling { count: self.params.resamples, seed: self.params.seed }
    }
}
