//! Grown trees in the artefact's own form: only the cuts and sets that are asked about, values in two bytes.

use super::bins::{Bins, Meaning};
use super::grown::Grown;
use super::split::{Rule, holds};
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
    let Some(branch) = &node.branch else {
        return nodes.push(Node { value: node.value as f32, split: None });
    };
    nodes.push(Node::default());
    let (test, missing_left) = match (&branch.rule, &questions[branch.feature], &bins[branch.feature].meaning) {
        (Rule::AtMost { code, missing_left }, Questions::Cuts(codes), _) => (Test::AtMost(codes[code]), *missing_left),
        (Rule::In(set), Questions::Sets(sets), Meaning::Levels { levels, .. }) => {
            (Test::In(sets[&words(levels, &branch.rule)]), holds(set, branch.missing))
        }
        _ => unreachable!("a feature's rules are of its own kind"),
    };
    add_node(nodes, bins, questions, tree, branch.left);
    let right = nodes.len() as u32;
    let share = tree.share(branch);
    nodes[place].split = Some(Split { feature: branch.feature as u8, test, missing_left, right, share });
    add_node(nodes, bins, questions, tree, branch.right);
}

/// Rounds all values to whole multiples of one power of two, so that they and shares take two bytes instead of four.
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
        if let Some(split) = &mut node.split {
            split.share = Forest::narrow_share(split.share, 2);
        }
    }
}
