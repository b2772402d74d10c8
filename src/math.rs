//! The only floating-point functions beyond `+ − × ÷` and `sqrt`.
//!
//! Host `exp` and `ln` differ between engines and C libraries, so every one here comes from the pinned
//! `libm` crate: the same bits natively, in every browser and in every worker.

/// `e^x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm of `x > 0`.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `ln(1 + x)` for `x > -1`.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// The logistic function, `1 / (1 + e^-x)`; saturates instead of overflowing.
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// The log-odds of `p`, with `p` kept away from 0 and 1 by `1e-6`.
pub fn logit(p: f64) -> f64 {
    let p = clamp(p, 1e-6, 1.0 - 1e-6);
    ln(p / (1.0 - p))
}

/// The square root of `x >= 0`. IEEE 754 rounds it correctly, but outside std it has no method of its own.
pub fn sqrt(x: f64) -> f64 {
    libm::sqrt(x)
}

/// The nearest whole number, halves away from zero.
pub fn round(x: f64) -> f64 {
    libm::round(x)
}

/// The factor by which a count with the given half-life shrinks over `days`.
pub fn decay(days: f64, half_life_days: f64) -> f64 {
    exp(-core::f64::consts::LN_2 * days / half_life_days)
}

/// Sums in the order given. A name for the promise that the order is part of the result.
pub fn ordered_sum(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(0.0, |sum, value| sum + value)
}

/// `x` kept within `low..=high`; no number becomes `low`. The standard `clamp` panics with a formatted float, which alone adds
/// 17 kB to a page, and the standard `max` is a call in WebAssembly.
pub fn clamp(x: f64, low: f64, high: f64) -> f64 {
    let x = if x > low { x } else { low };
    if x < high { x } else { high }
}
