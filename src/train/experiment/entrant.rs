//! One candidate's way: policies that had not seen a row, the arm they choose for it, what that is worth.

use super::judge::Judge;
use super::learner::{Learned, Learner};
use super::told::told;
use super::trials::Trials;
use crate::error::Result;
use crate::evaluate::summary::Figure;
use crate::train::config::CandidateParams;
use crate::train::learn::Watch;
use std::collections::BTreeMap;

/// A candidate after the competition.
pub struct Entrant {
    /// How the report calls it.
    pub name: String,
    /// What it is, in a sentence.
    pub what: String,
    /// What it came to; none where it was refused.
    pub fitted: Option<Fitted>,
    /// Why it was refused; empty where it was not.
    pub refused: String,
}

/// A candidate that could be fitted.
pub struct Fitted {
    /// Fitted on all training rows.
    pub learned: Learned,
    /// Value per training row of choices by models that had not seen it, in minor units.
    pub value: Figure,
}

impl Entrant {
    /// Fits on folds, judges, fits on everything. A learner's refusal is kept as the entrant's, not returned.
    ///
    /// # Errors
    /// Settings that make no sense, and what the judge refuses.
    pub fn enter(
        params: &CandidateParams,
        trials: &Trials,
        judge: &Judge,
        words: &BTreeMap<String, Vec<String>>,
        watch: Watch,
    ) -> Result<Entrant> {
        let learner = Learner::of(params)?;
        let entrant = |what: String, fitted, refused| Entrant { name: params.name.clone(), what, fitted, refused };
        let total = judge.folds.len() as u64 + 1;
        let what = learner.what();
        match choices(&learner, trials, judge, &|done| watch(done, total)) {
            Err(error) => Ok(entrant(what.into(), None, error.to_string())),
            Ok((chosen, learned)) => {
                let value = judge.value(&trials.train, &chosen)?;
                watch(total, total);
                let what = match &learned {
                    Learned::Tree(tree) => format!("{what}{}", told(tree, trials, words)),
                    _ => what.into(),
                };
                Ok(entrant(what, Some(Fitted { learned, value }), String::new()))
            }
        }
    }
}

/// The arm of every training row by a policy that had not seen it, and a policy of all rows.
fn choices(learner: &Learner, trials: &Trials, judge: &Judge, watch: &dyn Fn(u64)) -> Result<(Vec<u16>, Learned)> {
    let train = &trials.train;
    let mut chosen = vec![0; train.rows()];
    for (number, fold) in judge.folds.iter().enumerate() {
        let stage = trials.stage.as_ref().map(|stage| fold.train.iter().map(|row| stage[*row]).collect::<Vec<f64>>());
        let learned = learner.fit(&train.pick(&fold.train), stage.as_deref(), trials.price, &|_, _| ())?;
        for row in &fold.test {
            chosen[*row] = learned.choose(&train.features.row(*row), trials);
        }
        watch(number as u64 + 1);
    }
    Ok((chosen, learner.fit(train, trials.stage.as_deref(), trials.price, &|_, _| ())?))
}
