//! `[data.columns]`: which column of the file is which field of an event.

use serde::Deserialize;

/// What a field is filled from.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected the name of a column, a list of names, or { column = \"…\", of = \"line\", split = \".\" } or { value = \"…\" }"
)]
pub enum ColumnParams {
    /// A column.
    Name(String),
    /// The first of several that has a value; for `attributes`, all of them.
    Names(Vec<String>),
    /// A column and how to take it.
    Column(Column),
    /// The same for every row.
    Constant(Constant),
}

/// A column and how to take it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name.
    pub column: String,
    /// Whether an amount is of one unit or of the whole line.
    #[serde(default)]
    pub of: Of,
    /// Cuts a path into category levels.
    #[serde(default)]
    pub split: Option<String>,
}

/// The same for every row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// What every row has.
    pub value: String,
}

/// What an amount is of.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// One unit.
    #[default]
    Unit,
    /// All units of the line.
    Line,
}

impl ColumnParams {
    /// The columns of the file it names.
    pub fn names(&self) -> Vec<String> {
        match self {
            ColumnParams::Name(name) => vec![name.clone()],
            ColumnParams::Names(names) => names.clone(),
            ColumnParams::Column(column) => vec![column.column.clone()],
            ColumnParams::Constant(_) => Vec::new(),
        }
    }

    /// The constant, if it is one.
    pub fn constant(&self) -> Option<&str> {
        match self {
            ColumnParams::Constant(constant) => Some(&constant.value),
            _ => None,
        }
    }

    /// What an amount is of.
    pub fn of(&self) -> Of {
        match self {
            ColumnParams::Column(column) => column.of,
            _ => Of::Unit,
        }
    }

    /// What cuts a path into levels.
    pub fn split(&self) -> Option<&str> {
        match self {
            ColumnParams::Column(column) => column.split.as_deref(),
            _ => None,
        }
    }
}
