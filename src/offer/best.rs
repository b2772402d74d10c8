//! The best deal: of all combinations that may stand together, the one that takes most off.
//!
//! Over the cart every combination of at most 16 offers is looked at, depth first along the order of turns, with what the
//! remaining offers could take at most as a bound. Over items, lines are settled one by one for the offers that touch
//! each line alone, under every combination of the others. Gifts count with their worth; points and vouchers count
//! nothing. Among equal deals the one that holds the earlier offers of the order of turns wins. *Not* here: what is best
//! for the shop.

use super::kind::Kind;
use super::refusal::{Refusal, RefusalCode};
use super::round::{Round, does_not_combine};
use super::stacking::Over;
use super::{Base, Offer, Rule, Scope};
use alloc::vec::Vec;

/// The lines each offer may take from, by its place in the list; none for an offer that stays out.
#[derive(Clone, Debug)]
pub(super) struct Plan(Vec<Option<Vec<bool>>>);

impl Plan {
    fn empty(round: &Round) -> Self {
        Plan(round.offers.get().offers.iter().map(|_| None).collect())
    }

    /// Gives `offer` its planned turn.
    pub fn turn(&self, round: &mut Round, offer: usize) -> Result<(), Refusal> {
        match &self.0[offer] {
            Some(lines) => round.turn(offer, Some(lines)),
            None => Err(self.why_out(round, offer)),
        }
    }

    fn why_out(&self, round: &Round, offer: usize) -> Refusal {
        let is_kept_out = |other: &usize| self.0[*other].is_some() && round.offers.clash(offer, *other);
        let other =
            (0..self.0.len()).find(|other| round.offers.get().stacking.over == Over::Cart && is_kept_out(other));
        other.map_or(Refusal::new(RefusalCode::NotBestDeal), does_not_combine)
    }

    /// Becomes the best if it is worth more.
    fn challenge(self, best: &mut (i64, Plan), round: &mut Round, turns: &[usize]) {
        let value = self.value(round, turns);
        if value > best.0 {
            *best = (value, self);
        }
    }

    /// What the whole plan is worth; the round is wound back.
    fn value(&self, round: &mut Round, turns: &[usize]) -> i64 {
        for offer in turns.iter().filter(|offer| self.0[**offer].is_some()) {
            // An offer that turns out to give nothing is no part of the deal.
            let _ = self.turn(round, *offer);
        }
        let value = round.value();
        while !round.given.is_empty() {
            round.undo();
        }
        value
    }
}

/// The best plan for the offers of `turns`, on a fresh round, which is left as it was.
pub(super) fn plan(round: &mut Round, turns: &[usize]) -> Plan {
    let all_lines: Vec<bool> = (0..=round.ledger.shipping()).map(|_| true).collect();
    match round.offers.get().stacking.over {
        Over::Item if turns.iter().any(|offer| is_simple(&round.offers.get().offers[*offer])) => {
            by_line(round, turns, &all_lines)
        }
        // Where no line can be settled alone, the same search serves both: a turn knows where offers meet.
        _ => {
            let chosen = search(round, turns, &all_lines);
            let mut plan = Plan::empty(round);
            chosen.into_iter().for_each(|offer| plan.0[offer] = Some(all_lines.clone()));
            plan
        }
    }
}

/// The best combination on some lines.
fn search(round: &mut Round, turns: &[usize], lines: &[bool]) -> Vec<usize> {
    let mut bounds: Vec<i64> = turns.iter().map(|offer| potential(round, *offer, lines)).collect();
    let mut sum = 0;
    for bound in bounds.iter_mut().rev() {
        sum += *bound;
        *bound = sum;
    }
    let mut best = Best { value: -1, offers: Vec::new() };
    best.descend(round, turns, &bounds, lines);
    best.offers
}

struct Best {
    value: i64,
    offers: Vec<usize>,
}

impl Best {
    /// Tries the rest of the turns with and without their first; with comes first, so that ties go to earlier offers.
    fn descend(&mut self, round: &mut Round, turns: &[usize], bounds: &[i64], lines: &[bool]) {
        let value = round.value();
        let (Some(offer), Some(bound)) = (turns.first(), bounds.first()) else {
            if value > self.value {
                self.value = value;
                self.offers = round.given.iter().map(|given| given.offer).collect();
            }
            return;
        };
        if value + bound <= self.value {
            return;
        }
        if round.turn(*offer, Some(lines)).is_ok() {
            self.descend(round, &turns[1..], &bounds[1..], lines);
            round.undo();
        }
        self.descend(round, &turns[1..], &bounds[1..], lines);
    }
}

