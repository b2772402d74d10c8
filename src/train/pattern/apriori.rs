//! Apriori: sets of one size from those of the size before (Agrawal and Srikant, VLDB 1994).
//!
//! Two sets that differ in their last item make a candidate; a candidate with an infrequent subset is dropped before
//! counting. Counting does not scan all baskets: it walks those that hold the candidate's first items, which
//! neighbouring candidates share. It finds what [`fp_growth`](super::fp_growth) finds, by a different route; that is
//! what it is kept for.

use super::baskets::{Baskets, MinimumCount};
use super::itemsets::{Found, Itemsets, MAX_ITEMSETS};
use super::ranked::Ranked;
use super::set_index::{SetIndex, without};
use crate::error::Result;

/// All sets that are in at least `minimum` baskets. Refuses to return more than [`MAX_ITEMSETS`].
pub fn mine(baskets: &Baskets, minimum: MinimumCount) -> Result<Itemsets> {
    mine_at_most(baskets, minimum, MAX_ITEMSETS)
}

pub(super) fn mine_at_most(baskets: &Baskets, minimum: MinimumCount, limit: usize) -> Result<Itemsets> {
    let ranked = Ranked::new(baskets, minimum);
    let mut found = Found::new(limit);
    let mut level = Level { size: 1, sets: (0..ranked.labels.len() as u32).rev().collect(), counts: Vec::new() };
    level.counts = ranked.counts.iter().rev().copied().collect();
    while !level.counts.is_empty() && !found.is_over() {
        for (set, count) in level.sets.chunks_exact(level.size).zip(&level.counts) {
            found.push(set.iter().map(|rank| ranked.labels[*rank as usize]), *count);
        }
        level = level.next(&ranked, minimum.get(), limit);
    }
    found.finish()
}

/// All frequent sets of one size. Each set falls in rank, so that its first item is its rarest; sets are in
/// falling order, so that those with the same beginning are neighbours.
struct Level {
    size: usize,
    sets: Vec<u32>,
    counts: Vec<u32>,
}

impl Level {
    fn set(&self, index: usize) -> &[u32] {
        &self.sets[index * self.size..(index + 1) * self.size]
    }

    /// The frequent sets one larger. Stops early when they alone are more than `limit`.
    fn next(&self, ranked: &Ranked, minimum: u32, limit: usize) -> Level {
        let mut next = Level { size: self.size + 1, sets: Vec::new(), counts: Vec::new() };
        let known = SetIndex::new(self.counts.len(), |index| self.set(index));
        let mut counter = Counter::new(ranked);
        for (index, end) in self.with_siblings() {
            let set = self.set(index);
            let lasts = (index + 1..end).map(|sibling| self.set(sibling)[self.size - 1]);
            let candidates: Vec<u32> = lasts.filter(|last| all_subsets_known(&known, set, *last)).collect();
            for (last, count) in counter.count(set, &candidates) {
                if count >= minimum {
                    next.sets.extend_from_slice(set);
                    next.sets.push(last);
                    next.counts.push(count);
                }
            }
            if next.counts.len() > limit {
                break;
            }
        }
        next
    }

    /// Each set with the end of the run of sets that share all but its last item.
    fn with_siblings(&self) -> impl Iterator<Item = (usize, usize)> {
        let shared = self.size - 1;
        let mut end = 0;
        (0..self.counts.len()).map(move |index| {
            if index >= end {
                let alike = |other: &usize| self.set(*other)[..shared] == self.set(index)[..shared];
                end = (index..self.counts.len()).take_while(alike).last().map_or(index, |last| last) + 1;
            }
            (index, end)
        })
    }
}

/// Whether `set` and `last` without any one item of `set` is frequent. Leaving out one of the two last items gives
/// the parents, which are known to be.
fn all_subsets_known<'a>(known: &SetIndex<'a, impl Fn(usize) -> &'a [u32]>, set: &[u32], last: u32) -> bool {
    let inner = set.len() - 1;
    (0..inner).all(|left_out| known.find(without(set, left_out).chain([last])).is_some())
}

/// Counts extensions of one set after another; what their beginnings share is kept.
struct Counter<'a> {
    ranked: &'a Ranked,
    beginning: Vec<u32>,
    /// For each item of the beginning: the baskets that hold the items up to it, handed out by each more frequent item
    /// in them.
    handed: Vec<Vec<Vec<u32>>>,
    counts: Vec<u32>,
}

impl<'a> Counter<'a> {
    fn new(ranked: &'a Ranked) -> Self {
        Counter { ranked, beginning: Vec::new(), handed: Vec::new(), counts: vec![0; ranked.labels.len()] }
    }

    /// In how many baskets `set` is together with each of `lasts`, which fall and are more frequent than its items.
    fn count(&mut self, set: &[u32], lasts: &[u32]) -> Vec<(u32, u32)> {
        let Some(stop) = lasts.first() else { return Vec::new() };
        self.follow(&set[..set.len() - 1]);
        for basket in holders(self.ranked, &self.handed, set) {
            let more_frequent = self.ranked.basket(*basket).iter().take_while(|rank| *rank <= stop);
            more_frequent.for_each(|rank| self.counts[*rank as usize] += 1);
        }
        let counted = lasts.iter().map(|last| (*last, self.counts[*last as usize])).collect();
        self.counts[..=*stop as usize].fill(0);
        counted
    }

    /// Hands out baskets along `beginning`, from where it differs from the last.
    fn follow(&mut self, beginning: &[u32]) {
        let shared = self.beginning.iter().zip(beginning).take_while(|(a, b)| a == b).count();
        self.handed.resize(self.handed.len().max(beginning.len()), vec![Vec::new(); self.counts.len()]);
        for depth in shared..beginning.len() {
            let (done, open) = self.handed.split_at_mut(depth);
            hand_out(self.ranked, holders(self.ranked, done, &beginning[..=depth]), beginning[depth], &mut open[0]);
        }
        self.beginning.clear();
        self.beginning.extend_from_slice(beginning);
    }
}

/// The baskets that hold `set`, all but the last item of which has been handed out along.
fn holders<'a>(ranked: &'a Ranked, handed: &'a [Vec<Vec<u32>>], set: &[u32]) -> &'a [u32] {
    match set {
        [only] => ranked.holders(*only),
        [.., last] => &handed[set.len() - 2][*last as usize],
        [] => &[],
    }
}

/// Lists `baskets` under each of their items that is more frequent than `last`.
fn hand_out(ranked: &Ranked, baskets: &[u32], last: u32, lists: &mut [Vec<u32>]) {
    lists[..last as usize].iter_mut().for_each(Vec::clear);
    for basket in baskets {
        let more_frequent = ranked.basket(*basket).iter().take_while(|rank| **rank < last);
        more_frequent.for_each(|rank| lists[*rank as usize].push(*basket));
    }
}
