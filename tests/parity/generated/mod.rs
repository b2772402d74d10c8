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
use skonto::decision::{Decision, Reason};
use skonto::engine::{Engine, Request};
use skonto::event::Profile;
use skonto::explain::Explanation;
use skonto::money::Money;
use std::ops::Range;

/// Every so many cases, reasons are asked for.
const EXPLAINED: u32 = 1_000;

/// The hash of every `chunk` of these cases of the grocery model.
pub fn grocery(engine: &Engine, recorded: &[Case], cases: Range<u32>, chunk: u32) -> Vec<String> {
    let groups = engine.content().schema.groups.len() as u32;
    let ask = |case| question::grocery(recorded, groups, case);
    hashes(cases, chunk, |case, hash| decide(engine, recorded, case, &ask(case), hash))
}

/// The same of the forest.
pub fn forest(engine: &Engine, cases: Range<u32>, chunk: u32) -> Vec<String> {
    hashes(cases, chunk, |case, hash| decide(engine, &[], case, &question::forest(case), hash))
}

fn hashes(cases: Range<u32>, chunk: u32, decide: impl Fn(u32, &mut Hash)) -> Vec<String> {
    let hash_of = |start: u32| {
        let mut hash = Hash::default();
        (start..cases.end.min(start + chunk)).for_each(|case| decide(case, &mut hash));
        hash.text()
    };
    cases.clone().step_by(chunk as usize).map(hash_of).collect()
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
        Err(reason) => base(engine, question, reason),
    }
}

fn explain(engine: &Engine, profile: &Profile, attributes: &[Option<f64>], question: &Question) -> Explanation {
    match request(engine, attributes, question) {
        Ok(request) => engine.explain(profile, &request, &question.terms),
        Err(reason) => Explanation::bare(base(engine, question, reason)),
    }
}

fn base(engine: &Engine, question: &Question, reason: Reason) -> Decision {
    engine.base(Money::from_f64(question.price).unwrap_or_default(), reason)
}

fn request<'a>(engine: &Engine, attributes: &'a [Option<f64>], question: &Question) -> Result<Request<'a>, Reason> {
    let Question { group, price, now_ms, seed, .. } = *question;
    let group = u32::try_from(group).ok().and_then(|index| engine.content().schema.group_at(index));
    Ok(Request { attributes, ..Request::new(group, price, now_ms, seed)? })
}
