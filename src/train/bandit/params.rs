//! Settings of a bandit, and their check.

use super::arms::Arm;
use super::explore::Explore;
use super::learned::LearnedBandit;
use crate::error::{Code, Error, Result};
use crate::model::MAX_ARMS;
use serde::{Deserialize, Serialize};

/// The most numbers of a context: an arm's state grows with the square.
pub const MAX_FEATURES: usize = 64;

/// How what an arm brings is tied to the context; each arm has weights of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// The mean reward is a weighted sum: Bayesian linear regression.
    Linear,
    /// The arm's worth is won or not, and the log-odds are a weighted sum: logistic regression, kept up one outcome at a time
    /// by Laplace's approximation with the full matrix (Chapelle and Li, NIPS 2011, have its diagonal). Rewards go from 0 to
    /// the worth.
    Logistic,
}

impl Response {
    /// What it is, as a sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Response::Linear => "An arm's mean reward is a weighted sum of the features (Bayesian linear regression).",
            Response::Logistic => {
                "The log-odds that an arm's worth is won are a weighted sum of the features (logistic regression)."
            }
        }
    }
}

/// How to learn and how to explore.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BanditParams {
    /// How many numbers a context has. A constant is added to them.
    pub features: usize,
    /// What ties reward to context.
    pub response: Response,
    /// From what is known to probabilities.
    pub explore: Explore,
    /// The share of decisions drawn evenly from the allowed arms: each gets at least this over their number. Below 1.
    pub floor: f64,
    /// How far weights are expected to lie from zero: a deviation.
    pub prior_deviation: f64,
    /// How far arms are expected to lie from what they have in common. Unset, each arm is learned alone; set, every arm
    /// starts from the weights fitted to all arms together, and new arms do too.
    pub between_arms: Option<f64>,
    /// Linear response: how far rewards scatter about their mean; a first guess where it is learned.
    pub noise: f64,
    /// Linear response: for how many rows that guess counts beside what is seen; 0: it is taken as known.
    pub noise_rows: f64,
    /// After how long an outcome counts half; unset: all count alike.
    pub half_life: Option<f64>,
    /// An outcome counts for one over its propensity, up to this (balanced bandits, Dimakopoulou et al., AAAI 2019); 1: once.
    pub weight_cap: f64,
}

impl Default for BanditParams {
    fn default() -> Self {
        BanditParams {
            features: 0,
            response: Response::Linear,
            explore: Explore::default(),
            floor: 0.02,
            prior_deviation: 1.0,
            between_arms: None,
            noise: 1.0,
            noise_rows: 0.0,
            half_life: None,
            weight_cap: 1.0,
        }
    }
}

/// Settings that make sense together. Only [`BanditParams::check`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedBandit(BanditParams);

impl BanditParams {
    /// Refuses settings outside their range.
    ///
    /// # Errors
    /// More than 64 features, a deviation, noise, half-life or exploration setting that is not a positive number, a floor
    /// outside [0, 1), a weight cap below 1.
    pub fn check(self) -> Result<CheckedBandit> {
        if self.features > MAX_FEATURES {
            let found = self.features as u64;
            return Err(Error::limit(Code::TooLarge, "features of a bandit", MAX_FEATURES as u64, found));
        }
        let positive = [
            ("prior_deviation", Some(self.prior_deviation)),
            ("between_arms", self.between_arms),
            ("noise", Some(self.noise)),
            ("half_life", self.half_life),
        ];
        let positive = positive.into_iter().filter_map(|(name, value)| Some((name, value?)));
        positive.into_iter().try_for_each(|(name, value)| demand(name, "above 0", value, value > 0.0))?;
        demand("noise_rows", "0 or more", self.noise_rows, self.noise_rows >= 0.0)?;
        demand("floor", "from 0 to below 1", self.floor, (0.0..1.0).contains(&self.floor))?;
        demand("weight_cap", "1 or more", self.weight_cap, self.weight_cap >= 1.0)?;
        self.explore.check()?;
        Ok(CheckedBandit(self))
    }
}

pub(super) fn demand(name: &str, range: &str, found: f64, holds: bool) -> Result<()> {
    match holds && found.is_finite() {
        true => Ok(()),
        false => Err(Error::new(Code::BadConfig, format!("`{name}` is {range}, found {found}"))),
    }
}

impl CheckedBandit {
    /// A bandit that has seen nothing, with arms worth 1 each.
    ///
    /// # Errors
    /// No arm, more than 16, or two of one name.
    pub fn start(&self, names: &[&str]) -> Result<LearnedBandit> {
        self.start_worth(&names.iter().map(|name| (*name, 1.0)).collect::<Vec<_>>())
    }

    /// A bandit that has seen nothing. An arm's worth is what a success of it brings; only the logistic response asks.
    ///
    /// # Errors
    /// No arm, more than 16, two of one name, or a worth that is not above 0.
    pub fn start_worth(&self, arms: &[(&str, f64)]) -> Result<LearnedBandit> {
        if arms.is_empty() || arms.len() > MAX_ARMS {
            let found = arms.len() as u64;
            return Err(Error::limit(Code::OutOfRange, "arms of a bandit, at least 1", MAX_ARMS as u64, found));
        }
        let size = self.0.features + 1;
        let blank = arms.iter().enumerate().map(|(id, (name, worth))| Arm::blank(id as u32, name, *worth, size));
        LearnedBandit::of(self.clone(), blank.collect(), arms.len() as u32, 0.0)
    }

    /// What was checked.
    pub fn params(&self) -> &BanditParams {
        &self.0
    }
}
