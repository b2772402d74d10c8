//! What may be offered, and the rules the merchandiser set.

#[cfg(not(feature = "full"))]
use crate::absent::{Floor, Offer, Stacking};
use crate::error::{Code, Error, Result};
use crate::event::Timestamp;
use crate::feature::bounded;
use crate::model::MAX_ARMS;
use crate::money::BasisPoints;
#[cfg(feature = "full")]
use crate::offer::{CheckedOffers, Floor, Kind, Limits, Offer, Offers, Stacking};
use alloc::string::String;
use alloc::vec::Vec;

/// One thing that can be offered: the offer of the same name, or a share off every product.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Stable name, e.g. `pct10`; the first arm is always `none`.
    pub id: String,
    /// How much is taken off the list price; 0 where the offer of the same name is no such share.
    pub depth: BasisPoints,
}

/// Limits that hold whatever the model says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guard {
    /// An offer must leave at least this share of the list price as margin.
    pub floor_margin: BasisPoints,
    /// No offer is deeper than this, nor are all offers together on one line of a cart.
    pub max_discount: BasisPoints,
    /// All offers together take at most this share off the list price of a cart.
    pub max_cart_discount: BasisPoints,
    /// Share of shoppers who never get an offer, so that offers can be measured.
    pub holdout: BasisPoints,
    /// Mixed into the holdout's hash, so that two campaigns hold out different shoppers.
    pub salt: u32,
    /// Personalised offers are off: everyone gets the list price.
    pub switched_off: bool,
}

impl Default for Guard {
    fn default() -> Self {
        let (none, all) = (BasisPoints::default(), BasisPoints::ALL);
        Guard {
            floor_margin: none,
            max_discount: none,
            max_cart_discount: all,
            holdout: none,
            salt: 0,
            switched_off: false,
        }
    }
}

/// The arms and the merchandiser's settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Menu {
    /// `none` first, then by depth, never falling: arms of one depth differ in something else, such as a letter's words.
    pub arms: Vec<Arm>,
    /// Limits.
    pub guard: Guard,
    /// The price λ of one unit of budget: an arm must gain more than λ times its cost.
    pub budget_price: f32,
    /// Share of decisions drawn evenly from the allowed arms, to learn from.
    pub exploration: f32,
    /// Minutes for which an accepted offer holds.
    pub promise_minutes: u32,
    /// Budgets with prices of their own, on top of [`Self::budget_price`].
    pub budgets: Vec<Budget>,
    /// What arms give, by their ids; an offer that no arm gives is public, and stands whatever is decided.
    pub offers: Vec<Offer>,
    /// How offers stand together in a cart.
    pub stacking: Stacking,
    /// What products are never sold below.
    pub floors: Vec<Floor>,
}

/// Money that some arms draw on, and what a unit of it is worth elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Budget {
    /// Stable name.
    pub id: String,
    /// Its price λ until [`Self::not_after`].
    pub price: f32,
    /// Its price from then on, not below [`Self::price`]: a device that hears nothing becomes stingier, never freer.
    pub fallback: f32,
    /// Seconds since 1970 until which the price holds; 0 for ever.
    pub not_after: u32,
    /// Bit `a` is set where arm `a` draws on it.
    pub arms: u16,
}

/// The most budgets of a menu.
pub const MAX_BUDGETS: usize = 8;

impl Budget {
    /// The price at a moment.
    pub fn price_at(&self, now: Timestamp) -> f64 {
        let holds = self.not_after == 0 || now <= Timestamp::from_seconds(self.not_after);
        if holds { self.price as f64 } else { self.fallback as f64 }
    }

    fn check(&self) -> Result<()> {
        in_range("a budget's price is negative, beyond 1000 or not a number", self.price, 1_000.0)?;
        in_range("a budget's fallback price is negative, beyond 1000 or not a number", self.fallback, 1_000.0)?;
        match self.fallback >= self.price {
            true => Ok(()),
            false => Err(Error::new(Code::BadConfig, "a budget's fallback price is below its price")),
        }
    }
}

