//! The figures by name: what a search lowers, what a selection is judged by.

use super::resample::everything;
use super::{Binary, Regression, Scored};
use crate::error::Result;
use crate::evaluate::metrics::{LANES, Lanes};
use serde::{Deserialize, Serialize};

/// How many metrics there are.
pub(super) const METRICS: usize = 14;

/// All metrics of one resample, by [`Metric`] as a number; NaN for one that the rows do not have.
pub(super) type Values = [f64; METRICS];

/// A figure of merit.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(usize)]
pub enum Metric {
    /// Share of rows whose predicted class is right.
    Accuracy = 0,
    /// Of the rows predicted to be 1, the share that are; 0 where none is.
    Precision,
    /// Of the rows that are 1, the share predicted to be.
    Recall,
    /// Harmonic mean of precision and recall.
    F1,
    /// Area under the ROC curve: how often a 1 is ranked above a 0, ties counted half.
    RocAuc,
    /// Average precision, as scikit-learn defines it.
    PrAuc,
    /// Mean negative log-likelihood in nats, probabilities kept 1e-7 away from 0 and 1.
    #[default]
    LogLoss,
    /// Mean squared error of the probability.
    Brier,
    /// Expected calibration error over 20 bins of equal weight.
    CalibrationError,
    /// Mean squared error.
    Mse,
    /// Its root.
    Rmse,
    /// Mean absolute error.
    Mae,
    /// Mean of absolute error over absolute outcome, a fraction; rows whose outcome is 0 are left out.
    Mape,
    /// Share of the outcome's variance that is explained.
    R2,
}

impl Metric {
    /// Whether it is about outcomes of 0 and 1.
    pub fn is_binary(self) -> bool {
        (self as usize) < Metric::Mse as usize
    }

    /// Whether more is better.
    pub fn higher_is_better(self) -> bool {
        use Metric::*;
        matches!(self, Accuracy | Precision | Recall | F1 | RocAuc | PrAuc | R2)
    }

    /// How much worse `other` is than `one`; negative where it is better.
    pub fn loss(self, one: f64, other: f64) -> f64 {
        if self.higher_is_better() { one - other } else { other - one }
    }

    /// The figure for these rows; NaN where they have none, such as a share of variance without variance. Classes are
    /// predicted at a probability of 0.5.
    ///
    /// # Errors
    /// Rows that the metric's kind cannot use; see [`Scored::binary`] and [`Scored::regression`].
    pub fn of(self, scored: &Scored) -> Result<f64> {
        Ok(Measured::of(self, scored)?.value(self))
    }
}

/// Rows ready to be measured, of either kind.
#[derive(Clone, Debug)]
pub enum Measured {
    /// Outcomes of 0 and 1.
    Binary(Binary),
    /// Amounts.
    Regression(Regression),
}

impl Measured {
    /// Rows as the metric's kind takes them, classes predicted at a probability of 0.5.
    ///
    /// # Errors
    /// See [`Scored::binary`] and [`Scored::regression`].
    pub fn of(metric: Metric, scored: &Scored) -> Result<Measured> {
        match metric.is_binary() {
            true => scored.binary(0.5).map(Measured::Binary),
            false => scored.regression().map(Measured::Regression),
        }
    }

    /// One figure on all rows; NaN if it is of the other kind.
    pub fn value(&self, metric: Metric) -> f64 {
        self.figures(&everything(self.units()))[0][metric as usize]
    }

    /// How many things a resample draws.
    pub fn units(&self) -> usize {
        match self {
            Measured::Binary(rows) => rows.units,
            Measured::Regression(rows) => rows.units,
        }
    }

    pub(super) fn figures(&self, draws: &[Lanes]) -> [Values; LANES] {
        match self {
            Measured::Binary(rows) => rows.figures(draws),
            Measured::Regression(rows) => rows.figures(draws),
        }
    }
}
