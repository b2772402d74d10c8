//! Where a shopper belongs: a 64-bit key of the id, from which partition and order follow.
//!
//! A key depends on the id's text alone, never on the machine, the file or the number of partitions; a whole
//! number counts as its decimal digits, so the same shopper has the same key in a CSV and in a Parquet file.
//! It is *not* for security: whoever knows it can make ids that collide, which the fold then refuses.

/// Two odd constants of rapidhash's kind: bits without a pattern.
const FIRST: u64 = 0x9e37_79b9_7f4a_7c15;
const SECOND: u64 = 0xe703_7ed1_a0b4_28db;

/// The key of an id; never 0.
pub fn key(id: &[u8]) -> u64 {
    let (words, rest) = id.as_chunks::<8>();
    let mut state = FIRST ^ (id.len() as u64).wrapping_mul(SECOND);
    for word in words {
        state = folded(state ^ u64::from_le_bytes(*word), SECOND);
    }
    let mut last = [0u8; 8];
    last[..rest.len()].copy_from_slice(rest);
    folded(folded(state ^ u64::from_le_bytes(last), FIRST), SECOND).max(1)
}

/// A second, independent look at an id, so that two ids with one key do not pass for one.
pub fn check(id: &[u8]) -> u32 {
    let (words, rest) = id.as_chunks::<8>();
    let mut last = [0u8; 8];
    last[..rest.len()].copy_from_slice(rest);
    let words = words.iter().chain(std::iter::once(&last)).map(|word| u64::from_le_bytes(*word));
    let sum = words.fold(id.len() as u64, |sum, word| sum.rotate_left(25).wrapping_add(word));
    (sum ^ sum >> 32) as u32
}

/// High and low half of a product, laid over each other.
fn folded(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    // Without the first factor a state of zero would stay zero.
    (product as u64 ^ (product >> 64) as u64).wrapping_add(a.rotate_left(32))
}

/// The decimal digits of a whole number, without an allocation.
#[derive(Clone, Copy, Debug)]
pub struct Digits {
    bytes: [u8; 20],
    start: usize,
}

impl Digits {
    /// The digits of `number`.
    pub fn new(number: i64) -> Digits {
        let mut digits = Digits { bytes: [0; 20], start: 20 };
        let mut left = number.unsigned_abs();
        loop {
            digits.push(b'0' + (left % 10) as u8);
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if number < 0 {
            digits.push(b'-');
        }
        digits
    }

    fn push(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }

    /// As text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

/// [`hash32`](crate::event::hash32) of bytes: what a device computes of the same id; 0 is never the hash of an id.
pub fn id_hash(id: &[u8]) -> u32 {
    let hash = id.iter().fold(0x811c_9dc5u32, |hash, byte| (hash ^ *byte as u32).wrapping_mul(0x0100_0193));
    if id.is_empty() { 0 } else { hash.max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_number_counts_as_its_digits() {
        for number in [0, 7, -7, 10, 541_312_140, i64::MAX, i64::MIN] {
            assert_eq!(Digits::new(number).as_bytes(), number.to_string().as_bytes());
        }
    }

    #[test]
    fn hashes_ids_as_the_device_does() {
        for id in ["", "a", "1003461", "72d76fde-8bb3-4e00-8c23-a032dfed738c"] {
            assert_eq!(id_hash(id.as_bytes()), crate::event::id_number(id));
        }
    }

    #[test]
    fn keys_of_a_million_similar_ids_differ_and_fill_all_partitions_evenly() {
        let mut keys = HashSet::new();
        let mut partitions = [0u32; 256];
        for number in 0..1_000_000i64 {
            let key = key(Digits::new(number).as_bytes());
            assert!(keys.insert(key));
            partitions[(key >> 56) as usize] += 1;
        }
        // Binomial: mean 3,906, standard deviation 62; six of them.
        assert!(partitions.iter().all(|count| (3_532..4_280).contains(count)), "{partitions:?}");
    }

    #[test]
    fn one_changed_letter_or_length_changes_half_of_the_bits() {
        let base = b"72d76fde-8bb3-4e00-8c23-a032dfed738c".to_vec();
        let mut flipped = 0;
        for place in 0..base.len() {
            let mut other = base.clone();
            other[place] ^= 1;
            flipped += (key(&base) ^ key(&other)).count_ones();
        }
        let mean = flipped as f64 / base.len() as f64;
        assert!((28.0..36.0).contains(&mean), "{mean}");
        assert_ne!(key(b""), key(b"\0"));
        assert_ne!(key(b"\0"), key(b"\0\0"));
    }
}
