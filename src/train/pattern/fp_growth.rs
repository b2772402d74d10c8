//! FP-growth: every frequent itemset without generating candidates (Han, Pei and Yin, SIGMOD 2000).
//!
//! Baskets become a prefix tree. For each item, the paths above its nodes hold all that is bought with it and is more
//! frequent; items frequent among those grow the pattern, and their paths become a smaller tree of their own. Once
//! at most 64 items remain, paths are packed into words instead (see `packed`), which ends most branches at once.
//!
//! What it does *not* do: approximate, sample, or limit the size of a set.

use super::baskets::{Baskets, MinimumCount};
use super::fp_tree::{Paths, Runs, Tree};
use super::itemsets::{Found, Itemsets, MAX_ITEMSETS};
use super::packed::{self, Word};
use super::ranked::Ranked;
use crate::error::Result;

/// All sets that are in at least `minimum` baskets. Refuses to return more than [`MAX_ITEMSETS`].
pub fn mine(baskets: &Baskets, minimum: MinimumCount) -> Result<Itemsets> {
    mine_at_most(baskets, minimum, MAX_ITEMSETS)
}

pub(super) fn mine_at_most(baskets: &Baskets, minimum: MinimumCount, limit: usize) -> Result<Itemsets> {
    let Ranked { labels, counts, ranks, ends, .. } = Ranked::new(baskets, minimum);
    let weights = vec![1; ends.len()];
    let tree = Tree::new(&Paths { items: ranks, ends, weights }, labels.len());
    let mut growth =
        Growth { minimum: minimum.get(), found: Found::new(limit), pattern: Vec::new(), words: Vec::new() };
    growth.grow(&tree, &labels, &counts);
    growth.found.finish()
}

/// The pattern being grown, and those found so far.
pub(super) struct Growth {
    pub(super) minimum: u32,
    pub(super) found: Found,
    pub(super) pattern: Vec<u32>,
    /// Paths packed into words, those of longer patterns on top.
    pub(super) words: Vec<Word>,
}

/// Items that are frequent together with the pattern.
struct Partners {
    /// Each partner's place in the tree, rising.
    items: Vec<u32>,
    /// How often each is together with the pattern.
    counts: Vec<u32>,
}

impl Growth {
    /// Adds every frequent set made of the pattern and items of `tree`, which are frequent with `counts`.
    fn grow(&mut self, tree: &Tree, labels: &[u32], counts: &[u32]) {
        for item in 0..tree.width() as u32 {
            self.pattern.push(labels[item as usize]);
            self.found.push(self.pattern.iter().copied(), counts[item as usize]);
            self.extend(tree, item, labels);
            self.pattern.pop();
            if self.found.is_over() {
                return;
            }
        }
    }

    /// Grows the pattern, which ends in `item`, by items above it in the tree.
    fn extend(&mut self, tree: &Tree, item: u32, labels: &[u32]) {
        let Partners { items, counts } = partners(tree, item, self.minimum);
        let labels: Vec<u32> = items.iter().map(|partner| labels[*partner as usize]).collect();
        match labels.len() {
            0 => {}
            // With a single partner there is nothing left to combine.
            1 => self.grow_packed(Vec::new(), &labels, &counts),
            2..=packed::MOST => self.grow_packed(words(tree, item, &items), &labels, &counts),
            width => self.grow(&Tree::new(&paths(tree, item, &items), width), &labels, &counts),
        }
    }
}

/// Counts what is above the nodes of `item`: one step per ancestor.
fn partners(tree: &Tree, item: u32, minimum: u32) -> Partners {
    let mut counts = vec![0; item as usize];
    for (count, runs) in tree.paths_above(item) {
        runs.for_each(|run| run.iter().for_each(|item| counts[*item as usize] += count));
    }
    let items: Vec<u32> = (0..item).filter(|item| counts[*item as usize] >= minimum).collect();
    let counts = items.iter().map(|item| counts[*item as usize]).collect();
    Partners { items, counts }
}

/// The paths above `item`, one bit per partner.
fn words(tree: &Tree, item: u32, partners: &[u32]) -> Vec<Word> {
    let mut bits = vec![0u64; item as usize];
    partners.iter().enumerate().for_each(|(position, partner)| bits[*partner as usize] = 1 << position);
    let word = |runs: Runs| runs.fold(0, |word, run| run.iter().fold(word, |word, item| word | bits[*item as usize]));
    tree.paths_above(item).map(|(count, runs)| (word(runs), count)).collect()
}

/// The paths above `item`, reduced to the partners and renamed.
fn paths(tree: &Tree, item: u32, partners: &[u32]) -> Paths {
    let mut positions = vec![None; item as usize];
    partners.iter().zip(0..).for_each(|(partner, position)| positions[*partner as usize] = Some(position));
    let (mut paths, mut path) = (Paths::default(), Vec::new());
    for (count, runs) in tree.paths_above(item) {
        path.clear();
        runs.for_each(|run| path.extend(run.iter().rev().filter_map(|item| positions[*item as usize])));
        paths.push(path.iter().rev().copied(), count);
    }
    paths
}
