//! The two parts of an experiment: rows to learn from, rows to judge by. Money is in minor units.

use super::Setup;
use super::observed::Fitted;
use crate::error::Result;
use crate::train::config::LoggedChances;
use crate::train::sample::Sample;
use crate::train::table::{Given, Prepared};
use crate::train::trial::Trial;
use std::collections::BTreeSet;

/// Training and held-out rows as trials.
pub struct Trials {
    /// To learn from.
    pub train: Trial,
    /// By training row, 0 or 1 between arm and reward, where there is such a column.
    pub stage: Option<Vec<f64>>,
    /// To judge by.
    pub test: Trial,
    /// By arm, its cost in minor units.
    pub cost: Vec<f64>,
    /// What a unit of cost weighs against a unit of reward when an arm is chosen: 1 and the menu's price of budget.
    pub price: f64,
}

impl Trials {
    /// The trials of a prepared table; `fitted` are probabilities of arms that nobody drew.
    ///
    /// # Errors
    /// What [`Trial::check`] refuses.
    pub fn of(prepared: &Prepared, setup: &Setup, fitted: Option<&Fitted>) -> Result<Trials> {
        let cost: Vec<f64> = setup.checked.cost.iter().map(|cost| cost * setup.minor).collect();
        let known = |given: &Given| match setup.checked.logged {
            Some(_) => given.chance.clone(),
            None => vec![setup.checked.chance.clone()],
        };
        let trial = |sample: &Sample, given: &Given, groups: &[u32], propensity: Vec<Vec<f64>>| {
            let trial = Trial {
                arms: setup.checked.ids.clone(),
                features: sample.clone(),
                arm: given.arm.clone(),
                propensity,
                only_given: matches!(setup.checked.logged, Some(LoggedChances::Given(_))),
                cost: given.arm.iter().map(|arm| cost[*arm as usize]).collect(),
                shopper: shoppers(groups),
            };
            trial.check().map(|()| trial)
        };
        Ok(Trials {
            train: trial(
                &prepared.train,
                &prepared.train_given,
                &prepared.train_groups,
                fitted.map_or_else(|| known(&prepared.train_given), |fitted| fitted.train.clone()),
            )?,
            test: trial(
                &prepared.test,
                &prepared.test_given,
                &prepared.test_groups,
                fitted.map_or_else(|| known(&prepared.test_given), |fitted| fitted.test.clone()),
            )?,
            stage: prepared.train_given.stage.clone(),
            cost,
            price: 1.0 + setup.menu.budget_price,
        })
    }
}

/// Whose each row is; none where nobody has two.
pub fn shoppers(groups: &[u32]) -> Option<Vec<u64>> {
    let parts = groups.iter().collect::<BTreeSet<_>>().len() < groups.len();
    parts.then(|| groups.iter().map(|group| *group as u64).collect())
}
