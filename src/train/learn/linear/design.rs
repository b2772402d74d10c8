//! What a weighted sum is fitted on: standardised numbers side by side, levels as the number of their column.
//!
//! A level column of the usual one-hot table holds a single one per row, so a row is kept as a few numbers and, for each
//! feature of levels, the one column that is lit. The table itself is never made: 200 brands cost two bytes a row. It
//! does *not* select or combine features.

use crate::error::{Code, Error, Result};
use crate::math;
use crate::model::{Line, Linear, Scaled, Term};
use crate::train::sample::{Column, MISSING_LEVEL, Sample};

/// The most columns: a square matrix of them takes 128 MiB.
pub const MAX_COLUMNS: usize = 4_096;
/// Stands where a row lights none of a feature's columns.
pub const NONE: u16 = u16::MAX;
/// A spread below this share of the mean is rounding.
const ROUNDING: f64 = 1e-12;
/// Largest mean that a served model takes.
const MAX_CENTER: f64 = 1e6;

/// Rows as a weighted sum reads them. Column 0 is a constant 1, then come the numbers, then the levels.
#[derive(Clone, Debug)]
pub struct Design {
    rows: usize,
    /// How many columns are stored as numbers, the constant among them.
    dense: usize,
    columns: usize,
    /// Row after row.
    values: Vec<f64>,
    /// How many features are levels.
    level_features: usize,
    /// Row after row: for each feature of levels the column, counted from the first level column, or [`NONE`].
    codes: Vec<u16>,
    parts: Vec<Part>,
}

/// Where the weights of a feature stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Of an amount: its scale, the column of the standardised value, the column that says it is missing.
    Number {
        /// Without weights.
        scaled: Scaled,
        /// None where the value never changes.
        value: Option<usize>,
        /// None where it is never, or always, missing.
        missing: Option<usize>,
    },
    /// Of a level: by level, then for a missing one; none for what was not seen.
    Levels {
        /// One per level, 0 included.
        columns: Vec<Option<usize>>,
        /// Of a missing level.
        missing: Option<usize>,
    },
}

impl Design {
    /// Reads a checked sample. A served score follows its straight lines for `beyond` times the range of a number past both
    /// of its ends; rows of the sample itself are never beyond.
    ///
    /// # Errors
    /// An amount whose mean or spread no served model can hold, or more than [`MAX_COLUMNS`] columns.
    pub fn of(sample: &Sample, beyond: f64) -> Result<Design> {
        let mut design = Design {
            rows: sample.rows(),
            dense: 1,
            columns: 0,
            values: Vec::new(),
            level_features: 0,
            codes: Vec::new(),
            parts: Vec::with_capacity(sample.columns.len()),
        };
        for (name, column) in sample.names.iter().zip(&sample.columns) {
            let part = match column {
                Column::Number(values) => design.number(scaled(name, values, &sample.weight)?, values, beyond),
                Column::Level { codes, levels } => levels_part(codes, *levels),
            };
            design.parts.push(part);
        }
        design.place_levels()?;
        design.fill(sample);
        Ok(design)
    }

    fn number(&mut self, mut scaled: Scaled, values: &[f64], beyond: f64) -> Part {
        let further = ((scaled.high - scaled.low) as f64 * beyond) as f32;
        (scaled.low, scaled.high) = (scaled.low - further, scaled.high + further);
        let mut column = |wanted: bool| {
            self.dense += wanted as usize;
            wanted.then(|| self.dense - 1)
        };
        let gaps = values.iter().filter(|value| value.is_nan()).count();
        Part::Number {
            scaled,
            value: column(scaled.low < scaled.high),
            missing: column(gaps > 0 && gaps < values.len()),
        }
    }

    /// Numbers the level columns after the dense ones; a feature of which one level alone was seen tells nothing apart.
    fn place_levels(&mut self) -> Result<()> {
        let mut next = self.dense;
        for part in &mut self.parts {
            let Part::Levels { columns, missing } = part else { continue };
            let seen = columns.iter().flatten().count() + missing.iter().count();
            for column in columns.iter_mut().chain([missing]).filter(|column| column.is_some()) {
                *column = (seen > 1).then_some(next);
                next += (seen > 1) as usize;
            }
            self.level_features += (seen > 1) as usize;
        }
        self.columns = next;
        match next <= MAX_COLUMNS {
            true => Ok(()),
            false => Err(Error::limit(
                Code::TooLarge,
                "columns of a weighted sum, one per number and level seen",
                MAX_COLUMNS as u64,
                next as u64,
            )),
        }
    }

