//! The settings of a search.

use super::space::{Axis, Space};
use crate::error::{Code, Error, Result};
use crate::evaluate::measures::Metric;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// How the next point is found.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Every combination of a few values per parameter, in shuffled order, so that a search cut short has seen all corners.
    Grid,
    /// By chance.
    Random,
    /// By chance at first, then near what was good (tree-structured Parzen estimator).
    #[default]
    Bayes,
}

/// `[search]` of the settings.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct SearchParams {
    /// How the next point is found.
    pub method: Method,
    /// What is tried, by parameter; a dot in a name leads into a table.
    pub space: BTreeMap<String, Axis>,
    /// Most trials, at least 1; none for no limit.
    pub evaluations: Option<usize>,
    /// No trial starts after the trials so far took this long; none for no limit.
    pub seconds: Option<f64>,
    /// Trials without a better value after which to stop, at least 1; none to go on.
    pub patience: Option<usize>,
    /// Decides all draws.
    pub seed: u64,
    /// What is lowered or raised.
    pub metric: Metric,
    /// Draws by chance before `bayes` goes by what it has seen, at least 1.
    pub startup: usize,
}

impl Default for SearchParams {
    fn default() -> Self {
        SearchParams {
            method: Method::Bayes,
            space: BTreeMap::new(),
            evaluations: Some(50),
            seconds: None,
            patience: None,
            seed: 1,
            metric: Metric::LogLoss,
            startup: 10,
        }
    }
}

/// Sound settings. Only [`SearchParams::check`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedSearch {
    params: SearchParams,
    space: Space,
}

impl SearchParams {
    /// Refuses an empty or unsound space and limits of nothing. Without any limit only a grid comes to an end.
    ///
    /// # Errors
    /// [`Code::BadConfig`] with the setting, its range and what was found.
    pub fn check(self) -> Result<CheckedSearch> {
        let refuse = |what: String| Err(Error::new(Code::BadConfig, what));
        let least = [("evaluations", self.evaluations), ("patience", self.patience), ("startup", Some(self.startup))];
        if let Some((name, _)) = least.into_iter().find(|(_, count)| *count == Some(0)) {
            return refuse(format!("`{name}` is at least 1, found 0"));
        }
        if let Some(seconds) = self.seconds.filter(|seconds| !(seconds.is_finite() && *seconds > 0.0)) {
            return refuse(format!("`seconds` is above 0, found {seconds}"));
        }
        let unlimited = self.evaluations.is_none() && self.seconds.is_none() && self.patience.is_none();
        if unlimited && self.method != Method::Grid {
            return refuse("one of `evaluations`, `seconds` and `patience` is needed, found none".into());
        }
        let space = Space::check(&self.space)?;
        if self.method == Method::Grid {
            space.grid_size()?;
        }
        Ok(CheckedSearch { params: self, space })
    }
}

impl CheckedSearch {
    /// What was checked.
    pub fn params(&self) -> &SearchParams {
        &self.params
    }

    pub(super) fn space(&self) -> &Space {
        &self.space
    }

    pub(super) fn metric_name(&self) -> String {
        format!("{:?}", self.params.metric)
    }

    /// Of all that decides which points are tried and what they are worth; budgets do not, so a search can be prolonged.
    pub(super) fn hash(&self, data: &str) -> String {
        let params = &self.params;
        let decides = (params.method, &params.space, params.seed, params.metric, params.startup, data);
        let text = serde_json::to_string(&decides).unwrap_or_default();
        Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
