//! From raw rows to [`Orders`]: every row is kept, repaired or dropped for a named cause.
//!
//! Nothing vanishes silently: lines read = lines kept + lines dropped, by cause. A row with several
//! faults counts under the first of [`FAULTS`]. Nothing is imputed here.

use crate::error::{Code, Error, Result};
use crate::evaluate::summary::{Cause, DataQuality};
use crate::event::Timestamp;
use crate::train::config::{DataParams, MAX_WEEK};
use crate::train::orders::{OrderLine, Orders, Product, Trip};
use crate::train::read::{Raw, RawLine, RawProduct};
use std::collections::{BTreeSet, HashMap, HashSet};

/// How many rows of each cause are quoted.
const EXAMPLES: usize = 3;
/// A line of more than this many minor units is a mistake.
const MAX_LINE_MINOR: f64 = 10_000_000.0;

/// Why a line is dropped, in the order in which faults are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The product is not in the product table.
    UnknownProduct,
    /// Fuel, coupons and the like.
    NotMerchandise,
    /// Not a number, or absurdly large.
    BadAmount,
    /// A negative quantity or amount.
    Negative,
    /// No unit bought.
    NoQuantity,
    /// More units than anyone buys.
    TooMany,
    /// Without a list price there is no depth.
    NoPrice,
    /// Time or week that cannot be true.
    BadTime,
    /// Same order, product, quantity and amounts as an earlier line.
    Duplicate,
}

/// All faults and what the report calls them, in the order in which they are looked for.
const FAULTS: [(Fault, &str); 9] = [
    (Fault::UnknownProduct, "product is not in the product table"),
    (Fault::NotMerchandise, "not merchandise (fuel, coupons, services)"),
    (Fault::BadAmount, "amount is not a number or above 100,000"),
    (Fault::Negative, "negative quantity, price or discount"),
    (Fault::NoQuantity, "quantity is 0"),
    (Fault::TooMany, "quantity above the limit"),
    (Fault::NoPrice, "list price is 0"),
    (Fault::BadTime, "week or time out of range"),
    (Fault::Duplicate, "same line told twice"),
];

/// What is worth telling about a kept line.
const NOTES: [(&str, &str); 4] = [
    ("time recorded in another zone, moved to the shop's local time", "repaired"),
    ("nothing paid, the discount covers the list price", "kept"),
    ("a coupon was used; its value is not part of the depth", "kept"),
    ("product has no category or type, so it belongs to no group", "kept"),
];

/// A tally of one cause.
#[derive(Clone, Debug, Default)]
struct Tally {
    rows: u64,
    examples: Vec<String>,
}

impl Tally {
    fn add(&mut self, line: &RawLine) {
        self.rows += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(in_words(line));
        }
    }

    fn cause(self, cause: &str, action: &str) -> Cause {
        Cause { cause: cause.into(), action: action.into(), rows: self.rows, examples: self.examples }
    }
}

fn in_words(line: &RawLine) -> String {
    format!(
        "order {}, product {}: quantity {}, paid {:.2}, discount {:.2}, week {}",
        line.basket, line.product, line.quantity, line.sales, line.discount, line.week
    )
}

/// Drops what cannot be used, counts it, and puts the rest into order.
pub fn clean(raw: Raw, params: &DataParams) -> Result<(Orders, DataQuality)> {
    let mut cleaner = Cleaner::new(&raw.products, params);
    let lines_read = raw.lines.len() as u64;
    let kept: Vec<RawLine> = raw.lines.into_iter().filter(|line| cleaner.keeps(line)).collect();
    if kept.is_empty() {
        return Err(Error::limit(Code::BadData, "no usable order line is left of those read", lines_read, 0));
    }
    let mut quality = DataQuality { lines_read, lines_kept: kept.len() as u64, ..DataQuality::default() };
    quality.causes = cleaner.causes();
    let orders = into_orders(kept, &raw.products, params);
    quality.shoppers = orders.households.len() as u64;
    quality.orders = orders.trips.len() as u64;
    quality.products = orders.products.len() as u64;
    let weeks = || orders.trips.iter().map(|trip| trip.week as u32);
    quality.weeks = (weeks().min().unwrap_or(0), weeks().max().unwrap_or(0));
    Ok((orders, quality))
}

struct Cleaner<'a> {
    products: HashMap<i64, &'a RawProduct>,
    params: &'a DataParams,
    seen: HashSet<(i64, i64, i64, u64, u64)>,
    faults: [Tally; FAULTS.len()],
    notes: [Tally; NOTES.len()],
}

impl<'a> Cleaner<'a> {
    fn new(products: &'a [RawProduct], params: &'a DataParams) -> Self {
        Cleaner {
            products: products.iter().map(|product| (product.id, product)).collect(),
            params,
            seen: HashSet::new(),
            faults: Default::default(),
            notes: Default::default(),
        }
    }

