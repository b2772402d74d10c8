//! Which rows a model is fitted on and which it is judged by.
//!
//! ```text
//! FoldParams -> check -> CheckedFolds -> split(Rows) -> [Fold { train, test }] -> cross_predict -> OutOfFold
//! ```
//! A fold is two lists of row numbers, so that one table serves all folds and all learners. A split refuses what would
//! make its figures worthless: fewer groups than folds, a fold without rows or with one outcome only.
//!
//! It does *not* choose anything: see [`search`](super::search) and [`select`](super::select).

mod cross;
mod groups;
mod holdout;
mod params;
mod time;

pub use cross::{CrossScore, OutOfFold, cross_predict, cross_validate};
pub(super) use cross::{fit_folds, measured};
pub use params::{CheckedFolds, FoldParams, Scheme};

use super::random::{Random, shuffle};
use crate::error::{Code, Error, Result};
use std::collections::BTreeMap;

/// What a split may go by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows<'a> {
    /// Outcome by row; their number is the number of rows.
    pub target: &'a [f64],
    /// Rows with the same number are never parted by a grouped split, such as those of one shopper.
    pub group: Option<&'a [u64]>,
    /// When each row happened, in seconds.
    pub moment: Option<&'a [i64]>,
}

/// Rows to fit on and rows to judge by, both rising. No row is in both; a split may leave rows out of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fold {
    /// Fitted on.
    pub train: Vec<usize>,
    /// Judged by.
    pub test: Vec<usize>,
}

/// An outer fold, and the folds inside its training rows with which to choose settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nested {
    /// For judging what was chosen.
    pub outer: Fold,
    /// For choosing; row numbers are those of the whole table.
    pub inner: Vec<Fold>,
}

impl Rows<'_> {
    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.target.len()
    }

    fn check(&self) -> Result<()> {
        let count = self.count();
        let lengths = [self.group.map(<[u64]>::len), self.moment.map(<[i64]>::len)];
        match lengths.into_iter().flatten().find(|length| *length != count) {
            Some(length) => {
                Err(Error::limit(Code::BadIndex, "groups or moments beside as many rows", count as u64, length as u64))
            }
            None => Ok(()),
        }
    }

    fn groups(&self) -> Result<&[u64]> {
        self.group.ok_or_else(|| Error::new(Code::BadConfig, "folds by group need a group for every row, found none"))
    }

    fn moments(&self) -> Result<&[i64]> {
        self.moment.ok_or_else(|| Error::new(Code::BadConfig, "folds in time need a moment for every row, found none"))
    }

    /// Outcomes are 0 or 1, so that every fold must hold both.
    fn is_binary(&self) -> bool {
        self.target.iter().all(|target| *target == 0.0 || *target == 1.0)
    }
}

impl CheckedFolds {
    /// The folds of a table, in order. The same rows and settings give the same folds.
    ///
    /// # Errors
    /// A scheme that needs groups or moments the rows do not have; fewer rows, groups, moments or rows of a class than
    /// folds; a fold without rows to fit on or to judge by, or in which all outcomes are the same.
    pub fn split(&self, rows: &Rows) -> Result<Vec<Fold>> {
        rows.check()?;
        let params = self.params();
        let folds = match params.scheme {
            Scheme::Position => from_numbers(&by_position(rows.count(), params.folds), params.folds),
            Scheme::Shuffled => from_numbers(&shuffled(rows.count(), params.folds, params.seed), params.folds),
            Scheme::Stratified => from_numbers(&stratified(rows, params.folds, params.seed)?, params.folds),
            Scheme::Grouped => from_numbers(&groups::balanced(rows, params.folds)?, params.folds),
            Scheme::StratifiedGrouped => from_numbers(&groups::stratified(rows, params.folds)?, params.folds),
            Scheme::Time => time::expanding(rows, params.folds, params.gap_seconds)?,
            Scheme::Every => vec![holdout::every(rows.count(), params.every)],
            Scheme::GroupShare => vec![holdout::group_share(rows, params.share, params.seed)?],
            Scheme::Moment => vec![holdout::moment(rows, params.from, params.gap_seconds)?],
        };
        folds.iter().enumerate().try_for_each(|(number, fold)| check_fold(rows, number, fold))?;
        Ok(folds)
    }

