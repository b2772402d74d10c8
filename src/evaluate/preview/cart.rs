//! A cart as a file tells it, and its decision as a merchandiser reads it: every line, every offer, and why not.
//!
//! Fields are named as on the edge border. *Not* here: the table of arms, which carts share with products.

use crate::engine::{CartDecision, CartRequest, Engine, Known, Terms};
use crate::error::{Code, Error, Result};
use crate::event::{Profile, Timestamp, id_number};
use crate::money::{Currency, Money, TaxRate, Taxes};
use crate::offer::{Basket, BasketLine, CheckedBasket, Circumstances, Nearest, Refusal, Uses};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A cart in major units.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Told {
    items: Vec<Item>,
    currency: String,
    #[serde(default)]
    shipping: f64,
    #[serde(default)]
    tax_percent: f64,
    #[serde(default)]
    prices_without_tax: bool,
    #[serde(default)]
    circumstances: About,
}

#[derive(Debug, Deserialize)]
struct Item {
    #[serde(default)]
    item_id: String,
    #[serde(default)]
    item_name: String,
    #[serde(default)]
    item_brand: String,
    price: f64,
    #[serde(default = "one")]
    quantity: u32,
    tax_percent: Option<f64>,
    floor: Option<f64>,
    unit_cost: Option<f64>,
    /// Categories, and whatever else names a group.
    #[serde(flatten)]
    fields: BTreeMap<String, serde_json::Value>,
}

