//! Frequent itemsets with their counts, all in one flat list.
//!
//! A set is a rising run of item numbers. Sets come in the order in which a method found them; [`Itemsets::sort`]
//! puts them into the one order in which results can be compared.

use super::baskets::Baskets;
use crate::error::{Code, Error, Result};
use std::collections::BTreeMap;

/// More sets than this help nobody, and a careless threshold must not fill the memory.
pub const MAX_ITEMSETS: usize = 5_000_000;

/// Sets of items and in how many baskets each is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Itemsets {
    items: Vec<u32>,
    ends: Vec<u32>,
    counts: Vec<u32>,
}

impl Itemsets {
    /// How many sets there are.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The items of the set at `index`, rising.
    pub fn items(&self, index: usize) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.items[start as usize..self.ends[index] as usize]
    }

    /// In how many baskets the set at `index` is.
    pub fn count(&self, index: usize) -> u32 {
        self.counts[index]
    }

    /// Every set with its count.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], u32)> {
        (0..self.len()).map(|index| (self.items(index), self.counts[index]))
    }

    /// How many sets there are of each size.
    pub fn sizes(&self) -> BTreeMap<usize, usize> {
        self.iter().fold(BTreeMap::new(), |mut sizes, (items, _)| {
            *sizes.entry(items.len()).or_default() += 1;
            sizes
        })
    }

    /// Orders sets by size, then by items.
    pub fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_unstable_by_key(|index| (self.items(*index).len(), self.items(*index)));
        *self = self.select(&order);
    }

    /// The sets at `indices`, in that order.
    pub fn select(&self, indices: &[usize]) -> Itemsets {
        let mut selected = Itemsets::default();
        for index in indices {
            selected.push_rising(self.items(*index), self.counts[*index]);
        }
        selected
    }

    /// Every set as a line of text: names in order with `|` between them, a tab, the count.
    pub fn lines(&self, baskets: &Baskets) -> Vec<String> {
        self.iter()
            .map(|(items, count)| {
                let mut names: Vec<&str> = items.iter().map(|item| baskets.names()[*item as usize].as_str()).collect();
                names.sort_unstable();
                format!("{}\t{count}", names.join("|"))
            })
            .collect()
    }

    fn push_rising(&mut self, items: &[u32], count: u32) {
        self.items.extend_from_slice(items);
        self.ends.push(self.items.len() as u32);
        self.counts.push(count);
    }
}

/// A list that sets are added to while one is being grown item by item.
pub(super) struct Found {
    sets: Itemsets,
    limit: usize,
}

impl Found {
    /// Holds at most `limit` sets.
    pub(super) fn new(limit: usize) -> Found {
        Found { sets: Itemsets::default(), limit }
    }

    /// Adds the set of `items`, which may come in any order.
    pub(super) fn push(&mut self, items: impl Iterator<Item = u32>, count: u32) {
        let start = self.sets.items.len();
        self.sets.items.extend(items);
        self.sets.items[start..].sort_unstable();
        self.sets.ends.push(self.sets.items.len() as u32);
        self.sets.counts.push(count);
    }

    /// Whether there are too many, so that looking for more is pointless.
    pub(super) fn is_over(&self) -> bool {
        self.sets.len() > self.limit
    }

    /// The sets, unless there are too many.
    pub(super) fn finish(self) -> Result<Itemsets> {
        match self.is_over() {
            true => {
                let what = "frequent itemsets; raise the least support";
                Err(Error::limit(Code::TooLarge, what, self.limit as u64, self.sets.len() as u64))
            }
            false => Ok(self.sets),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MinimumCount, apriori, fp_growth};
    use super::*;

    #[test]
    fn refuses_to_fill_the_memory_with_combinations() {
        let names = (0..400).map(|item: u32| item.to_string()).collect();
        let baskets = Baskets::of_numbers(names, std::iter::once(0..400)).unwrap();
        let minimum = MinimumCount::new(1).unwrap();
        for mine in [fp_growth::mine_at_most, apriori::mine_at_most] {
            assert_eq!(mine(&baskets, minimum, 10_000).unwrap_err().code(), Code::TooLarge);
        }
    }

    #[test]
    fn sorting_goes_by_size_and_then_by_items() {
        let mut found = Found::new(9);
        for items in [vec![2, 1], vec![3], vec![1, 0], vec![0]] {
            found.push(items.into_iter(), 7);
        }
        let mut sets = found.finish().unwrap();
        sets.sort();
        let items: Vec<&[u32]> = sets.iter().map(|(items, _)| items).collect();
        assert_eq!(items, [&[0][..], &[3], &[0, 1], &[1, 2]]);
    }
}
