//! Teaches the device's buckets what the word vectors know.
//!
//! Ridge regression: the rows of a word's pieces should add up to the word's weighted vector, a word counting by how
//! often it occurs. Each dimension is a problem of its own with the same sparse matrix, solved by conjugate gradients
//! on the least squares (Björck 1996, algorithm 7.4.1), which never forms the square of the matrix.

use super::sparse::{Sparse, add_scaled, dot};
use super::vectors::WordVectors;
use crate::train::threads;
use crate::words::{DIM, Words, pieces, runs};

/// Steps of the solver. More fit the pieces' collisions ever closer and the quantised rows no better.
const STEPS: usize = 60;

/// Rows for a number of buckets, not yet quantised; one vector per dimension.
pub fn distil(vectors: &WordVectors, buckets: usize, ridge: f64) -> Vec<Vec<f64>> {
    let (mut matrix, mut importance) = (Sparse::new(buckets), Vec::new());
    for (word, count) in vectors.words() {
        let root = (*count as f64).sqrt();
        matrix.push(cells(word, buckets).into_iter().map(|(bucket, times)| (bucket, root * times)));
        importance.push(root);
    }
    let weighted: Vec<Vec<f64>> = (0..importance.len()).map(|word| vectors.weighted(word)).collect();
    let dimensions = weighted.first().map_or(0, Vec::len);
    let solve = |dimension: usize| {
        let target: Vec<f64> = weighted.iter().zip(&importance).map(|(word, root)| root * word[dimension]).collect();
        least_squares(&matrix, target, ridge)
    };
    threads::ordered(dimensions, solve, |_| ())
}

/// The buckets that a text's pieces fall into, and how often.
fn cells(text: &str, buckets: usize) -> Vec<(u32, f64)> {
    let mut found = Vec::new();
    runs(text, |run, kind| pieces(run, kind, |hash| found.push((hash % buckets as u32, 1.0))));
    found.sort_unstable_by_key(|(bucket, _)| *bucket);
    found.dedup_by(|later, first| {
        let same = later.0 == first.0;
        first.1 += if same { later.1 } else { 0.0 };
        same
    });
    found
}

/// The `x` that makes `|matrix x - target|² + ridge |x|²` small.
fn least_squares(matrix: &Sparse, target: Vec<f64>, ridge: f64) -> Vec<f64> {
    let mut solution = vec![0.0; matrix.columns];
    let mut residual = target;
    let mut gradient = matrix.transposed_times(&residual);
    let mut direction = gradient.clone();
    let mut squares = dot(&gradient, &gradient);
    let enough = 1e-16 * squares;
    for _ in 0..STEPS {
        if squares <= enough {
            break;
        }
        let image = matrix.times(&direction);
        let step = squares / (dot(&image, &image) + ridge * dot(&direction, &direction));
        add_scaled(&mut solution, step, &direction);
        add_scaled(&mut residual, -step, &image);
        gradient = matrix.transposed_times(&residual);
        add_scaled(&mut gradient, -ridge, &solution);
        let next = dot(&gradient, &gradient);
        direction.iter_mut().zip(&gradient).for_each(|(old, new)| *old = new + next / squares * *old);
        squares = next;
    }
    solution
}

/// Rows as the device has them, all on one scale, the largest magnitude becoming 127.
pub fn quantise(rows: &[Vec<f64>], words: &mut Words) {
    let largest = rows.iter().flatten().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if largest == 0.0 {
        return;
    }
    for (dimension, values) in rows.iter().enumerate().take(DIM) {
        for (row, value) in words.buckets.iter_mut().zip(values) {
            row[dimension] = (value * 127.0 / largest).round() as i8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_squares_solves_what_can_be_solved_by_hand() {
        // 2x = 4 and y = 3, of which a ridge of 1 leaves x = 8/5 and y = 3/2.
        let mut matrix = Sparse::new(2);
        matrix.push([(0, 2.0)]);
        matrix.push([(1, 1.0)]);
        let rows = [(0.0, [2.0, 3.0]), (1.0, [1.6, 1.5])];
        for (ridge, expected) in rows {
            let found = least_squares(&matrix, vec![4.0, 3.0], ridge);
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{ridge}: {found:?}");
        }
    }
}
