//! The settings of a meta-learner.

use super::base::Base;
use crate::error::{Code, Error, Result};
use crate::model::MAX_ARMS;
use crate::train::learn::Kind;
use serde::Deserialize;
use toml::{Table, Value};

/// How gains are learnt; see the table in the [module](super).
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// One model that knows the arm (S-learner).
    Single,
    /// One model per arm (T-learner).
    Separate,
    /// Imputed gains of both sides (X-learner).
    Crossed,
    /// A regression on doubly robust scores (DR-learner).
    #[default]
    DoublyRobust,
    /// The chance of a stage, such as a visit, times what the arm earns per stage.
    Staged,
}

/// `[uplift]` of the settings.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct UpliftParams {
    /// How gains are learnt.
    pub method: Method,
    /// Who learns outcomes of 0 and 1.
    pub yes_no: Kind,
    /// Its settings.
    pub yes_no_settings: Table,
    /// Who learns amounts, and every second stage.
    pub amount: Kind,
    /// Its settings.
    pub amount_settings: Table,
    /// Folds of cross-fitted predictions and propensities, 2 to 100.
    pub folds: usize,
    /// Decides which rows share a fold.
    pub seed: u64,
    /// How deep each arm is, none first, if gains never fall with depth; empty where they may.
    pub depth: Vec<f64>,
    /// Arms were not given by a known chance: propensities are fitted, and the result is labelled so.
    pub observational: bool,
    /// Of fitted propensities, the largest share outside [0.02, 0.98] that is accepted.
    pub max_outside: f64,
    /// Of fitted propensities, the least effective rows of an arm that are accepted.
    pub min_effective_rows: f64,
}

impl Default for UpliftParams {
    fn default() -> Self {
        UpliftParams {
            method: Method::default(),
            yes_no: Kind::Logistic,
            yes_no_settings: Table::new(),
            amount: Kind::Linear,
            amount_settings: Table::new(),
            folds: 5,
            seed: 1,
            depth: Vec::new(),
            observational: false,
            max_outside: 0.1,
            min_effective_rows: 100.0,
        }
    }
}

/// How the scores are made that trees, forests and tables of segments start from: the part of [`UpliftParams`] that says so.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct ScoresParams {
    /// Who expects what each arm brings, where that is an amount.
    pub amount: Kind,
    /// Its settings.
    pub amount_settings: Table,
    /// Folds of cross-fitted expectations, 2 to 100.
    pub folds: usize,
    /// Decides which rows share a fold.
    pub seed: u64,
}

impl Default for ScoresParams {
    fn default() -> Self {
        let UpliftParams { amount, amount_settings, folds, seed, .. } = UpliftParams::default();
        ScoresParams { amount, amount_settings, folds, seed }
    }
}

impl ScoresParams {
    /// Refuses settings that cannot score.
    ///
    /// # Errors
    /// What [`UpliftParams::check`] refuses.
    pub fn check(self) -> Result<CheckedUplift> {
        let ScoresParams { amount, amount_settings, folds, seed } = self;
        UpliftParams { amount, amount_settings, folds, seed, ..UpliftParams::default() }.check()
    }
}

/// Settings that can be fitted. Only [`UpliftParams::check`] makes one.
pub struct CheckedUplift {
    pub(super) params: UpliftParams,
    pub(super) base: Base,
}

impl UpliftParams {
    /// Refuses settings that cannot learn gains.
    ///
    /// # Errors
    /// [`Code::BadConfig`] with the setting, its range and what was found; what the learners' own settings are refused for.
    pub fn check(self) -> Result<CheckedUplift> {
        within("folds", 2.0, 100.0, self.folds as f64)?;
        within("max_outside", 0.0, 1.0, self.max_outside)?;
        within("min_effective_rows", 1.0, 1e12, self.min_effective_rows)?;
        self.check_depth()?;
        let learner = |kind: Kind, settings: &Table, binary: bool| {
            let mut settings = settings.clone();
            if let Some((name, value)) = kind.objective(binary)? {
                settings.insert(name.to_string(), Value::String(value.to_string()));
            }
            kind.learner(&settings)
        };
        let is_sum = |kind: Kind| matches!(kind, Kind::Linear | Kind::Logistic | Kind::LinearSvm);
        let base = Base {
            yes_no: learner(self.yes_no, &self.yes_no_settings, true)?,
            amount: learner(self.amount, &self.amount_settings, false)?,
            needs_products: is_sum(self.yes_no) || is_sum(self.amount),
        };
        Ok(CheckedUplift { params: self, base })
    }

    fn check_depth(&self) -> Result<()> {
        let sound = self.depth.len() <= MAX_ARMS
            && self.depth.iter().all(|depth| depth.is_finite() && *depth >= 0.0)
            && self.depth.first().is_none_or(|none| *none == 0.0);
        match sound {
            true => Ok(()),
            false => {
                let what = format!("`depth` starts with 0 for none and is never negative, found {:?}", self.depth);
                Err(Error::new(Code::BadConfig, what))
            }
        }
    }
}

impl CheckedUplift {
    /// The learners that were named.
    pub fn base(&self) -> &Base {
        &self.base
    }
}

pub(super) fn within(what: &str, low: f64, high: f64, found: f64) -> Result<()> {
    match (low..=high).contains(&found) {
        true => Ok(()),
        false => Err(Error::new(Code::BadConfig, format!("`{what}` is {low} to {high}, found {found}"))),
    }
}
