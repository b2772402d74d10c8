//! The learners that a method is built from, and how what they fit is read.

use crate::error::Result;
use crate::math;
use crate::model::{Model, Values};
use crate::train::learn::{Learner, Watch};
use crate::train::sample::Sample;

/// Who learns outcomes of 0 and 1, who learns amounts.
pub struct Base {
    /// For outcomes that are all 0 or 1; its scores are log-odds.
    pub yes_no: Box<dyn Learner>,
    /// For everything else, and for every second stage.
    pub amount: Box<dyn Learner>,
    /// Both are weighted sums: a model that is told the arm needs products of the arm and every feature. Trees find them.
    pub needs_products: bool,
}

/// What a score stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Itself.
    Amount,
    /// The log-odds of a probability.
    Probability,
}

/// A fitted model that predicts in the unit of the outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictor {
    /// What was fitted.
    pub model: Model,
    /// How its scores are read.
    pub reading: Reading,
}

impl Predictor {
    /// The prediction for one row: an amount, or a probability.
    pub fn predict(&self, values: &impl Values) -> f64 {
        let score = self.model.score_of(values, 0.0);
        match self.reading {
            Reading::Amount => score,
            Reading::Probability => math::sigmoid(score),
        }
    }

    /// The prediction for every row.
    pub fn predict_all(&self, sample: &Sample) -> Vec<f64> {
        (0..sample.rows()).map(|row| self.predict(&sample.row(row))).collect()
    }
}

impl Base {
    /// Fits outcomes with the learner of their kind.
    ///
    /// # Errors
    /// What the learner refuses, such as yes-and-no outcomes that are all the same.
    pub fn fit(&self, sample: &Sample, binary: bool, watch: Watch) -> Result<Predictor> {
        let (learner, reading) = match binary {
            true => (&self.yes_no, Reading::Probability),
            false => (&self.amount, Reading::Amount),
        };
        Ok(Predictor { model: learner.fit(sample, watch)?, reading })
    }

    pub(super) fn fit_amount(&self, sample: &Sample, target: Vec<f64>, watch: Watch) -> Result<Predictor> {
        self.fit(&Sample { target, ..sample.clone() }, false, watch)
    }
}

/// Whether outcomes are all 0 or 1.
pub(super) fn is_binary(target: &[f64]) -> bool {
    target.iter().all(|target| *target == 0.0 || *target == 1.0)
}
