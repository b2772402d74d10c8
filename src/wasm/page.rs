//! The page border: flat numbers in blocks of memory, words by number. `docs/page-border.md` is its table.
//!
//! All calls go through one function of numbers. As functions of their own, with texts as arguments, they weighed more than
//! a model and its features together.

mod asked;
#[cfg(feature = "full")]
mod cart;
mod events;
mod kept;
mod numbers;
mod words;

use crate::decision::{Decision, Reason};
use crate::engine::{Engine, OF_EXPLANATION, Request, Terms};
use crate::error::{Error, Result};
use crate::event::{Line, Profile, hash32};
use crate::explain::Explanation;
use crate::money::{BasisPoints, Money};
use crate::words::Meaning;
use alloc::boxed::Box;
use alloc::vec::Vec;
use asked::Asked;
use spin::Mutex;
use wasm_bindgen::prelude::*;

/// Numbers in the input block.
const BLOCK: usize = 512;

/// The one page of an instance. It is made when the module is (`pkg/preset.js`), its model read and checked, and is in the image
/// of the module's memory from then on: no shopper's browser has to do that again, nor to compile the code for it.
static PAGE: Mutex<Option<Page>> = Mutex::new(None);

/// Makes the page, and says with which code its model is refused, 0 for none. `pkg/preset.js` alone calls it.
#[wasm_bindgen]
pub fn preset(model: &[u8]) -> u8 {
    match Engine::load(model) {
        Ok(engine) => {
            *PAGE.lock() = Some(Page::new(engine));
            0
        }
        Err(error) => error.code() as u8,
    }
}

/// Where five numbers lie that say where all else lies.
#[wasm_bindgen]
pub fn places() -> *const usize {
    on_page(|page| page.places.as_ptr())
}

/// The call of that number; what it takes and gives, the table says.
#[wasm_bindgen]
pub fn call(call: u32, a: f64, b: f64, c: f64, d: f64) -> f64 {
    on_page(|page| page.call(call, a, b, c, d))
}

fn on_page<T>(work: impl FnOnce(&mut Page) -> T) -> T {
    match &mut *PAGE.lock() {
        Some(page) => work(page),
        None => panic!("a module without a model"),
    }
}

/// An engine, one shopper's profile, and the blocks through which numbers pass.
struct Page {
    engine: Engine,
    profile: Profile,
    terms: Terms,
    staged: Vec<Line>,
    query: Option<Meaning>,
    asked: Asked,
    error: Option<Error>,
    input: Box<[f64; BLOCK]>,
    /// A text or a file on its way in or out.
    bytes: Vec<u8>,
    /// The numbers of the last answer.
    output: Vec<f64>,
    /// Where the input block lies; where the bytes lie and how many they are; the same of the output.
    places: Box<[usize; 5]>,
}

// Most of what a call does is a function of its own, not inlined: a browser compiles a function when it is first called.
impl Page {
    fn new(engine: Engine) -> Page {
        let mut page = Page {
            engine,
            profile: Profile::new(),
            terms: Terms::default(),
            staged: Vec::new(),
            query: None,
            asked: Asked::default(),
            error: None,
            input: Box::new([0.0; BLOCK]),
            bytes: Vec::new(),
            output: Vec::new(),
            places: Box::default(),
        };
        page.tell_places();
        page
    }

    fn call(&mut self, call: u32, a: f64, b: f64, c: f64, d: f64) -> f64 {
        // A float-to-integer cast saturates and turns NaN into 0.
        let answer = match call {
            0 => self.make_room(a as usize),
            1 => self.code(Page::load),
            2 => self.code(Page::restore),
            3 => self.keep(),
            4 => self.forget(),
            5 => self.tell_text(a as u32, b as usize, c as usize),
            6 => self.count(a as u32),
            7 => self.group(),
            8 => self.number(),
            9 => self.set_terms(a, b, c > 0.0),
            10 => self.product(a as u32, b as u32, c as usize),
            11 => self.attributes(a as usize),
            12 => self.code(|page| page.stage(a as usize)),
            13 => self.search(a as usize),
            14 => self.code(|page| page.observe(a as u8, b)),
            15 => self.decide(a, b, c, d),
            16 => self.explain(a, b, c, d),
            17 => self.tell_profile(a),
            #[cfg(feature = "full")]
            18 => self.cart(a, b),
            19 => self.score(a, b, c),
            _ => 0.0,
        };
        self.tell_places();
        answer
    }

