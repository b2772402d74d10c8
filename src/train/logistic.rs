//! Weighted ridge logistic regression whose weights are straight lines in the depth of the offer.
//!
//! Newton's method on the whole sample (iteratively reweighted least squares): five to eight steps, no
//! step size to tune, the same result whatever the number of threads. Sums are taken per [cell](super::design)
//! and added in the order of cells; `exp` and `ln` come from [`math`](crate::math). It does *not* choose its
//! own ridge strengths; see [`tune`](super::tune). Why not a ready-made learner: `docs/learners.md`.

use super::design::{Cell, Design, Scaling};
use super::threads::ordered;
use crate::error::{Code, Error, Result};
use crate::math;
use crate::model::{Line, Linear, Term};
use ndarray::Array2;
use smartcore::linalg::traits::cholesky::CholeskyDecomposable;

/// How strongly each kind of weight is pulled towards zero, and what may respond to an offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogisticParams {
    /// Weights of features.
    pub terms: f64,
    /// How features change the response to an offer.
    pub term_slopes: f64,
    /// Weights of categories and groups.
    pub levels: f64,
    /// Slopes of categories and groups.
    pub level_slopes: f64,
    /// Whether the response to an offer differs between shoppers and groups.
    pub response: Response,
}

/// Who responds how to an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// By features, category and group.
    Personal,
    /// Everyone alike: the baseline that shows what the above is worth.
    Common,
}

/// Strengths that are positive and finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedLogistic(LogisticParams);

impl LogisticParams {
    /// Refuses strengths that are not positive: a group that never bought would get an infinite weight.
    pub fn check(self) -> Result<CheckedLogistic> {
        let strengths = [self.terms, self.term_slopes, self.levels, self.level_slopes];
        match strengths.iter().all(|strength| *strength > 0.0 && strength.is_finite()) {
            true => Ok(CheckedLogistic(self)),
            false => Err(Error::new(Code::BadConfig, "a ridge strength is not a positive number")),
        }
    }
}

/// Fitted weights and slopes, two numbers per column: features' columns first, then categories, then groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    numbers: Vec<f64>,
    columns: usize,
    categories: usize,
}

/// More steps than any problem here has needed.
const MAX_STEPS: usize = 40;
/// Fitting ends when a step promises to lower the loss by less than this share of it.
const ENOUGH: f64 = 1e-9;
/// The starting point itself is free; this only keeps the matrix invertible.
const BIAS_RIDGE: f64 = 1e-6;

impl CheckedLogistic {
    /// Fits from `start`, or from zero.
    pub fn fit(&self, design: &Design, start: Option<&Weights>) -> Result<Weights> {
        let zero = Weights::zero(design);
        let mut weights = start.filter(|start| start.numbers.len() == zero.numbers.len()).cloned().unwrap_or(zero);
        let ridge = self.ridge(design);
        let free = self.free(design);
        hold(&mut weights.numbers, &free);
        let mut at = Sums::at(design, &weights, &ridge);
        for _ in 0..MAX_STEPS {
            let step = at.newton_step(&free)?;
            let promised = step.iter().zip(&at.gradient).map(|(step, slope)| step * slope).sum::<f64>() / 2.0;
            if promised <= ENOUGH * at.loss {
                return Ok(weights);
            }
            let Some((next, sums)) = descend(design, &weights, &step, &ridge, at.loss) else { return Ok(weights) };
            (weights, at) = (next, sums);
        }
        Err(Error::limit(Code::BadData, "fitting did not settle; steps", MAX_STEPS as u64, MAX_STEPS as u64))
    }

    fn ridge(&self, design: &Design) -> Vec<f64> {
        let params = &self.0;
        let pairs = (0..design.columns + design.categories + design.groups).map(|column| match column {
            0 => [BIAS_RIDGE, BIAS_RIDGE],
            column if column < design.columns => [params.terms, params.term_slopes],
            _ => [params.levels, params.level_slopes],
        });
        pairs.flatten().collect()
    }

    /// Positions of the numbers that are fitted; the others stay zero.
    fn free(&self, design: &Design) -> Vec<usize> {
        let all = 2 * (design.columns + design.categories + design.groups);
        match self.0.response {
            Response::Personal => (0..all).collect(),
            Response::Common => (0..all).filter(|position| position % 2 == 0 || *position == 1).collect(),
        }
    }
}

fn hold(numbers: &mut [f64], free: &[usize]) {
    let kept: Vec<f64> = free.iter().map(|position| numbers[*position]).collect();
    numbers.fill(0.0);
    free.iter().zip(kept).for_each(|(position, number)| numbers[*position] = number);
}

/// Takes the step, halved until the loss falls; none if it no longer does.
fn descend(design: &Design, from: &Weights, step: &[f64], ridge: &[f64], loss: f64) -> Option<(Weights, Sums)> {
    let mut length = 1.0;
    for _ in 0..30 {
        let mut next = from.clone();
        next.numbers.iter_mut().zip(step).for_each(|(number, step)| *number -= length * step);
        let sums = Sums::at(design, &next, ridge);
        if sums.loss < loss {
            return Some((next, sums));
        }
        length /= 2.0;
    }
    None
}

