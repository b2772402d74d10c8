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
        let arms = trial.arms.len();
        let mut expected = vec![0.0; trial.rows() * arms];
        for fold in &folds {
            let train = trial.pick(&fold.train);
            for arm in 0..arms {
                let rows = uplift::rows_given(&train, &[arm]);
                let predictor = base.base().fit(&train.features.pick(&rows), false, &|_, _| ())?;
                for row in &fold.test {
                    expected[row * arms + arm] = predictor.predict(&trial.features.row(*row)) - setup.cost(arm);
                }
            }
        }
        Ok(Judge { folds, expected, resamples: setup.trial.resamples, seed: setup.trial.seed })
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
        let rows = self.logged(trial, chosen).check()?;
        params.check()?.evaluate(&rows)?.estimates[0].figure()
    }

    /// Rows beside a policy that gives `chosen`.
    pub fn logged(&self, trial: &Trial, chosen: &[u16]) -> Logged {
        let arms = trial.arms.len();
        let mut target = vec![0.0; chosen.len() * arms];
        chosen.iter().enumerate().for_each(|(row, arm)| target[row * arms + *arm as usize] = 1.0);
        Logged::of_trial(trial, target, Some(self.expected.clone()))
    }
}
