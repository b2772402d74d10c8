//! Columns → what a shop passes with a request, and the features that read it.
//!
//! A number is passed as it is, a word as its text. Which words are known is counted on training rows only: the most
//! frequent first, and of equally frequent ones the first by name.

use super::frame::{Column, Frame, NO_WORD, Values, Words};
use super::outcome::Usable;
use crate::error::{Code, Error, Result};
use crate::event::{hash32, id_number};
use crate::feature::{MAX_KNOWN, MAX_LEVELS, refuse_protected};
use crate::train::config::{AuditParams, DerivedParams, Params, PlainTableParams, TrialParams, Type};
use crate::train::program::{AttributeParams, FeatureParams, OneOrMore, ProgramParams};
use crate::train::transform::StepParams;
use std::collections::BTreeMap;

/// Kinds of feature that a table can be asked for, and what they need of it.
const KINDS: [(&str, &str); 9] = [
    ("attribute", ""),
    ("cluster", ""),
    ("cluster_distance", ""),
    ("price", "list_price"),
    ("hour", "time"),
    ("weekday", "time"),
    ("weekend", "time"),
    ("month", "time"),
    ("days_to_holiday", "time"),
];

/// What a request passes, and what is made of it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// By attribute, its column in the frame.
    pub columns: Vec<usize>,
    /// By attribute, the words of levels 1, 2 and so on.
    pub words: BTreeMap<String, Vec<String>>,
    /// Everything that is compiled.
    pub program: ProgramParams,
}

/// Chooses the columns that become attributes. `read` are those that a derivation read.
pub fn ask(
    frame: &Frame,
    settings: &Params,
    params: &PlainTableParams,
    read: &[String],
    train: &[Usable],
) -> Result<Asked> {
    let (trial, fairness) = (settings.trial.as_ref(), &settings.fairness);
    let known = &settings.known;
    let choice = Choice { frame, params, columns: &settings.column, read, trial, known, fairness };
    choice.check_names()?;
    let mut asked = Asked { program: settings.program(), ..Asked::default() };
    let mut features = Vec::new();
    for (index, column) in frame.columns.iter().enumerate() {
        if params.list_price.as_deref() == Some(column.name.as_str()) {
            features.push(feature(&column.name, "price", vec![StepParams::Log1p]));
            continue;
        }
        if !choice.is_asked(column)? {
            continue;
        }
        let words = choice.words(column, train)?;
        features.push(feature(&column.name, "attribute", choice.steps(column)));
        asked.columns.push(index);
        asked.program.attributes.push(AttributeParams { name: column.name.clone(), levels: words.clone() });
        asked.words.insert(column.name.clone(), by_level(words));
    }
    asked.program.features = overridden(features, &settings.feature);
    asked.program.features.iter().try_for_each(|feature| choice.check_kind(feature))?;
    asked.program.features.iter().try_for_each(|feature| fairness.refuse(&feature.name))?;
    Ok(asked)
}

fn feature(name: &str, kind: &str, steps: Vec<StepParams>) -> FeatureParams {
    let of = (kind == "attribute").then(|| ("of".to_string(), toml::Value::from(name)));
    let (name, kind, arguments) = (name.into(), kind.into(), of.into_iter().collect());
    FeatureParams { name, kind, transform: OneOrMore::More(steps), label: None, arguments }
}

/// The shop's own features take the place of those with the same name; the others follow.
fn overridden(mut features: Vec<FeatureParams>, own: &[FeatureParams]) -> Vec<FeatureParams> {
    for feature in own {
        match features.iter_mut().find(|known| known.name == feature.name) {
            Some(known) => *known = feature.clone(),
            None => features.push(feature.clone()),
        }
    }
    features
}

/// Levels are numbered in the order of the numbers that stand for the words.
pub fn by_level(mut words: Vec<String>) -> Vec<String> {
    words.sort_by_key(|word| hash32(word));
    words.dedup_by_key(|word| hash32(word));
    words
}

struct Choice<'a> {
    frame: &'a Frame,
    params: &'a PlainTableParams,
    columns: &'a [DerivedParams],
    read: &'a [String],
    trial: Option<&'a TrialParams>,
    known: &'a BTreeMap<String, Vec<String>>,
    fairness: &'a AuditParams,
}

