//! What a policy gives to every row, and to which group each row belongs.

use crate::error::{Code, Error, Result};
use crate::evaluate::measures::numbered;

/// What a policy gives, by row.
#[derive(Clone, Copy, Debug)]
pub struct Offers<'a> {
    /// The chance that anything is offered; 0 to 1.
    pub offered: &'a [f64],
    /// The mean discount, 0 without an offer; a fraction of the price or an amount.
    pub discount: &'a [f64],
    /// Rows with the same number are one shopper's; without, each row stands for itself.
    pub shopper: Option<&'a [u64]>,
}

/// The groups of one protected attribute.
#[derive(Clone, Copy, Debug)]
pub struct Groups<'a> {
    /// What people call each group.
    pub names: &'a [String],
    /// The group of each row.
    pub of: &'a [u16],
}

impl Offers<'_> {
    /// The shopper of every row, numbered as they first come, and how many there are.
    pub(super) fn shoppers(&self) -> Result<(Vec<u32>, usize)> {
        let rows = self.offered.len();
        let lengths = [self.discount.len(), self.shopper.map_or(rows, <[u64]>::len)];
        if rows == 0 {
            return Err(Error::new(Code::BadData, "a test of fairness needs at least one row, found none"));
        }
        if let Some(found) = lengths.into_iter().find(|length| *length != rows) {
            return Err(Error::limit(Code::BadIndex, "discounts or shoppers by row", rows as u64, found as u64));
        }
        if let Some(row) = self.offered.iter().position(|offered| !(-1e-9..=1.0 + 1e-9).contains(offered)) {
            let what = format!("row {row}: the chance of an offer is 0 to 1, found {}", self.offered[row]);
            return Err(Error::new(Code::OutOfRange, what));
        }
        match self.discount.iter().position(|discount| !discount.is_finite()) {
            Some(row) => Err(Error::new(Code::NotFinite, format!("row {row}: a discount must be a number"))),
            None => Ok(numbered(self.shopper, rows)),
        }
    }
}

impl Groups<'_> {
    /// Refuses groups that are not those of `rows` rows, or that have no members, or all.
    pub(super) fn check(&self, rows: usize) -> Result<()> {
        if self.of.len() != rows {
            return Err(Error::limit(Code::BadIndex, "groups by row", rows as u64, self.of.len() as u64));
        }
        if let Some(found) = self.of.iter().find(|group| **group as usize >= self.names.len()) {
            let limit = self.names.len() as u64;
            return Err(Error::limit(Code::BadIndex, "index of a group, below", limit, *found as u64));
        }
        let members = |group: usize| self.of.iter().filter(|of| **of as usize == group).count();
        match (0..self.names.len()).find(|group| [0, rows].contains(&members(*group))) {
            Some(group) => {
                let what =
                    format!("group `{}` has {} of {rows} rows: nobody to compare", self.names[group], members(group));
                Err(Error::new(Code::BadData, what))
            }
            None => Ok(()),
        }
    }
}
