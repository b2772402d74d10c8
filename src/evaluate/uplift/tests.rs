//! Areas against their definitions, planted gains demanded back.

use super::*;
use crate::evaluate::metrics::Resampling;
use crate::train::random::Random;

const DRAWS: Resampling = Resampling { count: 200, seed: 3 };

fn unit(random: &mut Random) -> f64 {
    random.below(1 << 20) as f64 / f64::from(1 << 20)
}

/// Rows with a known gain between −0.1 and 0.3, a coin for the offer, and offers that cost 1 where they are given.
struct World {
    gain: Vec<f64>,
    outcome: Vec<f64>,
    treated: Vec<bool>,
    cost: Vec<f64>,
}

fn world(rows: usize, seed: u64) -> World {
    let mut random = Random::new(seed);
    let mut world = World { gain: vec![], outcome: vec![], treated: vec![], cost: vec![] };
    for _ in 0..rows {
        let gain = 0.4 * unit(&mut random) - 0.1;
        let treated = random.below(2) == 1;
        let chance = 0.3 + if treated { gain } else { 0.0 };
        world.gain.push(gain);
        world.treated.push(treated);
        world.outcome.push(f64::from(u8::from(unit(&mut random) < chance)));
        world.cost.push(f64::from(u8::from(treated)));
    }
    world
}

impl World {
    fn targeted<'a>(&'a self, score: &'a [f64]) -> Targeted<'a> {
        let World { outcome, treated, cost, .. } = self;
        Targeted { score, outcome, treated, cost: Some(cost), group: None }
    }
}

/// A figure by its definition, every prefix summed anew.
fn by_definition(rows: &Targeted) -> [f64; 4] {
    let count = rows.outcome.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| rows.score[*b].partial_cmp(&rows.score[*a]).unwrap().then(a.cmp(b)));
    let sum = |k: usize, side: bool, of: &dyn Fn(usize) -> f64| -> f64 {
        order[..k].iter().filter(|row| rows.treated[**row] == side).map(|row| of(*row)).sum()
    };
    let mean = |k: usize, side: bool, of: &[f64]| {
        let rows = sum(k, side, &|_| 1.0);
        if rows > 0.0 { sum(k, side, &|row| of[row]) / rows } else { 0.0 }
    };
    let share = |k: usize| k as f64 / count as f64;
    let lift = |k: usize, of: &[f64]| (mean(k, true, of) - mean(k, false, of)) * share(k);
    let treated = |k: usize| sum(k, true, &|_| 1.0);
    let q = |k: usize| (mean(k, true, rows.outcome) - mean(k, false, rows.outcome)) * treated(k);
    let cost = rows.cost.unwrap();
    let (mut qini, mut auuc, mut aucc) = (0.0, 0.0, 0.0);
    for k in 1..=count {
        qini += (q(k) - share(k) * q(count)) / treated(count) / count as f64;
        auuc += lift(k, rows.outcome) / count as f64;
        let value = lift(k, rows.outcome) + lift(k - 1, rows.outcome);
        aucc += 0.5 * value * (lift(k, cost) - lift(k - 1, cost));
    }
    let whole = lift(count, rows.outcome);
    [qini, auuc, auuc - whole / 2.0, aucc / (whole * lift(count, cost))]
}

#[test]
fn areas_equal_their_definitions() {
    for seed in 0..20 {
        let world = world(150, seed);
        // Few distinct scores, so that most rows tie.
        let score: Vec<f64> = world.gain.iter().map(|gain| (gain * 20.0).floor()).collect();
        let rows = world.targeted(&score);
        let score = rows.check().unwrap().score(Resampling { count: 0, seed: 1 });
        let [qini, auuc, gain, aucc] = by_definition(&rows);
        let found = [score.qini.value, score.auuc.value, score.auuc_gain.value];
        for (found, expected) in found.into_iter().zip([qini, auuc, gain]) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
        if let Some(found) = score.aucc {
            assert!((found.value - aucc).abs() < 1e-12, "{} is not {aucc}", found.value);
        }
    }
}

#[test]
fn four_rows_by_hand() {
    let rows = Targeted {
        score: &[4.0, 3.0, 2.0, 1.0],
        outcome: &[1.0, 0.0, 0.0, 1.0],
        treated: &[true, false, true, false],
        cost: None,
        group: None,
    };
    // Q = 1, 1, 1, 1 − 2 · ½ = 0; U = ¼, ½, ½ · ¾, 0.
    let score = rows.check().unwrap().score(DRAWS);
    assert_eq!(score.qini.value, 3.0 / 4.0 / 2.0);
    assert_eq!(score.auuc.value, (0.25 + 0.5 + 0.375) / 4.0);
    assert_eq!((score.auuc_gain.value, score.effect.value, score.aucc), (score.auuc.value, 0.0, None));
}

