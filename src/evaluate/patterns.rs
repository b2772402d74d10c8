//! What a merchandiser would like to see in a log: who buys how, and what goes together.
//!
//! ```text
//! Scan -> Told -> segments | clusters, hierarchy | together, bundles | meanings -> Patterns -> page, JSON, words
//! ```
//! Every part is there only where the log has what it needs; otherwise it says why not. The same log and settings
//! give the same numbers. What is *not* here: any claim that one thing causes another, and any offer.

mod clusters;
mod hierarchy;
mod meanings;
mod segments;
mod sentence;
mod terminal;
mod together;
mod told;

pub use clusters::{Cluster, Clusters, Try};
pub use hierarchy::{Merged, Tree};
pub use meanings::{Meanings, Near};
pub use segments::{SegmentRow, Segments};
pub use sentence::{headline, in_parts, is_or_are};
pub use terminal::in_words;
pub use together::{Bundle, Item, Rule, Set, Sizes, Together};

use crate::error::{Code, Error, Result};
use crate::train::Params;
use crate::train::config::{CheckedLog, Shape};
use crate::train::read::log::Scan;
use serde::Serialize;

/// One part of the page, or a sentence that says what the log lacks for it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part<T> {
    /// What was found.
    Found(T),
    /// Why there is nothing.
    Absent(String),
}

impl<T> Default for Part<T> {
    fn default() -> Self {
        Part::Absent("Nothing was read.".into())
    }
}

impl<T> Part<T> {
    /// What was found, if anything.
    pub fn found(&self) -> Option<&T> {
        match self {
            Part::Found(found) => Some(found),
            Part::Absent(_) => None,
        }
    }
}

/// What was found in a log.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Patterns {
    /// Name of the shop.
    pub shop: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Files read, in order.
    pub files: Vec<String>,
    /// Rows read.
    pub rows_read: u64,
    /// Rows kept by the rules of `[cleaning]`.
    pub rows_kept: u64,
    /// All of it in one sentence.
    pub headline: String,
    /// Shoppers by recency, frequency and money.
    pub segments: Part<Segments>,
    /// Groups of shoppers who buy alike.
    pub clusters: Part<Clusters>,
    /// Which shoppers are alike, from single ones up to all.
    pub hierarchy: Part<Tree>,
    /// What is in one basket.
    pub together: Part<Together>,
    /// Words that are used alike.
    pub meanings: Part<Meanings>,
}

/// Told the name of a stage, how much of it is done, and how much there is.
pub type Progress<'a> = &'a dyn Fn(&str, u64, u64);

/// Reads a log and looks for every pattern that it has the columns for.
///
/// Of `params` only `[rules]`, `[clusters]` and `[words]` are asked: the thresholds, how many clusters there are to be, and
/// how words are learnt.
pub fn measure(params: &Params, log: &CheckedLog, scan: &Scan, progress: Progress) -> Result<Patterns> {
    if log.shape == Shape::Rows {
        let what = "data.shape: a table of `rows` has no shoppers and no baskets; for patterns, take `events` and say \
            under [data.columns] which column is which";
        return Err(Error::new(Code::BadConfig, what));
    }
    params.rules.iter().try_for_each(|rules| rules.check())?;
    let mut told = told::collect(log, scan, &|done, all| progress("read", done, all))?;
    progress("shoppers", 0, 4);
    let (segments, shoppers) = segments::find(&told);
    progress("clusters", 1, 4);
    let (clusters, hierarchy) = match shoppers {
        Ok(shoppers) => clusters::find(&shoppers, params.clusters.as_ref())?,
        Err(why) => (Part::Absent(why.clone()), Part::Absent(why)),
    };
    progress("baskets", 2, 4);
    let together = together::find(&mut told, log.shape, params.rules.as_ref());
    progress("words", 3, 4);
    let meanings = meanings::find(&told, params.words)?;
    let mut patterns = Patterns {
        shop: log.shop.clone(),
        currency: log.currency.clone(),
        files: scan.files().map(String::from).collect(),
        rows_read: told.rows_read,
        rows_kept: told.rows_kept,
        headline: String::new(),
        segments,
        clusters,
        hierarchy,
        together,
        meanings,
    };
    patterns.headline = headline(&patterns);
    Ok(patterns)
}
