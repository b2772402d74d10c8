//! What was tried: for the report, and on disk, so that a search that was cut off can go on.
//!
//! The file has one JSON line per trial below a header, flushed after each. A last line that was cut off is dropped.

use super::params::{CheckedSearch, Method};
use super::space::{Axis, Point, Scale, digits};
use crate::error::{Code, Error, Result};
use crate::evaluate::measures::Metric;
use crate::train::sample::{Column, Sample};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Digits of a value: as many as a line of JSON is sure to give back.
const DIGITS: usize = 15;

/// One point and what it was worth.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// The metric to 15 digits; none if it was not finite.
    pub value: Option<f64>,
    /// How long it took.
    pub seconds: f64,
    /// What was tried.
    pub point: Point,
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// All trials allowed are made.
    Evaluations,
    /// The time allowed is used up.
    Seconds,
    /// For too long no trial was better.
    Patience,
    /// Everything was tried.
    Exhausted,
}

/// A finished search, for the report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct History {
    /// How points were found.
    pub method: Method,
    /// What was lowered or raised.
    pub metric: Metric,
    /// Of all draws.
    pub seed: u64,
    /// In the order they were made.
    pub trials: Vec<Trial>,
    /// The earliest trial with the best value; none if all failed.
    pub best: Option<usize>,
    /// By trial, the best value up to and with it.
    pub best_so_far: Vec<Option<f64>>,
    /// By parameter, what was tried and what it was worth.
    pub parameters: Vec<Parameter>,
    /// Why it ended.
    pub stopped: Stopped,
}

/// One parameter against the metric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// How its axis is best drawn.
    pub scale: Scale,
    /// (value, metric), by trial.
    pub points: Vec<(toml::Value, Option<f64>)>,
}

impl Trial {
    pub(super) fn new(point: Point, value: f64, seconds: f64) -> Trial {
        let value = Some(value).filter(|value| value.is_finite()).map(|value| digits(value, DIGITS));
        Trial { value, seconds: digits(seconds, 6), point }
    }
}

impl History {
    pub(super) fn of(search: &CheckedSearch, trials: Vec<Trial>, stopped: Stopped) -> History {
        let best_at = |count: usize| search.best(&trials[..count]).and_then(|best| trials[best].value);
        let parameter = |(name, axis): &(String, Axis)| {
            let points = trials.iter().filter_map(|trial| Some((trial.point.values.get(name)?.clone(), trial.value)));
            let scale = if let Axis::Interval(interval) = axis { interval.scale } else { Scale::Linear };
            Parameter { name: name.clone(), scale, points: points.collect() }
        };
        let params = search.params();
        History {
            method: params.method,
            metric: params.metric,
            seed: params.seed,
            best: search.best(&trials),
            best_so_far: (1..=trials.len()).map(best_at).collect(),
            parameters: search.space().axes.iter().map(parameter).collect(),
            stopped,
            trials,
        }
    }

    /// The best trial; none if all failed.
    pub fn best_trial(&self) -> Option<&Trial> {
        self.best.map(|best| &self.trials[best])
    }
}

/// The first line.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct Header {
    skonto_search: u32,
    hash: String,
}

/// A history on disk.
pub(super) struct File {
    path: PathBuf,
    file: fs::File,
    trials: Vec<Trial>,
}

impl File {
    /// Opens or makes the file; refuses one with another hash.
    pub(super) fn open(path: &Path, hash: &str) -> Result<File> {
        let header = Header { skonto_search: 1, hash: hash.to_string() };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(refused("read", path, &error)),
        };
        // Whatever follows the last line break was being written when the search was cut off.
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let trials = parsed(path, whole, &header)?;
        let options = OpenOptions::new().create(true).append(true).open(path);
        let file = options.map_err(|error| refused("write", path, &error))?;
        file.set_len(whole.len() as u64).map_err(|error| refused("write", path, &error))?;
        let mut file = File { path: path.to_path_buf(), file, trials };
        if whole.is_empty() {
            file.line(&header)?;
        }
        Ok(file)
    }

    pub(super) fn take_trials(&mut self) -> Vec<Trial> {
        std::mem::take(&mut self.trials)
    }

    pub(super) fn append(&mut self, trial: &Trial) -> Result<()> {
        self.line(trial)
    }

    fn line(&mut self, what: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string(what)
            .map_err(|error| Error::new(Code::BadData, format!("a line of {}: {error}", self.path.display())))?;
        text.push('\n');
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|error| refused("write", &self.path, &error))
    }
}

fn parsed(path: &Path, text: &str, header: &Header) -> Result<Vec<Trial>> {
    let mut lines = text.lines().enumerate();
    let Some((_, first)) = lines.next() else { return Ok(Vec::new()) };
    if serde_json::from_str::<Header>(first).ok().as_ref() != Some(header) {
        let what =
            format!("{} is not the history of this search on these data: its first line differs", path.display());
        return Err(Error::new(Code::BadData, what));
    }
    let trial = |(number, line): (usize, &str)| {
        let parsed: Trial = serde_json::from_str(line)
            .map_err(|error| Error::new(Code::BadData, format!("{}, line {}: {error}", path.display(), number + 1)))?;
        // Rounded again: a parser may be off by the last bit.
        Ok(Trial { value: parsed.value.map(|value| digits(value, DIGITS)), ..parsed })
    };
    lines.map(trial).collect()
}

fn refused(verb: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::new(Code::Io, format!("cannot {verb} {}: {error}", path.display()))
}

/// A hash of everything a learner is given.
pub fn fingerprint(sample: &Sample) -> String {
    let mut hash = Sha256::new();
    let mut numbers = |name: &str, numbers: &mut dyn Iterator<Item = f64>| {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        numbers.for_each(|number| hash.update(number.to_bits().to_le_bytes()));
    };
    for (name, column) in sample.names.iter().zip(&sample.columns) {
        match column {
            Column::Number(values) => numbers(name, &mut values.iter().copied()),
            Column::Level { codes, levels } => {
                numbers(
                    name,
                    &mut std::iter::once(f64::from(*levels)).chain(codes.iter().map(|code| f64::from(*code))),
                );
            }
        }
    }
    numbers("target", &mut sample.target.iter().copied());
    numbers("weight", &mut sample.weight.iter().copied());
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
