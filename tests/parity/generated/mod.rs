//! A million cases that every engine can make for itself from their numbers, and one hash over what is decided of them.
//!
//! Half are asked of the grocery model, whose first cases are the recorded ones, half of a forest that is grown by drawing. Every
//! number of every decision is hashed, and of every thousandth also its reasons.

pub mod draws;
pub mod forest;
pub mod hash;
pub mod question;

use super::cases::Case;
use hash::Hash;
use question::Question;
use skonto::decision::Decision;
use skonto::engine::{Engine, Request};
use skonto::event::Profile;
use skonto::explain::Explanation;
use skonto::money::Money;

/// Every so many cases, reasons are asked for.
const EXPLAINED: u32 = 1_000;

/// The hash of every `chunk` of so many cases of the grocery model.
pub fn grocery(engine: &Engine, recorded: &[Case], cases: u32, chunk: u32) -> Vec<Hash> {
    let groups = engine.content().schema.groups.len() as u32;
    let ask = |case| question::grocery(recorded, groups, case);
    hashes(cases, chunk, |case, hash| decide(engine, recorded, case, &ask(case), hash))
}

/// The same of the forest.
pub fn forest(engine: &Engine, cases: u32, chunk: u32) -> Vec<Hash> {
    hashes(cases, chunk, |case, hash| decide(engine, &[], case, &question::forest(case), hash))
}

/// One hash of many.
pub fn joined<'a>(hashes: impl IntoIterator<Item = &'a Hash>) -> Hash {
    let mut all = Hash::default();
    hashes.into_iter().for_each(|hash| all.join(*hash));
    all
}

fn hashes(cases: u32, chunk: u32, decide: impl Fn(u32, &mut Hash)) -> Vec<Hash> {
    let chunks = (0..cases).step_by(chunk as usize);
    let hash_of = |start: u32| {
        let mut hash = Hash::default();
        (start..cases.min(start + chunk)).for_each(|case| decide(case, &mut hash));
        hash
    };
    chunks.map(hash_of).collect()
}

fn decide(engine: &Engine, recorded: &[Case], case: u32, question: &Question, hash: &mut Hash) {
    let stranger = Profile::new();
    let profile = question.profile.map_or(&stranger, |index| &recorded[index].profile);
    let attributes: Vec<Option<f64>> = question.attributes.iter().copied().map(Some).collect();
    match case.is_multiple_of(EXPLAINED) {
        true => hash.explanation(&explain(engine, profile, &attributes, question)),
        false => hash.decision(&answer(engine, profile, &attributes, question)),
    }
}

/// As the page does it.
fn answer(engine: &Engine, profile: &Profile, attributes: &[Option<f64>], question: &Question) -> Decision {
    match request(engine, attributes, question) {
        Ok(request) => engine.decide(profile, &request, &question.terms),
        Err(base) => base,
    }
}

fn explain(engine: &Engine, profile: &Profile, attributes: &[Option<f64>], question: &Question) -> Explanation {
    match request(engine, attributes, question) {
        Ok(request) => engine.explain(profile, &request, &question.terms),
        Err(base) => Explanation::bare(base),
    }
}

fn request<'a>(engine: &Engine, attributes: &'a [Option<f64>], question: &Question) -> Result<Request<'a>, Decision> {
    let Question { group, price, now_ms, seed, .. } = *question;
    let group = u32::try_from(group).ok().and_then(|index| engine.content().schema.group_at(index));
    match Request::new(group, price, now_ms, seed) {
        Ok(request) => Ok(Request { attributes, ..request }),
        Err(reason) => Err(engine.base(Money::from_f64(price).unwrap_or_default(), reason)),
    }
}
