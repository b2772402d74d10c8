//! Figures of probabilities against outcomes of 0 and 1.

use super::Scored;
use super::metric::{METRICS, Metric, Values};
use super::resample::{Sums, everything, resampled};
use super::threshold::{Confusion, ThresholdScore, best_f1, thresholds};
use crate::evaluate::metrics::{
    CALIBRATION_BINS, Curve, LANES, Lanes, Ranked, Ranking, Resampling, interval, log_loss, share,
};
use crate::evaluate::summary::{CalibrationBin, Figure};
use crate::math;
use serde::Serialize;

/// How probabilities are put into bins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bins {
    /// Each has about the same weight.
    EqualCount(usize),
    /// Each covers as much of 0 to 1.
    EqualWidth(usize),
}

/// What sums by unit hold: the confusion matrix, log loss, squared error.
const SUMS: usize = 6;

/// Rows sorted once, ready to be drawn from.
#[derive(Clone, Debug)]
pub struct Binary {
    ranking: Ranking,
    sums: Sums<SUMS>,
    bin_of: Vec<usize>,
    threshold: f64,
    pub(super) units: usize,
}

/// How well a model tells 0 from 1 and how true its probabilities are. Each figure comes with its 95 % interval.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BinaryScore {
    /// Rows measured.
    pub rows: u64,
    /// Things a resample draws: groups, or rows where there are none.
    pub units: u64,
    /// Weighted share of rows whose outcome is 1.
    pub base_rate: f64,
    /// Probability from which on a row is predicted to be 1.
    pub threshold: f64,
    /// Share of rows predicted right.
    pub accuracy: Figure,
    /// Of those predicted to be 1, the share that are.
    pub precision: Figure,
    /// Of those that are 1, the share predicted to be.
    pub recall: Figure,
    /// Harmonic mean of the two.
    pub f1: Figure,
    /// Area under the ROC curve.
    pub roc_auc: Figure,
    /// Average precision.
    pub pr_auc: Figure,
    /// Mean negative log-likelihood, nats.
    pub log_loss: Figure,
    /// Mean squared error of the probability.
    pub brier: Figure,
    /// Expected calibration error, 20 bins of equal weight. Noise alone makes it positive, and a resample adds noise: its
    /// interval leans upwards and may lie above the value.
    pub calibration_error: Figure,
    /// Weights of rows by prediction and outcome, at `threshold`.
    pub confusion: Confusion,
    /// The threshold with the highest F1 on these rows; the earliest on the way down among equals.
    pub best_f1: ThresholdScore,
    /// Figures by threshold, falling; at most 200.
    pub thresholds: Vec<ThresholdScore>,
    /// (false positive rate, true positive rate), at most 200 points.
    pub roc: Curve,
    /// (recall, precision), at most 200 points.
    pub precision_recall: Curve,
    /// Predicted against observed, 20 bins of equal weight.
    pub reliability: Vec<CalibrationBin>,
}

impl Binary {
    pub(super) fn of(scored: &Scored, threshold: f64) -> Binary {
        let (unit, units) = scored.units();
        let mut order: Vec<usize> = (0..scored.actual.len()).collect();
        order.sort_by(|one, other| scored.predicted[*other].total_cmp(&scored.predicted[*one]));
        let ranking = Ranking::in_order(order.into_iter(), |row| {
            let bought = scored.actual[row] == 1.0;
            (scored.predicted[row], Ranked { weight: scored.weight[row], shopper: unit[row], bought, ends_tie: false })
        });
        let mut sums = Sums::new(units);
        for (row, unit) in unit.iter().enumerate() {
            sums.add(*unit, amounts(scored, row, threshold));
        }
        let bin_of = ranking.equal_bins(CALIBRATION_BINS);
        Binary { ranking, sums, bin_of, threshold, units }
    }

    /// All figures, each with its interval.
    pub fn score(&self, resampling: Resampling) -> BinaryScore {
        let values = self.figures(&everything(self.units))[0];
        let draws = resampled(self.units, resampling, |draws| self.figures(draws));
        let figure = |metric: Metric| {
            let of = draws.iter().map(|values| values[metric as usize]).filter(|value| !value.is_nan());
            interval(values[metric as usize], of.collect())
        };
        let confusion = self.confusion();
        let (roc, precision_recall) = self.ranking.curves();
        BinaryScore {
            rows: self.ranking.examples.len() as u64,
            units: self.units as u64,
            base_rate: confusion.base_rate(),
            threshold: self.threshold,
            accuracy: figure(Metric::Accuracy),
            precision: figure(Metric::Precision),
            recall: figure(Metric::Recall),
            f1: figure(Metric::F1),
            roc_auc: figure(Metric::RocAuc),
            pr_auc: figure(Metric::PrAuc),
            log_loss: figure(Metric::LogLoss),
            brier: figure(Metric::Brier),
            calibration_error: figure(Metric::CalibrationError),
            confusion,
            best_f1: self.best_f1(),
            thresholds: thresholds(&self.ranking),
            roc,
            precision_recall,
            reliability: self.reliability(Bins::EqualCount(CALIBRATION_BINS)),
        }
    }

