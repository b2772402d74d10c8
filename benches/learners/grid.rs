//! A decision tree whose limits are chosen on five folds of the train rows, as scikit-learn's grid search does beside it.

use skonto::error::Result;
use skonto::evaluate::measures::Metric;
use skonto::model::Model;
use skonto::train::learn::Learner;
use skonto::train::learn::tree::{Decision, DecisionParams, Impurity, LevelParams};
use skonto::train::sample::Sample;
use skonto::train::validate::{Fold, cross_validate};

const FOLDS: usize = 5;
const DEPTHS: [usize; 3] = [3, 5, 10];
/// The other side limits rows of a node that is split, by the same numbers.
const ROWS_OF_LEAF: [usize; 3] = [2, 5, 10];

/// Nine points on five folds, then the best on all rows.
pub fn fit(sample: &Sample, binary: bool) -> Result<Model> {
    let folds: Vec<Fold> = (0..FOLDS).map(|fold| every_fifth(sample.rows(), fold)).collect();
    let metric = if binary { Metric::RocAuc } else { Metric::Mse };
    let mut best: Option<(f64, Decision)> = None;
    for (max_depth, min_rows_leaf) in DEPTHS.into_iter().flat_map(|depth| ROWS_OF_LEAF.map(|rows| (depth, rows))) {
        let impurity = if binary { Impurity::Gini } else { Impurity::Variance };
        // One level at a time: the other side has levels spread over columns.
        let levels = LevelParams { most_single: 256, ..LevelParams::default() };
        let tree =
            DecisionParams { impurity, max_depth, min_rows_leaf, levels, ..DecisionParams::default() }.check()?;
        let mean = cross_validate(&tree, sample, &folds, metric, &|_, _| ())?.mean;
        let worth = if binary { mean } else { -mean };
        if best.as_ref().is_none_or(|(most, _)| worth > *most) {
            best = Some((worth, tree));
        }
    }
    let (_, tree) = best.expect("there are nine points");
    tree.fit(sample, &|_, _| ())
}

/// Folds in one piece would hold out whole months or customers, unlike the test rows.
fn every_fifth(rows: usize, fold: usize) -> Fold {
    let (test, train) = (0..rows).partition(|row| row % FOLDS == fold);
    Fold { train, test }
}
