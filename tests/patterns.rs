//! Patterns on public data, held against what other programs found, and on planted data.
//!
//! Expected figures come from pyfim 6.28, scikit-learn 1.5.2 and scipy 1.17.1 on the same files; how they were computed
//! is said in the file of results beside the data. Where the data is absent these tests say so and pass.

mod clusters;
pub mod data;
mod itemsets;
