//! Planted gains demanded back, from every method.

use super::planted::{trial, truth_of, unit};
use super::*;
use crate::model::{Model, Scorer};
use crate::train::learn::Kind;
use crate::train::random::Random;
use crate::train::sample::Column;

const COIN: fn(f64) -> [f64; 3] = |_| [0.4, 0.3, 0.3];
/// Who bought lately was mailed more often.
const CONFOUNDED: fn(f64) -> [f64; 3] = |x| [0.8 - 0.6 * x, 0.1 + 0.5 * x, 0.1 + 0.1 * x];

fn params(method: Method, trees: bool) -> UpliftParams {
    let mut params = UpliftParams { method, ..UpliftParams::default() };
    if trees {
        (params.yes_no, params.amount) = (Kind::Boosted, Kind::Boosted);
        params.amount_settings = "rounds = 60\nmax_leaves = 7\nlearning_rate = 0.1".parse().unwrap();
    }
    params
}

/// Root of the mean squared error of all gains.
fn error(effects: &Effects, trial: &Trial) -> f64 {
    let squares = effects.gains_of(&trial.features).into_iter().enumerate().map(|(row, gains)| {
        let truth = truth_of(trial, row);
        gains.iter().zip(truth).map(|(gain, truth)| (gain - truth) * (gain - truth)).sum::<f64>()
    });
    (squares.sum::<f64>() / trial.rows() as f64).sqrt()
}

#[test]
fn every_method_recovers_planted_gains() {
    let (train, fresh) = (trial(6_000, 1, COIN), trial(2_000, 2, COIN));
    let check = |method: Method, trees: bool, most: f64| {
        let effects = params(method, trees).check().unwrap().fit(&train, None, &|_, _| {}).unwrap();
        let found = error(&effects, &fresh);
        assert!(found < most, "{method:?}, trees {trees}: error {found}, limit {most}");
        assert_eq!(effects.evidence, Evidence::Randomised);
    };
    // Gains differ by about 2.5 from their mean.
    check(Method::Single, false, 0.15);
    check(Method::Separate, false, 0.15);
    check(Method::Crossed, false, 0.15);
    check(Method::DoublyRobust, false, 0.2);
    check(Method::Single, true, 0.8);
    check(Method::Separate, true, 0.8);
    check(Method::Crossed, true, 0.6);
    check(Method::DoublyRobust, true, 0.6);
}

#[test]
fn chances_of_a_stage_times_its_value_recover_planted_gains() {
    let mut train = trial(30_000, 3, COIN);
    let mut random = Random::new(8);
    let visits: Vec<f64> = (0..train.rows())
        .map(|row| {
            let recency = train.features.columns[0].value(row).unwrap();
            let chance = [0.2, 0.2 + 0.5 * recency, 0.3][train.arm[row] as usize];
            f64::from(u8::from(unit(&mut random) < chance))
        })
        .collect();
    train.features.target = visits.iter().map(|visit| 10.0 * visit).collect();
    let effects = params(Method::Staged, false).check().unwrap().fit(&train, Some(&visits), &|_, _| {}).unwrap();
    let gains = effects.gains_of(&train.features);
    for (row, gains) in gains.iter().enumerate().take(500) {
        let recency = train.features.columns[0].value(row).unwrap();
        assert!((gains[1] - 5.0 * recency).abs() < 0.7 && (gains[2] - 1.0).abs() < 0.6, "{gains:?} at {recency}");
    }
    let refused = params(Method::Staged, false).check().unwrap().fit(&train, None, &|_, _| {}).expect_err("no stage");
    assert!(refused.to_string().contains("0 or 1 for each of 30000 rows"), "{refused}");
}

