//! The two parts of an experiment: rows to learn from, rows to judge by. Money is in minor units.

use super::Setup;
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
}

impl Trials {
    /// The trials of a prepared table.
    ///
    /// # Errors
    /// What [`Trial::check`] refuses.
    pub fn of(prepared: &Prepared, setup: &Setup) -> Result<Trials> {
        let cost: Vec<f64> = setup.checked.cost.iter().map(|cost| cost * setup.minor).collect();
        let trial = |sample: &Sample, given: &Given, groups: &[u32]| {
            let same = vec![setup.checked.chance.clone()];
            let trial = Trial {
                arms: setup.checked.ids.clone(),
                features: sample.clone(),
                arm: given.arm.clone(),
                propensity: if setup.checked.logged.is_some() { given.chance.clone() } else { same },
                only_given: matches!(setup.checked.logged, Some(LoggedChances::Given(_))),
                cost: given.arm.iter().map(|arm| cost[*arm as usize]).collect(),
                shopper: shoppers(groups),
            };
            trial.check().map(|()| trial)
        };
        Ok(Trials {
            train: trial(&prepared.train, &prepared.train_given, &prepared.train_groups)?,
            test: trial(&prepared.test, &prepared.test_given, &prepared.test_groups)?,
            stage: prepared.train_given.stage.clone(),
            cost,
        })
    }
}

/// Whose each row is; none where nobody has two.
fn shoppers(groups: &[u32]) -> Option<Vec<u64>> {
    let parts = groups.iter().collect::<BTreeSet<_>>().len() < groups.len();
    parts.then(|| groups.iter().map(|group| *group as u64).collect())
}
