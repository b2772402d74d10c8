//! The result: questions whose leaves name an arm, as a device can ask them.

use super::coded::Coded;
use super::stump::{Question, largest, totals};
use crate::model::{Cuts, Forest, Model, Node, Scorer, Split, Target, Test, Values};
use crate::train::sample::Sample;
use crate::train::uplift::ArmScores;

/// A node, in preorder: the left child of a question is the next node.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyNode {
    /// The question and the number of the right child; none for a leaf.
    pub question: Option<(Ask, usize)>,
    /// The arm that scores most in total; what a leaf chooses.
    pub arm: u16,
    /// Rows that came here.
    pub rows: u64,
    /// By arm, their mean score; 0 without rows.
    pub mean: Vec<f64>,
}

/// What is asked; those for whom it holds go left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ask {
    /// The amount is missing or at most this.
    AtMost {
        /// Number of the feature.
        feature: usize,
        /// The cut.
        amount: f64,
    },
    /// The level is this one; none: it is missing.
    Is {
        /// Number of the feature.
        feature: usize,
        /// The level.
        level: Option<u16>,
    },
}

/// A policy as a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyTree {
    /// In preorder.
    pub nodes: Vec<PolicyNode>,
    /// The sum over rows of the score of the arm chosen.
    pub total: f64,
    /// No tree of this depth scores more.
    pub exact: bool,
    pub(super) levels: Vec<bool>,
}

/// What nodes are made from.
pub(super) struct Source<'a> {
    pub features: &'a [Coded],
    pub scores: &'a ArmScores,
}

impl Ask {
    fn is_left(&self, row: &impl Values) -> bool {
        match self {
            Ask::AtMost { feature, amount } => row.value(*feature).is_none_or(|value| value <= *amount),
            Ask::Is { feature, level } => row.value(*feature) == level.map(f64::from),
        }
    }
}

impl Source<'_> {
    fn node(&self, rows: &[u32]) -> (PolicyNode, f64) {
        let totals = totals(self.scores, rows);
        let arm = largest(&totals);
        let count = rows.len().max(1) as f64;
        let mean = totals.iter().map(|total| total / count).collect();
        (PolicyNode { question: None, arm: arm as u16, rows: rows.len() as u64, mean }, totals[arm])
    }

    pub fn leaf(&self, rows: &[u32]) -> PolicyTree {
        let (node, total) = self.node(rows);
        let levels = self.features.iter().map(|feature| feature.amounts.is_none()).collect();
        PolicyTree { nodes: vec![node], total, exact: true, levels }
    }

    /// A question above two trees; where all leaves below agree, one leaf says it.
    pub fn join(&self, rows: &[u32], question: Question, left: PolicyTree, right: PolicyTree) -> PolicyTree {
        let (mut node, _) = self.node(rows);
        let arms = |tree: &PolicyTree| {
            let leaves = tree.nodes.iter().filter(|node| node.question.is_none());
            leaves.map(|node| node.arm).collect::<std::collections::BTreeSet<u16>>()
        };
        let (mut said, exact) = (arms(&left), left.exact && right.exact);
        said.append(&mut arms(&right));
        if said.len() == 1 {
            return PolicyTree { exact, ..self.leaf(rows) };
        }
        let right_at = left.nodes.len() + 1;
        let ask = self.features[question.feature].ask(question.feature, question.code);
        node.question = Some((ask, right_at));
        let mut nodes = vec![node];
        for (nodes_below, offset) in [(left.nodes, 1), (right.nodes, right_at)] {
            nodes.extend(
                nodes_below.into_iter().map(|node| PolicyNode {
                    question: node.question.map(|(ask, right)| (ask, right + offset)),
                    ..node
                }),
            );
        }
        PolicyTree { nodes, total: left.total + right.total, exact, levels: left.levels }
    }
}

impl PolicyTree {
    /// The leaf that a row comes to.
    pub fn leaf(&self, row: &impl Values) -> &PolicyNode {
        let mut at = 0;
        while let Some((ask, right)) = &self.nodes[at].question {
            at = if ask.is_left(row) { at + 1 } else { *right };
        }
        &self.nodes[at]
    }

