//! Rows of numbers that can be clustered: finite, of equal length, and at least one.
//!
//! Only a checked table is a [`Points`], so the methods need not ask again. Missing values are *not* filled in here.

use crate::error::{Code, Error, Result};
use crate::math;

/// Beyond this, squares of differences could overflow a sum.
const LARGEST: f64 = 1e100;

/// A table of finite numbers, row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    values: Vec<f64>,
    columns: usize,
}

/// What was subtracted from each column and what it was then divided by.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// Mean of each column.
    pub shift: Vec<f64>,
    /// Standard deviation of each column; 1 for a column that never varies.
    pub scale: Vec<f64>,
}

impl Points {
    /// Refuses a table that is empty or ragged and numbers that are not finite or beyond 1e100.
    pub fn new(values: Vec<f64>, columns: usize) -> Result<Points> {
        if columns == 0 || values.is_empty() {
            return Err(Error::new(Code::BadData, "a table to cluster has no rows or no columns"));
        }
        if !values.len().is_multiple_of(columns) {
            let what = "numbers in a table to cluster, not a multiple of its columns";
            return Err(Error::limit(Code::BadData, what, columns as u64, values.len() as u64));
        }
        if let Some(position) = values.iter().position(|value| !value.is_finite()) {
            let what = format!("row {}, column {} of a table to cluster", position / columns, position % columns);
            return Err(Error::new(Code::NotFinite, format!("{what} is {}, not a finite number", values[position])));
        }
        match values.iter().find(|value| value.abs() > LARGEST) {
            Some(value) => Err(Error::new(Code::OutOfRange, format!("a number to cluster is {value:e}, beyond 1e100"))),
            None => Ok(Points { values, columns }),
        }
    }

    /// How many rows there are; at least one.
    pub fn count(&self) -> usize {
        self.values.len() / self.columns
    }

    /// How many columns there are; at least one.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All numbers, row after row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The row at `index`.
    pub fn row(&self, index: usize) -> &[f64] {
        &self.values[index * self.columns..(index + 1) * self.columns]
    }

    /// Every row.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.columns)
    }

    /// The same rows with every column at mean 0 and standard deviation 1 (over all rows, not all but one).
    pub fn standardised(&self) -> (Points, Scaling) {
        let columns = (0..self.columns).map(|column| self.rows().map(move |row| row[column]));
        let (shift, scale) = columns.map(mean_and_deviation).unzip();
        let scaling: Scaling = Scaling { shift, scale };
        let values = self.rows().flat_map(|row| scaling.apply(row)).collect();
        (Points { values, columns: self.columns }, scaling)
    }
}

impl Scaling {
    /// A row in the scale of the standardised points.
    pub fn apply<'a>(&'a self, row: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        row.iter().zip(&self.shift).zip(&self.scale).map(|((value, shift), scale)| (value - shift) / scale)
    }
}

fn mean_and_deviation(column: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = column.clone().count() as f64;
    let mean = math::ordered_sum(column.clone()) / count;
    let variance = math::ordered_sum(column.map(|value| (value - mean) * (value - mean))) / count;
    // A spread that is only rounding is none.
    let deviation = if variance.sqrt() > mean.abs() * 1e-14 { variance.sqrt() } else { 1.0 };
    (mean, deviation)
}

/// The squared distance between two rows, summed in the order of the columns.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    math::ordered_sum(a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standardising_gives_mean_zero_and_deviation_one_and_leaves_constants() {
        let (points, scaling) = Points::new(vec![1.0, 7.0, 3.0, 7.0], 2).unwrap().standardised();
        assert_eq!(points.values(), [-1.0, 0.0, 1.0, 0.0]);
        assert_eq!((&scaling.shift[..], &scaling.scale[..]), (&[2.0, 7.0][..], &[1.0, 1.0][..]));
    }

    #[test]
    fn refuses_empty_ragged_and_impossible_tables() {
        let rows = [
            (vec![], 2, Code::BadData),
            (vec![1.0], 0, Code::BadData),
            (vec![1.0; 3], 2, Code::BadData),
            (vec![1.0, f64::NAN], 2, Code::NotFinite),
            (vec![f64::NEG_INFINITY], 1, Code::NotFinite),
            (vec![1e101], 1, Code::OutOfRange),
        ];
        for (values, columns, code) in rows {
            assert_eq!(Points::new(values, columns).unwrap_err().code(), code);
        }
    }
}
