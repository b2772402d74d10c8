//! Seeded draws and stable hashes: the same on every machine and in every release.

/// SplitMix64, as published by Steele, Lea and Flood (OOPSLA 2014). Not for security.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A sequence that depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        finish(self.0)
    }

    /// A number from 0 up to but not including 1.
    pub fn uniform(&mut self) -> f64 {
        fraction(self.bits())
    }

    /// A number below `limit`, which must not be 0. The bias, `limit / 2^64`, is below anything measured here.
    pub fn below(&mut self, limit: usize) -> usize {
        ((self.bits() as u128 * limit as u128) >> 64) as usize
    }
}

/// 64 random bits as a number from 0 up to but not including 1: the upper 53 are a fraction of one without rounding.
pub fn fraction(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

fn finish(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Whether the thing named by `parts` is among the one in `one_in` that are kept.
pub fn keeps(seed: u64, parts: [u64; 2], one_in: u32) -> bool {
    let first = Random::new(seed ^ parts[0]).bits();
    Random::new(first ^ parts[1]).bits().is_multiple_of(one_in as u64)
}

/// Shuffles in place (Fisher and Yates).
pub fn shuffle<T>(items: &mut [T], random: &mut Random) {
    for last in (1..items.len()).rev() {
        items.swap(last, random.below(last + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_the_published_sequence_for_seed_1234567() {
        // Expected values: reference C code by Vigna, splitmix64.c.
        let mut random = Random::new(1_234_567);
        assert_eq!(random.bits(), 6_457_827_717_110_365_317);
        assert_eq!(random.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn keeps_about_one_in_eight_and_always_the_same() {
        let kept = |seed| (0..80_000u64).filter(|id| keeps(seed, [*id, 3], 8)).collect::<Vec<_>>();
        assert!((9_500..10_500).contains(&kept(1).len()), "kept {}", kept(1).len());
        assert_eq!(kept(1), kept(1));
        assert_ne!(kept(1), kept(2));
    }
}
