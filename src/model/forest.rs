//! Trees whose leaves are added up: a decision tree is a forest of one, a random forest carries leaves divided by its
//! number of trees, a boosted one its steps.
//!
//! A number is first turned into its **code**, how many of the feature's cuts lie below it, so that a tree compares small
//! integers. Nodes stand in preorder: the left child follows its parent, so a walk only goes forward and must end.

use super::Values;
use super::shapley::Walk;
use crate::artefact::reader::{Reader, Writer};
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
const MISSING: u16 = u16::MAX;
/// Stands in a file where a split would name its feature.
const LEAF: u8 = u8::MAX;
/// A share in two bytes is a whole number of these parts.
const SHARES: f32 = u16::MAX as f32;

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
    /// Values are whole multiples of this, at most 32,767 of them, and they and shares take two bytes; 0: they take four.
    pub unit: f32,
}

impl Cuts {
    fn code(&self, value: Option<f64>, single: bool) -> u16 {
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

    fn len(&self) -> usize {
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

    fn write(&self, w: &mut Writer) {
        match self {
            Cuts::Numbers(cuts) if cuts.iter().all(|cut| *cut as f32 as f64 == *cut) => {
                w.u8(0);
                w.list(cuts, |w, cut| w.f32(*cut as f32));
            }
            Cuts::Numbers(cuts) => {
                w.u8(1);
                w.list(cuts, |w, cut| w.u64(cut.to_bits()));
            }
            Cuts::Levels(sets) => {
                w.u8(2);
                w.list(sets, |w, set| w.list(set, |w, word| w.u32(*word)));
            }
        }
    }

    fn read(r: &mut Reader) -> Cuts {
        match r.index("kind of cuts", 3) {
            0 => Cuts::Numbers(r.list(|r| r.f32() as f64)),
            1 => Cuts::Numbers(r.list(|r| f64::from_bits(r.u64()))),
            _ => Cuts::Levels(r.list(|r| r.list(Reader::u32))),
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
        let code = codes[split.feature as usize];
        let left = match (code, split.test) {
            (MISSING, _) => split.missing_left,
            (code, Test::AtMost(cut)) => code <= cut,
            (code, Test::In(set)) => self.holds(split.feature, set, code),
        };
        if left { at + 1 } else { split.right }
    }

    fn holds(&self, feature: u8, set: u16, level: u16) -> bool {
        let Cuts::Levels(sets) = &self.cuts[feature as usize] else { return false };
        let word = sets[set as usize].get(level as usize / 32).copied().unwrap_or(0);
        word >> (level % 32) & 1 == 1
    }

    /// A share as two bytes give it back.
    #[cfg(feature = "train")]
    pub fn narrow_share(share: f32) -> f32 {
        crate::math::round((share * SHARES) as f64) as f32 / SHARES
    }

    /// The sum over all trees, in their order.
    pub fn raw(&self, values: &impl Values) -> f64 {
        let codes = self.codes(values);
        self.roots.iter().fold(self.base as f64, |sum, root| sum + self.leaf(*root, &codes))
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
        let ends = self.roots.iter().skip(1).copied().chain([self.nodes.len() as u32]);
        let mut trees = self.roots.iter().zip(ends);
        let starts_at_zero = self.roots.first().map_or(self.nodes.is_empty(), |root| *root == 0);
        match whole && starts_at_zero && trees.all(|(root, end)| self.is_tree(*root, end)) {
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

    pub(super) fn write(&self, w: &mut Writer) {
        w.f32(self.base);
        w.u8(self.single as u8);
        w.f32(self.unit);
        w.list(&self.cuts, |w, cuts| cuts.write(w));
        w.u32(self.nodes.len() as u32);
        self.nodes.iter().for_each(|node| self.write_node(w, node));
    }

    fn write_node(&self, w: &mut Writer, node: &Node) {
        let Some(split) = node.split else {
            w.u8(LEAF);
            return match self.unit > 0.0 {
                true => w.u16(crate::math::round(node.value as f64 / self.unit as f64) as i16 as u16),
                false => w.f32(node.value),
            };
        };
        w.u8(split.feature << 1 | split.missing_left as u8);
        let (Test::AtMost(cut) | Test::In(cut)) = split.test;
        if self.is_narrow(split.feature) {
            w.u8(cut as u8)
        } else {
            w.u16(cut)
        }
        match self.unit > 0.0 {
            true => w.u16(crate::math::round((split.share * SHARES) as f64) as u16),
            false => w.f32(split.share),
        }
    }

    /// Whether one byte tells a feature's cuts apart.
    fn is_narrow(&self, feature: u8) -> bool {
        self.cuts.get(feature as usize).is_none_or(|cuts| cuts.len() <= 256)
    }

    /// Right children and roots are not in the file: preorder tells them.
    pub(super) fn read(r: &mut Reader) -> Forest {
        let (base, single, unit) = (r.f32(), r.index("single precision, yes or no", 2), r.f32());
        let mut forest = Forest { base, single: single == 1, unit, cuts: r.list(Cuts::read), ..Forest::default() };
        let count = r.count(4) as u32;
        // Splits whose right child is still to come, and nodes that the tree still lacks.
        let (mut open, mut lacking) = (Vec::new(), 0u32);
        for at in 0..count {
            if lacking == 0 {
                forest.roots.push(at);
                lacking = 1;
            }
            let node = forest.read_node(r);
            forest.nodes.push(node);
            match node.split {
                Some(_) => {
                    open.push(at);
                    lacking += 1;
                }
                None => {
                    lacking -= 1;
                    if let Some(parent) = open.pop()
                        && let Some(split) = &mut forest.nodes[parent as usize].split
                    {
                        split.right = at + 1;
                    }
                }
            }
        }
        forest
    }

    fn read_node(&self, r: &mut Reader) -> Node {
        let first = r.u8();
        if first != LEAF {
            return Node { value: 0.0, split: Some(self.read_split(r, first)) };
        }
        let value = match self.unit > 0.0 {
            true => r.u16() as i16 as f32 * self.unit,
            false => r.f32(),
        };
        Node { value, split: None }
    }

    fn read_split(&self, r: &mut Reader, first: u8) -> Split {
        let feature = first >> 1;
        let cut = if self.is_narrow(feature) { r.u8() as u16 } else { r.u16() };
        let test = match self.cuts.get(feature as usize) {
            Some(Cuts::Levels(_)) => Test::In(cut),
            _ => Test::AtMost(cut),
        };
        let share = if self.unit > 0.0 { r.u16() as f32 / SHARES } else { r.f32() };
        Split { feature, test, missing_left: first & 1 == 1, right: 0, share }
    }
}
