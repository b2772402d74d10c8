//! The numbers of one run of learners on a plain table: what its page draws and `metrics.json` holds.
//!
//! Plain data: everything a page, a comparison or a tracking server says of a run is one of these fields, and a run read
//! back from `metrics.json` draws the same page. Shares are fractions of one; a number that does not exist is NaN here
//! and `null` there. What is *not* here: any computing of measures, and any drawing. `docs/metrics.md` lists the fields.
//!
//! ```
//! use skonto::evaluate::learned::Run;
//! use skonto::evaluate::numbers::Numbers;
//! let run = Run { title: "Who buys".into(), ..Run::default() };
//! assert_eq!(Run::from_json(&run.to_json()).unwrap(), run);
//! ```

mod candidate;
mod choice;
pub mod compare;
mod held_out;
mod offers;
pub(super) mod read;
mod shape;
pub(super) mod terminal;

pub use candidate::{Candidate, Chosen, Difference, Figures, Metric};
pub use choice::{Elimination, Path, Paths, Search, Selection, Step, Trial, Worth};
pub use held_out::{
    Calibration, Confusion, Curve, Density, ErrorBand, Errors, HeldOut, Histogram, Threshold, ThresholdPoint,
};
pub use offers::{Assumption, Gain, Offers};
pub use shape::{Node, Response, ResponsePoint, Tree};
pub use terminal::{Screen, in_words};

use super::numbers::Numbers;
use super::summary::Cause;
use crate::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};

/// By which `metrics.json` says that it holds a [`Run`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contents {
    /// A run of learners on a plain table.
    #[default]
    Learned,
}

/// Everything a run measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// Always `learned`; tells this file from that of a demand model.
    pub contents: Contents,
    /// Version of the program that wrote it.
    pub skonto_version: String,
    /// Name of the shop.
    pub shop: String,
    /// What the run is about, as a heading; may be empty.
    pub title: String,
    /// ISO 4217 code of every amount of money; empty where there is none.
    pub currency: String,
    /// What is predicted.
    pub task: Task,
    /// Where the rows came from.
    pub data: Rows,
    /// Which rows were fitted on and which were held out.
    pub split: Split,
    /// What was fitted, in the order of the settings.
    pub candidates: Vec<Candidate>,
    /// What needs no learning, measured on the same held-out rows: a constant, the best single feature.
    pub baselines: Vec<Candidate>,
    /// The one that was packed, and why.
    pub chosen: Chosen,
    /// The chosen one against others, on the same held-out rows.
    pub differences: Vec<Difference>,
    /// What the chosen one does on held-out rows.
    pub held_out: HeldOut,
    /// How settings were searched, by candidate.
    pub searches: Vec<Search>,
    /// What each feature is worth; absent when nothing was asked.
    pub selection: Option<Selection>,
    /// A tree to draw; absent when there is none.
    pub tree: Option<Tree>,
    /// How predictions move with single features, the most important first.
    pub responses: Vec<Response>,
    /// What would be offered on held-out rows; absent when nothing is offered.
    pub offers: Option<Offers>,
    /// Columns that were not learnt from because they are protected.
    pub refused: Vec<Refused>,
    /// The model card: headings and what stands below them.
    pub card: Vec<Setting>,
    /// Settings of the run that are not a candidate's own.
    pub settings: Vec<Setting>,
    /// Version of the model that was packed.
    pub model_version: u64,
    /// Size of the packed model; 0 when none was packed.
    pub model_bytes: u64,
    /// What a reader must know before using the model, in sentences.
    pub warnings: Vec<String>,
    /// Wall-clock seconds by stage.
    pub seconds: Vec<Seconds>,
}

impl Numbers for Run {
    type Contents = Contents;

    /// A demand model's numbers say no `contents`, and are refused by name.
    fn from_json(text: &str) -> Result<Run> {
        let bad =
            |why: String| Error::new(Code::BadData, format!("these are not the numbers of a run of learners: {why}"));
        let value: serde_json::Value = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        if value.get("contents").is_none() {
            return Err(bad("there is no `contents`; a demand model's metrics.json has another form".into()));
        }
        serde_json::from_value(value).map_err(|error| bad(error.to_string()))
    }
}

impl Run {
    /// What is predicted, as a heading.
    pub fn heading(&self) -> &str {
        match (self.title.is_empty(), self.shop.is_empty()) {
            (false, _) => &self.title,
            (true, false) => &self.shop,
            _ => "A shop",
        }
    }

    /// The candidate or baseline of that name.
    pub fn named(&self, name: &str) -> Option<&Candidate> {
        self.candidates.iter().chain(&self.baselines).find(|candidate| candidate.name == name)
    }

    /// The one that was packed.
    pub fn winner(&self) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.name == self.chosen.name)
    }
}

/// What is predicted, in the words of the page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Task {
    /// Which kind of question.
    pub kind: Kind,
    /// The column that was learnt.
    pub target: String,
    /// What one row is, e.g. `visit`.
    pub row: String,
    /// What several rows are, e.g. `visits`.
    pub rows: String,
    /// For yes and no: those who do, e.g. `buyers`.
    pub positives: String,
    /// For yes and no: those who do not, e.g. `other visitors`.
    pub negatives: String,
    /// For amounts: what is estimated, e.g. `market price`.
    pub amount: String,
    /// For amounts: the unit of every error, e.g. `EUR` or `ln price`.
    pub unit: String,
}

/// Kinds of questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Yes or no: will the visitor buy?
    #[default]
    Buys,
    /// Yes or no: will the shopper take part in the campaign?
    TakesPart,
    /// An amount: what would the market pay?
    MarketPrice,
    /// Any other amount.
    Amount,
}

impl Kind {
    /// Whether the answer is yes or no.
    pub fn is_binary(self) -> bool {
        matches!(self, Kind::Buys | Kind::TakesPart)
    }
}

/// What was read, and what happened to every row that was not plain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rows {
    /// Files, in order.
    pub files: Vec<String>,
    /// Rows read.
    pub read: u64,
    /// Rows used.
    pub kept: u64,
    /// Columns in the files.
    pub columns: u64,
    /// Features made of them.
    pub features: u64,
    /// Rows by cause.
    pub causes: Vec<Cause>,
}

/// Which rows were fitted on and which were held out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Split {
    /// The rule, in a sentence.
    pub rule: String,
    /// Rows that candidates were fitted on.
    pub train: u64,
    /// Rows that settings and calibration were chosen on; 0 when that was done by folds of the training rows.
    pub validate: u64,
    /// Folds; 0 when there were none.
    pub folds: u64,
    /// Rows held out until the end.
    pub test: u64,
    /// Mean outcome of the training rows: the share of yes, or the mean amount.
    #[serde(deserialize_with = "read::real")]
    pub train_mean: f64,
    /// Mean outcome of the held-out rows.
    #[serde(deserialize_with = "read::real")]
    pub test_mean: f64,
    /// What was resampled for the intervals, e.g. `held-out visits`.
    pub resampled: String,
    /// How many times.
    pub resamples: u64,
}

/// A name and what it is set to, both as printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Setting {
    /// Of anything that prints.
    pub fn new(name: impl Into<String>, value: impl ToString) -> Setting {
        Setting { name: name.into(), value: value.to_string() }
    }
}

/// A column that was not learnt from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Refused {
    /// Its name.
    pub column: String,
    /// Why, in words.
    pub why: String,
}

/// How long a stage took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seconds {
    /// The stage.
    pub stage: String,
    /// Wall-clock seconds.
    #[serde(deserialize_with = "read::real")]
    pub seconds: f64,
}
