//! A grown tree over codes, before it is packed into a forest.

use super::bins::Binned;
use super::split::{Rule, holds};
use std::ops::Range;

/// A question of a grown tree and where it leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Branch {
    /// The feature asked about.
    pub feature: usize,
    /// The question.
    pub rule: Rule,
    /// The feature's code for missing.
    pub missing: u8,
    /// By how much the split lowered the doubled loss.
    pub gain: f64,
    /// The node on the left.
    pub left: usize,
    /// The node on the right.
    pub right: usize,
}

impl Branch {
    fn goes_left(&self, code: u8) -> bool {
        match &self.rule {
            Rule::AtMost { missing_left, .. } if code == self.missing => *missing_left,
            Rule::AtMost { code: last, .. } => code <= *last,
            Rule::In(set) => holds(set, code),
        }
    }
}

/// A node of a grown tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GrownNode {
    /// What a leaf here says.
    pub value: f64,
    /// The hessian of its rows: what the node weighs.
    pub cover: f64,
    /// Its rows.
    pub rows: usize,
    /// None for a leaf.
    pub branch: Option<Branch>,
}

/// A tree; its root is the first node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grown {
    /// In the order in which they came to be.
    pub nodes: Vec<GrownNode>,
    /// Of every leaf its node and where its rows stand in the list of rows.
    pub leaves: Vec<(usize, Range<usize>)>,
}

impl Grown {
    /// The leaf of a row of a table in the same bins.
    pub fn leaf(&self, binned: &Binned, row: usize) -> usize {
        let mut at = 0;
        while let Some(branch) = &self.nodes[at].branch {
            let code = binned.column(branch.feature)[row];
            at = if branch.goes_left(code) { branch.left } else { branch.right };
        }
        at
    }

    /// What the leaf of a row says.
    pub fn value(&self, binned: &Binned, row: usize) -> f64 {
        self.nodes[self.leaf(binned, row)].value
    }

    /// Multiplies all values.
    pub fn scale(&mut self, factor: f64) {
        self.nodes.iter_mut().for_each(|node| node.value *= factor);
    }

    /// The share of the rows asked at a branch that went left.
    pub fn share(&self, branch: &Branch) -> f32 {
        let [left, right] = [branch.left, branch.right].map(|child| self.nodes[child].rows as f64);
        (left / (left + right)) as f32
    }
}
