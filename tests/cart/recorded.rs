//! Carts decided natively and recorded, for the npm package to decide again: `data/golden/offers/carts.json`.

use super::nothing_known;
use crate::fixture::NOW;
use crate::offer::build::{euro, money};
use serde_json::{Value, json};
use skonto::decision::VERDICT_CODES;
use skonto::engine::{CartDecision, CartRequest, Engine, Known, Terms};
use skonto::event::{Profile, Timestamp, id_number};
use skonto::money::{TaxRate, Taxes};
use skonto::offer::{Basket, BasketLine, Circumstances, Uses};
use std::fmt::Write;
use std::fs;

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/compat/v2/offers.skonto");
const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/golden/offers/carts.json");
const GROUPS: [(&str, &str); 4] =
    [("DAIRY", "MILK"), ("FROZEN PIZZA", "PREMIUM"), ("SOUP", "CONDENSED"), ("TOYS", "CARS")];

/// A small generator (Lehmer's, modulo 2³¹ − 1): the cases are data, not a claim.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0 * 48_271 % 0x7fff_ffff;
        self.0 % limit
    }

    fn yes(&mut self) -> bool {
        self.below(2) == 1
    }
}

/// A cart as a shop tells it, and as the engine reads it.
struct Told {
    request: Value,
    seed: u64,
    basket: Basket,
    known: Vec<Known>,
    about: Circumstances,
}

fn cart(draws: &mut Draws, engine: &Engine) -> Told {
    let (mut items, mut lines, mut known) = (Vec::new(), Vec::new(), Vec::new());
    let tax = draws.below(30) * 10_000;
    for _ in 0..1 + draws.below(5) {
        let (group, sku) = (GROUPS[draws.below(4) as usize], ["p", "q", "g", "x"][draws.below(4) as usize]);
        let categories = if draws.yes() { vec!["a"] } else { vec![] };
        let (price, quantity, floor) = (draws.below(3_000) as i64, 1 + draws.below(4), draws.below(400) as i64);
        let mut item = json!({ "item_id": sku, "item_category2": group.0, "item_category3": group.1,
            "price": price as f64 / 100.0, "quantity": quantity, "floor": floor as f64 / 100.0 });
        categories.iter().for_each(|name| item["item_category"] = json!(name));
        items.push(item);
        let named = categories.iter().chain([&group.0, &group.1]).map(|name| name.to_string());
        lines.push(BasketLine {
            sku: sku.into(),
            categories: named.collect(),
            price: money(price),
            quantity: quantity as u32,
            tax: TaxRate::new(tax as u32).unwrap(),
            floor: money(floor),
            unit_cost: None,
        });
        let group = engine.content().schema.group(&format!("{}/{}", group.0, group.1));
        known.push(Known { group, item: 0, brand: 0, name: None });
    }
    let (shipping, added) = (draws.below(900) as i64, draws.yes());
    let (about, told) = circumstances(draws);
    let request = json!({ "items": items, "currency": "EUR", "shipping": shipping as f64 / 100.0,
        "taxPercent": tax as f64 / 10_000.0, "pricesWithoutTax": added, "circumstances": told });
    let taxes = if added { Taxes::Added } else { Taxes::Included };
    let shipping_tax = TaxRate::new(tax as u32).unwrap();
    let basket = Basket { currency: euro(), taxes, lines, shipping: money(shipping), shipping_tax };
    Told { request, seed: draws.below(1 << 30), basket, known, about }
}

