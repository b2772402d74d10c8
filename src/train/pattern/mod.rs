//! Patterns in what shoppers do: groups of similar shoppers, and things bought together.
//!
//! ```text
//! rows    -> Points  -> kmeans | ward -> feature::cluster::Clusters, a dendrogram
//! baskets -> Baskets -> apriori | fp_growth -> Itemsets -> condensed, rules -> feature::rule::Rules
//! orders  -> rfm     -> scores -> a segment with a name
//! ```
//!
//! Everything is exact and repeatable: the same input and seed give the same bits on any number of threads.
//! What is *not* here: sampling of baskets, approximate counts, clusters of texts or pictures, and any judgement
//! about which pattern is worth a discount.
//!
//! ```
//! use skonto::train::pattern::{Baskets, MinimumCount, fp_growth};
//!
//! let baskets = Baskets::new([["bread", "butter"], ["bread", "butter"], ["bread", "jam"]])?;
//! let sets = fp_growth::mine(&baskets, MinimumCount::of_share(0.5, baskets.len())?)?;
//! assert_eq!(sets.len(), 3, "bread, butter, and both");
//! # Ok::<(), skonto::error::Error>(())
//! ```

pub mod apriori;
mod baskets;
pub mod choose_k;
pub mod condensed;
pub mod dendrogram;
pub mod fp_growth;
mod fp_tree;
mod itemsets;
pub mod kmeans;
mod lanes;
mod packed;
mod points;
mod ranked;
pub mod rfm;
pub mod rules;
mod seeding;
mod set_index;
pub mod ward;

pub use baskets::{Baskets, MinimumCount};
pub use itemsets::{Itemsets, MAX_ITEMSETS};
pub use points::{Points, Scaling};
