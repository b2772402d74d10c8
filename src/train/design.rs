//! Examples as the rows that a logistic regression is fitted to.
//!
//! Every example of a group in a week saw the same offer, so rows are kept by (group, week) **cell**. A
//! cell's sums over its rows, without the offer, are all that a step of fitting needs: the depth, the
//! category and the group multiply whole sums instead of single rows, which makes a fit 20 times cheaper.

use super::catalogue::Catalogue;
use super::dataset::Dataset;
use crate::event::GroupId;
use crate::model::Scaled;
use std::ops::Range;

/// How features become columns: learnt on the training examples, applied to others.
///
/// Columns: 1, then the standardised features (0 where missing), then indicators of missing values.
#[derive(Clone, Debug, Default)]
pub struct Scaling {
    /// Centre, scale and range; weights still zero.
    pub terms: Vec<Scaled>,
    /// Column that tells a missing value, for features that were ever missing.
    pub missing: Vec<Option<usize>>,
    /// Number of columns.
    pub columns: usize,
}

impl Scaling {
    /// Learns weighted means, deviations and ranges.
    pub fn learn(data: &Dataset) -> Scaling {
        let moments: Vec<Moments> = (0..data.width).map(|feature| Moments::of(data, feature)).collect();
        let mut columns = 1 + data.width;
        let mut column = |moments: &Moments| {
            columns += moments.missing as usize;
            moments.missing.then(|| columns - 1)
        };
        let missing = moments.iter().map(&mut column).collect();
        Scaling { terms: moments.iter().map(Moments::term).collect(), missing, columns }
    }

    fn row(&self, values: &[f32], out: &mut [f32]) {
        out.fill(0.0);
        out[0] = 1.0;
        for (feature, (value, term)) in values.iter().zip(&self.terms).enumerate() {
            match (value.is_nan(), self.missing[feature]) {
                (false, _) => out[1 + feature] = (value.clamp(term.low, term.high) - term.center) / term.scale,
                (true, Some(column)) => out[column] = 1.0,
                (true, None) => {}
            }
        }
    }
}

/// Weighted sums of one feature where it is present.
struct Moments {
    weight: f64,
    sum: f64,
    squares: f64,
    low: f32,
    high: f32,
    missing: bool,
}

impl Moments {
    fn of(data: &Dataset, feature: usize) -> Moments {
        let (low, high) = (f32::INFINITY, f32::NEG_INFINITY);
        let mut sums = Moments { weight: 0.0, sum: 0.0, squares: 0.0, low, high, missing: false };
        for (row, example) in data.examples.iter().enumerate() {
            let value = data.values[row * data.width + feature];
            if value.is_nan() {
                sums.missing = true;
                continue;
            }
            let (weight, wide) = (example.weight as f64, value as f64);
            sums.weight += weight;
            sums.sum += weight * wide;
            sums.squares += weight * wide * wide;
            (sums.low, sums.high) = (sums.low.min(value), sums.high.max(value));
        }
        sums
    }

    fn term(&self) -> Scaled {
        if self.weight == 0.0 {
            return Scaled { scale: 1.0, ..Scaled::default() };
        }
        let center = self.sum / self.weight;
        let deviation = (self.squares / self.weight - center * center).max(0.0).sqrt();
        // A feature that never varies says nothing; a scale of 1 keeps its column at zero.
        let scale = if deviation > 1e-6 { deviation as f32 } else { 1.0 };
        Scaled { center: center as f32, scale, low: self.low, high: self.high, ..Scaled::default() }
    }
}

/// The rows of one group in one week.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The group.
    pub group: usize,
    /// Its category.
    pub category: usize,
    /// Depth of the offer.
    pub depth: f64,
    /// Its rows.
    pub rows: Range<usize>,
}

/// Rows ready for fitting.
#[derive(Clone, Debug, Default)]
pub struct Design {
    /// Columns per row.
    pub columns: usize,
    /// Categories of the model.
    pub categories: usize,
    /// Groups of the model.
    pub groups: usize,
    /// Column values by row.
    pub values: Vec<f32>,
    /// Whether each row bought.
    pub bought: Vec<bool>,
    /// Weight of each row.
    pub weight: Vec<f32>,
    /// The cells, in order.
    pub cells: Vec<Cell>,
}

impl Design {
    /// Scales the examples and cuts them into cells.
    pub fn build(data: &Dataset, scaling: &Scaling, catalogue: &Catalogue) -> Design {
        let mut design = Design {
            columns: scaling.columns,
            categories: catalogue.schema.categories.len(),
            groups: catalogue.schema.groups.len(),
            values: vec![0.0; data.examples.len() * scaling.columns],
            bought: data.examples.iter().map(|example| example.bought).collect(),
            weight: data.examples.iter().map(|example| example.weight).collect(),
            cells: Vec::new(),
        };
        for (row, out) in design.values.chunks_exact_mut(scaling.columns).enumerate() {
            scaling.row(data.row(row), out);
        }
        let mut start = 0;
        for chunk in data.examples.chunk_by(|one, next| (one.group, one.week) == (next.group, next.week)) {
            let group = GroupId(chunk[0].group);
            design.cells.push(Cell {
                group: group.0 as usize,
                category: catalogue.schema.groups[group.0 as usize].category as usize,
                depth: catalogue.index.depth(group, chunk[0].week),
                rows: start..start + chunk.len(),
            });
            start += chunk.len();
        }
        design
    }

    /// The columns of one row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::dataset::Example;

    fn data(values: Vec<f32>) -> Dataset {
        let example = Example { weight: 1.0, ..Example::default() };
        Dataset { width: 1, examples: vec![example; values.len()], values, total: 0 }
    }

    #[test]
    fn gives_missing_values_a_column_of_their_own() {
        let data = data(vec![1.0, 3.0, f32::NAN]);
        let scaling = Scaling::learn(&data);
        let mut row = vec![9.0; scaling.columns];
        scaling.row(&[f32::NAN], &mut row);
        assert_eq!(row, [1.0, 0.0, 1.0]);
        scaling.row(&[3.0], &mut row);
        assert_eq!(row, [1.0, 1.0, 0.0]);
    }

    #[test]
    fn knows_nothing_beyond_the_range_seen() {
        let scaling = Scaling::learn(&data(vec![1.0, 3.0]));
        let mut row = vec![0.0; scaling.columns];
        scaling.row(&[1_000.0], &mut row);
        assert_eq!(row, [1.0, 1.0]);
    }

    #[test]
    fn a_feature_that_never_varies_adds_nothing() {
        let scaling = Scaling::learn(&data(vec![2.0, 2.0]));
        let mut row = vec![0.0; scaling.columns];
        scaling.row(&[2.0], &mut row);
        assert_eq!(row, [1.0, 0.0]);
    }
}
