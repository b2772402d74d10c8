//! Linear regression: ordinary least squares, ridge, lasso and elastic net.
//!
//! ```text
//! none         Σ s_i (y_i − f_i)²
//! ridge        Σ s_i (y_i − f_i)² + alpha · ‖w‖²
//! lasso        Σ s_i (y_i − f_i)² / (2 Σ s_i) + alpha · ‖w‖₁
//! elastic_net  Σ s_i (y_i − f_i)² / (2 Σ s_i) + alpha · (l1_ratio · ‖w‖₁ + (1 − l1_ratio) / 2 · ‖w‖²)
//! ```
//! as scikit-learn writes them; the starting point is not penalised, numbers are standardised and levels are not. Every
//! method works on the sums of one pass over the rows. Of equally good weights, as levels of two features that say the same
//! leave them, least squares takes the shortest.

use super::class_weight::{fraction, positive};
use super::coordinate::{Point, Quadratic};
use super::design::Design;
use super::solve::{Factor, times};
use super::sums::{RowTerms, Sums};
use crate::error::{Code, Error, Result};
use crate::math;
use crate::model::{Model, Scorer, Target};
use crate::train::learn::{Learner, Watch};
use crate::train::sample::Sample;
use serde::Deserialize;

/// What holds weights down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    /// Nothing.
    None,
    /// Their squares.
    #[default]
    Ridge,
    /// Their sizes: many become zero.
    Lasso,
    /// Both.
    ElasticNet,
}

/// Which penalty, how strong.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LeastSquaresParams {
    /// The kind.
    pub penalty: Penalty,
    /// Its strength; not read without a penalty.
    pub alpha: f64,
    /// The lasso's share in an elastic net; read there only.
    pub l1_ratio: f64,
    /// Lasso and elastic net end when the duality gap is below this share of the spread of the outcomes.
    pub tolerance: f64,
    /// How far past the range seen in training a straight line is followed, as a share of that range: a price may be higher
    /// than any before, and its discounted price is then higher too. At most 100.
    pub beyond: f64,
}

impl Default for LeastSquaresParams {
    fn default() -> Self {
        LeastSquaresParams { penalty: Penalty::Ridge, alpha: 1.0, l1_ratio: 0.5, tolerance: 1e-8, beyond: 1.0 }
    }
}

/// Parameters that can be fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedLeastSquares(LeastSquaresParams);

impl LeastSquaresParams {
    /// Refuses strengths that are not positive and a ratio outside 0 to 1.
    pub fn check(self) -> Result<CheckedLeastSquares> {
        if self.penalty != Penalty::None {
            positive("alpha", self.alpha)?;
        }
        fraction("l1_ratio", self.l1_ratio)?;
        positive("tolerance", self.tolerance)?;
        fraction("beyond / 100", self.beyond / 100.0)?;
        Ok(CheckedLeastSquares(self))
    }
}

/// The sums of a sample around its means, the constant left out.
struct Centered {
    /// Of each column.
    means: Vec<f64>,
    target_mean: f64,
    /// Weight of all rows.
    total: f64,
    /// `X'SX`.
    gram: Vec<f64>,
    /// `X'Sy`.
    pulls: Vec<f64>,
    /// `y'Sy`.
    spread: f64,
}

/// A ridge that makes any matrix invertible, as a share of its largest entry.
const TINY: f64 = 1e-10;
/// Steps that take the tiny ridge's own pull back out.
const REFINEMENTS: usize = 8;
/// Full passes of coordinate descent.
const MAX_PASSES: usize = 20_000;
/// By how much an alpha of the path lies below the one before.
const PATH_RATIO: f64 = 0.3;

impl CheckedLeastSquares {
    fn weights(&self, sums: &Centered) -> Result<Vec<f64>> {
        let LeastSquaresParams { penalty, alpha, l1_ratio, .. } = self.0;
        match penalty {
            Penalty::None => shortest(sums),
            Penalty::Ridge => Ok(Factor::of(&sums.gram, &vec![alpha; sums.means.len()])?.solve(&sums.pulls)),
            Penalty::Lasso => self.sparse(sums, alpha * sums.total, 1.0),
            Penalty::ElasticNet => self.sparse(sums, alpha * sums.total, l1_ratio),
        }
    }

