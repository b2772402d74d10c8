//! The edge border: plain objects in and out, for workers and servers. One engine, no profile of its own.

mod objects;

use crate::artefact::Word;
use crate::decision::{Reason, VERDICT_CODES};
use crate::engine::{Engine, Request, Terms};
use crate::event::{Event, EventKind, GroupId, Line, Profile, Timestamp, hash32, id_number};
use crate::explain::Explanation;
use crate::money::{BasisPoints, Money};
use alloc::string::ToString;
use alloc::vec::Vec;
use objects::*;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// The engine for workers and servers.
#[wasm_bindgen]
pub struct Edge {
    engine: Engine,
}

#[wasm_bindgen]
impl Edge {
    /// Loads a model, or the bundled one; throws an `Error` with a `code`.
    #[wasm_bindgen(constructor)]
    pub fn new(model: Option<Vec<u8>>) -> Result<Edge, JsValue> {
        let loaded = Engine::load(model.as_deref().unwrap_or(crate::BUNDLED));
        let engine = loaded.map_err(|error| {
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
    pub fn decide(&self, request: JsValue) -> JsValue {
        let decision = match serde_wasm_bindgen::from_value::<EdgeRequest>(request) {
            Ok(request) => self.answer(&request),
            Err(_) => self.refuse(),
        };
        let objects = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
        decision.serialize(&objects).unwrap_or(JsValue::NULL)
    }

    /// Decides for many requests.
    pub fn decide_all(&self, requests: Vec<JsValue>) -> Vec<JsValue> {
        requests.into_iter().map(|request| self.decide(request)).collect()
    }

    fn refuse(&self) -> EdgeDecision {
        let told = Explanation::bare(self.engine.base(Money::default(), Reason::BadRequest));
        self.tell(told, &EdgeRequest::default(), Heard::default())
    }

    fn answer(&self, request: &EdgeRequest) -> EdgeDecision {
        let (profile, heard) = self.profile(request);
        let terms = Terms {
            margin: request.margin_bp.and_then(|margin| BasisPoints::new(margin).ok()),
            budget_price: request.budget_price.filter(|price| *price >= 0.0),
            personalised: request.personalised,
            shopper: request.shopper.as_deref().map(hash32),
        };
        let price = minor(request.item.price, request.currency_digits);
        let now = request.now_ms.unwrap_or_else(js_sys::Date::now);
        let seed = request.seed.unwrap_or_else(random_seed);
        let told = match Request::new(self.group(&request.item), price, now, seed) {
            Ok(asked) if request.explain => self.engine.explain(&profile, &asked, &terms),
            Ok(asked) => Explanation::bare(self.engine.decide(&profile, &asked, &terms)),
            Err(reason) => Explanation::bare(self.engine.base(Money::from_f64(price).unwrap_or_default(), reason)),
        };
        self.tell(told, request, heard)
    }

    /// The stored profile with the events counted in. What cannot be used is left out, and told.
    fn profile(&self, request: &EdgeRequest) -> (Profile, Heard) {
        let content = self.engine.content();
        let stored = request.profile.as_deref().map(|bytes| Profile::decode(bytes, &content.program, &content.schema));
        let mut heard = Heard { profile_refused: matches!(stored, Some(Err(_))), refused_events: 0 };
        let mut profile = stored.and_then(Result::ok).unwrap_or_default();
        for told in &request.events {
            let counted = self.event(told, request.currency_digits);
            let counted = counted.and_then(|event| self.engine.observe(&mut profile, &event));
            heard.refused_events += counted.is_err() as u32;
        }
        (profile, heard)
    }

    fn event(&self, told: &Ga4Event, digits: u32) -> crate::error::Result<Event> {
        let line = |item: &Item| {
            let discount = item.discount.unwrap_or(0.0);
            Line::new(
                self.group(item),
                minor(item.price, digits),
                minor(Some(discount), digits),
                item.quantity.unwrap_or(1.0),
            )
        };
        Ok(Event {
            kind: EventKind::from_name(&told.name)?,
            time: Timestamp::from_ms(told.timestamp_ms)?,
            transaction: id_number(&told.params.transaction_id),
            query: None,
            lines: told.params.items.iter().map(line).collect::<crate::error::Result<_>>()?,
        })
    }

    fn group(&self, item: &Item) -> Option<GroupId> {
        let schema = &self.engine.content().schema;
        let values: Vec<&str> = schema.group_fields.iter().map(|field| item.field(field)).collect();
        schema.group(&values.join("/"))
    }

    fn tell(&self, told: Explanation, request: &EdgeRequest, heard: Heard) -> EdgeDecision {
        let (content, decision) = (self.engine.content(), told.decision);
        let locale = content.locales.iter().find(|l| l.tag == request.locale).or(content.locales.first());
        let word = |word, index| locale.map_or("", |locale| locale.text(word, index)).to_string();
        let arm_id = |index: usize| content.menu.arms[index].id.clone();
        let feature_name = |index: usize| {
            let names = ["(start)", "(category)", "(group)"];
            let features = &content.program.features;
            features.get(index).map_or_else(|| names[(index - features.len()).min(2)].into(), |f| f.name.clone())
        };
        let arms = decision.outcomes().iter().enumerate().map(|(index, outcome)| ArmRecord {
            arm: arm_id(index),
            verdict: VERDICT_CODES[outcome.verdict as usize],
            propensity: outcome.propensity,
            probability: outcome.probability,
            gain_minor: outcome.gain,
            cost_minor: outcome.cost,
            score: outcome.score,
        });
        let why = || Why {
            contributions: told
                .contributions
                .iter()
                .map(|part| Part {
                    feature: feature_name(part.feature),
                    label: word(Word::Feature, part.feature),
                    contribution: part.amount,
                    value: part.value,
                })
                .collect(),
            nearest_change: told.nearest_change.map(|change| NearestChange {
                feature: change.feature.map(feature_name),
                label: change.feature.map(|index| word(Word::Feature, index)),
                from: change.from,
                to: change.to,
                arm: arm_id(change.arm),
            }),
        };
        EdgeDecision {
            arm: arm_id(decision.arm),
            arm_index: decision.arm,
            depth_bp: decision.depth.get(),
            list_minor: decision.list.minor() as f64,
            discount_minor: decision.discount.minor() as f64,
            price_minor: decision.price.minor() as f64,
            reason: decision.reason.code(),
            reason_number: decision.reason as u32,
            reason_text: word(Word::Reason, decision.reason as usize),
            refused_events: heard.refused_events,
            profile_refused: heard.profile_refused,
            model_version: decision.model_version as f64,
            arms: arms.collect(),
            explanation: request.explain.then(why),
            disclosure: word(Word::Disclosure, if request.personalised { 0 } else { 1 }),
        }
    }
}

/// Major to minor units; NaN, and so a refusal, where there is no price.
fn minor(major: Option<f64>, digits: u32) -> f64 {
    // By multiplication: the host's `powi` may round differently.
    let scale = (0..digits.min(4)).fold(1.0, |power, _| power * 10.0);
    libm::round(major.unwrap_or(f64::NAN) * scale)
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
