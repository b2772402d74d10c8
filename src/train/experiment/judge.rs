//! What choices are worth on rows of an experiment: doubly robust, with a reward model that had not seen the row.

use super::Setup;
use crate::error::Result;
use crate::evaluate::off_policy::{Estimator, EvaluationParams, Logged};
use crate::evaluate::summary::Figure;
use crate::train::trial::Trial;
use crate::train::uplift::{self, UpliftParams};
use crate::train::validate::Fold;

/// Folds and reward model of one trial.
pub struct Judge {
    /// How rows are dealt out.
    pub folds: Vec<Fold>,
    /// What each arm is expected to bring on each row, its cost taken off: `rows × arms`, in minor units.
    pub expected: Vec<f64>,
    resamples: usize,
    seed: u64,
}

impl Judge {
    /// Deals rows out and fits a plain reward model to each arm: least squares, which no outlier of the rows judged can bend.
    ///
    /// # Errors
    /// Fewer rows than folds; what the learner refuses.
    pub fn of(trial: &Trial, setup: &Setup) -> Result<Judge> {
        let folds = uplift::folds(trial, setup.trial.folds, setup.trial.seed)?;
        let base = UpliftParams::default().check()?;
        let reward = (trial.features.target.as_slice(), false);
        let mut expected = uplift::cross_fitted(trial, reward, base.base(), &folds, &|_, _| ())?;
        for of_row in expected.chunks_exact_mut(trial.arms.len()) {
            of_row.iter_mut().enumerate().for_each(|(arm, expected)| *expected -= setup.cost(arm));
        }
        Ok(Judge { folds, expected, resamples: setup.trial.resamples, seed: setup.trial.seed })
    }

    /// By row and arm, what happened above what would have without an offer, doubly robust: the model's expectation, and for
    /// the arm given what it was wrong by, weighted by how unlikely the arm was. `rows × arms`, in minor units.
    ///
    /// A single one is very noisy; means over many rows are not.
    pub fn gains(&self, trial: &Trial) -> Vec<f64> {
        let arms = trial.arms.len();
        let mut scores = self.expected.clone();
        for (row, of_row) in scores.chunks_exact_mut(arms).enumerate() {
            let given = trial.arm[row] as usize;
            of_row[given] += (trial.reward(row) - trial.cost[row] - of_row[given]) / trial.chance(row, given);
            let none = of_row[0];
            of_row.iter_mut().for_each(|score| *score -= none);
        }
        scores
    }

    /// The doubly robust value per row of choosing `chosen`, in minor units.
    ///
    /// # Errors
    /// Rows that cannot say.
    pub fn value(&self, trial: &Trial, chosen: &[u16]) -> Result<Figure> {
        let params = EvaluationParams {
            estimators: vec![Estimator::DoublyRobust],
            resamples: self.resamples,
            seed: self.seed,
            ..EvaluationParams::default()
        };
        let rows = self.logged(trial, always(chosen, trial.arms.len())).check()?;
        params.check()?.evaluate(&rows)?.estimates[0].figure()
    }

    /// Rows in whole units of the currency beside a policy that gives each arm with these chances: `rows × arms`.
    pub fn in_units(&self, trial: &Trial, chances: Vec<f64>, setup: &Setup) -> Logged {
        let mut rows = self.logged(trial, chances);
        rows.reward.iter_mut().chain(rows.value.iter_mut().flatten()).for_each(|amount| *amount /= setup.minor);
        rows
    }

    fn logged(&self, trial: &Trial, chances: Vec<f64>) -> Logged {
        Logged::of_trial(trial, chances, Some(self.expected.clone()))
    }
}

/// The chances of a policy that gives each row the arm chosen for it, and nothing else.
pub fn always(chosen: &[u16], arms: usize) -> Vec<f64> {
    let mut chances = vec![0.0; chosen.len() * arms];
    chosen.iter().enumerate().for_each(|(row, arm)| chances[row * arms + *arm as usize] = 1.0);
    chances
}