    fn keeps(&mut self, line: &RawLine) -> bool {
        let product = self.products.get(&line.product).copied();
        match self.fault(line, product) {
            Some(fault) => {
                self.faults[fault as usize].add(line);
                false
            }
            None => {
                self.note(line, product);
                true
            }
        }
    }

    fn fault(&mut self, line: &RawLine, product: Option<&RawProduct>) -> Option<Fault> {
        let department = |product: &RawProduct| product.department.clone().unwrap_or_default();
        let list = line.sales + line.discount;
        let tests = [
            (Fault::UnknownProduct, product.is_none()),
            (Fault::NotMerchandise, product.is_some_and(|p| self.params.not_merchandise.contains(&department(p)))),
            (Fault::BadAmount, !(list.abs() * 100.0 <= MAX_LINE_MINOR && line.discount.is_finite())),
            (Fault::Negative, line.quantity < 0 || line.sales < 0.0 || line.discount < 0.0),
            (Fault::NoQuantity, line.quantity == 0),
            (Fault::TooMany, line.quantity > self.params.max_quantity as i64),
            (Fault::NoPrice, minor(list) == 0),
            (Fault::BadTime, !(1..=MAX_WEEK as i64).contains(&line.week) || local_time(line, self.params).is_none()),
        ];
        let found = tests.into_iter().find(|(_, faulty)| *faulty).map(|(fault, _)| fault);
        let key = (line.basket, line.product, line.quantity, line.sales.to_bits(), line.discount.to_bits());
        found.or_else(|| (!self.seen.insert(key)).then_some(Fault::Duplicate))
    }

    fn note(&mut self, line: &RawLine, product: Option<&RawProduct>) {
        let nameless = |product: &RawProduct| product.category.is_none() || product.kind.is_none();
        let notes = [
            self.params.utc_offset_minutes != 0,
            minor(line.sales) == 0,
            line.coupons > 0.0,
            product.is_some_and(nameless),
        ];
        for (tally, applies) in self.notes.iter_mut().zip(notes) {
            if applies {
                tally.add(line);
            }
        }
    }

    /// Causes that were looked for and never found are told too: a zero is news.
    fn causes(self) -> Vec<Cause> {
        let dropped = self.faults.into_iter().zip(FAULTS).map(|(tally, (_, what))| tally.cause(what, "dropped"));
        let others = self.notes.into_iter().zip(NOTES).map(|(tally, (what, action))| tally.cause(what, action));
        dropped.chain(others).collect()
    }
}

/// Currency units to whole minor units. Amounts in the files carry two decimals.
fn minor(amount: f64) -> u32 {
    (amount * 100.0).round() as u32
}

fn local_time(line: &RawLine, params: &DataParams) -> Option<Timestamp> {
    let seconds = line.seconds + params.utc_offset_minutes as i64 * 60;
    Timestamp::from_ms(seconds as f64 * 1000.0).ok()
}

/// Sorts kept lines into trips. The order of lines within a trip is the order of the file.
fn into_orders(mut kept: Vec<RawLine>, products: &[RawProduct], params: &DataParams) -> Orders {
    kept.sort_by_key(|line| (line.household, line.seconds, line.basket));
    let used: BTreeSet<i64> = kept.iter().map(|line| line.product).collect();
    let position: HashMap<i64, u32> = used.iter().zip(0..).map(|(id, index)| (*id, index)).collect();
    let mut orders = Orders { products: described(products, &used), ..Orders::default() };
    let mut latest = None;
    for line in &kept {
        if orders.households.last() != Some(&(line.household as u32)) {
            orders.households.push(line.household as u32);
            orders.starts.push(orders.trips.len());
        }
        let start = orders.lines.len();
        if latest.replace((line.household, line.basket)) != Some((line.household, line.basket)) {
            let time = local_time(line, params).unwrap_or_default();
            orders.trips.push(Trip { basket: line.basket as u64, time, week: line.week as u8, lines: start..start });
        }
        orders.lines.push(order_line(line, position[&line.product]));
        if let Some(trip) = orders.trips.last_mut() {
            trip.lines.end = start + 1;
        }
    }
    orders.starts.push(orders.trips.len());
    orders
}

fn order_line(line: &RawLine, product: u32) -> OrderLine {
    let list = minor(line.sales + line.discount);
    OrderLine { product, quantity: line.quantity as u32, list, discount: minor(line.discount).min(list) }
}

