//! What lies in front of the shopper: lines, shipping, and the rule by which their prices hold tax.
//!
//! Every amount is in the one currency of the basket and stated as its prices are, with or without tax. Only the checked
//! type is priced, so that later sums cannot overflow. *Not* here: how the basket came about (that is
//! [`event`](crate::event)).

use crate::error::{Code, Error, Result};
use crate::money::{BasisPoints, Currency, MAX_MINOR, Money, TaxRate, Taxes};
use alloc::string::String;
use alloc::vec::Vec;

/// Most lines of a basket.
pub const MAX_LINES: usize = 512;
/// Most units of a line.
pub const MAX_UNITS: u32 = 1_000_000;

/// One product in the basket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BasketLine {
    /// What the shop calls the product.
    pub sku: String,
    /// Every category it is in.
    pub categories: Vec<String>,
    /// List price of one unit.
    pub price: Money,
    /// Units, at least 1.
    pub quantity: u32,
    /// Its tax.
    pub tax: TaxRate,
    /// A unit is never sold below this; above the list price it means "no discount".
    pub floor: Money,
    /// What a unit costs the shop, for the margin floor; none if it is not known.
    pub unit_cost: Option<Money>,
}

/// The basket as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basket {
    /// The currency of every amount.
    pub currency: Currency,
    /// Whether prices hold their tax.
    pub taxes: Taxes,
    /// The products, in the order in which ties are settled.
    pub lines: Vec<BasketLine>,
    /// What shipping costs before offers.
    pub shipping: Money,
    /// The tax on shipping.
    pub shipping_tax: TaxRate,
}

/// A basket whose sums are known to fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedBasket(Basket);

impl Basket {
    /// An empty basket of untaxed prices.
    pub fn new(currency: Currency) -> Self {
        let (shipping, shipping_tax) = (Money::default(), TaxRate::default());
        Basket { currency, taxes: Taxes::Included, lines: Vec::new(), shipping, shipping_tax }
    }

    /// Refuses too many lines, lines without units, and list prices that with their tax could exceed [`MAX_MINOR`].
    pub fn check(self) -> Result<CheckedBasket> {
        if self.lines.len() > MAX_LINES {
            let found = self.lines.len() as u64;
            return Err(Error::limit(Code::TooLarge, "lines of a basket", MAX_LINES as u64, found));
        }
        for line in &self.lines {
            if line.quantity == 0 || line.quantity > MAX_UNITS {
                let what = "units of a line are 0 or too many";
                return Err(Error::limit(Code::BadQuantity, what, MAX_UNITS as u64, line.quantity as u64));
            }
        }
        let total = self.lines.iter().map(|line| line.price.minor() as i128 * line.quantity as i128).sum::<i128>();
        let total = total + self.shipping.minor() as i128;
        let most = if self.taxes == Taxes::Added { MAX_MINOR / 2 } else { MAX_MINOR };
        if total > most as i128 {
            return Err(Error::limit(Code::BadPrice, "list price of a basket", most as u64, total as u64));
        }
        Ok(CheckedBasket(self))
    }
}

impl CheckedBasket {
    /// What was checked.
    pub fn get(&self) -> &Basket {
        &self.0
    }
}

impl CheckedBasket {
    /// The basket with higher floors of a unit, where `floor` is higher.
    pub fn bounded(mut self, floor: impl Fn(usize, &BasketLine) -> Money) -> Self {
        for place in 0..self.0.lines.len() {
            let higher = floor(place, &self.0.lines[place]);
            let line = &mut self.0.lines[place];
            line.floor = line.floor.max(higher);
        }
        self
    }
}

impl BasketLine {
    /// List price of all units, minor units.
    pub(crate) fn list(&self) -> i64 {
        self.price.minor() * self.quantity as i64
    }

    /// The least that all units may be sold for: the floor, or cost plus `margin` of the list price rounded up, whichever
    /// is more, and never above the list price.
    pub(super) fn lowest(&self, margin: BasisPoints) -> i64 {
        let share = (self.price.minor() * margin.get() as i64 + 9_999) / 10_000;
        let by_margin = self.unit_cost.map_or(0, |cost| cost.minor() + share);
        by_margin.max(self.floor.minor()).min(self.price.minor()) * self.quantity as i64
    }
}
