//! Numbers drawn from distributions, by nothing but `ln` and `sqrt`.

use crate::math::{ln, sqrt};
use crate::train::random::Random;

/// A number of mean 0 and deviation 1: the polar method of Marsaglia and Bray (1964), of whose two numbers one is kept.
pub fn normal(random: &mut Random) -> f64 {
    loop {
        let (x, y) = (2.0 * random.uniform() - 1.0, 2.0 * random.uniform() - 1.0);
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            return x * sqrt(-2.0 * ln(square) / square);
        }
    }
}

/// As many of them.
pub fn normals(random: &mut Random, count: usize) -> Vec<f64> {
    (0..count).map(|_| normal(random)).collect()
}
