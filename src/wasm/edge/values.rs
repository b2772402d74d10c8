//! Single values that strangers made: read within bounds, copied only as far as needed.

use crate::event::id_number;
use crate::feature::Attribute;
use crate::words::{Meaning, Words};
use alloc::string::String;
use js_sys::{JsString, Number, Object, Reflect};
use serde::Deserializer;
use wasm_bindgen::prelude::*;

/// The longest id, in UTF-16 units; a longer text names nothing.
const MAX_ID: u32 = 256;
/// Units of a text that are looked at: its meaning takes 256 characters, of at most two units each.
const MAX_TEXT: usize = 512;

/// An id, a brand or a category. Shops write ids as numbers and leave categories null; both are as good as text.
pub(super) fn text<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    let told: JsValue = serde_wasm_bindgen::preserve::deserialize(input)?;
    Ok(id(&told).unwrap_or_default())
}

fn id(told: &JsValue) -> Option<String> {
    string(told).filter(|text| text.length() <= MAX_ID).map(String::from)
}

fn string(told: &JsValue) -> Option<JsString> {
    match told.as_f64() {
        // Radix 10 is always accepted.
        Some(number) if number.is_finite() => Number::from(number).to_string_with_radix(10).ok(),
        _ => told.dyn_ref::<JsString>().cloned(),
    }
}

/// What a text is about. It is read unit by unit where it lies, so nothing of it is ever in this module's memory.
pub(super) fn meaning(words: Option<&Words>, told: &JsValue) -> Option<Meaning> {
    let text = words.and_then(|words| Some((words, string(told)?)));
    text.and_then(|(words, text)| {
        let characters = char::decode_utf16(text.iter().take(MAX_TEXT));
        words.embed_characters(characters.map(|character| character.unwrap_or(' ')))
    })
}

/// What the shop says of one attribute: nothing, a value, or something that cannot be used.
pub(super) fn attribute(all: &JsValue, attribute: &Attribute) -> Result<Option<f64>, ()> {
    let told = own(all, &attribute.name)?;
    if told.is_undefined() || told.is_null() {
        return Ok(None);
    }
    if attribute.levels.is_empty() {
        return told.as_f64().filter(|number| number.is_finite()).map(Some).ok_or(());
    }
    let word = id(&told).ok_or(())?;
    Ok((!word.is_empty()).then(|| id_number(&word) as f64))
}

/// The own field of that name: a polluted prototype is not data. Refuses what has no fields, and a getter that throws.
fn own(object: &JsValue, name: &str) -> Result<JsValue, ()> {
    if object.is_undefined() || object.is_null() {
        return Ok(JsValue::UNDEFINED);
    }
    if !object.is_object() {
        return Err(());
    }
    let name = JsString::from(name);
    match Object::has_own_str(object.unchecked_ref::<Object>(), &name).map_err(drop)? {
        true => Reflect::get(object, &name).map_err(drop),
        false => Ok(JsValue::UNDEFINED),
    }
}
