//! `[table]` and `[[column]]`: what is learnt from a plain table, and which columns are made of others.
//!
//! Only what the file may say, and whether it makes sense by itself; whether the columns exist is asked with the data.

use super::join::JoinParams;
use crate::error::{Code, Error, Result};
use crate::feature::MAX_KNOWN;
use crate::model::Target;
use crate::train::program::OneOrMore;
use crate::train::transform::StepParams;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[table]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlainTableParams {
    /// The column that is predicted; of a log of events, the event.
    pub target: String,
    /// What a prediction is about.
    pub predicts: Predicts,
    /// The column with the price before any offer; needed where the target is a price.
    pub list_price: Option<String>,
    /// The words of the target that count as yes, unless it is yes or no already.
    pub positive: OneOrMore<String>,
    /// Rows with the same value here belong together.
    pub group: Option<String>,
    /// When a row was made.
    pub time: Option<String>,
    /// What a row counts for.
    pub weight: Option<String>,
    /// Which rows are kept for judging.
    pub test: TestParams,
    /// Columns that are not looked at.
    pub drop: Vec<String>,
    /// Amounts that are read as `ln(1 + x)`.
    pub log: Vec<String>,
    /// Columns of words that are read as their mean outcome.
    pub rates: Vec<String>,
    /// Steps of all other amounts.
    pub transform: OneOrMore<StepParams>,
    /// One row of the file into several.
    pub stack: Option<StackParams>,
    /// Of a log of events, when a row is made: `session`, `last`, or the name of an event.
    pub at: Option<String>,
    /// Of a log, the target is looked for within so many days; within the visit when left out.
    pub within_days: Option<f64>,
    /// The same in minutes.
    pub within_minutes: Option<f64>,
}

/// What a prediction is about.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Predicts {
    /// Whether the shopper buys.
    #[default]
    Buys,
    /// Whether the shopper takes part if the offer is made.
    TakesPart,
    /// The market's price, as a share of the list price.
    MarketPrice,
    /// What each arm of an experiment brings; the target is an amount of money.
    Gain,
}

impl Predicts {
    /// What a model's score is then about.
    pub fn target(self) -> Target {
        match self {
            Predicts::Buys => Target::Buys,
            Predicts::TakesPart => Target::TakesPart,
            Predicts::MarketPrice => Target::MarketPrice,
            Predicts::Gain => Target::Gain,
        }
    }
}

/// `test = { … }`: which rows are kept for judging.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TestParams {
    /// Row `i` of the files, counted from 0, where `i % every == at`.
    pub every: Option<usize>,
    /// See `every`.
    pub at: Option<usize>,
    /// So large a share, drawn by a stable hash of the group or the row.
    pub share: Option<f64>,
    /// Rows from this day on.
    pub from: Option<String>,
    /// So large a share, the latest rows.
    pub last: Option<f64>,
    /// The rows of these files.
    pub files: Vec<String>,
    /// Where the outcomes of those files are told.
    pub outcomes: Option<JoinParams>,
}

/// Checked [`TestParams`].
#[derive(Clone, Debug)]
pub enum Split {
    /// Row `i` where `i % every == at`.
    Every {
        /// The step.
        every: usize,
        /// The remainder.
        at: usize,
    },
    /// So large a share.
    Share(f64),
    /// From this day on, as written.
    From(String),
    /// So large a share, the latest.
    Last(f64),
    /// The rows of other files.
    Files {
        /// Their names.
        files: Vec<String>,
        /// Where their outcomes are told, if elsewhere.
        outcomes: Option<JoinParams>,
    },
}

/// `stack`: one row with several slots becomes several rows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackParams {
    /// The new column that holds the number of the slot, from 1, as a word.
    pub name: String,
    /// By new column, the columns of the slots in their order.
    pub columns: BTreeMap<String, Vec<String>>,
}

/// `[[column]]`: a column made of others, or more about one that is there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DerivedParams {
    /// Its name.
    pub name: String,
    /// The column it is made of.
    pub of: Option<String>,
    /// What is taken of it.
    pub take: Option<Take>,
    /// Its first so many characters.
    pub prefix: Option<usize>,
    /// Whole days from it until this day.
    pub days_until: Option<String>,
    /// Days since the moment in another column.
    pub days_since: Option<String>,
    /// The quotient of two columns.
    pub ratio: Option<Pair>,
    /// The difference of two columns.
    pub difference: Option<Pair>,
    /// The sum of two columns.
    pub sum: Option<Pair>,
    /// What stands between the words of a text; anything that is no letter when left out.
    pub apart: Option<String>,
    /// How many of its words are told apart, the most frequent first.
    pub keep: Option<usize>,
}

/// What is taken of one column.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The first word of a text, in lower case.
    FirstWord,
    /// The last word of a text, in lower case.
    LastWord,
    /// How many characters a text has.
    Length,
    /// How many words a text has.
    Words,
    /// Yes where there is nothing, else no.
    Missing,
    /// The hour of a moment, 0 to 23.
    Hour,
    /// The weekday of a moment, 0 for Monday.
    Weekday,
    /// The month of a moment, 1 to 12.
    Month,
    /// `ln(1 + x)` of a number.
    Log1p,
}

/// Two columns of numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// What is divided, taken from, or added to.
    pub of: String,
    /// By what, or what is taken or added.
    pub to: String,
}

