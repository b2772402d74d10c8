//! Who may have an offer, when, and for which basket: rules as data, and one total function over them.
//!
//! What a rule asks for and nobody told is a reason against the offer, never an error: a guest has no tier, and the cart
//! must still be priced. *Not* here: time zones (a window is two instants, worked out when the menu was made) and
//! counting uses (the caller keeps the ledger).

use super::basket::BasketLine;
use super::refusal::{Attribute, Nearest, Refusal, RefusalCode};
use super::{Amounts, Base, Basket, LineFilter, Offer};
use crate::error::{Code, Error, Result};
use crate::money::{Currency, Money};
use alloc::string::String;
use alloc::vec::Vec;

/// One condition of an offer. All of them must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The shopper is in one of these segments.
    Segment(Vec<String>),
    /// The shopper's loyalty tier is one of these.
    Tier(Vec<String>),
    /// Something in the basket is in one of these categories.
    Category(Vec<String>),
    /// One of these products is in the basket.
    Sku(Vec<String>),
    /// The shopper came by one of these channels.
    Channel(Vec<String>),
    /// From an instant on (included) until another (excluded), milliseconds since 1970.
    Window {
        /// First instant, if there is one.
        from: Option<i64>,
        /// First instant after it, if there is one.
        until: Option<i64>,
    },
    /// The shopper never ordered before.
    FirstOrder,
    /// At least this much is spent.
    MinimumBasket {
        /// How much, by currency; a currency that is missing is refused.
        amounts: Amounts,
        /// On which lines.
        lines: LineFilter,
        /// Measured at list prices, or at what other offers have left when this one's turn comes.
        measured: Base,
    },
    /// The shopper was referred by another.
    Referral,
    /// The shopper chose the greener way.
    EcoChoice,
    /// A number of units.
    Quantity {
        /// Of which lines.
        lines: LineFilter,
        /// At least so many.
        least: u32,
        /// At most so many, if there is a limit.
        most: Option<u32>,
    },
    /// The basket is in one of these currencies.
    Currency(Vec<Currency>),
}

/// What is known about the shopper and the moment. `None` means that nobody knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// The moment, milliseconds since 1970.
    pub now: Option<i64>,
    /// Segments the shopper is in.
    pub segments: Option<Vec<String>>,
    /// Loyalty tier.
    pub tier: Option<String>,
    /// How the shopper came.
    pub channel: Option<String>,
    /// Orders placed before.
    pub past_orders: Option<u32>,
    /// Whether another shopper sent this one.
    pub referred: Option<bool>,
    /// Whether the greener way was chosen.
    pub eco_choice: Option<bool>,
    /// Past uses of offers; an offer that is not listed was never used.
    pub uses: Option<Vec<Uses>>,
}

/// How often the shopper used one offer. Only orders in which it gave something count; cancelled ones do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// The offer's id.
    pub offer: String,
    /// How often.
    pub count: u32,
    /// When last, milliseconds since 1970.
    pub last: Option<i64>,
}

impl Rule {
    /// Refuses rules that nothing could meet.
    pub(super) fn check(&self) -> Result<()> {
        let is_empty = match self {
            Rule::Segment(names) | Rule::Tier(names) | Rule::Category(names) => names.is_empty(),
            Rule::Sku(names) | Rule::Channel(names) => names.is_empty(),
            Rule::Window { from: Some(from), until: Some(until) } => from >= until,
            Rule::MinimumBasket { amounts, .. } => return amounts.check_some(),
            Rule::Quantity { least, most, .. } => most.is_some_and(|most| most < *least),
            Rule::Currency(currencies) => currencies.is_empty(),
            _ => false,
        };
        match is_empty {
            true => Err(Error::new(Code::BadConfig, "a rule of an offer can never hold")),
            false => Ok(()),
        }
    }

    /// Why the rule fails, if it does. A minimum measured after other offers is left to [`spend_refusal`].
    fn refusal(&self, basket: &Basket, about: &Circumstances) -> Option<Refusal> {
        let in_basket = |takes: &dyn Fn(&BasketLine) -> bool| basket.lines.iter().any(takes);
        let code = match self {
            Rule::Segment(names) => match &about.segments {
                None => return missing(Attribute::Segments),
                Some(segments) if segments.iter().any(|segment| names.contains(segment)) => return None,
                Some(_) => RefusalCode::OtherSegment,
            },
            Rule::Tier(names) => return named(names, &about.tier, Attribute::Tier, RefusalCode::OtherTier),
            Rule::Channel(names) => return named(names, &about.channel, Attribute::Channel, RefusalCode::OtherChannel),
            Rule::Category(names) if in_basket(&|line| line.categories.iter().any(|name| names.contains(name))) => {
                return None;
            }
            Rule::Category(_) => RefusalCode::OtherCategory,
            Rule::Sku(names) if in_basket(&|line| names.contains(&line.sku)) => return None,
            Rule::Sku(_) => RefusalCode::OtherSku,
            Rule::Window { from, until } => return outside(*from, *until, about.now),
            Rule::FirstOrder => {
                let first = about.past_orders.map(|orders| orders == 0);
                return flagged(first, Attribute::PastOrders, RefusalCode::NotFirstOrder);
            }
            Rule::Referral => return flagged(about.referred, Attribute::Referred, RefusalCode::NotReferred),
            Rule::EcoChoice => return flagged(about.eco_choice, Attribute::EcoChoice, RefusalCode::NotEcoChoice),
            Rule::MinimumBasket { .. } => {
                return spend_refusal(self, basket, Base::Initial, &|line| basket.lines[line].list());
            }
            Rule::Quantity { lines, least, most } => return units_refusal(basket, lines, *least, *most),
            Rule::Currency(currencies) if currencies.contains(&basket.currency) => return None,
            Rule::Currency(_) => RefusalCode::OtherCurrency,
        };
        Some(Refusal::new(code))
    }
}

