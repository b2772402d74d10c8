//! Entrants on rows held out until the end: figures with intervals, and what is drawn of the best.

use super::entrant::Entrant;
use super::params::CheckedLearn;
use crate::error::Result;
use crate::evaluate::learned::{
    Calibration, Candidate, Confusion, Curve, Density, Difference, ErrorBand, Errors, Figures, HeldOut, Histogram,
    Setting, Threshold, ThresholdPoint,
};
use crate::evaluate::measures::{BinaryScore, Bins, Metric, Scored, difference, probabilities};
use crate::evaluate::metrics::{CALIBRATION_BINS, Resampling};
use crate::evaluate::summary::Figure;
use crate::math;
use crate::train::calibrate::Method;
use crate::train::learn::scores;
use crate::train::sample::Sample;

/// Rows on which nobody was fitted.
pub struct Judged<'a> {
    /// The rows.
    pub sample: &'a Sample,
    /// Whose each row is.
    pub group: &'a [u64],
    /// How intervals are drawn, and by what learners are chosen.
    pub learn: &'a CheckedLearn,
}

/// Equal steps of an amount that its grid and histogram have.
const STEPS: usize = 40;
/// Bands of the observed amount.
const BANDS: usize = 5;

impl<'a> Judged<'a> {
    /// Whether outcomes are yes and no.
    pub fn is_binary(&self) -> bool {
        self.learn.metric.is_binary()
    }

    /// What an entrant predicts: probabilities, or amounts.
    pub fn predicted(&self, entrant: &Entrant) -> Vec<f64> {
        let scores = scores(&entrant.model, self.sample);
        if self.is_binary() { probabilities(&scores) } else { scores }
    }

    /// Predictions beside what became of the rows.
    pub fn scored<'b>(&'b self, predicted: &'b [f64]) -> Scored<'b> {
        let Sample { target, weight, .. } = self.sample;
        Scored { predicted, actual: target, weight, group: Some(self.group) }
    }

    /// The figures of some predictions. Answers are yes from `threshold` on.
    pub fn figures(&self, predicted: &[f64], threshold: f64) -> Result<Figures> {
        let scored = self.scored(predicted);
        if self.is_binary() {
            return Ok(of_binary(&scored.binary(threshold)?.score(self.learn.resampling())));
        }
        let score = scored.regression()?.score(self.learn.resampling());
        let known = [(Metric::Mse, score.mse), (Metric::Rmse, score.rmse), (Metric::Mae, score.mae)];
        let perhaps = [(Metric::Mape, score.mape), (Metric::R2, score.r2)];
        Ok(known.into_iter().chain(perhaps.into_iter().filter_map(|(key, figure)| Some((key, figure?)))).collect())
    }

    /// An entrant as a row of the table of candidates.
    pub fn candidate(&self, entrant: &Entrant, predicted: &[f64], threshold: f64, bytes: u64) -> Result<Candidate> {
        let settings = entrant.own.iter().map(|(name, value)| Setting::new(name, value));
        Ok(Candidate {
            name: entrant.contender.name.clone(),
            learner: entrant.contender.kind.name().into(),
            what: entrant.contender.kind.what().into(),
            settings: settings.collect(),
            figures: self.figures(predicted, threshold)?,
            validated: entrant.validated,
            fit_seconds: entrant.fit_seconds,
            search_seconds: entrant.search_seconds,
            bytes,
        })
    }

    /// How much better the best is than another, on the same resamples.
    pub fn difference(&self, other: &str, best: &[f64], others: &[f64]) -> Result<Difference> {
        let (metric, resampling) = (self.shown(), self.learn.resampling());
        let figure = difference(&self.scored(others), &self.scored(best), metric, resampling)?;
        Ok(Difference { other: other.into(), measure: metric, figure, paired: true })
    }

    /// The metric that people read first.
    pub fn shown(&self) -> Metric {
        if self.is_binary() { Metric::RocAuc } else { Metric::Rmse }
    }

    /// Everything that is drawn. The best comes first among `all`, names beside predictions.
    pub fn held_out(&self, best: &Entrant, all: &[(&str, &[f64])], threshold: f64) -> Result<HeldOut> {
        if !self.is_binary() {
            return Ok(HeldOut { errors: Some(self.errors(all[0].1)), ..HeldOut::default() });
        }
        let resampling = self.learn.resampling();
        let few = Resampling { count: 2, ..resampling };
        let score = |(_, predicted): &(&str, &[f64])| Ok(self.scored(predicted).binary(threshold)?.score(few));
        let scores = all.iter().map(score).collect::<Result<Vec<BinaryScore>>>()?;
        let curves = |of: fn(&BinaryScore) -> &Vec<(f64, f64)>| {
            let named = all.iter().zip(&scores);
            named.map(|((name, _), score)| Curve { name: (*name).into(), points: of(score).clone() }).collect()
        };
        Ok(HeldOut {
            roc: curves(|score| &score.roc),
            precision_recall: curves(|score| &score.precision_recall),
            calibration: Some(self.calibration(best, &scores[0])?),
            threshold: Some(self.threshold(&scores[0], all[0].1, threshold)),
            errors: None,
        })
    }

