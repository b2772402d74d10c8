//! Rules that need all rows of a shopper: told twice, refunds, shoppers who are programs.
//!
//! Every finding is counted with its action and the first examples; nothing disappears silently. What one row alone
//! can tell (no time, a negative price) is settled before, in [`coded`](super::coded) and by the readers. Cost: one
//! look at each row; more only where a shopper has purchases with transactions, refunds or many events.

use super::bots;
use super::options::Cleaning;
use super::row::Row;
use super::rules::Cause;
use crate::event::{EVENT_NAMES, EventKind};
use crate::train::clean::tally::{Action, Tallies};
use std::collections::{HashMap, HashSet};

/// Up to so many rows of one moment are compared each with each.
const FEW: usize = 16;

/// Applies the rules to one shopper after another.
#[derive(Debug)]
pub struct Cleaner<'a> {
    rules: &'a Cleaning,
    /// What was found.
    pub tallies: Tallies,
    dropped: Vec<bool>,
}

impl<'a> Cleaner<'a> {
    /// Nothing found yet.
    pub fn new(rules: &'a Cleaning) -> Cleaner<'a> {
        Cleaner { rules, tallies: Tallies::default(), dropped: Vec::new() }
    }

    /// Cleans the rows of one shopper, which are in order of time. None may be left.
    pub fn clean(&mut self, rows: &mut Vec<Row>, id: &[u8]) {
        if let Some(cause) = bots::cause(rows, &self.rules.bots) {
            self.count(cause, self.rules.actions.of(cause.rule()), rows.len() as u64, &rows[0], id);
            if self.rules.actions.of(cause.rule()) == Action::Drop {
                return rows.clear();
            }
        }
        if rows.windows(2).any(|pair| pair[0].time == pair[1].time) {
            self.gather(rows, id);
            self.drop_duplicates(rows, id);
        }
        if rows.iter().any(|row| row.kind() == PURCHASE && row.transaction != 0) {
            self.drop_told_twice(rows, id);
        }
        if rows.iter().any(|row| row.kind() == REFUND) {
            self.pair_refunds(rows, id);
        }
    }

    fn count(&mut self, cause: Cause, action: Action, rows: u64, example: &Row, id: &[u8]) {
        self.tallies.add_rows(cause.rule(), action, rows, || shown(example, id));
    }

    /// Counts a row that stands after a later one of the same shopper.
    pub fn out_of_order(&mut self, row: &Row, id: &[u8]) {
        self.count(Cause::OutOfOrder, Action::Repair, 1, row, id);
    }

    /// Puts lines of one transaction and moment beside each other.
    fn gather(&mut self, rows: &mut [Row], id: &[u8]) {
        for moment in rows.chunk_by_mut(|a, b| a.time == b.time) {
            if moment.len() < 3 {
                continue;
            }
            let ranks = ranks(moment);
            if ranks.is_sorted() {
                continue;
            }
            let mut ranked: Vec<(usize, Row)> = ranks.into_iter().zip(moment.iter().copied()).collect();
            ranked.sort_by_key(|(rank, _)| *rank);
            moment.iter_mut().zip(&ranked).for_each(|(row, (_, ranked))| *row = *ranked);
            for index in 1..moment.len() {
                if ranked[index].0 == ranked[index - 1].0 && moment[index].begins() {
                    moment[index].set_begins(false);
                    self.count(Cause::Scattered, Action::Repair, 1, &moment[index], id);
                }
            }
        }
    }

    fn drop_duplicates(&mut self, rows: &mut Vec<Row>, id: &[u8]) {
        self.dropped.clear();
        for moment in rows.chunk_by(|a, b| a.time == b.time) {
            repeats(moment, &mut self.dropped);
        }
        self.settle(rows, id, Cause::Duplicate);
    }

    /// Drops purchases whose transaction an earlier moment told.
    fn drop_told_twice(&mut self, rows: &mut Vec<Row>, id: &[u8]) {
        let mut told: HashMap<u32, u32> = HashMap::new();
        self.dropped.clear();
        for row in rows.iter() {
            let counts = row.kind() == PURCHASE && row.transaction != 0;
            self.dropped.push(counts && *told.entry(row.transaction).or_insert(row.time) != row.time);
        }
        self.settle(rows, id, Cause::ToldTwice);
    }

    /// Counts the marked rows, and leaves them out if the rule says so.
    fn settle(&mut self, rows: &mut Vec<Row>, id: &[u8], cause: Cause) {
        let action = self.rules.actions.of(cause.rule());
        for index in (0..rows.len()).filter(|index| self.dropped[*index]).collect::<Vec<_>>() {
            self.count(cause, action, 1, &rows[index], id);
        }
        if action == Action::Drop {
            without(rows, &self.dropped);
        }
    }

    /// Pairs each refund with the latest earlier purchase of the same item of which enough units are left.
    fn pair_refunds(&mut self, rows: &mut Vec<Row>, id: &[u8]) {
        let mut orders = Orders::default();
        self.dropped.clear();
        for row in rows.iter_mut() {
            let mut drops = false;
            if row.kind() == PURCHASE {
                orders.bought(row);
            } else if row.kind() == REFUND {
                let undone = orders.undone_by(row);
                let cause = if undone.is_some() { Cause::RefundPaired } else { Cause::RefundUnpaired };
                let action = self.rules.actions.of(cause.rule());
                self.count(cause, action, 1, row, id);
                drops = action == Action::Drop;
                if let (Some(transaction), Action::Repair) = (undone, action) {
                    row.set_transaction(transaction);
                }
            }
            self.dropped.push(drops);
        }
        without(rows, &self.dropped);
    }
}

const PURCHASE: u8 = EventKind::PURCHASE.index();
const REFUND: u8 = 12;

/// Units bought and not yet given back, by item, latest last.
#[derive(Default)]
struct Orders {
    left: HashMap<u32, Vec<(u32, u32)>>,
}

impl Orders {
    fn bought(&mut self, row: &Row) {
        let units = row.line().map_or(0, |line| line.quantity);
        self.left.entry(row.item).or_default().push((row.transaction, units));
    }

