//! Rows as the Gaussian kernel compares them, laid out so that one row meets all others in straight loops.
//!
//! Codes are those of [`model::Kernel`](crate::model::Kernel): training sees exactly the rounded rows that a device will.
//! Similarities are in single precision here, off by less than one in a million; the served model's are in double.

use crate::error::Result;
use crate::model::{Axis, MISSING_STEPS, Steps};
use crate::train::learn::linear::design::scaled;
use crate::train::sample::{Column, MISSING_LEVEL, Sample};

/// Rows, column by column.
#[derive(Clone, Debug, Default)]
pub struct Vectors {
    rows: usize,
    /// Of each number: standardised and rounded to whole steps.
    numbers: Vec<Vec<f32>>,
    /// Of each feature of levels, and of each number with gaps: the one column that is lit, 0 for none.
    levels: Vec<Vec<u16>>,
    /// By row: how many columns are lit.
    lit: Vec<f32>,
}

/// Rows that meet another at once: what a row takes stays in the first-level cache.
const BLOCK: usize = 2_048;
/// Numbers are rounded to this many steps on either side of their mean.
const STEPS: f32 = 32_767.0;

/// How each feature of a sample is compared.
///
/// # Errors
/// A number whose mean or spread no served model can hold.
pub fn axes(sample: &Sample) -> Result<Vec<Axis>> {
    sample.names.iter().zip(&sample.columns).map(|(name, column)| axis(name, column, &sample.weight)).collect()
}

fn axis(name: &str, column: &Column, weight: &[f64]) -> Result<Axis> {
    Ok(match column {
        Column::Number(values) => {
            let scaled = scaled(name, values, weight)?;
            let furthest =
                ((scaled.high - scaled.center) / scaled.scale).max((scaled.center - scaled.low) / scaled.scale);
            let step = if furthest > 0.0 { furthest / STEPS } else { 1.0 };
            let missing = values.iter().any(|value| value.is_nan()) && values.iter().any(|value| !value.is_nan());
            let (center, scale, low, high) = (scaled.center, scaled.scale, scaled.low, scaled.high);
            Axis::Number(Steps { center, scale, low, high, step, missing })
        }
        Column::Level { codes, levels } => {
            let mut known = vec![0u32; *levels as usize / 32 + 1];
            let seen = codes.iter().filter(|code| **code != MISSING_LEVEL && **code != 0);
            seen.for_each(|code| known[*code as usize / 32] |= 1 << (code % 32));
            Axis::Levels { known, missing: codes.contains(&MISSING_LEVEL) }
        }
    })
}

/// The codes of all rows, row after row, as a served model keeps them.
pub fn codes(axes: &[Axis], sample: &Sample) -> Vec<u16> {
    let mut codes = Vec::with_capacity(sample.rows() * axes.len());
    for row in 0..sample.rows() {
        codes.extend(axes.iter().zip(&sample.columns).map(|(axis, column)| axis.code(column.value(row))));
    }
    codes
}

impl Vectors {
    /// Lays out `codes`.
    pub fn of(axes: &[Axis], codes: &[u16]) -> Vectors {
        let rows = codes.len() / axes.len().max(1);
        let mut vectors = Vectors { rows, lit: vec![0.0; rows], ..Vectors::default() };
        for (feature, axis) in axes.iter().enumerate() {
            let column = || codes.iter().skip(feature).step_by(axes.len()).copied();
            match axis {
                Axis::Number(steps) => {
                    let place = |code: i16| if code == MISSING_STEPS { 0.0 } else { code as f32 * steps.step };
                    vectors.numbers.push(column().map(|code| place(code as i16)).collect());
                    if steps.missing {
                        vectors.push_levels(column().map(|code| (code as i16 == MISSING_STEPS) as u16).collect());
                    }
                }
                Axis::Levels { .. } => vectors.push_levels(column().collect()),
            }
        }
        vectors
    }

