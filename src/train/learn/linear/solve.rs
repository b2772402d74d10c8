//! Systems of equations with a symmetric matrix: smartcore's Cholesky factor, and what to do where there is none.

use crate::error::{Code, Error, Result};
use ndarray::Array2;
use smartcore::linalg::traits::cholesky::CholeskyDecomposable;

/// A symmetric positive definite matrix, factored.
pub struct Factor {
    size: usize,
    /// Row after row; above the diagonal nothing is read.
    lower: Vec<f64>,
}

impl Factor {
    /// Factors `matrix` (row after row) plus `ridge` on its diagonal.
    ///
    /// # Errors
    /// A matrix that is not positive definite.
    pub fn of(matrix: &[f64], ridge: &[f64]) -> Result<Factor> {
        let size = ridge.len();
        let mut table = Array2::from_shape_fn((size, size), |(row, column)| matrix[row * size + column]);
        ridge.iter().enumerate().for_each(|(column, ridge)| table[[column, column]] += ridge);
        let factor = table.cholesky_mut().map_err(|error| singular(&error.to_string()))?;
        let lower = factor.L().into_raw_vec_and_offset().0;
        match (0..size).all(|column| lower[column * size + column].is_normal()) {
            true => Ok(Factor { size, lower }),
            false => Err(singular("a column is a weighted sum of the others")),
        }
    }

    /// The factor's own diagonal: the square of an entry is what its column tells beyond those before it.
    pub fn diagonal(&self) -> impl Iterator<Item = f64> {
        (0..self.size).map(|column| self.lower[column * self.size + column])
    }

    /// Solves for one right side.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut solution = right.to_vec();
        for row in 0..self.size {
            let line = &self.lower[row * self.size..row * self.size + row];
            let known = line.iter().zip(&solution).fold(0.0, |sum, (factor, value)| sum + factor * value);
            solution[row] = (solution[row] - known) / self.lower[row * self.size + row];
        }
        for row in (0..self.size).rev() {
            solution[row] /= self.lower[row * self.size + row];
            let (value, line) = (solution[row], &self.lower[row * self.size..row * self.size + row]);
            solution.iter_mut().zip(line).for_each(|(other, factor)| *other -= factor * value);
        }
        solution
    }
}

fn singular(why: &str) -> Error {
    Error::new(Code::BadData, format!("fitting: the matrix cannot be inverted ({why}); a ridge penalty is needed"))
}

/// `matrix · vector`, row after row.
pub fn times(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    let rows = matrix.chunks_exact(vector.len().max(1));
    rows.map(|row| row.iter().zip(vector).fold(0.0, |sum, (entry, value)| sum + entry * value)).collect()
}
