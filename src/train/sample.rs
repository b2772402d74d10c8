//! A table that a learner is fitted on: columns of amounts or levels, an outcome, a weight.
//!
//! The values are those a device would compute, in double precision, so that a fitted model scores a row of the table
//! and the same row on a device to the same bits.

use crate::error::{Code, Error, Result};
use crate::feature::MAX_LEVELS;
use crate::model::Values;

/// The level that stands for a missing one.
pub const MISSING_LEVEL: u16 = u16::MAX;

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Amounts; NaN where missing.
    Number(Vec<f64>),
    /// Levels: 0 for one not known, 1 to `levels` for a known one, [`MISSING_LEVEL`] where missing.
    Level {
        /// By row.
        codes: Vec<u16>,
        /// How many are known.
        levels: u16,
    },
}

/// Rows, column by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// Unique names, in the order of the features.
    pub names: Vec<String>,
    /// The features.
    pub columns: Vec<Column>,
    /// What became of each row: 0 or 1, or an amount.
    pub target: Vec<f64>,
    /// What each row counts for; positive.
    pub weight: Vec<f64>,
}

/// One row of a [`Sample`], as a model reads it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    sample: &'a Sample,
    row: usize,
}

impl Values for Row<'_> {
    fn value(&self, feature: usize) -> Option<f64> {
        self.sample.columns[feature].value(self.row)
    }

    fn group(&self) -> usize {
        0
    }

    fn category(&self) -> usize {
        0
    }
}

impl Column {
    /// One value, none where missing.
    pub fn value(&self, row: usize) -> Option<f64> {
        match self {
            Column::Number(values) => Some(values[row]).filter(|value| !value.is_nan()),
            Column::Level { codes, .. } => Some(codes[row]).filter(|code| *code != MISSING_LEVEL).map(f64::from),
        }
    }

    fn len(&self) -> usize {
        match self {
            Column::Number(values) => values.len(),
            Column::Level { codes, .. } => codes.len(),
        }
    }

    fn pick(&self, rows: &[usize]) -> Column {
        match self {
            Column::Number(values) => Column::Number(rows.iter().map(|row| values[*row]).collect()),
            Column::Level { codes, levels } => {
                Column::Level { codes: rows.iter().map(|row| codes[*row]).collect(), levels: *levels }
            }
        }
    }

    /// Refuses infinite amounts and levels beyond the last.
    fn check(&self) -> std::result::Result<(), (usize, &'static str)> {
        let wrong = match self {
            Column::Number(values) => values.iter().position(|value| value.is_infinite()).map(|row| (row, "infinite")),
            Column::Level { codes, levels } => {
                let beyond = |code: &u16| *code > *levels && *code != MISSING_LEVEL;
                codes.iter().position(beyond).map(|row| (row, "a level beyond the last"))
            }
        };
        wrong.map_or(Ok(()), Err)
    }
}

impl Sample {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.target.len()
    }

    /// One row.
    pub fn row(&self, row: usize) -> Row<'_> {
        Row { sample: self, row }
    }

    /// Some rows, in the order given; a row may come more than once.
    pub fn pick(&self, rows: &[usize]) -> Sample {
        Sample {
            names: self.names.clone(),
            columns: self.columns.iter().map(|column| column.pick(rows)).collect(),
            target: rows.iter().map(|row| self.target[*row]).collect(),
            weight: rows.iter().map(|row| self.weight[*row]).collect(),
        }
    }

    /// Some columns, in the order given.
    pub fn select(&self, features: &[usize]) -> Sample {
        Sample {
            names: features.iter().map(|feature| self.names[*feature].clone()).collect(),
            columns: features.iter().map(|feature| self.columns[*feature].clone()).collect(),
            target: self.target.clone(),
            weight: self.weight.clone(),
        }
    }

    /// Refuses tables no learner could use: none or uneven rows, outcomes or weights that are no finite numbers.
    pub fn check(&self) -> Result<()> {
        let rows = self.rows();
        if rows == 0 {
            return Err(Error::new(Code::BadData, "a learner needs at least one row, found none"));
        }
        let uneven = self.columns.iter().map(Column::len).chain([self.weight.len()]).find(|length| *length != rows);
        if let Some(length) = uneven {
            return Err(Error::new(Code::BadIndex, format!("a column of {length} values in a table of {rows} rows")));
        }
        if let Some(row) = self.target.iter().position(|target| !target.is_finite()) {
            let found = self.target[row];
            return Err(Error::new(Code::NotFinite, format!("row {row}: the outcome must be a number, found {found}")));
        }
        if let Some(row) = self.weight.iter().position(|weight| !(weight.is_finite() && *weight > 0.0)) {
            let found = self.weight[row];
            return Err(Error::new(Code::OutOfRange, format!("row {row}: a weight is above 0, found {found}")));
        }
        for (name, column) in self.names.iter().zip(&self.columns) {
            column
                .check()
                .map_err(|(row, what)| Error::new(Code::OutOfRange, format!("column `{name}`, row {row}: {what}")))?;
            if let Column::Level { levels, .. } = column
                && *levels as usize > MAX_LEVELS
            {
                return Err(Error::new(
                    Code::TooLarge,
                    format!("column `{name}`: at most {MAX_LEVELS} levels, found {levels}"),
                ));
            }
        }
        Ok(())
    }

    /// Refuses outcomes that are not all 0 or 1, or all the same.
    pub fn check_binary(&self) -> Result<()> {
        self.check()?;
        if let Some(row) = self.target.iter().position(|target| *target != 0.0 && *target != 1.0) {
            let found = self.target[row];
            return Err(Error::new(Code::OutOfRange, format!("row {row}: the outcome must be 0 or 1, found {found}")));
        }
        match self.target.iter().any(|target| *target != self.target[0]) {
            true => Ok(()),
            false => Err(Error::new(
                Code::BadData,
                format!("all {} rows have the outcome {}: there is nothing to tell apart", self.rows(), self.target[0]),
            )),
        }
    }
}