    fn push_levels(&mut self, codes: Vec<u16>) {
        self.lit.iter_mut().zip(&codes).for_each(|(lit, code)| *lit += (*code != 0) as u8 as f32);
        self.levels.push(codes);
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Some rows, in the order given.
    pub fn pick(&self, rows: &[usize]) -> Vectors {
        let numbers = |column: &Vec<f32>| rows.iter().map(|row| column[*row]).collect();
        let levels = |column: &Vec<u16>| rows.iter().map(|row| column[*row]).collect();
        Vectors {
            rows: rows.len(),
            numbers: self.numbers.iter().map(numbers).collect(),
            levels: self.levels.iter().map(levels).collect(),
            lit: numbers(&self.lit),
        }
    }

    /// Similarities `exp(−gamma d²)` of row `row` of `other` to all rows here.
    pub fn similarities(&self, other: &Vectors, row: usize, gamma: f32, out: &mut [f32]) {
        let mut same = [0u16; BLOCK];
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            let rows = block * BLOCK..block * BLOCK + out.len();
            out.fill(0.0);
            for (column, others) in self.numbers.iter().zip(&other.numbers) {
                add_squares(out, &column[rows.clone()], others[row]);
            }
            let same = &mut same[..out.len()];
            same.fill(0);
            for (column, others) in self.levels.iter().zip(&other.levels).filter(|(_, others)| others[row] != 0) {
                count_same(same, &column[rows.clone()], others[row]);
            }
            let own = other.lit[row];
            for ((out, same), lit) in out.iter_mut().zip(&*same).zip(&self.lit[rows]) {
                *out = faded(gamma * (*out + (own + lit - 2.0 * *same as f32)));
            }
        }
    }

    /// Mean of the variance of all cells of the one-hot table, times its columns: what gamma is scaled by.
    pub fn spread(&self, axes: &[Axis]) -> f64 {
        let seen = |axis: &Axis| match axis {
            Axis::Number(steps) => 1 + steps.missing as u32,
            Axis::Levels { known, missing } => {
                known.iter().map(|word| word.count_ones()).sum::<u32>() + *missing as u32
            }
        };
        let columns: u32 = axes.iter().map(seen).sum();
        let lit: f64 = self.lit.iter().map(|lit| *lit as f64).sum();
        let cells = || self.numbers.iter().flatten().map(|value| *value as f64);
        let (sum, squares) = (cells().sum::<f64>() + lit, cells().map(|value| value * value).sum::<f64>() + lit);
        let count = columns as f64 * self.rows as f64;
        let mean = sum / count;
        (squares / count - mean * mean) * columns as f64
    }
}

fn add_squares(out: &mut [f32], column: &[f32], own: f32) {
    for (out, value) in out.iter_mut().zip(column) {
        let apart = value - own;
        *out += apart * apart;
    }
}

fn count_same(same: &mut [u16], column: &[u16], own: u16) {
    same.iter_mut().zip(column).for_each(|(same, code)| *same += (*code == own) as u16);
}

/// `e^−x` for `x ≥ 0` in additions and multiplications alone, so that a loop of it runs on several numbers at a time:
/// `2^n` by the exponent's bits, the rest by a polynomial. Relative error below 3e-7.
fn faded(x: f32) -> f32 {
    const MAGIC: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = if x < 87.0 { -x } else { -87.0 };
    let whole = x * std::f32::consts::LOG2_E + MAGIC - MAGIC;
    let rest = x - whole * LN_2_HIGH - whole * LN_2_LOW;
    let series = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let power = series.into_iter().fold(0.0, |sum, factor| sum * rest + factor);
    // `whole` lies within −126 and 0, so the exponent is never negative.
    f32::from_bits(((whole as i32 + 127) as u32) << 23) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fades_as_the_exponential_function_does() {
        for step in 0..87_000 {
            let x = step as f32 / 1_000.0;
            let (found, exact) = (faded(x) as f64, (-x as f64).exp());
            assert!((found / exact - 1.0).abs() < 1e-6, "{x}: {found} for {exact}");
        }
        assert!(faded(1e30) < 1e-37);
    }
}
