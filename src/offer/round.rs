//! One round of turns: each offer in its turn takes what it may, or is told why not.
//!
//! The round is an account that can be wound back, so that combinations are tried on it without copying. *Not* here: the
//! rules about the shopper, which are settled before any turn.

use super::effect::{next_tier, wish};
use super::kind::Kind;
use super::ledger::Ledger;
use super::priced::{Benefit, Cut};
use super::refusal::{Nearest, Refusal, RefusalCode};
use super::rule::spend_refusal;
use super::stacking::{CheckedOffers, Over};
use super::{Base, CheckedBasket, Offer};
use alloc::vec::Vec;

/// What an offer was given in its turn.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub offer: usize,
    pub amount: i64,
    pub wanted: i64,
    pub cut: Option<Cut>,
    pub benefit: Option<Benefit>,
    pub next: Option<Nearest>,
    /// Entries of the ledger before it.
    before: usize,
}

/// The account of a round.
pub(super) struct Round<'a> {
    pub offers: &'a CheckedOffers,
    pub ledger: Ledger<'a>,
    pub given: Vec<Given>,
    /// By offer and line, shipping last: whether the offer looks at it; empty where it has no turn.
    matched: Vec<Vec<bool>>,
}

impl<'a> Round<'a> {
    /// An account of `basket` before the first of the `turns`.
    pub fn new(offers: &'a CheckedOffers, basket: &'a CheckedBasket, turns: &[usize]) -> Self {
        let lines_of = |(place, offer)| if turns.contains(&place) { matched(offer, basket) } else { Vec::new() };
        let matched = offers.get().offers.iter().enumerate().map(lines_of).collect();
        Round { offers, ledger: Ledger::new(basket, &offers.get().limits), given: Vec::new(), matched }
    }

    /// Whether `offer` looks at `line`.
    pub fn looks_at(&self, offer: usize, line: usize) -> bool {
        self.matched[offer][line]
    }

    /// What all offers so far are worth to the shopper: what they took off, and gifts.
    pub fn value(&self) -> i64 {
        self.given.iter().map(|given| given.amount + given.benefit.as_ref().map_or(0, Benefit::worth)).sum()
    }

    /// Gives `offer` its turn, on all its lines or on the `allowed` ones.
    pub fn turn(&mut self, offer: usize, allowed: Option<&[bool]>) -> Result<(), Refusal> {
        let what = &self.offers.get().offers[offer];
        let (open, blocker) = self.open(offer, allowed)?;
        self.check_minimum(what)?;
        if let Some(benefit) = self.benefit(what)? {
            return self.give(offer, benefit);
        }
        let beside = |refusal: Refusal| blocker.map_or(refusal, does_not_combine);
        let wish = wish(what, &self.ledger, &open).map_err(beside)?;
        let next = next_tier(what, &self.ledger, &open);
        let currency = self.ledger.basket().currency;
        let most = what.most.get(currency).map_or(i64::MAX, |most| most.minor());
        let cut = Cut::of(&wish, most, self.ledger.cart_left());
        let before = self.ledger.entries().len();
        let amount = self.ledger.grant(offer, &wish, most);
        if amount == 0 {
            return Err(beside(Refusal::new(RefusalCode::NothingLeft)));
        }
        let cut = cut.filter(|_| amount < wish.total);
        self.given.push(Given { offer, amount, wanted: wish.total, cut, benefit: None, next, before });
        Ok(())
    }

    /// Winds back the last turn that gave something.
    pub fn undo(&mut self) {
        if let Some(given) = self.given.pop() {
            self.ledger.take_back(given.before);
        }
    }

    /// The lines `offer` may take from, and an offer that keeps it from others.
    fn open(&self, offer: usize, allowed: Option<&[bool]>) -> Result<(Vec<bool>, Option<usize>), Refusal> {
        let mut open = self.matched[offer].clone();
        if let Some(allowed) = allowed {
            open.iter_mut().zip(allowed).for_each(|(open, allowed)| *open &= *allowed);
        }
        let mut blocker = None;
        match self.offers.get().stacking.over {
            Over::Cart => {
                let other = self.given.iter().map(|given| given.offer).find(|other| self.offers.clash(offer, *other));
                other.map_or(Ok(()), |other| Err(does_not_combine(other)))?;
            }
            Over::Item => {
                for entry in self.ledger.entries().iter().filter(|entry| self.offers.clash(offer, entry.offer)) {
                    if core::mem::replace(&mut open[entry.line], false) {
                        blocker = blocker.or(Some(entry.offer));
                    }
                }
            }
        }
        Ok((open, blocker))
    }

    /// Minimums that are measured when the offer's turn comes.
    fn check_minimum(&self, offer: &Offer) -> Result<(), Refusal> {
        let basket = self.ledger.basket();
        for (place, rule) in offer.rules.iter().enumerate() {
            let value = |line: usize| self.ledger.value(line, Base::Discounted);
            if let Some(refusal) = spend_refusal(rule, basket, Base::Discounted, &value) {
                return Err(Refusal { rule: Some(place), ..refusal });
            }
        }
        Ok(())
    }

    /// What `offer` gives beside money, if that is what it does.
    fn benefit(&self, offer: &Offer) -> Result<Option<Benefit>, Refusal> {
        let given = self.given.iter().find(|given| matches!(given.benefit, Some(Benefit::Gift { .. })));
        match &offer.kind {
            Kind::Gift { .. } if given.is_some() => {
                let other = given.map(|given| Nearest::Without(given.offer));
                Err(Refusal { nearest: other, ..Refusal::new(RefusalCode::OneGift) })
            }
            kind => Ok(Benefit::of(kind, self.ledger.basket().currency)),
        }
    }

    fn give(&mut self, offer: usize, benefit: Benefit) -> Result<(), Refusal> {
        let before = self.ledger.entries().len();
        let benefit = Some(benefit);
        self.given.push(Given { offer, amount: 0, wanted: 0, cut: None, benefit, next: None, before });
        Ok(())
    }
}

pub(super) fn does_not_combine(other: usize) -> Refusal {
    Refusal::with(RefusalCode::DoesNotCombine, Nearest::Without(other))
}

/// The lines an offer looks at; shipping, last, is looked at by free shipping alone.
fn matched(offer: &Offer, basket: &CheckedBasket) -> Vec<bool> {
    let takes = |line| match &offer.kind {
        Kind::FreeShipping => false,
        Kind::BuyGet { reduced, .. } => offer.lines.takes(line) || reduced.takes(line),
        Kind::Bundle { parts, .. } => parts.iter().any(|part| part.lines.takes(line)),
        _ => offer.lines.takes(line),
    };
    let shipping = matches!(offer.kind, Kind::FreeShipping);
    basket.get().lines.iter().map(takes).chain([shipping]).collect()
}