    /// The transaction undone. A refund without items undoes the order it names.
    fn undone_by(&mut self, refund: &Row) -> Option<u32> {
        let Some(line) = refund.line() else {
            let known = self.left.values().flatten().any(|(transaction, _)| *transaction == refund.transaction);
            return (known && refund.transaction != 0).then_some(refund.transaction);
        };
        let orders = self.left.get_mut(&refund.item)?;
        let fits = |(transaction, units): &&mut (u32, u32)| {
            *units >= line.quantity && (refund.transaction == 0 || refund.transaction == *transaction)
        };
        let order = orders.iter_mut().rev().find(fits)?;
        order.1 -= line.quantity;
        Some(order.0)
    }
}

/// For each row of one moment, the place of the first row of its event.
fn ranks(moment: &[Row]) -> Vec<usize> {
    let mut first: HashMap<(u8, u32), usize> = HashMap::new();
    let mut ranks = Vec::with_capacity(moment.len());
    for (index, row) in moment.iter().enumerate() {
        let rank = match (row.transaction, ranks.last()) {
            (0, Some(rank)) if !row.begins() => *rank,
            (0, _) => index,
            (transaction, _) => *first.entry((row.kind(), transaction)).or_insert(index),
        };
        ranks.push(rank);
    }
    ranks
}

/// Appends, for each row of one moment, whether an earlier one says the same.
fn repeats(moment: &[Row], into: &mut Vec<bool>) {
    if moment.len() <= FEW {
        let same = |index: usize| moment[..index].iter().any(|earlier| earlier.content() == moment[index].content());
        into.extend((0..moment.len()).map(same));
    } else {
        let mut seen = HashSet::with_capacity(moment.len());
        into.extend(moment.iter().map(|row| !seen.insert(row.content())));
    }
}

/// Removes the marked rows; an event that lost its first line begins at the next.
fn without(rows: &mut Vec<Row>, dropped: &[bool]) {
    let mut headless = false;
    let mut index = 0;
    rows.retain_mut(|row| {
        let drops = dropped[index];
        index += 1;
        if row.begins() {
            headless = drops;
        } else if headless && !drops {
            row.set_begins(true);
            headless = false;
        }
        !drops
    });
}

/// A row as a person would point at it.
pub(super) fn shown(row: &Row, id: &[u8]) -> String {
    let event = EVENT_NAMES.get(row.kind() as usize).unwrap_or(&"unknown");
    let line = row.line().map_or("no product".into(), |line| {
        let net = line.net.map_or("no price".into(), |net| format!("{net} minor units"));
        format!("{} × {net}", line.quantity)
    });
    format!("shopper {}, time {}, {event}, {line}", String::from_utf8_lossy(id), row.time)
}

#[cfg(test)]
#[path = "clean_tests.rs"]
mod tests;
