//! Teaches the device's buckets what the word vectors know.
//!
//! Ridge regression: the rows of a word's pieces should add up to the word's weighted vector, a word counting by how
//! often it occurs. Each dimension is a problem of its own with the same sparse matrix, solved by conjugate gradients
//! on the least squares (Björck 1996, algorithm 7.4.1), which never forms the square of the matrix.

use super::sparse::{Sparse, add_scaled, dot};
use super::vectors::WordVectors;
use crate::train::threads;
use crate::words::{DIM, Words, pieces, runs};

/// Steps of the solver; with 60 every measure in `mod.rs` stays the same to three digits.
const STEPS: usize = 20;

/// Rows for a number of buckets, not yet quantised; one vector per dimension. `ridge` is in units of what the words
/// themselves weigh on a bucket, so that it means the same for a small shop and a large one.
pub fn distil(vectors: &WordVectors, buckets: usize, ridge: f64) -> Vec<Vec<f64>> {
    let lessons = lessons(vectors);
    let mut matrix = Sparse::new(buckets);
    for (form, _, root) in &lessons {
        matrix.push(cells(form, buckets).into_iter().map(|(bucket, times)| (bucket, root * times)));
    }
    let weighted: Vec<Vec<f64>> = (0..vectors.words().len()).map(|word| vectors.weighted(word)).collect();
    let ridge = ridge * matrix.squares() / buckets as f64;
    let solve = |dimension: usize| {
        let target = lessons.iter().map(|(_, word, root)| root * weighted[*word][dimension]).collect();
        least_squares(&matrix, target, ridge)
    };
    threads::ordered(vectors.dimensions(), solve, |_| ())
}

/// What is taught: a way to write a word, which word it is, and the root of how often it counts.
///
/// All ways of writing it wrong together count as much as the right one.
fn lessons(vectors: &WordVectors) -> Vec<(String, usize, f64)> {
    let mut lessons = Vec::new();
    for (number, (word, count)) in vectors.words().iter().enumerate() {
        let wrong = misspellings(word);
        let each = *count as f64 / wrong.len() as f64;
        lessons.push((word.clone(), number, (*count as f64).sqrt()));
        lessons.extend(wrong.into_iter().map(|form| (form, number, each.sqrt())));
    }
    lessons
}

/// A word of at least four letters with two neighbouring letters swapped, the first one kept.
fn misspellings(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 || !letters.iter().all(|letter| letter.is_alphabetic()) {
        return Vec::new();
    }
    let swapped = |place: usize| {
        let mut wrong = letters.clone();
        wrong.swap(place, place + 1);
        wrong.into_iter().collect()
    };
    (1..letters.len() - 1).filter(|place| letters[*place] != letters[*place + 1]).map(swapped).collect()
}

/// The buckets that a text's pieces fall into, and how often.
fn cells(text: &str, buckets: usize) -> Vec<(u32, f64)> {
    let mut found = Vec::new();
    runs(text.chars(), |run, kind| pieces(run, kind, |hash| found.push((hash % buckets as u32, 1.0))));
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
    fn misspells_by_swapping_letters_but_not_the_first() {
        assert_eq!(misspellings("rice"), ["rcie", "riec"]);
        assert_eq!(misspellings("book"), ["boko"]);
        assert!(["tea", "1000", "茶叶"].iter().all(|word| misspellings(word).is_empty()));
    }

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
