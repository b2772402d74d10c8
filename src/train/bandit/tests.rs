//! What bandits promise. Reference values: tests/reference/bandit.py.

use super::best::{Belief, best};
use super::evidence::{Evidence, Prior};
use super::*;
use crate::error::Code;

const RULES: [Explore; 5] = [
    Explore::UpperConfidence { width: 1.0 },
    Explore::Thompson { width: 1.0 },
    Explore::InverseGap { gamma: 10.0, exponent: 0.5 },
    Explore::Softmax { temperature: 0.1, exponent: 0.0 },
    Explore::Greedy { epsilon: 0.1, exponent: 0.0 },
];
const RESPONSES: [Response; 2] = [Response::Linear, Response::Logistic];
const ARMS: [(&str, f64); 4] = [("none", 1.0), ("five", 0.9), ("ten", 0.8), ("twenty", 0.5)];

fn params(response: Response, explore: Explore) -> BanditParams {
    BanditParams { features: 2, response, explore, floor: 0.05, noise_rows: 5.0, ..BanditParams::default() }
}

fn fresh(params: BanditParams) -> LearnedBandit {
    params.check().unwrap().start_worth(&ARMS).unwrap()
}

/// A context and the reward of an arm: deeper arms pay where the first number is high.
fn round(random: &mut Random, arm: usize) -> ([f64; 2], f64) {
    let context = [2.0 * random.uniform() - 1.0, 2.0 * random.uniform() - 1.0];
    let chance = 0.4 + 0.3 * context[0] * (arm as f64 - 1.5) / 1.5;
    (context, if random.uniform() < chance { ARMS[arm].1 } else { 0.0 })
}

fn teach(bandit: &mut LearnedBandit, rounds: usize, seed: u64) {
    let mut random = Random::new(seed);
    for when in 0..rounds {
        let arm = random.below(4);
        let (context, reward) = round(&mut random, arm);
        bandit.learn(&Observation { context: &context, arm, reward, propensity: 0.25, when: when as f64 }).unwrap();
    }
}

fn every(mut each: impl FnMut(LearnedBandit)) {
    for response in RESPONSES {
        for explore in RULES {
            let mut bandit = fresh(params(response, explore));
            teach(&mut bandit, 60, 3);
            each(bandit);
        }
    }
}

fn near(found: &[f64], expected: &[f64], within: f64) {
    assert_eq!(found.len(), expected.len());
    let is_near = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() <= within);
    assert!(is_near, "{found:?} instead of {expected:?}");
}

#[test]
fn propensities_sum_to_one_respect_the_floor_and_never_reach_a_blocked_arm() {
    every(|bandit| {
        for blocked in 0..15u32 {
            let allowed: Vec<bool> = (0..4).map(|arm| blocked & 1 << arm == 0).collect();
            let open = allowed.iter().filter(|open| **open).count() as f64;
            for context in [[0.0, 0.0], [0.9, -0.4], [-1.0, 1.0]] {
                let shares = bandit.propensities(&context, &allowed).unwrap();
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{shares:?}");
                for (share, allowed) in shares.iter().zip(&allowed) {
                    assert!(if *allowed { *share >= 0.05 / open - 1e-15 } else { *share == 0.0 }, "{shares:?}");
                }
            }
        }
    });
}

#[test]
fn draws_come_as_often_as_their_propensities_say() {
    const DRAWS: usize = 20_000;
    every(|bandit| {
        let (context, allowed) = ([0.3, -0.5], [true, true, false, true]);
        let shares = bandit.propensities(&context, &allowed).unwrap();
        let mut random = Random::new(11);
        let mut counts = [0.0; 4];
        for _ in 0..DRAWS {
            counts[pick(&shares, random.bits())] += 1.0;
        }
        let open = || (0..4).filter(|arm| allowed[*arm]);
        let squares: f64 =
            open().map(|arm| (counts[arm] - DRAWS as f64 * shares[arm]).powi(2) / (DRAWS as f64 * shares[arm])).sum();
        // 1 in 10,000 of a chi-square with two degrees of freedom is above 18.4.
        assert!(squares < 18.4, "{counts:?} for {shares:?}");
        assert_eq!(counts[2], 0.0);
        let drawn = bandit.draw(&context, &allowed, 5).unwrap();
        assert_eq!(drawn, bandit.draw(&context, &allowed, 5).unwrap());
        assert_eq!(drawn.propensities, shares);
    });
}

