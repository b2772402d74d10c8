//! Baskets: which items were bought together, each item a number, all baskets in one flat list.
//!
//! An item counts once per basket however often it is in it, and a basket without items is no basket. Quantities,
//! prices and the order within a basket are *not* kept.

use crate::error::{Code, Error, Result};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Baskets of distinct items. Items are numbered in the order in which they first appear.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baskets {
    names: Vec<String>,
    items: Vec<u32>,
    ends: Vec<u32>,
}

impl Baskets {
    /// Collects baskets of item names. Refuses more item mentions than a 32-bit position can tell apart.
    pub fn new<'a, B, S>(baskets: impl IntoIterator<Item = B>) -> Result<Baskets>
    where
        B: IntoIterator<Item = S>,
        S: Into<&'a str>,
    {
        let mut numbers: HashMap<&'a str, u32, BuildHasherDefault<Folding>> = HashMap::default();
        let mut names = Vec::new();
        let mut collector = Collector::default();
        for basket in baskets {
            for name in basket {
                let name = name.into();
                let number = *numbers.entry(name).or_insert_with(|| {
                    names.push(name);
                    names.len() as u32 - 1
                });
                collector.item(number);
            }
            collector.close()?;
        }
        Ok(collector.finish(names.into_iter().map(str::to_string).collect()))
    }

    /// Baskets of items that are numbers already: positions in `names`.
    pub fn of_numbers<B>(names: Vec<String>, baskets: impl IntoIterator<Item = B>) -> Result<Baskets>
    where
        B: IntoIterator<Item = u32>,
    {
        let mut collector = Collector::default();
        for basket in baskets {
            for number in basket {
                if number as usize >= names.len() {
                    return Err(Error::limit(
                        Code::BadIndex,
                        "an item without a name",
                        names.len() as u64,
                        number as u64,
                    ));
                }
                collector.item(number);
            }
            collector.close()?;
        }
        Ok(collector.finish(names))
    }

    /// How many baskets there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The items of each basket, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.items[start as usize..*end as usize])
    }

    /// The name of each item.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// Baskets under construction. `seen` holds, per item, the basket that had it last, counted from 1.
#[derive(Default)]
struct Collector {
    items: Vec<u32>,
    ends: Vec<u32>,
    seen: Vec<u32>,
}

impl Collector {
    fn item(&mut self, number: u32) {
        let basket = self.ends.len() as u32 + 1;
        if self.seen.len() <= number as usize {
            self.seen.resize(number as usize + 1, 0);
        }
        if self.seen[number as usize] != basket {
            self.seen[number as usize] = basket;
            self.items.push(number);
        }
    }

    fn close(&mut self) -> Result<()> {
        if self.items.len() >= u32::MAX as usize {
            return Err(Error::limit(Code::TooLarge, "items in all baskets", u32::MAX as u64, self.items.len() as u64));
        }
        let start = self.ends.last().copied().unwrap_or(0);
        if self.items.len() > start as usize {
            self.ends.push(self.items.len() as u32);
        }
        Ok(())
    }

    fn finish(self, names: Vec<String>) -> Baskets {
        Baskets { names, items: self.items, ends: self.ends }
    }
}

/// How many baskets an itemset must be in. At least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinimumCount(u32);

impl MinimumCount {
    /// Refuses 0, which every imaginable set would reach.
    pub fn new(count: u32) -> Result<MinimumCount> {
        match count {
            0 => Err(Error::new(Code::OutOfRange, "the least count of an itemset is 0")),
            count => Ok(MinimumCount(count)),
        }
    }

    /// The least whole number of baskets that is at least `share` of `baskets`. Refuses a share outside (0, 1].
    pub fn of_share(share: f64, baskets: usize) -> Result<MinimumCount> {
        if !(share > 0.0 && share <= 1.0) {
            return Err(Error::new(
                Code::OutOfRange,
                format!("the least support is {share}, not above 0 and at most 1"),
            ));
        }
        // The subtraction keeps 0.07 × 100, which is a little above 7 in binary, from becoming 8.
        Ok(MinimumCount((share * baskets as f64 - 1e-9).ceil().max(1.0) as u32))
    }

    /// The count.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// Hashes short names quickly. The result is never seen: items are numbered by first appearance. A shop names its
/// own items, so nobody gains by making names collide.
#[derive(Default)]
struct Folding(u64);

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let mut pieces = bytes.chunks_exact(8);
        for piece in &mut pieces {
            self.fold(u64::from_le_bytes(piece.try_into().unwrap_or_default()));
        }
        let rest = pieces.remainder().iter().rev().fold(0, |word, byte| word << 8 | *byte as u64);
        self.fold(rest | (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, _end_of_text: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Folding {
    fn fold(&mut self, word: u64) {
        let wide = (self.0 ^ word ^ 0x9e37_79b9_7f4a_7c15) as u128 * 0xa076_1d64_78bd_642f_u128;
        self.0 = (wide >> 64) as u64 ^ wide as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_an_item_once_per_basket_and_drops_empty_baskets() {
        let baskets = Baskets::new([vec!["b", "a", "b"], vec![], vec!["a"]]).unwrap();
        assert_eq!(baskets.iter().collect::<Vec<_>>(), [&[0, 1][..], &[1]]);
        assert_eq!(baskets.names(), ["b", "a"]);
    }

    #[test]
    fn names_that_differ_only_in_length_or_last_letter_are_different_items() {
        let names = ["", "a", "aa", "\0", "\0\0", "abcdefgh", "abcdefgh\0", "abcdefghi", "日", "日本"];
        assert_eq!(Baskets::new([names]).unwrap().names(), names);
    }

    #[test]
    fn refuses_an_item_number_without_a_name() {
        let refusal = Baskets::of_numbers(vec!["a".into()], [[1]]).unwrap_err();
        assert_eq!(refusal.code(), Code::BadIndex);
    }

    #[test]
    fn a_share_becomes_the_least_sufficient_count() {
        for (share, baskets, count) in [(0.01, 9_835, 99), (0.001, 9_835, 10), (0.07, 100, 7), (1e-9, 5, 1)] {
            assert_eq!(MinimumCount::of_share(share, baskets).unwrap().get(), count, "{share} of {baskets}");
        }
    }

    #[test]
    fn refuses_shares_outside_zero_to_one() {
        for share in [0.0, -0.1, 1.01, f64::NAN, f64::INFINITY] {
            assert_eq!(MinimumCount::of_share(share, 10).unwrap_err().code(), Code::OutOfRange);
        }
        assert!(MinimumCount::new(0).is_err());
    }
}
