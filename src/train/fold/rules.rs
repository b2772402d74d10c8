//! The questions that only all rows of a shopper answer, and those asked of a row on its way into the fold.
//!
//! Their names are what `[cleaning]` sets; [`clean`](super::clean) and [`coded`](super::coded) ask them.

use crate::train::clean::tally::{Action, Rule};

/// Which of [`RULES`] a row or a shopper met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A moment that an event cannot have.
    ImpossibleTime,
    /// A price or discount that cannot be.
    ImpossibleAmount,
    /// A number of units that cannot be.
    ImpossibleQuantity,
    /// A row after a later one.
    OutOfOrder,
    /// Faster than people are.
    BotRate,
    /// Without a pause.
    BotTireless,
    /// The same few things over and over.
    BotMonotonous,
    /// Lines that did not stand together.
    Scattered,
    /// The same row again.
    Duplicate,
    /// The same order again.
    ToldTwice,
    /// A refund of an order in the log.
    RefundPaired,
    /// A refund of nothing in the log.
    RefundUnpaired,
}

impl Cause {
    /// Its rule.
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

const fn rule(name: &'static str, what: &'static str, default: Action) -> Rule {
    let keeps = matches!(default, Action::Keep);
    Rule { name, what, repair: None, keeps, default, is_fault: true }
}

const fn drops_or_keeps(name: &'static str, what: &'static str, default: Action) -> Rule {
    Rule { keeps: true, ..rule(name, what, default) }
}

const fn repairs(name: &'static str, what: &'static str, repair: &'static str) -> Rule {
    Rule { repair: Some(repair), ..rule(name, what, Action::Repair) }
}

/// All rules, in the order of [`Cause`].
pub static RULES: [Rule; 12] = [
    rule("impossible_time", "time is not between 1970-01-02 and 2105", Action::Drop),
    repairs("impossible_amount", "price or discount is negative, not a number or too large", "taken as missing"),
    repairs("impossible_quantity", "quantity is not between 1 and 100000", "taken as the nearest that is"),
    repairs("out_of_order", "row stands after a later one of its shopper", "put in order"),
    drops_or_keeps("bot_rate", "shopper is faster than people are", Action::Drop),
    drops_or_keeps("bot_tireless", "shopper never pauses", Action::Drop),
    drops_or_keeps("bot_monotonous", "shopper looks at the same few products over and over", Action::Drop),
    repairs("scattered_lines", "lines of one transaction do not stand together", "put together"),
    drops_or_keeps("duplicate", "same row told twice", Action::Drop),
    drops_or_keeps("told_twice", "same transaction told twice", Action::Drop),
    Rule { keeps: true, ..repairs("refund", "refund of an order in the log", "given the order's transaction") },
    drops_or_keeps("unpaired_refund", "refund without an order in the log", Action::Keep),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_stand_in_the_order_of_their_rules() {
        assert_eq!(Cause::OutOfOrder.rule().name, "out_of_order");
        assert_eq!(Cause::Duplicate.rule().name, "duplicate");
        assert_eq!(Cause::RefundUnpaired as usize, RULES.len() - 1);
        assert!(RULES.iter().all(|rule| rule.allows(rule.default)));
    }
}
