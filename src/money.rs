//! Money in integer minor units, and the one rounding there is.
//!
//! No floating point: a discount is computed in 128-bit integers and rounded **half up** to a whole
//! minor unit, so a tie goes to the shopper. Which currency an amount is in, how it is written and what tax it
//! holds stand beside it: [`Currency`], [`Amount`], [`TaxRate`]; [`allocate`] shares an amount out. What is *not*
//! here: exchange rates.
//!
//! ```
//! use skonto::money::{BasisPoints, Money};
//! let price = Money::new(199).unwrap();
//! let ten_percent = BasisPoints::new(1_000).unwrap();
//! assert_eq!(price.discount(ten_percent).minor(), 20);
//! ```

mod allocation;
mod currency;
mod tax;

pub use allocation::{Share, allocate};
pub use currency::{Amount, Currency};
#[cfg(feature = "full")]
pub(crate) use tax::half_up;
pub use tax::{TaxRate, Taxed, Taxes};

use crate::error::{Code, Error, Result};

/// The largest amount accepted, in minor units. Its product with 10,000 basis points stays exact.
pub const MAX_MINOR: i64 = 1_000_000_000_000;

/// A non-negative amount in minor units of some currency (cents, yen, fils).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(i64);

impl Money {
    /// Checks `minor` against `0..=MAX_MINOR`.
    pub fn new(minor: i64) -> Result<Self> {
        match minor {
            0..=MAX_MINOR => Ok(Money(minor)),
            _ => Err(Error::limit(
                Code::BadPrice,
                "amount in minor units is negative or too large (distance from zero shown)",
                MAX_MINOR as u64,
                minor.unsigned_abs(),
            )),
        }
    }

    /// Takes a number from a border that knows only floating point; refuses NaN, fractions and excess.
    pub fn from_f64(minor: f64) -> Result<Self> {
        let whole = minor as i64;
        if whole as f64 != minor || !minor.is_finite() {
            return Err(Error::new(Code::BadPrice, "amount in minor units is not a whole number"));
        }
        Money::new(whole)
    }

    /// The amount in minor units.
    pub fn minor(self) -> i64 {
        self.0
    }

    /// The part of this amount that a discount of `depth` takes off, half up.
    pub fn discount(self, depth: BasisPoints) -> Money {
        // At most 10¹⁶ and a half: no 128 bits are needed.
        Money((self.0 * depth.0 as i64 + 5_000) / 10_000)
    }

    /// This amount less `discount`, never below zero.
    pub fn less(self, discount: Money) -> Money {
        Money((self.0 - discount.0).max(0))
    }

    /// Both amounts together, at most [`MAX_MINOR`].
    #[cfg(feature = "full")]
    pub(crate) fn and(self, other: Money) -> Money {
        Money((self.0 + other.0).min(MAX_MINOR))
    }

    /// Adds two amounts, refusing one above [`MAX_MINOR`].
    pub fn plus(self, other: Money) -> Result<Money> {
        Money::new(self.0 + other.0)
    }
}

/// A share in hundredths of a percent, at most 10,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// The whole: 10,000.
    pub const ALL: BasisPoints = BasisPoints(10_000);

    /// Checks `value` against `0..=10_000`.
    pub fn new(value: u16) -> Result<Self> {
        match value {
            0..=10_000 => Ok(BasisPoints(value)),
            _ => Err(Error::limit(Code::OutOfRange, "share in basis points", 10_000, value as u64)),
        }
    }

    /// A percentage, rounded to hundredths; refuses more than 100.
    pub fn from_percent(percent: f64) -> Result<Self> {
        BasisPoints::new(libm::round(percent * 100.0) as u16)
    }

    /// The share in basis points.
    pub fn get(self) -> u16 {
        self.0
    }

    /// What is left of the whole.
    pub fn rest(self) -> BasisPoints {
        BasisPoints(10_000 - self.0)
    }

    /// The share as a fraction of one.
    pub fn fraction(self) -> f64 {
        self.0 as f64 / 10_000.0
    }
}
