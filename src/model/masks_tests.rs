//! Masks against a walk that compares amounts with thresholds and knows no codes.

use super::ready::Ready;
use super::{Cuts, Forest, Model, Node, Scorer, Split, Target, Test};
use crate::event::GroupId;
use crate::feature::FeatureVector;
use alloc::vec;
use alloc::vec::Vec;
use proptest::prelude::*;

/// Features of the worlds: three amounts, two sets of levels, and the depth of the offer.
const OFFER: u8 = 5;
const DEPTHS: [f64; 8] = [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35];

/// One draw of a node: the feature, its question, where a missing value goes, the leaf's value.
type Draw = (u8, u16, bool, f32);

fn cuts() -> Vec<Cuts> {
    let few = Cuts::Numbers(vec![-1.5, 0.0, 0.1, 7.25]);
    let many = Cuts::Numbers((0..255).map(|cut| cut as f64 * 0.37 - 40.0).collect());
    let one = Cuts::Numbers(vec![0.5]);
    let levels = Cuts::Levels(vec![vec![0b1010], vec![u32::MAX, 1], vec![]]);
    vec![few, many, one, levels.clone(), levels, Cuts::Numbers(vec![0.0, 0.05, 0.12, 0.3])]
}

fn grow(forest: &mut Forest, draws: &mut impl Iterator<Item = Draw>, depth: u32, deepest: u32) {
    let (feature, question, missing_left, value) = draws.next().unwrap_or((9, 0, false, 0.5));
    let at = forest.nodes.len();
    forest.nodes.push(Node { value, split: None });
    if feature > OFFER || depth == deepest {
        return;
    }
    grow(forest, draws, depth + 1, deepest);
    let (right, asked) = (forest.nodes.len() as u32, question % forest.cuts[feature as usize].len() as u16);
    let test = match forest.cuts[feature as usize] {
        Cuts::Numbers(_) => Test::AtMost(asked),
        Cuts::Levels(_) => Test::In(asked),
    };
    forest.nodes[at] = Node { value: 0.0, split: Some(Split { feature, test, missing_left, right, share: 0.5 }) };
    grow(forest, draws, depth + 1, deepest);
}

fn any_forest(trees: usize, deepest: u32) -> impl Strategy<Value = Forest> {
    let node = (0u8..8, any::<u16>(), any::<bool>(), -2.0f32..2.0);
    let trees = prop::collection::vec(prop::collection::vec(node, 1..70), 1..trees);
    (trees, any::<bool>()).prop_map(move |(trees, single)| {
        let mut forest = Forest { base: -0.3, cuts: cuts(), single, ..Forest::default() };
        for draws in trees {
            forest.roots.push(forest.nodes.len() as u32);
            grow(&mut forest, &mut draws.into_iter(), 0, deepest);
        }
        forest
    })
}

/// Amounts on, beside and far from thresholds, levels known and not, what is no number, and nothing.
fn any_row() -> impl Strategy<Value = Vec<Option<f64>>> {
    let amount = prop_oneof![
        -45.0f64..60.0,
        (0u32..255).prop_map(|cut| cut as f64 * 0.37 - 40.0),
        prop::sample::select(vec![-1.5, 0.0, -0.0, 0.1, 0.1000000001, 7.25, 1e300, -1e300, f64::MIN_POSITIVE]),
        prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY]),
    ];
    let level = prop_oneof![(0u32..40).prop_map(f64::from), (250u32..70_000).prop_map(f64::from)];
    let amounts = prop::collection::vec(prop::option::weighted(0.8, amount), 3);
    let levels = prop::collection::vec(prop::option::weighted(0.8, level), 2);
    (amounts, levels).prop_map(|(amounts, levels)| [amounts, levels, vec![None]].concat())
}

fn vector(row: &[Option<f64>]) -> FeatureVector {
    let mut vector = FeatureVector::new(GroupId(0), 0);
    row.iter().for_each(|value| vector.push(*value));
    vector
}

/// The raw score of a row by walking, without codes.
fn naive(forest: &Forest, row: &[Option<f64>]) -> f64 {
    let ask = |split: &Split| {
        let Some(value) = row[split.feature as usize].filter(|value| value.is_finite()) else {
            return split.missing_left;
        };
        match (&forest.cuts[split.feature as usize], split.test) {
            (Cuts::Numbers(cuts), Test::AtMost(cut)) if forest.single => value as f32 as f64 <= cuts[cut as usize],
            (Cuts::Numbers(cuts), Test::AtMost(cut)) => value <= cuts[cut as usize],
            (Cuts::Levels(sets), Test::In(set)) => {
                let level = if value <= 256.0 { value as usize } else { 0 };
                sets[set as usize].get(level / 32).is_some_and(|word| word >> (level % 32) & 1 == 1)
            }
            _ => unreachable!("a question of the other kind"),
        }
    };
    forest.roots.iter().fold(forest.base as f64, |sum, root| {
        let mut at = *root as usize;
        while let Some(split) = &forest.nodes[at].split {
            at = if ask(split) { at + 1 } else { split.right as usize };
        }
        sum + forest.nodes[at].value as f64
    })
}

