//! What is asked about, beyond a group and a price: the item, its brand, its name, and what the shop says.

use super::{BLOCK, Page};
use crate::event::id_number;
use crate::feature::MAX_ATTRIBUTES;
use crate::words::Meaning;

/// Kept for the decisions that follow, as a page asks twice about one product more often than not.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) item: u32,
    pub(super) brand: u32,
    pub(super) name: Option<Meaning>,
    pub(super) attributes: [Option<f64>; MAX_ATTRIBUTES],
}

impl Page {
    /// The number that stands for an id: of an item, of a brand, of an attribute's word; 0 for none.
    pub(super) fn number(&mut self) -> f64 {
        self.read_words(|_, id| id_number(id) as f64)
    }

    /// The product that the following decisions are about. Its name, so many characters, is read from the input block
    /// and wiped there.
    pub(super) fn product(&mut self, item: u32, brand: u32, characters: usize) -> f64 {
        (self.asked.item, self.asked.brand) = (item, brand);
        self.asked.name = self.read_text(characters);
        0.0
    }

    /// What the shop says with the following decisions: so many numbers of the input block, in the order of the model's attributes;
    /// NaN for nothing.
    pub(super) fn attributes(&mut self, count: usize) -> f64 {
        for (place, told) in self.asked.attributes.iter_mut().zip(&self.input[..count.min(BLOCK)]) {
            *place = Some(*told);
        }
        0.0
    }

    /// What a text in the input block is about. It comes as code points and not as a string: so it is never copied,
    /// and what is wiped here is gone.
    #[inline(never)]
    pub(super) fn read_text(&mut self, characters: usize) -> Option<Meaning> {
        let text = &mut self.input[..characters.min(BLOCK)];
        let words = self.engine.content().program.tables.words.as_ref();
        // No character, such as half a surrogate pair, is as good as a space: both end a word.
        let told = text.iter().map(|point| char::from_u32(*point as u32).unwrap_or(' '));
        let meaning = words.and_then(|words| words.embed_characters(told));
        text.fill(0.0);
        meaning
    }
}
