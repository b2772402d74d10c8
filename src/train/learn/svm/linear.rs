//! The linear support vector machine.
//!
//! ```text
//! minimise  ½‖w‖² + C · Σ_i s_i · max(0, 1 − y_i f_i)^p ,  y_i = ±1, p = 2 (squared hinge) or 1 (hinge)
//! ```
//! as scikit-learn's `LinearSVC` writes it: the starting point is one of the weights `w`. The squared hinge is solved by
//! Newton's method on the rows within the margin (Keerthi, DeCoste, JMLR 2005), which is exact after a handful of steps; the
//! hinge, which has no second derivative, by [`dual`](super::dual) coordinate descent.

use super::dual::Dual;
use super::platt;
use crate::error::{Code, Error, Result};
use crate::model::{Model, Scorer, Target};
use crate::train::learn::linear::class_weight::positive;
use crate::train::learn::linear::newton::{Loss, Problem};
use crate::train::learn::linear::{ClassWeight, Design};
use crate::train::learn::{Learner, Watch};
use crate::train::sample::Sample;
use serde::Deserialize;

/// What a row within the margin costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Margin {
    /// The square of how far it is within.
    #[default]
    SquaredHinge,
    /// How far it is within.
    Hinge,
}

/// How wide the margin, what lies within it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinearSvmParams {
    /// What rows count against the width of the margin.
    pub c: f64,
    /// What a row within it costs.
    pub loss: Margin,
    /// What the two outcomes count.
    pub class_weight: ClassWeight,
    /// Of the hinge: ends when no multiplier's slope is off by more.
    pub tolerance: f64,
    /// Of the hinge: passes over the rows after which the fit stands as it is.
    pub max_passes: usize,
    /// Of the hinge: the order in which rows are visited.
    pub seed: u64,
}

impl Default for LinearSvmParams {
    fn default() -> Self {
        LinearSvmParams {
            c: 1.0,
            loss: Margin::SquaredHinge,
            class_weight: ClassWeight::default(),
            tolerance: 1e-3,
            max_passes: 1_000,
            seed: 1,
        }
    }
}

/// Parameters that can be fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedLinearSvm(LinearSvmParams);

impl LinearSvmParams {
    /// Refuses numbers that are not positive.
    pub fn check(self) -> Result<CheckedLinearSvm> {
        positive("c", self.c)?;
        positive("tolerance", self.tolerance)?;
        self.class_weight.check()?;
        match self.max_passes > 0 {
            true => Ok(CheckedLinearSvm(self)),
            false => Err(Error::new(Code::BadConfig, "`max_passes` must be at least 1, found 0")),
        }
    }
}

/// `max(0, 1 − y f)²`; its second derivative is 0 or 2.
struct SquaredHinge;

impl Loss for SquaredHinge {
    fn at(&self, score: f64, target: f64) -> [f64; 3] {
        let sign = target * 2.0 - 1.0;
        let within = 1.0 - sign * score;
        if within > 0.0 { [within * within, -2.0 * sign * within, 2.0] } else { [0.0; 3] }
    }
}

impl CheckedLinearSvm {
    /// Weights by column, from the rows named.
    pub(super) fn weights(
        &self,
        design: &Design,
        sample: &Sample,
        rows: &[usize],
        start: Option<&[f64]>,
    ) -> Result<Vec<f64>> {
        let mut bounds = self.0.class_weight.weights(sample);
        bounds.iter_mut().for_each(|bound| *bound *= self.0.c);
        let target = &sample.target;
        if self.0.loss == Margin::Hinge {
            let LinearSvmParams { tolerance, max_passes: passes, seed, .. } = self.0;
            return Ok(Dual { design, target, bounds: &bounds, rows, tolerance, passes, seed }.minimise().weights);
        }
        let mut weight = vec![0.0; design.rows()];
        rows.iter().for_each(|row| weight[*row] = bounds[*row]);
        let (ridge, lasso) = (vec![1.0; design.columns()], vec![0.0; design.columns()]);
        let problem = Problem { design, target, weight: &weight, loss: &SquaredHinge, ridge: &ridge, lasso: &lasso };
        problem.minimise(start.map_or_else(|| vec![0.0; design.columns()], <[f64]>::to_vec))
    }
}

impl Learner for CheckedLinearSvm {
    fn fit(&self, sample: &Sample, watch: Watch) -> Result<Model> {
        sample.check_binary()?;
        let folds = platt::folds(&sample.target)?;
        let design = Design::of(sample, 0.0)?;
        let all: Vec<usize> = (0..sample.rows()).collect();
        let weights = self.weights(&design, sample, &all, None)?;
        watch(1, 2);
        // The problem of a fold has one solution; beginning near it saves steps.
        let link = platt::calibrated(sample, &folds, |outside, inside| {
            let weights = self.weights(&design, sample, outside, Some(&weights))?;
            Ok(inside.iter().map(|row| design.score(*row, &weights)).collect())
        })?;
        watch(2, 2);
        let scorer = Scorer::Linear(design.to_linear(&weights)?);
        Ok(Model { links: vec![link], ..Model::new(scorer, Target::Buys) })
    }
}
