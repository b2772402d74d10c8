//! The page border: flat numbers in two blocks of memory, words by number. `docs/page-border.md` is its table.

mod asked;
#[cfg(feature = "cart")]
mod cart;
mod events;
mod numbers;
mod words;

use crate::decision::{Decision, Reason};
use crate::engine::{Engine, Request, Terms};
use crate::error::{Error, Result};
use crate::event::{Line, Profile, Timestamp, hash32};
use crate::explain::Explanation;
use crate::money::{BasisPoints, Money};
use crate::words::Meaning;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use asked::Asked;
use wasm_bindgen::prelude::*;

/// Numbers in the input block.
const BLOCK: usize = 512;
/// Numbers in the output block.
const ANSWER: usize = 768;

/// An engine, one shopper's profile, and the blocks through which numbers pass.
#[wasm_bindgen]
pub struct Page {
    engine: Engine,
    profile: Profile,
    terms: Terms,
    staged: Vec<Line>,
    query: Option<Meaning>,
    asked: Asked,
    error: Option<Error>,
    input: Box<[f64; BLOCK]>,
    output: Box<[f64; ANSWER]>,
}

#[wasm_bindgen]
impl Page {
    /// The bundled model and an empty profile.
    #[wasm_bindgen(constructor)]
    pub fn new() -> core::result::Result<Page, String> {
        Ok(Page {
            engine: Engine::load(crate::BUNDLED).map_err(|error| error.to_string())?,
            profile: Profile::new(),
            terms: Terms::default(),
            staged: Vec::new(),
            query: None,
            asked: Asked::default(),
            error: None,
            input: Box::new([0.0; BLOCK]),
            output: Box::new([0.0; ANSWER]),
        })
    }

    /// Checks a newer model and swaps it in; 0, or an error code and the previous model stays.
    pub fn load(&mut self, bytes: &[u8]) -> u32 {
        let loaded = self.swap(bytes);
        self.answer(loaded)
    }

    fn swap(&mut self, bytes: &[u8]) -> Result<()> {
        let next = Engine::load(bytes)?;
        self.profile = self.engine.hand_over(&next, &self.profile)?;
        self.engine = next;
        // Another model has other words and other attributes.
        (self.query, self.asked) = (None, Asked::default());
        Ok(())
    }

    fn answer(&mut self, result: Result<()>) -> u32 {
        self.error = result.err();
        self.error.as_ref().map_or(0, |error| error.code() as u32)
    }

    /// The last error in words.
    pub fn error_text(&self) -> String {
        self.error.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    /// The last error's stable name.
    pub fn error_name(&self) -> String {
        self.error.as_ref().map_or("", |error| error.code().name()).into()
    }

    /// Where the input block lies in memory.
    pub fn input_ptr(&self) -> *const f64 {
        self.input.as_ptr()
    }

    /// Where the output block lies in memory.
    pub fn output_ptr(&self) -> *const f64 {
        self.output.as_ptr()
    }

    /// Decides for one product; the answer is in the output block, the reason is returned.
    pub fn decide(&mut self, group: i32, list_price: f64, now_ms: f64, seed: f64) -> u32 {
        self.engine.expect(1);
        let decision = match self.request(group, list_price, now_ms, seed) {
            Ok(request) => self.engine.decide(&self.profile, &request, &self.terms),
            Err(reason) => self.base(list_price, reason),
        };
        numbers::write_decision(&decision, &mut self.output[..]);
        decision.reason as u32
    }

    /// The model's own numbers for the arms, in the output block, without the rules of a decision; how many there are.
    pub fn score(&mut self, group: i32, list_price: f64, now_ms: f64) -> usize {
        self.engine.expect(1);
        let request = self.request(group, list_price, now_ms, 0.0).ok();
        let scores = request.and_then(|request| self.engine.score(&self.profile, &request)).unwrap_or_default();
        let arms = if request.is_some() { self.engine.content().menu.arms.len() } else { 0 };
        self.output[..arms].copy_from_slice(&scores[..arms]);
        arms
    }

    /// As [`decide`](Page::decide), and the explanation follows the arms in the output block.
    pub fn explain(&mut self, group: i32, list_price: f64, now_ms: f64, seed: f64) -> u32 {
        let explanation = match self.request(group, list_price, now_ms, seed) {
            Ok(request) => self.engine.explain(&self.profile, &request, &self.terms),
            Err(reason) => Explanation::bare(self.base(list_price, reason)),
        };
        numbers::write_explanation(&explanation, &mut self.output[..]);
        explanation.decision.reason as u32
    }

    fn request(&self, group: i32, price: f64, now: f64, seed: f64) -> core::result::Result<Request<'_>, Reason> {
        let group = u32::try_from(group).ok().and_then(|index| self.engine.content().schema.group_at(index));
        let Asked { item, brand, name, attributes } = &self.asked;
        let asked = Request::new(group, price, now, seed)?;
        Ok(Request { item: *item, brand: *brand, name: *name, attributes, ..asked })
    }

    fn base(&self, price: f64, reason: Reason) -> Decision {
        self.engine.base(Money::from_f64(price).unwrap_or_default(), reason)
    }

    /// Sets what-if terms: margin in basis points (−1: the model's), λ (−1: the model's), 0 or 1, holdout key ("": none).
    pub fn terms(&mut self, margin: f64, budget_price: f64, personalised: bool, shopper: &str) {
        self.terms = Terms {
            margin: if margin >= 0.0 { BasisPoints::new(margin.min(10_000.0) as u16).ok() } else { None },
            budget_price: Some(budget_price).filter(|price| *price >= 0.0),
            personalised,
            shopper: if shopper.is_empty() { None } else { Some(hash32(shopper)) },
        };
    }

    /// The profile's bytes, to be kept by the page.
    pub fn profile(&self) -> Vec<u8> {
        self.profile.encode(&self.engine.content().program)
    }

    /// The profile to look at: trips, days since the last event (NaN: none), then per group its number and its counters.
    ///
    /// Per group: purchases, purchases on offer, days since the last; NaN where the program keeps no such counter.
    pub fn profile_numbers(&self, now_ms: f64) -> Vec<f64> {
        let now = Timestamp::from_ms(now_ms).unwrap_or_default();
        self.profile.numbers(&self.engine.content().program, now)
    }

    /// Takes back what [`profile`](Page::profile) gave; 0, or an error code and nothing changed.
    pub fn restore(&mut self, bytes: &[u8]) -> u32 {
        let content = self.engine.content();
        let restored = Profile::decode(bytes, &content.program, &content.schema);
        let result = restored.map(|profile| self.profile = profile);
        self.answer(result)
    }

    /// Forgets the shopper.
    pub fn forget(&mut self) {
        self.profile = Profile::new();
        self.query = None;
    }
}
