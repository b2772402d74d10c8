//! Grows one tree: the leaf whose split gains most is split next, until there are enough leaves or none gains.
//!
//! Of two children only the smaller is counted; the larger is what its parent leaves. Without a limit on leaves the order
//! does not matter, so the newest leaf is split first and few histograms are alive at a time. Where every split looks at
//! a draw of features of its own, histograms are made for just those, feature by feature.
//!
//! It does *not* know what the gradients mean; see [`super::boost`], [`super::decision`] and [`super::random_forest`].

use super::bins::{Binned, Block};
use super::criterion::{Bounded, Criterion, Entropy, Newton};
use super::grown::{Branch, Grown, GrownNode};
use super::histogram::{add_column, add_rows, subtract};
use super::split::{Candidate, Direction, Limits, Rule, Search};
use super::tally::{Scale, Tally};
use crate::train::random::Random;
use std::ops::Range;

/// What splits are judged by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Judge {
    /// Newton's step: boosting, variance, Gini.
    Newton(Newton),
    /// Entropy of outcomes 0 and 1.
    Entropy,
}

/// How a tree is grown.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// The most leaves; 0 for no limit.
    pub most_leaves: usize,
    /// The most questions on a path; 0 for no limit.
    pub most_depth: usize,
    /// What every split must respect.
    pub limits: Limits,
    /// What splits are judged by.
    pub judge: Judge,
    /// By feature, which way values may go.
    pub directions: Vec<Direction>,
    /// By feature, what asking about it costs.
    pub costs: Vec<f64>,
    /// How many features every split draws; 0 for all.
    pub draws: usize,
}

/// What one tree is grown from.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// By row of the table.
    pub tallies: &'a [Tally],
    /// Their units.
    pub scale: &'a Scale,
    /// The features that may be asked about, rising.
    pub features: &'a [usize],
}

/// Grows trees over one table, one after the other, in the same memory.
pub struct Grower<'a> {
    binned: &'a Binned,
    growth: &'a Growth,
    is_bounded: bool,
    /// By block, by slot: histograms.
    pools: Vec<Vec<Vec<Tally>>>,
    free: Vec<usize>,
    scratch: Vec<u32>,
    column: Vec<Tally>,
}

#[derive(Clone, Debug)]
struct Leaf {
    node: usize,
    rows: Range<usize>,
    total: Tally,
    depth: usize,
    low: f64,
    high: f64,
    slot: Option<usize>,
    best: Option<Candidate>,
}

impl Leaf {
    fn gain(&self) -> f64 {
        self.best.map_or(f64::NEG_INFINITY, |best| best.gain)
    }
}

impl<'a> Grower<'a> {
    /// A grower of trees over `binned`.
    pub fn new(binned: &'a Binned, growth: &'a Growth) -> Self {
        let is_bounded = growth.directions.iter().any(|direction| *direction != Direction::Free);
        Grower {
            binned,
            growth,
            is_bounded,
            pools: vec![Vec::new(); binned.blocks().len()],
            free: Vec::new(),
            scratch: Vec::new(),
            column: Vec::new(),
        }
    }

    /// Grows a tree from the rows named (of the table; none more than once), which end up ordered by leaf.
    pub fn grow(&mut self, rows: &mut [u32], ground: Ground, random: &mut Random) -> Grown {
        let total = rows.iter().fold(Tally::default(), |mut sum, row| {
            sum += ground.tallies[*row as usize];
            sum
        });
        let mut tree = Grown::default();
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut root = Leaf { node: 0, rows: 0..rows.len(), total, depth: 0, low, high, slot: None, best: None };
        tree.nodes.push(self.node(&root, &ground));
        if self.may_split(&root) {
            self.look_at_root(&mut root, rows, &ground, random);
        }
        let mut open = vec![root];
        while let Some(chosen) = self.next(&open, tree.leaves.len()) {
            let leaf = open.swap_remove(chosen);
            let is_last = open.len() + tree.leaves.len() + 2 == self.growth.most_leaves;
            let children = self.split(leaf, &mut tree, rows, &ground);
            let children = if is_last { children } else { self.look_at(children, rows, &ground, random) };
            for child in children {
                if child.best.is_some() && !is_last { open.push(child) } else { self.close(child, &mut tree) }
            }
        }
        open.into_iter().for_each(|leaf| self.close(leaf, &mut tree));
        tree.leaves.sort_unstable_by_key(|(_, rows)| rows.start);
        tree
    }

    /// The leaf to split next, none when done.
    fn next(&self, open: &[Leaf], closed: usize) -> Option<usize> {
        let most = self.growth.most_leaves;
        if most == 0 {
            return open.last().filter(|leaf| leaf.best.is_some()).map(|_| open.len() - 1);
        }
        if open.len() + closed >= most {
            return None;
        }
        let better = |best: usize, other: usize| {
            let order = open[other].gain().total_cmp(&open[best].gain());
            // Of equally good leaves the older one, wherever it stands.
            if order.then(open[best].node.cmp(&open[other].node)).is_gt() { other } else { best }
        };
        (0..open.len()).reduce(better).filter(|best| open[*best].best.is_some())
    }

