//! Trees over columns → a [`Forest`] over features.
//!
//! Leaves become single precision here. What that loses stays far below 1e-6 as long as leaves are small, so a tree whose
//! leaves all lie far from zero is moved there and what it was moved by joins the base, which is kept in two floats.

use super::columns::Placement;
use super::tree::{Question, Split, Tree};
use super::{Trees, bad};
use crate::error::{Code, Error, Result};
use crate::feature::{Program, bounded};
use crate::model::{Cuts, Forest, MAX_CUTS, Node, Test};

/// Most nodes of all trees: four times what a file has room for.
const MAX_NODES: usize = 1 << 18;
/// Leaves beyond this lose more than the eighth decimal in single precision.
const FAR: f64 = 1.0;
/// A remainder of the base below this is not worth a leaf.
const REMAINDER: f64 = 1e-9;

/// The forest whose feature `f` is the column placed there.
pub(crate) fn build(grown: &Trees, placement: &Placement, program: &Program) -> Result<Forest> {
    let nodes = grown.trees.iter().map(|tree| tree.nodes.len()).sum();
    bounded("nodes of the trees", nodes, MAX_NODES)?;
    let asked = Asked::of(grown, placement, program)?;
    let mut forest = Forest { single: grown.single, cuts: asked.cuts()?, ..Forest::default() };
    let mut base = grown.base;
    for tree in &grown.trees {
        let moved = distance(tree);
        base += moved;
        plant(&mut forest, tree, moved, &|split| asked.split(split, placement));
    }
    forest.base = base as f32;
    let rest = base - forest.base as f64;
    if rest.abs() > REMAINDER {
        forest.roots.push(forest.nodes.len() as u32);
        forest.nodes.push(Node { value: rest as f32, split: None });
    }
    Ok(forest)
}

/// By how much a tree's leaves are moved towards zero.
fn distance(tree: &Tree) -> f64 {
    let largest = |moved: f64| tree.leaves().fold(0.0, |most: f64, leaf| most.max((leaf - moved).abs()));
    let middle = tree.nodes[0].value;
    if largest(0.0) > FAR && 2.0 * largest(middle) < largest(0.0) { middle } else { 0.0 }
}

fn plant(forest: &mut Forest, tree: &Tree, moved: f64, split: &dyn Fn(&Split) -> (u8, Test)) {
    let root = forest.nodes.len() as u32;
    forest.roots.push(root);
    for node in &tree.nodes {
        let split = node.split.as_ref().map(|told| {
            let (feature, test) = split(told);
            let Split { missing_left, right, share, .. } = *told;
            crate::model::Split { feature, test, missing_left, right: root + right, share: share as f32 }
        });
        let value = if split.is_none() { (node.value - moved) as f32 } else { 0.0 };
        forest.nodes.push(Node { value, split });
    }
}

/// What is asked of one feature, each question once.
#[derive(Clone, Default)]
struct Questions {
    thresholds: Vec<f64>,
    sets: Vec<Vec<u32>>,
}

impl Questions {
    fn tidy(mut self) -> Questions {
        self.thresholds.sort_by(f64::total_cmp);
        self.thresholds.dedup();
        self.sets.sort();
        self.sets.dedup();
        self
    }

    fn cuts(&self) -> Result<Cuts> {
        bounded("cuts of a feature", self.thresholds.len().max(self.sets.len()), MAX_CUTS)?;
        Ok(match self.sets.is_empty() {
            true => Cuts::Numbers(self.thresholds.clone()),
            false => Cuts::Levels(self.sets.clone()),
        })
    }
}

/// -0 and 0 are one threshold.
fn plain(threshold: f64) -> f64 {
    threshold + 0.0
}

/// What is asked, by feature.
struct Asked(Vec<Questions>);

impl Asked {
    fn of(grown: &Trees, placement: &Placement, program: &Program) -> Result<Asked> {
        let mut asked = vec![Questions::default(); program.features.len()];
        for split in grown.trees.iter().flat_map(|tree| &tree.nodes).filter_map(|node| node.split.as_ref()) {
            let feature = feature(placement, split.column)?;
            match &split.question {
                Question::AtMost(threshold) => asked[feature].thresholds.push(plain(*threshold)),
                Question::Among(categories) => {
                    asked[feature].sets.push(words(categories, split.column, placement)?);
                }
            }
        }
        if let Some(index) = asked.iter().position(|of| !of.thresholds.is_empty() && !of.sets.is_empty()) {
            let name = &program.features[index].name;
            return Err(bad(format!("feature `{name}` is asked for thresholds and for categories; it is one of them")));
        }
        Ok(Asked(asked.into_iter().map(Questions::tidy).collect()))
    }

    fn cuts(&self) -> Result<Vec<Cuts>> {
        self.0.iter().map(Questions::cuts).collect()
    }

    /// The feature and the question of a split; both were met when this was collected.
    fn split(&self, split: &Split, placement: &Placement) -> (u8, Test) {
        let feature = feature(placement, split.column).unwrap_or_default();
        let test = match &split.question {
            Question::AtMost(threshold) => {
                let found = self.0[feature].thresholds.binary_search_by(|cut| cut.total_cmp(&plain(*threshold)));
                Test::AtMost(found.unwrap_or_default() as u16)
            }
            Question::Among(categories) => {
                let set = words(categories, split.column, placement).unwrap_or_default();
                Test::In(self.0[feature].sets.binary_search(&set).unwrap_or_default() as u16)
            }
        };
        (feature as u8, test)
    }
}

fn feature(placement: &Placement, column: usize) -> Result<usize> {
    let missing = || Error::limit(Code::BadIndex, "column of a split", placement.features.len() as u64, column as u64);
    placement.features.get(column).copied().flatten().ok_or_else(missing)
}

/// The set of levels, 32 to a word.
fn words(categories: &[u32], column: usize, placement: &Placement) -> Result<Vec<u32>> {
    let mut words = Vec::new();
    for category in categories {
        let level = placement.level(column, *category)? as usize;
        words.resize(words.len().max(level / 32 + 1), 0);
        words[level / 32] |= 1 << (level % 32);
    }
    Ok(words)
}
