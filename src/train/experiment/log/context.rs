//! The numbers of a bandit's context, made of the features of a row; and its weights, as a device reads them.
//!
//! Fixed by the first log: every later log, and every device, computes the same numbers. An amount is standardised within
//! the range of the first log, as far again on both sides; a word lights a number of its own. It does *not* learn.

use crate::error::{Code, Error, Result};
use crate::feature::{Program, Step};
use crate::model::{Line, Linear, Scaled, Term, Values};
use crate::train::bandit::MAX_FEATURES;
use crate::train::learn::linear::design::{scaled, standardised};
use crate::train::sample::{Column, MISSING_LEVEL, Sample};
use crate::train::table::Prepared;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far past the range of the first log an amount is followed, as a share of that range.
const BEYOND: f32 = 1.0;

/// Numbers by feature, in the order of the features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Context(Vec<Part>);

/// The numbers of one feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Part {
    /// One of the standardised amount; `gaps` adds one that says it is missing.
    Number { name: String, center: f32, scale: f32, low: f32, high: f32, gaps: bool },
    /// One per known word, none of an unknown one; `gaps` adds one that says it is missing.
    Levels { name: String, words: Vec<String>, gaps: bool },
}

impl Context {
    /// The numbers that the training rows of a first log call for.
    ///
    /// # Errors
    /// A feature whose steps are fitted anew on every log; more than 64 numbers.
    pub fn of(prepared: &Prepared) -> Result<Context> {
        let columns = prepared.train.names.iter().zip(&prepared.train.columns);
        let parts = columns.map(|(name, column)| Part::of(name, column, prepared)).collect::<Result<Vec<Part>>>()?;
        let context = Context(parts);
        let found = context.numbers();
        match found <= MAX_FEATURES {
            true => Ok(context),
            false => Err(Error::limit(
                Code::TooLarge,
                "numbers of a bandit's context, one per amount and per word; drop columns or keep fewer words",
                MAX_FEATURES as u64,
                found as u64,
            )),
        }
    }

    /// Refuses a log whose rows would mean something else.
    ///
    /// # Errors
    /// Other features than those learnt with, or of another kind; a stored number that no device takes.
    pub fn check(&self, sample: &Sample, program: &Program) -> Result<()> {
        steps(program)?;
        let known: Vec<&str> = self.0.iter().map(Part::name).collect();
        let same = sample.names.iter().map(String::as_str).eq(known.iter().copied());
        let fits = |(part, column): (&Part, &Column)| match (part, column) {
            (Part::Number { center, scale, low, high, .. }, Column::Number(_)) => {
                [center, scale, low, high].iter().all(|number| number.is_finite()) && *scale > 0.0 && low <= high
            }
            (Part::Levels { words, .. }, Column::Level { levels, .. }) => words.len() == *levels as usize,
            _ => false,
        };
        match same && self.0.iter().zip(&sample.columns).all(fits) {
            true => Ok(()),
            false => Err(Error::new(
                Code::BadConfig,
                format!("the state was learnt with the features {}, this log has others", known.join(", ")),
            )),
        }
    }

    /// How many numbers there are.
    pub fn numbers(&self) -> usize {
        self.0.iter().map(Part::numbers).sum()
    }

    /// By column of words, those that are known.
    pub fn words(&self) -> BTreeMap<String, Vec<String>> {
        let levels = self.0.iter().filter_map(|part| match part {
            Part::Levels { name, words, .. } => Some((name.clone(), words.clone())),
            Part::Number { .. } => None,
        });
        levels.collect()
    }

    /// The numbers of a row.
    pub fn row(&self, row: &impl Values) -> Vec<f64> {
        let mut numbers = Vec::with_capacity(self.numbers());
        self.0.iter().enumerate().for_each(|(feature, part)| part.push(row.value(feature), &mut numbers));
        numbers
    }

    /// Weights as a device reads them: the constant's first, then one per number.
    pub fn linear(&self, weights: &[f64]) -> Linear {
        let line = |weight: f64| Line { weight: weight as f32, slope: 0.0 };
        let (bias, mut left) = (line(weights[0]), &weights[1..]);
        let terms = self.0.iter().map(|part| {
            let (own, rest) = left.split_at(part.numbers());
            left = rest;
            part.term(own)
        });
        Linear { bias, terms: terms.collect(), ..Linear::default() }
    }
}

impl Part {
    fn of(name: &str, column: &Column, prepared: &Prepared) -> Result<Part> {
        steps(&prepared.program)?;
        let name = name.to_string();
        match column {
            Column::Number(values) => {
                let Scaled { center, scale, low, high, .. } = scaled(&name, values, &prepared.train.weight)?;
                let further = BEYOND * (high - low);
                let gaps = values.iter().any(|value| value.is_nan());
                Ok(Part::Number { name, center, scale, low: low - further, high: high + further, gaps })
            }
            Column::Level { codes, levels } => {
                let words = prepared.words.get(&name).cloned().unwrap_or_default();
                if words.len() != *levels as usize {
                    let what = format!("feature `{name}`: a bandit learns words of columns as they are");
                    return Err(Error::new(Code::BadConfig, what));
                }
                Ok(Part::Levels { name, words, gaps: codes.contains(&MISSING_LEVEL) })
            }
        }
    }

    fn name(&self) -> &str {
        match self {
            Part::Number { name, .. } | Part::Levels { name, .. } => name,
        }
    }

    fn numbers(&self) -> usize {
        match self {
            Part::Number { gaps, .. } => 1 + *gaps as usize,
            Part::Levels { words, gaps, .. } => words.len() + *gaps as usize,
        }
    }

    fn scaled(&self) -> Scaled {
        match *self {
            Part::Number { center, scale, low, high, .. } => Scaled { center, scale, low, high, ..Scaled::default() },
            Part::Levels { .. } => Scaled::default(),
        }
    }

    fn push(&self, value: Option<f64>, numbers: &mut Vec<f64>) {
        let missing = value.is_none() as u8 as f64;
        let gaps = match self {
            Part::Number { gaps, .. } => {
                numbers.push(value.map_or(0.0, |value| standardised(&self.scaled(), value)));
                *gaps
            }
            Part::Levels { words, gaps, .. } => {
                numbers.extend((1..=words.len()).map(|level| (value == Some(level as f64)) as u8 as f64));
                *gaps
            }
        };
        if gaps {
            numbers.push(missing);
        }
    }

    fn term(&self, weights: &[f64]) -> Term {
        let line = |at: usize| Line { weight: weights.get(at).copied().unwrap_or(0.0) as f32, slope: 0.0 };
        match self {
            Part::Number { .. } => Term::Number(Scaled { line: line(0), missing: line(1), ..self.scaled() }),
            Part::Levels { words, .. } => {
                let known = (0..words.len()).map(line);
                Term::Levels {
                    lines: std::iter::once(Line::default()).chain(known).collect(),
                    missing: line(words.len()),
                }
            }
        }
    }
}

/// Refuses features whose numbers a later log would change.
fn steps(program: &Program) -> Result<()> {
    let changes = |step: &Step| !matches!(step, Step::Log1p);
    match program.features.iter().find(|feature| feature.steps.iter().any(changes)) {
        None => Ok(()),
        Some(feature) => Err(Error::new(
            Code::BadConfig,
            format!(
                "feature `{}`: a bandit learns on from log to log, its features have no fitted steps",
                feature.name
            ),
        )),
    }
}
