//! Newton's method for a smooth loss of a weighted sum plus penalties on the weights.
//!
//! ```text
//! minimise  Σ_i weight_i · loss(score_i, target_i) + ½ Σ_j ridge_j w_j² + Σ_j lasso_j |w_j|
//! ```
//! A step goes to the minimum of the quadratic that touches the loss: by Cholesky where no lasso pulls, by
//! [coordinate descent](super::coordinate) where one does (proximal Newton; Lee, Sun, Saunders, SIAM J. Optim. 2014). Steps
//! are halved until the objective falls as much as the quadratic promised a little of.

use super::coordinate::Quadratic;
use super::design::Design;
use super::solve::{Factor, times};
use super::sums::{RowTerms, Sums};
use crate::error::{Code, Error, Result};

/// A convex function of a score and an outcome.
pub trait Loss: Sync {
    /// Its value, and its first and second derivative by the score.
    fn at(&self, score: f64, target: f64) -> [f64; 3];
}

/// What is minimised.
pub struct Problem<'a, L: Loss> {
    /// The rows.
    pub design: &'a Design,
    /// By row.
    pub target: &'a [f64],
    /// By row.
    pub weight: &'a [f64],
    /// The loss.
    pub loss: &'a L,
    /// By column.
    pub ridge: &'a [f64],
    /// By column.
    pub lasso: &'a [f64],
}

/// More steps than any problem here has needed.
const MAX_STEPS: usize = 100;
/// The last step is one that promises to lower the objective by less than this share of it.
const ENOUGH: f64 = 1e-10;
/// The share of the promise that a step must keep.
const KEPT: f64 = 1e-4;
/// Passes of coordinate descent for one step.
const MAX_PASSES: usize = 10_000;
/// A ridge for a curvature that cannot be inverted, as a share of its largest entry.
const RESCUE: [f64; 3] = [0.0, 1e-12, 1e-8];

impl<L: Loss> Problem<'_, L> {
    /// The best weights, from `start`.
    ///
    /// # Errors
    /// A problem without an end, such as outcomes that the features tell apart exactly and no penalty worth its name.
    pub fn minimise(&self, start: Vec<f64>) -> Result<Vec<f64>> {
        let mut weights = start;
        let mut at = self.sums(&weights);
        for _ in 0..MAX_STEPS {
            let goal = self.goal(&weights, &at)?;
            let promised = self.promised(&weights, &goal, &at);
            if promised <= ENOUGH * at.loss.abs() {
                return finite(goal);
            }
            match self.descend(&weights, &goal, &at, promised) {
                Some((next, sums)) => (weights, at) = (next, sums),
                // Rounding leaves no lower point on the way: this is the bottom.
                None => return finite(weights),
            }
        }
        Err(Error::limit(Code::BadData, "fitting did not settle; steps", MAX_STEPS as u64, MAX_STEPS as u64))
    }

    /// The objective as `loss`, and the derivatives of all but the lasso.
    fn sums(&self, weights: &[f64]) -> Sums {
        let mut sums = Sums::of(self.design, |row| {
            let [loss, slope, curve] = self.loss.at(self.design.score(row, weights), self.target[row]);
            let weight = self.weight[row];
            RowTerms { loss: weight * loss, slope: weight * slope, curve: weight * curve }
        });
        for (column, weight) in weights.iter().enumerate() {
            sums.loss += self.ridge[column] * weight * weight / 2.0 + self.lasso[column] * weight.abs();
            sums.gradient[column] += self.ridge[column] * weight;
        }
        sums
    }

    fn has_lasso(&self) -> bool {
        self.lasso.iter().any(|strength| *strength > 0.0)
    }

    /// Where the quadratic that touches at `weights` is lowest.
    fn goal(&self, weights: &[f64], at: &Sums) -> Result<Vec<f64>> {
        if !self.has_lasso() {
            let step = newton_step(&at.curvature, self.ridge, &at.gradient)?;
            return Ok(weights.iter().zip(step).map(|(weight, step)| weight - step).collect());
        }
        // The gradient holds the ridge's part, which the quadratic counts by itself.
        let fitted = times(&at.curvature, weights);
        let own = weights.iter().zip(self.ridge).map(|(weight, ridge)| weight * ridge);
        let linear: Vec<f64> =
            fitted.iter().zip(&at.gradient).zip(own).map(|((fitted, slope), own)| fitted - slope + own).collect();
        let quadratic = Quadratic { matrix: &at.curvature, linear: &linear, lasso: self.lasso, ridge: self.ridge };
        let mut point = quadratic.point(weights.to_vec());
        quadratic.minimise(&mut point, 1e-14 * at.loss.abs(), MAX_PASSES, |_| true);
        Ok(point.weights)
    }

    /// By how much the step should lower the objective, at least: minus half its slope.
    fn promised(&self, weights: &[f64], goal: &[f64], at: &Sums) -> f64 {
        let mut slope = 0.0;
        for (column, (old, new)) in weights.iter().zip(goal).enumerate() {
            slope += at.gradient[column] * (new - old) + self.lasso[column] * (new.abs() - old.abs());
        }
        -slope / 2.0
    }

    fn descend(&self, from: &[f64], goal: &[f64], at: &Sums, promised: f64) -> Option<(Vec<f64>, Sums)> {
        let mut length = 1.0;
        for _ in 0..40 {
            let next: Vec<f64> = from.iter().zip(goal).map(|(old, new)| old + length * (new - old)).collect();
            let sums = self.sums(&next);
            if sums.loss <= at.loss - KEPT * length * promised {
                return Some((next, sums));
            }
            length /= 2.0;
        }
        None
    }
}

fn newton_step(curvature: &[f64], ridge: &[f64], gradient: &[f64]) -> Result<Vec<f64>> {
    let size = ridge.len();
    let most = (0..size).fold(0.0, |most: f64, column| most.max(curvature[column * size + column]));
    let mut refused = None;
    for rescue in RESCUE {
        let ridge: Vec<f64> = ridge.iter().map(|ridge| ridge + rescue * most).collect();
        match Factor::of(curvature, &ridge) {
            Ok(factor) => return Ok(factor.solve(gradient)),
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.expect("at least one ridge was tried"))
}

fn finite(weights: Vec<f64>) -> Result<Vec<f64>> {
    match weights.iter().all(|weight| weight.is_finite()) {
        true => Ok(weights),
        false => Err(Error::new(Code::NotFinite, "fitting: a weight is not finite")),
    }
}