impl Choice<'_> {
    fn check_names(&self) -> Result<()> {
        let lists =
            [("table.drop", &self.params.drop), ("table.log", &self.params.log), ("table.rates", &self.params.rates)];
        for (asked, names) in lists {
            for name in names {
                let column = self.frame.column(asked, name)?;
                let is_number = matches!(column.values, Values::Number(_));
                match (asked, is_number) {
                    ("table.log", false) => return Err(bad(format!("table.log: `{name}` holds no numbers"))),
                    ("table.rates", true) => return Err(bad(format!("table.rates: `{name}` holds no words"))),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Whether a request passes the column; refuses one that nobody should pass.
    fn is_asked(&self, column: &Column) -> Result<bool> {
        let (name, params) = (&column.name, self.params);
        let is_rate = params.rates.contains(name);
        let others = [Some(&params.target), params.group.as_ref(), params.time.as_ref(), params.weight.as_ref()];
        if self.trial.is_some_and(|trial| trial.columns().any(|column| column == name)) {
            return Ok(false);
        }
        if params.drop.contains(name) || (others.contains(&Some(name)) && !(is_rate && *name != params.target)) {
            return Ok(false);
        }
        let audit = &self.fairness;
        if audit.watch.contains(name) {
            return Ok(false);
        }
        refuse_protected(name).map_err(|error| {
            Error::new(error.code(), format!("table: `{name}` names a protected attribute; put it into table.drop"))
        })?;
        let denied = |error: Error| Error::new(error.code(), format!("table: {error}; put it into table.drop"));
        audit.refuse(name).map_err(denied)?;
        if is_rate || self.keep(name).is_some() || ![Type::Date, Type::Text].contains(&column.kind) {
            return Ok(true);
        }
        match self.read.contains(name) {
            true => Ok(false),
            false => Err(bad(format!(
                "table: `{name}` is a {}, of which a model can make nothing; derive a [[column]] of it, or put it into table.drop",
                column.kind.name()
            ))),
        }
    }

    fn keep(&self, name: &str) -> Option<usize> {
        self.columns.iter().find(|column| column.name == name).and_then(|column| column.keep)
    }

    /// The words of a column that are known; none of a number.
    fn words(&self, column: &Column, train: &[Usable]) -> Result<Vec<String>> {
        if train.iter().all(|usable| column.values.is_missing(usable.row)) {
            let what = format!("table: `{}` has no value in any training row; put it into table.drop", column.name);
            return Err(Error::new(Code::BadData, what));
        }
        let Values::Words(words) = &column.values else { return Ok(Vec::new()) };
        if let Some(known) = self.known.get(&column.name) {
            return Ok(known.clone());
        }
        let is_rate = self.params.rates.contains(&column.name);
        let most = if is_rate { MAX_KNOWN } else { MAX_LEVELS };
        Ok(most_frequent(words, train, self.keep(&column.name).unwrap_or(most)))
    }

    fn steps(&self, column: &Column) -> Vec<StepParams> {
        let name = &column.name;
        match &column.values {
            Values::Number(_) if self.params.log.contains(name) => vec![StepParams::Log1p],
            Values::Number(_) => self.params.transform.as_slice().to_vec(),
            _ if self.params.rates.contains(name) => vec![StepParams::Target],
            _ => Vec::new(),
        }
    }

    fn check_kind(&self, feature: &FeatureParams) -> Result<()> {
        let wrong = |what: String| Err(bad(format!("feature `{}`: kind `{}` {what}", feature.name, feature.kind)));
        let needs = KINDS.iter().find(|(kind, _)| *kind == feature.kind).map(|(_, needs)| *needs);
        match needs {
            None => wrong("reads what a shopper did, of which a plain table knows nothing".into()),
            Some("list_price") if self.params.list_price.is_none() => wrong("needs `table.list_price`".into()),
            Some("time") if self.params.time.is_none() => wrong("needs `table.time`".into()),
            Some(_) => Ok(()),
        }
    }
}

fn most_frequent(words: &Words, train: &[Usable], keep: usize) -> Vec<String> {
    let mut counts = vec![0u64; words.texts.len()];
    for usable in train {
        if words.codes[usable.row] != NO_WORD {
            counts[words.codes[usable.row] as usize] += 1;
        }
    }
    let mut ranked: Vec<(u64, &String)> =
        counts.into_iter().zip(&words.texts).filter(|(count, _)| *count > 0).collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    ranked.into_iter().take(keep).map(|(_, text)| text.clone()).collect()
}

/// How many levels a feature without steps tells apart; 0 for an amount.
pub fn levels(features: &[FeatureParams], words: &BTreeMap<String, Vec<String>>, name: &str) -> usize {
    let Some(feature) = features.iter().find(|feature| feature.name == name) else { return 0 };
    let argument = |key: &str| feature.arguments.get(key);
    match feature.kind.as_str() {
        "attribute" => argument("of").and_then(toml::Value::as_str).and_then(|of| words.get(of)).map_or(0, Vec::len),
        "bucket" => argument("buckets").and_then(toml::Value::as_integer).map_or(0, |buckets| buckets as usize),
        _ => 0,
    }
}

/// What a request passes of a column, as the border to a device makes it: a number, or the number of a word.
pub fn passed(column: &Column, row: usize) -> Option<f64> {
    match &column.values {
        Values::Number(values) => Some(values[row]).filter(|value| value.is_finite()),
        Values::Words(words) => words.get(row).filter(|text| !text.is_empty()).map(|text| id_number(text) as f64),
        Values::Date(_) => None,
    }
}

fn bad(what: String) -> Error {
    Error::new(Code::BadConfig, what)
}