    /// From the strength at which all weights are zero down to the one wanted, each from where the one before ended.
    fn sparse(&self, sums: &Centered, wanted: f64, l1_ratio: f64) -> Result<Vec<f64>> {
        let size = sums.means.len();
        let steepest = sums.pulls.iter().fold(0.0, |most: f64, pull| most.max(pull.abs()));
        let mut strength = if l1_ratio > 0.0 { (steepest / l1_ratio).max(wanted) } else { wanted };
        let mut point = Point { weights: vec![0.0; size], residual: sums.pulls.clone() };
        loop {
            strength = (strength * PATH_RATIO).max(wanted);
            let (lasso, ridge) = (strength * l1_ratio, strength * (1.0 - l1_ratio));
            let quadratic = Quadratic {
                matrix: &sums.gram,
                linear: &sums.pulls,
                lasso: &vec![lasso; size],
                ridge: &vec![ridge; size],
            };
            // Only the last strength has to be met exactly.
            let within = if strength > wanted { 1e-3 } else { self.0.tolerance };
            let limit = within * sums.spread;
            let met = quadratic.minimise(&mut point, limit, MAX_PASSES, |at| gap(sums, at, lasso, ridge) <= limit);
            if strength <= wanted {
                return if met { Ok(point.weights) } else { Err(unsettled()) };
            }
        }
    }
}

fn unsettled() -> Error {
    Error::limit(Code::BadData, "fitting did not settle; passes", MAX_PASSES as u64, MAX_PASSES as u64)
}

/// How far the objective can be from its minimum: its distance from a point of the dual.
///
/// Source: Kim, Koh, Lustig, Boyd, Gorinevsky (2007), An interior-point method for large-scale l1-regularized least squares.
fn gap(sums: &Centered, at: &Point, lasso: f64, ridge: f64) -> f64 {
    let mut of = (0.0, 0.0, 0.0, 0.0, 0.0);
    for ((weight, residual), pull) in at.weights.iter().zip(&at.residual).zip(&sums.pulls) {
        of.0 += weight * pull;
        of.1 += weight * residual;
        of.2 += weight.abs();
        of.3 += weight * weight;
        of.4 = f64::max(of.4, (residual - ridge * weight).abs());
    }
    let (explained, left, sizes, squares, steepest) = of;
    let error = sums.spread - explained - left;
    let against = sums.spread - explained;
    let scale = if steepest > lasso { lasso / steepest } else { 1.0 };
    let both = (1.0 + scale * scale) / 2.0;
    both * error + lasso * sizes - scale * against + ridge * both * squares
}

/// Least squares by a tiny ridge that is then taken out again: what is determined comes to its value, what is not stays 0
/// (proximal point iteration from zero ends at the shortest solution).
fn shortest(sums: &Centered) -> Result<Vec<f64>> {
    let size = sums.means.len();
    let most = (0..size).fold(0.0, |most: f64, column| most.max(sums.gram[column * size + column]));
    if size == 0 || most == 0.0 {
        return Ok(vec![0.0; size]);
    }
    let factor = Factor::of(&sums.gram, &vec![TINY * most; size])?;
    let mut weights = factor.solve(&sums.pulls);
    for _ in 0..REFINEMENTS {
        let fitted = times(&sums.gram, &weights);
        let left: Vec<f64> = sums.pulls.iter().zip(fitted).map(|(pull, fitted)| pull - fitted).collect();
        weights.iter_mut().zip(factor.solve(&left)).for_each(|(weight, step)| *weight += step);
    }
    Ok(weights)
}

impl Centered {
    fn of(design: &Design, sample: &Sample) -> Centered {
        let weight = &sample.weight;
        let total = math::ordered_sum(weight.iter().copied());
        let target_mean = math::ordered_sum(weight.iter().zip(&sample.target).map(|(s, y)| s * y)) / total;
        let sums = Sums::of(design, |row| {
            let (weight, target) = (weight[row], sample.target[row] - target_mean);
            RowTerms { loss: weight * target * target, slope: weight * target, curve: weight }
        });
        let columns = design.columns();
        let means: Vec<f64> = sums.curvature[1..columns].iter().map(|sum| sum / total).collect();
        let mut gram = Vec::with_capacity(means.len() * means.len());
        for (row, mean) in means.iter().enumerate() {
            let line = &sums.curvature[(row + 1) * columns + 1..(row + 2) * columns];
            gram.extend(line.iter().zip(&means).map(|(sum, other)| sum - total * mean * other));
        }
        let rest = sums.gradient[0];
        let pulls = sums.gradient[1..].iter().zip(&means).map(|(sum, mean)| sum - rest * mean).collect();
        Centered { means, target_mean, total, gram, pulls, spread: sums.loss }
    }

    fn with_start(&self, weights: Vec<f64>) -> Vec<f64> {
        let moved = math::ordered_sum(weights.iter().zip(&self.means).map(|(weight, mean)| weight * mean));
        [vec![self.target_mean - moved], weights].concat()
    }
}

impl Learner for CheckedLeastSquares {
    /// The target of the model is the market's price; a caller with another amount in mind sets its own.
    fn fit(&self, sample: &Sample, watch: Watch) -> Result<Model> {
        sample.check()?;
        let design = Design::of(sample, self.0.beyond)?;
        let sums = Centered::of(&design, sample);
        let weights = sums.with_start(self.weights(&sums)?);
        watch(1, 1);
        Ok(Model::new(Scorer::Linear(design.to_linear(&weights)?), Target::MarketPrice))
    }
}
