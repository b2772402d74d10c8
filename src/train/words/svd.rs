//! The leading singular vectors of a sparse matrix by random projection (Halko, Martinsson and Tropp, SIAM Review
//! 2011, algorithms 4.4 and 5.1), the small problem by one-sided Jacobi rotations (Hestenes 1958).
//!
//! The same seed gives the same bits on every machine. It does not compute the right singular vectors: words are the
//! rows, and nothing asks for their neighbours.

use super::sparse::{Sparse, add_scaled, dot};
use crate::train::random::Random;
use crate::train::threads;

/// Directions followed beyond those asked for; they take the error of the cut-off.
const SPARE: usize = 16;
/// Rounds of multiplying by the matrix and its transpose. Singular values of words fall slowly, so it takes a few.
const ROUNDS: usize = 5;
/// Rounds of rotations; each squares the error once it is small.
const SWEEPS: usize = 30;

/// The left singular vectors, one per direction, and their singular values, largest first.
#[derive(Clone, Debug)]
pub struct Svd {
    /// One for each direction, of as many numbers as the matrix has rows.
    pub vectors: Vec<Vec<f64>>,
    /// One for each direction.
    pub values: Vec<f64>,
}

/// The `rank` leading directions; fewer when the matrix has fewer rows or columns.
pub fn truncated(matrix: &Sparse, rank: usize, seed: u64) -> Svd {
    let width = (rank + SPARE).min(matrix.rows()).min(matrix.columns);
    let basis = range(matrix, width, seed);
    let (rotated, rotations) = rotate(all(&basis, |vector| matrix.transposed_times(vector)));
    let values: Vec<f64> = rotated.iter().map(|vector| length(vector)).collect();
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    order.truncate(rank);
    let vectors = order.iter().map(|index| facing(combine(&basis, &rotations[*index]))).collect();
    Svd { vectors, values: order.iter().map(|index| values[*index]).collect() }
}

/// Orthonormal vectors that nearly span what the matrix stretches most.
fn range(matrix: &Sparse, width: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut random = Random::new(seed);
    // Random signs project as well as normal draws do, and need no functions whose bits differ between machines.
    let mut signs = || (0..matrix.columns).map(|_| if random.bits() >> 63 == 0 { 1.0 } else { -1.0 }).collect();
    let probes: Vec<Vec<f64>> = (0..width).map(|_| signs()).collect();
    let mut basis = orthonormal(all(&probes, |vector| matrix.times(vector)));
    for _ in 0..ROUNDS {
        let back = orthonormal(all(&basis, |vector| matrix.transposed_times(vector)));
        basis = orthonormal(all(&back, |vector| matrix.times(vector)));
    }
    basis
}

fn all(vectors: &[Vec<f64>], work: impl Fn(&[f64]) -> Vec<f64> + Sync) -> Vec<Vec<f64>> {
    threads::ordered(vectors.len(), |index| work(&vectors[index]), |_| ())
}

/// Gram and Schmidt, twice over, which is enough (Giraud and others, 2005). What depends on others becomes zero.
fn orthonormal(mut vectors: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    for index in 0..vectors.len() {
        let (before, rest) = vectors.split_at_mut(index);
        let vector = &mut rest[0];
        let original = length(vector);
        for _ in 0..2 {
            for other in before.iter() {
                let overlap = dot(vector, other);
                add_scaled(vector, -overlap, other);
            }
        }
        let left = length(vector);
        let scale = if left > 1e-10 * original { 1.0 / left } else { 0.0 };
        vector.iter_mut().for_each(|value| *value *= scale);
    }
    vectors
}