    fn tell_places(&mut self) {
        let bytes = [self.bytes.as_ptr() as usize, self.bytes.len()];
        let output = [self.output.as_ptr() as usize, self.output.len()];
        *self.places = [self.input.as_ptr() as usize, bytes[0], bytes[1], output[0], output[1]];
    }

    /// Bytes for JavaScript to write to before the call that reads them.
    fn make_room(&mut self, length: usize) -> f64 {
        self.bytes.clear();
        self.bytes.resize(length, 0);
        0.0
    }

    /// What was written, which is wiped: it may name a shopper or what one looks for.
    fn read<T>(&mut self, read: impl FnOnce(&Page, &[u8]) -> T) -> T {
        let mut bytes = core::mem::take(&mut self.bytes);
        let told = read(self, &bytes);
        bytes.fill(0);
        bytes.clear();
        self.bytes = bytes;
        told
    }

    /// As [`read`](Page::read), a text.
    fn read_words<T>(&mut self, read: impl FnOnce(&Page, &str) -> T) -> T {
        self.read(|page, bytes| read(page, core::str::from_utf8(bytes).unwrap_or_default()))
    }

    fn code(&mut self, call: impl FnOnce(&mut Page) -> Result<()>) -> f64 {
        self.error = call(self).err();
        self.error.as_ref().map_or(0.0, |error| error.code() as u8 as f64)
    }

    #[inline(never)]
    fn decide(&mut self, group: f64, list_price: f64, now_ms: f64, seed: f64) -> f64 {
        self.engine.expect(1);
        let decision = match self.request(group, list_price, now_ms, seed) {
            Ok(request) => self.engine.decide(&self.profile, &request, &self.terms),
            Err(reason) => self.base(list_price, reason),
        };
        self.output.clear();
        numbers::write_decision(&decision, &mut self.output);
        decision.reason as u8 as f64
    }

    /// The model's own numbers for the arms, without the rules of a decision; says how many there are.
    #[inline(never)]
    fn score(&mut self, group: f64, list_price: f64, now_ms: f64) -> f64 {
        self.engine.expect(1);
        self.output.clear();
        let request = self.request(group, list_price, now_ms, 0.0).ok();
        if let Some(scores) = request.and_then(|request| self.engine.score(&self.profile, &request)) {
            self.output.extend(&scores[..self.engine.content().menu.arms.len()]);
        }
        self.output.len() as f64
    }

    #[inline(never)]
    fn explain(&mut self, group: f64, list_price: f64, now_ms: f64, seed: f64) -> f64 {
        self.engine.expect(OF_EXPLANATION);
        let explanation = match self.request(group, list_price, now_ms, seed) {
            Ok(request) => self.engine.explain(&self.profile, &request, &self.terms),
            Err(reason) => Explanation::bare(self.base(list_price, reason)),
        };
        self.output.clear();
        numbers::write_explanation(&explanation, &mut self.output);
        explanation.decision.reason as u8 as f64
    }

    fn request(&self, group: f64, price: f64, now: f64, seed: f64) -> core::result::Result<Request<'_>, Reason> {
        let group = Some(group).filter(|group| *group >= 0.0);
        let group = group.and_then(|group| self.engine.content().schema.group_at(group as u32));
        let Asked { item, brand, name, attributes } = &self.asked;
        let asked = Request::new(group, price, now, seed)?;
        Ok(Request { item: *item, brand: *brand, name: *name, attributes, ..asked })
    }

    fn base(&self, price: f64, reason: Reason) -> Decision {
        self.engine.base(Money::from_f64(price).unwrap_or_default(), reason)
    }

    /// What-if terms: margin in basis points (−1: the model's), λ (−1: the model's); the holdout key is in the bytes.
    #[inline(never)]
    fn set_terms(&mut self, margin: f64, budget_price: f64, personalised: bool) -> f64 {
        self.terms = Terms {
            margin: if margin >= 0.0 { BasisPoints::new(margin.min(10_000.0) as u16).ok() } else { None },
            budget_price: Some(budget_price).filter(|price| *price >= 0.0),
            personalised,
            shopper: self.read_words(|_, shopper| if shopper.is_empty() { None } else { Some(hash32(shopper)) }),
        };
        0.0
    }
}
