//! Propensities and the seeded draw.
//!
//! `P(a) = (1 − ε) / |best| + ε / |allowed|` for the best arms, `ε / |allowed|` for the other allowed ones, 0 for
//! blocked ones. Sums to one; recorded exactly, since it cannot be recovered later.

use crate::decision::Outcome;

/// SplitMix64's finaliser (Steele, Lea and Flood 2014): spreads a seed over 64 bits.
pub(super) fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number in `[0, 1)` with 53 random bits.
fn uniform(seed: u64) -> f64 {
    (mix(seed) >> 11) as f64 / (1u64 << 53) as f64
}

/// Writes every arm's propensity, given each arm's value (none where blocked).
pub(super) fn propensities(values: &[Option<f64>], exploration: f64, outcomes: &mut [Outcome]) {
    let allowed = values.iter().flatten();
    let best = allowed.clone().fold(f64::NEG_INFINITY, |best, value| best.max(*value));
    let ties = allowed.clone().filter(|value| **value == best).count() as f64;
    let even = exploration / allowed.count() as f64;
    for (value, outcome) in values.iter().zip(outcomes) {
        outcome.propensity = match value {
            Some(value) if *value == best => (1.0 - exploration) / ties + even,
            Some(_) => even,
            None => 0.0,
        };
    }
}

/// The arm that `seed` draws.
pub(super) fn draw(outcomes: &[Outcome], seed: u64) -> usize {
    let mut left = uniform(seed);
    let mut last = 0;
    for (arm, outcome) in outcomes.iter().enumerate() {
        if outcome.propensity > 0.0 {
            last = arm;
            if left < outcome.propensity {
                return arm;
            }
            left -= outcome.propensity;
        }
    }
    last
}
