//! The meta-learners. Each turns a trial into parts that add up to a gain.

use super::armed::{extras, with_arm};
use super::base::{Predictor, is_binary};
use super::effects::{Effects, Part};
use super::params::{CheckedUplift, Method};
use super::propensity::{Evidence, fit_propensities};
use super::rows_given;
use super::scores::{ArmScores, folds};
use crate::error::{Code, Error, Result};
use crate::math;
use crate::train::learn::Watch;
use crate::train::trial::Trial;

/// Parts by arm, none's first and empty.
type Gain = Vec<Vec<Part>>;

impl CheckedUplift {
    /// Learns the gain of every arm of a trial.
    ///
    /// `stage` is by row 0 or 1, such as whether the shopper visited; only [`Method::Staged`] reads it. `watch` is told how
    /// many models are fitted of how many.
    ///
    /// # Errors
    /// What the trial or a learner is refused for; a stage that is missing, uneven or not 0 or 1; depths of another number
    /// of arms; an arm that no row was given; fitted propensities without overlap.
    pub fn fit(&self, trial: &Trial, stage: Option<&[f64]>, watch: Watch) -> Result<Effects> {
        trial.check()?;
        self.check_arms(trial)?;
        let (weighed, evidence) = self.weighed(trial)?;
        let trial = weighed.as_ref().unwrap_or(trial);
        let mut effects = Effects {
            arms: trial.arms.clone(),
            gain: Vec::new(),
            depth: self.params.depth.clone(),
            evidence,
            features: trial.features.columns.len(),
            extras: Vec::new(),
        };
        effects.gain = match self.params.method {
            Method::Single => {
                effects.extras = extras(&trial.features, trial.arms.len() as u16, self.base.needs_products)?;
                self.single(trial, &effects)?
            }
            Method::Separate => self.separate(trial, watch)?,
            Method::Crossed => self.crossed(trial, watch)?,
            Method::DoublyRobust => self.doubly_robust(trial, watch)?,
            Method::Staged => self.staged(trial, stage, watch)?,
        };
        watch(1, 1);
        Ok(effects)
    }

    fn check_arms(&self, trial: &Trial) -> Result<()> {
        let (found, arms) = (self.params.depth.len(), trial.arms.len());
        if found != 0 && found != arms {
            return Err(Error::limit(Code::BadConfig, "depths of arms", arms as u64, found as u64));
        }
        match (0..arms).find(|arm| !trial.arm.contains(&(*arm as u16))) {
            Some(arm) => {
                let what = format!("arm `{}`: a gain needs at least one row, found none", trial.arms[arm]);
                Err(Error::new(Code::BadData, what))
            }
            None => Ok(()),
        }
    }

    /// The trial with fitted propensities, where they are not known.
    fn weighed(&self, trial: &Trial) -> Result<(Option<Trial>, Evidence)> {
        if !self.params.observational {
            return Ok((None, Evidence::Randomised));
        }
        let folds = folds(trial, self.params.folds, self.params.seed)?;
        let (propensity, overlap) = fit_propensities(trial, &folds)?;
        overlap.check(&trial.arms, self.params.max_outside, self.params.min_effective_rows)?;
        Ok((Some(Trial { propensity, ..trial.clone() }), Evidence::Observational(overlap)))
    }

    fn single(&self, trial: &Trial, effects: &Effects) -> Result<Gain> {
        let arms = trial.arms.len() as u16;
        let table = with_arm(&trial.features, &trial.arm, arms, &effects.extras);
        let predictor = self.base.fit(&table, is_binary(&table.target), &|_, _| {})?;
        let part = |weight: f64, arm: u16| Part { weight, predictor: predictor.clone(), arm };
        Ok((0..arms).map(|arm| if arm == 0 { vec![] } else { vec![part(1.0, arm), part(-1.0, 0)] }).collect())
    }

    /// A model per arm, fitted on the rows that were given it.
    fn by_arm(&self, trial: &Trial, target: &[f64], watch: Watch) -> Result<Vec<Predictor>> {
        let (arms, binary) = (trial.arms.len(), is_binary(target));
        let fit = |arm: usize| {
            let rows = rows_given(trial, &[arm]);
            let mut sample = trial.features.pick(&rows);
            sample.target = rows.iter().map(|row| target[*row]).collect();
            let fitted = self.base.fit(&sample, binary, &|_, _| {});
            watch(arm as u64 + 1, 2 * arms as u64);
            fitted
        };
        (0..arms).map(fit).collect()
    }

