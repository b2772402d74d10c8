//! Hand counts, scikit-learn's numbers (`tests/reference/validation.py`), and intervals that hold what was planted.

use super::*;
use crate::evaluate::metrics::Resampling;
use crate::evaluate::summary::Figure;
use crate::train::random::Random;
use serde_json::Value;

const RESAMPLING: Resampling = Resampling { count: 400, seed: 5 };

fn reference(table: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../../../tests/reference/validation.json")).unwrap();
    all[table].clone()
}

fn numbers(table: &Value, name: &str) -> Vec<f64> {
    table[name].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

fn uniform(random: &mut Random) -> f64 {
    random.below(1 << 30) as f64 / (1 << 30) as f64
}

fn normal(random: &mut Random) -> f64 {
    (0..12).map(|_| uniform(random)).sum::<f64>() - 6.0
}

fn plain<'a>(predicted: &'a [f64], actual: &'a [f64], weight: &'a [f64]) -> Scored<'a> {
    Scored { predicted, actual, weight, group: None }
}

fn close(what: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{what}: {found} instead of {expected}");
}

#[test]
fn agrees_with_scikit_learn_on_weighted_rows_with_ties() {
    for table in ["binary", "regression"] {
        let table = reference(table);
        let columns = ["predicted", "actual", "weight"].map(|name| numbers(&table, name));
        let scored = plain(&columns[0], &columns[1], &columns[2]);
        for (name, expected) in table["figures"].as_object().unwrap() {
            let metric: Metric = serde_json::from_value(Value::from(name.as_str())).unwrap();
            close(name, metric.of(&scored).unwrap(), expected.as_f64().unwrap());
        }
    }
}

#[test]
fn confusion_and_best_threshold_agree_with_scikit_learn() {
    let table = reference("binary");
    let columns = ["predicted", "actual", "weight"].map(|name| numbers(&table, name));
    let binary = plain(&columns[0], &columns[1], &columns[2]).binary(0.5).unwrap();
    let found = binary.confusion();
    let expected: Vec<f64> = table["confusion"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row.as_array().unwrap().iter().map(|cell| cell.as_f64().unwrap()).collect::<Vec<f64>>())
        .collect();
    assert_eq!(
        [found.true_negative, found.false_positive, found.false_negative, found.true_positive].as_slice(),
        expected
    );
    let best = numbers(&table, "best_f1");
    close("threshold", binary.best_f1().threshold, best[0]);
    close("f1", binary.best_f1().f1, best[1]);
}

#[test]
fn figures_match_hand_counts() {
    // At 0.5: 0.9 and 0.6 are hits, 0.8 is a false alarm, 0.3 is rightly left out.
    let scored = plain(&[0.9, 0.8, 0.6, 0.3], &[1.0, 0.0, 1.0, 0.0], &[1.0; 4]);
    let rows = [
        (Metric::Accuracy, 0.75),
        (Metric::Precision, 2.0 / 3.0),
        (Metric::Recall, 1.0),
        (Metric::F1, 0.8),
        (Metric::RocAuc, 0.75),
        (Metric::PrAuc, 5.0 / 6.0),
        (Metric::Brier, (0.01 + 0.64 + 0.16 + 0.09) / 4.0),
        // Every row is a bin of its own.
        (Metric::CalibrationError, (0.1 + 0.8 + 0.4 + 0.3) / 4.0),
    ];
    for (metric, expected) in rows {
        close(&format!("{metric:?}"), metric.of(&scored).unwrap(), expected);
    }
    let amounts = plain(&[2.0, 4.0, 1.0], &[1.0, 5.0, 0.0], &[1.0; 3]);
    // Mean 2, variance sum 14, squared errors 1 + 1 + 1; the row of outcome 0 has no relative error.
    let rows =
        [(Metric::Mse, 1.0), (Metric::Mae, 1.0), (Metric::Mape, (1.0 + 0.2) / 2.0), (Metric::R2, 1.0 - 3.0 / 14.0)];
    for (metric, expected) in rows {
        close(&format!("{metric:?}"), metric.of(&amounts).unwrap(), expected);
    }
}

#[test]
fn equal_width_bins_match_a_hand_count() {
    // Two bins: (0.2, 0.4) with one of two bought: |0.3 - 0.5|; (0.8, 1.0) with both bought: |0.9 - 1|.
    let binary = plain(&[0.2, 0.4, 0.8, 1.0], &[0.0, 1.0, 1.0, 1.0], &[1.0; 4]).binary(0.5).unwrap();
    close("error", binary.calibration_error(Bins::EqualWidth(2)), 0.15);
    let bins = binary.reliability(Bins::EqualWidth(2));
    assert_eq!(bins.iter().map(|bin| (bin.observed, bin.count)).collect::<Vec<_>>(), [(0.5, 2), (1.0, 2)]);
    assert_eq!(binary.reliability(Bins::EqualCount(4)).len(), 4);
}

