//! Times the exact tree of depth 2 against a search without its trees of sums.
//!
//! The reference sorts each feature once, and for each first cut passes over all rows in the order of every feature:
//! `O(p² n² k)`. The smaller world is what it can do; the larger is the one the figure is about.

use skonto::train::policy_tree::PolicyTreeParams;
use skonto::train::random::Random;
use skonto::train::sample::{Column, Sample};
use skonto::train::threads::ordered;
use skonto::train::uplift::ArmScores;
use std::hint::black_box;
use std::time::Instant;

const FEATURES: usize = 20;
const ARMS: usize = 3;
/// Rows that the reference can do.
pub const SMALL: usize = 1_500;
/// Rows of the bar.
pub const LARGE: usize = 64_000;

fn world(rows: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let mut random = Random::new(rows as u64);
    let mut unit = || random.below(1 << 40) as f64 / (1_u64 << 40) as f64;
    let columns: Vec<Vec<f64>> = (0..FEATURES).map(|_| (0..rows).map(|_| unit()).collect()).collect();
    let score = |row: usize, arm: usize, noise: f64| {
        let left = columns[3][row] <= 0.4 && columns[7][row] <= 0.7;
        f64::from(u8::from(arm == if left { 1 } else { 2 })) + 6.0 * (noise - 0.5)
    };
    let scores = (0..rows * ARMS).map(|at| score(at / ARMS, at % ARMS, unit())).collect();
    (columns, scores)
}

fn ours(columns: &[Vec<f64>], scores: &[f64], least_rows: usize) -> (f64, f64) {
    let rows = columns[0].len();
    let sample = Sample {
        names: (0..FEATURES).map(|feature| format!("x{feature}")).collect(),
        columns: columns.iter().cloned().map(Column::Number).collect(),
        target: vec![0.0; rows],
        weight: vec![1.0; rows],
    };
    let scores = ArmScores::new(ARMS, scores.to_vec()).expect("finite scores");
    let tree = PolicyTreeParams { least_rows, ..PolicyTreeParams::default() }.check().expect("the defaults");
    let start = Instant::now();
    let tree = black_box(tree.fit(&sample, &scores).expect("a world"));
    (start.elapsed().as_secs_f64(), tree.total)
}

/// The most that a cut of the rows marked brings, and of those not marked.
fn second(order: &[u32], scores: &[f64], is_left: &[bool], totals: &[[f64; ARMS]; 2], most: &mut [f64; 2]) {
    let mut sums = [[0.0; ARMS]; 2];
    for row in order {
        let row = *row as usize;
        let side = usize::from(is_left[row]);
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for arm in 0..ARMS {
            sums[side][arm] += scores[row * ARMS + arm];
            low = low.max(sums[side][arm]);
            high = high.max(totals[side][arm] - sums[side][arm]);
        }
        most[side] = most[side].max(low + high);
    }
}

fn reference(columns: &[Vec<f64>], scores: &[f64]) -> (f64, f64) {
    let start = Instant::now();
    let rows = columns[0].len();
    let sort = |column: &Vec<f64>| {
        let mut order: Vec<u32> = (0..rows as u32).collect();
        order.sort_by(|one, other| column[*one as usize].total_cmp(&column[*other as usize]));
        order
    };
    let orders: Vec<Vec<u32>> = columns.iter().map(sort).collect();
    let best_of = |first: usize| {
        let (mut is_left, mut totals, mut best) = (vec![false; rows], [[0.0; ARMS]; 2], f64::NEG_INFINITY);
        (0..rows * ARMS).for_each(|at| totals[0][at % ARMS] += scores[at]);
        for row in &orders[first] {
            let row = *row as usize;
            is_left[row] = true;
            for arm in 0..ARMS {
                totals[0][arm] -= scores[row * ARMS + arm];
                totals[1][arm] += scores[row * ARMS + arm];
            }
            let mut most = totals.map(|totals| totals.into_iter().fold(f64::NEG_INFINITY, f64::max));
            orders.iter().for_each(|order| second(order, scores, &is_left, &totals, &mut most));
            best = best.max(most[0] + most[1]);
        }
        best
    };
    let best = ordered(columns.len(), best_of, |_| {}).into_iter().fold(f64::NEG_INFINITY, f64::max);
    (start.elapsed().as_secs_f64(), best)
}

/// Seconds of both on the smaller world, and of the exact tree on the larger.
///
/// # Panics
/// If the two do not find the same.
pub fn times() -> (f64, f64, f64) {
    let (columns, scores) = world(SMALL);
    // The reference knows no least size of leaves.
    let ((exact, found), (plain, most)) = (ours(&columns, &scores, 1), reference(&columns, &scores));
    assert!((found - most).abs() < 1e-6, "the exact tree brings {found}, the reference {most}");
    let (columns, scores) = world(LARGE);
    (exact, plain, ours(&columns, &scores, PolicyTreeParams::default().least_rows).0)
}
