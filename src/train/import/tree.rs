//! A tree as a file tells it, and the same tree in preorder once every index of it was looked at.
//!
//! A file names children by number, so it can name one twice, itself, or none at all. Walking from the root and marking
//! what was met turns all of that into a refusal; what nobody points to is left behind.

use super::bad;
use crate::error::Result;
use std::sync::Arc;

/// What is asked at a node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Question {
    /// Whether the value is at most this.
    AtMost(f64),
    /// Whether the category is one of these, rising. Shared: a file may name one set at every node.
    Among(Arc<[u32]>),
}

/// A question as told by a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawSplit {
    pub(crate) column: usize,
    pub(crate) question: Question,
    /// Where a missing value goes: to `yes`, or to `no`.
    pub(crate) missing_yes: bool,
    /// Index of the node for yes.
    pub(crate) yes: usize,
    /// Index of the node for no.
    pub(crate) no: usize,
}

/// A node as told by a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RawNode {
    /// Of a leaf, what it adds.
    pub(crate) value: f64,
    /// How much of the training data came by; 1 where the file does not say.
    pub(crate) cover: f64,
    /// None for a leaf.
    pub(crate) split: Option<RawSplit>,
}

/// A question whose first answer leads to the next node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Split {
    pub(crate) column: usize,
    pub(crate) question: Question,
    pub(crate) missing_left: bool,
    /// Index of the right child.
    pub(crate) right: u32,
    /// The share of the training data asked here that went left; half where the file does not say.
    pub(crate) share: f64,
}

/// A node in preorder.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// Of a leaf, what it adds; of a split, the mean of what lies below by the shares that went either way.
    pub(crate) value: f64,
    pub(crate) split: Option<Split>,
}

/// A checked tree in preorder: indices are inside, there is no cycle, and all numbers are finite.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
}

/// Stands for a node to be visited that is the right child of nobody.
const NOBODY: usize = usize::MAX;

impl Tree {
    /// Walks from `root`, checking what is met.
    pub(crate) fn new(raw: &[RawNode], root: usize, columns: usize) -> Result<Tree> {
        let (mut met, mut nodes, mut covers) = (vec![false; raw.len()], Vec::<Node>::new(), Vec::new());
        let mut open = vec![(root, NOBODY)];
        while let Some((index, parent)) = open.pop() {
            let told = raw.get(index).ok_or_else(|| bad(format!("node {index} is not there")))?;
            if std::mem::replace(&mut met[index], true) {
                return Err(bad(format!("node {index} is the child of two nodes, or of itself")));
            }
            let at = nodes.len();
            if let Some(split) = nodes.get_mut(parent).and_then(|node| node.split.as_mut()) {
                split.right = at as u32;
            }
            if let Some(split) = &told.split {
                open.push((split.no, at));
                open.push((split.yes, NOBODY));
            }
            covers.push(told.cover);
            nodes.push(told.check(index, columns)?);
        }
        let mut tree = Tree { nodes };
        tree.fill_in(&covers);
        Ok(tree)
    }

    /// Splits get their shares, and the mean of their children by them.
    fn fill_in(&mut self, covers: &[f64]) {
        for at in (0..self.nodes.len()).rev() {
            let Some(Split { right, .. }) = self.nodes[at].split else { continue };
            let (left, right) = (at + 1, right as usize);
            let told = covers[left] / (covers[left] + covers[right]);
            let told = if (0.0..=1.0).contains(&told) { told } else { 0.5 };
            let mean = told * self.nodes[left].value + (1.0 - told) * self.nodes[right].value;
            let Node { value, split } = &mut self.nodes[at];
            *value = mean;
            split.iter_mut().for_each(|split| split.share = told);
        }
    }

    /// Multiplies every value.
    pub(crate) fn scale(&mut self, factor: f64) {
        self.nodes.iter_mut().for_each(|node| node.value *= factor);
    }

    /// What leaves say.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = f64> + '_ {
        self.nodes.iter().filter(|node| node.split.is_none()).map(|node| node.value)
    }
}

