//! What follows from predicting 1 from some probability on.

use crate::evaluate::metrics::{Above, Ranking, share};
use serde::Serialize;

/// Most thresholds kept for a chart.
const KEPT: usize = 200;

/// Weights of rows by prediction and outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Confusion {
    /// Predicted 1, is 1.
    pub true_positive: f64,
    /// Predicted 1, is 0.
    pub false_positive: f64,
    /// Predicted 0, is 1.
    pub false_negative: f64,
    /// Predicted 0, is 0.
    pub true_negative: f64,
}

/// Figures at one threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ThresholdScore {
    /// Probability from which on a row is predicted to be 1.
    pub threshold: f64,
    /// Of those predicted to be 1, the share that are.
    pub precision: f64,
    /// Of those that are 1, the share predicted to be.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Share predicted right.
    pub accuracy: f64,
}

impl Confusion {
    /// Where [`Self::from_sums`] expects the weight of such a row.
    pub(super) fn cell(predicted: bool, actual: bool) -> usize {
        match (predicted, actual) {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        }
    }

    pub(super) fn from_sums(sums: &[f64]) -> Confusion {
        Confusion { true_positive: sums[0], false_positive: sums[1], false_negative: sums[2], true_negative: sums[3] }
    }

    fn above(above: &Above, all: &Above) -> Confusion {
        Confusion {
            true_positive: above.bought,
            false_positive: above.others,
            false_negative: all.bought - above.bought,
            true_negative: all.others - above.others,
        }
    }

    /// Of all rows.
    pub fn weight(&self) -> f64 {
        self.true_positive + self.false_positive + self.false_negative + self.true_negative
    }

    pub(super) fn has_both(&self) -> bool {
        self.true_positive + self.false_negative > 0.0 && self.false_positive + self.true_negative > 0.0
    }

    /// Share of rows that are 1.
    pub fn base_rate(&self) -> f64 {
        share(self.true_positive + self.false_negative, self.weight())
    }

    /// Share of rows predicted right.
    pub fn accuracy(&self) -> f64 {
        share(self.true_positive + self.true_negative, self.weight())
    }

    /// Of those predicted to be 1, the share that are; 0 where none is predicted.
    pub fn precision(&self) -> f64 {
        share(self.true_positive, self.true_positive + self.false_positive)
    }

    /// Of those that are 1, the share predicted to be.
    pub fn recall(&self) -> f64 {
        share(self.true_positive, self.true_positive + self.false_negative)
    }

    /// Harmonic mean of precision and recall; 0 where both are.
    pub fn f1(&self) -> f64 {
        share(2.0 * self.true_positive, 2.0 * self.true_positive + self.false_positive + self.false_negative)
    }
}

/// The highest F1 of all thresholds.
pub(super) fn best_f1(ranking: &Ranking) -> ThresholdScore {
    all(ranking).into_iter().fold(ThresholdScore::default(), |best, next| if next.f1 > best.f1 { next } else { best })
}

/// At most 200 thresholds, evenly taken from all that change a prediction, the first and last included.
pub(super) fn thresholds(ranking: &Ranking) -> Vec<ThresholdScore> {
    let all = all(ranking);
    let kept = all.len().min(KEPT);
    let at = |index: usize| if kept == 1 { 0 } else { index * (all.len() - 1) / (kept - 1) };
    (0..kept).map(|index| all[at(index)]).collect()
}

/// At every distinct probability, the highest first.
fn all(ranking: &Ranking) -> Vec<ThresholdScore> {
    let mut above = Vec::new();
    ranking.walk(|next| above.push(next));
    let total = above.last().copied().unwrap_or_default();
    let ends = ranking.examples.iter().zip(&ranking.probabilities).filter(|(example, _)| example.ends_tie);
    let scored = ends.zip(&above).map(|((_, threshold), above)| {
        let confusion = Confusion::above(above, &total);
        ThresholdScore {
            threshold: *threshold,
            precision: confusion.precision(),
            recall: confusion.recall(),
            f1: confusion.f1(),
            accuracy: confusion.accuracy(),
        }
    });
    scored.collect()
}
