//! What was fitted, how good it is on held-out rows, and which one was taken.

use super::Setting;
use super::read::real;
use crate::evaluate::report::number;
use crate::evaluate::summary::Figure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Measures, in the order of tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Area under the ROC curve.
    #[default]
    RocAuc,
    /// Area under the precision-recall curve (average precision).
    PrAuc,
    /// Mean negative log-likelihood, in nats.
    LogLoss,
    /// Mean squared error of the probability.
    Brier,
    /// Expected calibration error, bins of equal count.
    CalibrationError,
    /// Share of right answers at the chosen threshold.
    Accuracy,
    /// Share of yes among those taken for yes, at the chosen threshold.
    Precision,
    /// Share of yes that was found, at the chosen threshold.
    Recall,
    /// Harmonic mean of precision and recall, at the chosen threshold.
    F1,
    /// Root of the mean squared error.
    Rmse,
    /// Mean absolute error.
    Mae,
    /// Mean squared error.
    Mse,
    /// Mean absolute error as a fraction of the amount.
    Mape,
    /// Share of the variance that is explained.
    R2,
}

impl Measure {
    /// All of them.
    pub const ALL: [Measure; 14] = [
        Measure::RocAuc,
        Measure::PrAuc,
        Measure::LogLoss,
        Measure::Brier,
        Measure::CalibrationError,
        Measure::Accuracy,
        Measure::Precision,
        Measure::Recall,
        Measure::F1,
        Measure::Rmse,
        Measure::Mae,
        Measure::Mse,
        Measure::Mape,
        Measure::R2,
    ];

    /// As it stands in `metrics.json` and on tracking servers.
    pub fn key(self) -> &'static str {
        match self {
            Measure::RocAuc => "roc_auc",
            Measure::PrAuc => "pr_auc",
            Measure::LogLoss => "log_loss",
            Measure::Brier => "brier",
            Measure::CalibrationError => "calibration_error",
            Measure::Accuracy => "accuracy",
            Measure::Precision => "precision",
            Measure::Recall => "recall",
            Measure::F1 => "f1",
            Measure::Rmse => "rmse",
            Measure::Mae => "mae",
            Measure::Mse => "mse",
            Measure::Mape => "mape",
            Measure::R2 => "r2",
        }
    }

    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Measure::RocAuc => "ROC-AUC",
            Measure::PrAuc => "PR-AUC",
            Measure::LogLoss => "Log loss",
            Measure::Brier => "Brier score",
            Measure::CalibrationError => "Calibration error",
            Measure::Accuracy => "Accuracy",
            Measure::Precision => "Precision",
            Measure::Recall => "Recall",
            Measure::F1 => "F1",
            Measure::Rmse => "RMSE",
            Measure::Mae => "MAE",
            Measure::Mse => "MSE",
            Measure::Mape => "MAPE",
            Measure::R2 => "R²",
        }
    }

    /// Whether more is better.
    pub fn higher_is_better(self) -> bool {
        use Measure::*;
        matches!(self, RocAuc | PrAuc | Accuracy | Precision | Recall | F1 | R2)
    }

    /// Whether it is a share that reads best in percent.
    pub fn is_share(self) -> bool {
        matches!(self, Measure::CalibrationError | Measure::Accuracy | Measure::Mape)
    }

    /// A value of it, as people read it.
    pub fn print(self, value: f64) -> String {
        match self {
            measure if measure.is_share() => number::percent(value, 1),
            Measure::LogLoss | Measure::Brier => number::decimal(value, 4),
            Measure::Rmse | Measure::Mae | Measure::Mse => number::amount(value),
            _ => number::decimal(value, 3),
        }
    }

    /// A figure, with its interval where that is known.
    pub fn with_interval(self, figure: &Figure) -> String {
        match figure.low < figure.high {
            true => number::with_interval(figure, &|value| self.print(value)),
            false => self.print(figure.value),
        }
    }

    /// How much better `first` is than `second`; above zero is better, whichever way the measure points.
    pub fn gain(self, first: f64, second: f64) -> f64 {
        if self.higher_is_better() { first - second } else { second - first }
    }
}

/// Measures with their values and 95 % intervals; an interval that is not known has NaN ends.
pub type Figures = BTreeMap<Measure, Figure>;

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
    pub fn figure(&self, measure: Measure) -> Option<&Figure> {
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
    pub measure: Measure,
}

/// How much better the chosen one is than another, on the same held-out rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Difference {
    /// Name of the other candidate or baseline.
    pub other: String,
    /// By what.
    pub measure: Measure,
    /// Value of the chosen one minus that of the other, with the interval of the difference.
    pub figure: Figure,
    /// Whether both were measured on the same resamples, so that the interval is that of the difference itself.
    pub paired: bool,
}
