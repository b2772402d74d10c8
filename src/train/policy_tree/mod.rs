//! Exact policy trees: of all trees of a depth, the one whose leaves' arms score most in total.
//!
//! ```text
//! Sample + ArmScores -> PolicyTreeParams -> check -> CheckedPolicyTree -> fit -> PolicyTree
//! ```
//! The problem is that of Zhou, Athey and Wager (2023, *Offline multi-action policy learning*). With `n` rows, `p` features
//! and `k` arms, depth 1 takes `O(p n k)` after sorting. Depth 2 takes `O(p² n k² log n)`: for each first question, rows
//! pass one by one from the right side to the left, and for each second feature a tree of sums knows the best second
//! question at any time, because
//!
//! ```text
//! max over cuts of max_a Σ_left s_a + max_b Σ_right s_b = max_b (T_b + max over cuts of Σ_left (s_a − s_b)),  T the totals
//! ```
//! so that a row changes `log n` maxima of sums instead of a scan of all rows. Depth 3 tries every first question and
//! solves both sides exactly for up to `exact_rows` rows, and beyond takes the first question of the best tree of depth 2
//! and solves both sides exactly: not always the best tree, and the result says so.
//!
//! Amounts are cut between neighbours, a missing one counts as the smallest; a level is asked for alone. Of trees that score
//! the same the one with fewer questions wins, then the earlier feature, then the lower cut. It does *not* make scores (see
//! [`ArmScores`](super::uplift::ArmScores)).
//!
//! No side of a question has fewer than `least_rows` rows: the best tree is the best of those. A thin leaf's arm is the luck of
//! a few scores. Cuts that leave enough rows on both sides are neighbours, so the maxima above are asked of a range of codes.

pub(super) mod coded;
mod prefix;
mod search;
mod stump;
mod table;
pub(super) mod tree;

pub use table::{CheckedSegmentTable, SegmentTableParams};
pub use tree::{Ask, PolicyNode, PolicyTree};

use super::sample::Sample;
use super::uplift::ArmScores;
use crate::error::{Code, Error, Result};
use crate::model::MAX_ARMS;
use coded::Coded;
use search::Search;
use serde::Deserialize;

/// `[policy_tree]` of the settings.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyTreeParams {
    /// The most questions on a path, 1 to 3.
    pub depth: usize,
    /// The most cuts tried of an amount, at evenly spaced ranks; 0: all of them.
    pub most_cuts: usize,
    /// Depth 3 is exact up to so many rows.
    pub exact_rows: usize,
    /// The least rows of a leaf, at least 1.
    pub least_rows: usize,
}

impl Default for PolicyTreeParams {
    fn default() -> Self {
        PolicyTreeParams { depth: 2, most_cuts: 0, exact_rows: 200, least_rows: 100 }
    }
}

/// Settings that can be fitted. Only [`PolicyTreeParams::check`] makes one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedPolicyTree(PolicyTreeParams);

impl PolicyTreeParams {
    /// Refuses depths that cannot be searched.
    ///
    /// # Errors
    /// [`Code::BadConfig`] if `depth` is not 1 to 3, `least_rows` is 0, or `exact_rows` is above 10,000: such a search would
    /// not end.
    pub fn check(self) -> Result<CheckedPolicyTree> {
        if !(1..=3).contains(&self.depth) {
            return Err(Error::limit(Code::BadConfig, "`depth` of a policy tree, at least 1", 3, self.depth as u64));
        }
        if self.exact_rows > 10_000 {
            return Err(Error::limit(Code::BadConfig, "`exact_rows` of a policy tree", 10_000, self.exact_rows as u64));
        }
        if self.least_rows == 0 {
            return Err(Error::new(Code::BadConfig, "`least_rows` of a policy tree is at least 1, found 0"));
        }
        Ok(CheckedPolicyTree(self))
    }
}

impl CheckedPolicyTree {
    /// The best tree. `scores` has a row for each of the sample's; the sample's outcomes and weights are not read.
    ///
    /// # Errors
    /// A sample that is refused, scores of another number of rows, fewer than 2 or more than 16 arms.
    pub fn fit(&self, sample: &Sample, scores: &ArmScores) -> Result<PolicyTree> {
        sample.check()?;
        check_scores(sample, scores)?;
        let features: Vec<Coded> = sample.columns.iter().map(|column| Coded::of(column, self.0.most_cuts)).collect();
        let rows: Vec<u32> = (0..sample.rows() as u32).collect();
        let PolicyTreeParams { exact_rows, least_rows, .. } = self.0;
        let search = Search { features: &features, scores, exact_rows, least_rows };
        Ok(search.solve(&rows, self.0.depth))
    }
}

fn check_scores(sample: &Sample, scores: &ArmScores) -> Result<()> {
    if scores.rows() != sample.rows() {
        let (rows, found) = (sample.rows() as u64, scores.rows() as u64);
        return Err(Error::limit(Code::BadIndex, "scored rows", rows, found));
    }
    match (2..=MAX_ARMS).contains(&scores.arms()) {
        true => Ok(()),
        false => {
            let found = scores.arms() as u64;
            Err(Error::limit(Code::OutOfRange, "arms of a policy tree, at least 2", MAX_ARMS as u64, found))
        }
    }
}

#[cfg(test)]
mod tests;
