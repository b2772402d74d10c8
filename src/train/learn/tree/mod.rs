//! Trees: one decision tree, a random forest, gradient boosting, all grown by one engine over one set of bins.
//!
//! ```text
//! Sample -> Table (bins, once) -> Growth (histograms, leaf by leaf) -> Grown -> pack -> Forest -> Model
//! ```
//! A [`Table`] can be fitted any number of times: on lists of rows for folds, with other parameters for grids. What is
//! learnt is monotone where that is asked for, knows what to do with a missing value and with a level it never saw, and
//! has the same bits on any number of threads. It does *not* choose parameters and does not calibrate.

mod bins;
mod boost;
mod criterion;
mod cuts;
mod decision;
mod grow;
mod grown;
mod histogram;
mod mean;
mod objective;
mod pack;
mod params;
mod random_forest;
mod split;
mod table;
mod tally;

pub use bins::{MAX_BINS, MAX_FEATURES};
pub use boost::{Boost, BoostParams, Boosted, EarlyStopping};
pub use decision::{Decided, Decision, DecisionParams};
pub use mean::Impurity;
pub use objective::Objective;
pub use pack::{bytes, check_room, quantise};
pub use params::{LevelParams, Monotone};
pub use random_forest::{Bagged, RandomForest, RandomForestParams};
pub use table::Table;

#[cfg(test)]
mod reference_tests;
#[cfg(test)]
mod tests;