    /// Outer folds, each with inner folds of its training rows.
    ///
    /// # Errors
    /// See [`Self::split`].
    pub fn nested(&self, inner: &CheckedFolds, rows: &Rows) -> Result<Vec<Nested>> {
        let nest = |outer: Fold| {
            let target: Vec<f64> = outer.train.iter().map(|row| rows.target[*row]).collect();
            let group = rows.group.map(|group| outer.train.iter().map(|row| group[*row]).collect::<Vec<u64>>());
            let moment = rows.moment.map(|moment| outer.train.iter().map(|row| moment[*row]).collect::<Vec<i64>>());
            let within = Rows { target: &target, group: group.as_deref(), moment: moment.as_deref() };
            let back = |within: Vec<usize>| within.into_iter().map(|row| outer.train[row]).collect();
            let inner = inner.split(&within)?.into_iter();
            let inner = inner.map(|fold| Fold { train: back(fold.train), test: back(fold.test) }).collect();
            Ok(Nested { outer, inner })
        };
        self.split(rows)?.into_iter().map(nest).collect()
    }
}

/// Every row is judged in the fold of its number, and fitted on in all others.
fn from_numbers(number: &[usize], folds: usize) -> Vec<Fold> {
    let pick = |fold: usize, is_test: bool| {
        let rows = number.iter().enumerate().filter(|(_, number)| (**number == fold) == is_test);
        rows.map(|(row, _)| row).collect()
    };
    (0..folds).map(|fold| Fold { train: pick(fold, false), test: pick(fold, true) }).collect()
}

fn by_position(rows: usize, folds: usize) -> Vec<usize> {
    (0..rows).map(|row| row % folds).collect()
}

fn shuffled(rows: usize, folds: usize, seed: u64) -> Vec<usize> {
    let mut number = by_position(rows, folds);
    shuffle(&mut number, &mut Random::new(seed));
    number
}

/// Most classes that folds are stratified by; more distinct outcomes are amounts.
const MAX_CLASSES: usize = 20;

/// The class of each row, and how many classes there are.
fn classes(rows: &Rows) -> Result<(Vec<usize>, usize)> {
    let mut numbers = BTreeMap::new();
    let class = rows.target.iter().map(|target| {
        let next = numbers.len();
        // Minus 0 is 0.
        *numbers.entry((target + 0.0).to_bits()).or_insert(next)
    });
    let class: Vec<usize> = class.collect();
    match numbers.len() {
        0..=MAX_CLASSES => Ok((class, numbers.len())),
        found => {
            let what = "distinct outcomes of stratified folds, which are for classes";
            Err(Error::limit(Code::BadData, what, MAX_CLASSES as u64, found as u64))
        }
    }
}

/// Rows of each class are dealt out in turn, each class where the last one ended, so that folds differ by one row.
fn stratified(rows: &Rows, folds: usize, seed: u64) -> Result<Vec<usize>> {
    let (class, count) = classes(rows)?;
    let (mut random, mut number, mut next) = (Random::new(seed), vec![0; rows.count()], 0);
    for wanted in 0..count {
        let mut members: Vec<usize> = (0..rows.count()).filter(|row| class[*row] == wanted).collect();
        if members.len() < folds {
            let what = "stratified folds and rows of the rarest class";
            return Err(Error::limit(Code::BadData, what, folds as u64, members.len() as u64));
        }
        shuffle(&mut members, &mut random);
        for row in members {
            number[row] = next % folds;
            next += 1;
        }
    }
    Ok(number)
}

fn check_fold(rows: &Rows, number: usize, fold: &Fold) -> Result<()> {
    let binary = rows.is_binary();
    for (part, members) in [("fitted on", &fold.train), ("judged by", &fold.test)] {
        let Some(first) = members.first() else {
            return Err(Error::new(Code::BadData, format!("fold {number}: at least one row is {part}, found none")));
        };
        let first = rows.target[*first];
        if binary && members.iter().all(|row| rows.target[*row] == first) {
            let count = members.len();
            let what = format!("fold {number}: both outcomes must be {part}, found {count} rows that are all {first}");
            return Err(Error::new(Code::BadData, what));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
