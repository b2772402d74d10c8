//! Measures of scores against outcomes, with intervals from resampled rows.

use skonto::evaluate::learned::{Confusion, Figures, Measure, ThresholdPoint};
use skonto::evaluate::summary::{CalibrationBin, Figure};
use skonto::train::random::Random;

/// Scores or estimates beside outcomes.
#[derive(Clone)]
pub struct Judged {
    pub score: Vec<f64>,
    pub truth: Vec<f64>,
}

fn order(judged: &Judged, rows: &[usize]) -> Vec<usize> {
    let mut order = rows.to_vec();
    order.sort_by(|a, b| judged.score[*b].total_cmp(&judged.score[*a]));
    order
}

/// (share of no, share of yes, precision) at or above each distinct score, from the top.
fn sweep(judged: &Judged, rows: &[usize]) -> Vec<(f64, f64, f64)> {
    let order = order(judged, rows);
    let yes: f64 = rows.iter().map(|row| judged.truth[*row]).sum();
    let no = rows.len() as f64 - yes;
    let (mut hits, mut alarms, mut points) = (0.0, 0.0, vec![(0.0, 0.0, 1.0)]);
    for (at, row) in order.iter().enumerate() {
        hits += judged.truth[*row];
        alarms += 1.0 - judged.truth[*row];
        let is_last = order.get(at + 1).is_none_or(|next| judged.score[*next] != judged.score[*row]);
        if is_last {
            points.push((alarms / no, hits / yes, hits / (hits + alarms)));
        }
    }
    points
}

pub fn value(judged: &Judged, rows: &[usize], measure: Measure) -> f64 {
    let mean = |of: &dyn Fn(f64, f64) -> f64| {
        rows.iter().map(|row| of(judged.score[*row], judged.truth[*row])).sum::<f64>() / rows.len() as f64
    };
    let middle = mean(&|_, truth| truth);
    match measure {
        Measure::RocAuc => {
            sweep(judged, rows).windows(2).map(|pair| (pair[1].0 - pair[0].0) * (pair[0].1 + pair[1].1) / 2.0).sum()
        }
        Measure::PrAuc => sweep(judged, rows).windows(2).map(|pair| (pair[1].1 - pair[0].1) * pair[1].2).sum(),
        Measure::LogLoss => mean(&|score, truth| {
            let kept = score.clamp(1e-7, 1.0 - 1e-7);
            -(truth * kept.ln() + (1.0 - truth) * (1.0 - kept).ln())
        }),
        Measure::Brier | Measure::Mse => mean(&|score, truth| (score - truth).powi(2)),
        Measure::Rmse => mean(&|score, truth| (score - truth).powi(2)).sqrt(),
        Measure::Mae => mean(&|score, truth| (score - truth).abs()),
        Measure::R2 => 1.0 - mean(&|score, truth| (score - truth).powi(2)) / mean(&|_, truth| (truth - middle).powi(2)),
        _ => f64::NAN,
    }
}

/// The same rows drawn again and again, for every model alike.
pub fn draws(rows: usize, count: usize) -> Vec<Vec<usize>> {
    let mut random = Random::new(7);
    (0..count).map(|_| (0..rows).map(|_| random.below(rows)).collect()).collect()
}

fn spread(value: f64, mut values: Vec<f64>) -> Figure {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[(share * (values.len() - 1) as f64).round() as usize];
    Figure { value, low: at(0.025), high: at(0.975) }
}

pub fn figure(judged: &Judged, measure: Measure, draws: &[Vec<usize>]) -> Figure {
    let all: Vec<usize> = (0..judged.truth.len()).collect();
    spread(value(judged, &all, measure), draws.iter().map(|rows| value(judged, rows, measure)).collect())
}

pub fn figures(judged: &Judged, measures: &[Measure], draws: &[Vec<usize>]) -> Figures {
    measures.iter().map(|measure| (*measure, figure(judged, *measure, draws))).collect()
}