    fn fill(&mut self, sample: &Sample) {
        self.values = vec![0.0; self.rows * self.dense];
        self.codes = vec![NONE; self.rows * self.level_features];
        self.values.chunks_exact_mut(self.dense).for_each(|row| row[0] = 1.0);
        let mut place = 0;
        for (part, column) in self.parts.iter().zip(&sample.columns) {
            match (part, column) {
                (Part::Number { scaled, value, missing }, Column::Number(amounts)) => {
                    for (row, amount) in self.values.chunks_exact_mut(self.dense).zip(amounts) {
                        match (amount.is_nan(), value, missing) {
                            (true, _, Some(column)) => row[*column] = 1.0,
                            (false, Some(column), _) => row[*column] = standardised(scaled, *amount),
                            _ => {}
                        }
                    }
                }
                (Part::Levels { columns, missing }, Column::Level { codes, .. }) if part.is_placed() => {
                    for (row, code) in self.codes.chunks_exact_mut(self.level_features).zip(codes) {
                        let column = if *code == MISSING_LEVEL { *missing } else { columns[*code as usize] };
                        row[place] = column.map_or(NONE, |column| (column - self.dense) as u16);
                    }
                    place += 1;
                }
                _ => {}
            }
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns there are, the constant included.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many columns are stored as numbers, the constant included.
    pub fn dense(&self) -> usize {
        self.dense
    }

    /// Where the weights of each feature stand.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// A row's numbers, the constant first.
    pub fn values(&self, row: usize) -> &[f64] {
        &self.values[row * self.dense..(row + 1) * self.dense]
    }

    /// A row's lit columns, counted from the first level column.
    pub fn lit(&self, row: usize) -> impl Iterator<Item = usize> {
        let codes = &self.codes[row * self.level_features..(row + 1) * self.level_features];
        codes.iter().filter(|code| **code != NONE).map(|code| *code as usize)
    }

    /// The weighted sum of a row.
    pub fn score(&self, row: usize, weights: &[f64]) -> f64 {
        let (dense, levels) = weights.split_at(self.dense);
        let sum = self.values(row).iter().zip(dense).fold(0.0, |sum, (value, weight)| sum + value * weight);
        self.lit(row).fold(sum, |sum, column| sum + levels[column])
    }

    /// The same weights as a model serves them: single precision, by feature.
    ///
    /// # Errors
    /// A weight that is not finite or beyond a million, which features that say the same bring about.
    pub fn to_linear(&self, weights: &[f64]) -> Result<Linear> {
        if let Some(weight) = weights.iter().find(|weight| !weight.is_finite() || weight.abs() > 1e6) {
            let what = format!("a weight is beyond a million ({weight:e}): features say the same, a penalty is needed");
            return Err(Error::new(Code::BadData, what));
        }
        let line =
            |column: &Option<usize>| Line { weight: column.map_or(0.0, |column| weights[column] as f32), slope: 0.0 };
        let terms = self.parts.iter().map(|part| match part {
            Part::Number { scaled, value, missing } => {
                Term::Number(Scaled { line: line(value), missing: line(missing), ..*scaled })
            }
            Part::Levels { columns, missing } => {
                Term::Levels { lines: columns.iter().map(line).collect(), missing: line(missing) }
            }
        });
        let (terms, bias) = (terms.collect(), line(&Some(0)));
        Ok(Linear { bias, terms, ..Linear::default() })
    }
}

impl Part {
    fn is_placed(&self) -> bool {
        self.columns().next().is_some()
    }

    /// All columns of the feature.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        let (listed, first, last) = match self {
            Part::Number { value, missing, .. } => (&[][..], value, missing),
            Part::Levels { columns, missing } => (&columns[..], missing, &None),
        };
        listed.iter().chain([first, last]).flatten().copied()
    }
}

/// Marks what was seen; [`Design::place_levels`] gives the numbers.
fn levels_part(codes: &[u16], levels: u16) -> Part {
    let (mut columns, mut missing) = (vec![None; levels as usize + 1], None);
    for code in codes {
        match *code {
            MISSING_LEVEL => missing = Some(0),
            code => columns[code as usize] = Some(0),
        }
    }
    Part::Levels { columns, missing }
}

/// Mean and standard deviation (divided by the weight of all, not one less), in the single precision that is served.
/// The range of one that never changes is empty, and its scale 1.
///
/// # Errors
/// A mean beyond a million, or a range beyond single precision.
pub fn scaled(name: &str, values: &[f64], weight: &[f64]) -> Result<Scaled> {
    let present = || values.iter().zip(weight).filter(|(value, _)| !value.is_nan());
    let total = math::ordered_sum(present().map(|(_, weight)| *weight));
    if total == 0.0 {
        return Ok(Scaled { scale: 1.0, ..Scaled::default() });
    }
    let mean = math::ordered_sum(present().map(|(value, weight)| value * weight)) / total;
    let variance = math::ordered_sum(present().map(|(value, weight)| weight * (value - mean) * (value - mean))) / total;
    let deviation = math::sqrt(variance);
    let low = present().fold(f64::INFINITY, |low, (value, _)| low.min(*value));
    let high = present().fold(f64::NEG_INFINITY, |high, (value, _)| high.max(*value));
    let fits = mean.abs() <= MAX_CENTER && deviation < 1e18 && high - low < 1e37 && low.abs() < 1e37;
    if !fits {
        let what =
            format!("column `{name}`: mean {mean:e}, deviation {deviation:e}: a model takes means up to a million");
        return Err(Error::new(Code::OutOfRange, what));
    }
    if deviation <= ROUNDING * mean.abs() || (deviation as f32) < f32::MIN_POSITIVE {
        let center = mean as f32;
        return Ok(Scaled { center, scale: 1.0, low: center, high: center, ..Scaled::default() });
    }
    Ok(Scaled {
        center: mean as f32,
        scale: deviation as f32,
        low: outward(low, f32::next_down),
        high: outward(high, f32::next_up),
        ..Scaled::default()
    })
}

/// Single precision that does not cut off `value` itself.
fn outward(value: f64, further: fn(f32) -> f32) -> f32 {
    let (near, far) = (value as f32, further(value as f32));
    let beyond = (far as f64 > value) == (far as f64 > near as f64) && near as f64 != value;
    let near_is_outside = (near as f64 - value) * (far as f64 - near as f64) >= 0.0;
    if beyond && !near_is_outside { far } else { near }
}

/// As [`Scaled`] does it when a score is served.
pub fn standardised(scaled: &Scaled, value: f64) -> f64 {
    let value = math::clamp(value, scaled.low as f64, scaled.high as f64);
    (value - scaled.center as f64) / scaled.scale as f64
}
