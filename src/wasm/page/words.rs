//! Names and sentences of the loaded model, by number.

use super::Page;
use crate::artefact::Word;
use crate::decision::{REASON_CODES, VERDICT_CODES};
use crate::error::PARTS;

impl Page {
    /// The number of the group whose name is in the bytes, −1 if the model does not know it.
    #[inline(never)]
    pub(super) fn group(&mut self) -> f64 {
        self.read_words(|page, name| page.engine.content().schema.group(name).map_or(-1.0, |group| group.0 as f64))
    }

    /// Puts a word of the model into the bytes. The kinds are numbered in `docs/page-border.md`.
    #[inline(never)]
    pub(super) fn tell_text(&mut self, kind: u32, index: usize, locale: usize) -> f64 {
        let mut bytes = core::mem::take(&mut self.bytes);
        bytes.clear();
        bytes.extend_from_slice(self.text(kind, index, locale).unwrap_or_default().as_bytes());
        self.bytes = bytes;
        0.0
    }

    fn text(&self, kind: u32, index: usize, locale: usize) -> Option<&str> {
        let content = self.engine.content();
        let group = content.schema.groups.get(index);
        let attribute = content.program.tables.attributes.get(index);
        let word = |word| content.locales.get(locale).or(content.locales.first()).map(|words| words.text(word, index));
        match kind {
            0 => group.map(|group| group.name.as_str()),
            1 => group.map(|group| content.schema.categories[group.category as usize].name.as_str()),
            2 => word(Word::Feature),
            3 => word(Word::Arm),
            4 => word(Word::Reason),
            5 => word(Word::Verdict),
            6 => content.menu.arms.get(index).map(|arm| arm.id.as_str()),
            7 => REASON_CODES.get(index).copied(),
            8 => VERDICT_CODES.get(index).copied(),
            9 => word(Word::Disclosure),
            10 => content.program.features.get(index).map(|feature| feature.name.as_str()),
            11 => Some(content.card.as_str()),
            12 => attribute.map(|attribute| attribute.name.as_str()),
            13 => attribute.map(|attribute| if attribute.levels.is_empty() { "number" } else { "word" }),
            14 => word(Word::Change),
            #[cfg(feature = "full")]
            15..=19 => self.offer_text(kind, index),
            20 => self.error.as_ref().map(|error| match index {
                0 => error.code().name(),
                _ => error.part().map_or("", |part| PARTS[part as usize]),
            }),
            21 => content.schema.group_fields.get(index).map(|field| field.as_str()),
            _ => None,
        }
    }

    /// How many groups (0), features (2), arms (3), attributes (12) or fields of a group (21) the model has; whether it
    /// looks at more of a product than group and price (22), whether its menu has offers (23), and its version (24).
    #[inline(never)]
    pub(super) fn count(&self, kind: u32) -> f64 {
        let content = self.engine.content();
        let count = match kind {
            0 => content.schema.groups.len(),
            2 => content.program.features.len(),
            3 => content.menu.arms.len(),
            12 => content.program.tables.attributes.len(),
            21 => content.schema.group_fields.len(),
            22 => content.program.tells_products_apart() as usize,
            23 => !content.menu.is_plain() as usize,
            24 => return content.version as f64,
            _ => 0,
        };
        count as f64
    }
}
