//! Planted lines and curves, brute force on small tables, scikit-learn's numbers, and what a model may hold.

use super::*;
use crate::model::{Linear, MAX_POINTS, Target};
use crate::train::random::Random;
use proptest::prelude::*;

fn uniform(random: &mut Random) -> f64 {
    random.below(1 << 30) as f64 / (1 << 30) as f64
}

/// Scores from -3 to 3 and outcomes whose log-odds are `log_odds` of the score.
fn planted(seed: u64, rows: usize, log_odds: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random::new(seed);
    let scores: Vec<f64> = (0..rows).map(|_| uniform(&mut random) * 6.0 - 3.0).collect();
    let draw = |score: &f64| f64::from(uniform(&mut random) < math::sigmoid(log_odds(*score)));
    let outcome = scores.iter().map(draw).collect();
    (scores, outcome)
}

fn rows<'a>(raw: &'a [f64], outcome: &'a [f64], weight: &'a [f64]) -> Uncalibrated<'a> {
    Uncalibrated { raw, score: raw, outcome, weight, arms: None, group: None }
}

fn fitted(method: Method, link: &Link, rows: &Uncalibrated) -> Calibration {
    CalibrateParams { method, ..CalibrateParams::default() }.check().unwrap().fit(link, rows).unwrap()
}

