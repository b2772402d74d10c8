//! What scikit-learn says of the same small table. Numbers: tests/reference/trees.py, scikit-learn 1.9.1.

use super::mean::Impurity;
use super::*;
use crate::train::sample::{Column, Sample};

const ROWS: usize = 60;

/// What a leaf costs, means of the first rows, leaves.
const PRUNED: [(f64, [f64; 12], usize); 2] = [
    (0.02, [0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0], 5),
    (
        0.1,
        [
            0.10344827586206896,
            1.0,
            1.0,
            0.16666666666666666,
            0.10344827586206896,
            0.10344827586206896,
            0.10344827586206896,
            0.16666666666666666,
            0.10344827586206896,
            1.0,
            1.0,
            0.10344827586206896,
        ],
        3,
    ),
];

/// The table that the script makes.
fn columns() -> [Vec<f64>; 3] {
    let (mut state, mut columns) = (12_345u64, [const { Vec::new() }; 3]);
    for _ in 0..ROWS {
        for column in &mut columns {
            state = (state * 1_103_515_245 + 12_345) % (1 << 31);
            column.push(((state >> 16) % 50) as f64);
        }
    }
    columns
}

fn table(target: impl Fn([f64; 3]) -> f64, is_weighed: bool) -> Sample {
    let columns = columns();
    let target = (0..ROWS).map(|row| target([columns[0][row], columns[1][row], columns[2][row]])).collect();
    let weight = (0..ROWS).map(|row| if is_weighed { 1.0 + (row % 3) as f64 } else { 1.0 }).collect();
    let names = ["a", "b", "c"].map(String::from).to_vec();
    Sample { names, columns: columns.map(Column::Number).to_vec(), target, weight }
}

fn binary([a, b, c]: [f64; 3]) -> f64 {
    f64::from(a > 20.0 && b < 30.0 || c > 42.0)
}

/// Means by leaf of the first rows, and the number of leaves.
fn means(params: DecisionParams, sample: &Sample) -> (Vec<f64>, usize) {
    let model = crate::train::learn::Learner::fit(&params.check().unwrap(), sample, &|_, _| {}).unwrap();
    let crate::model::Scorer::Forest(forest) = &model.scorer else { panic!("a tree") };
    let leaves = forest.nodes.iter().filter(|node| node.split.is_none()).count();
    ((0..12).map(|row| forest.raw(&sample.row(row))).collect(), leaves)
}

fn near(found: &[f64], expected: &[f64]) {
    let apart = found.iter().zip(expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, f64::max);
    assert!(apart < 1e-6, "{found:?}\n{expected:?}");
}

#[test]
fn agrees_with_scikit_learn_on_gini_and_entropy() {
    let expected = [0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.5555555555555556, 0.5714285714285714, 0.0, 1.0, 1.0, 0.0];
    for impurity in [Impurity::Gini, Impurity::Entropy] {
        let params =
            DecisionParams { impurity, max_depth: 3, min_rows_leaf: 4, smooth: Some(0.0), ..DecisionParams::default() };
        let (found, leaves) = means(params, &table(binary, true));
        near(&found, &expected);
        assert_eq!(leaves, 5);
    }
}

#[test]
fn agrees_with_scikit_learn_on_variance() {
    let amount = |[a, b, _]: [f64; 3]| if a > 25.0 { 3.0 + 0.1 * b } else { 1.0 + 0.1 * b };
    let impurity = Impurity::Variance;
    let params =
        DecisionParams { impurity, max_depth: 3, min_rows_leaf: 4, smooth: Some(0.0), ..DecisionParams::default() };
    let (found, leaves) = means(params, &table(amount, true));
    let (far, near_row) = (4.513636363636365, 5.62962962962963);
    let rest = [far, far, far, 3.45, 7.185, 4.1375, 3.3666666666666667, far];
    near(&found, &[&[far, near_row, near_row, 1.523529411764706], &rest[..]].concat());
    assert_eq!(leaves, 8);
}

#[test]
fn agrees_with_scikit_learn_on_pruning() {
    for (prune, expected, leaves) in PRUNED {
        let params =
            DecisionParams { prune, max_depth: 0, min_rows_leaf: 2, smooth: Some(0.0), ..DecisionParams::default() };
        let (found, found_leaves) = means(params, &table(binary, false));
        near(&found, &expected);
        assert_eq!(found_leaves, leaves);
    }
}
