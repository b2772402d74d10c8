//! How offers stand together, and the check of the whole list.
//!
//! Two offers *meet* in the basket ([`Over::Cart`]) or only on a line from which both take ([`Over::Item`]). The
//! [`Mode`] says what happens when they do. What is *not* here: the working out, which is in `round` and `best`.

use super::kind::Kind;
use super::{Base, Offer, Scope};
use crate::error::{Code, Error, Result};
use crate::money::BasisPoints;
use alloc::format;
use alloc::vec::Vec;

/// Most offers of one list.
pub const MAX_OFFERS: usize = 256;
/// Most offers among which the best deal is searched, since every combination is looked at.
pub const BEST_DEAL_OFFERS: usize = 16;

/// What happens where two offers meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Both are given, unless one is exclusive or they share a class: then the one whose turn came first.
    #[default]
    Stackable,
    /// The one that stands first in the list is given, whatever the priorities.
    ListOrder,
    /// Of all combinations that may stand together, the one that takes most off.
    BestDeal,
    /// Only one is given: the one of higher priority, then the one whose turn comes first.
    Exclusive,
}

/// Where two offers meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Over {
    /// On a line from which both take; offers on different lines never meet.
    Item,
    /// In the basket.
    #[default]
    Cart,
}

/// How offers stand together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stacking {
    /// What happens where two meet.
    pub mode: Mode,
    /// Where they meet.
    pub over: Over,
}

/// Bounds that hold whatever the offers say. The default caps nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// All offers together take at most this share off the list price of a line, rounded down.
    pub line_cap: BasisPoints,
    /// All offers together take at most this share off the list price of all lines, rounded down. Shipping and gifts are apart.
    pub cart_cap: BasisPoints,
    /// A unit whose cost is known keeps at least this share of its list price as margin.
    pub floor_margin: BasisPoints,
}

impl Default for Limits {
    fn default() -> Self {
        let (none, all) = (BasisPoints::default(), BasisPoints::ALL);
        Limits { line_cap: all, cart_cap: all, floor_margin: none }
    }
}

/// Offers, how they stand together, and their bounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// The offers; their order settles what priorities leave open.
    pub offers: Vec<Offer>,
    /// How they stand together.
    pub stacking: Stacking,
    /// Bounds.
    pub limits: Limits,
}

/// Offers that can be priced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedOffers(Offers);

impl Offers {
    /// Refuses offers that contradict themselves, carry one id twice, are too many, or could together give goods away
    /// because shares of the initial price add up to all of it and no cap is set.
    pub fn check(self) -> Result<CheckedOffers> {
        let most = if self.stacking.mode == Mode::BestDeal { BEST_DEAL_OFFERS } else { MAX_OFFERS };
        if self.offers.len() > most {
            return Err(Error::limit(Code::TooLarge, "offers", most as u64, self.offers.len() as u64));
        }
        for (place, offer) in self.offers.iter().enumerate() {
            offer.check().map_err(|error| Error::new(error.code(), format!("offer `{}`: {error}", offer.id)))?;
            if self.offers[..place].iter().any(|earlier| earlier.id == offer.id) {
                return Err(Error::new(Code::DuplicateName, format!("two offers carry the id `{}`", offer.id)));
            }
        }
        self.check_shares()?;
        Ok(CheckedOffers(self))
    }

    /// Shares of the initial price add up (saleor#17453: 40 % and 70 % gave goods away); with a cap they may.
    fn check_shares(&self) -> Result<()> {
        let is_capped = self.limits.line_cap < BasisPoints::ALL || self.limits.cart_cap < BasisPoints::ALL;
        let combines = matches!(self.stacking.mode, Mode::Stackable | Mode::BestDeal);
        for offer in self.offers.iter().filter(|offer| offer.base == Base::Initial && offer.kind.deepest_share() > 0) {
            let beside = self.offers.iter().filter(|other| other.id != offer.id && !offer.clashes(other));
            let shares: u64 = beside.map(|other| other.kind.deepest_share() as u64).sum();
            let total = shares + offer.kind.deepest_share() as u64;
            if combines && !is_capped && shares > 0 && total >= 10_000 {
                let what =
                    format!("offer `{}` and others take whole initial prices off: set a cap, basis points", offer.id);
                return Err(Error::limit(Code::BadConfig, what, 9_999, total));
            }
        }
        Ok(())
    }
}

impl CheckedOffers {
    /// What was checked.
    pub fn get(&self) -> &Offers {
        &self.0
    }

    /// Whether two offers may not be given where they meet.
    pub(super) fn clash(&self, one: usize, other: usize) -> bool {
        match self.0.stacking.mode {
            Mode::ListOrder | Mode::Exclusive => true,
            Mode::Stackable | Mode::BestDeal => self.0.offers[one].clashes(&self.0.offers[other]),
        }
    }

    /// The order of turns: priority from high to low, items before carts, then the list; in list order the list alone.
    pub(super) fn turns(&self) -> Vec<usize> {
        let mut turns: Vec<usize> = (0..self.0.offers.len()).collect();
        let key = |place: &usize| {
            let offer = &self.0.offers[*place];
            (-(offer.priority as i64), offer.scope, *place)
        };
        match self.0.stacking.mode {
            Mode::ListOrder => {}
            _ => turns.sort_by_key(key),
        }
        turns
    }
}

impl Offer {
    fn clashes(&self, other: &Offer) -> bool {
        self.exclusive || other.exclusive || self.classes.iter().any(|class| other.classes.contains(class))
    }

    fn check(&self) -> Result<()> {
        self.kind.check()?;
        self.most.check()?;
        self.rules.iter().try_for_each(|rule| rule.check())?;
        let has_scope = matches!(self.kind, Kind::PercentOff { .. } | Kind::AmountOff { .. });
        let refused = match self {
            offer if offer.id.is_empty() => "it has no id",
            offer if offer.most_uses == Some(0) => "it may never be used",
            offer if matches!(offer.kind, Kind::FixedPrice { .. }) && offer.scope == Scope::Cart => {
                "a fixed price is one of a unit: its scope is the item"
            }
            offer if !has_scope && offer.base == Base::Initial && !offer.is_tiered() => {
                "only shares, amounts and tiers can be measured on the initial price"
            }
            _ => return Ok(()),
        };
        Err(Error::new(Code::BadConfig, refused))
    }

    fn is_tiered(&self) -> bool {
        matches!(self.kind, Kind::SpendAndSave { .. })
    }
}
