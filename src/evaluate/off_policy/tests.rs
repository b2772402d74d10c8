//! Figures of the formulas by hand, planted truths with their intervals, and what must be refused.

use super::planted::{truth, world};
use super::*;
use crate::evaluate::metrics::Resampling;
use crate::train::learn::linear::LeastSquaresParams;
use crate::train::random::Random;
use crate::train::sample::{Column, Sample};
use crate::train::trial::Trial;

/// Two rows: the first with weight 4, the second with weight 0.5.
fn by_hand() -> Logged {
    Logged {
        arms: 2,
        reward: vec![1.0, 3.0],
        arm: vec![1, 0],
        propensity: Propensity::Every(vec![0.8, 0.2, 0.5, 0.5]),
        target: vec![0.2, 0.8, 0.25, 0.75],
        value: Some(vec![1.0, 2.0, 2.0, 4.0]),
        shopper: None,
    }
}

#[test]
fn every_estimator_is_its_formula() {
    let rows = by_hand().check().unwrap();
    let check = |estimator: Estimator, expected: f64| {
        let found = estimator.value(&rows).unwrap();
        assert!((found - expected).abs() < 1e-12, "{}: {found}, expected {expected}", estimator.key());
    };
    // v = 0.2·1 + 0.8·2 = 1.8 and 0.25·2 + 0.75·4 = 3.5; residuals 1 − 2 and 3 − 2.
    check(Estimator::Ips, (4.0 + 1.5) / 2.0);
    check(Estimator::Snips, 5.5 / 4.5);
    check(Estimator::ClippedIps { limit: 2.0 }, (2.0 + 1.5) / 2.0);
    check(Estimator::DirectMethod, (1.8 + 3.5) / 2.0);
    check(Estimator::DoublyRobust, (1.8 - 4.0 + 3.5 + 0.5) / 2.0);
    check(Estimator::SwitchDoublyRobust { limit: 2.0 }, (1.8 + 3.5 + 0.5) / 2.0);
}

#[test]
fn diagnostics_are_their_formulas() {
    let found = Diagnostics::of(&by_hand().check().unwrap(), Some(2.0));
    let check = |what: &str, found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{what}: {found}");
    check("effective rows", found.effective_rows, 4.5 * 4.5 / 16.25);
    check("effective outcomes", found.effective_outcomes, 5.5 * 5.5 / (16.0 + 2.25));
    check("largest weight", found.largest_weight, 4.0);
    check("mean weight", found.mean_weight, 2.25);
    check("clipped share", found.clipped_share, 2.0 / 4.5);
    check("unsupported", found.unsupported.unwrap(), 0.0);
    let mut one_shopper = by_hand();
    one_shopper.shopper = Some(vec![9, 9]);
    check("shoppers", Diagnostics::of(&one_shopper.check().unwrap(), None).effective_shoppers, 1.0);
}

#[test]
fn the_mean_weight_is_one() {
    let found = Diagnostics::of(&world(1, 20_000, 0.0).check().unwrap(), None);
    let off = (found.mean_weight - 1.0).abs();
    assert!(off < 3.0 * found.mean_weight_error && found.mean_weight_error < 0.01, "{found:?}");
}

