//! Propensities where nobody recorded them: fitted, and checked for overlap.
//!
//! A fitted propensity only holds back what was measured. What decided about offers and was not measured stays in every
//! gain, and no check can tell.

use crate::error::{Code, Error, Result};
use crate::math;
use crate::model::{Model, Values};
use crate::train::learn::Learner;
use crate::train::learn::linear::LogisticRegressionParams;
use crate::train::sample::Sample;
use crate::train::trial::Trial;
use crate::train::validate::Fold;

/// A propensity below this, or above one minus this, is too close to certain.
pub const EDGE: f64 = 0.02;

/// How arms came to be given.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Evidence {
    /// By a known chance.
    #[default]
    Randomised,
    /// Nobody knows; propensities were fitted.
    Observational(Overlap),
}

/// How comparable the rows of different arms are. All lists are by arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlap {
    /// Share of all rows whose fitted propensity lies outside [0.02, 0.98].
    pub outside: Vec<f64>,
    /// Rows that were given the arm.
    pub rows: Vec<u64>,
    /// `(Σ 1/e)² / Σ 1/e²` over them (Kish): as many equally weighted rows would be as sure.
    pub effective_rows: Vec<f64>,
}

impl Overlap {
    /// Of fitted probabilities, by row and arm.
    pub fn of(trial: &Trial, chances: &[Vec<f64>]) -> Overlap {
        let mut overlap = Overlap::default();
        for arm in 0..trial.arms.len() {
            let outside = chances.iter().filter(|chances| !(EDGE..=1.0 - EDGE).contains(&chances[arm])).count();
            let given = || trial.arm.iter().zip(chances).filter(|(given, _)| **given as usize == arm);
            let weights = || given().map(|(_, chances)| 1.0 / chances[arm]);
            let (sum, squares) =
                (math::ordered_sum(weights()), math::ordered_sum(weights().map(|weight| weight * weight)));
            overlap.outside.push(outside as f64 / chances.len() as f64);
            overlap.rows.push(given().count() as u64);
            overlap.effective_rows.push(if squares > 0.0 { sum * sum / squares } else { 0.0 });
        }
        overlap
    }

    /// Refuses evidence that rests on too few comparable rows.
    ///
    /// # Errors
    /// The first arm whose share outside is above `max_outside`, or whose effective rows are below `min_effective_rows`.
    pub fn check(&self, arms: &[String], max_outside: f64, min_effective_rows: f64) -> Result<()> {
        for (arm, name) in arms.iter().enumerate() {
            let (outside, rows) = (self.outside[arm], self.effective_rows[arm]);
            if outside > max_outside {
                let what = format!(
                    "arm `{name}`: at most {max_outside} of rows with a propensity outside [{EDGE}, {}], found {outside}",
                    1.0 - EDGE
                );
                return Err(Error::new(Code::BadData, what));
            }
            if rows < min_effective_rows {
                let what = format!("arm `{name}`: at least {min_effective_rows} effective rows, found {rows}");
                return Err(Error::new(Code::BadData, what));
            }
        }
        Ok(())
    }
}

/// Models of how likely each arm was, fitted on some rows: logistic regressions, one arm against the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct Propensities {
    /// By arm; none for the first of two, of which one model says everything.
    models: Vec<Option<Model>>,
}

impl Propensities {
    /// Fits. Propensities that the trial has are not read.
    ///
    /// # Errors
    /// What the regression refuses, such as a trial without one of its arms.
    pub fn fit(trial: &Trial) -> Result<Propensities> {
        let (arms, learner) = (trial.arms.len(), LogisticRegressionParams::default().check()?);
        let fit = |arm: usize| {
            let given = trial.arm.iter().map(|given| f64::from(u8::from(*given as usize == arm))).collect();
            let sample = Sample { target: given, ..trial.features.clone() };
            (arms > 2 || arm > 0).then(|| learner.fit(&sample, &|_, _| {})).transpose()
        };
        Ok(Propensities { models: (0..arms).map(fit).collect::<Result<_>>()? })
    }

    /// The probability of every arm for a row; together one.
    pub fn of(&self, row: &impl Values) -> Vec<f64> {
        let said = |model: &Option<Model>| model.as_ref().map(|model| math::sigmoid(model.score_of(row, 0.0)));
        let said: Vec<Option<f64>> = self.models.iter().map(said).collect();
        let others = math::ordered_sum(said.iter().flatten().copied());
        let mut chances: Vec<f64> = said.into_iter().map(|said| said.unwrap_or(1.0 - others)).collect();
        to_one(&mut chances);
        chances
    }
}

/// The probability of every arm by row, each row's by models that were not fitted on it; together one. Propensities that the
/// trial has are not read.
///
/// # Errors
/// What the regression refuses, such as a fold without an arm; a row that no fold judges.
pub fn propensities(trial: &Trial, folds: &[Fold]) -> Result<Vec<Vec<f64>>> {
    let mut chances = vec![Vec::new(); trial.rows()];
    for fold in folds {
        let fitted = Propensities::fit(&trial.pick(&fold.train))?;
        fold.test.iter().for_each(|row| chances[*row] = fitted.of(&trial.features.row(*row)));
    }
    match chances.iter().position(Vec::is_empty) {
        Some(row) => Err(Error::new(Code::BadData, format!("row {row}: a fold judges it, found none"))),
        None => Ok(chances),
    }
}

/// [`propensities`], none below 0.02, and what overlap those as fitted have.
///
/// # Errors
/// What [`propensities`] refuses.
pub fn fit_propensities(trial: &Trial, folds: &[Fold]) -> Result<(Vec<Vec<f64>>, Overlap)> {
    let mut chances = propensities(trial, folds)?;
    let overlap = Overlap::of(trial, &chances);
    chances.iter_mut().for_each(|chances| bounded(chances));
    Ok((chances, overlap))
}

/// None below 0.02, and together one.
fn bounded(chances: &mut [f64]) {
    chances.iter_mut().for_each(|chance| *chance = chance.max(EDGE));
    to_one(chances);
}

/// Whether any arm was all but certain, or all but impossible.
pub fn is_outside(chances: &[f64]) -> bool {
    chances.iter().any(|chance| !(EDGE..=1.0 - EDGE).contains(chance))
}

fn to_one(chances: &mut [f64]) {
    let sum = math::ordered_sum(chances.iter().copied());
    chances.iter_mut().for_each(|chance| *chance /= sum);
}
