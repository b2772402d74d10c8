//! The edge border: plain objects in and out, for workers and servers. One engine, no profile of its own.

mod cart;
mod heard;
mod objects;
mod priced;
mod told;
mod values;

use crate::decision::Reason;
use crate::engine::{Engine, OF_EXPLANATION, Request, Terms};
use crate::event::{hash32, id_number};
use crate::explain::Explanation;
use crate::money::{BasisPoints, Money};
use alloc::string::ToString;
use alloc::vec::Vec;
use cart::Shopper;
use heard::minor;
use objects::*;
use serde::Serialize;
use std::sync::{Mutex, PoisonError};
use wasm_bindgen::prelude::*;

/// The model of an engine that is given none. It is read and checked when the module is made (`pkg/preset.js`), and is in the
/// image of the module's memory from then on.
static PRESET: Mutex<Option<Engine>> = Mutex::new(None);

/// Puts a model there, and says with which code it is refused, 0 for none. `pkg/preset.js` alone calls it.
#[wasm_bindgen]
pub fn preset(model: &[u8]) -> u8 {
    let loaded = Engine::load(model);
    let code = loaded.as_ref().map_or_else(|error| error.code() as u8, |_| 0);
    *PRESET.lock().unwrap_or_else(PoisonError::into_inner) = loaded.ok();
    code
}

/// The engine for workers and servers.
#[wasm_bindgen]
pub struct Edge {
    engine: Engine,
}

#[wasm_bindgen]
impl Edge {
    /// Loads a model; throws an `Error` with a `code`. Without one it takes the preset model, of which an instance has one.
    #[wasm_bindgen(constructor)]
    pub fn new(model: Option<Vec<u8>>) -> Result<Edge, JsValue> {
        let Some(model) = model else {
            let preset = PRESET.lock().unwrap_or_else(PoisonError::into_inner).take();
            let engine = preset.ok_or_else(|| js_sys::Error::new("no model was given, and none is left in the module"));
            return Ok(Edge { engine: engine? });
        };
        let engine = Engine::load(&model).map_err(|error| {
            let thrown = js_sys::Error::new(&error.to_string());
            // Setting a property of a fresh object cannot fail.
            let _ = js_sys::Reflect::set(&thrown, &"code".into(), &error.code().name().into());
            JsValue::from(thrown)
        })?;
        Ok(Edge { engine })
    }

    /// The version of the model in use.
    pub fn model_version(&self) -> f64 {
        self.engine.content().version as f64
    }

    /// Decides for one request. Never throws: what cannot be read gets price 0 and the reason BAD_REQUEST.
    pub fn decide(&mut self, request: JsValue) -> JsValue {
        let decision = match serde_wasm_bindgen::from_value::<EdgeRequest>(request) {
            Ok(request) => {
                let decisions = request.items.as_ref().map_or(1, Vec::len) as u32;
                self.engine.expect(if request.explain { OF_EXPLANATION.max(decisions) } else { decisions });
                self.answer(&request)
            }
            Err(_) => self.refuse(),
        };
        let objects = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
        decision.serialize(&objects).unwrap_or(JsValue::NULL)
    }

    /// Decides for many requests.
    pub fn decide_all(&mut self, requests: Vec<JsValue>) -> Vec<JsValue> {
        requests.into_iter().map(|request| self.decide(request)).collect()
    }

    fn refuse(&self) -> EdgeDecision {
        let told = Explanation::bare(self.engine.base(Money::default(), Reason::BadRequest));
        self.tell(told, &EdgeRequest::default(), Heard::default())
    }

    fn answer(&self, request: &EdgeRequest) -> EdgeDecision {
        let (profile, mut heard) = self.profile(request);
        let attributes = self.attributes(request, &mut heard);
        let terms = Terms {
            margin: request.margin_bp.and_then(|margin| BasisPoints::new(margin).ok()),
            budget_price: request.budget_price.filter(|price| *price >= 0.0),
            personalised: request.personalised,
            shopper: request.shopper.as_deref().map(hash32),
        };
        let now = request.now_ms.unwrap_or_else(js_sys::Date::now);
        let alone = core::slice::from_ref(&request.item);
        let is_plain = self.engine.content().menu.is_plain();
        if let Some(items) = request.items.as_deref().or((!is_plain).then_some(alone)) {
            let shopper = Shopper { profile: &profile, attributes: &attributes, terms: &terms, heard };
            return self.answer_cart(request, items, now, shopper);
        }
        let price = minor(request.item.price, request.currency_digits);
        let seed = request.seed.unwrap_or_else(random_seed);
        let asked = Request::new(self.group(&request.item), price, now, seed).map(|asked| Request {
            item: id_number(&request.item.item_id),
            brand: id_number(&request.item.item_brand),
            name: self.meaning(&request.item.item_name),
            attributes: &attributes,
            ..asked
        });
        let told = match asked {
            Ok(asked) if request.explain => self.engine.explain(&profile, &asked, &terms),
            Ok(asked) => Explanation::bare(self.engine.decide(&profile, &asked, &terms)),
            Err(reason) => Explanation::bare(self.engine.base(Money::from_f64(price).unwrap_or_default(), reason)),
        };
        self.tell(told, request, heard)
    }
}

/// A seed from the host's cryptographic generator; 0 where there is none.
fn random_seed() -> f64 {
    let crypto = js_sys::Reflect::get(&js_sys::global(), &"crypto".into());
    let mut bytes = [0u8; 4];
    let drawn = crypto.ok().filter(|crypto| crypto.is_object()).map(|crypto| {
        let crypto: web_sys::Crypto = crypto.unchecked_into();
        crypto.get_random_values_with_u8_array(&mut bytes).is_ok()
    });
    if drawn == Some(true) { u32::from_le_bytes(bytes) as f64 } else { 0.0 }
}
