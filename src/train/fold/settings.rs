//! The sections of a shop's file that make a feature table; what else the file says is other commands' business.

use super::features;
use super::groups::Grouping;
use super::options::{Cleaning, Options};
use crate::error::{Code, Error, Result};
use crate::feature::Program;
use crate::train::config::{CheckedLog, CleaningParams, Params};
use crate::train::program::{self, AttributeParams, CounterParams, FeatureParams, MemoryParams, ProgramParams};
use serde::Deserialize;

/// Groups kept of a log that no model was trained on, unless the shop says otherwise.
const KEEP_GROUPS: usize = 200;

/// What the file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    counter: Vec<CounterParams>,
    attribute: Vec<AttributeParams>,
    feature: Vec<FeatureParams>,
    memory: MemoryParams,
    calendar: Calendar,
    groups: Groups,
    session: Session,
    cleaning: CleaningParams,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Calendar {
    holidays: Vec<String>,
}

/// `[groups]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
struct Groups {
    fields: Vec<String>,
    keep: usize,
}

impl Default for Groups {
    fn default() -> Self {
        Groups { fields: Vec::new(), keep: KEEP_GROUPS }
    }
}

/// `[session]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Session {
    minutes: Option<u16>,
}

impl Settings {
    /// Reads a settings file.
    pub fn from_toml(text: &str) -> Result<Settings> {
        toml::from_str(text).map_err(|error| Error::new(Code::BadConfig, format!("shop settings: {error}")))
    }

    /// Counters and features, compiled. Steps that would have to be fitted on outcomes are refused: a table has none.
    pub fn program(&self) -> Result<Program> {
        let mut memory = self.memory;
        memory.session_minutes = memory.session_minutes.or(self.session.minutes);
        let declared = program::compile(&ProgramParams {
            counters: self.counter.clone(),
            attributes: self.attribute.clone(),
            features: self.feature.clone(),
            memory,
            holidays: self.calendar.holidays.clone(),
            clusters: None,
            rules: None,
            words: None,
        })?;
        if let Some(index) = declared.fits.iter().position(|steps| !steps.is_empty()) {
            let name = &declared.program.features[index].name;
            let what = format!("feature `{name}`: its transform is fitted in training; leave it out for a plain table");
            return Err(Error::new(Code::BadConfig, what));
        }
        match declared.program.features.is_empty() {
            true => Err(Error::new(Code::BadConfig, "a table needs at least one [[feature]], the file has none")),
            false => Ok(declared.program),
        }
    }

    /// How the log is folded.
    pub fn options(&self) -> Result<Options> {
        let grouping = Grouping::Frequent { fields: self.groups.fields.clone(), keep: self.groups.keep };
        let cleaning = Cleaning { actions: self.cleaning.of_shoppers()?, bots: self.cleaning.bots };
        Ok(Options { grouping, cleaning, ..Options::default() })
    }

    /// Where the log is, from the sections that say so.
    pub fn log(text: &str) -> Result<CheckedLog> {
        let wrong = |error: &dyn std::fmt::Display| Error::new(Code::BadConfig, format!("shop settings: {error}"));
        let mut sections: toml::Table = text.parse().map_err(|error: toml::de::Error| wrong(&error))?;
        sections.retain(|name, _| ["shop", "data", "cleaning"].contains(&name));
        Params::from_toml(&sections.to_string())?.check_log()
    }

    /// The schema of the groups that were found.
    pub fn schema(&self, groups: &[String]) -> Result<crate::feature::Schema> {
        features::schema_of(&self.groups.fields, groups)
    }
}
