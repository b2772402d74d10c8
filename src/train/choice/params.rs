//! `[choice]`: which columns of a table say what was chosen, and what there was to choose from. Reads them, too.
//!
//! A table has a row per occasion and a column per attribute and alternative, such as `price.dannon`. Files are read as any
//! other table ([`Frame`]); this only finds the columns.

use super::occasions::{MOST, Occasions, Panels};
use crate::error::{Code, Error, Result};
use crate::train::clean::tally::Tallies;
use crate::train::config::CheckedLog;
use crate::train::fold::key::key;
use crate::train::learn::Watch;
use crate::train::table::{Frame, Values, read_rows};
use serde::Deserialize;
use std::path::Path;

/// `[choice]` of the settings.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ChoiceParams {
    /// The column that names the alternative chosen.
    pub chosen: String,
    /// What alternatives differ in.
    pub attributes: Vec<String>,
    /// Stands between an attribute and an alternative in the name of a column.
    #[serde(default = "dot")]
    pub between: String,
    /// The alternatives, the reference first; where left out, those that have a column of the first attribute, in its order.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// The column that says who chose.
    pub panel: Option<String>,
    /// What counts alike.
    #[serde(default)]
    pub weigh: Weigh,
}

/// What counts alike.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Weigh {
    /// Every occasion.
    #[default]
    Occasions,
    /// Every panel, however often it chose.
    Panels,
}

fn dot() -> String {
    ".".into()
}

fn bad(what: String) -> Error {
    Error::new(Code::BadConfig, format!("choice{what}"))
}

/// Settings that do not contradict each other. Only [`ChoiceParams::check`] makes them.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedChoice(ChoiceParams);

impl ChoiceParams {
    /// Refuses settings that name nothing to choose by.
    ///
    /// # Errors
    /// [`Code::BadConfig`]: no attribute, more than 64, one alternative or more than 64, panels that count alike without a
    /// column that tells them apart.
    pub fn check(self) -> Result<CheckedChoice> {
        if !(1..=MOST).contains(&self.attributes.len()) {
            return Err(bad(format!(".attributes: 1 to {MOST}, found {}", self.attributes.len())));
        }
        if self.alternatives.len() == 1 || self.alternatives.len() > MOST {
            return Err(bad(format!(".alternatives: 2 to {MOST}, found {}", self.alternatives.len())));
        }
        match self.weigh == Weigh::Panels && self.panel.is_none() {
            true => Err(bad(".weigh: panels count alike only where `panel` names their column".into())),
            false => Ok(CheckedChoice(self)),
        }
    }
}

impl CheckedChoice {
    /// Reads the files of a table; how many rows were dropped or repaired comes along.
    ///
    /// # Errors
    /// What the reader refuses; a column that is not there or not of numbers; a value that is missing; a word that is no
    /// alternative; what [`Occasions::check`] refuses is left to it.
    pub fn read(&self, log: &CheckedLog, folder: &Path, watch: Watch) -> Result<(Occasions, Tallies)> {
        let (frame, tallies) = read_rows(log, folder, watch)?;
        Ok((self.occasions(&frame)?, tallies))
    }

    fn occasions(&self, frame: &Frame) -> Result<Occasions> {
        let alternatives = self.alternatives(frame)?;
        let mut columns = Vec::new();
        for alternative in &alternatives {
            for attribute in &self.0.attributes {
                columns.push(numbers(frame, &format!("{attribute}{}{alternative}", self.0.between))?);
            }
        }
        let values = (0..frame.rows()).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
        Ok(Occasions {
            chosen: self.chosen(frame, &alternatives)?,
            panels: self.panels(frame)?,
            attributes: self.0.attributes.clone(),
            alternatives,
            values,
        })
    }

    fn alternatives(&self, frame: &Frame) -> Result<Vec<String>> {
        if !self.0.alternatives.is_empty() {
            return Ok(self.0.alternatives.clone());
        }
        let start = format!("{}{}", self.0.attributes[0], self.0.between);
        let named = frame.columns.iter().filter_map(|column| column.name.strip_prefix(&start));
        let found: Vec<String> = named.filter(|name| !name.is_empty()).map(String::from).collect();
        match found.len() {
            2..=MOST => Ok(found),
            count => Err(bad(format!(": 2 to {MOST} columns `{start}…`, one by alternative, found {count}"))),
        }
    }

    fn chosen(&self, frame: &Frame, alternatives: &[String]) -> Result<Vec<u16>> {
        let values = &frame.column("choice.chosen", &self.0.chosen)?.values;
        let chosen = |row: usize| {
            let text = values.text(row).unwrap_or_default();
            let at = alternatives.iter().position(|name| *name == text);
            at.map(|at| at as u16).ok_or_else(|| {
                let what =
                    format!("row {row}: `{}` is `{text}`, not one of {}", self.0.chosen, alternatives.join(", "));
                Error::new(Code::BadData, what)
            })
        };
        (0..frame.rows()).map(chosen).collect()
    }

    fn panels(&self, frame: &Frame) -> Result<Option<Panels>> {
        let Some(name) = &self.0.panel else { return Ok(None) };
        let values = &frame.column("choice.panel", name)?.values;
        let who = |row: usize| {
            let text = values.text(row);
            let text = text.ok_or_else(|| Error::new(Code::BadData, format!("row {row}: `{name}` is missing")))?;
            Ok(key(text.as_bytes()))
        };
        let who = (0..frame.rows()).map(who).collect::<Result<Vec<u64>>>()?;
        Ok(Some(if self.0.weigh == Weigh::Panels { Panels::alike(&who) } else { Panels::plain(&who) }))
    }
}

fn numbers<'f>(frame: &'f Frame, name: &str) -> Result<&'f [f64]> {
    let Values::Number(values) = &frame.column("choice.attributes", name)?.values else {
        return Err(bad(format!(".attributes: column `{name}` holds no numbers")));
    };
    match values.iter().position(|value| value.is_nan()) {
        None => Ok(values),
        Some(row) => Err(Error::new(Code::BadData, format!("row {row}: `{name}` is missing"))),
    }
}
