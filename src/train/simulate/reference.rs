//! A shopper who remembers offers: a discount today is what tomorrow's are measured by.
//!
//! Each shopper holds a reference discount that follows the offers seen. An offer above it is a pleasant surprise and sells
//! more than its price alone would; one below it disappoints. The reference lives on a few levels and moves by a fixed rule,
//! so that the world is a small Markov decision process whose optimum is computed exactly, by value iteration, and any
//! policy's value too. Its numbers are invented; that discounts have such an effect is what retailers report (arXiv
//! 2512.23781, where the optimum is several poor offers and then a good one).

use crate::error::{Code, Error, Result};
use crate::math::sigmoid;
use crate::train::bandit::visits::Step;
use crate::train::random::Random;
use serde::{Deserialize, Serialize};

/// Levels of the reference, from 0 to the deepest offer.
pub const LEVELS: usize = 9;
/// Offers, as shares of the list price: none first.
pub const DEPTHS: [f64; 5] = [0.0, 0.05, 0.1, 0.15, 0.2];
/// Far below any difference between policies.
const ENOUGH: f64 = 1e-12;

/// How shoppers remember.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReferenceParams {
    /// Log-odds of buying without an offer and without a reference.
    pub base: f64,
    /// By kind of shopper: how many log-odds the full price off would add.
    pub response: Vec<f64>,
    /// What being above the reference adds per unit of discount.
    pub surprise: f64,
    /// What being below it takes off.
    pub disappointment: f64,
    /// What a sale at the list price earns, as a share of the price.
    pub margin: f64,
    /// What the next visit counts for.
    pub discount: f64,
}

impl Default for ReferenceParams {
    fn default() -> Self {
        ReferenceParams {
            base: -1.0,
            response: vec![3.0, 8.0],
            surprise: 14.0,
            disappointment: 8.0,
            margin: 0.4,
            discount: 0.95,
        }
    }
}

/// A world that can be visited. Only [`ReferenceParams::check`] makes one.
#[derive(Clone, Debug)]
pub struct Reference(ReferenceParams);

impl ReferenceParams {
    /// Refuses worlds without a shopper and numbers that are none.
    ///
    /// # Errors
    /// No kind of shopper, a number that is not finite, a margin outside [0, 1], a discount outside [0, 1).
    pub fn check(self) -> Result<Reference> {
        let numbers = [self.base, self.surprise, self.disappointment, self.margin, self.discount];
        let is_finite = numbers.iter().chain(&self.response).all(|number| number.is_finite());
        let is_sound =
            !self.response.is_empty() && (0.0..=1.0).contains(&self.margin) && (0.0..1.0).contains(&self.discount);
        match is_finite && is_sound {
            true => Ok(Reference(self)),
            false => Err(Error::new(Code::OutOfRange, "a world of references: a number is outside its range")),
        }
    }
}

/// By kind of shopper and level of the reference, an arm.
pub type Rule = Vec<[usize; LEVELS]>;

impl Reference {
    /// How many kinds of shopper there are.
    pub fn kinds(&self) -> usize {
        self.0.response.len()
    }

    /// What is known of a shopper: the reference discount, and how they respond.
    pub fn state(&self, kind: usize, level: usize) -> Vec<f64> {
        vec![reference(level), self.0.response[kind]]
    }

    /// The chance of a sale.
    pub fn chance(&self, kind: usize, level: usize, arm: usize) -> f64 {
        let (params, gap) = (&self.0, DEPTHS[arm] - reference(level));
        let felt = if gap > 0.0 { params.surprise * gap } else { params.disappointment * gap };
        sigmoid(params.base + params.response[kind] * DEPTHS[arm] + felt)
    }

    /// What a visit brings on average at a price of the budget: the sale's margin less `1 + price` times the discount.
    pub fn gain(&self, kind: usize, level: usize, arm: usize, price: f64) -> f64 {
        self.chance(kind, level, arm) * (self.0.margin - (1.0 + price) * DEPTHS[arm])
    }