#[test]
fn a_weight_counts_as_that_many_rows() {
    let weighted = plain(&[0.9, 0.8, 0.6], &[1.0, 0.0, 1.0], &[1.0, 3.0, 2.0]);
    let copied = plain(&[0.9, 0.8, 0.8, 0.8, 0.6, 0.6], &[1.0, 0.0, 0.0, 0.0, 1.0, 1.0], &[1.0; 6]);
    for metric in [Metric::Accuracy, Metric::F1, Metric::RocAuc, Metric::PrAuc, Metric::LogLoss, Metric::Brier] {
        close(&format!("{metric:?}"), metric.of(&weighted).unwrap(), metric.of(&copied).unwrap());
    }
}

#[test]
fn figures_there_are_none_of_are_left_out() {
    let score = plain(&[1.0, 2.0], &[0.0, 0.0], &[1.0; 2]).regression().unwrap().score(RESAMPLING);
    assert!(score.mape.is_none() && score.r2.is_none());
    let score = plain(&[1.0, 2.0, 2.0], &[0.1; 3], &[0.3; 3]).regression().unwrap().score(RESAMPLING);
    assert!(score.mape.is_some() && score.r2.is_none());
}

#[test]
fn refuses_rows_that_cannot_be_measured() {
    let one = [1.0; 2];
    type Wrong<'a> = (&'a [f64], &'a [f64], &'a [f64], Code);
    let rows: [Wrong; 6] = [
        (&[], &[], &[], Code::BadData),
        (&[0.5], &[1.0, 0.0], &one, Code::BadIndex),
        (&[0.5, f64::NAN], &[1.0, 0.0], &one, Code::NotFinite),
        (&[0.5, 1.5], &[1.0, 0.0], &one, Code::OutOfRange),
        (&[0.5, 0.5], &[1.0, 2.0], &one, Code::OutOfRange),
        (&[0.5, 0.5], &[1.0, 1.0], &one, Code::BadData),
    ];
    for (predicted, actual, weight, code) in rows {
        assert_eq!(plain(predicted, actual, weight).binary(0.5).map_err(|error| error.code()).err(), Some(code));
    }
    let weightless = plain(&[0.5, 0.5], &[1.0, 0.0], &[1.0, 0.0]);
    assert_eq!(weightless.regression().map_err(|error| error.code()).err(), Some(Code::OutOfRange));
}

/// Rows of shoppers that each have their own habit, and their score: the error of a row is 1 on average.
fn grouped_errors(seed: u64, shoppers: usize, visits: usize) -> (Vec<f64>, Vec<f64>, Vec<u64>) {
    let mut random = Random::new(seed);
    let (mut predicted, mut group) = (Vec::new(), Vec::new());
    for shopper in 0..shoppers {
        let habit = normal(&mut random);
        for _ in 0..visits {
            predicted.push(10.0 + habit * 0.8 + normal(&mut random) * 0.6);
            group.push(shopper as u64 * 7);
        }
    }
    let actual = vec![10.0; predicted.len()];
    (predicted, actual, group)
}

/// How often the interval of the mean squared error, 0.8² + 0.6² = 1, holds it.
fn coverage(by_group: bool) -> f64 {
    let runs = 400;
    let held = (0..runs).filter(|run| {
        let (predicted, actual, group) = grouped_errors(*run * 31 + 1, 150, 6);
        let weight = vec![1.0; actual.len()];
        let group = by_group.then_some(group.as_slice());
        let scored = Scored { predicted: &predicted, actual: &actual, weight: &weight, group };
        let mse = scored.regression().unwrap().score(Resampling { count: 200, seed: *run }).mse;
        mse.low <= 1.0 && 1.0 <= mse.high
    });
    held.count() as f64 / runs as f64
}

#[test]
fn intervals_over_shoppers_hold_the_truth_about_95_times_in_100_and_over_rows_do_not() {
    let (by_group, by_row) = (coverage(true), coverage(false));
    assert!((0.90..=0.985).contains(&by_group), "{by_group}");
    assert!(by_row < by_group - 0.1, "{by_row} against {by_group}");
}

