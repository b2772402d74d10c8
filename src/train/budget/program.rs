//! Offers within limits: the prices that keep them, and the choice that earns most.
//!
//! The dual of the multiple-choice knapsack: `Σ_b λ_b · limit_b + Σ_i max_a (gain − Σ_b λ_b · weight_b)` is, at any prices
//! `λ ≥ 0`, at least what any choice within the limits earns. One limit's price is exact (see [`price`](super::price));
//! with several, each is set in turn while the others stand, which lowers the dual every time. It may stop short of the
//! lowest; the [gap](Plan::gap) says by how much at most.

use super::limit::Limit;
use super::offers::Offers;
use super::price::lowest;
use super::round;
use crate::error::{Code, Error, Result};
use crate::math::ordered_sum;
use crate::train::threads::{ordered, piece};

/// Shoppers that one thread takes at a time, and the most pieces there are; the same on every machine.
const OF_PIECE: usize = 1_024;
const MAX_PIECES: usize = 64;

/// Rounds of setting every price.
const MAX_ROUNDS: usize = 60;

/// A change of the dual, as a share of it, that is not worth another round.
const STILL: f64 = 1e-7;

/// What may be offered and within which limits.
#[derive(Clone, Debug)]
pub struct Program<'a> {
    /// What is chosen from.
    pub offers: &'a Offers,
    /// What is kept; at least one.
    pub limits: Vec<Limit>,
    /// Decides who of those with equal claims is offered first.
    pub seed: u64,
}

/// A program that can be solved.
#[derive(Clone, Debug)]
pub struct CheckedProgram<'a>(Program<'a>);

/// A choice within the limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// One price by limit, at least 0: what a shop ships.
    pub prices: Vec<f64>,
    /// One arm by shopper.
    pub arm: Vec<u8>,
    /// What the choice earns.
    pub gain: f64,
    /// What it takes of each limit.
    pub used: Vec<f64>,
    /// What no choice within the limits exceeds.
    pub bound: f64,
    /// Of the charges of arms that are worth the same as the one picked, the share that the limits left room for: such
    /// shoppers are split by a hash.
    pub tied_share: f64,
}

impl Plan {
    /// How far the gain may be from the best, as a share of the bound.
    pub fn gap(&self) -> f64 {
        (self.bound - self.gain).max(0.0) / self.bound.abs().max(f64::MIN_POSITIVE)
    }
}

impl<'a> Program<'a> {
    /// Refuses a program without limits, with more than 64, or with one that is no number or counts other shoppers.
    ///
    /// # Errors
    /// As said.
    pub fn check(self) -> Result<CheckedProgram<'a>> {
        if !(1..=64).contains(&self.limits.len()) {
            return Err(Error::limit(Code::BadConfig, "limits, at least 1", 64, self.limits.len() as u64));
        }
        self.limits.iter().try_for_each(|limit| limit.check(self.offers.shoppers()))?;
        Ok(CheckedProgram(self))
    }
}