    /// The rule that earns most over all visits, and what it is worth in every state.
    pub fn optimum(&self, price: f64) -> (Rule, Vec<[f64; LEVELS]>) {
        let mut worth = vec![[0.0; LEVELS]; self.kinds()];
        loop {
            let rule = self.rule(|kind, level, arm| self.look(&worth, kind, level, arm, price));
            if self.sweep(&rule, &mut worth, price) < ENOUGH {
                return (rule, worth);
            }
        }
    }

    /// The rule that earns most on this visit.
    pub fn myopic(&self, price: f64) -> Rule {
        self.rule(|kind, level, arm| self.gain(kind, level, arm, price))
    }

    /// The rule that follows the highest of `worth` (kind, level, arm), the first of equals.
    pub fn rule(&self, worth: impl Fn(usize, usize, usize) -> f64) -> Rule {
        let best = |kind: usize, level: usize| {
            let better =
                |best: usize, arm: usize| if worth(kind, level, arm) > worth(kind, level, best) { arm } else { best };
            (0..DEPTHS.len()).fold(0, better)
        };
        (0..self.kinds()).map(|kind| std::array::from_fn(|level| best(kind, level))).collect()
    }

    /// What following a rule for ever is worth in every state.
    pub fn value(&self, rule: &Rule, price: f64) -> Vec<[f64; LEVELS]> {
        let mut worth = vec![[0.0; LEVELS]; self.kinds()];
        while self.sweep(rule, &mut worth, price) >= ENOUGH {}
        worth
    }

    /// Mean value of a rule for shoppers who start without a reference.
    pub fn value_at_start(&self, rule: &Rule, price: f64) -> f64 {
        self.value(rule, price).iter().map(|levels| levels[0]).sum::<f64>() / self.kinds() as f64
    }

    /// What an arm is worth now and, with the `worth` of states, later.
    fn look(&self, worth: &[[f64; LEVELS]], kind: usize, level: usize, arm: usize, price: f64) -> f64 {
        self.gain(kind, level, arm, price) + self.0.discount * worth[kind][moved(level, arm)]
    }

    /// One step of iteration; the largest change.
    fn sweep(&self, rule: &Rule, worth: &mut Vec<[f64; LEVELS]>, price: f64) -> f64 {
        let at = |kind: usize, level: usize| self.look(worth, kind, level, rule[kind][level], price);
        let next: Vec<[f64; LEVELS]> =
            (0..self.kinds()).map(|kind| std::array::from_fn(|level| at(kind, level))).collect();
        let pairs = next.iter().flatten().zip(worth.iter().flatten());
        let change = pairs.fold(0.0, |most: f64, (new, old)| most.max((new - old).abs()));
        *worth = next;
        change
    }

    /// Visits of shoppers to whom arms were given at random, as a log would have them.
    pub fn log(&self, shoppers: usize, visits: usize, seed: u64) -> Vec<Step> {
        let mut random = Random::new(seed);
        let mut steps = Vec::with_capacity(shoppers * visits);
        for shopper in 0..shoppers {
            let (kind, mut level) = (shopper % self.kinds(), random.below(LEVELS));
            for _ in 0..visits {
                let arm = random.below(DEPTHS.len());
                let sold = if random.uniform() < self.chance(kind, level, arm) { 1.0 } else { 0.0 };
                let state = self.state(kind, level);
                level = moved(level, arm);
                let (gain, cost) = (sold * (self.0.margin - DEPTHS[arm]), sold * DEPTHS[arm]);
                steps.push(Step { state, arm, gain, cost, next: Some(self.state(kind, level)) });
            }
        }
        steps
    }
}

fn reference(level: usize) -> f64 {
    DEPTHS[DEPTHS.len() - 1] * level as f64 / (LEVELS - 1) as f64
}

/// The reference goes half of the way to an offer above it, and sinks one level at a time towards one below.
fn moved(level: usize, arm: usize) -> usize {
    let offer = arm * (LEVELS - 1) / (DEPTHS.len() - 1);
    if offer > level { level + (offer - level).div_ceil(2) } else { level - usize::from(offer < level) }
}
