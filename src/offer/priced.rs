//! The answer: lines, totals, what was given and what was not.
//!
//! ```text
//! line    list − Σ parts = price          net + tax = gross, by one rounding
//! totals  the sums of the lines and shipping, nothing rounded again
//! ```
//! *Not* here: how it was worked out.

use super::ledger::{Ledger, Wish};
use super::refusal::{Nearest, Refusal};
use super::round::Round;
use super::stacking::{CheckedOffers, Mode};
use super::{CheckedBasket, Circumstances, Kind, best, rule};
use crate::money::{Amount, Currency, Money, TaxRate, Taxed};
use alloc::string::String;
use alloc::vec::Vec;

/// What one offer took off one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The offer's place in the list.
    pub offer: usize,
    /// How much.
    pub amount: Money,
}

/// One line, or shipping, as it is sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// Units.
    pub quantity: u32,
    /// List price of all of them.
    pub list: Money,
    /// What was taken off, by offer, in the order of turns.
    pub parts: Vec<Part>,
    /// What is left: `list` less all parts.
    pub price: Money,
    /// The price split by tax.
    pub taxed: Taxed,
}

/// Sums over all lines and shipping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// List prices.
    pub list: Money,
    /// What was taken off.
    pub discount: Money,
    /// What is left.
    pub price: Money,
    /// The price split by tax.
    pub taxed: Taxed,
}

/// What an offer gives that is not money off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Benefit {
    /// A product for nothing.
    Gift {
        /// Which.
        sku: String,
        /// What it is worth, in the basket's currency.
        worth: Money,
    },
    /// Points are multiplied.
    Points {
        /// In hundredths.
        hundredths: u32,
    },
    /// A voucher to redeem elsewhere.
    PartnerVoucher {
        /// Where.
        partner: String,
        /// How much.
        amount: Amount,
    },
}

/// What kept an offer from taking all it wished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Floors, the cap on lines, or what was left of their price.
    Line,
    /// The cap on the cart.
    Cart,
    /// The offer's own limit.
    Offer,
}

/// An offer that gave something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its place in the list.
    pub offer: usize,
    /// What it took off.
    pub amount: Money,
    /// What it would have taken without floors and caps.
    pub wanted: Money,
    /// What made it less.
    pub cut: Option<Cut>,
    /// What it gives beside.
    pub benefit: Option<Benefit>,
    /// What would bring its next tier.
    pub next: Option<Nearest>,
}

/// An offer that gave nothing, with every reason that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its place in the list.
    pub offer: usize,
    /// Why, at least one.
    pub refusals: Vec<Refusal>,
}

/// A basket with its offers worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// The currency of every amount.
    pub currency: Currency,
    /// The lines, in the order of the basket.
    pub lines: Vec<PricedLine>,
    /// Shipping.
    pub shipping: PricedLine,
    /// Sums.
    pub totals: Totals,
    /// Offers that gave something, in the order of turns. Only these use up a limit.
    pub applied: Vec<Applied>,
    /// Every other offer, in the order of the list.
    pub refused: Vec<Refused>,
}

impl CheckedOffers {
    /// Prices `basket`. Total: an offer that does not apply is refused, and what is left is priced without it.
    ///
    /// Costs one turn per offer; [`Mode::BestDeal`] tries up to 2^16 combinations.
    pub fn price(&self, basket: &CheckedBasket, about: &Circumstances) -> Priced {
        self.price_with(basket, about, &|_| true)
    }

    /// As [`price`](Self::price), with those offers alone that are `given`, by their places; of the others nothing is told.
    pub fn price_with(&self, basket: &CheckedBasket, about: &Circumstances, given: &dyn Fn(usize) -> bool) -> Priced {
        let offers = &self.get().offers;
        let mut refused: Vec<Refused> = Vec::new();
        for (offer, what) in offers.iter().enumerate() {
            let refusals = if given(offer) { rule::refusals(what, basket.get(), about) } else { Vec::new() };
            refused.push(Refused { offer, refusals });
        }
        let mut turns = self.turns();
        turns.retain(|offer| given(*offer));
        turns.retain(|offer| refused[*offer].refusals.is_empty());
        let mut round = Round::new(self, basket, &turns);
        let plan = match self.get().stacking.mode {
            Mode::BestDeal => Some(best::plan(&mut round, &turns)),
            _ => None,
        };
        for offer in turns {
            let outcome = match &plan {
                Some(plan) => plan.turn(&mut round, offer),
                None => round.turn(offer, None),
            };
            refused[offer].refusals.extend(outcome.err());
        }
        refused.retain(|refused| !refused.refusals.is_empty());
        finish(round, refused)
    }
}

