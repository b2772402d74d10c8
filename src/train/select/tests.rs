//! Planted features among noise: each way of selecting must find them.

use super::*;
use crate::error::{Code, Result};
use crate::evaluate::measures::Metric;
use crate::model::{Line, Linear, Model, Scaled, Term};
use crate::train::learn::{Learner, Watch};
use crate::train::random::Random;
use crate::train::sample::{Column, MISSING_LEVEL, Sample};
use crate::train::validate::{Fold, FoldParams, Rows};

fn uniform(random: &mut Random) -> f64 {
    random.below(1 << 30) as f64 / (1 << 30) as f64
}

/// Least squares of the amounts, by Gauss and Jordan.
struct LeastSquares;

impl Learner for LeastSquares {
    fn fit(&self, sample: &Sample, _: Watch) -> Result<Model> {
        let rows: Vec<Vec<f64>> = (0..sample.rows())
            .map(|row| {
                let values = sample.columns.iter().map(|column| column.value(row).unwrap_or(0.0));
                values.chain([1.0, sample.target[row]]).collect()
            })
            .collect();
        let weights = solved(&rows, sample.columns.len() + 1);
        let number = |weight: &f64| {
            let line = Line { weight: *weight as f32, slope: 0.0 };
            Term::Number(Scaled { scale: 1.0, low: -1e3, high: 1e3, line, ..Scaled::default() })
        };
        let (bias, weights) = weights.split_last().unwrap();
        let bias = Line { weight: *bias as f32, slope: 0.0 };
        Ok(Model::from(Linear { bias, terms: weights.iter().map(number).collect(), ..Linear::default() }))
    }
}

/// The solution of the normal equations; the last number of a row is its outcome.
fn solved(rows: &[Vec<f64>], unknowns: usize) -> Vec<f64> {
    let product = |one: usize, other: usize| rows.iter().map(|row| row[one] * row[other]).sum::<f64>();
    let mut system: Vec<Vec<f64>> =
        (0..unknowns).map(|one| (0..=unknowns).map(|other| product(one, other)).collect()).collect();
    (0..unknowns).for_each(|pivot| system[pivot][pivot] += 1e-9);
    for pivot in 0..unknowns {
        let by = system[pivot].iter().map(|value| value / system[pivot][pivot]).collect::<Vec<f64>>();
        for (number, row) in system.iter_mut().enumerate() {
            let times = if number == pivot { row[pivot] - 1.0 } else { row[pivot] };
            row.iter_mut().zip(&by).for_each(|(value, by)| *value -= times * by);
        }
    }
    system.iter().map(|row| row[unknowns]).collect()
}

/// Amounts `x0`, `x1` … of which the outcome is `2·x1 - x3` and noise.
fn planted(seed: u64, rows: usize, columns: usize) -> Sample {
    let mut random = Random::new(seed);
    let values: Vec<Vec<f64>> =
        (0..columns).map(|_| (0..rows).map(|_| uniform(&mut random) * 2.0 - 1.0).collect()).collect();
    let target = (0..rows).map(|row| 2.0 * values[1][row] - values[3][row] + uniform(&mut random) - 0.5).collect();
    Sample {
        names: (0..columns).map(|column| format!("x{column}")).collect(),
        columns: values.into_iter().map(Column::Number).collect(),
        target,
        weight: vec![1.0; rows],
    }
}

fn folds(sample: &Sample) -> Vec<Fold> {
    FoldParams::default().check().unwrap().split(&Rows { target: &sample.target, ..Rows::default() }).unwrap()
}

fn binary(mut sample: Sample) -> Sample {
    sample.target.iter_mut().for_each(|target| *target = f64::from(*target > 0.0));
    sample
}

#[test]
fn a_planted_feature_tells_most_whether_the_outcome_is_a_class_or_an_amount() {
    for sample in [planted(1, 2_000, 8), binary(planted(1, 2_000, 8))] {
        let told = information(&sample, 10).unwrap();
        let order: Vec<&str> = told.iter().map(|told| told.feature.as_str()).take(2).collect();
        assert_eq!(order, ["x1", "x3"]);
        assert!(told[1].gain > 4.0 * told[1].chance, "{:?}", told[1]);
        assert!(told[2..].iter().all(|told| told.gain < 2.5 * told.chance), "{told:?}");
    }
}

