//! Why an offer was not given, and what would have to change: data, for others to put into words.

use crate::money::Money;

/// Why an offer was not given. The numbers are stable: append, never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum RefusalCode {
    /// A rule asks for something that is not known about the shopper; never an error.
    MissingAttribute = 0,
    /// The shopper is in none of the segments.
    OtherSegment = 1,
    /// The shopper's tier is another.
    OtherTier = 2,
    /// Nothing in the basket is in the categories.
    OtherCategory = 3,
    /// None of the products is in the basket.
    OtherSku = 4,
    /// The offer belongs to other channels.
    OtherChannel = 5,
    /// Its time has not come.
    NotYet = 6,
    /// Its time is over.
    Expired = 7,
    /// Only for the first order.
    NotFirstOrder = 8,
    /// Too little is spent, for the offer or for its first tier.
    BelowMinimum = 9,
    /// Only for shoppers who were referred.
    NotReferred = 10,
    /// Only with the eco choice.
    NotEcoChoice = 11,
    /// Too few units of what counts.
    TooFewUnits = 12,
    /// More units than the offer is for.
    TooManyUnits = 13,
    /// The offer does not exist in the basket's currency.
    OtherCurrency = 14,
    /// The shopper has used it as often as allowed.
    UsedUp = 15,
    /// The shopper used it too recently.
    CoolingDown = 16,
    /// No line of the basket is one the offer looks at.
    NoLineMatches = 17,
    /// Another offer was given, beside which this one may not stand.
    DoesNotCombine = 18,
    /// Another offer already brings the one gift.
    OneGift = 19,
    /// A combination without it takes more off.
    NotBestDeal = 20,
    /// It would take nothing off: the price is as low already, or floors and caps leave nothing.
    NothingLeft = 21,
}

/// The codes of all refusals, by number.
pub const REFUSAL_CODES: [&str; 22] = [
    "MISSING_ATTRIBUTE",
    "OTHER_SEGMENT",
    "OTHER_TIER",
    "OTHER_CATEGORY",
    "OTHER_SKU",
    "OTHER_CHANNEL",
    "NOT_YET",
    "EXPIRED",
    "NOT_FIRST_ORDER",
    "BELOW_MINIMUM",
    "NOT_REFERRED",
    "NOT_ECO_CHOICE",
    "TOO_FEW_UNITS",
    "TOO_MANY_UNITS",
    "OTHER_CURRENCY",
    "USED_UP",
    "COOLING_DOWN",
    "NO_LINE_MATCHES",
    "DOES_NOT_COMBINE",
    "ONE_GIFT",
    "NOT_BEST_DEAL",
    "NOTHING_LEFT",
];

impl RefusalCode {
    /// The stable name.
    pub fn name(self) -> &'static str {
        REFUSAL_CODES[self as usize]
    }
}

/// What is known, or not, about the shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Segments.
    Segments,
    /// Loyalty tier.
    Tier,
    /// Channel.
    Channel,
    /// The moment.
    Now,
    /// Number of past orders.
    PastOrders,
    /// Whether referred.
    Referred,
    /// Whether the eco choice was made.
    EcoChoice,
    /// How often offers were used.
    Uses,
}

/// The names of all attributes, by number.
pub const ATTRIBUTES: [&str; 8] =
    ["segments", "tier", "channel", "instant_ms", "past_orders", "referred", "eco_choice", "uses"];

impl Attribute {
    /// The stable name, as the edge border has it.
    pub fn name(self) -> &'static str {
        ATTRIBUTES[self as usize]
    }
}

/// The smallest change that would undo one refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearest {
    /// This much more spent on what counts.
    Spend(Money),
    /// This many more units of what counts.
    Add(u32),
    /// This many fewer units of what counts.
    Remove(u32),
    /// Waiting until this instant, milliseconds since 1970.
    Wait(i64),
    /// Telling what is not known.
    Tell(Attribute),
    /// Doing without another offer, by its place in the list.
    Without(usize),
}

/// One reason against an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which.
    pub code: RefusalCode,
    /// The rule that failed, by its place among the offer's; none where it is not one of those.
    pub rule: Option<usize>,
    /// What would undo it, where that is a matter of degree.
    pub nearest: Option<Nearest>,
}

impl Refusal {
    pub(crate) fn new(code: RefusalCode) -> Self {
        Refusal { code, rule: None, nearest: None }
    }

    pub(super) fn with(code: RefusalCode, nearest: Nearest) -> Self {
        Refusal { code, rule: None, nearest: Some(nearest) }
    }
}
