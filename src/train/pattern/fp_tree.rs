//! The frequent-pattern tree of Han, Pei and Yin (SIGMOD 2000): paths of items from the most frequent down, with
//! shared beginnings stored once.
//!
//! Nodes lie in depth-first order and know only the way up, which is all that growing a pattern needs. Paths are sorted
//! before the tree is built, so that no node has to look for a child.

/// Weighted paths of rising items, one after the other.
#[derive(Default)]
pub(super) struct Paths {
    /// Items of all paths.
    pub(super) items: Vec<u32>,
    /// Where each path ends in `items`.
    pub(super) ends: Vec<u32>,
    /// How often each path occurs.
    pub(super) weights: Vec<u32>,
}

impl Paths {
    /// Adds a path of `items`.
    pub(super) fn push(&mut self, items: impl Iterator<Item = u32>, weight: u32) {
        self.items.extend(items);
        self.ends.push(self.items.len() as u32);
        self.weights.push(weight);
    }

    fn path(&self, index: u32) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index as usize - 1] };
        &self.items[start as usize..self.ends[index as usize] as usize]
    }

    /// Positions of the paths in lexicographic order. Most are told apart by their first few items, packed into a word.
    fn order(&self, width: usize) -> Vec<(u64, u32)> {
        let bits = (usize::BITS - width.leading_zeros()).max(1);
        let pack = |path: &[u32]| {
            let heads = (0..64 / bits as usize).map(|depth| path.get(depth).map_or(0, |item| *item as u64 + 1));
            heads.fold(0, |key, head| key << bits | head)
        };
        let mut order: Vec<(u64, u32)> =
            (0..self.ends.len() as u32).map(|index| (pack(self.path(index)), index)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.path(a.1).cmp(self.path(b.1))));
        order
    }
}

/// Stands for no run: above the first item of a path.
const NONE: u32 = u32::MAX;

/// Nodes side by side, each the parent of the next.
#[derive(Clone, Copy)]
struct Run {
    start: u32,
    /// The end of the part of the run above that leads here: one past the first node's parent.
    above_end: u32,
    /// The run above, or [`NONE`].
    above: u32,
}

/// A node as the list of its item has it, so that reading a list needs nothing else.
#[derive(Clone, Copy, Default)]
struct Entry {
    node: u32,
    run: u32,
    count: u32,
}

/// The tree, with the nodes of each item listed. Below a fork, a branch is one run: the way up is a few runs, not many jumps.
pub(super) struct Tree {
    /// The item of each node.
    items: Vec<u32>,
    runs: Vec<Run>,
    entries: Vec<Entry>,
    /// Where each item's list ends in `entries`.
    list_ends: Vec<u32>,
}

impl Tree {
    /// Builds the tree of `paths` over the items `0..width`. Costs a sort of the paths and one step per item.
    pub(super) fn new(paths: &Paths, width: usize) -> Tree {
        let mut tree = Tree { items: Vec::new(), runs: Vec::new(), entries: Vec::new(), list_ends: Vec::new() };
        let mut counts: Vec<u32> = Vec::new();
        let (mut open, mut previous): (Vec<Open>, &[u32]) = (Vec::new(), &[]);
        for (_, index) in paths.order(width) {
            let path = paths.path(index);
            let shared = previous.iter().zip(path).take_while(|(a, b)| a == b).count();
            open.truncate(shared);
            tree.branch(&mut open, &path[shared..]);
            counts.resize(tree.items.len(), 0);
            if let Some(end) = open.last() {
                counts[end.node as usize] += paths.weights[index as usize];
            }
            previous = path;
        }
        tree.sum_upwards(&mut counts);
        tree.list(&counts, width);
        tree
    }

    /// Adds a run of `items` below the last open node, and opens its nodes.
    fn branch(&mut self, open: &mut Vec<Open>, items: &[u32]) {
        if items.is_empty() {
            return;
        }
        let (start, run) = (self.items.len() as u32, self.runs.len() as u32);
        let (above_end, above) = open.last().map_or((0, NONE), |end| (end.node + 1, end.run));
        self.runs.push(Run { start, above_end, above });
        self.items.extend_from_slice(items);
        open.extend((start..self.items.len() as u32).map(|node| Open { node, run }));
    }

    /// A node is in as many baskets as end at it and as pass through the nodes below it.
    fn sum_upwards(&self, counts: &mut [u32]) {
        let mut end = counts.len();
        for run in self.runs.iter().rev() {
            let start = run.start as usize;
            (start + 1..end).rev().for_each(|node| counts[node - 1] += counts[node]);
            if run.above != NONE {
                counts[run.above_end as usize - 1] += counts[start];
            }
            end = start;
        }
    }

    fn list(&mut self, counts: &[u32], width: usize) {
        let mut ends = vec![0; width];
        self.items.iter().for_each(|item| ends[*item as usize] += 1);
        let mut start = 0;
        for end in &mut ends {
            (*end, start) = (start, start + *end);
        }
        // Each entry of `ends` now holds where its list starts, and moves to where it ends as the list fills.
        self.entries = vec![Entry::default(); self.items.len()];
        let mut run = 0;
        for (node, (item, count)) in self.items.iter().zip(counts).enumerate() {
            run += self.runs.get(run + 1).is_some_and(|next| next.start as usize == node) as usize;
            self.entries[ends[*item as usize] as usize] = Entry { node: node as u32, run: run as u32, count: *count };
            ends[*item as usize] += 1;
        }
        self.list_ends = ends;
    }

    /// How many items the tree is over.
    pub(super) fn width(&self) -> usize {
        self.list_ends.len()
    }

    /// For each node of `item`: its count, and the items above it in rising runs, the nearest run first.
    pub(super) fn paths_above(&self, item: u32) -> impl ExactSizeIterator<Item = (u32, Runs<'_>)> {
        let start = if item == 0 { 0 } else { self.list_ends[item as usize - 1] };
        let entries = &self.entries[start as usize..self.list_ends[item as usize] as usize];
        entries.iter().map(|entry| (entry.count, Runs { tree: self, run: entry.run, end: entry.node }))
    }
}

/// A node on the path that is being added.
struct Open {
    node: u32,
    run: u32,
}

/// The way up from a node, which itself is left out.
#[derive(Clone, Copy)]
pub(super) struct Runs<'a> {
    tree: &'a Tree,
    run: u32,
    end: u32,
}

impl<'a> Iterator for Runs<'a> {
    type Item = &'a [u32];

    #[inline(always)]
    fn next(&mut self) -> Option<&'a [u32]> {
        let run = self.tree.runs.get(self.run as usize)?;
        let items = self.tree.items.get(run.start as usize..self.end as usize)?;
        (self.run, self.end) = (run.above, run.above_end);
        Some(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_beginnings_are_stored_once_with_summed_counts() {
        let mut paths = Paths::default();
        for (path, weight) in [(&[0, 2][..], 1), (&[0], 2), (&[0, 1, 2], 4), (&[1], 8), (&[], 16)] {
            paths.push(path.iter().copied(), weight);
        }
        let tree = Tree::new(&paths, 3);
        let above = |item| {
            let paths = tree.paths_above(item).map(|(count, runs)| (count, runs.flatten().copied().collect()));
            paths.collect::<Vec<(u32, Vec<u32>)>>()
        };
        assert_eq!(above(0), [(7, vec![])]);
        assert_eq!(above(1), [(4, vec![0]), (8, vec![])]);
        assert_eq!(above(2), [(4, vec![1, 0]), (1, vec![0])]);
    }
}
