//! A line from scores to log-odds: Platt's calibration, by the Newton method of Lin, Lin and Weng (Machine Learning 68,
//! 2007), which cannot lose digits to an overflow or to a cancelled logarithm.

use crate::math;
use crate::model::{Link, MAX_POINTS};

/// Newton steps after which a fit is taken as it is; it needs about ten.
const MAX_STEPS: usize = 100;
/// Keeps the Hessian from being singular.
const RIDGE: f64 = 1e-12;
/// Smallest share of a Newton step that is tried.
const LEAST_STEP: f64 = 1e-10;
/// Gradient, per unit of weight, at which the fit ends.
const SMALL: f64 = 1e-10;

/// `log-odds = slope · score + offset`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Platt {
    /// Not negative: a score that ranks backwards is worth nothing.
    pub slope: f64,
    /// Added.
    pub offset: f64,
}

/// The line of least weighted log loss against Platt's targets, `(n₊ + 1) / (n₊ + 2)` for outcome 1 and `1 / (n₋ + 2)` for 0
/// (`n` in weight), which keep it finite on scores that part the outcomes without a fault.
pub fn platt(scores: &[f64], outcome: &[f64], weight: &[f64]) -> Platt {
    let total = math::ordered_sum(weight.iter().copied());
    let mean = math::ordered_sum(scores.iter().zip(weight).map(|(score, weight)| score * weight)) / total;
    let squares = scores.iter().zip(weight).map(|(score, weight)| weight * (score - mean) * (score - mean));
    let deviation = math::sqrt(math::ordered_sum(squares) / total);
    // Scores that are all the same say nothing but the base rate.
    let scale = if deviation > 1e-12 * mean.abs() { deviation } else { f64::INFINITY };
    let standard: Vec<f64> = scores.iter().map(|score| (score - mean) / scale).collect();
    let target = targets(outcome, weight);
    let fit = Fit { scores: &standard, target: &target, weight };
    let mut line = fit.newton(false);
    if line.slope < 0.0 {
        line = Platt { slope: 0.0, ..fit.newton(true) };
    }
    let slope = line.slope / scale;
    Platt { slope, offset: line.offset - slope * mean }
}

fn targets(outcome: &[f64], weight: &[f64]) -> Vec<f64> {
    let ones = math::ordered_sum(outcome.iter().zip(weight).map(|(outcome, weight)| outcome * weight));
    let zeros = math::ordered_sum(outcome.iter().zip(weight).map(|(outcome, weight)| (1.0 - outcome) * weight));
    let target = |outcome: &f64| if *outcome == 1.0 { (ones + 1.0) / (ones + 2.0) } else { 1.0 / (zeros + 2.0) };
    outcome.iter().map(target).collect()
}

struct Fit<'a> {
    scores: &'a [f64],
    target: &'a [f64],
    weight: &'a [f64],
}

/// First and second derivatives by (slope, offset).
#[derive(Default)]
struct Derivatives {
    gradient: [f64; 2],
    hessian: [f64; 3],
}

impl Fit<'_> {
    fn newton(&self, flat: bool) -> Platt {
        let total = math::ordered_sum(self.weight.iter().copied());
        let (mut line, mut loss) = (Platt::default(), self.loss(Platt::default()));
        for _ in 0..MAX_STEPS {
            let derivatives = self.derivatives(line, flat);
            if derivatives.gradient.iter().all(|part| part.abs() <= SMALL * total) {
                break;
            }
            let Some(next) = self.step(line, loss, derivatives.direction()) else { break };
            (line, loss) = next;
        }
        line
    }

    /// Halves the step until the loss falls; none if it does not.
    fn step(&self, from: Platt, loss: f64, direction: [f64; 2]) -> Option<(Platt, f64)> {
        let mut share = 1.0;
        while share >= LEAST_STEP {
            let next = Platt { slope: from.slope + share * direction[0], offset: from.offset + share * direction[1] };
            let reached = self.loss(next);
            if reached < loss {
                return Some((next, reached));
            }
            share /= 2.0;
        }
        None
    }

    fn rows(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        self.scores.iter().zip(self.target).zip(self.weight).map(|((score, target), weight)| (*score, *target, *weight))
    }

    fn loss(&self, line: Platt) -> f64 {
        let losses = self.rows().map(|(score, target, weight)| {
            let odds = line.slope * score + line.offset;
            // -t·ln(p) - (1-t)·ln(1-p), without a p that could be 0.
            let apart = math::ln_1p(math::exp(-odds.abs()));
            let linear = if odds >= 0.0 { (1.0 - target) * odds } else { -target * odds };
            weight * (linear + apart)
        });
        math::ordered_sum(losses)
    }

    fn derivatives(&self, line: Platt, flat: bool) -> Derivatives {
        let mut sums = Derivatives { gradient: [0.0; 2], hessian: [RIDGE, 0.0, RIDGE] };
        for (score, target, weight) in self.rows() {
            let probability = math::sigmoid(line.slope * score + line.offset);
            let (miss, spread) = (weight * (probability - target), weight * probability * (1.0 - probability));
            let score = if flat { 0.0 } else { score };
            sums.gradient[0] += miss * score;
            sums.gradient[1] += miss;
            sums.hessian[0] += spread * score * score;
            sums.hessian[1] += spread * score;
            sums.hessian[2] += spread;
        }
        sums
    }
}

impl Derivatives {
    fn direction(&self) -> [f64; 2] {
        let ([slope, offset], [first, mixed, last]) = (self.gradient, self.hessian);
        let determinant = first * last - mixed * mixed;
        [-(last * slope - mixed * offset) / determinant, -(first * offset - mixed * slope) / determinant]
    }
}

impl Platt {
    /// As a link on raw scores.
    pub fn link(self) -> Link {
        Link::Affine { slope: narrow(self.slope), offset: narrow(self.offset) }
    }

    /// As a link on probabilities, whose log-odds the line is about. The bend of the log-odds is kept at points that are
    /// evenly spaced in it, where straight lines between points are off by less than a thousandth of a log-odd.
    pub fn over_log_odds(self) -> Link {
        let end = math::logit(1.0);
        let mut points: Vec<(f32, f32)> = Vec::with_capacity(MAX_POINTS);
        for index in 0..MAX_POINTS {
            let log_odds = end * (2.0 * index as f64 / (MAX_POINTS - 1) as f64 - 1.0);
            let (raw, score) = (math::sigmoid(log_odds) as f32, narrow(self.slope * log_odds + self.offset));
            // Near 1 single precision has no room for all points.
            if points.last().is_none_or(|last| last.0 < raw) {
                points.push((raw, score));
            }
        }
        Link::Curve(points)
    }
}

/// Within what a model may hold.
fn narrow(number: f64) -> f32 {
    math::clamp(number, -1e6, 1e6) as f32
}
