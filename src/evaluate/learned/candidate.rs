//! What was fitted, how good it is on held-out rows, and which one was taken.

use super::Setting;
use super::read::real;
pub use crate::evaluate::measures::Metric;
use crate::evaluate::summary::Figure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Measures with their values and 95 % intervals; an interval that is not known has NaN ends.
pub type Figures = BTreeMap<Metric, Figure>;

/// One model that was fitted, or one baseline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Candidate {
    /// Unique name, e.g. `boosted trees`.
    pub name: String,
    /// Kind of learner as the settings call it, e.g. `boosted`.
    pub learner: String,
    /// What it is, in a sentence.
    pub what: String,
    /// Parameters it was fitted with, after tuning.
    pub settings: Vec<Setting>,
    /// How good it is on held-out rows.
    pub figures: Figures,
    /// How good it was on the rows it was chosen by (validation rows or folds), by the measure of the choice.
    #[serde(deserialize_with = "real")]
    pub validated: f64,
    /// Seconds of the final fit.
    #[serde(deserialize_with = "real")]
    pub fit_seconds: f64,
    /// Seconds of the search for parameters; 0 without one.
    #[serde(deserialize_with = "real")]
    pub search_seconds: f64,
    /// Size it would have when packed; 0 when it cannot be packed.
    pub bytes: u64,
}

impl Candidate {
    /// Its figure by a measure.
    pub fn figure(&self, measure: Metric) -> Option<&Figure> {
        self.figures.get(&measure).filter(|figure| figure.value.is_finite())
    }
}

/// The one that was packed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// Name of the candidate.
    pub name: String,
    /// Why, in a sentence.
    pub why: String,
    /// The measure by which it was chosen.
    pub decided_by: Metric,
    /// The measure that people are told of first.
    pub measure: Metric,
}

/// How much better the chosen one is than another, on the same held-out rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Difference {
    /// Name of the other candidate or baseline.
    pub other: String,
    /// By what.
    pub measure: Metric,
    /// Value of the chosen one minus that of the other, with the interval of the difference.
    pub figure: Figure,
    /// Whether both were measured on the same resamples, so that the interval is that of the difference itself.
    pub paired: bool,
}
