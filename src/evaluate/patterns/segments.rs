//! Shoppers by recency, frequency and money, each segment with a name.

use super::Part;
use super::told::Told;
use crate::math;
use crate::train::pattern::rfm::{self, Segment, Shopper};
use serde::Serialize;
use std::collections::HashMap;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// All shoppers who bought, by segment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Segments {
    /// Shoppers who bought.
    pub shoppers: u64,
    /// Orders.
    pub orders: u64,
    /// What was paid, refunds taken off.
    pub revenue: f64,
    /// What was taken off for refunds.
    pub refunded: f64,
    /// Refunds of shoppers who bought nothing in the log, or more than they paid; not taken off.
    pub refunded_beyond: f64,
    /// The moment of the grades, seconds since 1970: a day after the last order.
    pub now_seconds: i64,
    /// Mean days since the last order.
    pub mean_recency_days: f64,
    /// Mean orders.
    pub mean_orders: f64,
    /// Mean spend.
    pub mean_spend: f64,
    /// Best first, empty ones left out.
    pub rows: Vec<SegmentRow>,
}

/// One segment.
#[derive(Clone, Debug, Serialize)]
pub struct SegmentRow {
    /// Which.
    #[serde(skip)]
    pub segment: Segment,
    /// Its name.
    pub name: &'static str,
    /// Its name in Chinese.
    pub name_zh: &'static str,
    /// Shoppers.
    pub shoppers: u64,
    /// Share of all shoppers.
    pub share_of_shoppers: f64,
    /// What they paid, refunds taken off.
    pub revenue: f64,
    /// Share of all that was paid.
    pub share_of_revenue: f64,
    /// Mean days since the last order.
    pub mean_recency_days: f64,
    /// Mean orders.
    pub mean_orders: f64,
    /// Mean spend.
    pub mean_spend: f64,
}

/// The segments, and the shoppers for whoever goes on from there; or why there are none.
pub fn find(told: &Told) -> (Part<Segments>, Result<Vec<Shopper>, String>) {
    match shoppers(told) {
        Err(why) => (Part::Absent(why.clone()), Err(why)),
        Ok((shoppers, _)) if are_of_one_day(&shoppers) => {
            let why = "All shoppers bought within one day: who bought lately and who is lost cannot be told apart yet.";
            (Part::Absent(why.into()), Ok(shoppers))
        }
        Ok((shoppers, segments)) => (Part::Found(segments), Ok(shoppers)),
    }
}

/// Grades would call all of them lost, or all of them new.
fn are_of_one_day(shoppers: &[Shopper]) -> bool {
    shoppers.windows(2).all(|pair| pair[0].recency_days == pair[1].recency_days)
}

fn shoppers(told: &Told) -> Result<(Vec<Shopper>, Segments), String> {
    let lacking: Vec<&str> =
        ["shopper", "time", "price"].into_iter().filter(|name| !told.mapped.contains(*name)).collect();
    if !lacking.is_empty() {
        return Err(format!(
            "The log has no {}: who bought lately, often and much cannot be told without.",
            listed(&lacking)
        ));
    }
    let Some(last) = told.lines.iter().map(|line| line.seconds).max() else {
        return Err("No purchase is left after cleaning that has a shopper, a time and a price.".into());
    };
    let now = last.saturating_add(DAY);
    let mut shoppers = rfm::sum_up(&told.lines, now).map_err(|error| format!("{error}."))?;
    let (refunded, refunded_beyond) = take_off(&mut shoppers, &told.refunds);
    let segments = Segments { refunded, refunded_beyond, now_seconds: now, ..add_up(&shoppers) };
    Ok((shoppers, segments))
}

/// "a, b and c".
fn listed(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and no {last}", first.join(", no ")),
        _ => names.concat(),
    }
}

/// Takes refunds off what shoppers paid, never below nothing: what was bought before the log begins has no order to be
/// taken off from.
fn take_off(shoppers: &mut [Shopper], refunds: &[(u32, f64)]) -> (f64, f64) {
    let mut by_shopper: HashMap<u32, f64> = HashMap::new();
    refunds.iter().for_each(|(shopper, amount)| *by_shopper.entry(*shopper).or_default() += amount);
    let all = math::ordered_sum(refunds.iter().map(|(_, amount)| *amount));
    let mut taken = 0.0;
    for shopper in shoppers {
        let off = by_shopper.get(&shopper.shopper).copied().unwrap_or(0.0).min(shopper.monetary);
        shopper.monetary -= off;
        taken += off;
    }
    (taken, (all - taken).max(0.0))
}

fn add_up(shoppers: &[Shopper]) -> Segments {
    let of = rfm::grade(shoppers).into_iter().map(Segment::of).collect::<Vec<_>>();
    let whole = row(Segment::Champions, shoppers.iter());
    let rows = Segment::ALL.into_iter().map(|segment| {
        let members = shoppers.iter().zip(&of).filter(move |(_, own)| **own == segment).map(|(shopper, _)| shopper);
        row(segment, members)
    });
    let shares = |row: SegmentRow| SegmentRow {
        share_of_shoppers: row.shoppers as f64 / whole.shoppers as f64,
        share_of_revenue: if whole.revenue > 0.0 { row.revenue / whole.revenue } else { 0.0 },
        ..row
    };
    Segments {
        shoppers: whole.shoppers,
        orders: shoppers.iter().map(|shopper| shopper.frequency as u64).sum(),
        revenue: whole.revenue,
        mean_recency_days: whole.mean_recency_days,
        mean_orders: whole.mean_orders,
        mean_spend: whole.mean_spend,
        rows: rows.filter(|row| row.shoppers > 0).map(shares).collect(),
        ..Segments::default()
    }
}

fn row<'a>(segment: Segment, members: impl Iterator<Item = &'a Shopper> + Clone) -> SegmentRow {
    let count = members.clone().count();
    let sum = |value: fn(&Shopper) -> f64| math::ordered_sum(members.clone().map(value));
    let mean = |sum: f64| sum / (count as f64).max(1.0);
    let revenue = sum(|shopper| shopper.monetary);
    SegmentRow {
        segment,
        name: segment.english(),
        name_zh: segment.chinese(),
        shoppers: count as u64,
        share_of_shoppers: 1.0,
        revenue,
        share_of_revenue: 1.0,
        mean_recency_days: mean(sum(|shopper| shopper.recency_days as f64)),
        mean_orders: mean(sum(|shopper| shopper.frequency as f64)),
        mean_spend: mean(revenue),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refunds_are_taken_off_but_never_below_nothing() {
        let shopper = |shopper, monetary| Shopper { shopper, recency_days: 1, frequency: 1, monetary };
        let mut shoppers = [shopper(1, 10.0), shopper(2, 5.0)];
        let (taken, beyond) = take_off(&mut shoppers, &[(1, 4.0), (2, 7.0), (9, 3.0)]);
        assert_eq!(shoppers.map(|shopper| shopper.monetary), [6.0, 0.0]);
        assert_eq!((taken, beyond), (9.0, 5.0));
    }
}
