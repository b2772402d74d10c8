//! The sections of a shop's file that make a feature table; the others are known, and other commands' business.

use super::extras::Wanted;
use super::features;
use super::options::{Cleaning, Options};
use super::training::{CheckedTable, TableParams};
use crate::error::{Code, Error, Result};
use crate::feature::Program;
use crate::train::config::{CalendarParams, CheckedLog, CleaningParams, GroupParams, Params, Shape};
use crate::train::program::{
    self, AttributeParams, CounterParams, Declared, FeatureParams, MemoryParams, ProgramParams,
};
use crate::train::tables::{ClusterParams, RuleParams};
use crate::train::words::WordsParams;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What the file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    counter: Vec<CounterParams>,
    attribute: Vec<AttributeParams>,
    feature: Vec<FeatureParams>,
    memory: MemoryParams,
    calendar: CalendarParams,
    groups: GroupParams,
    cleaning: CleaningParams,
    clusters: Option<ClusterParams>,
    rules: Option<RuleParams>,
    words: Option<WordsParams>,
    features: TableParams,
    #[serde(rename = "shop")]
    _shop: IgnoredAny,
    #[serde(rename = "data")]
    _data: IgnoredAny,
    #[serde(rename = "split")]
    _split: IgnoredAny,
    #[serde(rename = "margins")]
    _margins: IgnoredAny,
    #[serde(rename = "menu")]
    _menu: IgnoredAny,
    #[serde(rename = "fit")]
    _fit: IgnoredAny,
    #[serde(rename = "learn")]
    _learn: IgnoredAny,
    #[serde(rename = "learner")]
    _learner: IgnoredAny,
}

impl Settings {
    /// Reads a settings file.
    pub fn from_toml(text: &str) -> Result<Settings> {
        toml::from_str(text).map_err(|error| Error::new(Code::BadConfig, format!("shop settings: {error}")))
    }

    /// Counters and features, compiled; what is fitted of them comes with the log.
    pub fn declared(&self) -> Result<Declared> {
        let declared = program::compile(&ProgramParams {
            counters: self.counter.clone(),
            attributes: self.attribute.clone(),
            features: self.feature.clone(),
            memory: self.memory,
            holidays: self.calendar.holidays.clone(),
            clusters: self.clusters.clone(),
            rules: self.rules,
            words: self.words,
        })?;
        match declared.program.features.is_empty() {
            true => Err(Error::new(Code::BadConfig, "a table needs at least one [[feature]], the file has none")),
            false => Ok(declared),
        }
    }

    /// The program of a file in which nothing is to be fitted.
    pub fn program(&self) -> Result<Program> {
        let declared = self.declared()?;
        if self.rules.is_some() || self.words.is_some() || declared.needs_data() {
            return Err(Error::new(Code::BadConfig, "a transform, [clusters], [rules] or [words] are fitted on a log"));
        }
        Ok(declared.program)
    }

    /// `[rules]`
    pub fn rules(&self) -> Option<RuleParams> {
        self.rules
    }

    /// `[words]`
    pub fn words(&self) -> Option<WordsParams> {
        self.words
    }

    /// `[features]`, checked.
    pub fn table(&self) -> Result<CheckedTable> {
        self.features.check()
    }

    /// `[features] from`: an earlier fit to be applied.
    pub fn from(&self) -> Option<&str> {
        self.features.from.as_deref()
    }

    /// How the log is folded to fit and make what is declared.
    pub fn options(&self) -> Result<Options> {
        let cleaning = Cleaning { actions: self.cleaning.check(Shape::Events)?, bots: self.cleaning.bots };
        let extras = Wanted::of(&self.declared()?.program, self.words.is_some());
        let training = self.table()?.training;
        Ok(Options { grouping: self.groups.grouping()?, cleaning, extras, training, ..Options::default() })
    }

    /// How the log is folded for a program that is there already.
    pub fn options_for(&self, program: &Program, schema: &crate::feature::Schema) -> Result<Options> {
        let cleaning = Cleaning { actions: self.cleaning.check(Shape::Events)?, bots: self.cleaning.bots };
        let names = schema.groups.iter().map(|group| group.name.clone()).collect();
        let grouping = super::Grouping::Known { fields: schema.group_fields.clone(), names };
        Ok(Options { grouping, cleaning, extras: Wanted::of(program, false), ..Options::default() })
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

#[cfg(test)]
mod tests {
    use super::*;

    const GROCERY: &str = include_str!("../../../examples/grocery/shop.toml");

    #[test]
    fn one_file_serves_training_looking_and_features() {
        let text =
            GROCERY.replace("[groups]", "[features]\ntrain_share = 0.8\ntarget = \"purchase\"\n[groups]\nkeep = 9");
        assert!(Params::from_toml(&text).and_then(Params::check).is_ok());
        let settings = Settings::from_toml(&text).unwrap();
        let grouping = settings.options().unwrap().grouping;
        let fields = ["item_category2", "item_category3"].map(String::from).to_vec();
        assert_eq!(grouping, super::super::Grouping::Frequent { fields, keep: 9 });
    }

    #[test]
    fn refuses_sections_nobody_knows_and_a_second_spelling_of_the_gap_between_visits() {
        for (text, expected) in [
            ("[session]\nminutes = 20", "unknown field `session`"),
            ("[group]\nkeep = 3", "unknown field `group`"),
            ("[groups]\nkept = 3", "unknown field `kept`"),
            ("[memory]\nminutes = 3", "unknown field `minutes`"),
        ] {
            let message = Settings::from_toml(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