    /// Weights of rows by prediction and outcome.
    pub fn confusion(&self) -> Confusion {
        Confusion::from_sums(&self.sums.totals(&everything(self.units))[0])
    }

    /// The threshold with the highest F1. Choose it on rows that the model is not judged by.
    pub fn best_f1(&self) -> ThresholdScore {
        best_f1(&self.ranking)
    }

    /// Predicted against observed by bin; bins without a row are left out.
    pub fn reliability(&self, bins: Bins) -> Vec<CalibrationBin> {
        let (bin_of, count) = self.bins(bins);
        self.ranking.binned(&bin_of, count)
    }

    /// Weighted mean distance between predicted and observed over bins (Naeini, Cooper, Hauskrecht, AAAI 2015).
    pub fn calibration_error(&self, bins: Bins) -> f64 {
        let (bin_of, count) = self.bins(bins);
        self.calibration_errors(&everything(self.units), &bin_of, count)[0]
    }

    fn bins(&self, bins: Bins) -> (Vec<usize>, usize) {
        match bins {
            Bins::EqualCount(count) => (self.ranking.equal_bins(count.max(1)), count.max(1)),
            Bins::EqualWidth(count) => {
                let count = count.max(1);
                let bin = |probability: &f64| ((probability * count as f64) as usize).min(count - 1);
                (self.ranking.probabilities.iter().map(bin).collect(), count)
            }
        }
    }

    pub(super) fn figures(&self, draws: &[Lanes]) -> [Values; LANES] {
        let (totals, areas) = (self.sums.totals(draws), self.ranking.areas(draws));
        let errors = self.calibration_errors(draws, &self.bin_of, CALIBRATION_BINS);
        core::array::from_fn(|lane| {
            let confusion = Confusion::from_sums(&totals[lane]);
            let weight = confusion.weight();
            // A resample without one of the two outcomes has no area, and says nothing about it.
            let both = confusion.has_both();
            let area = |area: f64| if both { area } else { f64::NAN };
            let mut values = [f64::NAN; METRICS];
            values[Metric::Accuracy as usize] = confusion.accuracy();
            values[Metric::Precision as usize] = confusion.precision();
            values[Metric::Recall as usize] = confusion.recall();
            values[Metric::F1 as usize] = confusion.f1();
            values[Metric::RocAuc as usize] = area(areas[lane].roc);
            values[Metric::PrAuc as usize] = area(areas[lane].precision_recall);
            values[Metric::LogLoss as usize] = share(totals[lane][4], weight);
            values[Metric::Brier as usize] = share(totals[lane][5], weight);
            values[Metric::CalibrationError as usize] = errors[lane];
            values
        })
    }

    fn calibration_errors(&self, draws: &[Lanes], bin_of: &[usize], count: usize) -> [f64; LANES] {
        let (mut distance, mut weight) = (vec![[0.0; LANES]; count], [0.0; LANES]);
        let rows = self.ranking.examples.iter().zip(&self.ranking.probabilities).zip(bin_of);
        for ((example, probability), bin) in rows {
            let draw = &draws[example.shopper as usize];
            let miss = example.weight * (probability - example.bought as u8 as f64);
            for lane in 0..LANES {
                distance[*bin][lane] += miss * draw[lane];
                weight[lane] += example.weight * draw[lane];
            }
        }
        core::array::from_fn(|lane| share(math::ordered_sum(distance.iter().map(|bin| bin[lane].abs())), weight[lane]))
    }
}

fn amounts(scored: &Scored, row: usize, threshold: f64) -> [f64; SUMS] {
    let (predicted, weight, is_one) = (scored.predicted[row], scored.weight[row], scored.actual[row] == 1.0);
    let cell = Confusion::cell(predicted >= threshold, is_one);
    let mut amounts = [0.0; SUMS];
    amounts[cell] = weight;
    amounts[4] = weight * log_loss(predicted, is_one);
    amounts[5] = weight * (predicted - scored.actual[row]) * (predicted - scored.actual[row]);
    amounts
}