#[test]
fn refuses_rows_no_estimate_could_rest_on() {
    let check = |spoil: fn(&mut Logged), says: &str| {
        let mut spoilt = by_hand();
        spoil(&mut spoilt);
        let error = spoilt.check().expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    check(|logged| logged.reward.clear(), "found 0 rows");
    check(|logged| logged.reward[1] = f64::NAN, "row 1: a reward must be a number");
    check(|logged| logged.arm[0] = 2, "row 0: arm 2 of 2 arms");
    check(|logged| logged.propensity = Propensity::Taken(vec![0.0, 0.5]), "row 0: the arm given has a propensity");
    check(|logged| logged.propensity = Propensity::Taken(vec![0.5]), "propensities beside rewards");
    check(|logged| logged.propensity = Propensity::Every(vec![0.8, 0.2, 0.5, 0.6]), "found a sum of 1.1");
    check(|logged| logged.target[0] = f64::NAN, "row 0: probabilities");
    check(|logged| logged.target.truncate(3), "probabilities of the policy");
    check(|logged| logged.value = Some(vec![0.0, f64::INFINITY, 0.0, 0.0]), "row 0: an expectation");
    check(|logged| logged.shopper = Some(vec![1]), "shoppers beside rewards");
}

#[test]
fn refuses_settings_that_mean_nothing() {
    let check = |spoil: fn(&mut EvaluationParams), says: &str| {
        let mut params = EvaluationParams::default();
        spoil(&mut params);
        let error = params.check().expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    check(|params| params.confidence = 1.0, "between 0 and 1, found 1");
    check(|params| params.estimators.clear(), "at least one estimator");
    check(|params| params.estimators = vec![Estimator::ClippedIps { limit: 0.0 }], "above 0, found 0");
    check(|params| params.resamples = 1, "at least 2 resamples");
    check(|params| params.reward_range = Some((1.0, 1.0)), "found 1 to 1");
    check(|params| params.largest_weight = Some(0.5), "at least 1, found 0.5");
    check(|params| params.requirements.effective_rows = f64::NAN, "at least 0, found NaN");
    let error = SlopeParams { limits: vec![-1.0], ..SlopeParams::default() }.check().unwrap_err();
    assert!(error.to_string().contains("above 0, found -1"));
}

fn refusal_of(logged: Logged, estimator: Estimator) -> Option<Refusal> {
    let params = EvaluationParams { estimators: vec![estimator], resamples: 50, ..EvaluationParams::default() };
    let evaluation = params.check().unwrap().evaluate(&logged.check().unwrap()).unwrap();
    match evaluation.estimates[0].outcome {
        Outcome::Refused(why) => Some(why),
        Outcome::Shown(_) => None,
    }
}

#[test]
fn refuses_an_estimate_that_rests_on_a_handful_of_rows_and_says_why() {
    let check = |spoil: fn(&mut Logged), says: Option<&str>| {
        let mut logged = world(3, 1_000, 0.0);
        spoil(&mut logged);
        let found = refusal_of(logged, Estimator::Ips).map(|why| why.to_string());
        assert_eq!(found.is_some(), says.is_some(), "{found:?}");
        let says = says.unwrap_or_default();
        assert!(found.clone().unwrap_or_default().contains(says), "{found:?} does not say {says}");
    };
    check(|_| (), None);
    check(|logged| logged.reward[4..].fill(0.0), Some("effective outcomes, at least 10"));
    check(
        |logged| logged.shopper = Some((0..1_000).map(|row| row % 40).collect()),
        Some("effective rows, at least 100"),
    );
    check(|logged| logged.propensity = Propensity::Taken(vec![0.2; 1_000]), Some("the propensities cannot be true"));
    check(
        |logged| {
            logged.arm.fill(0);
            logged.propensity = Propensity::Every([1.0, 0.0, 0.0].repeat(1_000));
        },
        Some("could not have given, at most 1.0 % may"),
    );
    check(
        |logged| {
            let weak = |row: usize| if row < 5 { [0.0, 0.0, 1.0] } else { [1.0, 0.0, 0.0] };
            logged.target = (0..1_000).flat_map(|row| weak(row / 100)).collect();
            logged.arm = (0..1_000).map(|row| if row % 100 == 0 { 2 } else { 0 }).collect();
            logged.propensity = Propensity::Every([0.99, 0.0, 0.01].repeat(1_000));
        },
        Some("effective rows"),
    );
}

#[test]
fn the_direct_method_rests_on_the_model_alone() {
    let mut logged = world(3, 1_000, 0.0);
    logged.reward[4..].fill(0.0);
    assert_eq!(refusal_of(logged.clone(), Estimator::DirectMethod), None);
    logged.value = None;
    assert_eq!(refusal_of(logged, Estimator::DirectMethod), Some(Refusal::NoRewardModel));
}

/// How many of `worlds` intervals hold the truth, by estimator.
fn covered(worlds: u64, params: &EvaluationParams) -> Vec<u64> {
    let checked = params.clone().check().unwrap();
    let mut covered = vec![0; params.estimators.len()];
    for seed in 0..worlds {
        let evaluation = checked.evaluate(&world(seed, 500, 0.2).check().unwrap()).unwrap();
        for (estimate, covered) in evaluation.estimates.iter().zip(&mut covered) {
            let figure = estimate.figure().unwrap();
            *covered += (figure.low..=figure.high).contains(&truth()) as u64;
        }
    }
    covered
}

#[test]
fn bootstrap_intervals_hold_a_planted_truth_as_often_as_they_say() {
    let estimators = vec![Estimator::Ips, Estimator::Snips, Estimator::DoublyRobust];
    let found = covered(300, &EvaluationParams { estimators, resamples: 200, ..EvaluationParams::default() });
    // 95 % of 300 is 285; three standard deviations are 11.
    assert!(found.iter().all(|covered| (273..=297).contains(covered)), "{found:?} of 300");
}

#[test]
fn a_wrong_model_misleads_the_direct_method_and_not_the_doubly_robust_one() {
    let estimators = vec![Estimator::DirectMethod, Estimator::DoublyRobust];
    let found = covered(60, &EvaluationParams { estimators, resamples: 100, ..EvaluationParams::default() });
    assert!(found[0] < 10 && found[1] > 50, "{found:?} of 60");
}

#[test]
fn conservative_intervals_hold_more_often_than_they_say() {
    let check = |interval, estimators| {
        let reward_range = Some((-0.2, 1.4));
        let params = EvaluationParams { estimators, interval, reward_range, ..EvaluationParams::default() };
        let found = covered(100, &params);
        assert!(found.iter().all(|covered| *covered >= 97), "{interval:?}: {found:?} of 100");
    };
    check(IntervalKind::EmpiricalBernstein, vec![Estimator::Ips, Estimator::DoublyRobust]);
    check(IntervalKind::AnytimeValid, vec![Estimator::Ips]);
}

#[test]
fn an_interval_for_every_moment_holds_at_every_moment() {
    let wrong = (0..100).filter(|seed| {
        let rows = world(*seed, 400, 0.0).check().unwrap();
        let (weight, reward): (Vec<f64>, Vec<f64>) = rows.rows().iter().map(|row| (row.weight, row.reward)).unzip();
        let holds = |rows: usize| {
            let (low, high) = anytime_valid(&weight[..rows], &reward[..rows], (0.0, 1.0), 0.9).unwrap();
            low <= truth() && truth() <= high
        };
        !(1..=400).all(holds)
    });
    assert!(wrong.count() <= 10);
}

#[test]
fn intervals_from_limits_narrow_around_the_mean() {
    let mut random = Random::new(5);
    let values: Vec<f64> = (0..50_000).map(|_| random.uniform()).collect();
    let (low, high) = empirical_bernstein(&values, (0.0, 1.0), 0.95).unwrap();
    assert!(low < 0.5 && 0.5 < high && high - low < 0.02, "{low} to {high}");
    let (low, high) = anytime_valid(&vec![1.0; 50_000], &values, (0.0, 1.0), 0.95).unwrap();
    assert!(low < 0.5 && 0.5 < high && high - low < 0.03, "{low} to {high}");
    assert!(empirical_bernstein(&values, (0.0, 0.5), 0.95).is_err());
    assert!(anytime_valid(&[1.0], &[2.0], (0.0, 1.0), 0.95).is_err());
}

#[test]
fn there_are_reasons_where_there_is_no_such_interval() {
    let check = |interval, estimator, spoil: fn(&mut Logged), range, expected| {
        let params = EvaluationParams {
            estimators: vec![estimator],
            interval,
            reward_range: range,
            ..EvaluationParams::default()
        };
        let mut logged = world(1, 1_000, 0.0);
        spoil(&mut logged);
        let found = params.check().unwrap().evaluate(&logged.check().unwrap()).unwrap().estimates[0].outcome;
        assert_eq!(found, Outcome::Refused(expected));
    };
    let unit = Some((0.0, 1.0));
    let (bernstein, anytime) = (IntervalKind::EmpiricalBernstein, IntervalKind::AnytimeValid);
    check(bernstein, Estimator::Snips, |_| (), unit, Refusal::NoSuchInterval);
    check(anytime, Estimator::DoublyRobust, |_| (), unit, Refusal::NoSuchInterval);
    check(bernstein, Estimator::Ips, |_| (), None, Refusal::LimitsUnknown);
    let several = |logged: &mut Logged| logged.shopper = Some((0..1_000).map(|row| row / 2).collect());
    check(bernstein, Estimator::Ips, several, unit, Refusal::SeveralRowsPerShopper);
}

#[test]
fn rows_of_one_shopper_are_drawn_together() {
    let mut logged = world(2, 1_000, 0.0);
    let width = |logged: &Logged| {
        let params = EvaluationParams { estimators: vec![Estimator::Snips], ..EvaluationParams::default() };
        let evaluation = params.check().unwrap().evaluate(&logged.check().unwrap()).unwrap();
        let figure = evaluation.estimates[0].figure().unwrap();
        figure.high - figure.low
    };
    let alone = width(&logged);
    // Every row four times: no more is known than before.
    let fourfold = |rows: &[f64], arms: usize| rows.chunks(arms).flat_map(|row| row.repeat(4)).collect::<Vec<f64>>();
    logged.shopper = Some((0..4_000).map(|row| row / 4).collect());
    logged.reward = fourfold(&logged.reward, 1);
    logged.arm = logged.arm.iter().flat_map(|arm| [*arm; 4]).collect();
    let Propensity::Every(every) = &logged.propensity else { return };
    logged.propensity = Propensity::Every(fourfold(every, 3));
    logged.target = fourfold(&logged.target, 3);
    logged.value = None;
    assert!((width(&logged) - alone).abs() < 1e-12, "{} and {alone}", width(&logged));
}

#[test]
fn every_resample_is_the_same_whatever_their_number() {
    let terms: Vec<Terms> = (0..50).map(|unit| Terms { above: unit as f64, below: 1.0 }).collect();
    let few = draws(&terms, 1, Resampling { count: 10, seed: 4 });
    assert_eq!(few[..], draws(&terms, 1, Resampling { count: 100, seed: 4 })[..10]);
    assert_eq!(percentiles(0.0, [1.0, 2.0, 4.0].into_iter(), 0.25).high, 3.0);
}

/// A world in which one row in fifty has a weight of 15, and those hardly matter to the truth.
fn heavy(seed: u64) -> (Logged, f64) {
    let mut random = Random::new(seed);
    let rows = 300;
    let mut logged = world(seed, 0, 0.0);
    logged.value = None;
    logged.arms = 2;
    logged.propensity = Propensity::Every([0.02, 0.98].repeat(rows));
    logged.target = [0.3, 0.7].repeat(rows);
    for _ in 0..rows {
        let arm = (random.uniform() >= 0.02) as u16;
        logged.reward.push((random.uniform() < [0.06, 0.5][arm as usize]) as u8 as f64 * 3.0);
        logged.arm.push(arm);
    }
    (logged, 3.0 * (0.3 * 0.06 + 0.7 * 0.5))
}

#[test]
fn a_limit_from_the_data_errs_less_than_none_and_less_than_the_smallest() {
    let limits = vec![16.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.2];
    let slope = SlopeParams { limits, ..SlopeParams::default() }.check().unwrap();
    let mut errors = [0.0; 3];
    for seed in 0..100 {
        let (logged, truth) = heavy(seed);
        let rows = logged.check().unwrap();
        let chosen = slope.choose(&rows, Family::ClippedIps).unwrap();
        let limits = [chosen.estimator, Estimator::Ips, Estimator::ClippedIps { limit: 0.2 }];
        for (error, estimator) in errors.iter_mut().zip(limits) {
            *error += (estimator.value(&rows).unwrap() - truth).powi(2);
        }
    }
    assert!(errors[0] < 0.9 * errors[1] && errors[0] < 0.9 * errors[2], "{errors:?}");
    let usual =
        SlopeParams::default().check().unwrap().choose(&heavy(1).0.check().unwrap(), Family::ClippedIps).unwrap();
    assert!(usual.limit < 14.9 && usual.tried[0].limit > 14.9, "{usual:?}");
}

#[test]
fn a_reward_model_has_not_seen_what_it_judges_and_learns_the_arms() {
    let mut random = Random::new(8);
    let rows = 3_000;
    let number: Vec<f64> = (0..rows).map(|_| random.uniform()).collect();
    let arm: Vec<u16> = (0..rows).map(|_| random.below(2) as u16).collect();
    let reward = |row: usize| number[row] * if arm[row] == 1 { 3.0 } else { -1.0 };
    let trial = Trial {
        arms: vec!["none".into(), "mail".into()],
        features: Sample {
            names: vec!["affinity".into()],
            columns: vec![Column::Number(number.clone())],
            target: (0..rows).map(reward).collect(),
            weight: vec![1.0; rows],
        },
        cost: arm.iter().map(|arm| 0.5 * *arm as f64).collect(),
        arm: arm.clone(),
        propensity: vec![vec![0.5, 0.5]],
        only_given: false,
        shopper: Some((0..rows as u64).map(|row| row / 3).collect()),
    };
    let learner = LeastSquaresParams { alpha: 1e-6, ..LeastSquaresParams::default() }.check().unwrap();
    let model = RewardModel { by_arm: true, ..RewardModel::default() };
    let value = model.of_trial(&trial, &learner, &|_, _| ()).unwrap();
    for (row, number) in number.iter().enumerate() {
        assert!((value[2 * row] + number).abs() < 1e-3 && (value[2 * row + 1] - 3.0 * number + 0.5).abs() < 1e-3);
    }
    let shared = RewardModel::default().of_trial(&trial, &learner, &|_, _| ()).unwrap();
    let gap: f64 = shared.chunks(2).map(|row| row[1] - row[0]).sum::<f64>() / rows as f64;
    assert!((gap - 1.5).abs() < 0.1, "one column for the arm: {gap}");
    let logged = Logged::of_trial(&trial, same_for_all(rows, 2, 1), Some(value));
    let estimate = Estimator::DoublyRobust.value(&logged.check().unwrap()).unwrap();
    assert!((estimate - 1.0).abs() < 0.05, "{estimate}");
    let odds = RewardModel { scale: RewardScale::LogOdds, ..RewardModel::default() };
    assert!(odds.of_trial(&trial, &learner, &|_, _| ()).is_err());
}
