//! What a single tree and a random forest share: leaves that say the mean outcome of their rows.

use super::criterion::Newton;
use super::grow::{Growth, Judge};
use super::grown::Grown;
use super::params::{LevelParams, at_least, directions};
use super::split::Limits;
use super::table::Table;
use super::tally::{Scale, Tally};
use crate::error::Result;
use crate::math;
use crate::model::{Forest, Link, Model, Scorer, Target};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a split lowers, in the units in which textbooks and scikit-learn state it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impurity {
    /// `1 - Σ p²` of outcomes 0 and 1.
    #[default]
    Gini,
    /// `-Σ p log₂ p` of outcomes 0 and 1.
    Entropy,
    /// Mean squared distance from the mean, of amounts.
    Variance,
}

impl Impurity {
    /// Whether outcomes are 0 and 1.
    pub(super) fn is_binary(self) -> bool {
        self != Impurity::Variance
    }

    /// The smoothing of leaves where none is told: `rows` of yes and no, nothing of amounts.
    pub(super) fn smooth(self, rows: f64) -> f64 {
        if self.is_binary() { rows } else { 0.0 }
    }

    fn judge(self) -> Judge {
        match self {
            Impurity::Entropy => Judge::Entropy,
            _ => Judge::Newton(Newton { l1: 0.0, l2: 0.0 }),
        }
    }

    /// A gain as the engine counts it, per unit of impurity and weight.
    fn per_unit(self) -> f64 {
        match self {
            Impurity::Gini => 0.5,
            Impurity::Entropy => 2.0 * core::f64::consts::LN_2,
            Impurity::Variance => 1.0,
        }
    }
}

/// Settings that a tree and a forest of means share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub impurity: Impurity,
    pub max_leaves: usize,
    pub max_depth: usize,
    pub min_rows_leaf: usize,
    /// In units of the impurity, as a share of all rows.
    pub min_gain: f64,
    pub draws: usize,
}

/// Levels sorted by their plain mean: for squared distances the best of all sets is among those (Fisher 1958).
pub(super) fn plain_levels() -> LevelParams {
    LevelParams { most_single: 0, smooth: 0.0, l2: 0.0, most_in_set: usize::MAX, least_rows: 1, least_group: 1 }
}

impl Shape {
    pub(super) fn check(&self) -> Result<()> {
        at_least("min_rows_leaf", 1.0, self.min_rows_leaf as f64)?;
        at_least("min_gain", 0.0, self.min_gain)
    }

    /// `weight` is that of all rows.
    pub(super) fn growth(&self, table: &Table, levels: &LevelParams, weight: f64) -> Result<Growth> {
        let limits = Limits {
            rows: self.min_rows_leaf,
            hessian: f64::MIN_POSITIVE,
            gain: self.gain(self.min_gain, weight),
            levels: levels.limits(),
        };
        Ok(Growth {
            most_leaves: self.max_leaves,
            most_depth: self.max_depth,
            limits,
            judge: self.impurity.judge(),
            directions: directions(&BTreeMap::new(), table.sample)?,
            costs: Vec::new(),
            draws: self.draws,
        })
    }

    /// A fall of impurity in the engine's units.
    pub(super) fn gain(&self, impurity: f64, weight: f64) -> f64 {
        impurity * self.impurity.per_unit() * weight
    }
}

/// Outcomes and what they count for.
pub(super) struct Outcomes {
    /// By row of the table.
    pub weight: Vec<f64>,
    /// The weight of the rows learnt from.
    pub sum: f64,
    /// Their mean.
    pub mean: f64,
    /// Taken off amounts, so that sums keep their precision.
    pub center: f64,
}

impl Outcomes {
    /// Of the rows named.
    ///
    /// # Errors
    /// No rows, or outcomes that are not all 0 or 1, or all the same, where they should be.
    pub(super) fn new(table: &Table, rows: &[u32], impurity: Impurity, class_weights: [f64; 2]) -> Result<Outcomes> {
        table.check_rows(rows)?;
        if impurity.is_binary() {
            table.check_binary(rows)?;
        }
        let (target, weight) = (&table.sample.target, &table.sample.weight);
        let class = |target: f64| if impurity.is_binary() { class_weights[(target > 0.5) as usize] } else { 1.0 };
        let weight: Vec<f64> = weight.iter().zip(target).map(|(weight, target)| weight * class(*target)).collect();
        let rows = || rows.iter().map(|row| *row as usize);
        let sum = math::ordered_sum(rows().map(|row| weight[row]));
        let mean = math::ordered_sum(rows().map(|row| weight[row] * target[row])) / sum;
        Ok(Outcomes { weight, sum, mean, center: if impurity.is_binary() { 0.0 } else { mean } })
    }

    /// The sums of every row that is `times` there; rows that are not there stay empty.
    pub(super) fn tallies(&self, table: &Table, rows: &[u32], times: impl Fn(usize) -> f64) -> (Vec<Tally>, Scale) {
        let target = |row: usize| table.sample.target[row] - self.center;
        let most =
            |value: &dyn Fn(usize) -> f64| rows.iter().fold(0.0, |most: f64, row| most.max(value(*row as usize)));
        let weight = |row: usize| self.weight[row] * times(row);
        let scale = Scale::new(rows.len(), most(&|row| (weight(row) * target(row)).abs()), most(&weight));
        let mut tallies = vec![Tally::default(); table.rows()];
        for row in rows.iter().map(|row| *row as usize) {
            tallies[row] = scale.tally(-weight(row) * target(row), weight(row));
        }
        (tallies, scale)
    }

    /// Turns nodes into means of outcomes, drawn towards the mean of all by `smooth` rows of it (the m-estimate,
    /// Cestnik 1990), so that a pure leaf of five rows does not claim to be certain.
    pub(super) fn smooth(&self, tree: &mut Grown, smooth: f64) {
        for node in &mut tree.nodes {
            let mean = node.value + self.center;
            node.value = (mean * node.cover + self.mean * smooth) / (node.cover + smooth);
        }
    }
}

/// A model of means: of outcomes 0 and 1 they are probabilities, whose log-odds are the score.
pub(super) fn model(forest: Forest, impurity: Impurity) -> Model {
    match impurity.is_binary() {
        true => Model { links: vec![Link::Logit], ..Model::new(Scorer::Forest(forest), Target::Buys) },
        false => Model::new(Scorer::Forest(forest), Target::MarketPrice),
    }
}

/// The score of a mean.
pub(super) fn score(mean: f64, impurity: Impurity) -> f64 {
    if impurity.is_binary() { math::logit(mean) } else { mean }
}