#[test]
fn information_of_levels_agrees_with_scikit_learn_and_by_hand() {
    let all: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/reference/validation.json")).unwrap();
    let whole = |name: &str| -> Vec<u16> {
        let values = all["information"][name].as_array().unwrap();
        values.iter().map(|value| value.as_u64().unwrap() as u16).collect()
    };
    let target: Vec<f64> = whole("actual").into_iter().map(f64::from).collect();
    let weight = vec![1.0; target.len()];
    let columns = vec![Column::Level { codes: whole("level"), levels: 5 }];
    let sample = Sample { names: vec!["level".into()], columns, target, weight };
    let nats = all["information"]["mutual_information_nats"].as_f64().unwrap();
    let told = &information(&sample, 4).unwrap()[0];
    assert!((told.gain - nats / std::f64::consts::LN_2).abs() < 1e-12, "{told:?}");
    // Four rows, the level decides the outcome: one bit of one bit, a bit and a half of its own.
    let columns = vec![Column::Level { codes: vec![1, 1, 2, MISSING_LEVEL], levels: 2 }];
    let target = vec![0.0, 0.0, 1.0, 1.0];
    let sample = Sample { names: vec!["level".into()], columns, target, weight: vec![1.0; 4] };
    let told = &information(&sample, 4).unwrap()[0];
    assert!((told.gain - 1.0).abs() < 1e-12 && (told.gain_ratio - 1.0 / 1.5).abs() < 1e-12, "{told:?}");
    assert!((told.share_known - 1.0).abs() < 1e-12 && told.bins == 3);
}

#[test]
fn that_a_value_is_missing_can_tell_all() {
    let target: Vec<f64> = (0..100).map(|row| f64::from(row % 4 == 0)).collect();
    let values = target.iter().map(|target| if *target == 1.0 { f64::NAN } else { 3.0 }).collect();
    let sample =
        Sample { names: vec!["x".into()], columns: vec![Column::Number(values)], target, weight: vec![1.0; 100] };
    let told = &information(&sample, 10).unwrap()[0];
    assert!((told.share_known - 1.0).abs() < 1e-12 && told.bins == 2, "{told:?}");
    assert_eq!(information(&sample, 1).map_err(|error| error.code()), Err(Code::BadConfig));
}

#[test]
fn shuffling_noise_costs_nothing_that_can_be_shown_and_a_planted_feature_costs_what_it_carries() {
    let model = LeastSquares.fit(&planted(3, 1_500, 8), &|_, _| {}).unwrap();
    let unseen = planted(4, 1_500, 8);
    let params = PermutationParams { metric: Metric::Mse, repeats: 10, ..PermutationParams::default() };
    let worth = params.check().unwrap().worth(&model, &unseen, None).unwrap();
    for (number, worth) in worth.iter().enumerate() {
        // Shuffling doubles the variance that the feature carries: 2 · 4/3 and 2 · 1/3.
        let carried = match number {
            1 => 8.0 / 3.0,
            3 => 2.0 / 3.0,
            _ => 0.0,
        };
        assert!(worth.loss.low <= carried && carried <= worth.loss.high, "{worth:?} instead of {carried}");
        assert_eq!(worth.loss.low > 0.0, carried > 0.0, "{worth:?}");
    }
    let group: Vec<u64> = (0..1_500).map(|row| row / 3).collect();
    let grouped = params.check().unwrap().worth(&model, &unseen, Some(&group)).unwrap();
    // Sums by shopper round otherwise.
    assert!((grouped[1].loss.value - worth[1].loss.value).abs() < 1e-12);
    assert_ne!(grouped[1].loss.low, worth[1].loss.low);
}

#[test]
fn a_loss_is_positive_whichever_way_the_metric_goes() {
    let unseen = binary(planted(4, 800, 5));
    let model = LeastSquares.fit(&planted(3, 800, 5), &|_, _| {}).unwrap();
    for metric in [Metric::RocAuc, Metric::Brier] {
        let params = PermutationParams { metric, ..PermutationParams::default() };
        let worth = params.check().unwrap().worth(&model, &unseen, None).unwrap();
        assert!(worth[1].loss.low > 0.0 && worth[1].loss.value > worth[3].loss.value, "{metric:?} {worth:?}");
    }
    let none = PermutationParams { repeats: 0, ..PermutationParams::default() };
    assert_eq!(none.check().map_err(|error| error.code()), Err(Code::BadConfig));
    let few = PermutationParams { resamples: 9, ..PermutationParams::default() };
    assert_eq!(few.check().map_err(|error| error.code()), Err(Code::BadConfig));
}

