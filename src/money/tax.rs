//! Tax on a price, in integers, with one rounding.
//!
//! The tax of a price is rounded **half up** to a minor unit, once; net or gross follow by adding or subtracting, so
//! that the three always agree. Totals are sums of rounded lines. *Not* here: which rate a product has, and where.

use super::Money;
use crate::error::{Code, Error, Result};

/// Parts of a whole that a rate counts in.
pub(crate) const MILLION: i128 = 1_000_000;

/// A tax rate in millionths: 19 % is 190,000 and 8.875 % is 88,750.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaxRate(u32);

impl TaxRate {
    /// Checks `millionths` against `0..=1_000_000`.
    pub fn new(millionths: u32) -> Result<Self> {
        match millionths {
            0..=1_000_000 => Ok(TaxRate(millionths)),
            _ => Err(Error::limit(Code::OutOfRange, "tax rate in millionths", 1_000_000, millionths as u64)),
        }
    }

    /// The rate in millionths.
    pub fn millionths(self) -> u32 {
        self.0
    }
}

/// Whether prices hold their tax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Taxes {
    /// A price is what the shopper pays; the tax is a part of it.
    #[default]
    Included,
    /// Tax comes on top of a price.
    Added,
}

/// A price split into what the shop keeps and what it passes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taxed {
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// What the shopper pays: `net + tax`.
    pub gross: Money,
}

impl Taxes {
    /// Splits `price`: `tax = price · r / (1 + r)` where it is included, `price · r` where it is added, half up.
    pub fn split(self, price: Money, rate: TaxRate) -> Taxed {
        let (minor, parts) = (price.minor(), rate.0 as i128);
        match self {
            Taxes::Included => {
                let tax = half_up(minor as i128 * parts, MILLION + parts);
                Taxed { net: Money(minor - tax), tax: Money(tax), gross: price }
            }
            Taxes::Added => {
                let tax = half_up(minor as i128 * parts, MILLION);
                Taxed { net: price, tax: Money(tax), gross: Money(minor + tax) }
            }
        }
    }

    /// An amount stated under `stated`, as it is under `self`, half up.
    pub fn restate(self, minor: i64, stated: Taxes, rate: TaxRate) -> i64 {
        let whole = MILLION + rate.0 as i128;
        match (stated, self) {
            (Taxes::Added, Taxes::Included) => half_up(minor as i128 * whole, MILLION),
            (Taxes::Included, Taxes::Added) => half_up(minor as i128 * MILLION, whole),
            _ => minor,
        }
    }
}

/// `numerator / denominator` for a numerator that is not negative, a half going up. What a denominator of 0 gives is 0.
pub(crate) fn half_up(numerator: i128, denominator: i128) -> i64 {
    let (numerator, denominator) = (numerator * 2 + denominator, denominator * 2);
    match (i64::try_from(numerator), i64::try_from(denominator)) {
        // Wider numbers are divided in software.
        (Ok(numerator), Ok(denominator)) => numerator.checked_div(denominator).unwrap_or(0),
        _ => numerator.checked_div(denominator).unwrap_or(0) as i64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(taxes: Taxes, price: i64, rate: u32) -> (i64, i64, i64) {
        let taxed = taxes.split(Money::new(price).unwrap(), TaxRate::new(rate).unwrap());
        (taxed.net.minor(), taxed.tax.minor(), taxed.gross.minor())
    }

    #[test]
    fn splits_prices_with_and_without_their_tax() {
        assert_eq!(split(Taxes::Included, 11_900, 190_000), (10_000, 1_900, 11_900));
        assert_eq!(split(Taxes::Added, 10_000, 190_000), (10_000, 1_900, 11_900));
        assert_eq!(split(Taxes::Added, 1_000, 88_750), (1_000, 89, 1_089));
        assert_eq!(split(Taxes::Included, 0, 190_000), (0, 0, 0));
        assert_eq!(split(Taxes::Included, 999, 0), (999, 0, 999));
    }

    #[test]
    fn a_half_goes_up() {
        assert_eq!(split(Taxes::Added, 50, 10_000), (50, 1, 51));
        assert_eq!(split(Taxes::Added, 49, 10_000), (49, 0, 49));
        assert_eq!(split(Taxes::Included, 3, 1_000_000), (1, 2, 3));
    }

    #[test]
    fn restates_an_amount_under_the_other_rule() {
        let rate = TaxRate::new(190_000).unwrap();
        assert_eq!(Taxes::Included.restate(10_000, Taxes::Added, rate), 11_900);
        assert_eq!(Taxes::Added.restate(11_900, Taxes::Included, rate), 10_000);
        assert_eq!(Taxes::Added.restate(77, Taxes::Added, rate), 77);
        assert!(TaxRate::new(1_000_001).is_err());
    }
}