/// Probabilities that are true, and what they came to.
fn true_probabilities(seed: u64, rows: usize) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random::new(seed);
    let predicted: Vec<f64> = (0..rows).map(|_| uniform(&mut random)).collect();
    let actual = predicted.iter().map(|chance| f64::from(uniform(&mut random) < *chance)).collect();
    (predicted, actual)
}

#[test]
fn intervals_hold_the_estimate_and_narrow_with_more_rows() {
    let width = |rows: usize| {
        let (predicted, actual) = true_probabilities(3, rows);
        let score = plain(&predicted, &actual, &vec![1.0; rows]).binary(0.5).unwrap().score(RESAMPLING);
        let figures = [score.accuracy, score.f1, score.roc_auc, score.pr_auc, score.log_loss, score.brier];
        figures.map(|figure: Figure| {
            assert!(figure.low < figure.value && figure.value < figure.high, "{figure:?}");
            figure.high - figure.low
        })
    };
    for (few, many) in width(200).into_iter().zip(width(5_000)) {
        assert!(many < few / 3.0, "{many} against {few}");
    }
}

#[test]
fn a_paired_difference_sees_what_two_intervals_hide() {
    let (predicted, actual) = true_probabilities(8, 1_000);
    let blurred: Vec<f64> = predicted.iter().map(|chance| 0.5 + (chance - 0.5) * 0.8).collect();
    let weight = vec![1.0; 1_000];
    let (good, bad) = (plain(&predicted, &actual, &weight), plain(&blurred, &actual, &weight));
    let loss = |scored: &Scored| scored.binary(0.5).unwrap().score(RESAMPLING).log_loss;
    assert!(loss(&good).high > loss(&bad).low, "apart already");
    let excess = difference(&good, &bad, Metric::LogLoss, RESAMPLING).unwrap();
    assert!(excess.low > 0.0, "{excess:?}");
    close("value", excess.value, loss(&bad).value - loss(&good).value);
    let none = difference(&good, &good, Metric::RocAuc, RESAMPLING).unwrap();
    assert_eq!((none.low, none.high), (0.0, 0.0));
    let reversed: Vec<f64> = actual.iter().rev().copied().collect();
    assert!(difference(&good, &plain(&predicted, &reversed, &weight), Metric::RocAuc, RESAMPLING).is_err());
}

#[test]
fn the_same_rows_give_the_same_intervals_and_more_resamples_keep_the_first() {
    let (predicted, actual) = true_probabilities(4, 300);
    let weight = vec![1.0; 300];
    let scored = plain(&predicted, &actual, &weight);
    let score = |count| scored.binary(0.5).unwrap().score(Resampling { count, seed: 9 });
    assert_eq!(serde_json::to_string(&score(100)).unwrap(), serde_json::to_string(&score(100)).unwrap());
    let blurred: Vec<f64> = predicted.iter().map(|chance| 0.5 + (chance - 0.5) * 0.8).collect();
    let other = plain(&blurred, &actual, &weight);
    let draws = |count| resampled_difference(&scored, &other, Metric::Brier, Resampling { count, seed: 9 }).unwrap().1;
    assert_eq!(draws(12), draws(29)[..12]);
    assert_ne!(draws(2)[0], draws(2)[1]);
}

#[test]
fn curves_and_thresholds_stay_short_and_reach_both_ends() {
    let (predicted, actual) = true_probabilities(6, 4_000);
    let score = plain(&predicted, &actual, &vec![1.0; 4_000]).binary(0.5).unwrap().score(RESAMPLING);
    assert!(score.thresholds.len() == 200 && score.roc.len() <= 200 && score.precision_recall.len() <= 200);
    assert!(score.thresholds.windows(2).all(|pair| pair[0].threshold > pair[1].threshold));
    assert_eq!(score.thresholds.last().unwrap().recall, 1.0);
    assert!(score.thresholds.iter().all(|threshold| threshold.f1 <= score.best_f1.f1));
}

/// 1,000 resamples of 15,000 rows. `cargo test --release --lib -- --ignored --nocapture thousand_resamples`
#[test]
#[ignore = "measures time"]
fn thousand_resamples_of_15_000_rows() {
    let (predicted, actual) = true_probabilities(6, 15_000);
    let weight = vec![1.0; 15_000];
    let start = std::time::Instant::now();
    let score = plain(&predicted, &actual, &weight).binary(0.5).unwrap().score(Resampling { count: 1_000, seed: 1 });
    println!("{:?} for {:?}", start.elapsed(), score.roc_auc);
}
