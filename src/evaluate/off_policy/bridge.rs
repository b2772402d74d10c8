//! From an experiment to rows that can be judged, and a reward model for every arm of every row.
//!
//! A reward model is cross-fitted: what it expects of a row comes from a model that saw neither the row nor any other of the
//! same shopper. It does *not* choose the learner.

use super::logged::{Logged, Propensity};
use crate::error::{Code, Error, Result};
use crate::math;
use crate::train::learn::{Learner, Watch};
use crate::train::sample::{Column, Sample};
use crate::train::trial::Trial;
use crate::train::validate::{Fold, FoldParams, Rows, Scheme};

/// The column that tells a learner which arm a row was given.
const ARM: &str = "arm given";

/// How a reward model's scores are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RewardScale {
    /// As amounts.
    #[default]
    Amount,
    /// As log-odds of a reward of 1, else 0.
    LogOdds,
}

/// How a reward model is fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RewardModel {
    /// How its scores are read.
    pub scale: RewardScale,
    /// Parts that the rows are cut into; each is judged by a model of the others.
    pub folds: usize,
    /// A model of its own for every arm, fitted on the rows that got it, in place of one model that reads the arm as a
    /// column. A linear model of one column cannot learn that an arm works better on some shoppers than on others.
    pub by_arm: bool,
}

impl Default for RewardModel {
    fn default() -> Self {
        RewardModel { scale: RewardScale::Amount, folds: 5, by_arm: false }
    }
}

/// The policy that gives `arm` to all: a table of `rows × arms` probabilities.
pub fn same_for_all(rows: usize, arms: usize, arm: usize) -> Vec<f64> {
    let mut table = vec![0.0; rows * arms];
    table.chunks_mut(arms.max(1)).filter(|row| arm < row.len()).for_each(|row| row[arm] = 1.0);
    table
}

impl Logged {
    /// Rows of an experiment, or of a log whose probabilities were recorded, beside a policy's `rows × arms` probabilities.
    /// A row's reward is what it brought less what its arm cost.
    pub fn of_trial(trial: &Trial, target: Vec<f64>, value: Option<Vec<f64>>) -> Logged {
        let (rows, arms) = (trial.rows(), trial.arms.len());
        let every = || (0..rows).flat_map(|row| (0..arms).map(move |arm| trial.chance(row, arm))).collect();
        let taken = || trial.propensity.iter().map(|chances| chances[0]).collect();
        Logged {
            arms,
            reward: (0..rows).map(|row| trial.reward(row) - trial.cost[row]).collect(),
            arm: trial.arm.clone(),
            propensity: if trial.only_given { Propensity::Taken(taken()) } else { Propensity::Every(every()) },
            target,
            value,
            shopper: trial.shopper.clone(),
        }
    }
}

impl RewardModel {
    /// What each arm is expected to bring on each row of a trial, its cost taken off: `rows × arms` numbers.
    ///
    /// # Errors
    /// A trial that does not pass its check; log-odds where arms cost something; see [`Self::cross_fit`].
    pub fn of_trial(&self, trial: &Trial, learner: &dyn Learner, watch: Watch) -> Result<Vec<f64>> {
        trial.check()?;
        if self.scale == RewardScale::LogOdds && trial.cost.iter().any(|cost| *cost != 0.0) {
            let what = "a reward model of log-odds is for rewards of 0 and 1, found arms that cost something";
            return Err(Error::new(Code::BadConfig, what));
        }
        let mut sample = trial.features.clone();
        sample.target.iter_mut().zip(&trial.cost).for_each(|(reward, cost)| *reward -= cost);
        self.cross_fit(&sample, &trial.arm, trial.arms.len(), trial.shopper.as_deref(), learner, watch)
    }

    /// What each arm is expected to bring on each row of a table whose target is the reward, net of cost: `rows × arms`
    /// numbers. Cost: one fit per fold, or per fold and arm.
    ///
    /// # Errors
    /// Uneven rows, an arm beyond the last, fewer than two folds or more than shoppers; what the learner refuses.
    pub fn cross_fit(
        &self,
        sample: &Sample,
        arm: &[u16],
        arms: usize,
        shopper: Option<&[u64]>,
        learner: &dyn Learner,
        watch: Watch,
    ) -> Result<Vec<f64>> {
        sample.check()?;
        if arm.len() != sample.rows() {
            return Err(Error::limit(Code::BadIndex, "arms beside rows", sample.rows() as u64, arm.len() as u64));
        }
        if let Some(found) = arm.iter().find(|arm| **arm as usize >= arms) {
            return Err(Error::limit(Code::BadIndex, "index of an arm, below", arms as u64, *found as u64));
        }
        let scheme = if shopper.is_some() { Scheme::Grouped } else { Scheme::Position };
        let params = FoldParams { scheme, folds: self.folds, ..FoldParams::default() };
        let folds = params.check()?.split(&Rows { target: &sample.target, group: shopper, moment: None })?;
        let mut value = vec![0.0; sample.rows() * arms];
        let total = folds.len() as u64;
        for (number, fold) in folds.iter().enumerate() {
            watch(number as u64, total);
            self.fill(&mut value, sample, (arm, arms), fold, learner)?;
        }
        watch(total, total);
        Ok(value)
    }

    fn fill(
        &self,
        value: &mut [f64],
        sample: &Sample,
        (arm, arms): (&[u16], usize),
        fold: &Fold,
        learner: &dyn Learner,
    ) -> Result<()> {
        let fit = |rows: &[usize], as_column: bool| match as_column {
            true => learner.fit(&with_arm(&sample.pick(rows), rows.iter().map(|row| arm[*row]), arms), &|_, _| ()),
            false => learner.fit(&sample.pick(rows), &|_, _| ()),
        };
        let judged = sample.pick(&fold.test);
        let shared = if self.by_arm { None } else { Some(fit(&fold.train, true)?) };
        for given in 0..arms {
            let (model, table) = match &shared {
                Some(model) => (model.clone(), with_arm(&judged, fold.test.iter().map(|_| given as u16), arms)),
                None => {
                    let rows: Vec<usize> =
                        fold.train.iter().copied().filter(|row| arm[*row] as usize == given).collect();
                    (fit(&rows, false)?, judged.clone())
                }
            };
            for (index, row) in fold.test.iter().enumerate() {
                let score = model.score_of(&table.row(index), 0.0);
                value[row * arms + given] =
                    if self.scale == RewardScale::LogOdds { math::sigmoid(score) } else { score };
            }
        }
        Ok(())
    }
}

/// The table with one more column: the arm.
fn with_arm(sample: &Sample, arm: impl Iterator<Item = u16>, arms: usize) -> Sample {
    let mut sample = sample.clone();
    sample.names.push(ARM.into());
    sample.columns.push(Column::Level { codes: arm.map(|arm| arm + 1).collect(), levels: arms as u16 });
    sample
}
