//! What offers come to in a basket: eligibility, stacking, floors, allocation, tax, and why not.
//!
//! ```text
//! Offers -> check -> CheckedOffers ┐
//! Basket -> check -> CheckedBasket ┼-> price -> Priced { lines, totals, applied, refused }
//!            Circumstances         ┘
//! ```
//! One function without clock, randomness or floating point: the same input gives the same bytes everywhere. It never
//! fails: what does not apply is refused with a [`RefusalCode`] and, where it is a matter of degree, the
//! [`Nearest`] change that would help. Money that is taken off is always within three bounds: a line is never sold above
//! its list price, never below its floor, and never beyond the caps of [`Limits`].
//!
//! What is *not* here: which offer is worth giving (that is [`policy`](crate::policy)), exchange rates, time zones, and the
//! counting of uses.
//!
//! ```
//! # fn main() -> Result<(), skonto::error::Error> {
//! use skonto::money::{BasisPoints, Currency, Money};
//! use skonto::offer::{Basket, BasketLine, Circumstances, Kind, Offer, Offers, Scope};
//!
//! let summer = Offer::new("summer", Kind::PercentOff { depth: BasisPoints::new(4_000)? });
//! let voucher = Kind::PercentOff { depth: BasisPoints::new(7_000)? };
//! let voucher = Offer { scope: Scope::Cart, ..Offer::new("voucher", voucher) };
//! let offers = Offers { offers: vec![summer, voucher], ..Offers::default() }.check()?;
//!
//! let line = BasketLine { price: Money::new(1_000)?, quantity: 10, ..BasketLine::default() };
//! let basket = Basket { lines: vec![line], ..Basket::new(Currency::new("EUR")?) };
//! let priced = offers.price(&basket.check()?, &Circumstances::default());
//! assert_eq!(priced.totals.price.minor(), 1_800); // 82 % off, not 110 %
//! # Ok(())
//! # }
//! ```

mod basket;
mod best;
mod effect;
mod floor;
mod kind;
mod ledger;
mod lines;
mod priced;
mod refusal;
mod round;
mod rule;
mod stacking;
mod stored;
mod units;

pub use basket::{Basket, BasketLine, CheckedBasket, MAX_LINES, MAX_UNITS};
pub use floor::Floor;
pub use kind::{Amounts, BundlePart, Kind, Reward, Tier};
pub use lines::LineFilter;
pub use priced::{Applied, Benefit, Cut, Part, Priced, PricedLine, Refused, Totals};
pub use refusal::{ATTRIBUTES, Attribute, Nearest, REFUSAL_CODES, Refusal, RefusalCode};
pub use rule::{Circumstances, Rule, Uses};
pub use stacking::{BEST_DEAL_OFFERS, CheckedOffers, Limits, MAX_OFFERS, Mode, Offers, Over, Stacking};

use alloc::string::String;
use alloc::vec::Vec;

/// Whether an offer is worked out line by line or once for all its lines together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Line by line, rounded once per line.
    #[default]
    Item,
    /// Once for all lines, rounded once, and shared out among them by largest remainder.
    Cart,
}

/// What a share or a threshold is measured on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// The list price, whatever other offers took off.
    Initial,
    /// What the offers before it have left.
    #[default]
    Discounted,
}

/// One offer: what, on which lines, to whom, and beside which others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Stable name.
    pub id: String,
    /// What the shopper gets.
    pub kind: Kind,
    /// Line by line, or all together. Only shares and amounts off know both.
    pub scope: Scope,
    /// What it is measured on.
    pub base: Base,
    /// The lines it looks at.
    pub lines: LineFilter,
    /// Conditions, all of which must hold.
    pub rules: Vec<Rule>,
    /// The higher, the earlier its turn.
    pub priority: i32,
    /// It stands alone: nothing else is given where it is.
    pub exclusive: bool,
    /// Two offers that share one of these classes do not stand together.
    pub classes: Vec<String>,
    /// The most it takes off a basket, by currency; none for no limit.
    pub most: Amounts,
    /// How often one shopper may use it; none for no limit.
    pub most_uses: Option<u32>,
    /// How long after a use the next one is refused, milliseconds; 0 for not at all.
    pub cool_down_millis: u64,
}

impl Offer {
    /// An offer on every line, to everyone, that stands beside any other.
    pub fn new(id: impl Into<String>, kind: Kind) -> Self {
        Offer {
            id: id.into(),
            kind,
            scope: Scope::default(),
            base: Base::default(),
            lines: LineFilter::default(),
            rules: Vec::new(),
            priority: 0,
            exclusive: false,
            classes: Vec::new(),
            most: Amounts::default(),
            most_uses: None,
            cool_down_millis: 0,
        }
    }
}
