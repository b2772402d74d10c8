//! What one row can answer by itself: the rules, in the order in which they are asked.
//!
//! A row that is dropped counts under the first rule that drops it; repairs and remarks count each. Rules
//! that need other rows (duplicates, refunds beside their orders, bots) are *not* here.

use super::tally::{Action, Rule};

/// Which of [`RULES`] a row met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not a record of the file's format.
    BadRecord,
    /// Bytes that are no text.
    BadUtf8,
    /// No row of the side table.
    UnmatchedJoin,
    /// Left out by the settings.
    IgnoredEvent,
    /// No GA4 event of that name.
    UnknownEvent,
    /// Nobody did it.
    MissingShopper,
    /// No moment.
    MissingTime,
    /// Not a moment of the calendar.
    BadTime,
    /// Before anything was sold online.
    Before1970,
    /// After the log's end.
    FutureTime,
    /// An amount in another currency.
    ForeignCurrency,
    /// Not a number.
    BadNumber,
    /// Fewer than no units.
    NegativeQuantity,
    /// No units.
    ZeroQuantity,
    /// More units than anyone buys.
    QuantityOutlier,
    /// Sold for an unknown price.
    MissingPrice,
    /// Below nothing.
    NegativePrice,
    /// Dearer than without the discount.
    NegativeDiscount,
    /// More off than it costs.
    DiscountOverPrice,
    /// For nothing.
    ZeroPrice,
    /// Far from the prices of the other rows.
    PriceOutlier,
    /// An event about no item.
    EmptyItem,
    /// Not goods.
    NotMerchandise,
}

impl Fault {
    /// Its rule.
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

const fn drops(name: &'static str, what: &'static str) -> Rule {
    Rule { name, what, repair: None, keeps: false, default: Action::Drop, is_fault: true }
}

const fn drops_or_keeps(name: &'static str, what: &'static str) -> Rule {
    Rule { keeps: true, ..drops(name, what) }
}

const fn drops_or_repairs(name: &'static str, what: &'static str, repair: &'static str) -> Rule {
    Rule { repair: Some(repair), ..drops(name, what) }
}

const fn asked_for(rule: Rule) -> Rule {
    Rule { is_fault: false, ..rule }
}

const fn by_default(default: Action, rule: Rule) -> Rule {
    Rule { default, ..rule }
}

/// All rules about single rows, in the order of [`Fault`].
pub static RULES: [Rule; 23] = [
    drops_or_repairs(
        "bad_record",
        "record cannot be read as told",
        "columns that are not there are missing, surplus ones left out",
    ),
    by_default(
        Action::Repair,
        drops_or_repairs("bad_utf8", "bytes that are not text in the file's encoding", "replaced by a mark"),
    ),
    by_default(Action::Keep, drops_or_keeps("unmatched_join", "no row of the side table has this key")),
    asked_for(drops("ignored_event", "event is left out by the settings")),
    drops("unknown_event", "event is not one of GA4 e-commerce, nor mapped to one"),
    drops_or_keeps("missing_shopper", "no shopper"),
    drops_or_keeps("missing_time", "no time"),
    drops_or_repairs("bad_time", "time is not a moment of the calendar", "taken as missing"),
    drops("before_1970", "time before 1970-01-02"),
    drops_or_keeps("future_time", "time after the end of the log"),
    drops_or_keeps("foreign_currency", "another currency than the shop's"),
    drops_or_repairs("bad_number", "not a number", "taken as missing"),
    by_default(
        Action::Repair,
        drops_or_repairs("negative_quantity", "negative quantity", "a purchase becomes a refund of as many units"),
    ),
    drops_or_repairs("zero_quantity", "quantity is 0", "taken as 1"),
    Rule { keeps: true, ..drops_or_repairs("quantity_outlier", "quantity above the limit", "cut to the limit") },
    drops_or_keeps("missing_price", "bought or refunded without a price"),
    drops("negative_price", "negative price"),
    by_default(
        Action::Repair,
        drops_or_repairs("negative_discount", "paid more than the list price", "taken as no discount"),
    ),
    by_default(
        Action::Repair,
        drops_or_repairs("discount_over_price", "discount above the list price", "cut to the price"),
    ),
    by_default(Action::Keep, drops_or_keeps("zero_price", "price is 0")),
    by_default(
        Action::Keep,
        Rule {
            keeps: true,
            ..drops_or_repairs("price_outlier", "price far from those of most rows", "cut to the nearest usual price")
        },
    ),
    drops_or_keeps("empty_item", "event about an item, without an item"),
    asked_for(drops_or_keeps("not_merchandise", "not merchandise, by the settings")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_one_the_shop_could_choose() {
        assert!(RULES.iter().all(|rule| rule.allows(rule.default)));
    }

    #[test]
    fn faults_stand_in_the_order_of_their_rules() {
        assert_eq!(Fault::BadRecord.rule().name, "bad_record");
        assert_eq!(Fault::BadNumber.rule().name, "bad_number");
        assert_eq!(Fault::ZeroPrice.rule().name, "zero_price");
        assert_eq!(Fault::NotMerchandise as usize, RULES.len() - 1);
    }
}
