//! The settings of a split.

use crate::error::{Code, Error, Result};
use serde::Deserialize;

/// How rows are dealt to folds.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Row `i` is judged in fold `i % folds`.
    #[default]
    Position,
    /// By chance, folds of equal size.
    Shuffled,
    /// By chance, each class spread evenly.
    Stratified,
    /// All rows of a group in one fold, folds of about equal size.
    Grouped,
    /// The same, with classes spread as evenly as groups allow.
    StratifiedGrouped,
    /// Folds follow each other in time; each is judged after fitting on everything before it.
    Time,
    /// One fold: every `every`-th row is judged.
    Every,
    /// One fold: about `share` of the groups are judged, by a hash of the group.
    GroupShare,
    /// One fold: what happened from `from` on is judged, what happened before is fitted on.
    Moment,
}

/// `[folds]` of the settings.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct FoldParams {
    /// How rows are dealt out.
    pub scheme: Scheme,
    /// How many folds, 2 to 1,000; ignored by schemes of one fold.
    pub folds: usize,
    /// Decides chance, and which groups are judged.
    pub seed: u64,
    /// Of every so many rows the last is judged (`every`), at least 2.
    pub every: usize,
    /// Share of groups that is judged (`group_share`), above 0 and below 1.
    pub share: f64,
    /// First moment that is judged (`moment`), seconds since 1970.
    pub from: i64,
    /// Nothing is fitted on that happened less than this before what is judged (`time`, `moment`), seconds.
    pub gap_seconds: i64,
}

impl Default for FoldParams {
    fn default() -> Self {
        FoldParams { scheme: Scheme::Position, folds: 5, seed: 1, every: 5, share: 0.2, from: 0, gap_seconds: 0 }
    }
}

/// Sound settings. Only [`FoldParams::check`] makes one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedFolds(FoldParams);

/// More folds than this are leaving out one row by mistake.
const MAX_FOLDS: usize = 1_000;

impl FoldParams {
    /// Refuses numbers outside their ranges.
    ///
    /// # Errors
    /// [`Code::BadConfig`] with the setting, its range and what was found.
    pub fn check(self) -> Result<CheckedFolds> {
        let refuse = |what: String| Err(Error::new(Code::BadConfig, what));
        if !(2..=MAX_FOLDS).contains(&self.folds) {
            return refuse(format!("`folds` is 2 to {MAX_FOLDS}, found {}", self.folds));
        }
        if self.every < 2 {
            return refuse(format!("`every` is at least 2, found {}", self.every));
        }
        if !(self.share > 0.0 && self.share < 1.0) {
            return refuse(format!("`share` is above 0 and below 1, found {}", self.share));
        }
        if self.gap_seconds < 0 {
            return refuse(format!("`gap_seconds` is at least 0, found {}", self.gap_seconds));
        }
        Ok(CheckedFolds(self))
    }
}

impl CheckedFolds {
    /// What was checked.
    pub fn params(&self) -> &FoldParams {
        &self.0
    }
}
