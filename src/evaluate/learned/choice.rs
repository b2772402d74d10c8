//! How parameters were searched and what each feature is worth.

use super::read::{real, reals};
use super::{Metric, Setting};
use crate::evaluate::summary::Figure;
use serde::{Deserialize, Serialize};

/// The search for one candidate's parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Search {
    /// Name of the candidate.
    pub candidate: String,
    /// How, in words, e.g. `Bayesian optimisation, 5 folds`.
    pub method: String,
    /// What was measured.
    pub measure: Metric,
    /// In the order in which they were tried.
    pub trials: Vec<Trial>,
}

/// Parameters that were tried.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trial {
    /// Counted from 1.
    pub number: u64,
    /// What they gave; NaN when they could not be fitted.
    #[serde(deserialize_with = "real")]
    pub value: f64,
    /// The best value so far.
    #[serde(deserialize_with = "real")]
    pub best: f64,
    /// The parameters.
    pub settings: Vec<Setting>,
    /// Seconds it took.
    #[serde(deserialize_with = "real")]
    pub seconds: f64,
}

/// What each feature is worth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// One row per feature, the most important first.
    pub features: Vec<Worth>,
    /// What permutation and elimination were measured by.
    pub measure: Metric,
    /// Weights by the strength of the L1 penalty; absent when it was not fitted.
    pub paths: Option<Paths>,
    /// Features left out one after the other; absent when none was.
    pub elimination: Option<Elimination>,
}

/// What one feature is worth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Worth {
    /// The feature.
    pub feature: String,
    /// Information gain of the best split, in bits; NaN when it was not measured.
    #[serde(deserialize_with = "real")]
    pub information_gain: f64,
    /// Mutual information with the outcome, in bits; NaN when it was not measured.
    #[serde(deserialize_with = "real")]
    pub mutual_information: f64,
    /// How much worse held-out predictions get when it is shuffled, with an interval; absent when not measured.
    pub permutation: Option<Figure>,
    /// Whether the chosen model learnt from it.
    pub kept: bool,
}

/// Weights of a linear model by the strength of its L1 penalty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Paths {
    /// Strengths, weak to strong.
    #[serde(deserialize_with = "reals")]
    pub penalties: Vec<f64>,
    /// One path per feature, of standardised features.
    pub paths: Vec<Path>,
    /// The strength that was chosen; NaN when none was.
    #[serde(deserialize_with = "real")]
    pub chosen: f64,
}

/// The weight of one feature at every strength.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Path {
    /// The feature.
    pub feature: String,
    /// As many weights as there are strengths.
    #[serde(deserialize_with = "reals")]
    pub weights: Vec<f64>,
}

/// Features left out one after the other, the least useful first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Elimination {
    /// How, in words, e.g. `recursive, least permutation importance first`.
    pub method: String,
    /// From all features down.
    pub steps: Vec<Step>,
    /// How many features were kept.
    pub chosen: u64,
}

/// What so many features reach.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// Features that are left.
    pub features: u64,
    /// What was left out to get here; empty at the start.
    pub removed: String,
    /// How good the rest is, on validation rows.
    pub figure: Figure,
}
