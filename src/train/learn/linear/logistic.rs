//! Logistic regression with an L2, an L1 or an elastic-net penalty.
//!
//! ```text
//! minimise  C · Σ_i s_i · ln(1 + e^(−y_i f_i)) + (1 − l1_ratio) / 2 · ‖w‖² + l1_ratio · ‖w‖₁ ,  y_i = ±1
//! ```
//! as scikit-learn's `LogisticRegression` writes it: `s_i` is the row's weight times that of its outcome, the starting point
//! is not penalised, numbers are standardised and levels are not. Newton's method, so there is no step size and no number
//! of passes to tune. It is not [`train::logistic`](crate::train::logistic), whose weights depend on an offer's depth.

use super::class_weight::{ClassWeight, fraction, positive};
use super::design::Design;
use super::newton::{Loss, Problem};
use crate::error::Result;
use crate::math;
use crate::model::{Model, Scorer, Target};
use crate::train::learn::{Learner, Watch};
use crate::train::sample::Sample;
use serde::Deserialize;

/// How strongly what is penalised.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogisticRegressionParams {
    /// What the outcomes count against the penalty: the larger, the weaker the penalty.
    pub c: f64,
    /// 0 for L2 alone, 1 for L1 alone.
    pub l1_ratio: f64,
    /// What the two outcomes count.
    pub class_weight: ClassWeight,
}

impl Default for LogisticRegressionParams {
    fn default() -> Self {
        LogisticRegressionParams { c: 1.0, l1_ratio: 0.0, class_weight: ClassWeight::default() }
    }
}

/// Parameters that can be fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedLogisticRegression(pub(super) LogisticRegressionParams);

impl LogisticRegressionParams {
    /// Refuses a strength that is not positive and a ratio outside 0 to 1.
    pub fn check(self) -> Result<CheckedLogisticRegression> {
        positive("c", self.c)?;
        fraction("l1_ratio", self.l1_ratio)?;
        self.class_weight.check()?;
        Ok(CheckedLogisticRegression(self))
    }
}

/// `ln(1 + e^(−y f))` with `y` = −1 for outcome 0.
pub struct Logistic;

impl Loss for Logistic {
    fn at(&self, score: f64, target: f64) -> [f64; 3] {
        let small = math::exp(-score.abs());
        let probability = if score >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
        let against = if target == 1.0 { -score } else { score };
        let curve = small / ((1.0 + small) * (1.0 + small));
        [math::ln_1p(small) + against.max(0.0), probability - target, curve]
    }
}

impl CheckedLogisticRegression {
    /// The weights by column of the design.
    pub(super) fn weights(&self, design: &Design, sample: &Sample, start: Vec<f64>) -> Result<Vec<f64>> {
        let LogisticRegressionParams { c, l1_ratio, class_weight } = self.0;
        let penalty = |strength: f64| {
            let mut by_column = vec![strength / c; design.columns()];
            by_column[0] = 0.0;
            by_column
        };
        let problem = Problem {
            design,
            target: &sample.target,
            weight: &class_weight.weights(sample),
            loss: &Logistic,
            ridge: &penalty(1.0 - l1_ratio),
            lasso: &penalty(l1_ratio),
        };
        problem.minimise(start)
    }
}

impl Learner for CheckedLogisticRegression {
    fn fit(&self, sample: &Sample, watch: Watch) -> Result<Model> {
        sample.check_binary()?;
        let design = Design::of(sample, 0.0)?;
        let weights = self.weights(&design, sample, vec![0.0; design.columns()])?;
        watch(1, 1);
        Ok(Model::new(Scorer::Linear(design.to_linear(&weights)?), Target::Buys))
    }
}
