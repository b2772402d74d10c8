//! The engine inside WebAssembly: the same bits and the same refusals as natively, through the crate's own types.
//!
//! Only what runs without training; the borders to JavaScript are tested where JavaScript is, in the npm package.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, reason = "a test is documented by its name")]

#[path = "replay/everything.rs"]
mod everything;
#[path = "replay/told.rs"]
mod told;

use skonto::artefact::Artefact;
use skonto::decision::{Decision, Reason};
use skonto::engine::{Engine, Request, Terms};
use skonto::error::Code;
use skonto::event::{Event, EventKind, GroupId, Line, Profile, Timestamp};
use skonto::model::Scorer;
use skonto::money::Money;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::{console_log, wasm_bindgen_test as test};

#[wasm_bindgen(module = "fs")]
extern "C" {
    #[wasm_bindgen(js_name = existsSync)]
    fn exists(path: &str) -> bool;
    #[wasm_bindgen(js_name = readFileSync)]
    fn read(path: &str) -> js_sys::Uint8Array;
}

/// 2017-11-20 12:00, a Monday.
const NOW: Timestamp = Timestamp::from_seconds(1_511_179_200);

fn engine() -> Engine {
    Engine::load(skonto::BUNDLED).unwrap()
}

fn decide(engine: &Engine, profile: &Profile, request: &Request) -> Decision {
    engine.decide(profile, request, &Terms::default())
}

fn ask(group: u16) -> Request<'static> {
    let list = Money::new(399).unwrap();
    Request { group: Some(GroupId(group)), list, now: NOW, seed: 7, ..Request::default() }
}

/// Bought a unit of that group, that many days before now.
fn purchase(group: u16, days: u32) -> Event {
    let line = Line::new(Some(GroupId(group)), 199.0, 20.0, 1.0).unwrap();
    let time = Timestamp::from_seconds(NOW.seconds() - days * 86_400);
    Event { kind: EventKind::PURCHASE, time, transaction: days, query: None, lines: vec![line] }
}

/// Who bought of the first group every week for ten weeks.
fn regular(engine: &Engine) -> Profile {
    let mut profile = Profile::new();
    (1..=10).rev().for_each(|week| engine.observe(&mut profile, &purchase(0, 7 * week)).unwrap());
    profile
}

#[test]
fn reproduces_the_golden_vectors_of_the_native_trainer() {
    let engine = engine();
    let content = engine.content();
    assert!(content.golden.len() >= 8);
    for golden in &content.golden {
        let profile = Profile::decode(&golden.profile, &content.program, &content.schema).unwrap();
        let list = Money::new(golden.price as i64).unwrap();
        let now = Timestamp::from_seconds(golden.now);
        let request = Request { group: Some(GroupId(golden.group)), list, now, ..Request::default() };
        assert_eq!(decide(&engine, &profile, &request).fingerprint(), golden.hash, "group {}", golden.group);
    }
}

#[test]
fn refuses_a_weight_changed_behind_the_golden_vectors() {
    let mut content = Artefact::decode(skonto::BUNDLED).unwrap().into_content();
    let Scorer::Linear(linear) = &mut content.model.scorer else { panic!("the bundled model is linear") };
    linear.bias.weight = f32::from_bits(linear.bias.weight.to_bits() ^ 1 << 12);
    let bytes = Artefact::new(content).unwrap().encode();
    assert_eq!(Engine::load(&bytes).unwrap_err().code(), Code::GoldenMismatch);
}

#[test]
fn refuses_every_truncation_and_every_flipped_bit() {
    let good = skonto::BUNDLED;
    for length in (0..good.len()).step_by(61) {
        assert!(Engine::load(&good[..length]).is_err(), "{length} bytes");
        let mut bytes = good.to_vec();
        bytes[length] ^= 4;
        assert!(Engine::load(&bytes).is_err(), "byte {length}");
    }
}

#[test]
fn knows_a_regular_shopper_again_after_a_round_trip() {
    let engine = engine();
    let content = engine.content();
    let profile = regular(&engine);
    let stored = profile.encode(&content.program);
    let again = Profile::decode(&stored, &content.program, &content.schema).unwrap();
    for group in 0..content.schema.groups.len() as u16 {
        assert_eq!(decide(&engine, &again, &ask(group)), decide(&engine, &profile, &ask(group)));
    }
    let stranger = decide(&engine, &Profile::new(), &ask(0));
    assert!(decide(&engine, &profile, &ask(0)).outcomes()[0].probability > stranger.outcomes()[0].probability);
}

#[test]
fn decides_the_same_for_the_same_question_and_never_above_the_list_price() {
    let engine = engine();
    let profile = regular(&engine);
    for group in 0..engine.content().schema.groups.len() as u16 {
        let decision = decide(&engine, &profile, &ask(group));
        assert_eq!(decision, decide(&engine, &profile, &ask(group)));
        assert!(decision.price.minor() >= 0 && decision.price <= decision.list);
        let propensities: f64 = decision.outcomes().iter().map(|outcome| outcome.propensity).sum();
        assert!((propensities - 1.0).abs() < 1e-12);
    }
}

#[test]
fn decides_base_price_with_a_reason_for_impossible_questions() {
    let engine = engine();
    let unknown = Request { group: None, ..ask(0) };
    assert_eq!(decide(&engine, &Profile::new(), &unknown).reason, Reason::UnknownGroup);
    let past_the_last = ask(u16::MAX);
    assert_eq!(decide(&engine, &Profile::new(), &past_the_last).reason, Reason::UnknownGroup);
    for bad in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
        assert_eq!(Request::new(None, bad, 1_511_179_200_000.0, 0.0).unwrap_err(), Reason::BadPrice, "{bad}");
        assert_eq!(Request::new(None, 1.0, bad, 0.0).unwrap_err(), Reason::BadTime, "{bad}");
        assert!(Request::new(None, 1.0, 1_511_179_200_000.0, bad).is_ok(), "any seed is a seed");
    }
}

#[test]
fn refuses_every_truncated_profile() {
    let engine = engine();
    let content = engine.content();
    let stored = regular(&engine).encode(&content.program);
    for length in 0..stored.len() {
        assert!(Profile::decode(&stored[..length], &content.program, &content.schema).is_err(), "{length} bytes");
    }
}

#[test]
fn comes_to_the_fingerprint_of_the_native_build() {
    assert_eq!(everything::fingerprint(everything::HISTORIES, everything::LENGTH), everything::FINGERPRINT);
}

#[test]
fn real_histories_come_to_the_bits_of_the_native_build() {
    for file in told::FILES {
        let path = format!("{}/{}/{file}", env!("CARGO_MANIFEST_DIR"), told::FOLDER);
        if !exists(&path) {
            console_log!("*** SKIPPED {file}: the native tests write it, where its data are ***");
            continue;
        }
        let bytes = read(&path).to_vec();
        let (histories, expected) = bytes.split_at(bytes.len() - 8);
        let expected = u64::from_le_bytes(expected.try_into().unwrap());
        assert_eq!(told::fingerprint(file, histories), expected, "{file}");
    }
}