fn finish(round: Round, refused: Vec<Refused>) -> Priced {
    let ledger = &round.ledger;
    let basket = ledger.basket();
    let line = |(place, line): (usize, &super::BasketLine)| priced_line(ledger, place, line.quantity, line.tax);
    let mut lines: Vec<PricedLine> = basket.lines.iter().enumerate().map(line).collect();
    let mut shipping = priced_line(ledger, ledger.shipping(), 1, basket.shipping_tax);
    for entry in ledger.entries() {
        let line = lines.get_mut(entry.line).unwrap_or(&mut shipping);
        line.parts.push(Part { offer: entry.offer, amount: money(entry.amount) });
    }
    let mut totals = Totals::default();
    lines.iter().chain([&shipping]).for_each(|line| totals.add(line));
    let applied = round.given.into_iter().map(|given| Applied {
        offer: given.offer,
        amount: money(given.amount),
        wanted: money(given.wanted),
        cut: given.cut,
        benefit: given.benefit,
        next: given.next,
    });
    Priced { currency: basket.currency, applied: applied.collect(), lines, shipping, totals, refused }
}

/// A line before its parts are told.
fn priced_line(ledger: &Ledger, place: usize, quantity: u32, rate: TaxRate) -> PricedLine {
    let price = money(ledger.value(place, super::Base::Discounted));
    let taxed = ledger.basket().taxes.split(price, rate);
    PricedLine { quantity, list: money(ledger.list(place)), parts: Vec::new(), price, taxed }
}

/// Amounts of a checked basket are within the bounds of money.
fn money(minor: i64) -> Money {
    Money::new(minor.clamp(0, crate::money::MAX_MINOR)).unwrap_or_default()
}

impl PricedLine {
    /// What was taken off.
    pub fn discount(&self) -> Money {
        self.list.less(self.price)
    }

    /// The price shared out among the units by largest remainder: so many units at one price, the others at one minor unit
    /// less. They add up to the price exactly.
    pub fn unit_prices(&self) -> [(u32, Money); 2] {
        let units = self.quantity.max(1) as i64;
        let (each, dearer) = (self.price.minor() / units, self.price.minor() % units);
        [(dearer as u32, money(each + 1)), ((units - dearer) as u32, money(each))]
    }
}

impl Totals {
    fn add(&mut self, line: &PricedLine) {
        let sum = |total: &mut Money, amount: Money| *total = total.and(amount);
        sum(&mut self.list, line.list);
        sum(&mut self.discount, line.discount());
        sum(&mut self.price, line.price);
        sum(&mut self.taxed.net, line.taxed.net);
        sum(&mut self.taxed.tax, line.taxed.tax);
        sum(&mut self.taxed.gross, line.taxed.gross);
    }
}

impl Benefit {
    /// What `kind` gives beside money off.
    pub(super) fn of(kind: &Kind, currency: Currency) -> Option<Self> {
        Some(match kind {
            Kind::Gift { sku, worth } => {
                Benefit::Gift { sku: sku.clone(), worth: worth.get(currency).unwrap_or_default() }
            }
            Kind::Points { hundredths } => Benefit::Points { hundredths: *hundredths },
            Kind::PartnerVoucher { partner, amount } => {
                Benefit::PartnerVoucher { partner: partner.clone(), amount: *amount }
            }
            _ => return None,
        })
    }

    /// What it counts for when deals are compared: gifts their worth, points and vouchers nothing.
    pub(super) fn worth(&self) -> i64 {
        match self {
            Benefit::Gift { worth, .. } => worth.minor(),
            _ => 0,
        }
    }
}

impl Cut {
    /// The tightest of the bounds on a wish, if it is too much for one.
    pub(super) fn of(wish: &Wish, most: i64, cart_left: i64) -> Option<Self> {
        let rooms = wish.shares.iter().filter(|share| share.weight > 0).map(|share| share.room).sum();
        let bounds = [(rooms, Cut::Line), (cart_left, Cut::Cart), (most, Cut::Offer)];
        let tightest = bounds.into_iter().min_by_key(|(bound, _)| *bound)?;
        (tightest.0 < wish.total).then_some(tightest.1)
    }
}
