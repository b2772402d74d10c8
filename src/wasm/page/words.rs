//! Names and sentences of the loaded model, by number.

use super::Page;
use crate::artefact::Word;
use crate::decision::{REASON_CODES, VERDICT_CODES};
use alloc::string::String;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Page {
    /// The GA4 item fields that name a group, separated by commas.
    pub fn group_fields(&self) -> String {
        // Without `join`, which alone weighs as much as all other calls of this file.
        let comma = |text: String, field: &String| if text.is_empty() { field.clone() } else { text + "," + field };
        self.engine.content().schema.group_fields.iter().fold(String::new(), comma)
    }

    /// The number of the group with that name, −1 if the model does not know it.
    pub fn group(&self, name: &str) -> i32 {
        self.engine.content().schema.group(name).map_or(-1, |group| group.0 as i32)
    }

    /// A word of the model. The kinds are numbered in `docs/page-border.md`.
    pub fn text(&self, kind: u32, index: usize, locale: usize) -> String {
        let content = self.engine.content();
        let group = content.schema.groups.get(index);
        let attribute = content.program.tables.attributes.get(index);
        let word = |word| content.locales.get(locale).or(content.locales.first()).map_or("", |l| l.text(word, index));
        let text = match kind {
            0 => group.map(|group| group.name.as_str()),
            1 => group.map(|group| content.schema.categories[group.category as usize].name.as_str()),
            2 => Some(word(Word::Feature)),
            3 => Some(word(Word::Arm)),
            4 => Some(word(Word::Reason)),
            5 => Some(word(Word::Verdict)),
            6 => content.menu.arms.get(index).map(|arm| arm.id.as_str()),
            7 => REASON_CODES.get(index).copied(),
            8 => VERDICT_CODES.get(index).copied(),
            9 => Some(word(Word::Disclosure)),
            10 => content.program.features.get(index).map(|feature| feature.name.as_str()),
            11 => Some(content.card.as_str()),
            12 => attribute.map(|attribute| attribute.name.as_str()),
            13 => attribute.map(|attribute| if attribute.levels.is_empty() { "number" } else { "word" }),
            14 => Some(word(Word::Change)),
            #[cfg(feature = "cart")]
            15..=19 => self.offer_text(kind, index),
            _ => None,
        };
        text.unwrap_or("").into()
    }

    /// How many groups (0), features (2), arms (3) or attributes (12) the model has.
    pub fn count(&self, kind: u32) -> usize {
        let content = self.engine.content();
        match kind {
            0 => content.schema.groups.len(),
            2 => content.program.features.len(),
            3 => content.menu.arms.len(),
            12 => content.program.tables.attributes.len(),
            _ => 0,
        }
    }

    /// The version of the model in use.
    pub fn model_version(&self) -> f64 {
        self.engine.content().version as f64
    }
}