/// Most of the time everything is told, so that offers apply.
fn circumstances(draws: &mut Draws) -> (Circumstances, Value) {
    if draws.below(5) == 0 {
        return (nothing_known(), json!({}));
    }
    let mut name = |known: &str| if draws.below(4) > 0 { known.to_string() } else { "z".to_string() };
    let (segment, tier, channel) = (name("x"), name("y"), name("x"));
    let (orders, referred, eco_choice, count) =
        (draws.below(2) as u32, draws.yes(), draws.yes(), draws.below(6) as u32);
    let last = NOW.seconds() as i64 * 1_000 - draws.below(12_000) as i64;
    let told = json!({ "segments": [segment], "tier": tier, "channel": channel, "pastOrders": orders,
        "referred": referred, "ecoChoice": eco_choice,
        "uses": [{ "offer": "offer 8", "count": count, "lastMs": last }] });
    let about = Circumstances {
        segments: Some(vec![segment]),
        tier: Some(tier),
        channel: Some(channel),
        past_orders: Some(orders),
        referred: Some(referred),
        eco_choice: Some(eco_choice),
        uses: Some(vec![Uses { offer: "offer 8".into(), count, last: Some(last) }]),
        ..Circumstances::default()
    };
    (about, told)
}

fn expected(engine: &Engine, told: &CartDecision) -> Value {
    let (decision, priced) = (&told.decision, &told.priced);
    let id = |offer: usize| engine.offers().get().offers[offer].id.as_str();
    let refusals = |all: &[skonto::offer::Refusal]| all.iter().map(|refusal| refusal.code.name()).collect::<Vec<_>>();
    json!({
        "arm": engine.content().menu.arms[decision.arm].id,
        "reason": decision.reason.code(),
        "list": decision.list.minor(),
        "price": decision.price.minor(),
        "lines": priced.lines.iter().map(|line| line.price.minor()).collect::<Vec<_>>(),
        "shipping": priced.shipping.price.minor(),
        "tax": [priced.totals.taxed.net.minor(), priced.totals.taxed.tax.minor(), priced.totals.taxed.gross.minor()],
        "applied": priced.applied.iter().map(|given| json!([id(given.offer), given.amount.minor()])).collect::<Vec<_>>(),
        "refused": priced.refused.iter().map(|out| json!([id(out.offer), refusals(&out.refusals)])).collect::<Vec<_>>(),
        "armsRefused": told.refusals.iter().map(|all| refusals(all)).collect::<Vec<_>>(),
        "arms": decision.outcomes().iter().map(|outcome| json!([
            VERDICT_CODES[outcome.verdict as usize], outcome.propensity, outcome.gain, outcome.cost, outcome.score,
        ])).collect::<Vec<_>>(),
    })
}

/// The file, one case a line.
fn recorded() -> String {
    let engine = Engine::load(&fs::read(MODEL).unwrap()).unwrap();
    let (mut draws, mut out) = (Draws(id_number("carts") as u64), String::new());
    let about = "Carts decided natively by data/compat/v2/offers.skonto; made by the ignored test records_carts.";
    let now = NOW.seconds() as u64 * 1_000;
    writeln!(out, "{{\"about\": \"{about}\", \"now_ms\": {now}, \"cases\": [").unwrap();
    for case in 0..200 {
        let Told { request, seed, basket, known, about } = cart(&mut draws, &engine);
        let basket = basket.check().unwrap();
        let asked = CartRequest {
            basket: &basket,
            known: &known,
            about: &about,
            attributes: &[],
            now: Timestamp::from_seconds(NOW.seconds()),
            seed,
        };
        let told = engine.decide_cart(&Profile::new(), &asked, &Terms::default());
        let line = json!({ "request": request, "seed": seed, "expect": expected(&engine, &told) });
        writeln!(out, "{line}{}", if case < 199 { "," } else { "" }).unwrap();
    }
    out + "]}\n"
}

#[test]
#[ignore = "only after a change of what carts come to"]
fn records_carts() {
    fs::write(RECORDED, recorded()).unwrap();
}

#[test]
fn carts_are_decided_as_recorded() {
    let text = fs::read_to_string(RECORDED).unwrap();
    assert!(recorded() == text, "a cart is decided otherwise than recorded");
    for code in ["BEST_PROFIT", "NONE_EARNS_MOST", "UNKNOWN_GROUP"] {
        assert!(text.contains(&format!("\"reason\":\"{code}\"")), "no recorded cart ends with {code}");
    }
}