fn reference() -> serde_json::Value {
    let all: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/reference/validation.json")).unwrap();
    all["calibration"].clone()
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

#[test]
fn platt_recovers_a_planted_line() {
    let (scores, outcome) = planted(1, 40_000, |score| 1.7 * score - 0.6);
    let line = platt(&scores, &outcome, &vec![1.0; 40_000]);
    assert!((line.slope - 1.7).abs() < 0.05 && (line.offset + 0.6).abs() < 0.05, "{line:?}");
    // The same scores in other units: the same log-odds.
    let moved: Vec<f64> = scores.iter().map(|score| score * 1e-4 + 500.0).collect();
    let other = platt(&moved, &outcome, &vec![1.0; 40_000]);
    assert!((other.slope * 1e-4 - line.slope).abs() < 1e-6, "{other:?}");
}

#[test]
fn platt_agrees_with_scikit_learn() {
    let table = reference();
    let (raw, actual, expected) = (numbers(&table["raw"]), numbers(&table["actual"]), numbers(&table["platt"]));
    let line = platt(&raw, &actual, &vec![1.0; raw.len()]);
    // scikit-learn stops its descent at a gradient of 1e-6.
    assert!((line.slope - expected[0]).abs() < 1e-4 && (line.offset - expected[1]).abs() < 1e-4, "{line:?}");
}

#[test]
fn a_weight_counts_as_that_many_rows() {
    let line = platt(&[0.0, 1.0, 2.0, 3.0], &[0.0, 1.0, 0.0, 1.0], &[2.0, 1.0, 1.0, 3.0]);
    let copied = platt(&[0.0, 0.0, 1.0, 2.0, 3.0, 3.0, 3.0], &[0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0], &[1.0; 7]);
    assert!((line.slope - copied.slope).abs() < 1e-9 && (line.offset - copied.offset).abs() < 1e-9);
}

#[test]
fn platt_stays_finite_on_scores_without_a_fault_and_flat_on_scores_that_rank_backwards() {
    let (scores, parted): (Vec<f64>, Vec<f64>) = (0..100).map(|row| (row as f64, f64::from(row >= 50))).unzip();
    let line = platt(&scores, &parted, &[1.0; 100]);
    assert!(line.slope > 0.0 && line.slope < 10.0 && line.offset.is_finite(), "{line:?}");
    let backwards: Vec<f64> = parted.iter().map(|outcome| 1.0 - outcome).collect();
    let flat = platt(&scores, &backwards, &[1.0; 100]);
    assert!(flat.slope == 0.0 && flat.offset.abs() < 1e-7, "{flat:?}");
    let same = platt(&[5.0; 4], &[1.0, 1.0, 1.0, 0.0], &[1.0; 4]);
    // Targets: three of 4/5 and one of 1/3.
    assert!(same.slope == 0.0 && (math::sigmoid(same.offset) - (2.4 + 1.0 / 3.0) / 4.0).abs() < 1e-7, "{same:?}");
}

#[test]
fn isotonic_agrees_with_scikit_learn() {
    let table = reference();
    let (raw, actual, weight) = (numbers(&table["raw"]), numbers(&table["actual"]), numbers(&table["weight"]));
    let blocks = pool(&raw, &actual, &weight);
    for (score, expected) in raw.iter().zip(numbers(&table["isotonic"])) {
        let block = blocks.iter().find(|block| block.first <= *score && *score <= block.last).unwrap();
        assert!((block.mean - expected).abs() < 1e-9, "{score}: {} instead of {expected}", block.mean);
    }
}

/// The least squared distance of any rising step function: every way to cut rows into runs, each at its mean.
fn least_squares(outcome: &[f64], weight: &[f64]) -> f64 {
    let mut least = f64::INFINITY;
    for cuts in 0..1u32 << (outcome.len() - 1) {
        let (mut start, mut before, mut sum, mut rises) = (0, f64::NEG_INFINITY, 0.0, true);
        for end in 1..=outcome.len() {
            if end < outcome.len() && cuts >> (end - 1) & 1 == 0 {
                continue;
            }
            let total: f64 = weight[start..end].iter().sum();
            let mean = (start..end).map(|row| outcome[row] * weight[row]).sum::<f64>() / total;
            sum += (start..end).map(|row| weight[row] * (outcome[row] - mean) * (outcome[row] - mean)).sum::<f64>();
            rises &= mean >= before;
            (start, before) = (end, mean);
        }
        if rises {
            least = least.min(sum);
        }
    }
    least
}

proptest! {
    #[test]
    fn pooling_rises_and_no_rising_curve_is_nearer(
        rows in prop::collection::vec((0.0..1.0f64, 0.1..3.0f64), 1..10),
    ) {
        let (outcome, weight): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        let scores: Vec<f64> = (0..outcome.len()).map(|row| row as f64).collect();
        let blocks = pool(&scores, &outcome, &weight);
        prop_assert!(blocks.windows(2).all(|pair| pair[0].mean < pair[1].mean && pair[0].last < pair[1].first));
        let of = |score: f64| blocks.iter().find(|block| block.first <= score && score <= block.last).unwrap().mean;
        let distance: f64 = (0..outcome.len())
            .map(|row| weight[row] * (outcome[row] - of(scores[row])) * (outcome[row] - of(scores[row])))
            .sum();
        let least = least_squares(&outcome, &weight);
        prop_assert!((distance - least).abs() < 1e-9, "{distance} against {least}");
    }

    #[test]
    fn every_link_is_one_that_a_model_may_hold(
        rows_of in prop::collection::vec((-5.0..5.0f64, any::<bool>(), 0.1..4.0f64), 2..60),
        rounded in any::<bool>(), method in 0usize..3, logit in any::<bool>(),
    ) {
        let round = |raw: f64| if rounded { raw.round() } else { raw };
        let raw: Vec<f64> = rows_of.iter().map(|row| if logit { math::sigmoid(row.0) } else { round(row.0) }).collect();
        let outcome: Vec<f64> = rows_of.iter().map(|row| f64::from(row.1)).collect();
        let weight: Vec<f64> = rows_of.iter().map(|row| row.2).collect();
        prop_assume!(outcome.contains(&0.0) && outcome.contains(&1.0));
        let method = [Method::Platt, Method::Isotonic, Method::Auto][method];
        let link = if logit { Link::Logit } else { Link::Identity };
        let calibration = fitted(method, &link, &rows(&raw, &outcome, &weight));
        let mut model = Model::new(crate::model::Scorer::Linear(Linear::default()), Target::Buys);
        calibration.apply(&mut model);
        prop_assert_eq!(model.check(&Default::default(), &Default::default(), 1), Ok(()));
        let mut sorted = raw.clone();
        sorted.sort_by(f64::total_cmp);
        let scores: Vec<f64> = sorted.iter().map(|raw| model.links[0].apply(*raw)).collect();
        prop_assert!(scores.windows(2).all(|pair| pair[0] <= pair[1]) && scores.iter().all(|score| score.is_finite()));
    }
}

#[test]
fn isotonic_recovers_a_planted_curve_in_few_points() {
    let curve = |score: f64| if score < 0.0 { -2.0 } else { score };
    let (raw, outcome) = planted(4, 60_000, curve);
    let calibration = fitted(Method::Isotonic, &Link::Identity, &rows(&raw, &outcome, &vec![1.0; 60_000]));
    let Link::Curve(points) = &calibration.links[0] else { panic!("no curve") };
    assert!(points.len() <= MAX_POINTS);
    for score in [-2.5, -1.0, -0.4, 0.7, 1.5, 2.3] {
        let found = calibration.links[0].apply(score);
        assert!((found - curve(score)).abs() < 0.25, "{score}: {found} instead of {}", curve(score));
    }
}

#[test]
fn a_curve_of_too_many_blocks_is_thinned_and_still_rises() {
    let raw: Vec<f64> = (0..40_000).map(f64::from).collect();
    // Each stretch of 40 rows has one more outcome of 1 than the one before, up to all 40; 1,000 blocks of means.
    let outcome: Vec<f64> = (0..40_000).map(|row| f64::from(row % 1_000 < row / 40)).collect();
    let weight: Vec<f64> = vec![1.0; 40_000];
    let calibration = fitted(Method::Isotonic, &Link::Identity, &rows(&raw, &outcome, &weight));
    let Link::Curve(points) = &calibration.links[0] else { panic!("no curve") };
    assert!((20..=MAX_POINTS).contains(&points.len()), "{}", points.len());
    assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
}

#[test]
fn probabilities_stay_off_0_and_1_by_about_a_row() {
    let (raw, outcome): (Vec<f64>, Vec<f64>) = (0..200).map(|row| (row as f64, f64::from(row >= 100))).unzip();
    let calibration = fitted(Method::Isotonic, &Link::Identity, &rows(&raw, &outcome, &vec![1.0; 200]));
    let probability = |raw: f64| math::sigmoid(calibration.links[0].apply(raw));
    // 100 rows of outcome 0 and the prior's 1.
    assert!((probability(0.0) - 1.0 / 101.0).abs() < 1e-6, "{}", probability(0.0));
    assert!((probability(500.0) - 100.0 / 101.0).abs() < 1e-6, "{}", probability(500.0));
}

#[test]
fn a_line_over_probabilities_follows_their_log_odds() {
    let (log_odds, outcome) = planted(7, 20_000, |score| 0.5 * score + 0.4);
    let raw: Vec<f64> = log_odds.iter().map(|score| math::sigmoid(*score)).collect();
    let weight = vec![1.0; 20_000];
    let calibration = fitted(Method::Platt, &Link::Logit, &rows(&raw, &outcome, &weight));
    let line = platt(&log_odds, &outcome, &weight);
    for score in [-12.0, -3.3, -0.01, 0.0, 1.234, 4.0, 9.0] {
        let (found, expected) = (calibration.links[0].apply(math::sigmoid(score)), line.slope * score + line.offset);
        assert!((found - expected).abs() < 1e-3, "{score}: {found} instead of {expected}");
    }
}

#[test]
fn auto_takes_the_shape_that_is_true() {
    type Shape = fn(f64) -> f64;
    let shapes: [(Method, Shape); 3] = [
        (Method::None, |score| score),
        (Method::Platt, |score| 2.5 * score + 1.0),
        (Method::Isotonic, |score| if score < 1.0 { -1.5 } else { 2.0 }),
    ];
    for (expected, log_odds) in shapes {
        let (raw, outcome) = planted(11, 20_000, log_odds);
        let calibration = fitted(Method::Auto, &Link::Identity, &rows(&raw, &outcome, &vec![1.0; 20_000]));
        assert_eq!(calibration.report.method, expected, "{:?}", calibration.report);
        assert_eq!(calibration.report.losses.len(), 3);
        assert_eq!(calibration.links.is_empty(), expected == Method::None);
    }
}

#[test]
fn an_arm_with_enough_rows_has_its_own_link_and_others_share_one() {
    let (mut raw, mut outcome) = planted(2, 4_000, |score| score - 1.0);
    let (other_raw, other_outcome) = planted(3, 4_000, |score| 2.0 * score + 1.0);
    raw.extend(other_raw);
    outcome.extend(other_outcome);
    // Arm 2 has ten rows, arm 3 none.
    let arm: Vec<usize> = (0..8_000).map(|row| if row < 10 { 2 } else { row / 4_000 }).collect();
    let weight = vec![1.0; 8_000];
    let table = Uncalibrated { arms: Some((&arm, 4)), ..rows(&raw, &outcome, &weight) };
    let calibration = fitted(Method::Platt, &Link::Identity, &table);
    assert_eq!(calibration.report.own_arms, [0, 1]);
    let lines: Vec<(f32, f32)> = calibration
        .links
        .iter()
        .map(|link| match link {
            Link::Affine { slope, offset } => (*slope, *offset),
            _ => panic!("no line"),
        })
        .collect();
    assert_eq!(lines.len(), 4);
    assert!((lines[0].0 - 1.0).abs() < 0.15 && (lines[1].0 - 2.0).abs() < 0.2, "{lines:?}");
    assert!(lines[2] == lines[3] && lines[2] != lines[0]);
    let few = CalibrateParams { method: Method::Platt, arm_rows: 5_000, ..CalibrateParams::default() };
    assert_eq!(few.check().unwrap().fit(&Link::Identity, &table).unwrap().links.len(), 1);
}

/// Says three times the log-odds that its first column holds.
struct TooBold;

impl Learner for TooBold {
    fn fit(&self, _: &Sample, watch: Watch) -> Result<Model> {
        watch(1, 1);
        let line = crate::model::Line { weight: 3.0, slope: 0.0 };
        let number = crate::model::Scaled { scale: 1.0, low: -9.0, high: 9.0, line, ..Default::default() };
        Ok(Model::from(Linear { terms: vec![crate::model::Term::Number(number)], ..Linear::default() }))
    }
}

#[test]
fn a_learner_that_is_too_bold_is_calibrated_out_of_fold() {
    let (scores, target) = planted(5, 6_000, |score| score);
    let columns = vec![crate::train::sample::Column::Number(scores)];
    let sample = Sample { names: vec!["x".into()], columns, target, weight: vec![1.0; 6_000] };
    let rows = crate::train::validate::Rows { target: &sample.target, ..Default::default() };
    let folds = crate::train::validate::FoldParams::default().check().unwrap().split(&rows).unwrap();
    let group: Vec<u64> = (0..6_000).map(|row| row / 2).collect();
    let told = std::sync::Mutex::new(Vec::new());
    let watch = |done, total| told.lock().unwrap().push((done, total));
    let params = CalibrateParams::default().check().unwrap();
    let (model, report) = fit_calibrated(&TooBold, &sample, &folds, Some(&group), &params, &watch).unwrap();
    assert_eq!(report.method, Method::Platt, "{report:?}");
    let Link::Affine { slope, offset } = model.links[0] else { panic!("no line") };
    assert!((slope - 1.0 / 3.0).abs() < 0.03 && offset.abs() < 0.1, "{slope} {offset}");
    let told = told.into_inner().unwrap();
    assert_eq!(told.last(), Some(&(6_000, 6_000)));
    assert!(told.iter().all(|(done, total)| done <= total));
}

#[test]
fn refuses_rows_that_teach_nothing() {
    let checked = CalibrateParams::default().check().unwrap();
    let fit = |rows: Uncalibrated| checked.fit(&Link::Identity, &rows).map_err(|error| error.code()).err();
    let one = [1.0; 2];
    assert_eq!(fit(rows(&[0.0, 1.0], &[1.0, 1.0], &one)), Some(Code::BadData));
    assert_eq!(fit(rows(&[0.0, f64::NAN], &[1.0, 0.0], &one)), Some(Code::NotFinite));
    assert_eq!(fit(rows(&[0.0], &[1.0, 0.0], &one)), Some(Code::BadIndex));
    assert_eq!(fit(rows(&[0.0, 1.0], &[1.0, 0.5], &one)), Some(Code::OutOfRange));
    assert_eq!(fit(rows(&[0.0, 1.0], &[1.0, 0.0], &[1.0, -1.0])), Some(Code::OutOfRange));
    let arms = Uncalibrated { arms: Some((&[0, 2], 2)), ..rows(&[0.0, 1.0], &[1.0, 0.0], &one) };
    assert_eq!(fit(arms), Some(Code::BadIndex));
    let params = CalibrateParams { folds: 1, ..CalibrateParams::default() };
    assert_eq!(params.check().map_err(|error| error.code()).err(), Some(Code::BadConfig));
}
