//! How long a basket takes to price: twenty lines, sixteen offers, every mode.

use skonto::money::{BasisPoints, Currency, Money};
use skonto::offer::{
    Basket, BasketLine, CheckedBasket, CheckedOffers, Circumstances, Kind, LineFilter, Mode, Offer, Offers, Over,
    Scope, Stacking,
};
use std::hint::black_box;
use std::time::Instant;

/// Runs of each measurement; the shortest counts.
const RUNS: usize = 9;

/// Prints one line per kind of list: microseconds to price the basket.
pub fn run() {
    let basket = basket();
    for (name, mode, over, offer) in rows() {
        let offers = offers(mode, over, offer);
        let price = || black_box(offers.price(&basket, &Circumstances::default()));
        let times = (0..RUNS).map(|_| {
            let start = Instant::now();
            price();
            start.elapsed()
        });
        let shortest = times.min().unwrap_or_default().as_nanos() as f64 / 1_000.0;
        crate::figure(&format!("policy.stack.{name}"), shortest, "us", "");
    }
}

type Row = (&'static str, Mode, Over, fn(usize) -> Offer);

fn rows() -> [Row; 6] {
    [
        ("stackable", Mode::Stackable, Over::Cart, mixed),
        ("list_order", Mode::ListOrder, Over::Item, mixed),
        ("best_deal_classes", Mode::BestDeal, Over::Cart, classed),
        ("best_deal_classes_over_items", Mode::BestDeal, Over::Item, classed),
        ("best_deal_buy_get", Mode::BestDeal, Over::Cart, buy_get),
        ("best_deal_buy_get_over_items", Mode::BestDeal, Over::Item, buy_get),
    ]
}

fn basket() -> CheckedBasket {
    let price = |place: i64| Money::new(1_000 + 37 * place).expect("a price");
    let line =
        |place: i64| BasketLine { sku: place.to_string(), price: price(place), quantity: 2, ..Default::default() };
    let euro = Currency::new("EUR").expect("a currency");
    Basket { lines: (0..20).map(line).collect(), ..Basket::new(euro) }.check().expect("a basket")
}

fn offers(mode: Mode, over: Over, offer: fn(usize) -> Offer) -> CheckedOffers {
    let offers = (0..16).map(|place| Offer { id: place.to_string(), ..offer(place) }).collect();
    Offers { offers, stacking: Stacking { mode, over }, ..Offers::default() }.check().expect("offers")
}

fn depth(place: usize) -> BasisPoints {
    BasisPoints::new(100 + 7 * place as u16).expect("a share")
}

fn mixed(place: usize) -> Offer {
    let scope = if place.is_multiple_of(2) { Scope::Item } else { Scope::Cart };
    Offer { scope, ..Offer::new("", Kind::PercentOff { depth: depth(place) }) }
}

fn classed(place: usize) -> Offer {
    Offer { classes: vec![(place % 5).to_string()], ..mixed(place) }
}

fn buy_get(place: usize) -> Offer {
    let (buy, reduced) = (1 + place as u32 % 3, LineFilter::default());
    Offer::new("", Kind::BuyGet { buy, get: 1, reduced, depth: depth(place), most_times: None })
}
