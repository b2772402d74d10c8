//! Sums over the rows of a design: `X'CX` and `X's` for a curve and a slope per row, without a one-hot table.
//!
//! Per row: numbers with numbers, levels with numbers, levels with levels; `d²/2 + d·l + l²/2` additions for `d` numbers
//! and `l` features of levels, whatever the number of levels. Pieces of rows depend on the table alone and are added in
//! order.

use super::design::Design;
use crate::train::threads::{ordered, piece};

/// What one row adds.
#[derive(Clone, Copy, Debug, Default)]
pub struct RowTerms {
    /// Added up as it is.
    pub loss: f64,
    /// Times the row.
    pub slope: f64,
    /// Times the row times the row.
    pub curve: f64,
}

/// The sums.
#[derive(Clone, Debug)]
pub struct Sums {
    /// Of [`RowTerms::loss`].
    pub loss: f64,
    /// By column.
    pub gradient: Vec<f64>,
    /// Row after row, symmetric.
    pub curvature: Vec<f64>,
}

/// Rows that are worth a piece of their own.
const ROWS_PER_PIECE: usize = 2_048;
/// The most pieces; fewer where a piece's matrix is large.
const MAX_PIECES: usize = 8;
/// Columns from which two pieces must do.
const WIDE: usize = 700;

/// How the rows of a design are cut, whatever the machine.
pub fn pieces(design: &Design) -> usize {
    let most = if design.columns() > WIDE { 2 } else { MAX_PIECES };
    (design.rows() / ROWS_PER_PIECE).clamp(1, most)
}

impl Sums {
    /// Adds up what `terms` says of each row.
    pub fn of(design: &Design, terms: impl Fn(usize) -> RowTerms + Sync) -> Sums {
        let pieces = pieces(design);
        let of_piece = |index: usize| {
            let mut sums = Piece::new(design);
            for row in piece(design.rows(), pieces, index) {
                sums.add(design, row, terms(row));
            }
            sums
        };
        let parts = ordered(pieces, of_piece, |_| {});
        parts.into_iter().reduce(Piece::plus).map(Piece::joined).expect("there is at least one piece")
    }
}

/// Blocks of the matrix: numbers with numbers (upper triangle), levels with numbers, levels with levels (upper triangle).
struct Piece {
    dense: usize,
    levels: usize,
    loss: f64,
    gradient: Vec<f64>,
    numbers: Vec<f64>,
    mixed: Vec<f64>,
    pairs: Vec<f64>,
    lit: Vec<usize>,
}

impl Piece {
    fn new(design: &Design) -> Piece {
        let (dense, levels) = (design.dense(), design.columns() - design.dense());
        Piece {
            dense,
            levels,
            loss: 0.0,
            gradient: vec![0.0; dense + levels],
            numbers: vec![0.0; dense * dense],
            mixed: vec![0.0; dense * levels],
            pairs: vec![0.0; levels * levels],
            lit: Vec::new(),
        }
    }

    fn add(&mut self, design: &Design, row: usize, terms: RowTerms) {
        let values = design.values(row);
        self.lit.clear();
        self.lit.extend(design.lit(row));
        self.loss += terms.loss;
        if terms.slope != 0.0 {
            self.add_slope(values, terms.slope);
        }
        if terms.curve != 0.0 {
            self.add_numbers(values, terms.curve);
            self.add_levels(values, terms.curve);
        }
    }

    fn add_slope(&mut self, values: &[f64], slope: f64) {
        let (numbers, levels) = self.gradient.split_at_mut(self.dense);
        numbers.iter_mut().zip(values).for_each(|(sum, value)| *sum += slope * value);
        self.lit.iter().for_each(|column| levels[*column] += slope);
    }

    fn add_numbers(&mut self, values: &[f64], curve: f64) {
        for (first, value) in values.iter().enumerate() {
            let scaled = curve * value;
            let sums = &mut self.numbers[first * self.dense + first..(first + 1) * self.dense];
            sums.iter_mut().zip(&values[first..]).for_each(|(sum, other)| *sum += scaled * other);
        }
    }

    /// Columns of a row rise, so that a pair always falls into the upper triangle.
    fn add_levels(&mut self, values: &[f64], curve: f64) {
        for (place, column) in self.lit.iter().enumerate() {
            let sums = &mut self.mixed[column * self.dense..(column + 1) * self.dense];
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += curve * value);
            let sums = &mut self.pairs[column * self.levels..(column + 1) * self.levels];
            self.lit[place..].iter().for_each(|other| sums[*other] += curve);
        }
    }

    fn plus(mut self, other: Piece) -> Piece {
        self.loss += other.loss;
        let sums = [&mut self.gradient, &mut self.numbers, &mut self.mixed, &mut self.pairs];
        for (sums, others) in sums.into_iter().zip([&other.gradient, &other.numbers, &other.mixed, &other.pairs]) {
            sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
        }
        self
    }

    fn joined(self) -> Sums {
        let (dense, size) = (self.dense, self.dense + self.levels);
        let mut curvature = vec![0.0; size * size];
        let mut set = |row: usize, column: usize, sum: f64| {
            curvature[row * size + column] = sum;
            curvature[column * size + row] = sum;
        };
        for row in 0..dense {
            (row..dense).for_each(|column| set(row, column, self.numbers[row * dense + column]));
        }
        for level in 0..self.levels {
            (0..dense).for_each(|column| set(dense + level, column, self.mixed[level * dense + column]));
            (level..self.levels)
                .for_each(|other| set(dense + level, dense + other, self.pairs[level * self.levels + other]));
        }
        Sums { loss: self.loss, gradient: self.gradient, curvature }
    }
}
