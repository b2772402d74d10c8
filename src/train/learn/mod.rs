//! Learners: a [`Sample`] in, a [`Model`] out.
//!
//! Every learner follows one pattern: `Params` are what the settings say, checking them gives another type, and only that
//! one can be fitted. Whatever library grew a model, it ends in the artefact's own form.

mod kind;
pub mod linear;
pub mod svm;
pub mod tree;

pub use kind::Kind;

use super::sample::Sample;
use crate::error::Result;
use crate::model::Model;

/// Told how much is done of how much, from any thread.
pub type Watch<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Checked parameters of one kind of learner.
pub trait Learner: Send + Sync {
    /// Fits a model to a sample. Same sample, same model to the last bit, on any number of threads.
    ///
    /// # Errors
    /// A sample that the learner cannot use, such as outcomes that are all the same for a classifier.
    fn fit(&self, sample: &Sample, watch: Watch) -> Result<Model>;
}

/// The scores that a model gives to every row, as a device would compute them without an offer.
pub fn scores(model: &Model, sample: &Sample) -> Vec<f64> {
    (0..sample.rows()).map(|row| model.score_of(&sample.row(row), 0.0)).collect()
}

#[cfg(test)]
mod tests;