    /// The arm for a row.
    pub fn choose(&self, row: &impl Values) -> u16 {
        self.leaf(row).arm
    }

    /// The arm for every row.
    pub fn choose_all(&self, sample: &Sample) -> Vec<u16> {
        (0..sample.rows()).map(|row| self.choose(&sample.row(row))).collect()
    }

    /// A model of one tree per arm, for serving. Its score is 1 where the tree chooses the arm and 0 elsewhere, so that the
    /// arm with the largest score is the tree's.
    pub fn models(&self) -> Vec<Model> {
        let arms = self.nodes[0].mean.len() as u16;
        let chosen = |arm: u16| self.forest(|node| f64::from(u8::from(node.arm == arm)));
        (0..arms).map(|arm| Model::new(Scorer::Forest(chosen(arm)), Target::Buys)).collect()
    }

    /// The same questions as a forest of one tree, each node with the value that `of` makes of it.
    pub fn forest(&self, of: impl Fn(&PolicyNode) -> f64) -> Forest {
        let cuts = cuts(&self.levels, self.nodes.iter().filter_map(|node| node.question.map(|(ask, _)| ask)));
        let node = |(at, node): (usize, &PolicyNode)| match node.question {
            None => Node { value: of(node) as f32, split: None },
            Some((ask, right)) => {
                let rows = [at + 1, right].map(|child| self.nodes[child].rows as f64);
                Node { value: 0.0, split: Some(split(&cuts, ask, right, rows)) }
            }
        };
        let nodes = self.nodes.iter().enumerate().map(node).collect();
        Forest { cuts, nodes, roots: vec![0], ..Forest::default() }
    }
}

/// By feature, what is asked about it.
pub(in crate::train) fn cuts(is_level: &[bool], asks: impl Iterator<Item = Ask>) -> Vec<Cuts> {
    let empty = |is_level: &bool| if *is_level { Cuts::Levels(Vec::new()) } else { Cuts::Numbers(Vec::new()) };
    let mut cuts: Vec<Cuts> = is_level.iter().map(empty).collect();
    for ask in asks {
        match ask {
            Ask::AtMost { feature, amount } => insert(&mut cuts[feature], amount),
            Ask::Is { feature, level } => push(&mut cuts[feature], words(level)),
        }
    }
    cuts
}

fn insert(cuts: &mut Cuts, amount: f64) {
    if let Cuts::Numbers(numbers) = cuts
        && let Err(place) = numbers.binary_search_by(|cut| cut.total_cmp(&amount))
    {
        numbers.insert(place, amount);
    }
}

fn push(cuts: &mut Cuts, set: Vec<u32>) {
    if let Cuts::Levels(sets) = cuts
        && !sets.contains(&set)
    {
        sets.push(set);
    }
}

/// One level as words of bits; none for a missing one.
fn words(level: Option<u16>) -> Vec<u32> {
    let Some(level) = level else { return Vec::new() };
    let mut words = vec![0; level as usize / 32 + 1];
    words[level as usize / 32] = 1 << (level % 32);
    words
}

/// A question as a served tree has it; `right` is the number of the right child among all nodes, `rows` went left and right.
pub(in crate::train) fn split(cuts: &[Cuts], ask: Ask, right: usize, rows: [f64; 2]) -> Split {
    let place = |found: Option<usize>| found.unwrap_or(0) as u16;
    let (feature, missing_left) = match ask {
        Ask::AtMost { feature, .. } => (feature, true),
        Ask::Is { feature, level } => (feature, level.is_none()),
    };
    let test = match (ask, &cuts[feature]) {
        (Ask::AtMost { amount, .. }, Cuts::Numbers(all)) => {
            Test::AtMost(place(all.iter().position(|cut| *cut == amount)))
        }
        (Ask::Is { level, .. }, Cuts::Levels(all)) => Test::In(place(all.iter().position(|set| *set == words(level)))),
        _ => unreachable!("a question is of its feature's kind"),
    };
    // Rows that grew a tree need not be those that its leaves were estimated from; none at all weigh alike.
    let share = if rows[0] + rows[1] > 0.0 { rows[0] / (rows[0] + rows[1]) } else { 0.5 };
    Split { feature: feature as u8, test, missing_left, right: right as u32, share: share as f32 }
}