    fn close(&mut self, leaf: Leaf, tree: &mut Grown) {
        self.free.extend(leaf.slot);
        tree.leaves.push((leaf.node, leaf.rows));
    }

    fn node(&self, leaf: &Leaf, ground: &Ground) -> GrownNode {
        let (scale, total) = (ground.scale, leaf.total);
        let (gradient, hessian) = (scale.gradient(total), scale.hessian(total));
        let value = match self.growth.judge {
            Judge::Entropy => Entropy.value(gradient, hessian),
            Judge::Newton(newton) => Bounded { newton, low: leaf.low, high: leaf.high }.value(gradient, hessian),
        };
        let value = if value.is_finite() { value } else { 0.0 };
        GrownNode { value, cover: hessian, rows: scale.count(total), branch: None }
    }

    fn may_split(&self, leaf: &Leaf) -> bool {
        let is_shallow = self.growth.most_depth == 0 || leaf.depth < self.growth.most_depth;
        let can_grow = self.growth.most_leaves != 1;
        is_shallow && can_grow && leaf.rows.len() >= 2 * self.growth.limits.rows.max(1)
    }

    /// Makes a leaf two; neither has been looked at.
    fn split(&mut self, leaf: Leaf, tree: &mut Grown, rows: &mut [u32], ground: &Ground) -> [Leaf; 2] {
        let Some(best) = leaf.best else { unreachable!("only a leaf with a split is chosen") };
        let missing = self.binned.bins[best.feature].missing();
        let codes = self.binned.column(best.feature);
        let count = partition(&mut rows[leaf.rows.clone()], codes, &best.rule.table(missing), &mut self.scratch);
        let middle = leaf.rows.start + count;
        let (low, high) = (leaf.low, leaf.high);
        let child =
            |rows, total| Leaf { node: 0, rows, total, depth: leaf.depth + 1, low, high, slot: None, best: None };
        let mut children = [
            child(leaf.rows.start..middle, best.left),
            Leaf { slot: leaf.slot, ..child(middle..leaf.rows.end, leaf.total - best.left) },
        ];
        self.bound(&mut children, &best, ground);
        let (left, right) = (tree.nodes.len(), tree.nodes.len() + 1);
        let Candidate { feature, rule, gain, .. } = best;
        tree.nodes[leaf.node].branch = Some(Branch { feature, rule, missing, gain, left, right });
        for (child, node) in children.iter_mut().zip([left, right]) {
            child.node = node;
            tree.nodes.push(self.node(child, ground));
        }
        children
    }

    /// What lies below a split on a monotone feature stays on its side of the middle.
    fn bound(&self, [left, right]: &mut [Leaf; 2], best: &Candidate, ground: &Ground) {
        let direction = self.growth.directions.get(best.feature).copied().unwrap_or_default();
        if direction == Direction::Free || !matches!(best.rule, Rule::AtMost { .. }) {
            return;
        }
        let middle = (self.node(left, ground).value + self.node(right, ground).value) / 2.0;
        let (under, over) = if direction == Direction::Up { (left, right) } else { (right, left) };
        under.high = under.high.min(middle);
        over.low = over.low.max(middle);
    }

    fn look_at_root(&mut self, root: &mut Leaf, rows: &[u32], ground: &Ground, random: &mut Random) {
        if self.growth.draws > 0 {
            root.best = self.look_at_draw(root, rows, ground, random);
            return;
        }
        let slot = self.take_slot();
        let mut pools = std::mem::take(&mut self.pools);
        for (block, pool) in self.binned.blocks().iter().zip(&mut pools) {
            add_rows(&mut pool[slot], block, rows, ground.tallies);
            let found = self.search_block(block, &pool[slot], root, ground);
            root.best = better(root.best, found);
        }
        self.pools = pools;
        root.slot = Some(slot);
    }

    /// Finds the best split of two new leaves, the right one of which holds its parent's histogram.
    fn look_at(&mut self, mut leaves: [Leaf; 2], rows: &[u32], ground: &Ground, random: &mut Random) -> [Leaf; 2] {
        if self.growth.draws > 0 {
            for leaf in &mut leaves {
                leaf.best = if self.may_split(leaf) { self.look_at_draw(leaf, rows, ground, random) } else { None };
            }
            return leaves;
        }
        let Some(parent) = leaves[1].slot.take() else { return leaves };
        let wanted = [self.may_split(&leaves[0]), self.may_split(&leaves[1])];
        if wanted == [false; 2] {
            self.free.push(parent);
            return leaves;
        }
        let small = if leaves[0].rows.len() <= leaves[1].rows.len() { 0 } else { 1 };
        let (fresh, large) = (self.take_slot(), 1 - small);
        let mut pools = std::mem::take(&mut self.pools);
        for (block, pool) in self.binned.blocks().iter().zip(&mut pools) {
            add_rows(&mut pool[fresh], block, &rows[leaves[small].rows.clone()], ground.tallies);
            let (whole, part) = two(pool, parent, fresh);
            if wanted[large] {
                subtract(whole, part);
                leaves[large].best =
                    better(leaves[large].best, self.search_block(block, whole, &leaves[large], ground));
            }
            if wanted[small] {
                leaves[small].best = better(leaves[small].best, self.search_block(block, part, &leaves[small], ground));
            }
        }
        self.pools = pools;
        (leaves[small].slot, leaves[large].slot) = (Some(fresh), Some(parent));
        leaves
    }

