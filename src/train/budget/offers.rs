//! What every arm would earn and cost for every shopper.
//!
//! Single precision is stored, because predictions are far less certain than its seven digits and a million shoppers of
//! eight arms then take 64 MB; every sum is in double precision. It does *not* say how gains were predicted.

use crate::error::{Code, Error, Result};
use crate::model::MAX_ARMS;

/// Gains and costs by shopper and arm. Arm 0 is no offer and is never blocked.
#[derive(Clone, Debug, PartialEq)]
pub struct Offers {
    arms: usize,
    gain: Vec<f32>,
    cost: Vec<f32>,
    blocked: Vec<u16>,
}

impl Offers {
    /// Offers of `arms` arms, shopper after shopper.
    ///
    /// `gain` is what is to be made large, such as expected profit beyond that of no offer; `cost` is what the arm is
    /// expected to spend. Both may be below zero. Bit `a` of `blocked[shopper]` bars arm `a`; an empty list bars none.
    ///
    /// # Errors
    /// Fewer than 2 or more than 16 arms, no shoppers, lists that do not match, a number that is not finite, a barred
    /// arm 0.
    pub fn new(arms: usize, gain: Vec<f32>, cost: Vec<f32>, blocked: Vec<u16>) -> Result<Offers> {
        if !(2..=MAX_ARMS).contains(&arms) {
            return Err(Error::limit(Code::OutOfRange, "arms of offers, at least 2", MAX_ARMS as u64, arms as u64));
        }
        let shoppers = gain.len() / arms;
        if shoppers == 0 || gain.len() != shoppers * arms {
            return Err(Error::new(Code::BadData, format!("{} gains are no rows of {arms} arms", gain.len())));
        }
        if cost.len() != gain.len() {
            return Err(Error::limit(Code::BadIndex, "costs beside gains", gain.len() as u64, cost.len() as u64));
        }
        if !blocked.is_empty() && blocked.len() != shoppers {
            return Err(Error::limit(Code::BadIndex, "blocked arms by shopper", shoppers as u64, blocked.len() as u64));
        }
        if let Some(place) = (0..gain.len()).find(|place| !(gain[*place].is_finite() && cost[*place].is_finite())) {
            let (shopper, arm) = (place / arms, place % arms);
            return Err(Error::new(
                Code::NotFinite,
                format!("shopper {shopper}, arm {arm}: gain and cost must be numbers"),
            ));
        }
        match blocked.iter().position(|blocked| blocked & 1 != 0) {
            Some(shopper) => Err(Error::new(Code::BadData, format!("shopper {shopper}: no offer cannot be blocked"))),
            None => Ok(Offers { arms, gain, cost, blocked }),
        }
    }

    /// How many shoppers there are.
    pub fn shoppers(&self) -> usize {
        self.gain.len() / self.arms
    }

    /// How many arms there are, no offer among them.
    pub fn arms(&self) -> usize {
        self.arms
    }

    /// What `arm` earns for `shopper`.
    pub fn gain(&self, shopper: usize, arm: usize) -> f64 {
        f64::from(self.gain[shopper * self.arms + arm])
    }

    /// What `arm` costs for `shopper`.
    pub fn cost(&self, shopper: usize, arm: usize) -> f64 {
        f64::from(self.cost[shopper * self.arms + arm])
    }

    /// Whether `shopper` may be given `arm`.
    pub fn allows(&self, shopper: usize, arm: usize) -> bool {
        self.blocked.get(shopper).is_none_or(|blocked| blocked >> arm & 1 == 0)
    }

    /// The arms that `shopper` may be given.
    pub fn allowed(&self, shopper: usize) -> impl Iterator<Item = usize> + use<> {
        let blocked = self.blocked.get(shopper).copied().unwrap_or(0);
        (0..self.arms).filter(move |arm| blocked >> arm & 1 == 0)
    }

    /// The same shoppers and arms with the gain and cost that `of` says, by shopper and arm.
    ///
    /// # Errors
    /// An amount that is no number in single precision.
    pub fn with(&self, of: impl Fn(usize, usize) -> (f64, f64)) -> Result<Offers> {
        let all = (0..self.shoppers()).flat_map(|shopper| (0..self.arms).map(move |arm| (shopper, arm)));
        let (gain, cost) =
            all.map(|(shopper, arm)| of(shopper, arm)).map(|(gain, cost)| (gain as f32, cost as f32)).unzip();
        Offers::new(self.arms, gain, cost, self.blocked.clone())
    }

    /// The same shoppers, arms and costs with other gains, such as those that outcomes show.
    ///
    /// # Errors
    /// Gains that are not as many, or no numbers.
    pub fn judged_by(&self, gain: Vec<f32>) -> Result<Offers> {
        Offers::new(self.arms, gain, self.cost.clone(), self.blocked.clone())
    }

    /// Some shoppers, in the order given, such as those held out from training.
    ///
    /// # Errors
    /// No shoppers, or one that does not exist.
    pub fn pick(&self, shoppers: &[usize]) -> Result<Offers> {
        if let Some(beyond) = shoppers.iter().find(|shopper| **shopper >= self.shoppers()) {
            return Err(Error::limit(Code::BadIndex, "shoppers", self.shoppers() as u64 - 1, *beyond as u64));
        }
        let rows = |values: &[f32]| -> Vec<f32> {
            shoppers
                .iter()
                .flat_map(|shopper| &values[shopper * self.arms..(shopper + 1) * self.arms])
                .copied()
                .collect()
        };
        let blocked = if self.blocked.is_empty() { &[] } else { shoppers };
        let blocked = blocked.iter().map(|shopper| self.blocked[*shopper]).collect();
        Offers::new(self.arms, rows(&self.gain), rows(&self.cost), blocked)
    }
}