/// Compares the scores of all arms, bit for bit; says whether masks were used.
fn agrees(forest: &Forest, offer: Option<u8>, row: &[Option<f64>]) -> bool {
    let model = Model { offer, ..Model::new(Scorer::Forest(forest.clone()), Target::Buys) };
    let ready = Ready::new(&model, &DEPTHS);
    let mut found = [0.0; DEPTHS.len()];
    ready.all(forest, offer, &vector(row), &DEPTHS, &mut found);
    for (depth, found) in DEPTHS.iter().zip(found) {
        let mut row = row.to_vec();
        if let Some(offer) = offer {
            row[offer as usize] = Some(*depth);
        }
        assert_eq!(found.to_bits(), naive(forest, &row).to_bits(), "at depth {depth} of {row:?}");
    }
    ready.has_masks()
}

proptest! {
    #[test]
    fn every_arm_of_a_small_forest_gets_the_bits_of_a_walk(forest in any_forest(12, 3), rows in prop::collection::vec(any_row(), 8)) {
        for row in rows {
            prop_assert!(agrees(&forest, Some(OFFER), &row), "trees of 8 leaves fit, whatever they ask");
        }
    }

    #[test]
    fn a_forest_that_does_not_fit_is_walked(forest in any_forest(6, 30), row in any_row()) {
        agrees(&forest, Some(OFFER), &row);
    }

    #[test]
    fn without_an_offer_all_arms_score_alike(forest in any_forest(12, 5), row in any_row()) {
        prop_assert!(agrees(&forest, None, &row));
    }
}

#[test]
fn a_tree_that_would_merge_to_too_many_leaves_is_kept_apart_by_arm() {
    let mut forest = Forest { base: -0.0, cuts: cuts(), roots: vec![0], ..Forest::default() };
    // Three questions about the offer first, then trees of 64 leaves about nothing in common.
    let mut asked = 0;
    let mut draw = |depth: u32| {
        asked += 1;
        if depth < 3 { (OFFER, depth as u16, false, 0.0) } else { (1, asked * 37, asked & 1 == 0, 0.0) }
    };
    fn full(forest: &mut Forest, draw: &mut dyn FnMut(u32) -> Draw, depth: u32) {
        let (feature, cut, missing_left, _) = draw(depth);
        let at = forest.nodes.len();
        forest.nodes.push(Node { value: at as f32 * 0.01, split: None });
        if depth == 9 {
            return;
        }
        full(forest, draw, depth + 1);
        let right = forest.nodes.len() as u32;
        full(forest, draw, depth + 1);
        let test = Test::AtMost(cut % forest.cuts[feature as usize].len() as u16);
        forest.nodes[at] = Node { value: 0.0, split: Some(Split { feature, test, missing_left, right, share: 0.5 }) };
    }
    full(&mut forest, &mut draw, 0);
    for value in [None, Some(-40.0), Some(-7.7), Some(0.0), Some(13.0), Some(60.0)] {
        assert!(agrees(&forest, Some(OFFER), &[None, value, None, None, None, None]));
    }
}

#[test]
fn trees_beyond_the_words_of_one_part_are_added_in_order() {
    let mut forest = Forest { base: 0.1, cuts: cuts(), ..Forest::default() };
    for tree in 0..700 {
        forest.roots.push(forest.nodes.len() as u32);
        let question = |at: u16| (at as u8 % 3, tree * 7 + at, at.is_multiple_of(2), 0.0);
        let mut draws = (0..31).map(question).collect::<Vec<Draw>>();
        draws.extend((0..40).map(|leaf| (9, 0, false, (tree as f32 + 0.3) / (leaf as f32 + 0.7))));
        grow(&mut forest, &mut draws.into_iter(), 0, 5);
    }
    for row in [[Some(0.05), Some(3.0), Some(0.5), Some(1.0), None, None], [None; 6]] {
        assert!(agrees(&forest, Some(OFFER), &row));
    }
}

#[test]
fn depths_the_menu_does_not_know_are_walked() {
    let forest =
        Forest { roots: vec![0], nodes: vec![Node { value: 1.0, split: None }], cuts: cuts(), ..Forest::default() };
    let model = Model { offer: Some(OFFER), ..Model::new(Scorer::Forest(forest.clone()), Target::Buys) };
    let (ready, mut out) = (Ready::new(&model, &[0.0, 0.1]), [0.0; 2]);
    ready.all(&forest, Some(OFFER), &vector(&[None; 6]), &[0.0, 0.9], &mut out);
    assert_eq!(out, [1.0, 1.0]);
}
