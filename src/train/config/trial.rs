//! `[trial]` and `[[candidate]]`: which arm each row was given, by what chance and at what cost, and which policies compete.
//!
//! Only what the file may say, and whether it makes sense by itself and beside the menu.

use super::{MenuParams, at_least};
use crate::error::{Code, Error, Result};
use crate::train::policy_tree::{PolicyTreeParams, SegmentTableParams};
use crate::train::uplift::{ScoresParams, UpliftForestParams, UpliftParams};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[trial]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialParams {
    /// The column that says which arm a row was given.
    pub arm: String,
    /// By arm of the menu, the word of that column that stands for it.
    pub arms: BTreeMap<String, String>,
    /// By arm, the probability with which rows were given it; the same for all where left out.
    #[serde(default)]
    pub chance: BTreeMap<String, f64>,
    /// By arm, the column with the probability that the row had of it: of a log whose policy looked at the row.
    #[serde(default)]
    pub chance_columns: BTreeMap<String, String>,
    /// The column with the probability of the arm given, where those of the others were not kept.
    pub chance_given: Option<String>,
    /// The column with the moment when the reward was known, where that is later than the decision.
    pub answered: Option<String>,
    /// By arm, what giving it costs, in units of the currency; nothing where left out.
    #[serde(default)]
    pub cost: BTreeMap<String, f64>,
    /// A column of yes and no between arm and reward, such as a visit.
    pub stage: Option<String>,
    /// Folds of training rows by which candidates are compared.
    #[serde(default = "folds")]
    pub folds: usize,
    /// Decides the folds and every draw.
    #[serde(default)]
    pub seed: u64,
    /// Bootstrap resamples behind every interval.
    #[serde(default = "resamples")]
    pub resamples: usize,
    /// One row and several, in words.
    #[serde(default = "rows")]
    pub rows: [String; 2],
    /// Nobody drew the arms: how likely each was is fitted, and nothing that comes of it is called an effect.
    #[serde(default)]
    pub observational: bool,
    /// Of fitted propensities of an arm, the largest share outside [0.02, 0.98]; such rows are left out.
    #[serde(default = "max_outside")]
    pub max_outside: f64,
    /// Of fitted propensities, the least effective rows of an arm.
    #[serde(default = "min_effective_rows")]
    pub min_effective_rows: f64,
    /// What was not learnt from an experiment may be released all the same.
    #[serde(default)]
    pub accept_observational: bool,
}

fn max_outside() -> f64 {
    UpliftParams::default().max_outside
}

fn min_effective_rows() -> f64 {
    UpliftParams::default().min_effective_rows
}

fn folds() -> usize {
    5
}

fn resamples() -> usize {
    1_000
}

fn rows() -> [String; 2] {
    ["shopper".into(), "shoppers".into()]
}

/// `[[candidate]]`: a policy that competes; one of `uplift`, `tree`, `forest` and `segments`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateParams {
    /// How the report calls it.
    pub name: String,
    /// Gains by a meta-learner.
    pub uplift: Option<UpliftParams>,
    /// An exact policy tree on doubly robust scores.
    pub tree: Option<PolicyTreeParams>,
    /// A forest of trees that split where gains differ.
    pub forest: Option<UpliftForestParams>,
    /// A table of segments by arms.
    pub segments: Option<SegmentTableParams>,
    /// How the scores of a tree, a forest or a table are made; as they are without settings where left out.
    pub scores: Option<ScoresParams>,
}

/// A trial beside the menu whose arms it gave.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedTrial {
    /// Ids of the arms, as the menu has them.
    pub ids: Vec<String>,
    /// By arm, its word in the column.
    pub words: Vec<String>,
    /// By arm, its probability; none where it differs by row.
    pub chance: Vec<f64>,
    /// Where the probabilities of a row stand, if they differ by row.
    pub logged: Option<LoggedChances>,
    /// By arm, its cost in units of the currency.
    pub cost: Vec<f64>,
}

