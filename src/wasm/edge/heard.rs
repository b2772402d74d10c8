//! What came along with a request: the stored profile, the events, the attributes. What cannot be used is counted.

use super::objects::*;
use super::{Edge, values};
use crate::error;
use crate::event::{Event, EventKind, GroupId, Line, Profile, Timestamp, id_number};
use crate::words::Meaning;
use alloc::vec::Vec;
use js_sys::Array;
use wasm_bindgen::prelude::*;

impl Edge {
    /// The stored profile with the events counted in. What cannot be used is left out, and told.
    pub(super) fn profile(&self, request: &EdgeRequest) -> (Profile, Heard) {
        let content = self.engine.content();
        let stored = request.profile.as_deref().map(|bytes| Profile::decode(bytes, &content.program, &content.schema));
        let mut heard = Heard { profile_refused: matches!(stored, Some(Err(_))), ..Heard::default() };
        let mut profile = stored.and_then(Result::ok).unwrap_or_default();
        let events = request.events.dyn_ref::<Array>();
        // What is no list at all counts as one event that is none.
        heard.refused_events = (events.is_none() && !request.events.is_undefined() && !request.events.is_null()) as u32;
        for told in events.into_iter().flat_map(Array::iter) {
            let event = serde_wasm_bindgen::from_value(told).ok();
            let event = event.and_then(|event| self.event(&event, request.currency_digits).ok());
            let counted = event.is_some_and(|event| self.engine.observe(&mut profile, &event).is_ok());
            heard.refused_events += !counted as u32;
        }
        (profile, heard)
    }

    /// What the shop says, in the order of the model's attributes.
    pub(super) fn attributes(&self, request: &EdgeRequest, heard: &mut Heard) -> Vec<Option<f64>> {
        let declared = self.engine.content().program.tables.attributes.iter();
        let read = |attribute| {
            let told = values::attribute(&request.attributes, attribute);
            heard.refused_attributes += told.is_err() as u32;
            told.unwrap_or_default()
        };
        declared.map(read).collect()
    }

    /// What a text is about, if the model has words.
    pub(super) fn meaning(&self, text: &JsValue) -> Option<Meaning> {
        values::meaning(self.engine.content().program.tables.words.as_ref(), text)
    }

    fn event(&self, told: &Ga4Event, digits: u32) -> error::Result<Event> {
        let line = |item: &Item| {
            let discount = item.discount.unwrap_or(0.0);
            let (net, discount) = (minor(item.price, digits), minor(Some(discount), digits));
            let line = Line::new(self.group(item), net, discount, item.quantity.unwrap_or(1.0))?;
            let coupon = if item.coupon.is_empty() { &told.params.coupon } else { &item.coupon };
            Ok(line.of(id_number(&item.item_id), id_number(&item.item_brand)).under(id_number(coupon)))
        };
        Ok(Event {
            kind: EventKind::from_name(&told.name)?,
            time: Timestamp::from_ms(told.timestamp_ms)?,
            transaction: id_number(&told.params.transaction_id),
            query: self.meaning(&told.params.search_term),
            lines: told.params.items.iter().map(line).collect::<error::Result<_>>()?,
        })
    }

    pub(super) fn group(&self, item: &Item) -> Option<GroupId> {
        let schema = &self.engine.content().schema;
        let values: Vec<&str> = schema.group_fields.iter().map(|field| item.field(field)).collect();
        schema.group(&values.join("/"))
    }
}

/// Major to minor units; NaN, and so a refusal, where there is no price.
pub(super) fn minor(major: Option<f64>, digits: u32) -> f64 {
    // By multiplication: the host's `powi` may round differently.
    let scale = (0..digits.min(4)).fold(1.0, |power, _| power * 10.0);
    libm::round(major.unwrap_or(f64::NAN) * scale)
}
