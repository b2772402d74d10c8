//! Trees whose leaves are added up: a decision tree is a forest of one, a random forest carries leaves divided by its
//! number of trees, a boosted one its steps.
//!
//! A number is first turned into its **code**, how many of the feature's cuts lie below it, so that a tree compares small
//! integers. Nodes stand in preorder: the left child follows its parent, so a walk only goes forward and must end.

mod stored;

use super::Values;
use super::shapley::Walk;
use crate::error::{Code, Error, Result};
use crate::feature::{MAX_FEATURES, MAX_LEVELS, Program, bounded};
use alloc::vec::Vec;

/// Most cuts of one feature.
pub const MAX_CUTS: usize = 65_000;
/// Most nodes of all trees; far more than a file has room for.
const MAX_NODES: usize = 1 << 20;
/// Most features a forest can tell apart.
const MAX_SPLIT_FEATURES: usize = MAX_FEATURES - 1;
/// Words of 32 levels that a set of levels takes.
const SET_WORDS: usize = MAX_LEVELS / 32 + 1;
/// The code of a missing value.
pub(super) const MISSING: u16 = u16::MAX;

/// What the splits of one feature ask.
#[derive(Clone, Debug, PartialEq)]
pub enum Cuts {
    /// Rising thresholds of an amount.
    Numbers(Vec<f64>),
    /// Sets of levels: bit `l` of a set's words is level `l`, 0 for one not seen in training.
    Levels(Vec<Vec<u32>>),
}

/// What is asked at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// Left if the amount is at most that threshold of the feature.
    AtMost(u16),
    /// Left if the level is in that set of the feature.
    In(u16),
}

/// A question and its two ways on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// The feature asked about.
    pub feature: u8,
    /// The question.
    pub test: Test,
    /// Whether a missing value goes left.
    pub missing_left: bool,
    /// The right child; the left one is the next node.
    pub right: u32,
    /// The share, from 0 to 1, of the training rows asked here that went left; reasons weigh both ways by it.
    pub share: f32,
}

/// A node of a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Node {
    /// Of a leaf, what it adds; of a split, nothing: 0.
    pub value: f32,
    /// None for a leaf.
    pub split: Option<Split>,
}

/// The trees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forest {
    /// What every score starts from.
    pub base: f32,
    /// By feature of the program.
    pub cuts: Vec<Cuts>,
    /// All nodes, tree by tree, each tree in preorder.
    pub nodes: Vec<Node>,
    /// Where each tree begins.
    pub roots: Vec<u32>,
    /// Numbers are rounded to single precision before they are compared, as the library that grew the trees did.
    pub single: bool,
    /// Values are whole multiples of this, at most 32,767 of them, and take two bytes; 0: they take four.
    pub unit: f32,
}

impl Cuts {
    pub(super) fn code(&self, value: Option<f64>, single: bool) -> u16 {
        let Some(value) = value else { return MISSING };
        match self {
            Cuts::Numbers(cuts) => {
                let value = if single { value as f32 as f64 } else { value };
                cuts.partition_point(|cut| *cut < value) as u16
            }
            // A cast saturates; a level beyond the last is one not seen.
            Cuts::Levels(_) => Some(value as u16).filter(|level| *level as usize <= MAX_LEVELS).unwrap_or(0),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Cuts::Numbers(cuts) => cuts.len(),
            Cuts::Levels(sets) => sets.len(),
        }
    }

    fn check(&self) -> Result<()> {
        bounded("cuts of a feature", self.len(), MAX_CUTS)?;
        let sound = match self {
            Cuts::Numbers(cuts) => {
                cuts.iter().all(|cut| cut.is_finite()) && cuts.windows(2).all(|pair| pair[0] < pair[1])
            }
            Cuts::Levels(sets) => sets.iter().all(|set| set.len() <= SET_WORDS),
        };
        match sound {
            true => Ok(()),
            false => {
                Err(Error::new(Code::OutOfRange, "cuts of a feature do not rise, or name levels there are none of"))
            }
        }
    }
}

impl Forest {
    fn codes(&self, values: &impl Values) -> [u16; MAX_FEATURES] {
        let mut codes = [MISSING; MAX_FEATURES];
        for (feature, (code, cuts)) in codes.iter_mut().zip(&self.cuts).enumerate() {
            *code = cuts.code(values.value(feature), self.single);
        }
        codes
    }

    /// The child a split leads to.
    fn next(&self, at: u32, split: &Split, codes: &[u16; MAX_FEATURES]) -> u32 {
        if self.goes_left(split, codes[split.feature as usize]) { at + 1 } else { split.right }
    }

    /// Whether a value with that code goes left.
    pub(super) fn goes_left(&self, split: &Split, code: u16) -> bool {
        match (code, split.test) {
            (MISSING, _) => split.missing_left,
            (code, Test::AtMost(cut)) => code <= cut,
            (code, Test::In(set)) => self.holds(split.feature, set, code),
        }
    }