#[test]
fn elimination_keeps_planted_features_and_finds_that_two_are_enough() {
    let sample = planted(6, 600, 10);
    let params = EliminateParams { metric: Metric::Mse, step: 0.3, ..EliminateParams::default() };
    let told = std::sync::Mutex::new((0, 0));
    let watch = |done, total| *told.lock().unwrap() = (done, total);
    let found = params.check().unwrap().eliminate(&LeastSquares, &sample, &folds(&sample), &watch).unwrap();
    let sizes: Vec<usize> = found.rounds.iter().map(|round| round.features.len()).collect();
    assert_eq!(sizes, [10, 7, 5, 4, 3, 2, 1]);
    for round in &found.rounds[..6] {
        assert!(["x1", "x3"].iter().all(|planted| round.features.iter().any(|kept| kept == planted)), "{round:?}");
    }
    assert_eq!(found.rounds[6].features, ["x1"]);
    assert_eq!(found.rounds[found.smallest].features, ["x1", "x3"]);
    assert!(found.best <= 5 && found.rounds[6].score.mean > found.rounds[5].score.mean + 0.2);
    let (done, total) = *told.lock().unwrap();
    assert_eq!(done, total);
}

#[test]
fn elimination_goes_by_a_worth_of_the_callers() {
    let sample = planted(6, 200, 5);
    let checked = EliminateParams { metric: Metric::Mse, least: 4, ..EliminateParams::default() }.check().unwrap();
    // The planted features are said to be worth nothing.
    let worth =
        |_: &Model, unseen: &Sample| Ok(unseen.names.iter().map(|name| f64::from(name != "x1")).collect::<Vec<f64>>());
    let found = checked.eliminate_by(&LeastSquares, &sample, &folds(&sample), &worth, &|_, _| {}).unwrap();
    assert_eq!(found.rounds[1].features, ["x0", "x2", "x3", "x4"]);
    assert_eq!((found.best, found.smallest), (0, 0));
    let short = |_: &Model, _: &Sample| Ok(vec![1.0]);
    let refused = checked.eliminate_by(&LeastSquares, &sample, &folds(&sample), &short, &|_, _| {});
    assert_eq!(refused.map_err(|error| error.code()), Err(Code::BadIndex));
    for wrong in
        [EliminateParams { step: 1.0, ..Default::default() }, EliminateParams { least: 0, ..Default::default() }]
    {
        assert_eq!(wrong.check().map_err(|error| error.code()), Err(Code::BadConfig));
    }
}

#[test]
fn a_path_tells_who_enters_first() {
    let names = ["a", "b", "c", "d"].map(String::from);
    // In no order of strengths.
    let path = [(0.1, vec![0.2, -0.9, 0.0, 0.5]), (1.0, vec![0.0, -0.1, 0.0, 0.0]), (0.5, vec![0.1, -0.4, 0.0, 0.3])];
    let found = l1_path(&names, &path).unwrap();
    assert_eq!(found.strengths, [1.0, 0.5, 0.1]);
    let order: Vec<(&str, Option<f64>)> =
        found.features.iter().map(|feature| (feature.feature.as_str(), feature.enters)).collect();
    assert_eq!(order, [("b", Some(1.0)), ("d", Some(0.5)), ("a", Some(0.5)), ("c", None)]);
    assert_eq!(found.features[0].coefficients, [-0.1, -0.4, -0.9]);
    assert_eq!(found.selected(0.7), ["b"]);
    assert_eq!(found.selected(0.5), ["b", "d", "a"]);
    assert_eq!(found.selected(0.0), ["b", "d", "a"]);
    assert!(found.selected(2.0).is_empty());
    let wrong = [
        (vec![], Code::BadData),
        (vec![(1.0, vec![0.0; 3])], Code::BadIndex),
        (vec![(1.0, vec![f64::NAN; 4])], Code::NotFinite),
        (vec![(1.0, vec![0.0; 4]), (1.0, vec![0.0; 4])], Code::BadData),
    ];
    for (path, code) in wrong {
        assert_eq!(l1_path(&names, &path).map_err(|error| error.code()), Err(code));
    }
}