impl CheckedProgram<'_> {
    /// What is chosen from.
    pub fn offers(&self) -> &Offers {
        self.0.offers
    }

    /// What is kept.
    pub fn limits(&self) -> &[Limit] {
        &self.0.limits
    }

    pub(super) fn seed(&self) -> u64 {
        self.0.seed
    }

    /// Prices, then the arms they pick, then what room they leave filled.
    ///
    /// O(shoppers · arms) for one limit.
    ///
    /// # Errors
    /// A limit that no choice keeps, or limits that were not kept together.
    pub fn solve(&self) -> Result<Plan> {
        let (prices, bound) = self.prices()?;
        let mut plan = self.plan(prices, bound);
        round::repair(self, &mut plan)?;
        round::fill(self, &mut plan);
        self.count(&mut plan);
        Ok(plan)
    }

    /// The arms that `prices` pick, nothing repaired and nothing filled: what devices do between two updates.
    pub fn choose(&self, prices: &[f64]) -> Vec<u8> {
        let arms =
            self.by_piece(|shoppers| shoppers.map(|shopper| self.best(prices, shopper).0 as u8).collect::<Vec<_>>());
        arms.concat()
    }

    /// The offers that one limit chooses among while all other prices stand: what is left of gains once those are paid, and
    /// what each arm takes of this limit as its cost.
    ///
    /// # Errors
    /// Amounts beyond single precision.
    pub fn alone(&self, prices: &[f64], limit: usize) -> Result<Offers> {
        self.offers().with(|shopper, arm| {
            let gain = self.offers().gain(shopper, arm) - self.charge(prices, shopper, arm, Some(limit));
            (gain, self.limits()[limit].weight(self.offers(), shopper, arm))
        })
    }

    fn prices(&self) -> Result<(Vec<f64>, f64)> {
        let mut prices = vec![0.0; self.limits().len()];
        let mut dual = self.dual(&prices);
        for _ in 0..MAX_ROUNDS {
            for limit in 0..prices.len() {
                prices[limit] = lowest(self, &prices, limit)?;
            }
            let before = std::mem::replace(&mut dual, self.dual(&prices));
            if prices.len() == 1 || before - dual <= STILL * dual.abs() {
                break;
            }
        }
        Ok((prices, dual))
    }

    /// What no choice within the limits exceeds.
    pub fn dual(&self, prices: &[f64]) -> f64 {
        let values = self.by_piece(|shoppers| ordered_sum(shoppers.map(|shopper| self.best(prices, shopper).1)));
        let charged = self.limits().iter().zip(prices).map(|(limit, price)| limit.at_most * price);
        ordered_sum(charged) + ordered_sum(values)
    }

    fn plan(&self, prices: Vec<f64>, bound: f64) -> Plan {
        let arm = self.choose(&prices);
        let mut plan = Plan { used: vec![0.0; prices.len()], prices, arm, gain: 0.0, bound, tied_share: 0.0 };
        self.count(&mut plan);
        plan
    }

    /// Sums gain and use anew.
    fn count(&self, plan: &mut Plan) {
        let sum = |of: &(dyn Fn(usize, usize) -> f64 + Sync)| {
            let of = |shopper: usize| of(shopper, plan.arm[shopper] as usize);
            ordered_sum(self.by_piece(|shoppers| ordered_sum(shoppers.map(of))))
        };
        let gain = sum(&|shopper, arm| self.offers().gain(shopper, arm));
        let used = self.limits().iter().map(|limit| sum(&|shopper, arm| limit.weight(self.offers(), shopper, arm)));
        (plan.used, plan.gain) = (used.collect(), gain);
    }

    /// What `arm` is charged for all it takes of the limits, but for `except`.
    #[inline]
    pub(super) fn charge(&self, prices: &[f64], shopper: usize, arm: usize, except: Option<usize>) -> f64 {
        let mut sum = 0.0;
        for (index, limit) in self.limits().iter().enumerate() {
            if Some(index) != except && prices[index] > 0.0 {
                sum += prices[index] * limit.weight(self.offers(), shopper, arm);
            }
        }
        sum
    }

    /// Gain less charges.
    #[inline]
    pub(super) fn worth(&self, prices: &[f64], shopper: usize, arm: usize) -> f64 {
        self.offers().gain(shopper, arm) - self.charge(prices, shopper, arm, None)
    }

    /// The arm worth most and its worth; of equals the one that costs least, then the first.
    fn best(&self, prices: &[f64], shopper: usize) -> (usize, f64) {
        let mut best = (0, self.worth(prices, shopper, 0));
        for arm in self.offers().allowed(shopper).skip(1) {
            let worth = self.worth(prices, shopper, arm);
            let cheaper = || self.offers().cost(shopper, arm) < self.offers().cost(shopper, best.0);
            if worth > best.1 || (worth == best.1 && cheaper()) {
                best = (arm, worth);
            }
        }
        best
    }

    pub(super) fn by_piece<T: Send>(&self, work: impl Fn(std::ops::Range<usize>) -> T + Sync) -> Vec<T> {
        let shoppers = self.offers().shoppers();
        let pieces = shoppers.div_ceil(OF_PIECE).min(MAX_PIECES);
        ordered(pieces, |index| work(piece(shoppers, pieces, index)), |_| ())
    }
}
