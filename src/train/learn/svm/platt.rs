//! From decision values to log-odds: a line fitted to outcomes of rows that took no part in the fit.
//!
//! Source: Platt (1999); the Newton method and its targets, which a lone outcome cannot push to infinity, are those of Lin,
//! Lin, Weng (2007), A note on Platt's probabilistic outputs for support vector machines.

use crate::error::{Code, Error, Result};
use crate::math;
use crate::model::Link;
use crate::train::sample::Sample;
use crate::train::threads::ordered;

/// How many parts the rows are cut into.
pub const FOLDS: usize = 5;
/// More steps than any line has needed.
const MAX_STEPS: usize = 100;

/// The fold of each row: rows of either outcome are dealt out in turn.
///
/// # Errors
/// Fewer than two rows of an outcome: without it there would be nothing to tell apart.
pub fn folds(target: &[f64]) -> Result<Vec<usize>> {
    let ones = target.iter().filter(|target| **target == 1.0).count();
    let fewest = ones.min(target.len() - ones);
    if fewest < 2 {
        let what = "calibration needs two rows of each outcome; rows of the rarer one";
        return Err(Error::limit(Code::BadData, what, 2, fewest as u64));
    }
    let (mut dealt, folds) = ([0; 2], FOLDS.min(fewest));
    let mut deal = |target: &f64| {
        let count = &mut dealt[*target as usize];
        *count += 1;
        (*count - 1) % folds
    };
    Ok(target.iter().map(&mut deal).collect())
}

/// The link of a machine. `decide` fits one to all rows outside a fold and returns decision values of the rows inside.
pub fn calibrated(
    sample: &Sample,
    folds: &[usize],
    decide: impl Fn(&[usize], &[usize]) -> Result<Vec<f64>> + Sync,
) -> Result<Link> {
    let count = folds.iter().max().map_or(0, |last| last + 1);
    let rows_of =
        |wanted: &dyn Fn(usize) -> bool| -> Vec<usize> { (0..folds.len()).filter(|row| wanted(folds[*row])).collect() };
    let values = ordered(
        count,
        |fold| {
            let (inside, outside) = (rows_of(&|other| other == fold), rows_of(&|other| other != fold));
            decide(&outside, &inside).map(|values| (inside, values))
        },
        |_| {},
    );
    let mut decisions = vec![0.0; sample.rows()];
    for result in values {
        let (rows, values) = result?;
        rows.into_iter().zip(values).for_each(|(row, value)| decisions[row] = value);
    }
    Ok(line(&decisions, &sample.target, &sample.weight))
}

/// What the line is fitted to.
struct Rows<'a> {
    decisions: &'a [f64],
    /// The outcome, drawn in a little from 0 and 1.
    aims: Vec<f64>,
    weight: &'a [f64],
}

/// The line that fits best; level where higher decision values do not mean more.
pub fn line(decisions: &[f64], target: &[f64], weight: &[f64]) -> Link {
    let rows = || target.iter().zip(weight);
    let ones = math::ordered_sum(rows().filter(|(target, _)| **target == 1.0).map(|(_, weight)| *weight));
    let zeros = math::ordered_sum(rows().filter(|(target, _)| **target == 0.0).map(|(_, weight)| *weight));
    let (high, low) = ((ones + 1.0) / (ones + 2.0), 1.0 / (zeros + 2.0));
    let aims = target.iter().map(|target| if *target == 1.0 { high } else { low }).collect();
    let prior = math::ln((ones + 1.0) / (zeros + 1.0));
    let [slope, offset] = Rows { decisions, aims, weight }.fitted([0.0, prior]);
    match slope > 0.0 {
        true => Link::Affine { slope: slope as f32, offset: offset as f32 },
        false => Link::Affine { slope: 0.0, offset: prior as f32 },
    }
}

impl Rows<'_> {
    /// Slope and offset, by Newton's method with halved steps.
    fn fitted(&self, start: [f64; 2]) -> [f64; 2] {
        let mut line = start;
        let (mut loss, mut gradient, mut curvature) = self.sums(line);
        for _ in 0..MAX_STEPS {
            let [straight, mixed, constant] = curvature;
            let determinant = straight * constant - mixed * mixed;
            let step = [
                -(constant * gradient[0] - mixed * gradient[1]) / determinant,
                -(straight * gradient[1] - mixed * gradient[0]) / determinant,
            ];
            let promised = -(gradient[0] * step[0] + gradient[1] * step[1]);
            if promised.is_nan() || promised <= 1e-12 * loss {
                return line;
            }
            let lengths = (0..40).map(|halvings| 0.5f64.powi(halvings));
            let better = lengths
                .map(|length| [line[0] + length * step[0], line[1] + length * step[1]])
                .map(|next| (next, self.sums(next)))
                .find(|(_, sums)| sums.0 < loss);
            let Some((next, sums)) = better else { return line };
            (line, (loss, gradient, curvature)) = (next, sums);
        }
        line
    }

    /// Loss, its slopes and its curvature; a hair is added to the diagonal so that equal decision values do no harm.
    fn sums(&self, [slope, offset]: [f64; 2]) -> (f64, [f64; 2], [f64; 3]) {
        let (mut loss, mut gradient, mut curvature) = (0.0, [0.0; 2], [1e-12, 0.0, 1e-12]);
        for ((decision, aim), weight) in self.decisions.iter().zip(&self.aims).zip(self.weight) {
            let score = slope * decision + offset;
            let probability = math::sigmoid(score);
            loss += weight * (math::ln_1p(math::exp(-score.abs())) + score.max(0.0) - aim * score);
            let (apart, curve) = (weight * (probability - aim), weight * probability * (1.0 - probability));
            gradient = [gradient[0] + apart * decision, gradient[1] + apart];
            curvature[0] += curve * decision * decision;
            curvature[1] += curve * decision;
            curvature[2] += curve;
        }
        (loss, gradient, curvature)
    }
}
