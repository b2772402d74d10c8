//! A scorer: features and offers in, log-odds of buying out. Total: a checked model cannot fail.
//!
//! All arms are scored in one pass, since they share every feature but the depth of the offer.
//! A model does *not* know money, budgets or rules; those are the [policy](crate::policy).

mod linear;

pub use linear::{Contribution, Line, Logistic, Term};

use crate::error::Result;
use crate::feature::{FeatureVector, Program, Schema};

/// The most arms a menu may have; also the length of a score array.
pub const MAX_ARMS: usize = 16;

/// The kinds of model an artefact can carry. A forest joins here.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// Logistic regression whose weights may depend on the depth of the offer.
    Logistic(Logistic),
}

impl Model {
    /// Log-odds of buying under each depth (a fraction of one), written to `out`.
    pub fn score(&self, features: &FeatureVector, depths: &[f64], out: &mut [f64]) {
        match self {
            Model::Logistic(logistic) => logistic.score(features, depths, out),
        }
    }

    /// Calls `each` with every part of the score at `depth`; summed in that order they equal the score exactly.
    pub fn contributions(&self, features: &FeatureVector, depth: f64, each: impl FnMut(Contribution)) {
        match self {
            Model::Logistic(logistic) => logistic.contributions(features, depth, each),
        }
    }

    /// The range of values seen in training for a feature.
    pub fn range(&self, feature: usize) -> (f64, f64) {
        match self {
            Model::Logistic(logistic) => logistic.range(feature),
        }
    }

    /// Refuses a model that does not fit the program and the schema, or holds a number that is not finite.
    pub fn check(&self, program: &Program, schema: &Schema) -> Result<()> {
        match self {
            Model::Logistic(logistic) => logistic.check(program, schema),
        }
    }
}