/// Columns with the probabilities of a row's arms.
#[derive(Clone, Debug, PartialEq)]
pub enum LoggedChances {
    /// A column for every arm.
    Every(Vec<String>),
    /// One column, of the arm given.
    Given(String),
}

impl LoggedChances {
    /// Names of the columns.
    pub fn columns(&self) -> &[String] {
        match self {
            LoggedChances::Every(columns) => columns,
            LoggedChances::Given(column) => std::slice::from_ref(column),
        }
    }
}

fn bad(what: String) -> Error {
    Error::new(Code::BadConfig, what)
}

impl TrialParams {
    /// Refuses arms that the menu does not have, and chances that are none.
    ///
    /// # Errors
    /// [`Code::BadConfig`] with the setting and what was found.
    pub fn check(&self, menu: &MenuParams) -> Result<CheckedTrial> {
        menu.check()?;
        let ids: Vec<String> = menu.arms.iter().map(|arm| arm.id.clone()).collect();
        let named = [
            ("arms", self.arms.keys().collect::<Vec<_>>()),
            ("chance", self.chance.keys().collect()),
            ("chance_columns", self.chance_columns.keys().collect()),
            ("cost", self.cost.keys().collect()),
        ];
        for (what, names) in named {
            if let Some(name) = names.into_iter().find(|name| !ids.contains(name)) {
                return Err(bad(format!("trial.{what}: the menu has no arm `{name}`; it has {}", ids.join(", "))));
            }
        }
        let word = |id: &String| {
            let found = self.arms.get(id).cloned();
            found.ok_or_else(|| bad(format!("trial.arms: which word of `{}` stands for `{id}`?", self.arm)))
        };
        let words = ids.iter().map(word).collect::<Result<Vec<_>>>()?;
        self.check_observational()?;
        at_least("trial.folds", self.folds as f64, 2.0)?;
        at_least("trial.resamples", self.resamples as f64, 100.0)?;
        let cost: Vec<f64> = ids.iter().map(|id| self.cost.get(id).copied().unwrap_or(0.0)).collect();
        match cost.iter().position(|cost| !cost.is_finite()) {
            Some(arm) => Err(bad(format!("trial.cost: `{}` costs {}", ids[arm], cost[arm]))),
            None => Ok(CheckedTrial { chance: self.chances(&ids)?, logged: self.logged(&ids)?, cost, ids, words }),
        }
    }