/// Every reason of its own against an offer: one per rule that fails, then currency, uses and cool-down.
pub(super) fn refusals(offer: &Offer, basket: &Basket, about: &Circumstances) -> Vec<Refusal> {
    let by_rule = offer.rules.iter().enumerate();
    let by_rule = by_rule.filter_map(|(place, rule)| {
        rule.refusal(basket, about).map(|refusal| Refusal { rule: Some(place), ..refusal })
    });
    let in_currency =
        offer.kind.exists_in(basket.currency) && (offer.most.0.is_empty() || offer.most.get(basket.currency).is_some());
    let by_currency = (!in_currency).then(|| Refusal::new(RefusalCode::OtherCurrency));
    by_rule.chain(by_currency).chain(used(offer, about)).collect()
}

/// Whether too little is spent for a minimum that is measured at `measured`, lines being worth what `value` says.
pub(super) fn spend_refusal(
    rule: &Rule,
    basket: &Basket,
    measured: Base,
    value: &dyn Fn(usize) -> i64,
) -> Option<Refusal> {
    let Rule::MinimumBasket { amounts, lines, measured: own } = rule else {
        return None;
    };
    let Some(least) = amounts.get(basket.currency) else {
        return Some(Refusal::new(RefusalCode::OtherCurrency));
    };
    let counted = basket.lines.iter().enumerate().filter(|(_, line)| lines.takes(line));
    let spent: i64 = counted.map(|(place, _)| value(place)).sum();
    let short = *own == measured && spent < least.minor();
    let more = || Nearest::Spend(least.less(Money::new(spent).unwrap_or_default()));
    short.then(|| Refusal::with(RefusalCode::BelowMinimum, more()))
}

fn units_refusal(basket: &Basket, lines: &LineFilter, least: u32, most: Option<u32>) -> Option<Refusal> {
    let units: u32 = basket.lines.iter().filter(|line| lines.takes(line)).map(|line| line.quantity).sum();
    if units < least {
        return Some(Refusal::with(RefusalCode::TooFewUnits, Nearest::Add(least - units)));
    }
    let over = most.and_then(|most| units.checked_sub(most)).filter(|over| *over > 0)?;
    Some(Refusal::with(RefusalCode::TooManyUnits, Nearest::Remove(over)))
}

fn outside(from: Option<i64>, until: Option<i64>, now: Option<i64>) -> Option<Refusal> {
    let Some(now) = now else {
        return missing(Attribute::Now);
    };
    match (from, until) {
        (Some(from), _) if now < from => Some(Refusal::with(RefusalCode::NotYet, Nearest::Wait(from))),
        (_, Some(until)) if now >= until => Some(Refusal::new(RefusalCode::Expired)),
        _ => None,
    }
}

fn missing(attribute: Attribute) -> Option<Refusal> {
    Some(Refusal::with(RefusalCode::MissingAttribute, Nearest::Tell(attribute)))
}

fn named(names: &[String], found: &Option<String>, attribute: Attribute, code: RefusalCode) -> Option<Refusal> {
    match found {
        None => missing(attribute),
        Some(name) => (!names.contains(name)).then(|| Refusal::new(code)),
    }
}

fn flagged(found: Option<bool>, attribute: Attribute, code: RefusalCode) -> Option<Refusal> {
    match found {
        None => missing(attribute),
        Some(holds) => (!holds).then(|| Refusal::new(code)),
    }
}

/// Whether the shopper had the offer too often or too recently.
fn used(offer: &Offer, about: &Circumstances) -> Option<Refusal> {
    if offer.most_uses.is_none() && offer.cool_down_millis == 0 {
        return None;
    }
    let Some(uses) = &about.uses else {
        return missing(Attribute::Uses);
    };
    let uses = uses.iter().find(|uses| uses.offer == offer.id)?;
    if offer.most_uses.is_some_and(|most| uses.count >= most) {
        return Some(Refusal::new(RefusalCode::UsedUp));
    }
    if offer.cool_down_millis == 0 || uses.count == 0 {
        return None;
    }
    let (Some(last), Some(now)) = (uses.last, about.now) else {
        return missing(if about.now.is_none() { Attribute::Now } else { Attribute::Uses });
    };
    let free = last.saturating_add_unsigned(offer.cool_down_millis);
    (now < free).then(|| Refusal::with(RefusalCode::CoolingDown, Nearest::Wait(free)))
}
