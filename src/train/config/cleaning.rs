//! `[cleaning]`: what becomes of rows that are not plain.

use super::data::Shape;
use crate::error::{Code, Error, Result};
use crate::train::clean::RULES;
pub use crate::train::clean::tally::Action;
use crate::train::clean::tally::{Actions, Rule};
use crate::train::fold::bots::BotLimits;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[cleaning]`: one action by rule, and the limits of rules that have one.
#[derive(Clone, Debug, Deserialize)]
pub struct CleaningParams {
    /// A price is far off when it is more than so many interquartile ranges away, on a log scale.
    #[serde(default = "three")]
    pub price_outlier_iqr: f64,
    /// When a shopper is a program.
    #[serde(flatten)]
    pub bots: BotLimits,
    /// `drop`, `repair` or `keep`, by rule.
    #[serde(flatten)]
    pub rules: BTreeMap<String, Action>,
}

impl Default for CleaningParams {
    fn default() -> Self {
        CleaningParams { price_outlier_iqr: three(), bots: BotLimits::default(), rules: BTreeMap::new() }
    }
}

fn three() -> f64 {
    3.0
}

impl CleaningParams {
    /// Refuses rules that do not exist and actions that a rule does not have.
    pub fn check(&self, shape: Shape) -> Result<Actions> {
        let mut actions = Actions::default();
        if shape == Shape::Rows {
            // A wide table is not to lose a row for one cell.
            ["bad_number", "bad_time"].into_iter().for_each(|name| actions.set(name, Action::Repair));
        }
        for (name, action) in &self.rules {
            let rule = find(name)?;
            if !rule.allows(*action) {
                return Err(Error::new(
                    Code::BadConfig,
                    format!("cleaning.{name}: expected {}, found `{}`", allowed(rule), action.name()),
                ));
            }
            actions.set(name, *action);
        }
        match self.price_outlier_iqr > 0.0 {
            true => Ok(actions),
            false => Err(Error::new(Code::BadConfig, "cleaning.price_outlier_iqr: expected a number above 0")),
        }
    }
}

fn find(name: &str) -> Result<&'static Rule> {
    let known = || RULES.into_iter().flatten();
    known().find(|rule| rule.name == name).ok_or_else(|| {
        let names: Vec<&str> = known().map(|rule| rule.name).collect();
        Error::new(Code::BadConfig, format!("cleaning: expected one of {}, found `{name}`", names.join(", ")))
    })
}

fn allowed(rule: &Rule) -> String {
    let all = [Action::Drop, Action::Repair, Action::Keep];
    let names: Vec<String> =
        all.into_iter().filter(|action| rule.allows(*action)).map(|action| format!("`{}`", action.name())).collect();
    names.join(" or ")
}