    fn calibration(&self, best: &Entrant, served: &BinaryScore) -> Result<Calibration> {
        let (after, error_after) = (served.reliability.clone(), served.calibration_error.value);
        let method = match best.calibration.report.method {
            Method::Platt => "Platt's line",
            Method::Isotonic => "isotonic regression",
            _ => {
                return Ok(Calibration { after, error_after, error_before: f64::NAN, ..Calibration::default() });
            }
        };
        let mut bare = best.model.clone();
        bare.links = vec![best.bare_link.clone()];
        let before = probabilities(&scores(&bare, self.sample));
        let before = self.scored(&before).binary(0.5)?;
        let bins = Bins::EqualCount(CALIBRATION_BINS);
        let rows = best.out_of_fold.rows.len();
        Ok(Calibration {
            method: format!("{method}, fitted on {rows} {} that the model had not seen", self.learn.params.rows[1]),
            error_before: before.calibration_error(bins),
            before: before.reliability(bins),
            after,
            error_after,
        })
    }

    fn threshold(&self, score: &BinaryScore, predicted: &[f64], at: f64) -> Threshold {
        let picked = |threshold: f64| {
            predicted.iter().filter(|probability| **probability >= threshold).count() as f64 / predicted.len() as f64
        };
        let mut curve: Vec<ThresholdPoint> = score
            .thresholds
            .iter()
            .map(|point| ThresholdPoint {
                at: point.threshold,
                precision: point.precision,
                recall: point.recall,
                f1: point.f1,
                picked: picked(point.threshold),
            })
            .collect();
        curve.sort_by(|one, other| one.at.total_cmp(&other.at));
        let count = |weight: f64| weight.round() as u64;
        let confusion = Confusion {
            true_positives: count(score.confusion.true_positive),
            false_positives: count(score.confusion.false_positive),
            false_negatives: count(score.confusion.false_negative),
            true_negatives: count(score.confusion.true_negative),
        };
        let why = "the highest F1 on training rows, each predicted by a model that had not seen it".into();
        Threshold { at, why, confusion, curve }
    }

    fn errors(&self, predicted: &[f64]) -> Errors {
        let actual = &self.sample.target;
        let (low, high) = (quantile(actual, 0.01), quantile(actual, 0.99));
        let residuals: Vec<f64> = actual.iter().zip(predicted).map(|(actual, told)| actual - told).collect();
        let wide = quantile(&residuals, 0.99).abs().max(quantile(&residuals, 0.01).abs());
        Errors {
            density: density(actual, predicted, low, high),
            residuals: histogram(&residuals, -wide, wide),
            bands: bands(actual, predicted),
        }
    }
}

/// The threshold with the highest F1 on predictions of training rows by models that had not seen them.
pub fn best_threshold(entrant: &Entrant, training: &Sample) -> Result<f64> {
    let raw = |values: &[f64]| entrant.out_of_fold.rows.iter().map(|row| values[*row]).collect::<Vec<f64>>();
    let link = &entrant.model.links[0];
    let scores: Vec<f64> = entrant.out_of_fold.raw.iter().map(|raw| link.apply(*raw)).collect();
    let (predicted, actual, weight) = (probabilities(&scores), raw(&training.target), raw(&training.weight));
    let scored = Scored { predicted: &predicted, actual: &actual, weight: &weight, group: None };
    Ok(scored.binary(0.5)?.best_f1().threshold)
}

fn of_binary(score: &BinaryScore) -> Figures {
    let figures: [(Metric, Figure); 9] = [
        (Metric::RocAuc, score.roc_auc),
        (Metric::PrAuc, score.pr_auc),
        (Metric::LogLoss, score.log_loss),
        (Metric::Brier, score.brier),
        (Metric::CalibrationError, score.calibration_error),
        (Metric::Accuracy, score.accuracy),
        (Metric::Precision, score.precision),
        (Metric::Recall, score.recall),
        (Metric::F1, score.f1),
    ];
    figures.into_iter().collect()
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

/// The cell of `value` among [`STEPS`] from `low` to `high`; none outside.
fn step(value: f64, low: f64, high: f64) -> Option<usize> {
    let place = (value - low) / (high - low) * STEPS as f64;
    (0.0..=STEPS as f64).contains(&place).then(|| (place as usize).min(STEPS - 1))
}

fn density(actual: &[f64], predicted: &[f64], low: f64, high: f64) -> Density {
    let mut density = Density { low, high, counts: vec![vec![0; STEPS]; STEPS], outside: 0 };
    for (actual, predicted) in actual.iter().zip(predicted) {
        match (step(*actual, low, high), step(*predicted, low, high)) {
            (Some(observed), Some(estimated)) => density.counts[observed][estimated] += 1,
            _ => density.outside += 1,
        }
    }
    density
}

fn histogram(values: &[f64], low: f64, high: f64) -> Histogram {
    let edges = (0..=STEPS).map(|index| low + (high - low) * index as f64 / STEPS as f64).collect();
    let mut histogram = Histogram { edges, counts: vec![0; STEPS], outside: 0 };
    for value in values {
        match step(*value, low, high) {
            Some(place) => histogram.counts[place] += 1,
            None => histogram.outside += 1,
        }
    }
    histogram
}

fn bands(actual: &[f64], predicted: &[f64]) -> Vec<ErrorBand> {
    let mut order: Vec<usize> = (0..actual.len()).collect();
    order.sort_by(|one, other| actual[*one].total_cmp(&actual[*other]));
    let bands = BANDS.min(order.len());
    let band = |index: usize| {
        let rows = &order[order.len() * index / bands..order.len() * (index + 1) / bands];
        let mean = |of: &dyn Fn(f64) -> f64| {
            math::ordered_sum(rows.iter().map(|row| of(predicted[*row] - actual[*row]))) / rows.len() as f64
        };
        let (first, last) = (actual[rows[0]], actual[rows[rows.len() - 1]]);
        let band = format!("{first:.3} to {last:.3}");
        ErrorBand { band, rows: rows.len() as u64, mae: mean(&f64::abs), bias: mean(&|error| error) }
    };
    (0..bands).map(band).collect()
}