#[test]
fn thompson_probabilities_are_those_of_adaptive_quadrature() {
    let check = |arms: &[(f64, f64)], worths: Option<&[f64]>, expected: &[f64]| {
        let belief = |(arm, (mean, deviation)): (usize, &(f64, f64))| Belief {
            mean: *mean,
            deviation: *deviation,
            worth: worths.map(|worths| worths[arm]),
        };
        near(&best(&arms.iter().enumerate().map(belief).collect::<Vec<_>>()), expected, 1e-8);
    };
    let gaussian = [0.2736027576910632, 0.37718737502156047, 0.34920986728737635];
    check(&[(0.0, 1.0), (0.3, 0.5), (-0.2, 2.0)], None, &gaussian);
    check(&[(0.0, 1.0), (0.3, 0.5), (-0.2, 2.0)], Some(&[0.7, 0.7, 0.7]), &gaussian);
    let uneven = [0.4540987508494536, 0.31265675159257567, 0.23318443395121535, 6.0063606755401684e-5];
    check(&[(0.0, 1.0), (0.1, 0.001), (0.09, 0.05), (-1.0, 0.3)], None, &uneven);
    let worth = [0.3093459966752844, 0.345863631555703, 0.34479037176901284];
    check(&[(-1.0, 0.4), (-0.6, 0.3), (0.2, 0.8)], Some(&[1.0, 0.8, 0.5]), &worth);
    check(&[(1.0, 1.0)], None, &[1.0]);
    check(&[(1.0, 3.0), (0.0, 4.0)], None, &[0.579259709439103, 0.420740290560897]);
}

fn table() -> Vec<[f64; 3]> {
    let mut state = 12_345u64;
    let mut number = || {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        ((state >> 16) % 50) as f64 / 25.0 - 1.0
    };
    (0..40).map(|_| [number(), number(), number()]).collect()
}

#[test]
fn the_belief_of_an_arm_is_that_of_bayesian_regression() {
    let mut evidence = Evidence::none(3);
    table().iter().for_each(|[a, b, y]| evidence.add(&[1.0, *a, *b], *y, 1.0));
    let posterior = evidence.posterior(&Prior { mean: vec![0.0; 3], precision: 0.25 }, 0.49).unwrap();
    near(&posterior.mean, &[-0.037674654908149155, 0.24462592836072455, -0.02107963125969568], 1e-13);
    let covariance = [0.012405148108616806, -0.002546874337438677, 0.0006155398370649377];
    near(&posterior.covariance[..3], &covariance, 1e-15);
}

#[test]
fn the_logistic_arm_moves_to_the_mode() {
    let (mut evidence, prior) = (Evidence::none(3), Prior { mean: vec![0.0; 3], precision: 1.0 });
    for [a, b, y] in &table()[..10] {
        evidence.add_logistic(&[1.0, *a, *b], if *y > 0.0 { 1.0 } else { 0.0 }, 1.0, &prior).unwrap();
    }
    let mean = evidence.posterior(&prior, 1.0).unwrap().mean;
    near(&mean, &[-0.5919305992665329, 0.025053569186654693, 0.1730242639262956], 1e-7);
}

#[test]
fn finds_the_planted_arm_of_each_kind_of_shopper() {
    for response in RESPONSES {
        for explore in RULES {
            let mut bandit = fresh(BanditParams { noise: 0.5, ..params(response, explore) });
            teach(&mut bandit, 2_000, 9);
            let likely = |context: [f64; 2]| bandit.propensities(&context, &[true, true, true, true]).unwrap();
            // At −0.9 arms bring 0.67, 0.44, 0.25, 0.07; at 0.9 they bring 0.13, 0.28, 0.39, 0.34.
            let (low, high) = (likely([-0.9, 0.0]), likely([0.9, 0.0]));
            assert!(low[0] > 0.5, "{explore:?} {low:?}");
            assert!(high[2] + high[3] > 0.5 && high[0] < 0.2, "{explore:?} {high:?}");
        }
    }
}

