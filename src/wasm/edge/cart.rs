//! A cart through the edge border: the items of a request as a basket, and the priced basket as an object.

use super::heard::minor;
use super::objects::*;
use super::priced::told;
use super::{Edge, EdgeDecision};
use crate::decision::Reason;
use crate::engine::{CartRequest, Known, Terms};
use crate::error::{Code, Error, Result};
use crate::event::{Profile, Timestamp, id_number};
use crate::explain::Explanation;
use crate::money::{Currency, Money, TaxRate, Taxes};
use crate::offer::{Basket, BasketLine, CheckedBasket, Circumstances, Uses};
use alloc::string::String;
use alloc::vec::Vec;
use serde::Deserialize;

/// What the shop knows of the shopper beside behaviour; what is absent is not known.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CircumstancesTold {
    pub(super) instant_ms: Option<f64>,
    pub(super) segments: Option<Vec<String>>,
    pub(super) tier: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) past_orders: Option<f64>,
    pub(super) referred: Option<bool>,
    pub(super) eco_choice: Option<bool>,
    pub(super) uses: Option<Vec<UsesTold>>,
}

#[derive(Deserialize)]
pub(super) struct UsesTold {
    pub(super) offer: String,
    pub(super) count: f64,
    #[serde(default)]
    pub(super) last_ms: Option<f64>,
}

/// What is known of the shopper, from the same places for a product and for a cart.
pub(super) struct Shopper<'a> {
    pub(super) profile: &'a Profile,
    pub(super) attributes: &'a [Option<f64>],
    pub(super) terms: &'a Terms,
    pub(super) heard: Heard,
}

impl Edge {
    /// Decides about a cart. One that cannot be read gets price 0 and a reason.
    pub(super) fn answer_cart(
        &self,
        request: &EdgeRequest,
        items: &[Item],
        now: f64,
        shopper: Shopper,
    ) -> EdgeDecision {
        let seed = request.seed.unwrap_or_else(super::random_seed) as u64;
        let asked = Timestamp::from_ms(now).map_err(|_| Reason::BadTime);
        let asked = asked.and_then(|now| Ok((now, basket(request, items).map_err(|_| Reason::BadPrice)?)));
        let (now, basket) = match asked {
            Ok(asked) => asked,
            Err(reason) => {
                let bare = Explanation::bare(self.engine.base(Money::default(), reason));
                return self.tell(bare, request, shopper.heard);
            }
        };
        let known: Vec<Known> = items.iter().map(|item| self.known(item)).collect();
        let about = request.about();
        let attributes = shopper.attributes;
        let cart = CartRequest { basket: &basket, known: &known, about: &about, attributes, now, seed };
        let (answer, explanation) = self.engine.explain_cart(shopper.profile, &cart, shopper.terms);
        let priced = told(self.engine.offers(), &answer);
        let decision = self.tell(explanation, request, shopper.heard);
        EdgeDecision { cart: Some(priced), ..decision }
    }

    fn known(&self, item: &Item) -> Known {
        Known {
            group: self.group(item),
            item: id_number(&item.item_id),
            brand: id_number(&item.item_brand),
            name: self.meaning(&item.item_name),
        }
    }
}

/// The items as lines, in the currency and with the taxes of the request.
fn basket(request: &EdgeRequest, items: &[Item]) -> Result<CheckedBasket> {
    let digits = request.currency_digits;
    let rate = |percent: Option<f64>| percent.map_or(Ok(TaxRate::default()), tax_rate);
    let line = |item: &Item| {
        let optional = |major: Option<f64>| major.map(|major| money(Some(major), digits)).transpose();
        Ok(BasketLine {
            sku: item.item_id.clone(),
            categories: item.categories(),
            price: money(item.price, digits)?,
            quantity: units(item.quantity.unwrap_or(1.0))?,
            tax: rate(item.tax_percent.or(request.tax_percent))?,
            floor: optional(item.floor)?.unwrap_or_default(),
            unit_cost: optional(item.unit_cost)?,
        })
    };
    let basket = Basket {
        currency: Currency::new(&request.currency).unwrap_or(Currency::NONE),
        taxes: if request.prices_without_tax { Taxes::Added } else { Taxes::Included },
        lines: items.iter().map(line).collect::<Result<_>>()?,
        shipping: money(Some(request.shipping.unwrap_or(0.0)), digits)?,
        shipping_tax: rate(request.tax_percent)?,
    };
    basket.check()
}

fn money(major: Option<f64>, digits: u32) -> Result<Money> {
    Money::from_f64(minor(major, digits))
}

fn units(quantity: f64) -> Result<u32> {
    let whole = quantity as u32;
    match whole as f64 == quantity {
        true => Ok(whole),
        false => Err(Error::new(Code::BadQuantity, "units of a line are not a whole number")),
    }
}

fn tax_rate(percent: f64) -> Result<TaxRate> {
    match (0.0..=100.0).contains(&percent) {
        true => TaxRate::new(libm::round(percent * 10_000.0) as u32),
        false => Err(Error::new(Code::OutOfRange, "a tax is not between 0 and 100 percent")),
    }
}

impl Item {
    /// Every category the item is in.
    fn categories(&self) -> Vec<String> {
        let all = [
            &self.item_category,
            &self.item_category2,
            &self.item_category3,
            &self.item_category4,
            &self.item_category5,
        ];
        all.into_iter().filter(|category| !category.is_empty()).cloned().collect()
    }
}

impl EdgeRequest {
    /// What the shop knows of the shopper, for the conditions of offers.
    fn about(&self) -> Circumstances {
        let told = self.circumstances.as_ref();
        let uses = |uses: &UsesTold| Uses {
            offer: uses.offer.clone(),
            count: uses.count as u32,
            last: uses.last_ms.map(|last| last as i64),
        };
        let whole = |number: f64| number as u32;
        told.map_or_else(Circumstances::default, |told| Circumstances {
            now: told.instant_ms.map(|now| now as i64),
            segments: told.segments.clone(),
            tier: told.tier.clone(),
            channel: told.channel.clone(),
            past_orders: told.past_orders.map(whole),
            referred: told.referred,
            eco_choice: told.eco_choice,
            uses: told.uses.as_ref().map(|all| all.iter().map(uses).collect()),
        })
    }
}
