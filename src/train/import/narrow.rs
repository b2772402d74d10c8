//! Values that are whole multiples of one number, in two bytes instead of four.
//!
//! Leaves of boosted trees are not: rounding them would move scores by far more than the import may. Those of a random
//! forest grown to the end are, shares of one tree in `n`. A unit is taken only if no score can move by more than a tenth
//! of what an import is allowed.

use super::rows::TOLERANCE;
use crate::math;
use crate::model::{Forest, Node, Split};

/// What fits two bytes.
const MOST: f64 = i16::MAX as f64;

/// The forest in two-byte values, if there is a unit for them.
pub(crate) fn narrow(forest: &Forest) -> Option<Forest> {
    let leaves = || forest.nodes.iter().filter(|node| node.split.is_none());
    let most = leaves().fold(0.0, |most: f64, leaf| most.max((leaf.value as f64).abs()));
    if most == 0.0 {
        return None;
    }
    let unit = (1..=i16::MAX).map(|parts| (most / parts as f64) as f32).find(|unit| fits(forest, *unit))?;
    let split = |split: Split| Split { share: Forest::narrow_share(split.share, 2), ..split };
    let node = |node: &Node| Node { value: rounded(node.value, unit), split: node.split.map(split) };
    Some(Forest { unit, nodes: forest.nodes.iter().map(node).collect(), ..forest.clone() })
}

/// The forest with values of so many bits, 2 to 16, and shares of eight. The middle of each tree's values goes to the start of all, so
/// that no bit is spent on it.
///
/// A value moves by at most half a unit, `2^-bits` of the widest tree's range.
pub(crate) fn coarse(forest: &Forest, bits: u8) -> Forest {
    let ends = forest.roots.iter().skip(1).copied().chain([forest.nodes.len() as u32]);
    let trees = forest.roots.iter().zip(ends).map(|(root, end)| *root as usize..end as usize);
    let (mut base, mut widest, mut middles) = (forest.base as f64, 0.0f64, vec![0.0; forest.nodes.len()]);
    for tree in trees {
        let leaves =
            || forest.nodes[tree.clone()].iter().filter(|node| node.split.is_none()).map(|node| node.value as f64);
        let (low, high) = leaves().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        let middle = (low + high) / 2.0;
        base += middle;
        widest = widest.max(high - middle);
        middles[tree].fill(middle);
    }
    let unit = if widest > 0.0 { (widest / ((1u32 << (bits - 1)) - 1) as f64) as f32 } else { 1.0 };
    let node = |(node, middle): (&Node, f64)| match node.split {
        Some(split) => {
            let share = Forest::narrow_share(split.share, 1);
            Node { value: 0.0, split: Some(Split { share, ..split }) }
        }
        None => Node { value: rounded((node.value as f64 - middle) as f32, unit), split: None },
    };
    let nodes = forest.nodes.iter().zip(middles).map(node).collect();
    Forest { base: base as f32, unit, nodes, ..forest.clone() }
}

/// As a file gives it back.
fn rounded(value: f32, unit: f32) -> f32 {
    math::clamp(math::round(value as f64 / unit as f64), -MOST, MOST) as f32 * unit
}

/// Whether the worst leaves of all trees together move a score by next to nothing.
fn fits(forest: &Forest, unit: f32) -> bool {
    let (mut total, mut of_tree) = (0.0, 0.0f64);
    let mut roots = forest.roots.iter().peekable();
    for (at, node) in forest.nodes.iter().enumerate() {
        if roots.next_if(|root| **root as usize == at).is_some() {
            total += of_tree;
            of_tree = 0.0;
        }
        if node.split.is_none() {
            of_tree = of_tree.max((rounded(node.value, unit) as f64 - node.value as f64).abs());
        }
        if total + of_tree > TOLERANCE / 10.0 {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stumps(values: &[f32]) -> Forest {
        let nodes = values.iter().map(|value| Node { value: *value, split: None }).collect();
        Forest { nodes, roots: (0..values.len() as u32).collect(), ..Forest::default() }
    }

    #[test]
    fn shares_of_a_whole_take_two_bytes() {
        let hundredth = |count: u32| (count as f64 / 100.0 / 12.0) as f32;
        let narrowed = narrow(&stumps(&[hundredth(3), hundredth(12), 0.0, hundredth(7)])).unwrap();
        let moved = narrowed.nodes.iter().zip([3, 12, 0, 7]).map(|(node, count)| node.value - hundredth(count));
        assert!(moved.into_iter().all(|moved| moved.abs() < 1e-8) && narrowed.unit > 0.0);
    }

    #[test]
    fn coarse_values_move_by_at_most_half_a_unit() {
        let forest = stumps(&[-1.4, 0.3, 0.25, 0.1]);
        let whole =
            |forest: &Forest| forest.base as f64 + forest.nodes.iter().map(|node| node.value as f64).sum::<f64>();
        assert!((whole(&coarse(&forest, 8)) - whole(&forest)).abs() < 1e-6, "what is constant costs nothing");
        let split =
            |right| Split { feature: 0, test: crate::model::Test::AtMost(0), missing_left: true, right, share: 0.3 };
        let values = [0.0, 0.731, -0.4];
        let nodes: Vec<Node> = values.iter().map(|value| Node { value: *value, split: None }).collect();
        let mut tree = Forest { nodes, roots: vec![0], ..Forest::default() };
        tree.nodes[0].split = Some(split(2));
        for bits in [4, 8, 12] {
            let rounded = coarse(&tree, bits);
            for at in 1..3 {
                let moved = rounded.base as f64 + rounded.nodes[at].value as f64 - tree.nodes[at].value as f64;
                assert!(moved.abs() <= rounded.unit as f64 / 2.0 + 1e-6, "{bits} bits: {moved}");
            }
            assert!((rounded.nodes[0].split.unwrap().share - 0.3).abs() <= 0.5 / 255.0);
        }
    }

    #[test]
    fn values_without_a_common_measure_keep_four() {
        assert_eq!(narrow(&stumps(&[0.1234567, 0.7654321, -0.3456789])), None);
    }
}
