//! The probability of each arm to be the best one, when what is known of each is a Gaussian of its own.
//!
//! `P(a) = ∫ φ_a Π_{b≠a} Φ_b`: in closed form for two arms of one worth, otherwise by Gauss and Legendre's rule of eight
//! points between the quantiles of all arms, where every factor is smooth. No randomness. It does *not* handle arms whose
//! beliefs hang together.

use super::explore::normalised;
use super::normal::{below, density};
use crate::math::{exp, ln, sigmoid, sqrt};
use std::f64::consts::PI;

/// What is believed of one arm at one context.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Belief {
    /// Of the weighted sum.
    pub mean: f64,
    /// Of the weighted sum.
    pub deviation: f64,
    /// What a success brings where the sum is log-odds; none where it is the reward itself.
    pub worth: Option<f64>,
}

/// Deviations between which a belief is cut into smooth pieces.
const CUTS: [f64; 13] = [-8.0, -6.0, -4.5, -3.25, -2.0, -1.0, 0.0, 1.0, 2.0, 3.25, 4.5, 6.0, 8.0];
/// Points and weights of the rule on [−1, 1], the positive half (Abramowitz and Stegun, table 25.4).
const RULE: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_3),
];
/// A deviation of nothing would make a step of what must be smooth.
const LEAST_DEVIATION: f64 = 1e-9;

impl Belief {
    /// The reward expected: for log-odds after MacKay (1992), who narrows the mean by its doubt.
    pub fn expected(&self) -> f64 {
        let narrowed = |mean: f64| mean / sqrt(1.0 + PI * self.deviation * self.deviation / 8.0);
        self.worth.map_or(self.mean, |worth| worth * sigmoid(narrowed(self.mean)))
    }

    /// The reward some deviations up.
    pub fn upper(&self, width: f64) -> f64 {
        let sum = self.mean + width * self.deviation;
        self.worth.map_or(sum, |worth| worth * sigmoid(sum))
    }

    /// The same with a deviation so many times as wide.
    pub fn widened(&self, width: f64) -> Belief {
        Belief { deviation: (self.deviation * width).max(LEAST_DEVIATION), ..*self }
    }
}

/// A belief on a scale that all arms share: the sum itself, or the log-odds of a reward among the highest worth.
struct Placed {
    belief: Belief,
    /// The highest worth over this arm's.
    ratio: f64,
}

impl Placed {
    /// Where the arm's own sum lies on the common scale.
    fn to_common(&self, own: f64) -> f64 {
        if self.ratio == 1.0 {
            return own;
        }
        // logit(σ(own) / ratio), written so that neither end cancels.
        -ln(self.ratio - 1.0 + self.ratio * exp(-own))
    }

    /// The arm's density and share below a point of the common scale.
    fn at(&self, common: f64) -> (f64, f64) {
        if self.ratio == 1.0 {
            return self.own(common, 1.0);
        }
        let reached = sigmoid(common);
        let beyond = 1.0 - self.ratio * reached;
        if beyond <= 0.0 {
            return (0.0, 1.0);
        }
        self.own(ln(self.ratio * reached / beyond), (1.0 - reached) / beyond)
    }

    fn own(&self, sum: f64, slope: f64) -> (f64, f64) {
        let z = (sum - self.belief.mean) / self.belief.deviation;
        match z.abs() < 9.0 {
            true => (density(z) * slope / self.belief.deviation, below(z)),
            false => (0.0, if z > 0.0 { 1.0 } else { 0.0 }),
        }
    }

    fn cuts(&self) -> impl Iterator<Item = f64> + '_ {
        CUTS.iter().map(|cut| self.to_common(self.belief.mean + cut * self.belief.deviation))
    }
}

/// The probability of each arm to bring the most. Cost: arms² × 13 × 8 densities.
pub fn best(beliefs: &[Belief]) -> Vec<f64> {
    let top = beliefs.iter().filter_map(|belief| belief.worth).fold(0.0, f64::max);
    let ratio = |belief: &Belief| belief.worth.map_or(1.0, |worth| top / worth);
    let placed: Vec<Placed> = beliefs.iter().map(|belief| Placed { belief: *belief, ratio: ratio(belief) }).collect();
    match &placed[..] {
        [_] => vec![1.0],
        [first, second] if first.ratio == 1.0 && second.ratio == 1.0 => of_two(&first.belief, &second.belief),
        _ => by_rule(&placed),
    }
}

fn of_two(first: &Belief, second: &Belief) -> Vec<f64> {
    let both = sqrt(first.deviation * first.deviation + second.deviation * second.deviation);
    let gap = (first.mean - second.mean) / both;
    vec![below(gap), below(-gap)]
}

fn by_rule(placed: &[Placed]) -> Vec<f64> {
    let mut cuts: Vec<f64> = placed.iter().flat_map(Placed::cuts).filter(|cut| cut.is_finite()).collect();
    cuts.sort_unstable_by(f64::total_cmp);
    // Below the lowest quantile of any one arm, that arm is ahead of all: nothing to win there.
    let from = placed.iter().filter_map(|arm| arm.cuts().next()).fold(f64::NEG_INFINITY, f64::max);
    let mut wins = vec![0.0; placed.len()];
    for piece in cuts.windows(2).filter(|piece| piece[1] > from && piece[1] > piece[0]) {
        let (middle, half) = (0.5 * (piece[0] + piece[1]), 0.5 * (piece[1] - piece[0]));
        for (point, weight) in RULE {
            add_wins(placed, middle - half * point, half * weight, &mut wins);
            add_wins(placed, middle + half * point, half * weight, &mut wins);
        }
    }
    normalised(wins)
}

/// Adds `weight` times each arm's density times the shares of all others below `point`.
fn add_wins(placed: &[Placed], point: f64, weight: f64, wins: &mut [f64]) {
    let mut after = vec![1.0; placed.len() + 1];
    let at: Vec<(f64, f64)> = placed.iter().map(|arm| arm.at(point)).collect();
    for arm in (0..placed.len()).rev() {
        after[arm] = after[arm + 1] * at[arm].1;
    }
    let mut before = 1.0;
    for (arm, (dense, share)) in at.iter().enumerate() {
        wins[arm] += weight * dense * before * after[arm + 1];
        before *= share;
    }
}
