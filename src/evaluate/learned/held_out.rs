//! What the chosen model does on held-out rows, ready to be drawn.

use super::read::{pairs, real, reals};
use crate::evaluate::summary::CalibrationBin;
use serde::{Deserialize, Serialize};

/// Everything drawn of held-out rows; what does not belong to the kind of question is empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HeldOut {
    /// ROC curves: (false positive rate, true positive rate). The chosen one first, at most 200 points each.
    pub roc: Vec<Curve>,
    /// Precision-recall curves: (recall, precision). The chosen one first, at most 200 points each.
    pub precision_recall: Vec<Curve>,
    /// Predicted against observed; absent for amounts.
    pub calibration: Option<Calibration>,
    /// From probabilities to answers; absent for amounts.
    pub threshold: Option<Threshold>,
    /// Where an estimate of amounts goes wrong; absent for yes and no.
    pub errors: Option<Errors>,
}

/// A curve of one candidate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Curve {
    /// Name of the candidate or baseline.
    pub name: String,
    /// From left to right.
    #[serde(deserialize_with = "pairs")]
    pub points: Vec<(f64, f64)>,
}

/// Whether of the yes predicted at 10 %, one in ten is a yes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Calibration {
    /// What was done, e.g. `isotonic, fitted on 1,973 validation visits`; empty when nothing was.
    pub method: String,
    /// Bins of equal count before it; empty when nothing was done.
    pub before: Vec<CalibrationBin>,
    /// Bins of equal count of what is served.
    pub after: Vec<CalibrationBin>,
    /// Expected calibration error before; NaN when nothing was done.
    #[serde(deserialize_with = "real")]
    pub error_before: f64,
    /// Expected calibration error of what is served.
    #[serde(deserialize_with = "real")]
    pub error_after: f64,
}

/// From probabilities to answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Threshold {
    /// From this probability on, the answer is yes.
    #[serde(deserialize_with = "real")]
    pub at: f64,
    /// How it was chosen, in words.
    pub why: String,
    /// Held-out rows at that threshold.
    pub confusion: Confusion,
    /// What other thresholds would give on held-out rows, in rising order, at most 200.
    pub curve: Vec<ThresholdPoint>,
}

/// Held-out rows by answer and truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Confusion {
    /// Taken for yes, and yes.
    pub true_positives: u64,
    /// Taken for yes, but no.
    pub false_positives: u64,
    /// Taken for no, but yes.
    pub false_negatives: u64,
    /// Taken for no, and no.
    pub true_negatives: u64,
}

impl Confusion {
    /// All rows.
    pub fn rows(&self) -> u64 {
        let sides = [self.true_positives, self.false_positives, self.false_negatives, self.true_negatives];
        sides.into_iter().fold(0, u64::saturating_add)
    }
}

/// What one threshold gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ThresholdPoint {
    /// The threshold.
    #[serde(deserialize_with = "real")]
    pub at: f64,
    /// Share of yes among those taken for yes; NaN when nobody is.
    #[serde(deserialize_with = "real")]
    pub precision: f64,
    /// Share of yes that is found.
    #[serde(deserialize_with = "real")]
    pub recall: f64,
    /// Their harmonic mean.
    #[serde(deserialize_with = "real")]
    pub f1: f64,
    /// Share of all rows that are taken for yes.
    #[serde(deserialize_with = "real")]
    pub picked: f64,
}

/// Where an estimate of amounts goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Errors {
    /// Estimated against observed amounts, counted on a grid.
    pub density: Density,
    /// Observed minus estimated amounts.
    pub residuals: Histogram,
    /// Errors by band of the observed amount, in rising order.
    pub bands: Vec<ErrorBand>,
}

/// Rows counted on a square grid, at most 40 by 40.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Density {
    /// Least amount on both sides.
    #[serde(deserialize_with = "real")]
    pub low: f64,
    /// Greatest amount on both sides.
    #[serde(deserialize_with = "real")]
    pub high: f64,
    /// Rows by cell: `counts[observed][estimated]`, both from low to high.
    pub counts: Vec<Vec<u64>>,
    /// Rows outside of the grid.
    pub outside: u64,
}

/// Rows counted in stretches of equal width.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Histogram {
    /// Edges, one more than counts, in rising order.
    #[serde(deserialize_with = "reals")]
    pub edges: Vec<f64>,
    /// Rows between them.
    pub counts: Vec<u64>,
    /// Rows below the first edge and above the last.
    pub outside: u64,
}

/// Errors of rows whose observed amount is within a band.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorBand {
    /// The band, in words.
    pub band: String,
    /// Held-out rows in it.
    pub rows: u64,
    /// Mean absolute error.
    #[serde(deserialize_with = "real")]
    pub mae: f64,
    /// Mean of estimated minus observed: above zero the estimate is too high.
    #[serde(deserialize_with = "real")]
    pub bias: f64,
}