impl RawNode {
    fn check(&self, index: usize, columns: usize) -> Result<Node> {
        let Some(split) = &self.split else {
            return match self.value.is_finite() {
                true => Ok(Node { value: self.value, split: None }),
                false => Err(bad(format!("leaf {index} has no finite value"))),
            };
        };
        if split.column >= columns {
            return Err(bad(format!("node {index} asks for column {}, there are {columns}", split.column)));
        }
        let question = match split.question {
            Question::AtMost(threshold) if threshold.is_nan() => {
                return Err(bad(format!("node {index}: its threshold is no number")));
            }
            // LightGBM and others ask `x <= inf` to tell missing values from all others, which are finite.
            Question::AtMost(threshold) => Question::AtMost(threshold.clamp(f64::MIN, f64::MAX)),
            ref question => question.clone(),
        };
        let RawSplit { column, missing_yes: missing_left, .. } = *split;
        Ok(Node { value: 0.0, split: Some(Split { column, question, missing_left, right: 0, share: 0.5 }) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(value: f64) -> RawNode {
        RawNode { value, cover: 1.0, split: None }
    }

    fn split(yes: usize, no: usize) -> RawNode {
        let question = Question::AtMost(0.5);
        let split = RawSplit { column: 0, question, missing_yes: true, yes, no };
        RawNode { value: 0.0, cover: 1.0, split: Some(split) }
    }

    fn refusal(raw: &[RawNode]) -> String {
        Tree::new(raw, 0, 1).unwrap_err().to_string()
    }

    #[test]
    fn puts_nodes_in_preorder_and_weighs_children_by_what_they_saw() {
        let heavy = RawNode { cover: 3.0, ..leaf(4.0) };
        let tree = Tree::new(&[split(2, 1), heavy, split(4, 3), leaf(2.0), leaf(-2.0)], 0, 1).unwrap();
        let values: Vec<f64> = tree.nodes.iter().map(|node| node.value).collect();
        assert_eq!(values, [3.0, 0.0, -2.0, 2.0, 4.0]);
        let shares: Vec<f64> = tree.nodes.iter().filter_map(|node| Some(node.split.as_ref()?.share)).collect();
        assert_eq!(shares, [0.25, 0.5]);
        let rights: Vec<u32> = tree.nodes.iter().filter_map(|node| Some(node.split.as_ref()?.right)).collect();
        assert_eq!(rights, [4, 3]);
    }

    #[test]
    fn refuses_a_node_that_is_its_own_child_or_that_of_two() {
        assert_eq!(refusal(&[split(0, 1), leaf(1.0)]), "node 0 is the child of two nodes, or of itself");
        assert_eq!(refusal(&[split(1, 1), leaf(1.0)]), "node 1 is the child of two nodes, or of itself");
        let ring = [split(1, 2), split(2, 3), split(0, 3), leaf(1.0)];
        assert!(refusal(&ring).contains("child of two nodes"));
    }

    #[test]
    fn refuses_children_and_columns_that_are_not_there() {
        assert_eq!(refusal(&[split(1, 7), leaf(1.0)]), "node 7 is not there");
        let mut other = split(1, 2);
        other.split.as_mut().unwrap().column = 3;
        assert_eq!(refusal(&[other, leaf(0.0), leaf(1.0)]), "node 0 asks for column 3, there are 1");
    }

    #[test]
    fn refuses_numbers_that_are_not_finite() {
        assert_eq!(refusal(&[leaf(f64::NAN)]), "leaf 0 has no finite value");
        let mut other = split(1, 2);
        other.split.as_mut().unwrap().question = Question::AtMost(f64::NAN);
        assert_eq!(refusal(&[other, leaf(0.0), leaf(1.0)]), "node 0: its threshold is no number");
    }

    #[test]
    fn walks_a_tree_as_deep_as_it_has_nodes() {
        let depth = 100_000;
        let mut raw: Vec<RawNode> = (0..depth).map(|index| split(index + 1, depth + 1 + index)).collect();
        raw.resize(2 * depth + 1, leaf(1.0));
        let tree = Tree::new(&raw, 0, 1).unwrap();
        assert_eq!((tree.nodes.len(), tree.nodes[0].value), (2 * depth + 1, 1.0));
    }
}
