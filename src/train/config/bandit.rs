//! `[bandit]`: what learns from a log of decisions.
//!
//! Only what the file may say; what was given, by what chance and for what reward stands in `[trial]` and `[table]`.

use super::MenuParams;
use crate::error::{Code, Error, Result};
use crate::train::bandit::{BanditParams, Response};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[bandit]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogParams {
    /// How the report calls it.
    pub name: String,
    /// How it learns and explores; the log says how many features there are. A half-life is in days.
    #[serde(default)]
    pub settings: BanditParams,
    /// By arm, what a success of it brings, in units of the currency; only a logistic response asks.
    #[serde(default)]
    pub worth: BTreeMap<String, f64>,
}

impl LogParams {
    /// By arm of the menu, its worth; 1 where the response is linear and does not ask.
    ///
    /// # Errors
    /// A worth of an arm there is not, or none of one there is where the response is logistic.
    pub fn worths(&self, menu: &MenuParams) -> Result<Vec<f64>> {
        let refuse = |what: String| Error::new(Code::BadConfig, what);
        if let Some(name) = self.worth.keys().find(|name| menu.arms.iter().all(|arm| arm.id != **name)) {
            return Err(refuse(format!("bandit.worth: the menu has no arm `{name}`")));
        }
        if self.settings.response == Response::Linear {
            return Ok(vec![1.0; menu.arms.len()]);
        }
        let worth = |id: &String| {
            let found = self.worth.get(id).copied();
            found.ok_or_else(|| refuse(format!("bandit.worth: what does a success of `{id}` bring?")))
        };
        menu.arms.iter().map(|arm| worth(&arm.id)).collect()
    }
}
