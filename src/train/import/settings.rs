//! The sections of a shop's file that an imported model needs: what is asked of a shopper, and what may be offered.
//!
//! Nothing can be fitted on import. Where the features have fitted transforms, their program comes from the file that
//! `skonto features --program` wrote beside the table the model was trained on.

use crate::error::{Code, Error, Result};
use crate::feature::{Category, Department, Group, Program, Schema};
use crate::money::BasisPoints;
use crate::policy::Menu;
use crate::train::config::{CalendarParams, MenuParams, ShopParams, check_menu, percent};
use crate::train::program::{self, AttributeParams, CounterParams, FeatureParams, MemoryParams, ProgramParams};
use crate::train::release;
use crate::train::tables::{ClusterParams, RuleParams};
use crate::train::texts::Labels;
use crate::train::words::WordsParams;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// What the file says; what other commands need is known and left alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    shop: ShopParams,
    menu: MenuParams,
    margins: BTreeMap<String, f64>,
    #[serde(default)]
    counter: Vec<CounterParams>,
    #[serde(default)]
    attribute: Vec<AttributeParams>,
    #[serde(default)]
    feature: Vec<FeatureParams>,
    #[serde(default)]
    memory: MemoryParams,
    #[serde(default)]
    calendar: CalendarParams,
    clusters: Option<ClusterParams>,
    rules: Option<RuleParams>,
    words: Option<WordsParams>,
    #[serde(rename = "data")]
    _data: Option<IgnoredAny>,
    #[serde(rename = "cleaning")]
    _cleaning: Option<IgnoredAny>,
    #[serde(rename = "split")]
    _split: Option<IgnoredAny>,
    #[serde(rename = "groups")]
    _groups: Option<IgnoredAny>,
    #[serde(rename = "fit")]
    _fit: Option<IgnoredAny>,
    #[serde(rename = "features")]
    _features: Option<IgnoredAny>,
    #[serde(rename = "table")]
    _table: Option<IgnoredAny>,
    #[serde(rename = "column")]
    _column: Option<IgnoredAny>,
}

fn bad(what: impl Into<String>) -> Error {
    Error::new(Code::BadConfig, what.into())
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// [`Code::BadConfig`] for a key that is not known, or a section that is missing.
    pub fn from_toml(text: &str) -> Result<Settings> {
        toml::from_str(text).map_err(|error| bad(format!("shop settings: {error}")))
    }

    /// The shop's name.
    pub fn shop(&self) -> &str {
        &self.shop.name
    }

    /// The features that the file declares.
    ///
    /// # Errors
    /// [`Code::BadConfig`] where something of them is fitted on data.
    pub fn program(&self) -> Result<Program> {
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
        let fitted = self.rules.is_some() || self.words.is_some() || declared.needs_data();
        match (fitted, declared.program.features.is_empty()) {
            (false, false) => Ok(declared.program),
            (false, true) => Err(bad("an imported model needs a [[feature]] for every column, the file has none")),
            (true, _) => {
                Err(bad("a transform, [clusters], [rules] or [words] are fitted on a log: name the program that \
                 `skonto features --program` wrote, with --from"))
            }
        }
    }

    /// The groups of a shop that names none: one, without a name, at the default margin. Every arm of the menu is open,
    /// because an imported model does not say which discounts its data had.
    pub fn schema(&self) -> Result<Schema> {
        Ok(Schema {
            group_fields: Vec::new(),
            departments: vec![Department { name: String::new(), margin: self.margin("")? }],
            categories: vec![Category { name: String::new(), base_rate: 0.0 }],
            groups: vec![Group { name: String::new(), category: 0, department: 0, base_rate: 0.0, support: u16::MAX }],
        })
    }

    /// Groups that came with a program, at this shop's margins and with every arm open.
    pub fn priced(&self, mut schema: Schema) -> Result<Schema> {
        if schema.groups.is_empty() {
            return self.schema();
        }
        for department in &mut schema.departments {
            department.margin = self.margin(&department.name)?;
        }
        schema.groups.iter_mut().for_each(|group| group.support = u16::MAX);
        Ok(schema)
    }

    fn margin(&self, department: &str) -> Result<BasisPoints> {
        let found = self.margins.get(department).or_else(|| self.margins.get("default"));
        percent("margins", *found.ok_or_else(|| bad("margins: `default` is missing"))?)
    }

    /// What may be offered.
    pub fn menu(&self) -> Result<Menu> {
        release::menu(&self.menu, &check_menu(&self.menu)?, &self.shop.name)
    }

    /// What shoppers are told the features are.
    pub fn labels(&self) -> Labels {
        let labelled =
            |feature: &FeatureParams| feature.label.clone().map(|label| (feature.name.clone(), (label.en, label.zh)));
        self.feature.iter().filter_map(labelled).collect()
    }
}
