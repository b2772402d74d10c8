//! Worlds whose truth is known: eight kinds of shopper, three arms, a log that favours one of them, a policy that does not.

use super::{Logged, Propensity};
use crate::train::random::Random;

const KINDS: usize = 8;
const ARMS: usize = 3;

/// The chance that a shopper of this kind buys under this arm.
fn chance(kind: usize, arm: usize) -> f64 {
    0.15 + 0.05 * kind as f64 + [0.0, 0.1, 0.04 * (kind as f64 - 3.0)][arm]
}

fn log_policy(kind: usize) -> [f64; ARMS] {
    if kind.is_multiple_of(2) { [0.6, 0.2, 0.2] } else { [0.3, 0.4, 0.3] }
}

fn target_policy(kind: usize) -> [f64; ARMS] {
    if kind < 4 { [0.1, 0.8, 0.1] } else { [0.1, 0.1, 0.8] }
}

/// What the policy earns per row: a purchase brings 1, arms cost nothing.
pub fn truth() -> f64 {
    let of = |kind: usize| (0..ARMS).map(|arm| target_policy(kind)[arm] * chance(kind, arm)).sum::<f64>();
    (0..KINDS).map(of).sum::<f64>() / KINDS as f64
}

/// Rows of one world. The reward model is wrong by `wrong` at most.
pub fn world(seed: u64, rows: usize, wrong: f64) -> Logged {
    let mut random = Random::new(seed);
    let mut logged = Logged {
        arms: ARMS,
        reward: Vec::new(),
        arm: Vec::new(),
        propensity: Propensity::Every(Vec::new()),
        target: Vec::new(),
        value: Some(Vec::new()),
        shopper: None,
    };
    for _ in 0..rows {
        let kind = random.below(KINDS);
        let (given, draw) = (log_policy(kind), random.uniform());
        let arm = if draw < given[0] { 0 } else { 1 + (draw >= given[0] + given[1]) as usize };
        logged.reward.push((random.uniform() < chance(kind, arm)) as u8 as f64);
        logged.arm.push(arm as u16);
        if let Propensity::Every(every) = &mut logged.propensity {
            every.extend(given);
        }
        logged.target.extend(target_policy(kind));
        let off = |arm: usize| wrong * (((kind + arm) % 3) as f64 - 0.5);
        logged.value.iter_mut().for_each(|value| value.extend((0..ARMS).map(|arm| chance(kind, arm) + off(arm))));
    }
    logged
}
