//! What outcomes say about one arm's weights, as sums; and the Gaussian belief that follows from them.
//!
//! The sums are the state; the belief is a function of them, the prior and the noise alone. So outcomes that come late, or
//! in another order, lead to the same belief (to rounding), and old ones can be made to count less by scaling the sums.

use crate::error::Result;
use crate::math::{ordered_sum, sigmoid};
use crate::train::learn::linear::solve::{Factor, times};
use serde::{Deserialize, Serialize};

/// More steps than a root of one logistic equation has needed.
const MAX_STEPS: usize = 60;

/// Weighted sums over outcomes; `size` is that of the context with its constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Σ x xᵀ, row after row.
    pub gram: Vec<f64>,
    /// Σ x y.
    pub moment: Vec<f64>,
    /// Σ y².
    pub squares: f64,
    /// Σ 1.
    pub rows: f64,
}

/// What weights are taken to be before any outcome: independent, of equal precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    pub mean: Vec<f64>,
    /// One over the squared deviation.
    pub precision: f64,
}

/// A Gaussian over the weights.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Posterior {
    pub mean: Vec<f64>,
    /// Row after row.
    pub covariance: Vec<f64>,
}

impl Evidence {
    pub fn none(size: usize) -> Evidence {
        Evidence { gram: vec![0.0; size * size], moment: vec![0.0; size], squares: 0.0, rows: 0.0 }
    }

    pub fn size(&self) -> usize {
        self.moment.len()
    }

    /// One more outcome of a linear response.
    pub fn add(&mut self, x: &[f64], y: f64, weight: f64) {
        self.add_outer(x, weight);
        self.moment.iter_mut().zip(x).for_each(|(moment, x)| *moment += weight * x * y);
        self.squares += weight * y * y;
        self.rows += weight;
    }

    /// All of another.
    pub fn add_all(&mut self, other: &Evidence) {
        self.gram.iter_mut().zip(&other.gram).for_each(|(sum, term)| *sum += term);
        self.moment.iter_mut().zip(&other.moment).for_each(|(sum, term)| *sum += term);
        self.squares += other.squares;
        self.rows += other.rows;
    }

    /// Makes everything seen so far count for a `share` of what it did.
    pub fn fade(&mut self, share: f64) {
        self.gram.iter_mut().chain(&mut self.moment).for_each(|sum| *sum *= share);
        self.squares *= share;
        self.rows *= share;
    }

    /// One more outcome of a logistic response, `y` from 0 to 1.
    ///
    /// Laplace: the mode of belief times likelihood lies on the line `mean + c · C x`, so it is the root of one equation in
    /// `c`; the curvature there is added, and the moment is set so that the mean is that mode.
    pub fn add_logistic(&mut self, x: &[f64], y: f64, weight: f64, prior: &Prior) -> Result<()> {
        let now = self.posterior(prior, 1.0)?;
        let toward = times(&now.covariance, x);
        let (score, reach) = (dot(&now.mean, x), dot(&toward, x));
        let length = step(score, reach, y, weight);
        let chance = sigmoid(score + length * reach);
        self.add_outer(x, weight * chance * (1.0 - chance));
        let mode: Vec<f64> = now.mean.iter().zip(&toward).map(|(mean, way)| mean + length * way).collect();
        let pull = times(&self.gram, &mode);
        let from_prior = mode.iter().zip(&prior.mean).map(|(mode, start)| prior.precision * (mode - start));
        self.moment = pull.iter().zip(from_prior).map(|(pull, prior)| pull + prior).collect();
        self.squares += weight * y * y;
        self.rows += weight;
        Ok(())
    }

    fn add_outer(&mut self, x: &[f64], weight: f64) {
        let size = x.len();
        for (row, left) in x.iter().enumerate() {
            let line = &mut self.gram[row * size..(row + 1) * size];
            line.iter_mut().zip(x).for_each(|(sum, right)| *sum += weight * left * right);
        }
    }

    /// The belief: precision `gram / variance + prior`, mean so that prior and outcomes balance.
    ///
    /// # Errors
    /// Sums so large that the matrix cannot be inverted.
    pub fn posterior(&self, prior: &Prior, variance: f64) -> Result<Posterior> {
        let size = self.size();
        let scaled: Vec<f64> = self.gram.iter().map(|sum| sum / variance).collect();
        let factor = Factor::of(&scaled, &vec![prior.precision; size])?;
        // As a deviation from the prior's mean, so that without outcomes the mean is the prior's to the bit.
        let expected = times(&self.gram, &prior.mean);
        let news: Vec<f64> =
            self.moment.iter().zip(&expected).map(|(moment, expected)| (moment - expected) / variance).collect();
        let change = factor.solve(&news);
        let mean = prior.mean.iter().zip(change).map(|(start, change)| start + change).collect();
        let unit = |axis| (0..size).map(|row| if row == axis { 1.0 } else { 0.0 }).collect::<Vec<_>>();
        Ok(Posterior { mean, covariance: (0..size).flat_map(|axis| factor.solve(&unit(axis))).collect() })
    }

    /// What the weights leave unexplained: the sum of squares, and the rows it stands for once those spent on weights are off.
    pub fn residual(&self, posterior: &Posterior, variance: f64) -> (f64, f64) {
        let fitted = dot(&times(&self.gram, &posterior.mean), &posterior.mean);
        let left = self.squares - 2.0 * dot(&posterior.mean, &self.moment) + fitted;
        let spent = dot(&posterior.covariance, &self.gram) / variance;
        (left.max(0.0), (self.rows - spent).max(0.0))
    }
}

/// The root of `c = weight · (y − σ(score + c · reach))`, which falls in `c`: Newton's step, halved into the bracket.
fn step(score: f64, reach: f64, y: f64, weight: f64) -> f64 {
    let (mut low, mut high) = (weight * (y - 1.0), weight * y);
    let mut at = 0.0;
    for _ in 0..MAX_STEPS {
        let chance = sigmoid(score + at * reach);
        let excess = at - weight * (y - chance);
        if excess.abs() <= 1e-14 * weight {
            break;
        }
        if excess > 0.0 {
            high = at
        } else {
            low = at
        }
        let next = at - excess / (1.0 + weight * reach * chance * (1.0 - chance));
        at = if next > low && next < high { next } else { 0.5 * (low + high) };
    }
    at
}

impl Posterior {
    /// Mean and deviation of the weighted sum at `x`.
    pub fn at(&self, x: &[f64]) -> (f64, f64) {
        let variance = dot(&times(&self.covariance, x), x);
        (dot(&self.mean, x), crate::math::sqrt(variance.max(0.0)))
    }
}

pub fn dot(left: &[f64], right: &[f64]) -> f64 {
    ordered_sum(left.iter().zip(right).map(|(left, right)| left * right))
}