#[test]
fn scores_average_to_what_each_arm_brings_though_the_models_are_wrong() {
    let trial = trial(20_000, 4, CONFOUNDED);
    let checked = params(Method::DoublyRobust, false).check().unwrap();
    let folds = folds(&trial, 5, 1).unwrap();
    let net = |price: f64| ArmScores::of(&trial, checked.base(), &folds, price, &|_, _| {}).unwrap().means();
    let truth = |arm: usize| (0..trial.rows()).map(|row| truth_of(&trial, row)[arm]).sum::<f64>() / 20_000.0;
    let (means, costed) = (net(0.0), net(1.0));
    for arm in 1..3 {
        assert!((means[arm] - means[0] - truth(arm)).abs() < 0.06, "arm {arm}: {means:?}, truth {}", truth(arm));
        let cost = [0.0, 0.1, 1.0][arm];
        assert!((means[arm] - costed[arm] - cost).abs() < 0.02, "arm {arm}: {means:?} {costed:?}");
    }
    // A model fitted to other outcomes: only the known chances are right.
    let mut spoilt = trial.clone();
    spoilt.features.columns = vec![Column::Number(vec![0.0; 20_000])];
    spoilt.features.names.truncate(1);
    let means = ArmScores::of(&spoilt, checked.base(), &folds, 0.0, &|_, _| {}).unwrap().means();
    for arm in 1..3 {
        assert!((means[arm] - means[0] - truth(arm)).abs() < 0.15, "arm {arm}: {means:?}, truth {}", truth(arm));
    }
}

#[test]
fn an_observational_log_is_weighed_and_labelled() {
    let mut log = trial(12_000, 5, CONFOUNDED);
    // Nobody recorded the chances.
    log.propensity = vec![vec![0.5, 0.25, 0.25]];
    let mut observed = params(Method::DoublyRobust, false);
    observed.observational = true;
    let effects = observed.clone().check().unwrap().fit(&log, None, &|_, _| {}).unwrap();
    let Evidence::Observational(overlap) = &effects.evidence else { panic!("not labelled") };
    assert!(overlap.outside.iter().all(|share| *share < 0.05), "{overlap:?}");
    assert!(overlap.effective_rows.iter().zip(&overlap.rows).all(|(least, rows)| *least <= *rows as f64 + 1e-6));
    assert!(error(&effects, &log) < 0.2, "{}", error(&effects, &log));
    // Almost nobody with a high value went without mail: the log cannot say what none would have brought.
    let mut apart = trial(12_000, 6, |x| if x > 0.5 { [0.004, 0.992, 0.004] } else { [0.6, 0.2, 0.2] });
    apart.propensity = vec![vec![0.5, 0.25, 0.25]];
    let refused = observed.check().unwrap().fit(&apart, None, &|_, _| {}).expect_err("no overlap").to_string();
    assert!(refused.contains("propensity outside [0.02, 0.98]"), "{refused}");
}

#[test]
fn deeper_offers_never_gain_less_where_that_is_declared() {
    let train = trial(3_000, 7, COIN);
    let mut declared = params(Method::Separate, true);
    declared.depth = vec![0.0, 0.1, 0.2];
    let effects = declared.check().unwrap().fit(&train, None, &|_, _| {}).unwrap();
    let free = params(Method::Separate, true).check().unwrap().fit(&train, None, &|_, _| {}).unwrap();
    assert!(free.gains_of(&train.features).iter().any(|gains| gains[2] < gains[1]));
    assert!(effects.gains_of(&train.features).iter().all(|gains| 0.0 <= gains[1] && gains[1] <= gains[2]));
}

#[test]
fn the_best_arm_is_worth_its_cost_and_none_wins_a_tie() {
    let train = trial(6_000, 8, COIN);
    let effects = params(Method::Separate, false).check().unwrap().fit(&train, None, &|_, _| {}).unwrap();
    let row = train.features.row((0..6_000).find(|row| truth_of(&train, *row)[2] == 4.0).unwrap());
    assert_eq!(effects.best(&row, &[0.0, 0.1, 0.1], 1.0), 2);
    assert_eq!(effects.best(&row, &[0.0, 0.1, 3.9], 1.0), 1);
    assert_eq!(effects.best(&row, &[0.0, 0.1, 0.1], 1e6), 0);
    assert_eq!(effects.best(&row, &[0.0, f64::INFINITY, f64::INFINITY], 1.0), 0);
}

