//! Events to counters to features.

use crate::fixture::*;
use proptest::prelude::*;
use skonto::error::Code;
use skonto::event::{Event, EventKind, Line, MAX_PROFILE_BYTES, Profile, Timestamp};
use skonto::feature::{Context, Counter, CounterSet, Window, extract};

fn features(profile: &Profile) -> Vec<Option<f64>> {
    let engine = engine();
    let content = engine.content();
    let vector = extract(&content.program, &content.schema, profile, &Context::of_group(PIZZA, NOW));
    (0..vector.len()).map(|index| vector.get(index)).collect()
}

#[test]
fn halves_a_count_after_one_half_life() {
    let engine = engine();
    let mut profile = Profile::new();
    engine.observe(&mut profile, &purchase(PIZZA, 100)).unwrap();
    let trips = profile.shopper_value(&engine.content().program, 0, NOW).unwrap();
    assert!((trips - 0.5).abs() < 1e-7, "{trips}");
}

#[test]
fn knows_nothing_of_a_new_shopper_but_the_base_rate() {
    let [rate, days_since, trips, weekend] = features(&Profile::new())[..] else { panic!() };
    let base_rate = 0.1f32 as f64;
    assert!((rate.unwrap() - (base_rate / (1.0 - base_rate)).ln()).abs() < 1e-9);
    assert_eq!(days_since, None, "missing is missing, not zero");
    assert_eq!((trips, weekend), (Some(0.0), Some(0.0)));
}

#[test]
fn counts_days_since_the_last_purchase_of_the_group_only() {
    let engine = engine();
    let mut profile = Profile::new();
    engine.observe(&mut profile, &purchase(PIZZA, 9)).unwrap();
    engine.observe(&mut profile, &purchase(MILK, 2)).unwrap();
    assert!((features(&profile)[1].unwrap() - 10f64.ln()).abs() < 1e-12);
}

#[test]
fn takes_a_late_event_at_its_own_age() {
    let engine = engine();
    let (mut in_order, mut late) = (Profile::new(), Profile::new());
    for days in [30, 10, 3] {
        engine.observe(&mut in_order, &purchase(PIZZA, days)).unwrap();
    }
    for days in [3, 30, 10] {
        engine.observe(&mut late, &purchase(PIZZA, days)).unwrap();
    }
    for (a, b) in features(&in_order).iter().zip(features(&late)) {
        assert!((a.unwrap() - b.unwrap()).abs() < 1e-5);
    }
    assert_eq!(in_order.first(), late.first());
}

#[test]
fn counts_a_purchase_told_twice_once() {
    let engine = engine();
    let mut profile = Profile::new();
    let event = Event { transaction: 42, ..purchase(PIZZA, 3) };
    engine.observe(&mut profile, &event).unwrap();
    let before = profile.clone();
    let error = engine.observe(&mut profile, &event).unwrap_err();
    assert_eq!(error.code(), Code::DuplicateEvent);
    assert_eq!(profile, before, "a refused event changes nothing");
}

#[test]
fn takes_ten_thousand_events_within_one_second() {
    let engine = engine();
    let mut profile = Profile::new();
    for transaction in 1..=10_000 {
        engine.observe(&mut profile, &Event { transaction, ..purchase(PIZZA, 1) }).unwrap();
    }
    let trips = profile.shopper_value(&engine.content().program, 0, NOW).unwrap();
    assert!(trips > 9_900.0 && trips.is_finite());
    assert!(profile.encode(&engine.content().program).len() <= MAX_PROFILE_BYTES);
}

#[test]
fn refuses_a_profile_kept_for_other_counters() {
    let engine = engine();
    let other = engine_with(|content| {
        let mut counters = content.program.shopper.counters().to_vec();
        counters[0].window = Window::HalfLife(50.0);
        content.program.shopper = CounterSet::new(counters);
    });
    let bytes = regular(&engine).encode(&engine.content().program);
    let error = Profile::decode(&bytes, &other.content().program, &other.content().schema).unwrap_err();
    assert_eq!(error.code(), Code::ForeignProfile);
}

