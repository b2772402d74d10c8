//! Shapley values of trees against their definition, a sum over all subsets, and a planted tree worked out by hand.

use super::*;

/// Rows are lists of values.
impl Values for &[Option<f64>] {
    fn value(&self, feature: usize) -> Option<f64> {
        self[feature]
    }

    fn group(&self) -> usize {
        0
    }

    fn category(&self) -> usize {
        0
    }
}

/// A linear congruential sequence: numbers below `most`.
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn leaf(value: f32) -> Node {
    Node { value, split: None }
}

fn asks(feature: u8, cut: u16, missing_left: bool, share: f32) -> Node {
    Node { value: 0.0, split: Some(Split { feature, test: Test::AtMost(cut), missing_left, right: 0, share }) }
}

/// A forest of trees whose right children are still to be named.
fn forest(features: usize, trees: &[Vec<Node>]) -> Forest {
    let cuts = vec![Cuts::Numbers(vec![0.5, 1.5, 2.5]); features];
    let mut forest = Forest { base: 0.25, cuts, ..Forest::default() };
    for tree in trees {
        forest.roots.push(forest.nodes.len() as u32);
        let mut open = Vec::new();
        for node in tree {
            let at = forest.nodes.len();
            forest.nodes.push(*node);
            match node.split {
                Some(_) => open.push(at),
                None => {
                    let parent = open.pop().and_then(|parent: usize| forest.nodes[parent].split.as_mut());
                    parent.into_iter().for_each(|split| split.right = at as u32 + 1);
                }
            }
        }
    }
    forest
}

/// A tree over so many features, at most `depth` deep; some shares are 0 or 1.
fn grow(draws: &mut Draws, features: u64, depth: usize, tree: &mut Vec<Node>) {
    if depth == 0 || draws.below(8) == 0 {
        return tree.push(leaf(draws.below(2_000) as f32 / 1_000.0 - 1.0));
    }
    let share = [0.0, 1.0, 0.5][draws.below(3) as usize];
    let share = if draws.below(10) == 0 { share } else { (1 + draws.below(998)) as f32 / 1_000.0 };
    tree.push(asks(draws.below(features) as u8, draws.below(3) as u16, draws.below(2) == 0, share));
    grow(draws, features, depth - 1, tree);
    grow(draws, features, depth - 1, tree);
}

/// The mean below a node over rows that go `row`'s way at questions about the `known` features.
fn worth(forest: &Forest, at: u32, row: &[Option<f64>], known: u32) -> f64 {
    let node = &forest.nodes[at as usize];
    let Some(split) = node.split else { return node.value as f64 };
    if known >> split.feature & 1 == 1 {
        let Test::AtMost(cut) = split.test else { panic!("amounts only") };
        let left = row[split.feature as usize].map_or(split.missing_left, |value| value <= cut as f64 + 0.5);
        return worth(forest, if left { at + 1 } else { split.right }, row, known);
    }
    let (share, below) = (split.share as f64, |at| worth(forest, at, row, known));
    share * below(at + 1) + (1.0 - share) * below(split.right)
}

/// By the definition: over all subsets without the feature, `|S|! (d − |S| − 1)! / d!` times what the feature adds.
fn by_subsets(forest: &Forest, row: &[Option<f64>], feature: usize) -> f64 {
    let (count, own) = (row.len() as u32, 1 << feature);
    let factorial = |n: u32| (1..=n).map(f64::from).product::<f64>();
    let value = |known| forest.roots.iter().map(|root| worth(forest, *root, row, known)).sum::<f64>();
    let adds = (0..1u32 << count).filter(|known| known & own == 0).map(|known| {
        let weight = factorial(known.count_ones()) * factorial(count - known.count_ones() - 1) / factorial(count);
        weight * (value(known | own) - value(known))
    });
    adds.sum()
}

fn parts(forest: &Forest, row: &[Option<f64>]) -> (f64, [f64; MAX_FEATURES]) {
    let mut parts = [0.0; MAX_FEATURES];
    let start = forest.parts(&row, &mut parts);
    (start, parts)
}

#[test]
fn parts_are_the_shapley_values_of_their_definition() {
    let mut draws = Draws(1);
    for _ in 0..60 {
        let features = 1 + draws.below(8);
        let trees: Vec<Vec<Node>> = (0..1 + draws.below(3))
            .map(|_| {
                let mut tree = Vec::new();
                grow(&mut draws, features, 7, &mut tree);
                tree
            })
            .collect();
        let forest = forest(features as usize, &trees);
        // One value in four is missing.
        let row: Vec<Option<f64>> =
            (0..features).map(|_| [None, Some(0.0), Some(1.0), Some(2.0)][draws.below(4) as usize]).collect();
        let (start, parts) = parts(&forest, &row);
        for (feature, found) in parts.iter().enumerate().take(row.len()) {
            let expected = by_subsets(&forest, &row, feature);
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        let sum = parts.iter().sum::<f64>() + start;
        assert!((sum - forest.raw(&&row[..])).abs() < 1e-12);
    }
}

/// 80 where both hold, else 0: neither does more than the other. The way down the tree (Saabas) says 20 of the one asked
/// first and 40 of the other.
#[test]
fn features_that_do_the_same_get_the_same_wherever_they_are_asked() {
    let both = vec![asks(0, 0, false, 0.5), leaf(0.0), asks(1, 0, false, 0.5), leaf(0.0), leaf(80.0)];
    let (start, parts) = parts(&forest(2, &[both]), &[Some(1.0), Some(1.0)]);
    assert_eq!((start, parts[0], parts[1]), (20.25, 30.0, 30.0));
}

#[test]
fn a_feature_that_no_question_names_gets_nothing() {
    let tree = vec![asks(1, 0, false, 0.25), leaf(1.0), leaf(3.0)];
    let (_, parts) = parts(&forest(3, &[tree]), &[Some(9.0), None, None]);
    assert_eq!(parts[..3], [0.0, 0.5, 0.0]);
}

#[test]
fn shares_out_a_tree_as_deep_as_it_has_features_and_far_deeper() {
    for depth in [127, 5_000] {
        let mut tree: Vec<Node> = (0..depth).map(|at| asks((at % 127) as u8, 1, false, 0.75)).collect();
        tree.extend((0..=depth).map(|at| leaf(at as f32 / depth as f32)));
        let forest = forest(127, &[tree]);
        let row = vec![Some(1.0); 127];
        let (start, parts) = parts(&forest, &row);
        let sum = parts.iter().sum::<f64>() + start;
        assert!((sum - forest.raw(&&row[..])).abs() < 1e-9, "{depth}: {sum}");
        assert!(parts.iter().all(|part| part.is_finite()));
    }
}