    fn holds(&self, feature: u8, set: u16, level: u16) -> bool {
        let Cuts::Levels(sets) = &self.cuts[feature as usize] else { return false };
        let word = sets[set as usize].get(level as usize / 32).copied().unwrap_or(0);
        word >> (level % 32) & 1 == 1
    }

    /// The sum over all trees, in their order.
    pub fn raw(&self, values: &impl Values) -> f64 {
        self.sum(&self.codes(values))
    }

    /// The same for each depth of the feature that is the offer.
    pub(super) fn raw_of(&self, values: &impl Values, offer: usize, depths: &[f64], out: &mut [f64]) {
        let mut codes = self.codes(values);
        for (depth, out) in depths.iter().zip(out) {
            codes[offer] = self.cuts[offer].code(Some(*depth), self.single);
            *out = self.sum(&codes);
        }
    }

    fn sum(&self, codes: &[u16; MAX_FEATURES]) -> f64 {
        self.roots.iter().fold(self.base as f64, |sum, root| sum + self.leaf(*root, codes))
    }

    /// Calls `each` with every node that a row passes, tree by tree, leaves included.
    #[cfg(feature = "train")]
    pub fn walk(&self, values: &impl Values, mut each: impl FnMut(usize)) {
        let codes = self.codes(values);
        for root in &self.roots {
            let mut at = *root;
            each(at as usize);
            while let Some(split) = &self.nodes[at as usize].split {
                at = self.next(at, split, &codes);
                each(at as usize);
            }
        }
    }

    fn leaf(&self, root: u32, codes: &[u16; MAX_FEATURES]) -> f64 {
        let mut at = root;
        while let Some(split) = &self.nodes[at as usize].split {
            at = self.next(at, split, codes);
        }
        self.nodes[at as usize].value as f64
    }

    /// The Shapley values of the features, added to `parts`; returns the mean of the forest, weighed by its shares.
    pub(super) fn parts(&self, values: &impl Values, parts: &mut [f64; MAX_FEATURES]) -> f64 {
        let codes = self.codes(values);
        let mut walk = Walk::new(&self.nodes, parts);
        self.roots
            .iter()
            .fold(self.base as f64, |mean, root| mean + walk.tree(*root, |at, split| self.next(at, split, &codes)))
    }

    /// From below a feature's first cut to above its last.
    pub(super) fn range(&self, feature: usize) -> Option<(f64, f64)> {
        let Cuts::Numbers(cuts) = self.cuts.get(feature)? else { return None };
        let (first, last) = (*cuts.first()?, *cuts.last()?);
        Some((first, last + (last - first).max(last.abs().max(1.0) * 1e-3) / 16.0))
    }

    pub(super) fn check(&self, program: &Program) -> Result<()> {
        let (found, expected) = (self.cuts.len(), program.features.len());
        if found != expected {
            return Err(Error::limit(
                Code::BadIndex,
                "cuts of the model, one list per feature",
                expected as u64,
                found as u64,
            ));
        }
        bounded("features of a forest", found, MAX_SPLIT_FEATURES)?;
        bounded("nodes of the trees", self.nodes.len(), MAX_NODES)?;
        super::linear::finite(self.base)?;
        self.cuts.iter().try_for_each(Cuts::check)?;
        self.nodes.iter().try_for_each(|node| super::linear::finite(node.value))?;
        let whole = self.unit.is_finite() && self.unit >= 0.0;
        let end = |tree: usize| self.roots.get(tree + 1).map_or(self.nodes.len() as u32, |next| *next);
        let mut trees = self.roots.iter().enumerate();
        let starts_at_zero = self.roots.first().map_or(self.nodes.is_empty(), |root| *root == 0);
        match whole && starts_at_zero && trees.all(|(tree, root)| self.is_tree(*root, end(tree))) {
            true => Ok(()),
            false => Err(Error::new(
                Code::BadIndex,
                "a tree's nodes do not stand in preorder, ask what is not there, or share out more than all rows",
            )),
        }
    }

    /// Whether the nodes from `root` up to `end` are one tree in preorder.
    fn is_tree(&self, root: u32, end: u32) -> bool {
        let mut right = Vec::new();
        let last = self.nodes.len() as u32;
        for at in root..end.min(last) {
            match self.nodes[at as usize].split {
                Some(split) => {
                    if !self.asks_what_is_there(&split) {
                        return false;
                    }
                    right.push(split.right);
                }
                // After a leaf comes the right child of the split that is still open, or the tree ends.
                None if at + 1 == end => return right.is_empty(),
                None => {
                    if right.pop() != Some(at + 1) {
                        return false;
                    }
                }
            }
        }
        false
    }

    fn asks_what_is_there(&self, split: &Split) -> bool {
        let is_there = match (self.cuts.get(split.feature as usize), split.test) {
            (Some(Cuts::Numbers(cuts)), Test::AtMost(cut)) => (cut as usize) < cuts.len(),
            (Some(Cuts::Levels(sets)), Test::In(set)) => (set as usize) < sets.len(),
            _ => false,
        };
        is_there && (0.0..=1.0).contains(&split.share)
    }
}