#[test]
fn the_true_gain_ranks_best_its_opposite_worst_and_chance_in_between() {
    let world = world(8_000, 1);
    let opposite: Vec<f64> = world.gain.iter().map(|gain| -gain).collect();
    let mut random = Random::new(9);
    let chance: Vec<f64> = world.gain.iter().map(|_| unit(&mut random)).collect();
    let measure = |score: &[f64]| world.targeted(score).check().unwrap().score(DRAWS);
    let (best, none, worst) = (measure(&world.gain), measure(&chance), measure(&opposite));
    assert!(best.qini.low > 0.0 && worst.qini.high < 0.0);
    assert!(none.qini.low < 0.0 && none.qini.high > 0.0);
    // Gains uniform over a width of 0.4: the area between the curve and the straight line is 0.4 / 12.
    assert!(best.qini.low < 0.4 / 12.0 && 0.4 / 12.0 < best.qini.high, "{:?}", best.qini);
    assert!(best.auuc_gain.low < 0.4 / 12.0 && 0.4 / 12.0 < best.auuc_gain.high);
    let [best, none, worst] = [best, none, worst].map(|score| score.aucc.unwrap());
    assert!(best.low > 0.5 && worst.high < 0.5, "{best:?} {worst:?}");
    assert!(none.low < 0.5 && none.high > 0.5, "{none:?}");
}

#[test]
fn gains_fall_from_band_to_band_and_intervals_hold_the_truth() {
    let world = world(20_000, 2);
    let bands = world.targeted(&world.gain).check().unwrap().bands(10, DRAWS).unwrap();
    assert_eq!(bands.iter().map(|band| band.rows).sum::<u64>(), 20_000);
    assert!(bands.windows(2).all(|pair| pair[0].predicted > pair[1].predicted));
    let held = bands.iter().filter(|band| band.effect.low <= band.predicted && band.predicted <= band.effect.high);
    assert!(held.count() >= 8, "{bands:?}");
    assert!(bands[0].effect.low > bands[9].effect.high);
}

#[test]
fn intervals_hold_the_truth_about_95_times_in_100() {
    let truth = 0.4 / 12.0;
    let held = (0..100).filter(|seed| {
        let world = world(1_500, 100 + seed);
        let qini = world.targeted(&world.gain).check().unwrap().score(Resampling { count: 100, seed: 5 }).qini;
        qini.low <= truth && truth <= qini.high
    });
    let held = held.count();
    assert!((89..=100).contains(&held), "{held} of 100 intervals hold the truth");
}

#[test]
fn curves_start_at_nothing_and_end_at_the_whole() {
    let world = world(1_234, 4);
    let ranking = world.targeted(&world.gain).check().unwrap();
    let (curves, score) = (ranking.curves(), ranking.score(DRAWS));
    for curve in [&curves.qini, &curves.gain, &curves.value_by_cost] {
        assert!(curve.len() == 201 && curve[0] == (0.0, 0.0));
    }
    assert_eq!(curves.gain[200], (1.0, score.effect.value));
    assert_eq!(curves.value_by_cost[200].0, 1.0);
}

#[test]
fn two_rankings_of_the_same_rows_are_compared_in_pairs() {
    let world = world(2_000, 7);
    let worse: Vec<f64> = world.gain.iter().enumerate().map(|(row, gain)| gain + 0.3 * (row % 7) as f64).collect();
    let [best, worse] = [&world.gain, &worse].map(|score| world.targeted(score).check().unwrap());
    let gain = worse.qini_difference(&best, DRAWS).unwrap();
    assert_eq!(gain.value, best.qini() - worse.qini());
    assert!(gain.low > 0.0, "{gain:?}");
    let same = best.qini_difference(&best, DRAWS).unwrap();
    assert_eq!((same.low, same.value, same.high), (0.0, 0.0, 0.0));
    let fewer = self::world(1_999, 7);
    assert!(best.qini_difference(&fewer.targeted(&fewer.gain).check().unwrap(), DRAWS).is_err());
}

#[test]
fn rows_of_a_shopper_are_drawn_together() {
    let one = world(500, 6);
    let twice = |values: &[f64]| values.iter().flat_map(|value| [*value; 2]).collect::<Vec<f64>>();
    let (score, outcome, cost) = (twice(&one.gain), twice(&one.outcome), twice(&one.cost));
    let treated: Vec<bool> = one.treated.iter().flat_map(|treated| [*treated; 2]).collect();
    let group: Vec<u64> = (0..1_000).map(|row| row / 2).collect();
    let rows = Targeted { score: &score, outcome: &outcome, treated: &treated, cost: Some(&cost), group: None };
    let width = |rows: Targeted| {
        let qini = rows.check().unwrap().score(DRAWS).qini;
        qini.high - qini.low
    };
    let (alone, together) = (width(rows), width(Targeted { group: Some(&group), ..rows }));
    assert!(together > 1.2 * alone, "{together} {alone}");
}

#[test]
fn refuses_rows_nothing_can_be_measured_on() {
    let check = |spoil: fn(&mut Targeted), says: &str| {
        let mut rows = Targeted {
            score: &[1.0, 2.0],
            outcome: &[0.0, 1.0],
            treated: &[true, false],
            cost: Some(&[1.0, 0.0]),
            group: None,
        };
        spoil(&mut rows);
        let error = rows.check().expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    check(|rows| rows.score = &[f64::NAN, 1.0], "row 0: a score must be a finite number");
    check(|rows| rows.outcome = &[0.0, f64::INFINITY], "row 1: an outcome");
    check(|rows| rows.cost = Some(&[0.0, f64::NAN]), "row 1: a cost");
    check(|rows| rows.score = &[1.0], "limit 2, found 1");
    check(|rows| rows.group = Some(&[1]), "limit 2, found 1");
    check(|rows| rows.treated = &[true, true], "2 treated of 2");
    let error = world(10, 1).targeted(&[0.0; 10]).check().unwrap().bands(11, DRAWS).expect_err("too many bands");
    assert!(error.to_string().contains("limit 10, found 11"));
}