impl Menu {
    /// Refuses an empty or contradictory menu.
    pub fn check(&self) -> Result<()> {
        bounded("arms", self.arms.len(), MAX_ARMS)?;
        match self.arms.first() {
            Some(first) if first.id == "none" && first.depth.get() == 0 => {}
            _ => return Err(Error::new(Code::BadConfig, "the first arm must be `none` with no discount")),
        }
        let rising = self.arms.windows(2).all(|pair| pair[0].depth <= pair[1].depth);
        if !rising {
            return Err(Error::new(Code::BadConfig, "arms must be in order of depth, the deepest last"));
        }
        for (index, arm) in self.arms.iter().enumerate() {
            if self.arms[..index].iter().any(|earlier| earlier.id == arm.id) {
                return Err(Error::new(Code::DuplicateName, "two arms carry the same id"));
            }
        }
        bounded("budgets", self.budgets.len(), MAX_BUDGETS)?;
        self.budgets.iter().try_for_each(Budget::check)?;
        #[cfg(feature = "full")]
        self.check_offers()?;
        in_range("the budget price is negative, beyond 1000 or not a number", self.budget_price, 1_000.0)?;
        in_range("exploration is not between 0 and 1", self.exploration, 1.0)
    }
}

impl Menu {
    /// The price of one unit of budget spent by each arm at a moment.
    pub fn prices(&self, now: Timestamp) -> [f64; MAX_ARMS] {
        let mut prices = [self.budget_price as f64; MAX_ARMS];
        for budget in &self.budgets {
            let price = budget.price_at(now);
            let draws = prices.iter_mut().enumerate().filter(|(arm, _)| budget.arms >> arm & 1 == 1);
            draws.for_each(|(_, of_arm)| *of_arm += price);
        }
        prices
    }
}

impl Menu {
    /// Whether every arm is a share off the price and nothing else bounds it.
    pub fn is_plain(&self) -> bool {
        self.offers.is_empty() && self.floors.is_empty()
    }
}

#[cfg(feature = "full")]
impl Menu {
    /// The offers of the menu, then a share off every line for each arm with a depth and no offer of its name.
    ///
    /// Refuses what [`Offers::check`] does.
    pub fn priced_offers(&self) -> Result<CheckedOffers> {
        let is_plain = |arm: &&Arm| arm.depth.get() > 0 && !self.offers.iter().any(|offer| offer.id == arm.id);
        let share = |arm: &Arm| Offer::new(arm.id.as_str(), Kind::PercentOff { depth: arm.depth });
        let plain = self.arms.iter().filter(is_plain).map(share);
        let offers = self.offers.iter().cloned().chain(plain).collect();
        let Guard { floor_margin, max_discount: line_cap, max_cart_discount: cart_cap, .. } = self.guard;
        let limits = Limits { line_cap, cart_cap, floor_margin };
        Offers { offers, stacking: self.stacking, limits }.check()
    }

    fn check_offers(&self) -> Result<()> {
        for arm in &self.arms {
            let offer = self.offers.iter().find(|offer| offer.id == arm.id);
            let told = match (offer.map(|offer| &offer.kind), arm.depth.get()) {
                (Some(_), _) if arm.id == "none" => "an offer is called `none`",
                (Some(Kind::PercentOff { depth }), _) if *depth != arm.depth => "an arm and its offer differ in depth",
                (Some(Kind::PercentOff { .. }), _) | (Some(_), 0) | (None, _) => continue,
                (Some(_), _) => "an arm has a depth and its offer is no share",
            };
            return Err(Error::new(Code::BadConfig, alloc::format!("arm `{}`: {told}", arm.id)));
        }
        self.floors.iter().try_for_each(Floor::check)?;
        self.priced_offers().map(drop)
    }
}

fn in_range(what: &'static str, value: f32, high: f32) -> Result<()> {
    match value >= 0.0 && value <= high {
        true => Ok(()),
        false => Err(Error::new(Code::OutOfRange, what)),
    }
}