    fn separate(&self, trial: &Trial, watch: Watch) -> Result<Gain> {
        let by_arm = self.by_arm(trial, &trial.features.target, watch)?;
        Ok(differences(&by_arm, &vec![1.0; by_arm.len()]))
    }

    fn staged(&self, trial: &Trial, stage: Option<&[f64]>, watch: Watch) -> Result<Gain> {
        let Some(stage) = stage.filter(|stage| stage.len() == trial.rows() && is_binary(stage)) else {
            let what = format!("a staged gain needs 0 or 1 for each of {} rows, found otherwise", trial.rows());
            return Err(Error::new(Code::BadData, what));
        };
        let by_arm = self.by_arm(trial, stage, watch)?;
        let value = |arm: usize| {
            let rows = rows_given(trial, &[arm]);
            let sum = |of: &dyn Fn(usize) -> f64| {
                math::ordered_sum(rows.iter().map(|row| trial.features.weight[*row] * of(*row)))
            };
            // A classifier has refused a stage that no row reached.
            sum(&|row| trial.reward(row)) / sum(&|row| stage[row])
        };
        let values: Vec<f64> = (0..by_arm.len()).map(value).collect();
        Ok(differences(&by_arm, &values))
    }

    fn crossed(&self, trial: &Trial, watch: Watch) -> Result<Gain> {
        if trial.only_given {
            let what = "a crossed gain needs the probability of every arm, the log kept that of the arm given alone";
            return Err(Error::new(Code::BadData, what));
        }
        let by_arm = self.by_arm(trial, &trial.features.target, watch)?;
        let sides = |arm: usize| {
            let gap = |given: usize, other: usize, sign: f64| {
                let sample = trial.features.pick(&rows_given(trial, &[given]));
                let imputed = by_arm[other].predict_all(&sample);
                let target = sample.target.iter().zip(imputed).map(|(target, other)| sign * (target - other)).collect();
                self.base.fit_amount(&sample, target, &|_, _| {})
            };
            let (treated, control) = (gap(arm, 0, 1.0)?, gap(0, arm, -1.0)?);
            watch((trial.arms.len() + arm) as u64, 2 * trial.arms.len() as u64);
            let share = share_of(trial, arm);
            let part = |weight: f64, predictor: Predictor| Part { weight, predictor, arm: arm as u16 };
            Ok(vec![part(share, control), part(1.0 - share, treated)])
        };
        with_none((1..by_arm.len()).map(sides))
    }

    /// Scores of all arms of the reward minus `price` times the cost, by these learners on these folds.
    ///
    /// # Errors
    /// What [`ArmScores::of`] refuses.
    pub fn scores(&self, trial: &Trial, price: f64, watch: Watch) -> Result<ArmScores> {
        let folds = folds(trial, self.params.folds, self.params.seed)?;
        ArmScores::of(trial, &self.base, &folds, price, watch)
    }

    fn doubly_robust(&self, trial: &Trial, watch: Watch) -> Result<Gain> {
        let scores = self.scores(trial, 0.0, &|done, total| watch(done, 2 * total))?;
        let regress = |arm: usize| {
            let predictor = self.base.fit_amount(&trial.features, scores.gains(arm), &|_, _| {})?;
            Ok(vec![Part { weight: 1.0, predictor, arm: arm as u16 }])
        };
        with_none((1..trial.arms.len()).map(regress))
    }
}

fn with_none(gains: impl Iterator<Item = Result<Vec<Part>>>) -> Result<Gain> {
    std::iter::once(Ok(Vec::new())).chain(gains).collect()
}

/// By arm, its own prediction minus none's, each times what it is worth.
fn differences(by_arm: &[Predictor], worth: &[f64]) -> Gain {
    let part =
        |arm: usize, sign: f64| Part { weight: sign * worth[arm], predictor: by_arm[arm].clone(), arm: arm as u16 };
    (0..by_arm.len()).map(|arm| if arm == 0 { vec![] } else { vec![part(arm, 1.0), part(0, -1.0)] }).collect()
}

/// The mean over rows of the chance of `arm` where only it or none could be given.
fn share_of(trial: &Trial, arm: usize) -> f64 {
    let shares = (0..trial.rows()).map(|row| {
        let (arm, none) = (trial.chance(row, arm), trial.chance(row, 0));
        if arm + none > 0.0 { arm / (arm + none) } else { 0.5 }
    });
    math::ordered_sum(shares) / trial.rows() as f64
}