#[test]
fn outcomes_that_come_late_teach_the_same() {
    for (response, half_life) in [(Response::Linear, None), (Response::Linear, Some(20.0))] {
        let settings = BanditParams { half_life, ..params(response, Explore::default()) };
        let (mut at_once, mut late) = (fresh(settings.clone()), fresh(settings));
        let mut pending = Pending::new(1_000.0, 100).unwrap();
        let mut random = Random::new(2);
        let mut rewards = Vec::new();
        for when in 0..50 {
            let arm = random.below(4);
            let (context, reward) = round(&mut random, arm);
            let (when, id) = (when as f64, when as u64);
            at_once.learn(&Observation { context: &context, arm, reward, propensity: 0.25, when }).unwrap();
            let decision = Decision { context: context.to_vec(), arm: late.id(arm).unwrap(), propensity: 0.25, when };
            pending.open(id, decision).unwrap();
            rewards.push((id, reward));
        }
        // Purchases come in an order of their own; what was not bought is known only when patience ends.
        crate::train::random::shuffle(&mut rewards, &mut random);
        for (id, reward) in rewards.iter().filter(|(_, reward)| *reward > 0.0) {
            assert!(pending.settle(*id, *reward, &mut late).unwrap());
            assert!(!pending.settle(*id, *reward, &mut late).unwrap(), "the same purchase was learned twice");
        }
        let unsold = pending.len();
        assert_eq!(pending.expire(2_000.0, &mut late).unwrap(), unsold);
        assert!(pending.is_empty());
        for arm in 0..4 {
            near(late.weights(arm).unwrap(), at_once.weights(arm).unwrap(), 1e-9);
        }
    }
}

#[test]
fn outcomes_that_come_late_but_in_order_teach_the_same_to_the_bit() {
    for response in RESPONSES {
        let (mut at_once, mut late) = (fresh(params(response, RULES[0])), fresh(params(response, RULES[0])));
        let mut pending = Pending::new(10.0, 100).unwrap();
        let mut random = Random::new(4);
        let outcomes: Vec<_> = (0..40).map(|id| (id, random.below(4))).collect();
        let outcomes: Vec<_> = outcomes.into_iter().map(|(id, arm)| (id, arm, round(&mut random, arm))).collect();
        for (id, arm, (context, reward)) in &outcomes {
            at_once.learn(&Observation { context, arm: *arm, reward: *reward, propensity: 0.25, when: 1.0 }).unwrap();
            let decision = Decision { context: context.to_vec(), arm: *arm as u32, propensity: 0.25, when: 1.0 };
            pending.open(*id, decision).unwrap();
        }
        for (id, _, (_, reward)) in &outcomes {
            pending.settle(*id, *reward, &mut late).unwrap();
        }
        assert_eq!(late, at_once);
    }
}

#[test]
fn no_more_decisions_wait_than_may() {
    let mut pending = Pending::new(1.0, 2).unwrap();
    let decision = Decision { context: vec![0.0; 2], arm: 0, propensity: 1.0, when: 0.0 };
    pending.open(1, decision.clone()).unwrap();
    assert_eq!(pending.open(1, decision.clone()).unwrap_err().code(), Code::DuplicateEvent);
    pending.open(2, decision.clone()).unwrap();
    assert_eq!(pending.open(3, decision.clone()).unwrap_err().code(), Code::TooLarge);
    assert_eq!(
        pending.expire(1.0, &mut fresh(params(Response::Linear, RULES[0]))).unwrap(),
        0,
        "patience is inclusive"
    );
    assert!(Pending::new(f64::NAN, 2).is_err());
}

#[test]
fn an_arm_that_is_added_starts_from_its_neighbours() {
    for response in RESPONSES {
        let mut bandit = fresh(params(response, Explore::default()));
        teach(&mut bandit, 400, 5);
        bandit.add("fifteen", 0.7, &Start::Like(&["ten", "twenty"])).unwrap();
        let mean = |arm| bandit.weights(arm).unwrap().to_vec();
        let between: Vec<f64> = mean(2).iter().zip(mean(3)).map(|(left, right)| 0.5 * (left + right)).collect();
        assert_eq!(mean(4), between);
        bandit.add("pooled", 0.7, &Start::Pooled).unwrap();
        bandit.add("blank", 0.7, &Start::Blank).unwrap();
        assert_eq!(bandit.weights(6).unwrap(), [0.0; 3]);
        assert_eq!(bandit.add("ten", 1.0, &Start::Blank).unwrap_err().code(), Code::DuplicateName);
        assert_eq!(bandit.add("x", 1.0, &Start::Like(&["y"])).unwrap_err().code(), Code::BadConfig);
        assert_eq!(bandit.names().count(), 7);
    }
}

