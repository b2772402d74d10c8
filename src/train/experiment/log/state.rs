//! What a bandit goes on from with the next log, as a file.
//!
//! Sums, not rows: nothing in it is about one shopper. It does *not* hold the model that is served, which may be older.

use super::Log;
use super::context::Context;
use crate::error::{Code, Error, Result};
use crate::train::bandit::{Bandit, BanditParams, LearnedBandit, Observation, Start};
use crate::train::table::{Given, Prepared};
use crate::train::trial::Trial;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The one format there is.
const FORMAT: u32 = 1;
/// Half-lives are in days.
const DAY: f64 = 86_400.0;

/// A bandit between two logs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    format: u32,
    /// How many rows were learnt.
    pub rows: u64,
    /// The latest moment at which a reward that was learnt became known, in seconds since 1970 on the shop's clock.
    pub through: i64,
    pub(super) context: Context,
    pub(super) bandit: LearnedBandit,
}

/// Rows of a log to learn from.
pub(super) struct Lessons<'a> {
    /// What was given, and what it brought in minor units.
    pub trial: &'a Trial,
    /// When it was given and answered.
    pub given: &'a Given,
    /// Minor units of one unit of the currency.
    pub minor: f64,
}

impl State {
    /// Reads a state file.
    ///
    /// # Errors
    /// No JSON, another format, sums that could not have been learnt.
    pub fn from_json(text: &str) -> Result<State> {
        let state: State =
            serde_json::from_str(text).map_err(|error| Error::new(Code::BadData, format!("state: {error}")))?;
        match state.format == FORMAT {
            true => Ok(state),
            false => Err(Error::limit(Code::UnknownVersion, "format of a state", FORMAT as u64, state.format as u64)),
        }
    }

    /// Writes a state file; read again, it has the same bits.
    pub fn to_json(&self) -> String {
        // Plain data with text keys: there is nothing a serialiser could refuse.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// By column of words, those that are known: the next log is read with them.
    pub fn words(&self) -> BTreeMap<String, Vec<String>> {
        self.context.words()
    }

    /// A bandit that has seen nothing.
    pub(super) fn first(prepared: &Prepared, log: &Log) -> Result<State> {
        let context = Context::of(prepared)?;
        let settings = BanditParams { features: context.numbers(), ..log.params.settings.clone() }.check()?;
        let arms: Vec<(&str, f64)> = log.arms().collect();
        let bandit = settings.start_worth(&arms)?;
        Ok(State { format: FORMAT, rows: 0, through: i64::MIN, context, bandit })
    }

    /// The same bandit under the settings and the menu of this log: new arms start from the mean of those known.
    pub(super) fn next(self, prepared: &Prepared, log: &Log) -> Result<State> {
        self.context.check(&prepared.train, &prepared.program)?;
        let settings = BanditParams { features: self.context.numbers(), ..log.params.settings.clone() }.check()?;
        let mut bandit = self.bandit.with_settings(settings)?;
        for (name, worth) in log.arms() {
            match bandit.position(name) {
                Some(_) => bandit.set_worth(name, worth)?,
                None => bandit.add(name, worth, &Start::Pooled)?,
            }
        }
        let gone: Vec<String> =
            bandit.names().filter(|name| log.arms().all(|(known, _)| known != *name)).map(String::from).collect();
        gone.iter().try_for_each(|name| bandit.remove(name))?;
        Ok(State { bandit, ..self })
    }

    /// Where the arms of a trial stand in the bandit.
    pub(super) fn places(&self, trial: &Trial) -> Result<Vec<usize>> {
        let place = |name: &String| {
            let missing = || Error::new(Code::BadIndex, format!("the bandit knows no arm `{name}`"));
            self.bandit.position(name).ok_or_else(missing)
        };
        trial.arms.iter().map(place).collect()
    }

    /// Learns rows in the order in which their rewards became known.
    ///
    /// # Errors
    /// A reward that was known before the latest one learnt: that log was learnt already. What the bandit refuses.
    pub(super) fn learn(&mut self, lessons: &Lessons) -> Result<()> {
        let Lessons { trial, given, minor } = lessons;
        let places = self.places(trial)?;
        let mut order: Vec<usize> = (0..trial.rows()).collect();
        order.sort_by_key(|row| (given.moments[*row].1, *row));
        for row in order {
            let ((decided, answered), arm) = (given.moments[row], trial.arm[row] as usize);
            let context = self.context.row(&trial.features.row(row));
            let reward = (trial.reward(row) - trial.cost[row]) / minor;
            let (propensity, when) = (trial.chance(row, arm), decided as f64 / DAY);
            let seen = Observation { context: &context, arm: places[arm], reward, propensity, when };
            let of_row = |error: Error| Error::new(error.code(), format!("row {row}: {error}"));
            self.bandit.learn(&seen).map_err(of_row)?;
            self.through = self.through.max(answered);
        }
        self.rows += trial.rows() as u64;
        Ok(())
    }

    /// Refuses a log that was learnt already.
    pub(super) fn check_later(&self, given: &Given) -> Result<()> {
        let earlier = given.moments.iter().filter(|(_, answered)| *answered < self.through).count();
        match earlier {
            0 => Ok(()),
            rows => Err(Error::new(
                Code::BadData,
                format!(
                    "{rows} rows were answered before the latest reward that the state has learnt: give it new rows only"
                ),
            )),
        }
    }

    /// What each arm of a trial is expected to bring on every row, in the order of its arms, in units of the currency.
    pub(super) fn expected(&self, trial: &Trial) -> Result<Vec<Vec<f64>>> {
        let places = self.places(trial)?;
        let of_row = |row: usize| {
            let expected = self.bandit.expected(&self.context.row(&trial.features.row(row)))?;
            Ok(places.iter().map(|place| expected[*place]).collect())
        };
        (0..trial.rows()).map(of_row).collect()
    }

    /// The probability with which the bandit itself would give each arm: `rows × arms`.
    pub(super) fn propensities(&self, trial: &Trial) -> Result<Vec<f64>> {
        let (places, mut table) = (self.places(trial)?, Vec::with_capacity(trial.rows() * trial.arms.len()));
        let allowed = vec![true; trial.arms.len()];
        for row in 0..trial.rows() {
            let chances = self.bandit.propensities(&self.context.row(&trial.features.row(row)), &allowed)?;
            table.extend(places.iter().map(|place| chances[*place]));
        }
        Ok(table)
    }
}
