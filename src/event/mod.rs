//! What a shopper did: one [`Event`] in the vocabulary of GA4 e-commerce.
//!
//! An event is already checked: its time is plausible, its amounts are whole minor units, its lines
//! name product groups of the model. It does *not* carry URLs, queries or identities: of a search only the
//! direction of its words remains, of an item or a brand a number that stands for it.

mod cart;
mod profile;
mod slots;
mod stored;
mod uses;

pub(crate) use profile::KEEPS_MORE;
pub(crate) use stored::{head_bytes, slot_bytes};

pub use cart::{Cart, CartLine, MAX_CART_LINES};
pub use profile::{MAX_PROFILE_BYTES, MAX_SEARCHES, Profile, Promise, Session};
pub use slots::{Slot, Slots};
pub use uses::{MAX_USED_OFFERS, Used};

use crate::error::{Code, Error, Result};
use crate::money::Money;
use crate::words::Meaning;
use alloc::vec::Vec;

/// Seconds since 1970 in the shop's local time.
///
/// Local, so that weekday features mean the shopper's weekday; the border adds the offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(u32);

/// Seconds in a day.
pub const DAY: f64 = 86_400.0;

impl Timestamp {
    /// A moment that many seconds after 1970.
    pub const fn from_seconds(seconds: u32) -> Self {
        Timestamp(seconds)
    }

    /// Takes milliseconds from a border; refuses NaN, times before 1970-01-02 and after 2105.
    pub fn from_ms(ms: f64) -> Result<Self> {
        let limit = (u32::MAX - 86_400) as f64 * 1000.0;
        if !(ms >= DAY * 1000.0 && ms <= limit) {
            return Err(Error::new(Code::BadTime, "time is not a moment between 1970-01-02 and 2105"));
        }
        Ok(Timestamp((ms / 1000.0) as u32))
    }

    /// Seconds since 1970.
    pub fn seconds(self) -> u32 {
        self.0
    }

    /// Days from `earlier` to this moment; negative when `earlier` is later.
    pub fn days_since(self, earlier: Timestamp) -> f64 {
        (self.0 as f64 - earlier.0 as f64) / DAY
    }

    /// Whether this falls on a Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        self.weekday() >= 5
    }

    /// Days since 1970-01-01.
    pub fn day(self) -> u32 {
        self.0 / 86_400
    }

    /// 0 on Monday to 6 on Sunday.
    pub fn weekday(self) -> u32 {
        // 1970-01-01 was a Thursday.
        (self.day() + 3) % 7
    }

    /// Hour of the day, 0 to 23.
    pub fn hour(self) -> u32 {
        self.0 / 3_600 % 24
    }

    /// Month of the year, 1 to 12.
    ///
    /// Source: Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
    pub fn month(self) -> u32 {
        let days = self.day() + 719_468;
        let day_of_era = days % 146_097;
        let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        if from_march < 10 { from_march + 3 } else { from_march - 9 }
    }
}

/// A product group of the model: the level at which demand was learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupId(pub u16);

/// The GA4 event names, in the order the page border numbers them.
pub const EVENT_NAMES: [&str; 15] = [
    "view_item_list",
    "select_item",
    "view_item",
    "search",
    "add_to_wishlist",
    "add_to_cart",
    "remove_from_cart",
    "view_cart",
    "begin_checkout",
    "add_shipping_info",
    "add_payment_info",
    "purchase",
    "refund",
    "view_promotion",
    "select_promotion",
];

/// Which of [`EVENT_NAMES`] an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventKind(u8);

impl EventKind {
    /// A product is put into the cart; with a discount, the offer becomes a promise.
    pub const ADD_TO_CART: EventKind = EventKind(5);
    /// A product leaves the cart.
    pub const REMOVE_FROM_CART: EventKind = EventKind(6);
    /// An order is placed.
    pub const PURCHASE: EventKind = EventKind(11);

    /// The kind at `index` of [`EVENT_NAMES`].
    pub fn new(index: u8) -> Result<Self> {
        match (index as usize) < EVENT_NAMES.len() {
            true => Ok(EventKind(index)),
            false => Err(Error::limit(Code::UnknownEvent, "event kind", EVENT_NAMES.len() as u64 - 1, index as u64)),
        }
    }

    /// The kind with a GA4 `name`.
    pub fn from_name(name: &str) -> Result<Self> {
        let found = EVENT_NAMES.iter().position(|known| *known == name);
        found
            .map(|index| EventKind(index as u8))
            .ok_or_else(|| Error::new(Code::UnknownEvent, "event name is not one of GA4 e-commerce"))
    }

