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
    fn values_without_a_common_measure_keep_four() {
        assert_eq!(narrow(&stumps(&[0.1234567, 0.7654321, -0.3456789])), None);
    }
}
