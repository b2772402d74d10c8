//! What the offers together may not exceed: a sum, over some shoppers and arms, of their costs, gains or number.
//!
//! A budget, a cap on costs, a floor under profit and a floor under the return on spend are all such sums. It does
//! *not* hold limits that are no sums, such as "at most two offers a shopper", which are the guard's.

use super::offers::Offers;
use crate::error::{Code, Error, Result};

/// `Σ per_cost · cost + per_gain · gain + per_offer ≤ at_most` over what is in scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// What a person calls it.
    pub name: String,
    /// What the sum may be at most; below zero for a floor.
    pub at_most: f64,
    /// What a unit of cost counts for.
    pub per_cost: f64,
    /// What a unit of gain counts for.
    pub per_gain: f64,
    /// What an offer counts for, whatever it costs.
    pub per_offer: f64,
    /// Bit `a` counts arm `a`.
    pub arms: u16,
    /// The shoppers that count, such as those of one store or one week; none where all do.
    pub shoppers: Option<Vec<bool>>,
}

impl Limit {
    fn of(name: &str, at_most: f64, [per_cost, per_gain, per_offer]: [f64; 3]) -> Limit {
        Limit { name: name.into(), at_most, per_cost, per_gain, per_offer, arms: u16::MAX, shoppers: None }
    }

    /// Costs add up to at most this.
    pub fn spend(name: &str, at_most: f64) -> Limit {
        Limit::of(name, at_most, [1.0, 0.0, 0.0])
    }

    /// At most this many offers are made.
    pub fn offers(name: &str, at_most: f64) -> Limit {
        Limit::of(name, at_most, [0.0, 0.0, 1.0])
    }

    /// Gains add up to at least this.
    pub fn profit_floor(name: &str, at_least: f64) -> Limit {
        Limit::of(name, -at_least, [0.0, -1.0, 0.0])
    }

    /// Gains are at least `ratio` times the costs.
    pub fn return_floor(name: &str, ratio: f64) -> Limit {
        Limit::of(name, 0.0, [ratio, -1.0, 0.0])
    }

    /// The same for some arms only.
    pub fn for_arms(self, arms: &[usize]) -> Limit {
        Limit { arms: arms.iter().fold(0, |bits, arm| bits | 1u16.checked_shl(*arm as u32).unwrap_or(0)), ..self }
    }

    /// The same for some shoppers only.
    pub fn for_shoppers(self, shoppers: Vec<bool>) -> Limit {
        Limit { shoppers: Some(shoppers), ..self }
    }

    /// What `arm` for `shopper` adds to the sum.
    #[inline]
    pub fn weight(&self, offers: &Offers, shopper: usize, arm: usize) -> f64 {
        let outside = self.shoppers.as_ref().is_some_and(|shoppers| !shoppers[shopper]);
        if outside || self.arms >> arm & 1 == 0 {
            return 0.0;
        }
        let offer = if arm == 0 { 0.0 } else { self.per_offer };
        self.per_cost * offers.cost(shopper, arm) + self.per_gain * offers.gain(shopper, arm) + offer
    }

    pub(super) fn check(&self, shoppers: usize) -> Result<()> {
        let numbers = [self.at_most, self.per_cost, self.per_gain, self.per_offer];
        if let Some(found) = numbers.iter().find(|number| !number.is_finite()) {
            return Err(Error::new(Code::NotFinite, format!("limit `{}`: must be a number, found {found}", self.name)));
        }
        match self.shoppers.as_ref().map_or(shoppers, Vec::len) {
            found if found == shoppers => Ok(()),
            found => {
                let what = format!("limit `{}`: shoppers", self.name);
                Err(Error::limit(Code::BadIndex, what, shoppers as u64, found as u64))
            }
        }
    }
}