    /// Position in [`EVENT_NAMES`].
    pub const fn index(self) -> u8 {
        self.0
    }
}

/// Some of the [`EVENT_NAMES`]: bit `i` stands for the kind with index `i`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventSet(u16);

impl EventSet {
    /// No kind.
    pub const NONE: EventSet = EventSet(0);
    /// Every kind.
    pub const ALL: EventSet = EventSet((1 << EVENT_NAMES.len()) - 1);

    /// The set with those bits; refuses a bit that no kind has.
    pub fn from_bits(bits: u16) -> Result<Self> {
        match bits & !EventSet::ALL.0 == 0 {
            true => Ok(EventSet(bits)),
            false => Err(Error::limit(Code::UnknownEvent, "set of event kinds", EventSet::ALL.0 as u64, bits as u64)),
        }
    }

    /// Bit `i` for the kind with index `i`.
    pub fn bits(self) -> u16 {
        self.0
    }

    /// Whether `kind` is one of them.
    pub fn contains(self, kind: EventKind) -> bool {
        self.0 >> kind.0 & 1 == 1
    }

    /// The kinds of both.
    pub fn with(self, other: EventSet) -> EventSet {
        EventSet(self.0 | other.0)
    }

    /// The only kind of the set, if it has one only.
    pub fn only(self) -> Option<EventKind> {
        (self.0.count_ones() == 1).then_some(EventKind(self.0.trailing_zeros() as u8))
    }
}

impl From<EventKind> for EventSet {
    fn from(kind: EventKind) -> Self {
        EventSet(1 << kind.0)
    }
}

/// One product line of an event. Prices are per unit, `net` is after `discount` as GA4 has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The product's group, or none if the model does not know it.
    pub group: Option<GroupId>,
    /// The number that stands for the item's id, 0 for none.
    pub item: u32,
    /// The number that stands for the item's brand, 0 for none.
    pub brand: u32,
    /// The number that stands for the offer it was sold under, such as its coupon; 0 for none.
    pub offer: u32,
    /// Price paid per unit.
    pub net: Money,
    /// Taken off per unit; the list price is `net + discount`.
    pub discount: Money,
    /// Units.
    pub quantity: u32,
}

/// The most units one line may have.
pub const MAX_QUANTITY: u32 = 100_000;

impl Line {
    /// Builds a line from the plain numbers of a border, refusing what cannot be.
    pub fn new(group: Option<GroupId>, net: f64, discount: f64, quantity: f64) -> Result<Self> {
        if !(quantity >= 1.0 && quantity <= MAX_QUANTITY as f64) {
            return Err(Error::new(Code::BadQuantity, "quantity is not between 1 and 100000"));
        }
        let (net, discount) = (Money::from_f64(net)?, Money::from_f64(discount)?);
        let line = Line { group, item: 0, brand: 0, offer: 0, net, discount, quantity: quantity as u32 };
        line.list()?;
        Ok(line)
    }

    /// The line of an item and a brand, each as the number that stands for it.
    pub fn of(self, item: u32, brand: u32) -> Self {
        Line { item, brand, ..self }
    }

    /// The same line, sold under an offer.
    pub fn under(self, offer: u32) -> Self {
        Line { offer, ..self }
    }

    /// Price per unit before the discount.
    pub fn list(&self) -> Result<Money> {
        self.net.plus(self.discount)
    }
}

/// One thing a shopper did.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What kind.
    pub kind: EventKind,
    /// When.
    pub time: Timestamp,
    /// A hash of the transaction id, 0 for none; the same purchase told twice counts once.
    pub transaction: u32,
    /// Where the words of a search point to, if it was one and the model has words.
    pub query: Option<Meaning>,
    /// The products involved.
    pub lines: Vec<Line>,
}

/// A shopper's events in time order.
pub type EventLog = Vec<Event>;

/// The number that stands for an id: of a transaction, an item, a brand. 0, for none, stands for no id.
pub fn id_number(id: &str) -> u32 {
    if id.is_empty() { 0 } else { hash32(id).max(1) }
}

/// 32-bit FNV-1a, used to shorten transaction ids and shopper keys. Not for security.
pub fn hash32(text: &str) -> u32 {
    hash32_on(HASH32_OF_NOTHING, text)
}

/// The hash of the empty text.
pub(crate) const HASH32_OF_NOTHING: u32 = 0x811c_9dc5;

/// The hash of a text that ends in `more` and whose beginning has the given `hash`.
pub(crate) fn hash32_on(hash: u32, more: &str) -> u32 {
    more.bytes().fold(hash, |hash, byte| (hash ^ byte as u32).wrapping_mul(0x0100_0193))
}
