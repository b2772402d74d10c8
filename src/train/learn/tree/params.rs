//! Settings that all tree learners share, and their checks.

use super::split::{Direction, LevelLimits};
use crate::error::{Code, Error, Result};
use crate::train::sample::{Column, Sample};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which way a score may go as a feature rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Monotone {
    /// Never down.
    Up,
    /// Never up.
    Down,
}

/// How features whose values are levels are split.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LevelParams {
    /// With more levels than this in a leaf, sets of levels are tried beside each level against the rest.
    pub most_single: usize,
    /// Rows of mean zero that a level is smoothed with before levels are sorted.
    pub smooth: f64,
    /// Added to the ridge of a split by sets.
    pub l2: f64,
    /// The most levels on the smaller side of a split by sets.
    pub most_in_set: usize,
    /// Levels with fewer rows in a leaf stay with the rest.
    pub least_rows: usize,
    /// So many rows must come in between two sets that are tried.
    pub least_group: usize,
}

impl Default for LevelParams {
    /// What LightGBM does, and single levels in every case.
    fn default() -> Self {
        LevelParams { most_single: 4, smooth: 10.0, l2: 10.0, most_in_set: 32, least_rows: 10, least_group: 100 }
    }
}

impl LevelParams {
    pub(super) fn check(&self) -> Result<()> {
        at_least("levels.smooth", 0.0, self.smooth)?;
        at_least("levels.l2", 0.0, self.l2)?;
        at_least("levels.most_in_set", 1.0, self.most_in_set as f64)
    }

    pub(super) fn limits(&self) -> LevelLimits {
        let LevelParams { most_single, smooth, l2, most_in_set, least_rows, least_group } = *self;
        LevelLimits { most_single, smooth, l2, most_in_set, least_rows, least_group }
    }
}

/// Refuses a setting below its least value, and one that is no number.
pub(super) fn at_least(what: &str, least: f64, found: f64) -> Result<()> {
    match found.is_finite() && found >= least {
        true => Ok(()),
        false => Err(Error::new(Code::BadConfig, format!("`{what}` must be at least {least}, found {found}"))),
    }
}

/// Refuses a setting outside of what is above `low` and at most `high`.
pub(super) fn within(what: &str, low: f64, high: f64, found: f64) -> Result<()> {
    match found > low && found <= high {
        true => Ok(()),
        false => {
            let message = format!("`{what}` must be above {low} and at most {high}, found {found}");
            Err(Error::new(Code::BadConfig, message))
        }
    }
}

/// By feature, which way values may go.
pub(super) fn directions(monotone: &BTreeMap<String, Monotone>, sample: &Sample) -> Result<Vec<Direction>> {
    if let Some(name) = monotone.keys().find(|name| !sample.names.contains(name)) {
        return Err(Error::new(Code::BadConfig, format!("`monotone` names `{name}`, which is no column")));
    }
    let direction = |(name, column): (&String, &Column)| match (monotone.get(name), column) {
        (None, _) => Ok(Direction::Free),
        (Some(_), Column::Level { .. }) => {
            let message = format!("`monotone` names `{name}`, whose values are levels: they have no order");
            Err(Error::new(Code::BadConfig, message))
        }
        (Some(Monotone::Up), _) => Ok(Direction::Up),
        (Some(Monotone::Down), _) => Ok(Direction::Down),
    };
    sample.names.iter().zip(&sample.columns).map(direction).collect()
}