/// How a column is made.
#[derive(Clone, Debug)]
pub enum Derivation<'a> {
    /// It is there already.
    Nothing,
    /// Of a column.
    Take(&'a str, Take),
    /// The first characters of a column.
    Prefix(&'a str, usize),
    /// Days from a column until a day, as written.
    Until(&'a str, &'a str),
    /// Days to a column, since another.
    Since(&'a str, &'a str),
    /// The quotient of two columns.
    Ratio(&'a Pair),
    /// The difference of two columns.
    Difference(&'a Pair),
    /// The sum of two columns.
    Sum(&'a Pair),
}

fn bad(what: String) -> Error {
    Error::new(Code::BadConfig, what)
}

impl PlainTableParams {
    /// Refuses what contradicts itself, whatever the data are.
    pub fn check(&self) -> Result<()> {
        if self.target.is_empty() {
            return Err(bad("table.target: expected the name of a column or of an event, found nothing".into()));
        }
        if (self.predicts == Predicts::MarketPrice) != self.list_price.is_some() {
            return Err(bad("table.list_price: needed with `predicts = \"market_price\"`, and only then".into()));
        }
        if let Some(name) = self.drop.iter().find(|name| **name == self.target) {
            return Err(bad(format!("table.drop: `{name}` is the target")));
        }
        if self.within_days.is_some() && self.within_minutes.is_some() {
            return Err(bad("table.within_days and within_minutes: one of them is enough".into()));
        }
        if self.at.is_none() && self.within().is_some() {
            return Err(bad("table.within_days: is of a log of events, with table.at".into()));
        }
        self.stack.as_ref().map_or(Ok(()), StackParams::check)?;
        self.test.check().map(|_| ())
    }

    /// Days within which the target is looked for.
    pub fn within(&self) -> Option<f64> {
        self.within_days.or(self.within_minutes.map(|minutes| minutes / 1_440.0))
    }
}

impl TestParams {
    /// Which one of the ways it is.
    pub fn check(&self) -> Result<Split> {
        let some = [self.every.is_some(), self.share.is_some(), self.from.is_some(), self.last.is_some()];
        if some.into_iter().chain([!self.files.is_empty()]).filter(|is_told| *is_told).count() != 1 {
            return Err(bad("table.test: expected one of `every`, `share`, `from`, `last` and `files`".into()));
        }
        if self.at.is_some() && self.every.is_none() {
            return Err(bad("table.test: `at` needs `every`".into()));
        }
        if self.outcomes.is_some() && self.files.is_empty() {
            return Err(bad("table.test: `outcomes` needs `files`".into()));
        }
        self.outcomes.as_ref().map_or(Ok(()), JoinParams::check)?;
        let inside = |name: &str, share: f64, way: fn(f64) -> Split| match share > 0.0 && share < 1.0 {
            true => Ok(way(share)),
            false => Err(bad(format!("table.test: `{name}` lies between 0 and 1, found {share}"))),
        };
        match (self.every, self.share, self.last, &self.from) {
            (Some(every), ..) => {
                let at = self.at.unwrap_or(0);
                match every >= 2 && at < every {
                    true => Ok(Split::Every { every, at }),
                    false => {
                        Err(bad(format!("table.test: `every` is at least 2 and `at` below it, found {every}, {at}")))
                    }
                }
            }
            (_, Some(share), ..) => inside("share", share, Split::Share),
            (_, _, Some(share), _) => inside("last", share, Split::Last),
            (.., Some(from)) => Ok(Split::From(from.clone())),
            _ => Ok(Split::Files { files: self.files.clone(), outcomes: self.outcomes.clone() }),
        }
    }
}

impl StackParams {
    fn check(&self) -> Result<()> {
        let mut lengths = self.columns.iter().map(|(name, columns)| (name, columns.len()));
        let Some((first, slots)) = lengths.next().filter(|(_, slots)| *slots > 0) else {
            return Err(bad("table.stack.columns: expected lists of columns, found none".into()));
        };
        match lengths.find(|(_, length)| *length != slots) {
            None => Ok(()),
            Some((name, length)) => Err(bad(format!(
                "table.stack.columns: all lists are of one length, found {slots} for `{first}` and {length} for `{name}`"
            ))),
        }
    }

    /// How many rows a row becomes.
    pub fn slots(&self) -> usize {
        self.columns.values().next().map_or(0, Vec::len)
    }
}

impl DerivedParams {
    /// The one way in which it is made.
    pub fn derivation(&self) -> Result<Derivation<'_>> {
        let wrong = |what: &str| bad(format!("column `{}`: {what}", self.name));
        let of = || self.of.as_deref().ok_or_else(|| wrong("`of` is missing: what is it made of?"));
        let mut ways = Vec::new();
        if let Some(take) = self.take {
            ways.push(Derivation::Take(of()?, take));
        }
        if let Some(characters) = self.prefix {
            ways.push(Derivation::Prefix(of()?, characters));
        }
        if let Some(day) = &self.days_until {
            ways.push(Derivation::Until(of()?, day));
        }
        if let Some(other) = &self.days_since {
            ways.push(Derivation::Since(of()?, other));
        }
        ways.extend(self.ratio.iter().map(Derivation::Ratio));
        ways.extend(self.difference.iter().map(Derivation::Difference));
        ways.extend(self.sum.iter().map(Derivation::Sum));
        if self.keep.is_some_and(|keep| !(1..=MAX_KNOWN).contains(&keep)) {
            return Err(wrong(&format!("`keep` is 1 to {MAX_KNOWN}, found {}", self.keep.unwrap_or(0))));
        }
        if self.prefix == Some(0) {
            return Err(wrong("`prefix` is at least 1, found 0"));
        }
        match (ways.len(), &self.of) {
            (0, None) => Ok(Derivation::Nothing),
            (0, Some(of)) => Err(wrong(&format!("nothing is taken of `{of}`"))),
            (1, _) => Ok(ways.remove(0)),
            (found, _) => Err(wrong(&format!("it is made in one way, found {found}"))),
        }
    }
}
