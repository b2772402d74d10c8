//! Rows and shoppers counted by cause, with at most three examples each.
//!
//! Tallies of any pieces of a log, merged in any order, are equal: an example is kept by where it stands, not by
//! when it was found. Nothing is judged here.

use std::collections::BTreeMap;

/// Examples kept of a cause.
const EXAMPLES: usize = 3;

/// Why something was dropped, mended or only counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A row names no shopper.
    NoShopper,
    /// A row's time is missing or not between 1970-01-02 and 2105.
    BadTime,
    /// A row's event is missing or outside the vocabulary.
    UnknownEvent,
    /// A price or discount is negative, not a number or too large: told without it.
    BadPrice,
    /// A quantity is not between 1 and 100,000: the nearest that is.
    BadQuantity,
    /// A row stands after a later one of the same shopper.
    OutOfOrder,
    /// A row that says the same as an earlier one.
    Duplicate,
    /// Lines of one transaction that did not stand together.
    Scattered,
    /// A purchase whose transaction was told before.
    ToldTwice,
    /// A refund paired with the order it undoes.
    RefundPaired,
    /// A refund without an order.
    RefundUnpaired,
    /// A shopper faster than people are.
    BotRate,
    /// A shopper who never pauses.
    BotTireless,
    /// A shopper who looks at the same few things thousands of times.
    BotMonotonous,
}

impl Cause {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Cause::NoShopper => "row names no shopper",
            Cause::BadTime => "time is missing or not between 1970-01-02 and 2105",
            Cause::UnknownEvent => "event is missing or not one of GA4 e-commerce",
            Cause::BadPrice => "price or discount is negative, not a number or too large",
            Cause::BadQuantity => "quantity is not between 1 and 100000",
            Cause::OutOfOrder => "row stands after a later one of its shopper",
            Cause::Duplicate => "same row told twice",
            Cause::Scattered => "lines of one transaction did not stand together",
            Cause::ToldTwice => "same transaction told twice",
            Cause::RefundPaired => "refund of an order in the log",
            Cause::RefundUnpaired => "refund without an order",
            Cause::BotRate => "shopper is faster than people are",
            Cause::BotTireless => "shopper never pauses",
            Cause::BotMonotonous => "shopper looks at the same few products over and over",
        }
    }
}

/// What was done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Left out.
    Dropped,
    /// Mended.
    Repaired,
    /// Counted only.
    Kept,
}

/// One cause, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows.
    pub rows: u64,
    /// The first few, each after the number that orders it.
    pub examples: Vec<(u64, String)>,
}

/// All causes, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tallies(BTreeMap<(Cause, Action), Tally>);

impl Tallies {
    /// Counts `rows` rows; `example` is asked only if it is among the first by `order`.
    pub fn add(&mut self, cause: Cause, action: Action, rows: u64, order: u64, example: impl FnOnce() -> String) {
        let tally = self.0.entry((cause, action)).or_default();
        tally.rows += rows;
        if tally.examples.len() < EXAMPLES || tally.examples.last().is_some_and(|(last, _)| order < *last) {
            tally.keep([(order, example())]);
        }
    }

    /// Adds those of another piece.
    pub fn merge(&mut self, other: Tallies) {
        for (cause, tally) in other.0 {
            let mine = self.0.entry(cause).or_default();
            mine.rows += tally.rows;
            mine.keep(tally.examples);
        }
    }

    /// Rows counted under a cause, whatever was done.
    pub fn rows(&self, cause: Cause) -> u64 {
        self.iter().filter(|((found, _), _)| *found == cause).map(|(_, tally)| tally.rows).sum()
    }

    /// Rows left out.
    pub fn dropped(&self) -> u64 {
        self.iter().filter(|((_, action), _)| *action == Action::Dropped).map(|(_, tally)| tally.rows).sum()
    }

    /// Causes in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&(Cause, Action), &Tally)> {
        self.0.iter()
    }
}

impl Tally {
    fn keep(&mut self, more: impl IntoIterator<Item = (u64, String)>) {
        self.examples.extend(more);
        self.examples.sort();
        self.examples.truncate(EXAMPLES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_in_any_order_keeps_the_same_counts_and_the_first_three_examples() {
        let piece = |orders: &[u64]| {
            let mut tallies = Tallies::default();
            for order in orders {
                tallies.add(Cause::Duplicate, Action::Dropped, 1, *order, || format!("row {order}"));
            }
            tallies
        };
        let pieces = [piece(&[9, 2]), piece(&[7, 8, 1, 3]), piece(&[]), piece(&[4])];
        let merged = |order: [usize; 4]| {
            let mut all = Tallies::default();
            order.iter().for_each(|index| all.merge(pieces[*index].clone()));
            all
        };
        let all = merged([0, 1, 2, 3]);
        assert_eq!(all, merged([3, 2, 1, 0]));
        assert_eq!((all.rows(Cause::Duplicate), all.dropped()), (7, 7));
        let (_, tally) = all.iter().next().unwrap();
        assert_eq!(tally.examples.iter().map(|(order, _)| *order).collect::<Vec<_>>(), [1, 2, 3]);
    }
}