pub fn difference(first: &Judged, second: &Judged, measure: Measure, draws: &[Vec<usize>]) -> Figure {
    let minus = |rows: &[usize]| value(first, rows, measure) - value(second, rows, measure);
    let all: Vec<usize> = (0..first.truth.len()).collect();
    spread(minus(&all), draws.iter().map(|rows| minus(rows)).collect())
}

/// At most `most` points of both curves: ROC, then precision by recall.
pub fn curves(judged: &Judged, most: usize) -> (Vec<(f64, f64)>, Vec<(f64, f64)>) {
    let all: Vec<usize> = (0..judged.truth.len()).collect();
    let points = sweep(judged, &all);
    let every = points.len().div_ceil(most).max(1);
    let kept: Vec<_> = points.iter().enumerate().filter(|(at, _)| at % every == 0 || at + 1 == points.len()).collect();
    let roc = kept.iter().map(|(_, point)| (point.0, point.1)).collect();
    (roc, kept.iter().skip(1).map(|(_, point)| (point.1, point.2)).collect())
}

pub fn bins(judged: &Judged, count: usize) -> (Vec<CalibrationBin>, f64) {
    let all: Vec<usize> = (0..judged.truth.len()).collect();
    let order = order(judged, &all);
    let bins: Vec<CalibrationBin> = order
        .rchunks(order.len().div_ceil(count))
        .map(|rows| {
            let mean = |of: &[f64]| rows.iter().map(|row| of[*row]).sum::<f64>() / rows.len() as f64;
            let (predicted, observed) = (mean(&judged.score), mean(&judged.truth));
            CalibrationBin { predicted, observed, count: rows.len() as u64 }
        })
        .collect();
    let off = |bin: &CalibrationBin| bin.count as f64 * (bin.predicted - bin.observed).abs();
    let error = bins.iter().map(off).sum::<f64>() / order.len() as f64;
    (bins, error)
}

pub fn confusion(judged: &Judged, at: f64) -> Confusion {
    let count = |picked: bool, truth: f64| {
        judged.score.iter().zip(&judged.truth).filter(|(score, is)| (**score >= at) == picked && **is == truth).count()
    };
    Confusion {
        true_positives: count(true, 1.0) as u64,
        false_positives: count(true, 0.0) as u64,
        false_negatives: count(false, 1.0) as u64,
        true_negatives: count(false, 0.0) as u64,
    }
}

pub fn threshold_point(judged: &Judged, at: f64) -> ThresholdPoint {
    let it = confusion(judged, at);
    let (hits, picked) = (it.true_positives as f64, (it.true_positives + it.false_positives) as f64);
    let (precision, recall) = (hits / picked, hits / (it.true_positives + it.false_negatives) as f64);
    let f1 = if hits > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    ThresholdPoint { at, precision, recall, f1, picked: picked / it.rows() as f64 }
}

/// Pool adjacent violators: a rising map from scores to observed rates, fitted on some rows, applied to others.
pub fn isotonic(fitted: &Judged, scores: &[f64]) -> Vec<f64> {
    let all: Vec<usize> = (0..fitted.truth.len()).collect();
    let mut pools: Vec<(f64, f64, f64)> = Vec::new();
    for row in order(fitted, &all).into_iter().rev() {
        pools.push((fitted.truth[row], 1.0, fitted.score[row]));
        while pools.len() > 1
            && pools[pools.len() - 2].0 / pools[pools.len() - 2].1
                >= pools[pools.len() - 1].0 / pools[pools.len() - 1].1
        {
            let (sum, count, from) = pools.pop().unwrap();
            let last = pools.last_mut().unwrap();
            *last = (last.0 + sum, last.1 + count, last.2.min(from));
        }
    }
    let rate = |score: f64| {
        let at = pools.partition_point(|pool| pool.2 <= score).saturating_sub(1);
        (pools[at].0 + 0.2) / (pools[at].1 + 1.3)
    };
    scores.iter().map(|score| rate(*score)).collect()
}
