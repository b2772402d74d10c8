//! Impossible prices, times, quantities and seeds: a typed refusal, or the base price with a reason.

use crate::fixture::*;
use crate::replay::everything;
use skonto::decision::Reason;
use skonto::engine::{Engine, Request, Terms};
use skonto::error::Code;
use skonto::event::{Event, EventKind, GroupId, Line, MAX_PROFILE_BYTES, Profile, Timestamp};

const NOW_MS: f64 = 1_511_179_200_000.0;

#[test]
fn refuses_prices_that_cannot_be() {
    for price in [f64::NAN, f64::INFINITY, -1.0, -0.5, 0.5, 1e308, 9_007_199_254_740_993.0] {
        assert_eq!(Request::new(Some(PIZZA), price, NOW_MS, 0.0).unwrap_err(), Reason::BadPrice, "{price}");
        assert_eq!(Line::new(None, price, 0.0, 1.0).unwrap_err().code(), Code::BadPrice, "{price}");
        assert_eq!(Line::new(None, 1.0, price, 1.0).unwrap_err().code(), Code::BadPrice, "{price}");
    }
}

#[test]
fn takes_minus_zero_as_zero() {
    let decision =
        engine().decide(&Profile::new(), &Request::new(Some(PIZZA), -0.0, NOW_MS, 0.0).unwrap(), &Terms::default());
    assert_eq!(decision.price.minor(), 0);
}

#[test]
fn refuses_times_that_cannot_be() {
    for time in [f64::NAN, f64::NEG_INFINITY, -1.0, 0.0, 1e300] {
        assert_eq!(Request::new(Some(PIZZA), 1.0, time, 0.0).unwrap_err(), Reason::BadTime, "{time}");
        assert_eq!(Timestamp::from_ms(time).unwrap_err().code(), Code::BadTime, "{time}");
    }
}

#[test]
fn refuses_quantities_and_kinds_that_cannot_be() {
    for quantity in [f64::NAN, 0.0, -3.0, 1e9] {
        assert_eq!(Line::new(None, 1.0, 0.0, quantity).unwrap_err().code(), Code::BadQuantity, "{quantity}");
    }
    assert_eq!(EventKind::new(15).unwrap_err().code(), Code::UnknownEvent);
    assert_eq!(EventKind::from_name("buy").unwrap_err().code(), Code::UnknownEvent);
}

#[test]
fn takes_any_seed() {
    for seed in [f64::NAN, f64::INFINITY, -5.0, 0.5, 1e300] {
        let asked = Request::new(Some(PIZZA), 399.0, NOW_MS, seed).unwrap();
        let decision = engine().decide(&Profile::new(), &asked, &Terms::default());
        assert!(decision.price <= decision.list);
    }
}

#[test]
fn decides_for_a_shopper_from_the_future_and_one_long_gone() {
    let engine = engine();
    let profile = regular(&engine);
    for now in [86_400_000.0, 4_000_000_000_000.0] {
        let asked = Request::new(Some(PIZZA), 399.0, now, 0.0).unwrap();
        let decision = engine.decide(&profile, &asked, &Terms::default());
        assert!(decision.outcomes().iter().all(|outcome| outcome.score.is_finite()));
    }
}

#[test]
fn says_what_limit_and_found() {
    let error = Engine::load(&[b'S', b'K', b'N', b'T', 9, 0]).unwrap_err();
    assert_eq!(error.to_string(), "format version: limit 2, found 9");
    assert!(error.is_bad_artefact());
}

#[test]
fn a_million_events_of_one_shopper_stay_one_small_profile() {
    let engine = engine();
    let mut profile = Profile::new();
    for count in 0..1_000_000u32 {
        let event = Event { transaction: count, ..purchase(PIZZA, 400 - count / 2_500) };
        let _ = engine.observe(&mut profile, &event);
    }
    let content = engine.content();
    assert!(profile.encode(&content.program).len() <= MAX_PROFILE_BYTES);
    let decision = engine.decide(&profile, &Request::new(Some(PIZZA), 399.0, NOW_MS, 0.0).unwrap(), &Terms::default());
    assert!(decision.price <= decision.list && decision.outcomes().iter().all(|outcome| outcome.score.is_finite()));
}

#[test]
fn a_hundred_thousand_items_brands_and_unknown_groups_stay_one_small_profile() {
    let (program, schema) = (everything::program(), everything::schema());
    let mut profile = Profile::new();
    for item in 1..=100_000u32 {
        let group = (item % 3 > 0).then(|| GroupId((item % everything::GROUPS as u32) as u16));
        let line = Line::new(group, 199.0, 0.0, 1.0).unwrap().of(item, item);
        let kind = EventKind::new((item % 15) as u8).unwrap();
        let time = Timestamp::from_seconds(1_600_000_000 + item * 40);
        profile.observe(&program, &Event { kind, time, transaction: item, query: None, lines: vec![line] }).unwrap();
    }
    let bytes = profile.encode(&program);
    assert!(bytes.len() <= MAX_PROFILE_BYTES);
    assert_eq!(Profile::decode(&bytes, &program, &schema).unwrap().encode(&program), bytes);
}
