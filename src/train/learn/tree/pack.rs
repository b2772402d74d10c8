//! Grown trees in the artefact's own form: only the cuts and sets that are asked about, values in two bytes.

use super::bins::{Bins, Meaning};
use super::grown::Grown;
use super::split::{Rule, holds};
use crate::error::{Code, Error, Result};
use crate::math;
use crate::model::{Cuts, Forest, Node, Split, Test};
use std::collections::BTreeMap;

/// The largest whole multiple of a unit that fits two bytes.
const MOST_UNITS: f64 = i16::MAX as f64;

/// The questions asked about one feature, in the order they have in the file.
enum Questions {
    /// By code, the position of its cut.
    Cuts(BTreeMap<u8, u16>),
    /// By set of levels.
    Sets(BTreeMap<Vec<u32>, u16>),
}

/// Packs trees; `base` is what every score starts from.
pub fn forest(bins: &[Bins], trees: &[Grown], base: f32) -> Forest {
    let questions: Vec<Questions> = (0..bins.len()).map(|feature| questions(bins, trees, feature)).collect();
    let mut forest = Forest { base, ..Forest::default() };
    forest.cuts = bins.iter().zip(&questions).map(|(bins, questions)| cuts(bins, questions)).collect();
    for tree in trees {
        forest.roots.push(forest.nodes.len() as u32);
        add_node(&mut forest.nodes, bins, &questions, tree, 0);
    }
    forest
}

fn questions(bins: &[Bins], trees: &[Grown], feature: usize) -> Questions {
    let branches = trees.iter().flat_map(|tree| &tree.nodes).filter_map(|node| node.branch);
    let rules = branches.filter(|branch| branch.feature == feature).map(|branch| branch.rule);
    match &bins[feature].meaning {
        Meaning::Numbers { .. } => {
            let codes =
                rules.filter_map(|rule| if let Rule::AtMost { code, .. } = rule { Some((code, 0)) } else { None });
            let mut codes: BTreeMap<u8, u16> = codes.collect();
            codes.values_mut().enumerate().for_each(|(position, cut)| *cut = position as u16);
            Questions::Cuts(codes)
        }
        Meaning::Levels { levels, .. } => {
            let mut sets: BTreeMap<Vec<u32>, u16> = rules.map(|rule| (words(levels, &rule), 0)).collect();
            sets.values_mut().enumerate().for_each(|(position, set)| *set = position as u16);
            Questions::Sets(sets)
        }
    }
}

/// The levels of a set of codes as words of bits, no word more than needed.
fn words(levels: &[Vec<u16>], rule: &Rule) -> Vec<u32> {
    let Rule::In(set) = rule else { return Vec::new() };
    let mut words = Vec::new();
    for level in levels.iter().enumerate().filter(|(code, _)| holds(set, *code as u8)).flat_map(|(_, levels)| levels) {
        let word = *level as usize / 32;
        words.resize(words.len().max(word + 1), 0);
        words[word] |= 1 << (level % 32);
    }
    words
}

fn cuts(bins: &Bins, questions: &Questions) -> Cuts {
    match (&bins.meaning, questions) {
        (Meaning::Numbers { cuts, beyond }, Questions::Cuts(codes)) => {
            Cuts::Numbers(codes.keys().map(|code| cuts.get(*code as usize).copied().unwrap_or(*beyond)).collect())
        }
        (_, Questions::Sets(sets)) => Cuts::Levels(sets.keys().cloned().collect()),
        (Meaning::Levels { .. }, Questions::Cuts(_)) => Cuts::Levels(Vec::new()),
    }
}

/// Adds a node and what lies below it, in preorder.
fn add_node(nodes: &mut Vec<Node>, bins: &[Bins], questions: &[Questions], tree: &Grown, at: usize) {
    let place = nodes.len();
    let node = &tree.nodes[at];
    nodes.push(Node { value: node.value as f32, split: None });
    let Some(branch) = &node.branch else { return };
    let (test, missing_left) = match (&branch.rule, &questions[branch.feature], &bins[branch.feature].meaning) {
        (Rule::AtMost { code, missing_left }, Questions::Cuts(codes), _) => (Test::AtMost(codes[code]), *missing_left),
        (Rule::In(set), Questions::Sets(sets), Meaning::Levels { levels, .. }) => {
            (Test::In(sets[&words(levels, &branch.rule)]), holds(set, branch.missing))
        }
        _ => unreachable!("a feature's rules are of its own kind"),
    };
    add_node(nodes, bins, questions, tree, branch.left);
    let right = nodes.len() as u32;
    nodes[place].split = Some(Split { feature: branch.feature as u8, test, missing_left, right });
    add_node(nodes, bins, questions, tree, branch.right);
}

/// Rounds all values to whole multiples of one power of two, so that each takes two bytes instead of four.
///
/// A value moves by at most half a unit, 2⁻¹⁵ of the largest: with a hundred trees of random errors a score moves by
/// some 10⁻⁴ of the largest leaf. Rounding keeps order, so a monotone forest stays monotone.
pub fn quantise(forest: &mut Forest) {
    let most = forest.nodes.iter().fold(0.0, |most: f64, node| most.max(f64::from(node.value.abs())));
    let mut unit = 1.0;
    while most / unit > MOST_UNITS {
        unit *= 2.0;
    }
    while most > 0.0 && most * 2.0 / unit <= MOST_UNITS && unit > 1e-30 {
        unit /= 2.0;
    }
    forest.unit = unit as f32;
    for node in &mut forest.nodes {
        node.value = (math::round(f64::from(node.value) / unit) * unit) as f32;
    }
}

/// The bytes that a forest takes in an artefact.
pub fn bytes(forest: &Forest) -> usize {
    let value = if forest.unit > 0.0 { 2 } else { 4 };
    let number = |cuts: &[f64]| if cuts.iter().all(|cut| f64::from(*cut as f32) == *cut) { 4 } else { 8 };
    let lists = forest.cuts.iter().map(|cuts| match cuts {
        Cuts::Numbers(cuts) => 5 + cuts.len() * number(cuts),
        Cuts::Levels(sets) => 5 + sets.iter().map(|set| 4 + 4 * set.len()).sum::<usize>(),
    });
    let question = |split: &Split| {
        let asked = match &forest.cuts[split.feature as usize] {
            Cuts::Numbers(cuts) => cuts.len(),
            Cuts::Levels(sets) => sets.len(),
        };
        if asked <= 256 { 1 } else { 2 }
    };
    let nodes = forest.nodes.iter().map(|node| 1 + value + node.split.as_ref().map_or(0, question));
    17 + lists.sum::<usize>() + nodes.sum::<usize>()
}

/// Refuses a forest that no artefact has room for.
///
/// # Errors
/// With the limit and the bytes it would take.
pub fn check_room(forest: &Forest) -> Result<()> {
    let (limit, found) = (crate::artefact::MAX_BYTES, bytes(forest));
    match found <= limit {
        true => Ok(()),
        false => {
            let what = "bytes of a forest; fewer trees or leaves would fit";
            Err(Error::limit(Code::TooLarge, what, limit as u64, found as u64))
        }
    }
}
