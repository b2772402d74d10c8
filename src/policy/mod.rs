//! From scores to an arm: expected profit, budget, guardrails, propensities.
//!
//! ```text
//! profit(a) = P(buy | a) · (list · margin − discount(a))
//! gain(a)   = profit(a) − profit(none)            cost(a) = P(buy | a) · discount(a)
//! choose      argmax over allowed arms of gain(a) − λ · cost(a)
//! ```
//! Where a score says whether the shopper takes part, no offer means no part, so `profit(none)` is 0. Where it says what
//! the market charges, the arm nearest to that price is worth most:
//! ```text
//! gain(a) = |list − market| − |price(a) − market|     market = list · e^score     cost(a) = discount(a)
//! ```
//! Where scores are gains themselves, as learnt from an experiment, they are taken as they are, and so are the costs.
//! The policy does *not* know features or time; it sees scores, a price and a margin.

mod explore;
mod guard;
mod menu;

pub use menu::{Arm, Budget, Guard, MAX_BUDGETS, Menu};

use crate::decision::{Outcome, Verdict};
use crate::math;
use crate::model::{MAX_ARMS, Target};
use crate::money::{BasisPoints, Money};

/// What the policy is told about one product at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Stakes {
    /// Price before the offer.
    pub list: Money,
    /// Assumed margin on it.
    pub margin: BasisPoints,
    /// Price λ of one unit of budget, by arm.
    pub budget_prices: [f64; MAX_ARMS],
    /// Bit `a` is set where training supports arm `a` for the product's group.
    pub support: u16,
    /// What scores are about.
    pub target: Target,
}

/// The records of all arms, and the arms that may be offered with their value.
#[derive(Clone, Copy, Debug)]
pub struct Appraisal {
    /// One per arm, propensities included; verdicts of allowed arms say [`Verdict::EarnsLess`] until one is chosen.
    pub outcomes: [Outcome; MAX_ARMS],
    /// `gain − λ · cost` of the allowed arms.
    pub values: [Option<f64>; MAX_ARMS],
}

/// What one arm is expected to do.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weighed {
    /// The model's own number.
    pub score: f64,
    /// The probability that the shopper buys under it.
    pub probability: f64,
    /// Profit above that of no offer, minor units.
    pub gain: f64,
    /// Discount given above that of no offer, minor units.
    pub cost: f64,
}

/// What a shopper is expected to do without a personal offer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bare {
    /// The probability of buying; 0 where scores tell of taking part.
    probability: f64,
    /// What others take off, minor units.
    discount: f64,
}

/// Appraises every arm for one product, given its score, and its cost where scores are gains.
pub fn appraise(menu: &Menu, scores: &[f64], costs: &[f64], stakes: Stakes) -> Appraisal {
    let mut arms = [(Weighed::default(), None); MAX_ARMS];
    let bare = stakes.bare(scores[0], 0.0);
    for (index, score) in scores.iter().enumerate() {
        let discount = stakes.list.discount(menu.arms[index].depth).minor() as f64;
        let weighed = match stakes.target {
            Target::Gain => Weighed { score: *score, gain: *score, cost: costs[index], ..Weighed::default() },
            _ => stakes.weigh(index, *score, discount, bare),
        };
        arms[index] = (weighed, guard::blocked(menu, index, stakes.support, stakes.list, stakes.margin));
    }
    compare(&arms[..scores.len()], menu.exploration as f64, &stakes.budget_prices)
}

/// Holds the arms against each other, `none` first: each with what it is expected to do and why it may not be offered.
pub fn compare(arms: &[(Weighed, Option<Verdict>)], exploration: f64, prices: &[f64; MAX_ARMS]) -> Appraisal {
    let mut outcomes = [Outcome::default(); MAX_ARMS];
    let mut values = [None; MAX_ARMS];
    for (index, (weighed, blocked)) in arms.iter().enumerate() {
        let Weighed { score, probability, gain, cost } = *weighed;
        outcomes[index] =
            Outcome { verdict: blocked.unwrap_or_default(), propensity: 0.0, probability, gain, cost, score };
        values[index] = if blocked.is_none() { Some(gain - prices[index] * cost) } else { None };
    }
    explore::propensities(&values[..arms.len()], exploration, &mut outcomes[..arms.len()]);
    Appraisal { outcomes, values }
}

impl Stakes {
    /// What the shopper does without a personal offer, by its score and a discount of its own where others give one already.
    pub(crate) fn bare(&self, score: f64, discount: f64) -> Bare {
        let probability = if self.target == Target::Buys { math::sigmoid(score) } else { 0.0 };
        Bare { probability, discount }
    }

    /// What an arm with `score` does that takes `discount` off, beside no offer.
    pub(crate) fn weigh(&self, arm: usize, score: f64, discount: f64, bare: Bare) -> Weighed {
        self.weigh_at(arm, score, self.chance(score), discount, bare)
    }

    /// The probability that a score stands for; none where it stands for the market's price.
    pub(crate) fn chance(&self, score: f64) -> f64 {
        if self.target == Target::MarketPrice { 0.0 } else { math::sigmoid(score) }
    }

    /// As [`weigh`](Self::weigh), given the chance that the score stands for.
    pub(crate) fn weigh_at(&self, arm: usize, score: f64, chance: f64, discount: f64, bare: Bare) -> Weighed {
        let list = self.list.minor() as f64;
        let unit_margin = list * self.margin.fraction();
        if self.target == Target::MarketPrice {
            let market = list * math::exp(score);
            let distance = |discount: f64| (list - discount - market).abs();
            let gain = distance(bare.discount) - distance(discount);
            return Weighed { score, probability: 0.0, gain, cost: discount - bare.discount };
        }
        let probability = if self.target == Target::TakesPart && arm == 0 { 0.0 } else { chance };
        let without = bare.probability;
        let gain = if arm == 0 {
            0.0
        } else {
            probability * (unit_margin - discount) - without * (unit_margin - bare.discount)
        };
        Weighed { score, probability, gain, cost: probability * discount - without * bare.discount }
    }
}

impl Appraisal {
    /// The allowed arm worth most; the first, and so the least discount, among equals.
    pub fn best(&self) -> usize {
        let mut best = 0;
        for (arm, value) in self.values.iter().enumerate() {
            if value.is_some_and(|value| self.values[best].is_none_or(|top| value > top)) {
                best = arm;
            }
        }
        best
    }

    /// Draws an arm by its propensity and marks it chosen.
    pub fn draw(&mut self, arms: usize, seed: u64) -> usize {
        let arm = explore::draw(&self.outcomes[..arms], seed);
        self.settle(arm);
        arm
    }

    /// Marks a promised `arm` chosen, with certainty.
    pub fn promise(&mut self, arm: usize, arms: usize) {
        self.outcomes[..arms].iter_mut().for_each(|outcome| outcome.propensity = 0.0);
        self.outcomes[arm].propensity = 1.0;
        self.settle(arm);
    }

    fn settle(&mut self, arm: usize) {
        self.outcomes[arm].verdict = Verdict::Chosen;
    }

    /// Whether any discount was allowed, and if none, the verdict that blocked the shallowest.
    pub fn only_none(&self, arms: usize) -> Option<Verdict> {
        let offers = &self.values[1..arms];
        let all_blocked = offers.iter().all(Option::is_none);
        (all_blocked && arms > 1).then(|| self.outcomes[1].verdict)
    }
}
