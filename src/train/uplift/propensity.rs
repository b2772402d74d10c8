//! Propensities where nobody recorded them: fitted, and checked for overlap.
//!
//! A fitted propensity only holds back what was measured. What decided about offers and was not measured stays in every
//! gain, and no check can tell.

use crate::error::{Code, Error, Result};
use crate::math;
use crate::train::learn::linear::LogisticRegressionParams;
use crate::train::sample::Sample;
use crate::train::trial::Trial;
use crate::train::validate::{Fold, cross_predict};

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

/// Fits the probability of every arm by logistic regression, one arm against the rest, each row by a model that was not
/// fitted on it; then none below 0.02, and together one. Propensities that the trial has are not read.
///
/// # Errors
/// What the regression refuses, such as a fold without an arm; a row that no fold judges.
pub fn fit_propensities(trial: &Trial, folds: &[Fold]) -> Result<(Vec<Vec<f64>>, Overlap)> {
    let (rows, arms) = (trial.rows(), trial.arms.len());
    let learner = LogisticRegressionParams::default().check()?;
    let mut chances = vec![vec![0.0; arms]; rows];
    // Of two arms one model says everything.
    for arm in usize::from(arms == 2)..arms {
        let given = trial.arm.iter().map(|given| f64::from(u8::from(*given as usize == arm))).collect();
        let sample = Sample { target: given, ..trial.features.clone() };
        let scored = cross_predict(&learner, &sample, folds, &|_, _| {})?;
        if scored.rows.len() != rows {
            let found = scored.rows.len() as u64;
            return Err(Error::limit(Code::BadData, "rows that a fold judges", rows as u64, found));
        }
        chances.iter_mut().zip(scored.score).for_each(|(chances, score)| chances[arm] = math::sigmoid(score));
    }
    if arms == 2 {
        chances.iter_mut().for_each(|chances| chances[0] = 1.0 - chances[1]);
    }
    chances.iter_mut().for_each(|chances| to_one(chances));
    let overlap = overlap(trial, &chances);
    chances.iter_mut().for_each(|chances| {
        chances.iter_mut().for_each(|chance| *chance = chance.max(EDGE));
        to_one(chances);
    });
    Ok((chances, overlap))
}

fn to_one(chances: &mut [f64]) {
    let sum = math::ordered_sum(chances.iter().copied());
    chances.iter_mut().for_each(|chance| *chance /= sum);
}

fn overlap(trial: &Trial, chances: &[Vec<f64>]) -> Overlap {
    let mut overlap = Overlap::default();
    for arm in 0..trial.arms.len() {
        let outside = chances.iter().filter(|chances| !(EDGE..=1.0 - EDGE).contains(&chances[arm])).count();
        let given = || trial.arm.iter().zip(chances).filter(|(given, _)| **given as usize == arm);
        let weights = || given().map(|(_, chances)| 1.0 / chances[arm]);
        let (sum, squares) = (math::ordered_sum(weights()), math::ordered_sum(weights().map(|weight| weight * weight)));
        overlap.outside.push(outside as f64 / chances.len() as f64);
        overlap.rows.push(given().count() as u64);
        overlap.effective_rows.push(if squares > 0.0 { sum * sum / squares } else { 0.0 });
    }
    overlap
}
