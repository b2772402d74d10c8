//! Rows with what the library that trained a model predicts for them, and how far the imported model is from it.
//!
//! A CSV table: one column per feature the model looks at, by name, and `prediction`; an empty field is a missing value, a
//! word the level of an attribute. Predictions are probabilities where scores are log-odds, and amounts otherwise.

use super::columns::{attribute, level_of};
use crate::error::{Code, Error, Result};
use crate::feature::Program;
use crate::math;
use crate::model::{Model, Target, Values};
use std::io::Read;

/// How far a prediction may be off: absolutely below one, and as a share of it above.
pub const TOLERANCE: f64 = 1e-6;
/// The name of the column that holds what the library predicts.
const PREDICTION: &str = "prediction";
/// A score knows no probability nearer to 0 or 1 than this.
const NEAREST: f64 = 1e-6;
/// Texts that stand for a missing value.
const MISSING: [&str; 4] = ["", "nan", "NaN", "NA"];

/// A row and its prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// By feature of the program; none where missing.
    pub features: Vec<Option<f64>>,
    /// What the library says.
    pub prediction: f64,
}

impl Values for Row {
    fn value(&self, feature: usize) -> Option<f64> {
        self.features.get(feature).copied().flatten()
    }

    fn group(&self) -> usize {
        0
    }

    fn category(&self) -> usize {
        0
    }
}

/// The row that is farthest from its prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worst {
    /// How far, as [`TOLERANCE`] counts.
    pub difference: f64,
    /// Number of the row, from 1.
    pub row: usize,
    /// What the library predicts.
    pub expected: f64,
    /// What the imported model does.
    pub found: f64,
}

fn bad(what: String) -> Error {
    Error::new(Code::BadData, format!("rows: {what}"))
}

/// Reads the table. `used` are the features that must be in it.
///
/// # Errors
/// [`Code::BadData`] for a column that is missing or no feature, and for a field that is neither number nor level.
pub fn read(table: impl Read, program: &Program, used: &[bool]) -> Result<Vec<Row>> {
    let mut table = csv::Reader::from_reader(table);
    let header = table.headers().map_err(|error| bad(error.to_string()))?.clone();
    let places = header.iter().map(|name| place(name, program)).collect::<Result<Vec<_>>>()?;
    let names = program.features.iter().map(|feature| feature.name.as_str()).zip(used);
    for name in names.filter(|(_, used)| **used).map(|(name, _)| name).chain([PREDICTION]) {
        if !header.iter().any(|found| found == name) {
            return Err(bad(format!("column `{name}` is missing")));
        }
    }
    let row = |(index, record): (usize, csv::Result<csv::StringRecord>)| {
        let record = record.map_err(|error| bad(error.to_string()))?;
        self::row(&record, &places, program).map_err(|error| bad(format!("row {}: {error}", index + 1)))
    };
    table.records().enumerate().map(row).collect()
}

/// The feature with that name, none for the prediction.
fn place(name: &str, program: &Program) -> Result<Option<usize>> {
    if name == PREDICTION {
        return Ok(None);
    }
    let found = program.features.iter().position(|feature| feature.name == name);
    found.map(Some).ok_or_else(|| bad(format!("column `{name}` is neither a feature nor `{PREDICTION}`")))
}

fn row(record: &csv::StringRecord, places: &[Option<usize>], program: &Program) -> Result<Row> {
    let mut row = Row { features: vec![None; program.features.len()], prediction: f64::NAN };
    for (text, place) in record.iter().map(str::trim).zip(places) {
        match place {
            Some(feature) => row.features[*feature] = value(text, *feature, program)?,
            None => row.prediction = text.parse().unwrap_or(f64::NAN),
        }
    }
    match row.prediction.is_finite() {
        true => Ok(row),
        false => Err(Error::new(Code::BadData, "the prediction is no finite number")),
    }
}

fn value(text: &str, feature: usize, program: &Program) -> Result<Option<f64>> {
    if MISSING.contains(&text) {
        return Ok(None);
    }
    if let Ok(number) = text.parse() {
        return Some(number).filter(|number: &f64| number.is_finite()).map(Some).ok_or_else(|| infinite(text));
    }
    let name = &program.features[feature].name;
    let attribute = attribute(feature, program).filter(|attribute| !attribute.levels.is_empty());
    let attribute = attribute
        .ok_or_else(|| Error::new(Code::BadData, format!("feature `{name}`: expected a number, found `{text}`")))?;
    level_of(name, text, attribute).map(|level| Some(level as f64))
}

fn infinite(text: &str) -> Error {
    Error::new(Code::BadData, format!("expected a finite number, found `{text}`"))
}

/// The row whose prediction differs most from what `model` says; none without rows.
pub fn worst(model: &Model, rows: &[Row]) -> Option<Worst> {
    let numbered = rows.iter().enumerate();
    let worst = numbered.map(|(index, row)| {
        let (expected, found) = (expected(model, row), predicted(model, row));
        let difference = (found - expected).abs() / expected.abs().max(1.0);
        Worst { difference, row: index + 1, expected: row.prediction, found }
    });
    worst.max_by(|a, b| a.difference.total_cmp(&b.difference))
}

/// What the model predicts for a row, in the unit of predictions.
pub fn predicted(model: &Model, row: &Row) -> f64 {
    let score = model.score_of(row, 0.0);
    if model.target == Target::MarketPrice { score } else { math::sigmoid(score) }
}

fn expected(model: &Model, row: &Row) -> f64 {
    match model.target {
        Target::MarketPrice => row.prediction,
        _ => math::clamp(row.prediction, NEAREST, 1.0 - NEAREST),
    }
}

/// Refuses a model that is off by more than [`TOLERANCE`] anywhere, naming the worst row.
pub fn check(model: &Model, rows: &[Row]) -> Result<Option<Worst>> {
    let Some(worst) = worst(model, rows) else { return Ok(None) };
    // Not `>`: a difference that is no number is one.
    match worst.difference <= TOLERANCE {
        true => Ok(Some(worst)),
        false => Err(Error::new(
            Code::GoldenMismatch,
            format!(
                "row {}: the library predicts {}, the imported model {}: they differ by {:.2e}, allowed is {TOLERANCE:e}",
                worst.row, worst.expected, worst.found, worst.difference
            ),
        )),
    }
}