    /// A slot with an empty histogram for every block.
    fn take_slot(&mut self) -> usize {
        let slot = self.free.pop().unwrap_or(self.pools.first().map_or(0, Vec::len));
        for (block, pool) in self.binned.blocks().iter().zip(&mut self.pools) {
            match pool.get_mut(slot) {
                Some(histogram) => histogram.fill(Tally::default()),
                None => pool.push(vec![Tally::default(); block.bins()]),
            }
        }
        slot
    }

    fn search_block(&self, block: &Block, histogram: &[Tally], leaf: &Leaf, ground: &Ground) -> Option<Candidate> {
        let start = ground.features.partition_point(|feature| *feature < block.first);
        let features = ground.features[start..].iter().take_while(|feature| **feature < block.first + block.width());
        features.fold(None, |best, feature| {
            let place = feature - block.first;
            let part = &histogram[block.offsets[place]..block.offsets[place + 1]];
            better(best, self.search(*feature, part, leaf, ground))
        })
    }

    /// The best split among features drawn for this leaf alone.
    fn look_at_draw(&mut self, leaf: &Leaf, rows: &[u32], ground: &Ground, random: &mut Random) -> Option<Candidate> {
        let mut features = ground.features.to_vec();
        let draws = self.growth.draws.min(features.len());
        let mut column = std::mem::take(&mut self.column);
        let mut best = None;
        for draw in 0..draws {
            let other = draw + random.below(features.len() - draw);
            features.swap(draw, other);
            let feature = features[draw];
            column.clear();
            column.resize(self.binned.bins[feature].width(), Tally::default());
            add_column(&mut column, self.binned.column(feature), &rows[leaf.rows.clone()], ground.tallies);
            best = better(best, self.search(feature, &column, leaf, ground));
        }
        self.column = column;
        best
    }

    fn search(&self, feature: usize, histogram: &[Tally], leaf: &Leaf, ground: &Ground) -> Option<Candidate> {
        match self.growth.judge {
            Judge::Entropy => self.search_by(Entropy, feature, histogram, leaf, ground),
            Judge::Newton(newton) if self.is_bounded => {
                let bounded = Bounded { newton, low: leaf.low, high: leaf.high };
                self.search_by(bounded, feature, histogram, leaf, ground)
            }
            Judge::Newton(newton) => self.search_by(newton, feature, histogram, leaf, ground),
        }
    }

    fn search_by<C: Criterion>(
        &self,
        criterion: C,
        feature: usize,
        histogram: &[Tally],
        leaf: &Leaf,
        ground: &Ground,
    ) -> Option<Candidate> {
        let search = Search {
            histogram,
            bins: &self.binned.bins[feature],
            feature,
            total: leaf.total,
            scale: ground.scale,
            limits: &self.growth.limits,
            direction: self.growth.directions.get(feature).copied().unwrap_or_default(),
            criterion,
            cost: self.growth.costs.get(feature).copied().unwrap_or(0.0),
        };
        search.best()
    }
}

/// The one that gains more; of equally good ones the first.
fn better(best: Option<Candidate>, other: Option<Candidate>) -> Option<Candidate> {
    match (best, other) {
        (Some(best), Some(other)) if other.gain > best.gain => Some(other),
        (None, other) => other,
        (best, _) => best,
    }
}

/// Two different histograms of a pool.
fn two(pool: &mut [Vec<Tally>], one: usize, other: usize) -> (&mut [Tally], &mut [Tally]) {
    let (head, tail) = pool.split_at_mut(one.max(other));
    match one < other {
        true => (&mut head[one], &mut tail[0]),
        false => (&mut tail[0], &mut head[other]),
    }
}

/// Puts rows that go left first, both sides in their order; returns how many there are.
fn partition(rows: &mut [u32], codes: &[u8], left: &[bool; 256], scratch: &mut Vec<u32>) -> usize {
    scratch.clear();
    scratch.resize(rows.len(), 0);
    let (mut lefts, mut rights) = (0, 0);
    for at in 0..rows.len() {
        let row = rows[at];
        let goes_left = left[codes[row as usize] as usize];
        // Both are written and one is kept, which spares a branch that cannot be foreseen.
        rows[lefts] = row;
        scratch[rights] = row;
        lefts += goes_left as usize;
        rights += !goes_left as usize;
    }
    rows[lefts..].copy_from_slice(&scratch[..rights]);
    lefts
}