/// The most that `offer` could ever take from some lines, whatever stands before it.
fn potential(round: &Round, offer: usize, lines: &[bool]) -> i64 {
    let ledger = &round.ledger;
    let what = &round.offers.get().offers[offer];
    let currency = ledger.basket().currency;
    let looked_at = (0..lines.len()).filter(|line| lines[*line] && round.looks_at(offer, *line));
    let room: i64 = looked_at.map(|line| line_potential(what, round, line)).sum();
    let together = match &what.kind {
        Kind::Gift { worth, .. } => return worth.get(currency).unwrap_or_default().minor(),
        Kind::Points { .. } | Kind::PartnerVoucher { .. } => return 0,
        Kind::AmountOff { amounts, stated: None } if what.scope == Scope::Cart => {
            amounts.get(currency).unwrap_or_default().minor()
        }
        _ => i64::MAX,
    };
    room.min(together).min(what.most.get(currency).map_or(i64::MAX, |most| most.minor()))
}

fn line_potential(offer: &Offer, round: &Round, line: usize) -> i64 {
    let room = round.ledger.room(line);
    match &offer.kind {
        Kind::PercentOff { depth } | Kind::BuyGet { depth, .. } => {
            let list = round.ledger.value(line, Base::Initial);
            room.min(super::effect::discount(list, *depth) + 1)
        }
        _ => room,
    }
}

/// Whether an offer touches each line alone, so that lines can be settled one by one.
fn is_simple(offer: &Offer) -> bool {
    let by_line = matches!(offer.kind, Kind::PercentOff { .. } | Kind::AmountOff { .. } | Kind::FixedPrice { .. });
    let is_measured = |rule: &Rule| matches!(rule, Rule::MinimumBasket { measured: Base::Discounted, .. });
    by_line && offer.scope == Scope::Item && offer.most.0.is_empty() && !offer.rules.iter().any(is_measured)
}

/// The best plan where offers meet only on lines.
fn by_line(round: &mut Round, turns: &[usize], all_lines: &[bool]) -> Plan {
    let offers = &round.offers.get().offers;
    let (simple, others): (Vec<usize>, Vec<usize>) = turns.iter().partition(|offer| is_simple(&offers[**offer]));
    // By line and the offers that are free on it, sorted: which of them are best.
    let mut settled: Vec<(usize, Vec<usize>, Vec<usize>)> = Vec::new();
    let most: Vec<i64> = others.iter().map(|offer| potential(round, *offer, all_lines)).collect();
    let most_of_simple: i64 = simple.iter().map(|offer| potential(round, *offer, all_lines)).sum();
    let mut best = (-1, Plan::empty(round));
    for combination in (0..1_u32 << others.len()).rev() {
        let is_in = |place: usize| combination >> (others.len() - 1 - place) & 1 == 1;
        let bound: i64 = most.iter().enumerate().filter(|(place, _)| is_in(*place)).map(|(_, most)| most).sum();
        if bound + most_of_simple <= best.0 {
            continue;
        }
        let mut plan = Plan::empty(round);
        let chosen = others.iter().enumerate().filter(|(place, _)| is_in(*place)).map(|(_, offer)| *offer);
        let chosen: Vec<usize> = chosen.collect();
        chosen.iter().for_each(|offer| plan.0[*offer] = Some(all_lines.to_vec()));
        for line in 0..round.ledger.shipping() {
            let is_free = |offer: usize| {
                !chosen.iter().any(|other| round.looks_at(*other, line) && round.offers.clash(offer, *other))
            };
            let free: Vec<usize> = simple.iter().copied().filter(|offer| is_free(*offer)).collect();
            let known = settled.binary_search_by(|(of, among, _)| (*of, among).cmp(&(line, &free)));
            let place = known.unwrap_or_else(|place| {
                let only: Vec<bool> = (0..all_lines.len()).map(|place| place == line).collect();
                let best = search(round, &free, &only);
                settled.insert(place, (line, free, best));
                place
            });
            for offer in &settled[place].2 {
                plan.0[*offer].get_or_insert_with(|| all_lines.iter().map(|_| false).collect())[line] = true;
            }
        }
        plan.challenge(&mut best, round, turns);
    }
    for offer in turns {
        let mut alone = Plan::empty(round);
        alone.0[*offer] = Some(all_lines.to_vec());
        alone.challenge(&mut best, round, turns);
    }
    best.1
}
