//! What is asked about, beyond a group and a price: the item, its brand, its name, and what the shop says.

use super::{BLOCK, Page};
use crate::event::id_number;
use crate::feature::MAX_ATTRIBUTES;
use crate::words::Meaning;
use wasm_bindgen::prelude::*;

/// Kept for the decisions that follow, as a page asks twice about one product more often than not.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) item: u32,
    pub(super) brand: u32,
    pub(super) name: Option<Meaning>,
    pub(super) attributes: [Option<f64>; MAX_ATTRIBUTES],
}

#[wasm_bindgen]
impl Page {
    /// The number that stands for an id: of an item, of a brand, of an attribute's word; 0 for none.
    pub fn number(&self, id: &str) -> f64 {
        id_number(id) as f64
    }

    /// Whether the model looks at more of a product than its group and price.
    pub fn tells_products_apart(&self) -> bool {
        self.engine.content().program.tells_products_apart()
    }

    /// The product that the following decisions are about. Its name, so many characters, is read from the input block
    /// and wiped there.
    pub fn product(&mut self, item: f64, brand: f64, characters: usize) {
        // A float-to-integer cast saturates and turns NaN into 0, which stands for none.
        (self.asked.item, self.asked.brand) = (item as u32, brand as u32);
        self.asked.name = self.read_text(characters);
    }

    /// What the shop says with the following decisions: so many numbers of the input block, in the order of the model's attributes;
    /// NaN for nothing.
    pub fn attributes(&mut self, count: usize) {
        for (place, told) in self.asked.attributes.iter_mut().zip(&self.input[..count.min(BLOCK)]) {
            *place = Some(*told);
        }
    }

    /// What a text in the input block is about. It comes as code points and not as a string: so it is never copied,
    /// and what is wiped here is gone.
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
