//! What products are never sold below, whatever the offers.
//!
//! *Not* here: what is done about it; a floor is one of the bounds of the [`ledger`](super::Ledger).

use super::{Amounts, BasketLine, LineFilter};
use crate::error::{Code, Error, Result};
use crate::money::{BasisPoints, Currency, Money};

/// The least that some products are sold for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Floor {
    /// Which products.
    pub lines: LineFilter,
    /// A unit costs at least this much, by currency; none for no such floor.
    pub least: Amounts,
    /// At most this share is taken off the list price of a unit.
    pub most_off: BasisPoints,
}

impl Floor {
    /// Refuses a currency given twice, and a floor that bounds nothing.
    pub fn check(&self) -> Result<()> {
        self.least.check()?;
        match self.least.0.is_empty() && self.most_off == BasisPoints::ALL {
            true => Err(Error::new(Code::BadConfig, "a floor has neither a least price nor a largest discount")),
            false => Ok(()),
        }
    }

    /// The least price of a unit of `line`; zero where the floor is about other products.
    pub fn of(&self, line: &BasketLine, currency: Currency) -> Money {
        if !self.lines.takes(line) {
            return Money::default();
        }
        self.least.get(currency).unwrap_or_default().max(line.price.discount(self.most_off.rest()))
    }
}