fn one() -> u32 {
    1
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct About {
    segments: Option<Vec<String>>,
    tier: Option<String>,
    channel: Option<String>,
    past_orders: Option<u32>,
    referred: Option<bool>,
    eco_choice: Option<bool>,
    uses: Option<Vec<Use>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Use {
    offer: String,
    count: u32,
    last_ms: Option<i64>,
}

/// When it is: by the shop's clock, and as an instant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub local: Timestamp,
    pub instant_ms: i64,
}

impl Told {
    /// Decides about the cart.
    pub fn decide(
        &self,
        engine: &Engine,
        profile: &Profile,
        attributes: &[Option<f64>],
        moment: Moment,
        seed: u64,
    ) -> Result<CartDecision> {
        let basket = self.basket()?;
        let known: Vec<Known> = self.items.iter().map(|item| item.known(engine)).collect();
        let about = self.circumstances.told(moment.instant_ms);
        let request =
            CartRequest { basket: &basket, known: &known, about: &about, attributes, now: moment.local, seed };
        Ok(engine.decide_cart(profile, &request, &Terms::default()))
    }

    fn currency(&self) -> Result<Currency> {
        Currency::new(&self.currency)
    }

    fn basket(&self) -> Result<CheckedBasket> {
        let currency = self.currency()?;
        let line = |(place, item): (usize, &Item)| {
            let named = |error: Error| Error::new(error.code(), format!("cart: item {}: {error}", place + 1));
            item.line(currency, self.tax_percent).map_err(named)
        };
        let lines = self.items.iter().enumerate().map(line).collect::<Result<_>>()?;
        let taxes = if self.prices_without_tax { Taxes::Added } else { Taxes::Included };
        let (shipping, shipping_tax) = (money(currency, self.shipping)?, rate(self.tax_percent)?);
        Basket { currency, taxes, lines, shipping, shipping_tax }.check()
    }

    /// Lines, totals, offers given and refused.
    pub fn in_words(&self, engine: &Engine, told: &CartDecision) -> String {
        let priced = &told.priced;
        let print = |amount: Money| priced.currency.format(amount);
        let id = |offer: usize| engine.offers().get().offers[offer].id.as_str();
        let mut out = format!("\n{:<24} {:>5} {:>10} {:>10}\n", "line", "units", "list", "to pay");
        let shipping = ("shipping".to_string(), &priced.shipping);
        let names = self.items.iter().map(|item| item.item_id.clone());
        for (name, line) in names.zip(&priced.lines).chain([shipping]) {
            let _ = writeln!(out, "{name:<24} {:>5} {:>10} {:>10}", line.quantity, print(line.list), print(line.price));
        }
        let (list, price) = (print(priced.totals.list), print(priced.totals.price));
        let _ = writeln!(out, "{:<24} {:>5} {list:>10} {price:>10} {}", "all", "", priced.currency);
        for given in &priced.applied {
            let next =
                given.next.map_or(String::new(), |next| format!("; for more, {}", change(next, priced.currency, &id)));
            let _ = writeln!(out, "\n{} takes {} off{next}", id(given.offer), print(given.amount));
        }
        for refused in &priced.refused {
            let _ = writeln!(out, "\n{}: {}", id(refused.offer), reasons(&refused.refusals, priced.currency, &id));
        }
        let arms = engine.content().menu.arms.iter().zip(&told.refusals).filter(|(_, refusals)| !refusals.is_empty());
        for (arm, refusals) in arms {
            let _ = writeln!(out, "\narm {}: {}", arm.id, reasons(refusals, priced.currency, &id));
        }
        out
    }
}

impl Item {
    fn known(&self, engine: &Engine) -> Known {
        let content = engine.content();
        let field = |name: &String| match name.as_str() {
            "item_brand" => self.item_brand.as_str(),
            name => self.fields.get(name).and_then(serde_json::Value::as_str).unwrap_or_default(),
        };
        let group: Vec<&str> = content.schema.group_fields.iter().map(field).collect();
        let words = content.program.tables.words.as_ref();
        Known {
            group: content.schema.group(&group.join("/")),
            item: id_number(&self.item_id),
            brand: id_number(&self.item_brand),
            name: words.and_then(|words| words.embed_characters(self.item_name.chars())),
        }
    }

    fn line(&self, currency: Currency, tax_percent: f64) -> Result<BasketLine> {
        let names = ["item_category", "item_category2", "item_category3", "item_category4", "item_category5"];
        let category = |name: &str| self.fields.get(name).and_then(serde_json::Value::as_str).map(String::from);
        let amount = |major: Option<f64>| major.map(|major| money(currency, major)).transpose();
        Ok(BasketLine {
            sku: self.item_id.clone(),
            categories: names.into_iter().filter_map(category).collect(),
            price: money(currency, self.price)?,
            quantity: self.quantity,
            tax: rate(self.tax_percent.unwrap_or(tax_percent))?,
            floor: amount(self.floor)?.unwrap_or_default(),
            unit_cost: amount(self.unit_cost)?,
        })
    }
}

impl About {
    fn told(&self, instant_ms: i64) -> Circumstances {
        let uses = |used: &Use| Uses { offer: used.offer.clone(), count: used.count, last: used.last_ms };
        Circumstances {
            now: Some(instant_ms),
            segments: self.segments.clone(),
            tier: self.tier.clone(),
            channel: self.channel.clone(),
            past_orders: self.past_orders,
            referred: self.referred,
            eco_choice: self.eco_choice,
            uses: self.uses.as_ref().map(|all| all.iter().map(uses).collect()),
        }
    }
}

fn money(currency: Currency, major: f64) -> Result<Money> {
    Money::from_f64((major * currency.scale() as f64).round())
}

fn rate(percent: f64) -> Result<TaxRate> {
    match (0.0..=100.0).contains(&percent) {
        true => TaxRate::new((percent * 10_000.0).round() as u32),
        false => {
            Err(Error::new(Code::OutOfRange, format!("cart: a tax is between 0 and 100 percent, found {percent}")))
        }
    }
}

fn reasons<'a>(all: &[Refusal], currency: Currency, id: &impl Fn(usize) -> &'a str) -> String {
    let one = |refusal: &Refusal| {
        let code = refusal.code.name().to_lowercase().replace('_', " ");
        refusal.nearest.map_or(code.clone(), |nearest| format!("{code} ({})", change(nearest, currency, id)))
    };
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn change<'a>(nearest: Nearest, currency: Currency, id: &impl Fn(usize) -> &'a str) -> String {
    match nearest {
        Nearest::Spend(more) => format!("spend {} more", currency.format(more)),
        Nearest::Add(units) => format!("add {units}"),
        Nearest::Remove(units) => format!("take {units} out"),
        Nearest::Wait(until) => {
            let at = jiff::Timestamp::from_millisecond(until);
            at.map_or_else(|_| "wait".into(), |at| format!("wait until {at}"))
        }
        Nearest::Tell(what) => format!("tell `{}`", what.name()),
        Nearest::Without(offer) => format!("do without {}", id(offer)),
    }
}