impl Weights {
    fn zero(design: &Design) -> Weights {
        let numbers = vec![0.0; 2 * (design.columns + design.categories + design.groups)];
        Weights { numbers, columns: design.columns, categories: design.categories }
    }

    /// Weight and slope of a column.
    fn pair(&self, column: usize) -> (f64, f64) {
        (self.numbers[2 * column], self.numbers[2 * column + 1])
    }

    /// Weight of a column under an offer.
    fn at(&self, column: usize, depth: f64) -> f64 {
        let (weight, slope) = self.pair(column);
        weight + depth * slope
    }

    fn line(&self, column: usize) -> Line {
        let (weight, slope) = self.pair(column);
        Line { weight: weight as f32, slope: slope as f32 }
    }

    /// The columns of a cell's weights under its offer, and what its category and group add.
    fn of_cell(&self, cell: &Cell) -> (Vec<f64>, f64) {
        let line = (0..self.columns).map(|column| self.at(column, cell.depth)).collect();
        let category = self.at(self.columns + cell.category, cell.depth);
        let group = self.at(self.columns + self.categories + cell.group, cell.depth);
        (line, category + group)
    }

    /// Weighted mean negative log-likelihood.
    pub fn log_loss(&self, design: &Design) -> f64 {
        let of_cell = |index: usize| {
            let cell = &design.cells[index];
            let (line, offset) = self.of_cell(cell);
            let mut sums = (0.0, 0.0);
            for row in cell.rows.clone() {
                let weight = design.weight[row] as f64;
                sums.0 += weight * loss_and_probability(score(&line, offset, design.row(row)), design.bought[row]).0;
                sums.1 += weight;
            }
            sums
        };
        let cells = ordered(design.cells.len(), of_cell, |_| {});
        let (loss, weight) = cells.into_iter().fold((0.0, 0.0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
        loss / weight
    }

    /// The model that is served: single precision, in the units of the features.
    pub fn to_model(&self, scaling: &Scaling) -> Linear {
        let mut terms = scaling.terms.clone();
        for (feature, term) in terms.iter_mut().enumerate() {
            term.line = self.line(1 + feature);
            if let Some(column) = scaling.missing[feature] {
                term.missing = self.line(column);
            }
        }
        let levels = self.numbers.len() / 2 - self.columns;
        let lines: Vec<Line> = (0..levels).map(|level| self.line(self.columns + level)).collect();
        let (categories, groups) = lines.split_at(self.categories);
        let terms = terms.into_iter().map(Term::Number).collect();
        Linear { bias: self.line(0), terms, categories: categories.into(), groups: groups.into() }
    }
}

fn score(line: &[f64], offset: f64, row: &[f32]) -> f64 {
    line.iter().zip(row).fold(offset, |sum, (weight, value)| sum + weight * *value as f64)
}

/// Negative log-likelihood of one outcome and the probability of buying.
fn loss_and_probability(score: f64, bought: bool) -> (f64, f64) {
    let shrunk = math::exp(-score.abs());
    let probability = if score >= 0.0 { 1.0 / (1.0 + shrunk) } else { shrunk / (1.0 + shrunk) };
    let against = if bought { -score } else { score };
    (math::ln_1p(shrunk) + against.max(0.0), probability)
}

/// Loss, first and second derivatives of the penalised sum.
struct Sums {
    loss: f64,
    gradient: Vec<f64>,
    curvature: Array2<f64>,
}

/// The same for one cell, before depth, category and group come in. `curvature` holds the upper triangle.
struct CellSums {
    loss: f64,
    gradient: Vec<f64>,
    curvature: Vec<f64>,
}

impl CellSums {
    fn of(design: &Design, cell: &Cell, weights: &Weights) -> CellSums {
        let columns = design.columns;
        let (line, offset) = weights.of_cell(cell);
        let mut sums = CellSums { loss: 0.0, gradient: vec![0.0; columns], curvature: vec![0.0; columns * columns] };
        let mut wide = vec![0.0; columns];
        for row in cell.rows.clone() {
            wide.iter_mut().zip(design.row(row)).for_each(|(wide, value)| *wide = *value as f64);
            let (weight, bought) = (design.weight[row] as f64, design.bought[row]);
            let score = line.iter().zip(&wide).fold(offset, |sum, (weight, value)| sum + weight * value);
            let (loss, probability) = loss_and_probability(score, bought);
            sums.loss += weight * loss;
            sums.add(&wide, weight * (probability - bought as u8 as f64), weight * probability * (1.0 - probability));
        }
        sums
    }

    /// The innermost loop: `columns² / 2` multiplications per row.
    fn add(&mut self, row: &[f64], residual: f64, curve: f64) {
        let columns = row.len();
        for (first, value) in row.iter().enumerate() {
            self.gradient[first] += residual * value;
            let scaled = curve * value;
            let target = &mut self.curvature[first * columns + first..(first + 1) * columns];
            target.iter_mut().zip(&row[first..]).for_each(|(sum, other)| *sum += scaled * other);
        }
    }
}

impl Sums {
    fn at(design: &Design, weights: &Weights, ridge: &[f64]) -> Sums {
        let size = weights.numbers.len();
        let mut sums = Sums { loss: 0.0, gradient: vec![0.0; size], curvature: Array2::zeros((size, size)) };
        let cells = ordered(design.cells.len(), |index| CellSums::of(design, &design.cells[index], weights), |_| {});
        for (cell, cell_sums) in design.cells.iter().zip(&cells) {
            sums.add_cell(design, cell, cell_sums);
        }
        for (position, (strength, number)) in ridge.iter().zip(&weights.numbers).enumerate() {
            sums.loss += strength * number * number / 2.0;
            sums.gradient[position] += strength * number;
            sums.curvature[[position, position]] += strength;
        }
        sums
    }

    fn add_cell(&mut self, design: &Design, cell: &Cell, sums: &CellSums) {
        let columns = design.columns;
        // A category's or group's column is 1 for every row of the cell, as is column 0: it shares its sums.
        let levels = [columns + cell.category, columns + design.categories + cell.group];
        let places: Vec<(usize, usize)> =
            (0..columns).map(|column| (column, column)).chain(levels.map(|level| (level, 0))).collect();
        self.loss += sums.loss;
        for (index, (place, source)) in places.iter().enumerate() {
            self.gradient[2 * place] += sums.gradient[*source];
            self.gradient[2 * place + 1] += cell.depth * sums.gradient[*source];
            for (other, other_source) in &places[index..] {
                let (low, high) = (source.min(other_source), source.max(other_source));
                self.add_pair(*place, *other, sums.curvature[low * columns + high], cell.depth);
            }
        }
    }

    /// Adds to the four combinations of weight and slope of two columns, `first <= second`.
    fn add_pair(&mut self, first: usize, second: usize, sum: f64, depth: f64) {
        let (first, second) = (2 * first, 2 * second);
        self.curvature[[first, second]] += sum;
        self.curvature[[first, second + 1]] += depth * sum;
        self.curvature[[first + 1, second + 1]] += depth * depth * sum;
        if first != second {
            self.curvature[[first + 1, second]] += depth * sum;
        }
    }

    /// Solves curvature · step = gradient over the free numbers; 0 for the others.
    fn newton_step(&self, free: &[usize]) -> Result<Vec<f64>> {
        let size = free.len();
        let matrix = Array2::from_shape_fn((size, size), |(row, column)| {
            let (low, high) = (row.min(column), row.max(column));
            self.curvature[[free[low], free[high]]]
        });
        let right = Array2::from_shape_fn((size, 1), |(row, _)| self.gradient[free[row]]);
        let solved = matrix
            .cholesky_solve_mut(right)
            .map_err(|error| Error::new(Code::BadData, format!("fitting: the matrix cannot be inverted: {error}")))?;
        let mut step = vec![0.0; self.gradient.len()];
        free.iter().zip(solved.iter()).for_each(|(position, value)| step[*position] = *value);
        match step.iter().all(|value| value.is_finite()) {
            true => Ok(step),
            false => Err(Error::new(Code::NotFinite, "fitting: a step is not finite")),
        }
    }
}

/// The same problem as a dense table, for learners that know no cells. Only tests compare.
#[cfg(test)]
pub(super) mod dense {
    use super::{Design, Weights};
    use ndarray::Array2;
    use smartcore::linear::logistic_regression::LogisticRegression;

    /// One column per number but the first: smartcore adds a bias of its own, unpenalised as ours.
    pub fn table(design: &Design) -> (Array2<f64>, Vec<u32>) {
        let size = 2 * (design.columns + design.categories + design.groups);
        let mut table = Array2::zeros((design.bought.len(), size - 1));
        for cell in &design.cells {
            let levels = [design.columns + cell.category, design.columns + design.categories + cell.group];
            for row in cell.rows.clone() {
                let features = design.row(row).iter().map(|value| *value as f64).enumerate();
                for (column, value) in features.chain(levels.map(|level| (level, 1.0))) {
                    if column > 0 {
                        table[[row, 2 * column - 1]] = value;
                    }
                    table[[row, 2 * column]] = value * cell.depth;
                }
            }
        }
        (table, design.bought.iter().map(|bought| *bought as u32).collect())
    }

    /// smartcore's numbers in our order.
    pub fn weights(fitted: &LogisticRegression<f64, u32, Array2<f64>, Vec<u32>>, design: &Design) -> Weights {
        let mut numbers = vec![fitted.intercept()[[0, 0]]];
        numbers.extend(fitted.coefficients().iter());
        Weights { numbers, columns: design.columns, categories: design.categories }
    }
}

#[cfg(test)]
#[path = "logistic_tests.rs"]
mod tests;
