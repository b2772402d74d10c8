//! One candidate's way: gains by models that had not seen a row, the arm they choose, what that is worth.

use super::judge::Judge;
use super::trials::Trials;
use crate::error::Result;
use crate::evaluate::summary::Figure;
use crate::train::config::CandidateParams;
use crate::train::learn::Watch;
use crate::train::uplift::{CheckedUplift, Effects, Method};

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
    pub effects: Effects,
    /// Value per training row of choices by models that had not seen it, in minor units.
    pub value: Figure,
}

impl Entrant {
    /// Fits on folds, judges, fits on everything. A learner's refusal is kept as the entrant's, not returned.
    ///
    /// # Errors
    /// Settings that make no sense, and what the judge refuses.
    pub fn enter(params: &CandidateParams, trials: &Trials, judge: &Judge, watch: Watch) -> Result<Entrant> {
        let uplift = params.uplift.clone().check()?;
        let what = said(&params.uplift.method).to_string();
        let entrant = |fitted, refused| Entrant { name: params.name.clone(), what, fitted, refused };
        let total = judge.folds.len() as u64 + 1;
        match choices(&uplift, trials, judge, &|done| watch(done, total)) {
            Err(error) => Ok(entrant(None, error.to_string())),
            Ok((chosen, effects)) => {
                let value = judge.value(&trials.train, &chosen)?;
                watch(total, total);
                Ok(entrant(Some(Fitted { effects, value }), String::new()))
            }
        }
    }
}

/// The arm of every training row by a model that had not seen it, and a model of all rows.
fn choices(uplift: &CheckedUplift, trials: &Trials, judge: &Judge, watch: &dyn Fn(u64)) -> Result<(Vec<u16>, Effects)> {
    let train = &trials.train;
    let mut chosen = vec![0; train.rows()];
    for (number, fold) in judge.folds.iter().enumerate() {
        let stage = trials.stage.as_ref().map(|stage| fold.train.iter().map(|row| stage[*row]).collect::<Vec<f64>>());
        let effects = uplift.fit(&train.pick(&fold.train), stage.as_deref(), &|_, _| ())?;
        for row in &fold.test {
            chosen[*row] = effects.best(&train.features.row(*row), &trials.cost, 1.0);
        }
        watch(number as u64 + 1);
    }
    Ok((chosen, uplift.fit(train, trials.stage.as_deref(), &|_, _| ())?))
}

fn said(method: &Method) -> &'static str {
    match method {
        Method::Single => "One model that knows the arm; the gain is what changes with it (S-learner).",
        Method::Separate => "A model for every arm; the gain is their difference (T-learner).",
        Method::Crossed => "Gains imputed from the other side, weighted by the chance of the arm (X-learner).",
        Method::DoublyRobust => "A regression on doubly robust scores (DR-learner).",
        Method::Staged => "The chance of the stage times what a row earns at it, for every arm.",
    }
}