#[test]
fn refuses_settings_and_trials_that_say_nothing() {
    let settings = |spoil: fn(&mut UpliftParams), says: &str| {
        let mut spoilt = UpliftParams::default();
        spoil(&mut spoilt);
        let error = spoilt.check().err().expect(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    settings(|params| params.folds = 1, "`folds` is 2 to 100, found 1");
    settings(|params| params.max_outside = f64::NAN, "`max_outside` is 0 to 1, found NaN");
    settings(|params| params.depth = vec![0.1, 0.2], "`depth` starts with 0");
    settings(|params| params.yes_no = Kind::Linear, "outcomes are yes and no");
    let fit = |params: UpliftParams, spoil: fn(&mut Trial), says: &str| {
        let mut spoilt = trial(200, 9, COIN);
        spoil(&mut spoilt);
        let error = params.check().unwrap().fit(&spoilt, None, &|_, _| {}).expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    fit(UpliftParams::default(), |trial| trial.cost[3] = f64::NAN, "row 3: a cost");
    fit(UpliftParams::default(), |trial| trial.arm.iter_mut().for_each(|arm| *arm %= 2), "arm `call`: a gain needs");
    fit(UpliftParams { depth: vec![0.0, 0.1], ..UpliftParams::default() }, |_| {}, "limit 3, found 2");
    assert!(toml::from_str::<UpliftParams>("method = 'crossed'\nfolds = 3").is_ok());
    assert!(toml::from_str::<UpliftParams>("metod = 'crossed'").is_err());
}

#[test]
fn an_honest_forest_finds_where_gains_differ_and_no_leaf_is_thin() {
    let (train, fresh) = (trial(8_000, 11, COIN), trial(1_000, 12, COIN));
    let checked = params(Method::DoublyRobust, false).check().unwrap();
    let folds = folds(&train, 5, 1).unwrap();
    let score = |price: f64| ArmScores::of(&train, checked.base(), &folds, price, &|_, _| {}).unwrap();
    let settings = UpliftForestParams { trees: 40, ..UpliftForestParams::default() };
    let grow = |price: f64| settings.check().unwrap().fit(&train, &score(price)).unwrap();
    let (models, priced) = (grow(0.0), grow(2.0));
    let squares = (0..fresh.rows()).flat_map(|row| {
        let gain = |arm: usize| models[arm].score_of(&fresh.features.row(row), 0.0);
        let truth = truth_of(&fresh, row);
        [0, 1, 2].map(|arm| (gain(arm) - truth[arm]) * (gain(arm) - truth[arm]))
    });
    let error = (squares.sum::<f64>() / fresh.rows() as f64).sqrt();
    assert!(error < 0.6, "error {error}");
    let mean = |models: &[Model], arm: usize| {
        (0..1_000).map(|row| models[arm].score_of(&fresh.features.row(row), 0.0)).sum::<f64>() / 1_000.0
    };
    assert!((mean(&models, 2) - mean(&priced, 2) - 2.0).abs() < 0.15, "two times a cost of 1 is taken off");
    assert_eq!(mean(&models, 0), 0.0);
    let thick = UpliftForestParams { min_rows_arm: 500, ..settings }.check().unwrap().fit(&train, &score(0.0)).unwrap();
    let Scorer::Forest(forest) = &thick[1].scorer else { panic!("no forest") };
    // 2,000 rows in either half, 600 of each offer: no side of any question can have 500 on both.
    assert_eq!(forest.nodes.len(), 40);
    assert!(UpliftForestParams { trees: 0, ..settings }.check().is_err());
    assert!(settings.check().unwrap().fit(&fresh, &score(0.0)).is_err());
}

#[test]
fn segments_keep_what_differs_and_drop_what_is_chance() {
    let draw = |rows: usize, gain: fn(usize) -> f64| {
        let mut random = Random::new(10);
        let segment: Vec<usize> = (0..rows).map(|row| row % 8).collect();
        let values = segment.iter().flat_map(|segment| [0.0, gain(*segment) + super::planted::noise(&mut random)]);
        (ArmScores::new(2, values.collect()).unwrap(), segment)
    };
    let fit = |(scores, segment): &(ArmScores, Vec<usize>)| {
        SegmentsParams::default().check().unwrap().fit(scores, segment, 9).unwrap()
    };
    let differing = fit(&draw(8_000, |segment| if segment < 4 { 0.5 } else { -0.4 }));
    assert_eq!(differing.best, [1, 1, 1, 1, 0, 0, 0, 0, 1], "the segment without rows gets what is best for all");
    let alike = fit(&draw(8_000, |_| 0.05));
    let gains: Vec<f64> = alike.mean.iter().map(|mean| mean[1] - mean[0]).collect();
    assert!(gains.iter().all(|gain| (gain - 0.05).abs() < 0.035), "{gains:?}");
}