#[test]
fn refuses_a_stored_count_that_is_not_a_number() {
    let engine = engine();
    let content = engine.content();
    let mut bytes = regular(&engine).encode(&content.program);
    let first_counter = 4 + 8 + 1;
    bytes[first_counter..first_counter + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(Profile::decode(&bytes, &content.program, &content.schema).unwrap_err().code(), Code::NotFinite);
}

#[test]
fn shows_the_counts_of_the_longest_memory() {
    let engine = engine_with(|content| {
        let mut counters = content.program.shopper.counters().to_vec();
        counters.insert(0, Counter { window: Window::HalfLife(1.0), ..counters[0] });
        content.program.shopper = CounterSet::new(counters);
        content.program.features.truncate(0);
        let skonto::model::Scorer::Linear(linear) = &mut content.model.scorer else { return };
        linear.terms.clear();
        content.locales.iter_mut().for_each(|locale| drop(locale.features.drain(..4)));
    });
    let mut profile = Profile::new();
    engine.observe(&mut profile, &purchase(PIZZA, 100)).unwrap();
    let numbers = profile.numbers(&engine.content().program, NOW);
    assert!((numbers[0] - 0.5).abs() < 1e-7, "half of one trip after the longer half-life, not 2^-100");
    assert_eq!(numbers[2..], [PIZZA.0 as f64, numbers[3], numbers[4], 100.0]);
}

fn any_event() -> impl Strategy<Value = Event> {
    let line = (0u16..4, 1i64..5_000, 0i64..500, 1u32..20).prop_map(|(group, net, discount, quantity)| {
        let group = engine().content().schema.group_at(group as u32);
        Line::new(group, net as f64, discount as f64, quantity as f64).unwrap()
    });
    let seconds = NOW.seconds() - 10_000_000..NOW.seconds();
    (0u8..15, seconds, 0u32..30, prop::collection::vec(line, 0..8)).prop_map(|(kind, seconds, transaction, lines)| {
        let kind = EventKind::new(kind).unwrap();
        Event { kind, time: Timestamp::from_seconds(seconds), transaction, query: None, lines }
    })
}

proptest! {
    #[test]
    fn survives_storage_bit_for_bit_at_any_point(events in prop::collection::vec(any_event(), 0..60), cut in 0usize..60) {
        let engine = engine();
        let content = engine.content();
        let (mut whole, mut pieces) = (Profile::new(), Profile::new());
        for (index, event) in events.iter().enumerate() {
            if index == cut {
                pieces = Profile::decode(&pieces.encode(&content.program), &content.program, &content.schema).unwrap();
            }
            prop_assert_eq!(engine.observe(&mut whole, event), engine.observe(&mut pieces, event));
        }
        prop_assert_eq!(whole.encode(&content.program), pieces.encode(&content.program));
        let bits = |profile: &Profile| features(profile).iter().map(|v| v.map(f64::to_bits)).collect::<Vec<_>>();
        prop_assert_eq!(bits(&whole), bits(&pieces));
    }

    #[test]
    fn any_history_fits_in_four_kibibytes_and_scores_finite(events in prop::collection::vec(any_event(), 0..200)) {
        let engine = engine();
        let mut profile = Profile::new();
        for event in &events {
            let _ = engine.observe(&mut profile, event);
        }
        prop_assert!(profile.encode(&engine.content().program).len() <= MAX_PROFILE_BYTES);
        prop_assert!(features(&profile).iter().flatten().all(|value| value.is_finite()));
    }
}

#[test]
fn refuses_a_profile_that_ends_early_wherever_it_does() {
    let engine = engine();
    let content = engine.content();
    let stored = regular(&engine).encode(&content.program);
    for length in 0..stored.len() {
        let read = Profile::decode(&stored[..length], &content.program, &content.schema);
        assert!(read.is_err(), "{length} of {} bytes", stored.len());
    }
}
