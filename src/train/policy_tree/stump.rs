//! The best single question about some rows, by one scan of the sums of each feature's codes.

use super::coded::Coded;
use super::search::Search;
use crate::model::MAX_ARMS;
use crate::train::uplift::ArmScores;

/// A question: which rows of these go left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// The feature.
    pub feature: usize,
    /// Codes up to this go left, or this one alone where codes are levels.
    pub code: u32,
}

impl Question {
    /// Whether a row goes left.
    pub fn is_left(&self, features: &[Coded], row: u32) -> bool {
        features[self.feature].is_left(self.code, row)
    }
}

/// Better by more than rounding: how equal trees are told from better ones.
pub fn is_better(value: f64, best: f64, slack: f64) -> bool {
    value > best + slack
}

/// The sums of scores by arm.
pub fn totals(scores: &ArmScores, rows: &[u32]) -> Vec<f64> {
    let mut totals = vec![0.0; scores.arms()];
    for row in rows {
        totals.iter_mut().zip(scores.row(*row as usize)).for_each(|(total, score)| *total += score);
    }
    totals
}

/// The number of the largest; of equal ones the first.
pub fn largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}

/// Sums of scores by code and arm, after the arms of a code how many rows it has.
pub fn sums(feature: &Coded, scores: &ArmScores, rows: &[u32]) -> Vec<f64> {
    let mut sums = vec![0.0; feature.count * (scores.arms() + 1)];
    rows.iter().for_each(|row| add(&mut sums, feature, scores, *row));
    sums
}

/// Adds a row's scores to the sums of its code.
pub fn add(sums: &mut [f64], feature: &Coded, scores: &ArmScores, row: u32) {
    let arms = scores.arms();
    let code = feature.codes[row as usize] as usize;
    let of_code = &mut sums[code * (arms + 1)..(code + 1) * (arms + 1)];
    of_code.iter_mut().zip(scores.row(row as usize)).for_each(|(sum, score)| *sum += score);
    of_code[arms] += 1.0;
}

/// Calls `each` with every code that leaves `least` rows on both sides, and what the two sides of a question after it bring.
/// `totals` end with how many rows there are, as [`sums`] do.
pub fn scan(sums: &[f64], totals: &[f64], ordered: bool, least: f64, mut each: impl FnMut(u32, f64)) {
    let mut left = [0.0; MAX_ARMS + 1];
    let arms = totals.len() - 1;
    for (code, of_code) in sums.chunks_exact(arms + 1).enumerate() {
        let (mut most_left, mut most_right) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        left.iter_mut().zip(of_code).for_each(|(left, sum)| *left = if ordered { *left + sum } else { *sum });
        if left[arms] < least || totals[arms] - left[arms] < least {
            continue;
        }
        for (left, total) in left[..arms].iter().zip(totals) {
            most_left = most_left.max(*left);
            most_right = most_right.max(total - left);
        }
        each(code as u32, most_left + most_right);
    }
}

/// The best question that leaves `least` rows on both sides, none where no such question brings more than one arm for all; and
/// what that brings.
pub fn best(search: &Search, rows: &[u32], slack: f64) -> (Option<Question>, f64) {
    let Search { features, scores, .. } = *search;
    let mut totals = totals(scores, rows);
    let mut found = (None, totals[largest(&totals)]);
    totals.push(rows.len() as f64);
    for (number, feature) in features.iter().enumerate() {
        let sums = sums(feature, scores, rows);
        scan(&sums, &totals, feature.amounts.is_some(), search.least_rows as f64, |code, value| {
            if is_better(value, found.1, slack) {
                found = (Some(Question { feature: number, code }), value);
            }
        });
    }
    found
}
