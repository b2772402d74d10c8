//! Learners that end in a weighted sum: least squares with every common penalty, and logistic regression.
//!
//! ```text
//! Sample -> Design -> sums over rows (structured, never a one-hot table) -> weights -> model::Linear
//! ```
//! Rows are read once per pass in fixed pieces; everything after the pass works on matrices of the size of the columns.
//! What it does *not* do: choose its own strengths, or make features interact.

pub mod class_weight;
pub mod coordinate;
pub mod design;
pub mod least_squares;
pub mod logistic;
pub mod newton;
pub mod path;
pub mod solve;
pub mod sums;

pub use class_weight::{ClassWeight, Named};
pub use design::Design;
pub use least_squares::{CheckedLeastSquares, LeastSquaresParams, Penalty};
pub use logistic::{CheckedLogisticRegression, LogisticRegressionParams};
pub use path::Path;

#[cfg(test)]
pub(super) mod planted;
#[cfg(test)]
mod tests;