#[test]
fn an_arm_that_is_removed_is_forgotten_and_its_late_outcome_teaches_nothing() {
    let mut bandit = fresh(params(Response::Linear, Explore::default()));
    let mut pending = Pending::new(10.0, 10).unwrap();
    for (id, arm) in [(1, 1), (2, 3)] {
        let decision = Decision { context: vec![0.1, 0.2], arm: bandit.id(arm).unwrap(), propensity: 0.5, when: 0.0 };
        pending.open(id, decision).unwrap();
    }
    bandit.remove("five").unwrap();
    let before = bandit.clone();
    assert!(!pending.settle(1, 0.5, &mut bandit).unwrap());
    assert_eq!(bandit, before);
    assert!(pending.settle(2, 0.5, &mut bandit).unwrap());
    assert_eq!(bandit.position("twenty"), Some(2));
    assert!(bandit.weights(2).unwrap()[0] > 0.0 && bandit.weights(1).unwrap()[0] == 0.0);
    bandit.add("five", 0.9, &Start::Blank).unwrap();
    assert_eq!(bandit.id(3), Some(4), "an id came back with the name");
    for name in ["none", "ten", "twenty"] {
        bandit.remove(name).unwrap();
    }
    assert_eq!(bandit.remove("five").unwrap_err().code(), Code::BadConfig);
}

#[test]
fn forgetting_follows_a_switch_and_remembering_does_not() {
    let after_switch = |half_life| {
        let settings = BanditParams { half_life, noise: 0.1, ..params(Response::Linear, RULES[4]) };
        let mut bandit = fresh(settings);
        for when in 0..600 {
            let arm = when % 4;
            let best = if when < 400 { 1 } else { 3 };
            let (reward, when) = (if arm == best { 1.0 } else { 0.0 }, when as f64);
            bandit.learn(&Observation { context: &[0.0, 0.0], arm, reward, propensity: 0.25, when }).unwrap();
        }
        bandit.propensities(&[0.0, 0.0], &[true; 4]).unwrap()
    };
    assert!(after_switch(Some(50.0))[3] > 0.8);
    assert!(after_switch(None)[1] > 0.8);
}

#[test]
fn arms_with_something_in_common_are_learned_together() {
    let mut together = fresh(BanditParams { between_arms: Some(0.1), ..params(Response::Linear, RULES[0]) });
    teach(&mut together, 300, 8);
    together.add("fifteen", 0.7, &Start::Blank).unwrap();
    let constants: Vec<f64> = (0..5).map(|arm| together.weights(arm).unwrap()[0]).collect();
    let (low, high) = constants[..4].iter().fold((f64::MAX, f64::MIN), |(l, h), c| (l.min(*c), h.max(*c)));
    assert!(low < constants[4] && constants[4] < high, "{constants:?}");
}

#[test]
fn noise_is_learned_from_what_is_left() {
    let mut bandit = fresh(BanditParams { noise: 3.0, noise_rows: 1.0, ..params(Response::Linear, RULES[0]) });
    let mut random = Random::new(6);
    for when in 0..4_000 {
        let arm = random.below(4);
        let context = [random.uniform(), random.uniform()];
        // A uniform number of width √12 · 0.2 has deviation 0.2.
        let reward = 0.5 * context[0] + (random.uniform() - 0.5) * 12f64.sqrt() * 0.2;
        bandit.learn(&Observation { context: &context, arm, reward, propensity: 0.25, when: when as f64 }).unwrap();
    }
    assert!((bandit.noise() - 0.2).abs() < 0.01, "{}", bandit.noise());
}

#[test]
fn a_bandit_survives_being_written_and_read_to_the_bit() {
    every(|mut bandit| {
        // TOML, because serde_json reads a number back to the bit only with its feature `float_roundtrip`.
        let mut read: LearnedBandit = toml::from_str(&toml::to_string(&bandit).unwrap()).unwrap();
        assert_eq!(read, bandit);
        teach(&mut bandit, 10, 1);
        teach(&mut read, 10, 1);
        assert_eq!(read, bandit);
    });
}

