//! The objects that cross the edge border.

use super::cart::CircumstancesTold;
use super::priced::CartTold;
use super::values::text;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::preserve::deserialize as as_it_is;
use wasm_bindgen::JsValue;

/// A GA4 item. Prices in major units, `price` net of `discount`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Item {
    #[serde(deserialize_with = "text")]
    pub(super) item_id: String,
    #[serde(deserialize_with = "as_it_is")]
    pub(super) item_name: JsValue,
    #[serde(deserialize_with = "text")]
    pub(super) item_category: String,
    #[serde(deserialize_with = "text")]
    pub(super) item_category2: String,
    #[serde(deserialize_with = "text")]
    pub(super) item_category3: String,
    #[serde(deserialize_with = "text")]
    pub(super) item_category4: String,
    #[serde(deserialize_with = "text")]
    pub(super) item_category5: String,
    #[serde(deserialize_with = "text")]
    pub(super) item_brand: String,
    pub(super) price: Option<f64>,
    pub(super) discount: Option<f64>,
    pub(super) quantity: Option<f64>,
    /// The offer a purchase was made under.
    #[serde(deserialize_with = "text")]
    pub(super) coupon: String,
    /// A unit is never sold below this, major units.
    pub(super) floor: Option<f64>,
    /// What a unit costs the shop, major units.
    pub(super) unit_cost: Option<f64>,
    pub(super) tax_percent: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Params {
    #[serde(deserialize_with = "text")]
    pub(super) transaction_id: String,
    #[serde(deserialize_with = "as_it_is")]
    pub(super) search_term: JsValue,
    #[serde(deserialize_with = "text")]
    pub(super) coupon: String,
    pub(super) items: Vec<Item>,
}

#[derive(Deserialize)]
pub(super) struct Ga4Event {
    pub(super) name: String,
    pub(super) timestamp_ms: f64,
    #[serde(default)]
    pub(super) params: Params,
}

/// What is asked. Everything but the item, or the items of a cart, may be absent.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct EdgeRequest {
    /// Read one by one, so that one that is none costs only itself.
    #[serde(deserialize_with = "as_it_is")]
    pub(super) events: JsValue,
    pub(super) profile: Option<Vec<u8>>,
    pub(super) item: Item,
    pub(super) items: Option<Vec<Item>>,
    /// Major units.
    pub(super) shipping: Option<f64>,
    /// For items that have none of their own, and for shipping.
    pub(super) tax_percent: Option<f64>,
    pub(super) prices_without_tax: bool,
    pub(super) circumstances: Option<CircumstancesTold>,
    #[serde(deserialize_with = "as_it_is")]
    pub(super) attributes: JsValue,
    pub(super) currency: String,
    pub(super) currency_digits: u32,
    pub(super) now_ms: Option<f64>,
    pub(super) seed: Option<f64>,
    pub(super) shopper: Option<String>,
    pub(super) margin_bp: Option<u16>,
    pub(super) budget_price: Option<f64>,
    pub(super) personalised: bool,
    pub(super) explain: bool,
    pub(super) locale: String,
}

impl Default for EdgeRequest {
    fn default() -> Self {
        EdgeRequest {
            events: JsValue::UNDEFINED,
            profile: None,
            item: Item::default(),
            items: None,
            shipping: None,
            tax_percent: None,
            prices_without_tax: false,
            circumstances: None,
            attributes: JsValue::UNDEFINED,
            currency: String::new(),
            currency_digits: 2,
            now_ms: None,
            seed: None,
            shopper: None,
            margin_bp: None,
            budget_price: None,
            personalised: true,
            explain: false,
            locale: String::new(),
        }
    }
}

/// What of a request could not be used.
#[derive(Clone, Copy, Default)]
pub(super) struct Heard {
    pub(super) refused_events: u32,
    pub(super) profile_refused: bool,
    pub(super) refused_attributes: u32,
}

#[derive(Serialize)]
pub(super) struct ArmRecord {
    pub(super) arm: String,
    pub(super) verdict: &'static str,
    pub(super) propensity: f64,
    pub(super) probability: f64,
    pub(super) gain_minor: f64,
    pub(super) cost_minor: f64,
    pub(super) score: f64,
}

#[derive(Serialize)]
pub(super) struct Part {
    pub(super) feature: String,
    pub(super) label: String,
    pub(super) contribution: f64,
    pub(super) cost_minor: f64,
    pub(super) value: Option<f64>,
}

#[derive(Serialize)]
pub(super) struct ToldChange {
    pub(super) kind: &'static str,
    pub(super) feature: Option<String>,
    pub(super) label: Option<String>,
    pub(super) cost_of: Option<String>,
    pub(super) from: Option<f64>,
    pub(super) to: f64,
    pub(super) arm: String,
    pub(super) text: String,
}

#[derive(Serialize)]
pub(super) struct Why {
    pub(super) contributions: Vec<Part>,
    pub(super) nearest_change: Option<ToldChange>,
    pub(super) changes: Vec<ToldChange>,
}

#[derive(Serialize)]
pub(super) struct EdgeDecision {
    pub(super) arm: String,
    pub(super) arm_index: usize,
    pub(super) depth_bp: u16,
    pub(super) list_minor: f64,
    pub(super) discount_minor: f64,
    pub(super) price_minor: f64,
    pub(super) reason: &'static str,
    pub(super) reason_number: u32,
    pub(super) reason_text: String,
    pub(super) refused_events: u32,
    pub(super) profile_refused: bool,
    pub(super) refused_attributes: u32,
    pub(super) model_version: f64,
    pub(super) arms: Vec<ArmRecord>,
    pub(super) explanation: Option<Why>,
    pub(super) disclosure: String,
    pub(super) cart: Option<CartTold>,
}

impl Item {
    /// The value of a GA4 field that may name a group.
    pub(super) fn field(&self, name: &str) -> &str {
        match name {
            "item_category" => &self.item_category,
            "item_category2" => &self.item_category2,
            "item_category3" => &self.item_category3,
            "item_category4" => &self.item_category4,
            "item_category5" => &self.item_category5,
            "item_brand" => &self.item_brand,
            _ => "",
        }
    }
}
