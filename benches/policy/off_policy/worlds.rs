//! A thousand planted worlds: how often intervals hold the truth, and how often the gate is right.

use crate::figure;
use skonto::evaluate::gate::{Basis, Contest, GateParams};
use skonto::evaluate::off_policy::{Estimator, EvaluationParams, IntervalKind, Logged, Propensity};
use skonto::train::random::Random;
use skonto::train::threads::ordered;

const WORLDS: usize = 1_000;
const KINDS: usize = 3;
const ARMS: usize = 4;
/// What a purchase brings.
const MARGIN: f64 = 3.0;

fn pick(chances: &[f64], draw: f64) -> usize {
    let mut sum = 0.0;
    let passed = chances.iter().take_while(|chance| {
        sum += **chance;
        draw >= sum
    });
    passed.count().min(chances.len() - 1)
}

/// A world: what the log gives, what the policy gives and how likely each kind buys under each arm, by kind.
struct World {
    log: [[f64; ARMS]; KINDS],
    target: [[f64; ARMS]; KINDS],
    buys: [[f64; ARMS]; KINDS],
    /// By how much the reward model is wrong.
    wrong: f64,
}

impl World {
    /// What the policy earns per row.
    fn truth(&self) -> f64 {
        let of = |kind: usize| (0..ARMS).map(|arm| self.target[kind][arm] * self.buys[kind][arm]).sum::<f64>();
        MARGIN * (0..KINDS).map(of).sum::<f64>() / KINDS as f64
    }

    fn rows(&self, seed: u64, rows: usize) -> Logged {
        let mut random = Random::new(Random::new(seed).bits());
        let (mut reward, mut given, mut every, mut target, mut value) = (vec![], vec![], vec![], vec![], vec![]);
        for _ in 0..rows {
            let kind = random.below(KINDS);
            let arm = pick(&self.log[kind], random.uniform());
            given.push(arm as u16);
            reward.push(MARGIN * (random.uniform() < self.buys[kind][arm]) as u8 as f64);
            every.extend(self.log[kind]);
            target.extend(self.target[kind]);
            let expected = |arm: usize| MARGIN * self.buys[kind][arm] + self.wrong * (((kind + arm) % 3) as f64 - 0.5);
            value.extend((0..ARMS).map(expected));
        }
        let propensity = Propensity::Every(every);
        Logged { arms: ARMS, reward, arm: given, propensity, target, value: Some(value), shopper: None }
    }
}

/// A log that prefers no offer, a policy that prefers an arm by kind: weights up to 7, effective rows about a third.
fn biased() -> World {
    World {
        log: [[0.4, 0.3, 0.2, 0.1], [0.3, 0.4, 0.2, 0.1], [0.25; ARMS]],
        target: [[0.1, 0.1, 0.1, 0.7], [0.1, 0.1, 0.7, 0.1], [0.1, 0.7, 0.1, 0.1]],
        buys: [[0.1, 0.15, 0.2, 0.3], [0.2, 0.2, 0.35, 0.25], [0.3, 0.4, 0.35, 0.2]],
        wrong: 0.4,
    }
}

/// How often intervals hold the truth.
pub fn coverage() {
    let exact = vec![Estimator::Ips, Estimator::Snips, Estimator::DoublyRobust];
    share_covered(IntervalKind::Bootstrap, exact, "", "0.93 to 0.97");
    let bounded = vec![Estimator::Ips, Estimator::DoublyRobust];
    share_covered(IntervalKind::EmpiricalBernstein, bounded, "_empirical_bernstein", "at least 0.95, conservative");
    share_covered(IntervalKind::AnytimeValid, vec![Estimator::Ips], "_anytime_valid", "at least 0.95, conservative");
}

fn share_covered(interval: IntervalKind, estimators: Vec<Estimator>, suffix: &str, against: &str) {
    let world = biased();
    let reward_range = Some((-1.0, MARGIN + 1.0));
    let params = EvaluationParams { estimators, interval, reward_range, ..EvaluationParams::default() };
    let checked = params.check().expect("sound settings");
    let truth = world.truth();
    let of_world = |seed: usize| {
        let rows = world.rows(seed as u64, 2_000).check().expect("sound rows");
        let evaluation = checked.evaluate(&rows).expect("an evaluation");
        let held = |estimate: &skonto::evaluate::off_policy::Estimate| {
            let figure = estimate.figure().expect("a figure");
            ((figure.low..=figure.high).contains(&truth), figure.high - figure.low)
        };
        evaluation.estimates.iter().map(held).collect::<Vec<(bool, f64)>>()
    };
    let worlds = ordered(WORLDS, of_world, |_| {});
    for (at, estimator) in checked.params().estimators.iter().enumerate() {
        let share = worlds.iter().filter(|world| world[at].0).count() as f64 / WORLDS as f64;
        let width = worlds.iter().map(|world| world[at].1).sum::<f64>() / WORLDS as f64;
        figure(&format!("policy.coverage.{}{suffix}", estimator.key()), share, "share of 1,000 worlds", against);
        figure(&format!("policy.coverage.{}{suffix}.width", estimator.key()), width, "reward", serde_json::Value::Null);
    }
}

/// Every arm is the best for one kind, by `liked`; `knows` whether the candidate gives each kind its own.
fn contest(liked: f64, knows: bool) -> World {
    let mut world =
        World { log: [[0.25; ARMS]; KINDS], target: [[0.0; ARMS]; KINDS], buys: [[0.2; ARMS]; KINDS], wrong: 0.2 };
    for kind in 0..KINDS {
        let own = if knows { kind } else { (kind + 1) % KINDS };
        world.target[kind][1 + own] = 1.0;
        world.buys[kind][0] = 0.15;
        world.buys[kind][1 + kind] += liked;
    }
    world
}

/// The hardest case of a candidate that is not better: one arm is the best by far, and the candidate earns exactly as much by
/// giving one kind another arm that is as good there.
fn tie() -> World {
    let mut world = contest(0.0, true);
    for kind in 0..KINDS {
        world.buys[kind] = [0.1, 0.35, 0.1, 0.1];
        world.target[kind] = [0.0, 1.0, 0.0, 0.0];
    }
    world.buys[0][2] = 0.35;
    world.target[0] = [0.0, 0.0, 1.0, 0.0];
    world
}

fn release_rate(world: &World) -> f64 {
    let names = ["none", "mail", "call", "gift"].map(String::from);
    let gate = GateParams { resamples: 400, ..GateParams::default() }.check().expect("sound settings");
    let released = |seed: usize| {
        let rows = world.rows(1_000_000 + seed as u64, 3_000);
        let (candidate, basis) = ("the learned policy", Basis::Drawn);
        let contest = Contest { candidate, rows: &rows, arms: &names, incumbent: None, fairness: &[], basis };
        gate.judge(&contest).expect("a verdict").released as u8 as f64
    };
    ordered(WORLDS, released, |_| {}).iter().sum::<f64>() / WORLDS as f64
}

/// How often the gate is right: a candidate 0.30 per row better than every arm; one exactly as good as the best arm; one exactly
/// as good as three arms of which the best is chosen by luck; one that is worse.
pub fn gate() {
    let unit = "share of 1,000 worlds of 3,000 rows";
    figure("policy.gate.true_release_rate", release_rate(&contest(0.15, true)), unit, 0.95);
    figure("policy.gate.false_release_rate", release_rate(&tie()), unit, 0.05);
    figure("policy.gate.false_release_rate_alike", release_rate(&contest(0.0, true)), unit, 0.05);
    figure("policy.gate.false_release_rate_worse", release_rate(&contest(0.15, false)), unit, 0.05);
}
