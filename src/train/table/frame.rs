//! [`Frame`]: a table in memory, column by column, before anything is learnt from it.
//!
//! Words are kept once and pointed to. A row remembers which row of the files it came from: rows are told apart by that
//! when they are split, so a dropped or multiplied row moves no other.

use crate::error::{Code, Error, Result};
use crate::train::config::Type;
use std::collections::HashMap;

/// The word of a cell without one.
pub const NO_WORD: u32 = u32::MAX;

/// Texts of a column, each kept once, in the order in which they were met.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// Different texts.
    pub texts: Vec<String>,
    /// By row, the position of its text, or [`NO_WORD`].
    pub codes: Vec<u32>,
    known: HashMap<String, u32>,
}

/// The values of a column, by row.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Amounts; NaN where missing.
    Number(Vec<f64>),
    /// Seconds since 1970 on the shop's clock.
    Date(Vec<Option<i64>>),
    /// Words and texts; yes or no are words too.
    Words(Words),
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: Type,
    /// By row.
    pub values: Values,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// In the order of the files; derived ones follow.
    pub columns: Vec<Column>,
    /// By row, the row of the files it came from, counted from 0.
    pub origin: Vec<u32>,
    /// Rows of the files from here on are of the test files.
    pub held_out: u32,
}

/// A flag as a word.
pub fn yes_or_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

impl Words {
    /// Appends a row.
    pub fn push(&mut self, text: Option<&str>) {
        let code = text.map_or(NO_WORD, |text| self.code(text));
        self.codes.push(code);
    }

    fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.known.get(text) {
            return *code;
        }
        let code = self.texts.len() as u32;
        self.texts.push(text.to_string());
        self.known.insert(text.to_string(), code);
        code
    }

    /// The text of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.texts.get(self.codes[row] as usize).map(String::as_str)
    }

    /// What `of` makes of every text, by row.
    pub fn map<T: Clone>(&self, of: impl Fn(&str) -> T) -> impl Iterator<Item = Option<T>> {
        let made: Vec<T> = self.texts.iter().map(|text| of(text)).collect();
        self.codes.iter().map(move |code| made.get(*code as usize).cloned())
    }
}

impl<'a> FromIterator<Option<&'a str>> for Words {
    fn from_iter<I: IntoIterator<Item = Option<&'a str>>>(rows: I) -> Words {
        let mut words = Words::default();
        rows.into_iter().for_each(|text| words.push(text));
        words
    }
}

impl Values {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Values::Number(values) => values.len(),
            Values::Date(values) => values.len(),
            Values::Words(words) => words.codes.len(),
        }
    }

    /// Whether a row has no value.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Values::Number(values) => values[row].is_nan(),
            Values::Date(values) => values[row].is_none(),
            Values::Words(words) => words.codes[row] == NO_WORD,
        }
    }

    /// Nothing yet, of the same kind.
    pub fn empty(&self) -> Values {
        match self {
            Values::Number(_) => Values::Number(Vec::new()),
            Values::Date(_) => Values::Date(Vec::new()),
            Values::Words(_) => Values::Words(Words::default()),
        }
    }

    /// Appends a row of a column of the same kind.
    pub fn push(&mut self, from: &Values, row: usize) {
        match (self, from) {
            (Values::Number(values), Values::Number(from)) => values.push(from[row]),
            (Values::Date(values), Values::Date(from)) => values.push(from[row]),
            (Values::Words(words), Values::Words(from)) => words.push(from.get(row)),
            // Columns of different kinds are refused before any row is moved.
            _ => {}
        }
    }

    /// A value as a text that is the same for equal values; none where missing.
    pub fn text(&self, row: usize) -> Option<String> {
        match self {
            Values::Number(values) => Some(values[row]).filter(|value| !value.is_nan()).map(|value| value.to_string()),
            Values::Date(values) => values[row].map(|seconds| seconds.to_string()),
            Values::Words(words) => words.get(row).map(String::from),
        }
    }
}

impl Frame {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.origin.len()
    }

    /// The column of that name, or an error that says where it was asked for and which there are.
    pub fn column(&self, asked: &str, name: &str) -> Result<&Column> {
        let known = || self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            Error::new(Code::BadConfig, format!("{asked}: no column is called `{name}`; there are {}", known()))
        })
    }

    /// Appends a column of the same length; refuses a name that is taken.
    pub fn add(&mut self, column: Column) -> Result<()> {
        match self.columns.iter().any(|known| known.name == column.name) {
            true => Err(Error::new(Code::DuplicateName, format!("two columns are called `{}`", column.name))),
            false => {
                self.columns.push(column);
                Ok(())
            }
        }
    }

    /// Appends the rows of test files, whose columns are the same.
    pub fn append(&mut self, later: Frame) -> Result<()> {
        self.held_out = self.origin.iter().max().map_or(0, |last| last + 1);
        for column in &mut self.columns {
            let from = later.column("table.test.files", &column.name)?;
            if std::mem::discriminant(&column.values) != std::mem::discriminant(&from.values) {
                let what = format!("table.test.files: column `{}` is of another type there", column.name);
                return Err(Error::new(Code::BadData, what));
            }
            (0..later.rows()).for_each(|row| column.values.push(&from.values, row));
        }
        self.origin.extend(later.origin.iter().map(|row| row + self.held_out));
        Ok(())
    }
}