    /// The columns that say what was given and how: none of them is a feature.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        let named = [&self.stage, &self.chance_given, &self.answered].into_iter().flatten();
        std::iter::once(&self.arm).chain(self.chance_columns.values()).chain(named)
    }

    fn logged(&self, ids: &[String]) -> Result<Option<LoggedChances>> {
        let told = [!self.chance.is_empty(), !self.chance_columns.is_empty(), self.chance_given.is_some()];
        if told.into_iter().filter(|told| *told).count() > 1 {
            return Err(bad("trial: one of `chance`, `chance_columns` and `chance_given`, found more".into()));
        }
        if let Some(column) = &self.chance_given {
            return Ok(Some(LoggedChances::Given(column.clone())));
        }
        if self.chance_columns.is_empty() {
            return Ok(None);
        }
        let column = |id: &String| {
            let found = self.chance_columns.get(id).cloned();
            found.ok_or_else(|| bad(format!("trial.chance_columns: which column holds the chance of `{id}`?")))
        };
        ids.iter().map(column).collect::<Result<_>>().map(|columns| Some(LoggedChances::Every(columns)))
    }

    fn check_observational(&self) -> Result<()> {
        match (self.observational, self.chance.is_empty()) {
            (true, false) => Err(bad("trial.chance: is fitted where `observational` is set".into())),
            (false, _) if self.accept_observational => {
                Err(bad("trial.accept_observational: `observational` is not set, there is nothing to accept".into()))
            }
            _ if !(0.0..1.0).contains(&self.max_outside) => {
                Err(bad(format!("trial.max_outside: 0 up to 1, found {}", self.max_outside)))
            }
            _ => at_least("trial.min_effective_rows", self.min_effective_rows, 1.0),
        }
    }

    fn chances(&self, ids: &[String]) -> Result<Vec<f64>> {
        if self.chance_given.is_some() || !self.chance_columns.is_empty() {
            return Ok(Vec::new());
        }
        if self.chance.is_empty() {
            return Ok(vec![1.0 / ids.len() as f64; ids.len()]);
        }
        let chance: Vec<f64> = ids.iter().map(|id| self.chance.get(id).copied().unwrap_or(0.0)).collect();
        let sum = crate::math::ordered_sum(chance.iter().copied());
        match chance.iter().all(|chance| *chance > 0.0) && (sum - 1.0).abs() < 1e-6 {
            true => Ok(chance),
            false => Err(bad(format!("trial.chance: above 0 for every arm and 1 together, found {chance:?}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MENU: &str = "arms = [{ id = \"none\", percent = 0 }, { id = \"mail\", percent = 0 }]\nfloor_margin = 0\n\
        max_discount = 30\nbudget_price = 0.0\nexploration = 0.0\nholdout = 0\npromise_minutes = 0\n";

    fn check(trial: &str) -> Result<CheckedTrial> {
        let menu: MenuParams = toml::from_str(MENU).unwrap();
        let trial: TrialParams = toml::from_str(trial).map_err(|error| bad(error.message().into()))?;
        trial.check(&menu)
    }

    #[test]
    fn arms_stand_in_the_order_of_the_menu() {
        let trial = check("arm = \"group\"\narms = { mail = \"A\", none = \"B\" }\ncost = { mail = 0.1 }\n").unwrap();
        assert_eq!((trial.ids, trial.words), (vec!["none".into(), "mail".into()], vec!["B".into(), "A".into()]));
        assert_eq!((trial.chance, trial.cost), (vec![0.5, 0.5], vec![0.0, 0.1]));
    }

    #[test]
    fn refuses_arms_and_chances_that_make_no_sense() {
        let rows = [
            ("arms = { none = \"B\" }", "trial.arms: which word of `group` stands for `mail`?"),
            ("arms = { none = \"B\", mail = \"A\", post = \"C\" }", "trial.arms: the menu has no arm `post`"),
            ("arms = { none = \"B\", mail = \"A\" }\nchance = { none = 0.5 }", "trial.chance: above 0 for every arm"),
            ("arms = { none = \"B\", mail = \"A\" }\nchance = { none = 0.5, mail = 0.6 }", "1 together"),
            ("arms = { none = \"B\", mail = \"A\" }\ncost = { mail = nan }", "trial.cost: `mail` costs NaN"),
            (
                "arms = { none = \"B\", mail = \"A\" }\nchance_columns = { mail = \"p\" }",
                "trial.chance_columns: which column holds the chance of `none`?",
            ),
            (
                "arms = { none = \"B\", mail = \"A\" }\nchance_given = \"p\"\nchance = { none = 0.5, mail = 0.5 }",
                "trial: one of `chance`, `chance_columns` and `chance_given`",
            ),
            ("arms = { none = \"B\", mail = \"A\" }\nfolds = 1", "trial.folds: at least 2, found 1"),
            ("arms = { none = \"B\", mail = \"A\" }\nfold = 5", "unknown field `fold`"),
            (
                "arms = { none = \"B\", mail = \"A\" }\nobservational = true\nchance = { none = 0.5, mail = 0.5 }",
                "trial.chance: is fitted",
            ),
            ("arms = { none = \"B\", mail = \"A\" }\naccept_observational = true", "there is nothing to accept"),
            ("arms = { none = \"B\", mail = \"A\" }\nmax_outside = 1.5", "trial.max_outside: 0 up to 1"),
        ];
        for (trial, expected) in rows {
            let message = check(&format!("arm = \"group\"\n{trial}\n")).unwrap_err().to_string();
            assert!(message.contains(expected), "{trial}: {message}");
        }
    }
}
