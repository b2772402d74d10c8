//! One decision tree (Breiman et al. 1984): the learner whose model a person can read.
//!
//! Leaves say the smoothed mean of their rows, never a certainty from a handful, so that the tree's log loss is worth
//! something. Pruning weighs a subtree's gain against its leaves and keeps the smallest best tree.

use super::grow::{Ground, Grower};
use super::grown::Grown;
use super::mean::{self, Impurity, Outcomes, Shape};
use super::pack;
use super::params::{LevelParams, at_least, within};
use super::table::Table;
use crate::error::Result;
use crate::model::Model;
use crate::train::learn::{Learner, Watch};
use crate::train::random::Random;
use crate::train::sample::Sample;
use serde::Deserialize;

/// How to grow the tree.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DecisionParams {
    /// What a split lowers.
    pub impurity: Impurity,
    /// The most questions on a path; 0: no limit.
    pub max_depth: usize,
    /// The most leaves; 0: no limit. With one, the leaf that gains most is split first.
    pub max_leaves: usize,
    /// The least rows of a leaf.
    pub min_rows_leaf: usize,
    /// The least fall of impurity a split must bring, as a share of all rows.
    pub min_gain: f64,
    /// What a leaf costs when the tree is pruned, in the same units; 0: no pruning.
    pub prune: f64,
    /// So many rows of the overall mean are added to every leaf; left out: 4 for yes and no, so that a leaf is never
    /// certain, and 0 for amounts, where it would only pull estimates to the middle.
    pub smooth: Option<f64>,
    /// How levels are split.
    pub levels: LevelParams,
    /// What rows of outcome 0 and of outcome 1 count for.
    pub class_weights: [f64; 2],
}

impl Default for DecisionParams {
    fn default() -> Self {
        DecisionParams {
            impurity: Impurity::Gini,
            max_depth: 6,
            max_leaves: 0,
            min_rows_leaf: 10,
            min_gain: 0.0,
            prune: 0.0,
            smooth: None,
            levels: mean::plain_levels(),
            class_weights: [1.0; 2],
        }
    }
}

/// Parameters that can grow a tree. Only [`DecisionParams::check`] makes one.
#[derive(Clone, Debug)]
pub struct Decision(DecisionParams);

/// A tree, and what it says of rows it was not grown from.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// The tree.
    pub model: Model,
    /// The scores of the other rows, in their order.
    pub scores: Vec<f64>,
}

impl DecisionParams {
    /// Refuses settings that cannot grow a tree.
    pub fn check(self) -> Result<Decision> {
        self.shape().check()?;
        at_least("prune", 0.0, self.prune)?;
        at_least("smooth", 0.0, self.smooth.unwrap_or_default())?;
        self.class_weights.iter().try_for_each(|weight| within("class_weights", 0.0, 1e6, *weight))?;
        self.levels.check()?;
        Ok(Decision(self))
    }

    fn shape(&self) -> Shape {
        let DecisionParams { impurity, max_leaves, max_depth, min_rows_leaf, min_gain, .. } = *self;
        Shape { impurity, max_leaves, max_depth, min_rows_leaf, min_gain, draws: 0 }
    }
}

impl Learner for Decision {
    fn fit(&self, sample: &Sample, watch: Watch) -> Result<Model> {
        let table = Table::new(sample)?;
        let decided = self.fit_rows(&table, &table.all_rows(), &[])?;
        watch(1, 1);
        Ok(decided.model)
    }
}

impl Decision {
    /// Grows a tree from some rows of a table (rising) and scores others.
    ///
    /// # Errors
    /// As of [`Learner::fit`].
    pub fn fit_rows(&self, table: &Table, rows: &[u32], others: &[u32]) -> Result<Decided> {
        let (params, impurity) = (&self.0, self.0.impurity);
        let outcomes = Outcomes::new(table, rows, impurity, params.class_weights)?;
        let growth = params.shape().growth(table, &params.levels, outcomes.sum)?;
        let (tallies, scale) = outcomes.tallies(table, rows, |_| 1.0);
        let features: Vec<usize> = table.features();
        let ground = Ground { tallies: &tallies, scale: &scale, features: &features };
        let mut tree = Grower::new(&table.binned, &growth).grow(&mut rows.to_vec(), ground, &mut Random::new(0));
        if params.prune > 0.0 {
            prune(&mut tree, params.shape().gain(params.prune, outcomes.sum));
        }
        outcomes.smooth(&mut tree, params.smooth.unwrap_or(params.impurity.smooth(4.0)));
        let score = |row: &u32| mean::score(tree.value(&table.binned, *row as usize), impurity);
        let scores = others.iter().map(score).collect();
        let forest = pack::forest(&table.binned.bins, &[tree], 0.0);
        Ok(Decided { model: mean::model(forest, impurity), scores })
    }
}

/// Takes back every subtree whose gain is not worth its leaves. `cost` is that of one leaf.
///
/// Best for the cost, and the smallest of the best: from below, a split is worth its own gain and what is worth keeping
/// under it (Breiman et al. 1984, chapter 3).
fn prune(tree: &mut Grown, cost: f64) {
    let mut worth = vec![0.0; tree.nodes.len()];
    for at in (0..tree.nodes.len()).rev() {
        if let Some(branch) = tree.nodes[at].branch {
            worth[at] = (branch.gain - cost + worth[branch.left] + worth[branch.right]).max(0.0);
            if worth[at] == 0.0 {
                take_back(tree, at);
            }
        }
    }
}

fn take_back(tree: &mut Grown, at: usize) {
    if let Some(branch) = tree.nodes[at].branch.take() {
        take_back(tree, branch.left);
        take_back(tree, branch.right);
    }
}
