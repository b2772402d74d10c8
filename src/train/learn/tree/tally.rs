//! Sums of gradients, hessians and rows in whole numbers.
//!
//! Whole numbers add up the same in any order, and a child's sums taken from its parent's leave exactly the other child's.
//! A gradient keeps up to 40 bits and a hessian up to 31, far more than single precision, in which others add them up.

use std::ops::{AddAssign, Sub};

/// The most rows that leave a hessian at least 13 bits.
pub const MAX_ROWS: usize = (1 << 25) - 1;

/// What some rows add up to, in the units of a [`Scale`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    gradient: i64,
    /// The hessian above, the number of rows below.
    packed: i64,
}

/// How large one unit of a [`Tally`] is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    gradient: f64,
    hessian: f64,
    count_bits: u32,
}

impl AddAssign for Tally {
    #[inline(always)]
    fn add_assign(&mut self, other: Tally) {
        self.gradient += other.gradient;
        self.packed += other.packed;
    }
}

impl Sub for Tally {
    type Output = Tally;

    #[inline(always)]
    fn sub(self, other: Tally) -> Tally {
        Tally { gradient: self.gradient - other.gradient, packed: self.packed - other.packed }
    }
}

impl Tally {
    /// Whether no row is in it: a row's count keeps `packed` above 0.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.packed == 0
    }
}

/// The power of two that takes values up to `most` to at most `bits` bits.
fn unit(most: f64, bits: u32) -> f64 {
    let mut unit = 1.0;
    let limit = (1u64 << bits) as f64;
    if most > 0.0 {
        while most * unit > limit {
            unit *= 0.5;
        }
        while most * unit * 2.0 <= limit && unit < 1e200 {
            unit *= 2.0;
        }
    }
    unit
}

/// To the nearest whole number, halves to even, for magnitudes below 2⁵¹: adding the constant leaves no fraction.
#[inline(always)]
fn whole(x: f64) -> i64 {
    const GRID: f64 = 1.5 * (1u64 << 52) as f64;
    (x + GRID - GRID) as i64
}

impl Scale {
    /// A scale for `rows` rows (at most [`MAX_ROWS`]) whose gradients and hessians are at most these in size.
    pub fn new(rows: usize, gradient: f64, hessian: f64) -> Scale {
        let count_bits = usize::BITS - rows.leading_zeros();
        let hessian_bits = (63 - 2 * count_bits).min(31);
        Scale { gradient: unit(gradient, (62 - count_bits).min(40)), hessian: unit(hessian, hessian_bits), count_bits }
    }

    /// One row.
    #[inline(always)]
    pub fn tally(&self, gradient: f64, hessian: f64) -> Tally {
        Tally {
            gradient: whole(gradient * self.gradient),
            packed: whole(hessian * self.hessian) << self.count_bits | 1,
        }
    }

    /// The sum of gradients.
    #[inline(always)]
    pub fn gradient(&self, tally: Tally) -> f64 {
        tally.gradient as f64 / self.gradient
    }

    /// The sum of hessians.
    #[inline(always)]
    pub fn hessian(&self, tally: Tally) -> f64 {
        (tally.packed >> self.count_bits) as f64 / self.hessian
    }

    /// How many rows.
    #[inline(always)]
    pub fn count(&self, tally: Tally) -> usize {
        (tally.packed & ((1 << self.count_bits) - 1)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_do_not_depend_on_the_order_of_rows() {
        let scale = Scale::new(1_000, 3.0, 0.25);
        let rows: Vec<Tally> = (0..1_000).map(|row| scale.tally((row as f64 * 0.37).sin() * 3.0, 0.1)).collect();
        let sum = |rows: &mut dyn Iterator<Item = &Tally>| {
            rows.fold(Tally::default(), |mut sum, row| {
                sum += *row;
                sum
            })
        };
        let (forth, back) = (sum(&mut rows.iter()), sum(&mut rows.iter().rev()));
        assert_eq!(forth, back);
        assert_eq!(scale.count(forth), 1_000);
        assert!((scale.hessian(forth) - 100.0).abs() < 1e-6);
        let expected: f64 = (0..1_000).map(|row| (row as f64 * 0.37).sin() * 3.0).sum();
        assert!((scale.gradient(forth) - expected).abs() < 1e-7);
    }

    #[test]
    fn the_largest_table_does_not_overflow() {
        let scale = Scale::new(MAX_ROWS, 1e9, 1e9);
        let row = scale.tally(1e9, 1e9);
        let all = Tally { gradient: row.gradient * MAX_ROWS as i64, packed: row.packed * MAX_ROWS as i64 };
        assert_eq!(scale.count(all), MAX_ROWS);
        assert!((scale.hessian(all) / (1e9 * MAX_ROWS as f64) - 1.0).abs() < 1e-3);
        assert!((scale.gradient(all) / (1e9 * MAX_ROWS as f64) - 1.0).abs() < 1e-9);
    }
}
