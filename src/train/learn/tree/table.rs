//! A sample that is binned once and fitted many times.

use super::bins::Binned;
use crate::error::{Code, Error, Result};
use crate::train::sample::Sample;

/// A sample and its bins.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    pub(super) sample: &'a Sample,
    pub(super) binned: Binned,
}

/// Rows whose loss is told after every round: of the table itself, or of another one in its bins.
#[derive(Clone, Copy)]
pub(super) struct Watched<'a> {
    pub binned: &'a Binned,
    pub sample: &'a Sample,
    pub rows: &'a [u32],
}

impl<'a> Table<'a> {
    /// Bins a sample.
    ///
    /// # Errors
    /// A sample that no learner could use, or more features or rows than a forest can hold.
    pub fn new(sample: &'a Sample) -> Result<Table<'a>> {
        sample.check()?;
        Ok(Table { sample, binned: Binned::new(sample)? })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.binned.rows()
    }

    pub(super) fn all_rows(&self) -> Vec<u32> {
        (0..self.rows() as u32).collect()
    }

    /// The features that tell rows apart, rising.
    pub(super) fn features(&self) -> Vec<usize> {
        (0..self.binned.features()).filter(|feature| self.binned.bins[*feature].width() > 1).collect()
    }

    /// Refuses no rows, and rows that are not there or do not rise.
    pub(super) fn check_rows(&self, rows: &[u32]) -> Result<()> {
        let rises = rows.windows(2).all(|pair| pair[0] < pair[1]);
        match rows.last() {
            Some(last) if rises && (*last as usize) < self.rows() => Ok(()),
            None => Err(Error::new(Code::BadData, "a learner needs at least one row, found none")),
            _ => Err(Error::new(Code::BadIndex, format!("rows must rise and be below {}", self.rows()))),
        }
    }

    /// Refuses rows whose outcomes are not all 0 or 1, or all the same.
    pub(super) fn check_binary(&self, rows: &[u32]) -> Result<()> {
        let target = |row: &u32| self.sample.target[*row as usize];
        if let Some(row) = rows.iter().find(|row| target(row) != 0.0 && target(row) != 1.0) {
            let message = format!("row {row}: the outcome must be 0 or 1, found {}", target(row));
            return Err(Error::new(Code::OutOfRange, message));
        }
        let first = target(&rows[0]);
        match rows.iter().any(|row| target(row) != first) {
            true => Ok(()),
            false => {
                let message =
                    format!("all {} rows have the outcome {first}: there is nothing to tell apart", rows.len());
                Err(Error::new(Code::BadData, message))
            }
        }
    }
}
