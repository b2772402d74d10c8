//! From scores to an arm: expected profit, budget, guardrails, propensities.
//!
//! ```text
//! profit(a) = P(buy | a) · (list · margin − discount(a))
//! gain(a)   = profit(a) − profit(none)            cost(a) = P(buy | a) · discount(a)
//! choose      argmax over allowed arms of gain(a) − λ · cost(a)
//! ```
//! The policy does *not* know features or time; it sees scores, a price and a margin.

mod explore;
mod guard;
mod menu;

pub use menu::{Arm, Guard, Menu};

use crate::decision::{Outcome, Verdict};
use crate::math;
use crate::model::MAX_ARMS;
use crate::money::{BasisPoints, Money};

/// What the policy is told about one product at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Stakes {
    /// Price before the offer.
    pub list: Money,
    /// Assumed margin on it.
    pub margin: BasisPoints,
    /// Price λ of one unit of budget.
    pub budget_price: f64,
    /// Bit `a` is set where training supports arm `a` for the product's group.
    pub support: u16,
}

/// The records of all arms, and the arms that may be offered with their value.
#[derive(Clone, Copy, Debug)]
pub struct Appraisal {
    /// One per arm, propensities included; verdicts of allowed arms say [`Verdict::EarnsLess`] until one is chosen.
    pub outcomes: [Outcome; MAX_ARMS],
    /// `gain − λ · cost` of the allowed arms.
    pub values: [Option<f64>; MAX_ARMS],
}

/// Appraises every arm, given its log-odds of buying.
pub fn appraise(menu: &Menu, scores: &[f64], stakes: Stakes) -> Appraisal {
    let mut outcomes = [Outcome::default(); MAX_ARMS];
    let mut values = [None; MAX_ARMS];
    let unit_margin = stakes.list.minor() as f64 * stakes.margin.fraction();
    let base_profit = math::sigmoid(scores[0]) * unit_margin;
    for (index, score) in scores.iter().enumerate() {
        let discount = stakes.list.discount(menu.arms[index].depth).minor() as f64;
        let probability = math::sigmoid(*score);
        let gain = if index == 0 { 0.0 } else { probability * (unit_margin - discount) - base_profit };
        let cost = probability * discount;
        let blocked = guard::blocked(menu, index, stakes.support, stakes.list, stakes.margin);
        outcomes[index] =
            Outcome { verdict: blocked.unwrap_or_default(), propensity: 0.0, probability, gain, cost, score: *score };
        values[index] = if blocked.is_none() { Some(gain - stakes.budget_price * cost) } else { None };
    }
    let arms = scores.len();
    explore::propensities(&values[..arms], menu.exploration as f64, &mut outcomes[..arms]);
    Appraisal { outcomes, values }
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
