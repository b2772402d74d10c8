//! Baskets and offers, written short.

use skonto::money::{Amount, BasisPoints, Currency, Money};
use skonto::offer::{Amounts, Basket, BasketLine, CheckedBasket, Circumstances, Kind, Mode, Offer, Offers, Over};
use skonto::offer::{Limits, Priced, Scope, Stacking};

pub fn money(minor: i64) -> Money {
    Money::new(minor).unwrap()
}

pub fn share(points: u16) -> BasisPoints {
    BasisPoints::new(points).unwrap()
}

pub fn euro() -> Currency {
    Currency::new("EUR").unwrap()
}

pub fn euros(minor: i64) -> Amounts {
    Amount { currency: euro(), money: money(minor) }.into()
}

pub fn percent(id: &str, points: u16) -> Offer {
    Offer::new(id, Kind::PercentOff { depth: share(points) })
}

pub fn amount(id: &str, minor: i64) -> Offer {
    Offer::new(id, Kind::AmountOff { amounts: euros(minor), stated: None })
}

pub fn on_cart(offer: Offer) -> Offer {
    Offer { scope: Scope::Cart, ..offer }
}

pub fn line(sku: &str, price: i64, quantity: u32) -> BasketLine {
    BasketLine { sku: sku.into(), price: money(price), quantity, ..BasketLine::default() }
}

pub fn basket(lines: Vec<BasketLine>) -> CheckedBasket {
    Basket { lines, ..Basket::new(euro()) }.check().unwrap()
}

pub fn offers(offers: Vec<Offer>, mode: Mode, over: Over) -> Offers {
    Offers { offers, stacking: Stacking { mode, over }, limits: Limits::default() }
}

pub fn price(offers: Offers, basket: &CheckedBasket) -> Priced {
    offers.check().unwrap().price(basket, &Circumstances::default())
}

pub fn prices(priced: &Priced) -> Vec<i64> {
    priced.lines.iter().map(|line| line.price.minor()).collect()
}