#[test]
fn refuses_a_stored_bandit_that_could_not_have_been_learned() {
    let bandit = fresh(params(Response::Linear, RULES[0]));
    let check = |from: &str, to: &str, says: &str| {
        let text = serde_json::to_string(&bandit).unwrap();
        assert!(text.contains(from), "{text}");
        let read = serde_json::from_str::<LearnedBandit>(&text.replacen(from, to, 1));
        let error = read.expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    check("\"next_id\":4", "\"next_id\":2", "the next id of a stored bandit");
    check("\"moment\":[0.0,0.0,0.0]", "\"moment\":[0.0,0.0]", "its sums are not for 3 numbers");
    check("\"worth\":0.9", "\"worth\":-0.9", "a worth is above 0");
    check("\"five\"", "\"ten\"", "two arms are called");
    check("\"features\":2", "\"features\":1", "its sums are not for 2 numbers");
    check("\"floor\":0.05", "\"floor\":1.0", "`floor` is from 0 to below 1");
    check("\"gram\":[0.0", "\"gram\":[-1e9", "cannot be inverted");
    check("\"latest\":0.0", "\"latest\":0.0,\"more\":1", "unknown field");
}

#[test]
fn refuses_what_it_could_not_learn_from_and_stays_as_it_was() {
    let check = |spoil: fn(&mut Observation<'_>), code: Code| {
        let mut bandit = fresh(params(Response::Logistic, RULES[1]));
        let before = bandit.clone();
        let mut seen = Observation { context: &[0.1, 0.2], arm: 1, reward: 0.9, propensity: 0.5, when: 0.0 };
        spoil(&mut seen);
        assert_eq!(bandit.learn(&seen).unwrap_err().code(), code);
        assert_eq!(bandit, before);
    };
    check(|seen| seen.context = &[0.1], Code::BadIndex);
    check(|seen| seen.context = &[0.1, f64::NAN], Code::NotFinite);
    check(|seen| seen.context = &[0.1, f64::INFINITY], Code::NotFinite);
    check(|seen| seen.context = &[1e200, 1e200], Code::OutOfRange);
    check(|seen| seen.arm = 4, Code::BadIndex);
    check(|seen| seen.reward = f64::NAN, Code::NotFinite);
    check(|seen| seen.reward = 0.91, Code::OutOfRange);
    check(|seen| seen.reward = -0.01, Code::OutOfRange);
    check(|seen| seen.when = f64::NAN, Code::NotFinite);
    check(|seen| seen.propensity = 0.0, Code::OutOfRange);
    check(|seen| seen.propensity = f64::NAN, Code::OutOfRange);
    let bandit = fresh(params(Response::Linear, RULES[1]));
    assert_eq!(bandit.propensities(&[0.0, 0.0], &[false; 4]).unwrap_err().code(), Code::BadConfig);
    assert_eq!(bandit.propensities(&[0.0, 0.0], &[true; 3]).unwrap_err().code(), Code::BadIndex);
    assert_eq!(bandit.draw(&[0.0, f64::NAN], &[true; 4], 1).unwrap_err().code(), Code::NotFinite);
}

#[test]
fn refuses_settings_outside_their_range() {
    let check = |spoil: fn(&mut BanditParams), says: &str| {
        let mut settings = params(Response::Linear, RULES[0]);
        spoil(&mut settings);
        let error = settings.check().expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    check(|settings| settings.features = 65, "features of a bandit");
    check(|settings| settings.noise = 0.0, "`noise` is above 0");
    check(|settings| settings.prior_deviation = f64::NAN, "`prior_deviation`");
    check(|settings| settings.half_life = Some(-1.0), "`half_life`");
    check(|settings| settings.between_arms = Some(0.0), "`between_arms`");
    check(|settings| settings.floor = 1.0, "`floor`");
    check(|settings| settings.weight_cap = 0.5, "`weight_cap`");
    check(|settings| settings.noise_rows = f64::INFINITY, "`noise_rows`");
    check(|settings| settings.explore = Explore::Thompson { width: 0.0 }, "`width`");
    check(|settings| settings.explore = Explore::Greedy { epsilon: 1.1, exponent: 0.0 }, "`epsilon`");
    check(|settings| settings.explore = Explore::InverseGap { gamma: 1.0, exponent: 2.0 }, "`exponent`");
    check(|settings| settings.explore = Explore::Softmax { temperature: 0.0, exponent: 0.0 }, "`temperature`");
    let checked = params(Response::Linear, RULES[0]).check().unwrap();
    assert_eq!(checked.start(&[]).unwrap_err().code(), Code::OutOfRange);
    assert_eq!(checked.start(&["a", "a"]).unwrap_err().code(), Code::DuplicateName);
    let read = toml::from_str::<BanditParams>("features = 3\n[explore]\nrule = \"thompson\"\nwidth = 0.5\n").unwrap();
    assert_eq!(read.explore, Explore::Thompson { width: 0.5 });
    assert!(toml::from_str::<BanditParams>("feature = 3").is_err());
}