fn described(products: &[RawProduct], used: &BTreeSet<i64>) -> Vec<Product> {
    let mut described: Vec<Product> = products
        .iter()
        .filter(|product| used.contains(&product.id))
        .map(|product| Product {
            id: product.id as u32,
            department: product.department.clone().unwrap_or_default(),
            brand: product.brand.clone().unwrap_or_default(),
            category: product.category.clone().unwrap_or_default(),
            kind: product.kind.clone().unwrap_or_default(),
            size: product.size.clone().unwrap_or_default(),
        })
        .collect();
    described.sort_by_key(|product| product.id);
    described.dedup_by_key(|product| product.id);
    described
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::config::Source;

    fn params() -> DataParams {
        DataParams {
            source: Source::CompleteJourney,
            utc_offset_minutes: -300,
            not_merchandise: vec!["FUEL".into()],
            max_quantity: 200,
            ..DataParams::default()
        }
    }

    fn products() -> Vec<RawProduct> {
        let product = |id, department: &str, kind: Option<&str>| RawProduct {
            id,
            department: Some(department.into()),
            category: Some("SOUP".into()),
            kind: kind.map(String::from),
            ..RawProduct::default()
        };
        vec![product(1, "GROCERY", Some("CONDENSED SOUP")), product(2, "FUEL", None), product(3, "GROCERY", None)]
    }

    fn good() -> RawLine {
        RawLine {
            household: 9,
            basket: 70,
            product: 1,
            quantity: 2,
            sales: 1.5,
            discount: 0.5,
            week: 1,
            seconds: 1_483_271_606,
            ..RawLine::default()
        }
    }

    fn cleaned(lines: Vec<RawLine>) -> (Orders, DataQuality) {
        clean(Raw { lines, products: products() }, &params()).unwrap()
    }

    #[test]
    fn drops_each_fault_under_its_own_cause_and_loses_nothing() {
        let rows = [
            (RawLine { product: 99, ..good() }, "product is not in the product table"),
            (RawLine { product: 2, quantity: 10_000, ..good() }, "not merchandise (fuel, coupons, services)"),
            (RawLine { sales: f64::NAN, ..good() }, "amount is not a number or above 100,000"),
            (RawLine { discount: -0.1, ..good() }, "negative quantity, price or discount"),
            (RawLine { quantity: 0, ..good() }, "quantity is 0"),
            (RawLine { quantity: 201, ..good() }, "quantity above the limit"),
            (RawLine { sales: 0.0, discount: 0.0, ..good() }, "list price is 0"),
            (RawLine { week: 0, ..good() }, "week or time out of range"),
            (good(), "same line told twice"),
        ];
        let lines: Vec<RawLine> = std::iter::once(good()).chain(rows.iter().map(|(line, _)| line.clone())).collect();
        let (_, quality) = cleaned(lines);
        assert_eq!((quality.lines_read, quality.lines_kept), (10, 1));
        for (_, cause) in rows {
            let found = quality.causes.iter().find(|known| known.cause == cause).unwrap();
            assert_eq!((found.rows, found.examples.len(), found.action.as_str()), (1, 1, "dropped"), "{cause}");
        }
        let dropped: u64 =
            quality.causes.iter().filter(|cause| cause.action == "dropped").map(|cause| cause.rows).sum();
        assert_eq!(quality.lines_read, quality.lines_kept + dropped);
    }

    #[test]
    fn quotes_at_most_three_rows_of_a_cause() {
        let faulty = vec![RawLine { quantity: 0, ..good() }; 8];
        let (_, quality) = cleaned([vec![good()], faulty].concat());
        let cause = quality.causes.iter().find(|cause| cause.cause == "quantity is 0").unwrap();
        assert_eq!((cause.rows, cause.examples.len()), (8, 3));
    }

    #[test]
    fn faults_are_counted_in_the_order_of_their_table() {
        assert!(FAULTS.iter().enumerate().all(|(index, (fault, _))| *fault as usize == index));
    }

    #[test]
    fn puts_trips_in_time_order_and_moves_them_to_local_time() {
        let later = RawLine { basket: 60, seconds: good().seconds + 60, ..good() };
        let other = RawLine { household: 4, basket: 80, ..good() };
        let (orders, _) = cleaned(vec![later, good(), other]);
        assert_eq!(orders.households, [4, 9]);
        let baskets: Vec<u64> = orders.trips_of(1).iter().map(|trip| trip.basket).collect();
        assert_eq!(baskets, [70, 60]);
        assert_eq!(orders.trips_of(1)[0].time.seconds() as i64, good().seconds - 5 * 3_600);
        assert_eq!(orders.lines[0], OrderLine { product: 0, quantity: 2, list: 200, discount: 50 });
    }

    #[test]
    fn refuses_data_of_which_nothing_is_left() {
        let raw = Raw { lines: vec![RawLine { quantity: 0, ..good() }], products: products() };
        assert_eq!(clean(raw, &params()).unwrap_err().code(), Code::BadData);
    }
}
