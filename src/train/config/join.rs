//! `[[data.join]]`: side tables, found by a key, taken over row by row or summed up.

use super::data::Type;
use crate::error::{Code, Error, Result};
use serde::Deserialize;

/// `[[data.join]]`: what a side table tells about a key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinParams {
    /// The side table, relative to the data folder; read like the log itself.
    pub file: String,
    /// The key.
    pub on: On,
    /// Columns to take over from the first row of the key.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Or: what all rows of the key come to.
    #[serde(default)]
    pub aggregate: Vec<AggregateParams>,
    /// Of those rows, only the ones before this moment.
    #[serde(default)]
    pub before: Option<On>,
    /// Side tables of the side table.
    #[serde(default)]
    pub join: Vec<JoinParams>,
}

/// What all rows of a key come to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AggregateParams {
    /// Name of the new column.
    pub name: String,
    /// How.
    pub take: Sum,
    /// The column of the side table that is summed up.
    pub of: Option<String>,
    /// Only rows with this word in it.
    pub equals: Option<String>,
}

/// How rows are summed up.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Sum {
    /// How many rows.
    Count,
    /// Whether there is any row.
    Any,
    /// How many different words.
    Distinct,
    /// The share of the rows that have the word of `equals`.
    Share,
    /// The most frequent word; of equally frequent ones the first by name.
    Mode,
    /// The mean of the numbers.
    Mean,
    /// The sum of the numbers.
    Sum,
    /// Days from the last row to the moment of `before`.
    Recency,
}

/// The key of a side table, or two moments.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected the name of a column, a list of them, or { log = \"…\", file = \"…\" }")]
pub enum On {
    /// Called the same on both sides.
    Same(String),
    /// Several columns together, called the same on both sides.
    Several(Vec<String>),
    /// Called differently.
    Each {
        /// In the log.
        log: String,
        /// In the side table.
        file: String,
    },
}

impl On {
    /// The columns of the log.
    pub fn log(&self) -> &[String] {
        match self {
            On::Same(name) => std::slice::from_ref(name),
            On::Several(names) => names,
            On::Each { log, .. } => std::slice::from_ref(log),
        }
    }

    /// The columns of the side table.
    pub fn file(&self) -> &[String] {
        match self {
            On::Same(name) => std::slice::from_ref(name),
            On::Several(names) => names,
            On::Each { file, .. } => std::slice::from_ref(file),
        }
    }
}

impl Sum {
    /// What its values are.
    pub fn kind(self) -> Type {
        match self {
            Sum::Mode => Type::Category,
            Sum::Any => Type::Flag,
            _ => Type::Number,
        }
    }
}

impl JoinParams {
    /// Names of the columns it adds.
    pub fn names(&self) -> Vec<String> {
        self.columns.iter().chain(self.aggregate.iter().map(|sum| &sum.name)).cloned().collect()
    }

    /// What the values of a column it adds are, where that follows from the settings.
    pub fn kind(&self, name: &str) -> Option<Type> {
        self.aggregate.iter().find(|sum| sum.name == name).map(|sum| sum.take.kind())
    }

    /// Refuses what contradicts itself.
    pub fn check(&self) -> Result<()> {
        let wrong = |what: String| Err(Error::new(Code::BadConfig, format!("data.join of {}: {what}", self.file)));
        if self.on.log().is_empty() {
            return wrong("`on` is empty".into());
        }
        if self.columns.is_empty() == self.aggregate.is_empty() {
            return wrong("expected either `columns` or `aggregate`".into());
        }
        if self.aggregate.is_empty() && (self.before.is_some() || !self.join.is_empty()) {
            return wrong("`before` and `join` are of what is summed up by `aggregate`".into());
        }
        if self.before.as_ref().is_some_and(|before| before.log().len() != 1) {
            return wrong("`before` is one moment on each side".into());
        }
        for sum in &self.aggregate {
            let (name, needs_of) = (&sum.name, !matches!(sum.take, Sum::Count | Sum::Any | Sum::Recency));
            if sum.of.is_none() && (needs_of || sum.equals.is_some()) {
                return wrong(format!("`{name}`: `of` is missing"));
            }
            if sum.take == Sum::Share && sum.equals.is_none() {
                return wrong(format!("`{name}`: `equals` is missing: the share of which word?"));
            }
            if sum.take == Sum::Recency && self.before.is_none() {
                return wrong(format!("`{name}`: days until when? `before` is missing"));
            }
        }
        self.join.iter().try_for_each(JoinParams::check)
    }
}
