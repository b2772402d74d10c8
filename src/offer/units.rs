//! Offers that count units: buy some and get some, and bundles.
//!
//! Units of a line are alike, each worth the line's value over its quantity; they are compared as exact fractions and
//! never listed one by one, so a line of a million units costs as much as a line of one. Only units that lie in the
//! basket count: nothing is reduced that is not there (medusa#8829). *Not* here: floors and caps.

use super::effect::{discount, line_by_line};
use super::kind::{BundlePart, Kind};
use super::ledger::{Ledger, Wish};
use super::refusal::{Nearest, Refusal, RefusalCode};
use super::{Base, LineFilter};
use crate::money::{MAX_MINOR, Share, half_up};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// The wish of [`Kind::BuyGet`]: `times · get` units, the cheapest first, while `times · buy` others stay at their price.
///
/// With `b` units that can only be bought, `g` that can only be reduced and `x` that can be either, it is given
/// `min((g + x) / get, (b + x) / buy, (b + g + x) / (buy + get))` times, rounded down (Hall's condition).
pub(super) fn buy_get(kind: &Kind, bought: &LineFilter, ledger: &Ledger, open: &[bool]) -> Result<Wish, Refusal> {
    let Kind::BuyGet { buy, get, reduced, depth, most_times } = kind else {
        return Ok(Wish::default());
    };
    let (buy, get) = (*buy as u64, *get as u64);
    let lines = &ledger.basket().lines;
    let count = |is_bought: bool, is_reduced: bool| -> u64 {
        let picks = |line: &usize| {
            let (line, is_open) = (&lines[*line], open[*line]);
            is_open && bought.takes(line) == is_bought && reduced.takes(line) == is_reduced
        };
        (0..lines.len()).filter(picks).map(|line| lines[line].quantity as u64).sum()
    };
    let (only_bought, only_reduced, either) = (count(true, false), count(false, true), count(true, true));
    let by_units = |units: u64, need: u64| units.checked_div(need).unwrap_or(0);
    let all = by_units(only_bought + only_reduced + either, buy + get);
    let times = by_units(only_reduced + either, get).min(by_units(only_bought + either, buy)).min(all);
    let times = times.min(most_times.map_or(u64::MAX, u64::from));
    if times == 0 {
        let missing = (buy + get).saturating_sub(only_bought + only_reduced + either);
        let missing =
            missing.max(get.saturating_sub(only_reduced + either)).max(buy.saturating_sub(only_bought + either));
        return Err(Refusal::with(RefusalCode::TooFewUnits, Nearest::Add(missing.min(u32::MAX as u64) as u32)));
    }
    // Of the units that can be either, so many must be left to be bought.
    let mut spare = (only_bought + either).saturating_sub(times * buy);
    let mut left = times * get;
    let mut reduced_units: Vec<u64> = lines.iter().map(|_| 0).collect();
    for line in by_unit_value(ledger, open).into_iter().filter(|line| reduced.takes(&lines[*line])) {
        let is_either = bought.takes(&lines[line]);
        let units = (lines[line].quantity as u64).min(left).min(if is_either { spare } else { u64::MAX });
        reduced_units[line] = units;
        left -= units;
        spare -= if is_either { units } else { 0 };
    }
    let amount = |line: usize| discount(value_of(ledger, line, reduced_units[line]), *depth);
    Ok(line_by_line(ledger, open, &amount))
}

/// The wish of [`Kind::Bundle`]: as many sets as save the most, each part taking the dearest units that are left.
pub(super) fn bundle(kind: &Kind, ledger: &Ledger, open: &[bool]) -> Result<Wish, Refusal> {
    let Kind::Bundle { parts, price, most_times } = kind else {
        return Ok(Wish::default());
    };
    let price = price.get(ledger.basket().currency).unwrap_or_default().minor();
    let mut order = by_unit_value(ledger, open);
    order.reverse();
    let values = |times: u64| -> Option<Vec<i64>> {
        let units = pick(parts, times, ledger, &order).ok()?;
        Some(units.iter().enumerate().map(|(line, units)| value_of(ledger, line, *units)).collect())
    };
    let saved = |times: u64| -> Option<i64> {
        values(times).map(|values| values.iter().sum::<i64>() - price.saturating_mul(times as i64))
    };
    if let Err(missing) = pick(parts, 1, ledger, &order) {
        return Err(Refusal::with(RefusalCode::TooFewUnits, Nearest::Add(missing.min(u32::MAX as u64) as u32)));
    }
    let units: u64 = order.iter().map(|line| ledger.basket().lines[*line].quantity as u64).sum();
    let most = units.min(most_times.map_or(u64::MAX, u64::from));
    // The dearest come first, so each further set saves no more than the one before.
    let times = last(most, |times| saved(times).is_some_and(|now| saved(times - 1).is_none_or(|before| now > before)));
    let Some(values) = values(times).filter(|_| times > 0) else {
        return Ok(Wish::default());
    };
    let share = |line: usize| match values.get(line) {
        Some(value) => Share { weight: *value, room: (*value).min(ledger.room(line)) },
        None => Share::default(),
    };
    let total = saved(times).unwrap_or(0).clamp(0, MAX_MINOR);
    Ok(Wish { total, shares: (0..open.len()).map(share).collect() })
}

/// The units that `times` sets take, by line, or how many are missing. Lines are tried in `order`.
fn pick(parts: &[BundlePart], times: u64, ledger: &Ledger, order: &[usize]) -> Result<Vec<u64>, u64> {
    let lines = &ledger.basket().lines;
    let mut picked: Vec<u64> = lines.iter().map(|_| 0).collect();
    let mut missing = 0;
    for part in parts {
        let mut need = times.saturating_mul(part.units as u64);
        for line in order.iter().filter(|line| part.lines.takes(&lines[**line])) {
            let units = need.min(lines[*line].quantity as u64 - picked[*line]);
            picked[*line] += units;
            need -= units;
        }
        missing += need;
    }
    if missing == 0 { Ok(picked) } else { Err(missing) }
}

/// The last number of `1..=most` for which `holds`, where it holds up to some number and not beyond; 0 if for none.
fn last(most: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if holds(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

/// The open lines from the cheapest unit to the dearest, equal ones in the order of the basket.
fn by_unit_value(ledger: &Ledger, open: &[bool]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..ledger.shipping()).filter(|line| open[*line]).collect();
    let units = |line: usize| ledger.basket().lines[line].quantity as i128;
    let value = |line: usize| ledger.value(line, Base::Discounted) as i128;
    let compare = |one: &usize, other: &usize| -> Ordering {
        (value(*one) * units(*other)).cmp(&(value(*other) * units(*one))).then(one.cmp(other))
    };
    order.sort_by(compare);
    order
}

/// What `units` of a line are worth, half up.
fn value_of(ledger: &Ledger, line: usize, units: u64) -> i64 {
    let all = ledger.basket().lines[line].quantity as i128;
    half_up(ledger.value(line, Base::Discounted) as i128 * units as i128, all)
}