/// Rotates pairs of vectors until all are orthogonal; gives them back with, for each, its mixture of the original ones.
fn rotate(mut vectors: Vec<Vec<f64>>) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let width = vectors.len();
    let mut mixtures: Vec<Vec<f64>> =
        (0..width).map(|row| (0..width).map(|column| f64::from(row == column)).collect()).collect();
    for _ in 0..SWEEPS {
        let mut still = true;
        for (first, second) in (0..width).flat_map(|first| (first + 1..width).map(move |second| (first, second))) {
            if let Some(turn) = turn(&vectors[first], &vectors[second]) {
                still = false;
                apply(turn, &mut vectors, first, second);
                apply(turn, &mut mixtures, first, second);
            }
        }
        if still {
            break;
        }
    }
    (vectors, mixtures)
}

/// Cosine and sine that make two vectors orthogonal; none if they are.
fn turn(a: &[f64], b: &[f64]) -> Option<(f64, f64)> {
    let (aa, bb, ab) = (dot(a, a), dot(b, b), dot(a, b));
    if ab * ab <= 1e-24 * aa * bb {
        return None;
    }
    let half = (bb - aa) / (2.0 * ab);
    let tangent = 1f64.copysign(half) / (half.abs() + (1.0 + half * half).sqrt());
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    Some((cosine, cosine * tangent))
}

fn apply((cosine, sine): (f64, f64), vectors: &mut [Vec<f64>], first: usize, second: usize) {
    let (left, right) = vectors.split_at_mut(second);
    for (a, b) in left[first].iter_mut().zip(&mut right[0]) {
        (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
    }
}

fn combine(basis: &[Vec<f64>], mixture: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; basis.first().map_or(0, Vec::len)];
    basis.iter().zip(mixture).for_each(|(vector, share)| add_scaled(&mut sum, *share, vector));
    sum
}

/// A singular vector has two signs; this is the one whose largest number is positive.
fn facing(mut vector: Vec<f64>) -> Vec<f64> {
    let largest = vector
        .iter()
        .copied()
        .fold(0.0, |largest: f64, value| if value.abs() > largest.abs() { value } else { largest });
    if largest < 0.0 {
        vector.iter_mut().for_each(|value| *value = -*value);
    }
    vector
}

fn length(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_directions_of_a_matrix_that_is_a_sum_of_few() {
        // Each row is 9, 4 and 1 times three directions that do not overlap, as are the columns.
        let mut matrix = Sparse::new(60);
        for row in 0..90u32 {
            let (block, strength) = (row % 3, [9.0, 4.0, 1.0][row as usize % 3]);
            matrix.push((0..20).map(|column| (3 * column + block, strength)));
        }
        let found = truncated(&matrix, 3, 7);
        for (value, strength) in found.values.iter().zip([9.0, 4.0, 1.0]) {
            let expected = strength * (30.0f64 * 20.0).sqrt();
            assert!((value - expected).abs() < 1e-9 * expected, "{value} is not {expected}");
        }
        for (index, vector) in found.vectors.iter().enumerate() {
            let expected = |row: usize| if row % 3 == index { 1.0 / 30f64.sqrt() } else { 0.0 };
            assert!(vector.iter().enumerate().all(|(row, value)| (value - expected(row)).abs() < 1e-9), "{vector:?}");
        }
    }

    #[test]
    fn directions_are_orthonormal_and_values_fall_whatever_the_matrix() {
        let mut random = Random::new(3);
        let mut matrix = Sparse::new(80);
        for _ in 0..120 {
            matrix.push((0..6).map(|_| (random.below(80) as u32, random.below(9) as f64)).collect::<Vec<_>>());
        }
        let found = truncated(&matrix, 10, 1);
        assert!(found.values.windows(2).all(|pair| pair[0] >= pair[1]));
        for (a, first) in found.vectors.iter().enumerate() {
            for (b, second) in found.vectors.iter().enumerate() {
                assert!((dot(first, second) - f64::from(a == b)).abs() < 1e-9, "{a} and {b}");
            }
        }
    }

    #[test]
    fn a_matrix_smaller_than_the_rank_has_fewer_directions() {
        let mut matrix = Sparse::new(2);
        matrix.push([(0, 3.0)]);
        matrix.push([(1, 2.0)]);
        matrix.push([]);
        assert_eq!(truncated(&matrix, 16, 1).values.len(), 2);
    }
}
