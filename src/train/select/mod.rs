//! Which features are worth their place.
//!
//! Five answers, because each sees something the others do not:
//! - [`information`]: what a feature alone tells of the outcome, of any shape, without a model.
//! - [`permutation`]: what a fitted model loses on rows it has not seen when a feature is shuffled.
//! - [`l1_path`]: which features a lasso lets in first, given the others.
//! - [`eliminate`]: how few features are as good as all of them.
//! - [`History`](super::search::History): what tuning found; not here.
//!
//! Features that say the same thing share their worth: shuffling or dropping one alone costs little. Elimination, which
//! refits, is the one to trust then.

mod eliminate;
mod information;
mod path;
mod permutation;

pub use eliminate::{CheckedEliminate, EliminateParams, Elimination, Round};
pub use information::{Information, information};
pub use path::{L1Path, PathFeature, l1_path};
pub use permutation::{CheckedPermutation, PermutationParams, Worth};

#[cfg(test)]
mod tests;
