//! The normal distribution, over pinned libm. Only what probabilities of being best need.

use crate::math;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Density at `z` of mean 0 and deviation 1.
pub fn density(z: f64) -> f64 {
    math::exp(-0.5 * z * z) / math::sqrt(2.0 * PI)
}

/// The share below `z`.
pub fn below(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}
