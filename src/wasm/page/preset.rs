//! The model that a page starts with. It is read and checked when the module is made (`pkg/preset.js`), and is in the image of
//! its memory from then on: no page has to do that again, nor to compile the code for it.

use crate::engine::Engine;
use spin::Mutex;
use wasm_bindgen::prelude::*;

static PRESET: Mutex<Option<Engine>> = Mutex::new(None);

/// Puts a model in, and says with which code it is refused, 0 for none. `pkg/preset.js` alone calls it.
#[wasm_bindgen]
pub fn preset(model: &[u8]) -> u8 {
    match Engine::load(model) {
        Ok(engine) => {
            *PRESET.lock() = Some(engine);
            0
        }
        Err(error) => error.code() as u8,
    }
}

/// The model, once; an instance has one page.
pub(super) fn take() -> Engine {
    let Some(engine) = PRESET.lock().take() else { panic!("a module without a model, or a second page in it") };
    engine
}
