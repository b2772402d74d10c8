//! Menu, guard, money, reasons and propensities.

use crate::fixture::*;
use proptest::prelude::*;
use skonto::decision::{Decision, Reason, Verdict};
use skonto::engine::{Engine, Request, Terms};
use skonto::event::{Event, EventKind, GroupId, Line, Profile, Timestamp};

fn request(group: GroupId, price: f64) -> Request<'static> {
    Request::new(Some(group), price, NOW.seconds() as f64 * 1000.0, 1.0).unwrap()
}

fn decide(engine: &Engine, group: GroupId, terms: &Terms) -> Decision {
    engine.decide(&regular(engine), &request(group, 399.0), terms)
}

#[track_caller]
fn check(decision: &Decision, arm: usize, reason: Reason) {
    assert_eq!((decision.arm, decision.reason), (arm, reason));
    assert_eq!(decision.price.minor() + decision.discount.minor(), decision.list.minor());
}

#[test]
fn offers_what_earns_most_where_shoppers_respond() {
    // Pizza: slope 1 + 2 + 5 + 0.5·z; at 50 % margin the gain per unit depth is positive up to a deep arm.
    let terms = Terms { margin: Some(basis(5_000)), ..Terms::default() };
    let decision = decide(&engine(), PIZZA, &terms);
    assert_eq!(decision.reason, Reason::BestProfit);
    let gains: Vec<f64> = decision.outcomes().iter().map(|outcome| outcome.gain).collect();
    let best = (0..6).max_by(|a, b| gains[*a].total_cmp(&gains[*b])).unwrap();
    assert_eq!(decision.arm, if best == 5 { 5 } else { best });
    assert!(gains[decision.arm] > 0.0);
}

#[test]
fn offers_nothing_where_shoppers_do_not_respond() {
    check(&decide(&engine(), MILK, &Terms::default()), 0, Reason::NoneEarnsMost);
}

#[test]
fn offers_nothing_where_training_saw_no_discounts() {
    let decision = decide(&engine(), SOUP, &Terms { margin: Some(basis(9_000)), ..Terms::default() });
    check(&decision, 0, Reason::NotEnoughEvidence);
    assert!(decision.outcomes()[1..].iter().all(|outcome| outcome.verdict == Verdict::NotEnoughEvidence));
}

#[test]
fn never_discounts_an_arm_without_evidence() {
    let terms = Terms { margin: Some(basis(9_900)), ..Terms::default() };
    let decision = decide(&engine(), PIZZA, &terms);
    assert_eq!(decision.outcomes()[5].verdict, Verdict::NotEnoughEvidence);
    assert_eq!(decision.outcomes()[5].propensity, 0.0);
    assert!(decision.arm < 5);
}

#[test]
fn never_discounts_below_the_margin_floor() {
    let engine = engine_with(|content| content.menu.guard.floor_margin = basis(3_500));
    let decision = decide(&engine, PIZZA, &Terms { margin: Some(basis(5_000)), ..Terms::default() });
    let verdicts: Vec<Verdict> = decision.outcomes().iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts[4], Verdict::BelowFloor, "80 % left, 50 % is cost, 35 % must stay");
    assert!(decision.depth <= basis(1_500));
    let all = engine_with(|content| content.menu.guard.floor_margin = basis(3_000));
    check(&decide(&all, PIZZA, &Terms::default()), 0, Reason::BelowFloor);
}

#[test]
fn never_goes_deeper_than_the_cap() {
    let engine = engine_with(|content| content.menu.guard.max_discount = basis(700));
    let decision = decide(&engine, PIZZA, &Terms { margin: Some(basis(6_000)), ..Terms::default() });
    check(&decision, 1, Reason::BestProfit);
    assert_eq!(decision.outcomes()[2].verdict, Verdict::OverCap);
}

#[test]
fn a_dearer_budget_buys_no_deeper_offer() {
    let engine = engine();
    let spend = |price| {
        let terms = Terms { margin: Some(basis(6_000)), budget_price: Some(price), ..Terms::default() };
        let decision = decide(&engine, PIZZA, &terms);
        decision.outcomes()[decision.arm].cost
    };
    let spends: Vec<f64> = [0.0, 0.2, 0.5, 1.0, 3.0].map(spend).to_vec();
    assert!(spends.windows(2).all(|pair| pair[1] <= pair[0]), "{spends:?}");
    assert_eq!(spends[4], 0.0);
}

#[test]
fn decides_base_price_for_an_unknown_group() {
    let request = Request { group: None, ..request(PIZZA, 399.0) };
    check(&engine().decide(&Profile::new(), &request, &Terms::default()), 0, Reason::UnknownGroup);
}

#[test]
fn decides_base_price_when_switched_off() {
    let engine = engine_with(|content| content.menu.guard.switched_off = true);
    check(&decide(&engine, PIZZA, &Terms::default()), 0, Reason::SwitchedOff);
}

#[test]
fn holds_out_the_stated_share_of_shoppers_for_good() {
    let engine = engine_with(|content| content.menu.guard.holdout = basis(1_000));
    let held = |shopper| {
        let terms = Terms { shopper: Some(shopper), ..Terms::default() };
        decide(&engine, PIZZA, &terms).reason == Reason::Holdout
    };
    let shoppers: Vec<u32> = (0..2_000).filter(|shopper| held(*shopper)).collect();
    assert!((150..250).contains(&shoppers.len()), "{}", shoppers.len());
    assert!(shoppers.iter().all(|shopper| held(*shopper)));
}

#[test]
fn treats_an_opted_out_shopper_as_one_of_whom_nothing_is_known() {
    let engine = engine();
    let terms = Terms { personalised: false, ..Terms::default() };
    let opted_out = decide(&engine, PIZZA, &terms);
    let unknown = engine.decide(&Profile::new(), &request(PIZZA, 399.0), &Terms::default());
    assert_eq!(opted_out.fingerprint(), unknown.fingerprint());
}

/// What GA4 tells when a product is put into the cart with 10 % off.
fn add_with_offer(minutes_ago: u32) -> Event {
    let line = Line::new(Some(PIZZA), 359.0, 40.0, 1.0).unwrap();
    let time = Timestamp::from_seconds(NOW.seconds() - 60 * minutes_ago);
    Event { kind: EventKind::ADD_TO_CART, time, transaction: 0, query: None, lines: vec![line] }
}

#[test]
fn keeps_a_promised_offer_until_it_expires() {
    let engine = engine();
    let low = Terms { margin: Some(basis(1_500)), ..Terms::default() };
    let mut profile = regular(&engine);
    let ask = |profile: &Profile| engine.decide(profile, &request(PIZZA, 399.0), &low);
    assert_eq!(ask(&profile).arm, 0, "at 15 % margin nothing is worth offering");
    engine.observe(&mut profile, &add_with_offer(59)).unwrap();
    check(&ask(&profile), 2, Reason::Promised);
    assert_eq!(ask(&profile).outcomes()[2].propensity, 1.0);
    let mut expired = regular(&engine);
    engine.observe(&mut expired, &add_with_offer(61)).unwrap();
    assert_eq!(ask(&expired).arm, 0);
}

#[test]
fn forgets_a_promise_once_bought_or_removed() {
    let engine = engine();
    for kind in [EventKind::PURCHASE, EventKind::REMOVE_FROM_CART] {
        let mut profile = regular(&engine);
        engine.observe(&mut profile, &add_with_offer(5)).unwrap();
        engine.observe(&mut profile, &Event { kind, ..add_with_offer(1) }).unwrap();
        assert_ne!(decide(&engine, PIZZA, &Terms::default()).reason, Reason::Promised);
        assert_eq!(profile.promised(PIZZA, NOW, 60), None);
    }
}

#[test]
fn explores_as_often_as_it_says() {
    let engine = engine_with(|content| content.menu.exploration = 0.25);
    let profile = regular(&engine);
    let mut drawn = [0u32; 6];
    let mut propensities = [0.0; 6];
    for seed in 0..20_000 {
        let decision = engine.decide(&profile, &Request { seed, ..request(PIZZA, 399.0) }, &Terms::default());
        drawn[decision.arm] += 1;
        propensities = std::array::from_fn(|arm| decision.outcomes()[arm].propensity);
        let explored = decision.outcomes()[decision.arm].propensity < 0.5;
        assert_eq!(decision.reason == Reason::Explored, explored);
    }
    for (count, propensity) in drawn.iter().zip(propensities) {
        let deviation = (20_000.0 * propensity * (1.0 - propensity)).sqrt();
        assert!((*count as f64 - 20_000.0 * propensity).abs() < 4.0 * deviation + 1.0, "{count} {propensity}");
    }
    assert_eq!(drawn[5], 0, "exploration stays within the guardrails");
}

#[test]
fn rounds_a_discount_half_up() {
    for (list, points, discount) in [(199, 1_000, 20), (5, 1_000, 1), (4, 1_000, 0), (0, 3_000, 0), (399, 1_500, 60)] {
        let list = skonto::money::Money::new(list).unwrap();
        assert_eq!(list.discount(basis(points)).minor(), discount, "{list:?} {points}");
    }
}

proptest! {
    #[test]
    fn price_stays_within_zero_and_list(
        price in 0i64..2_000_000_000, margin in 0u16..=10_000, seed: u64, group in 0u32..4, explore in 0f32..1.0,
    ) {
        let engine = engine_with(|content| content.menu.exploration = explore);
        let group = engine.content().schema.group_at(group);
        let asked = Request { seed, group, ..request(PIZZA, price as f64) };
        let terms = Terms { margin: Some(basis(margin)), ..Terms::default() };
        let decision = engine.decide(&regular(&engine), &asked, &terms);
        prop_assert!(decision.price.minor() >= 0 && decision.price <= decision.list);
        prop_assert_eq!(decision.price.minor() + decision.discount.minor(), price);
        let total: f64 = decision.outcomes().iter().map(|outcome| outcome.propensity).sum();
        prop_assert!((total - 1.0).abs() < 1e-12);
        prop_assert!(decision.outcomes()[decision.arm].propensity > 0.0);
        let left = decision.price.minor() as f64 - price as f64 * (1.0 - margin as f64 / 10_000.0);
        prop_assert!(decision.arm == 0 || left >= -1.0, "an offer never sells below cost");
    }
}

#[test]
fn keeps_the_profile_for_a_newer_model_of_the_same_groups_only() {
    let engine = engine();
    let profile = regular(&engine);
    let newer = engine_with(|content| content.version = 8);
    let hand_over =
        |next: &Engine, profile: &mut Profile| engine.hand_over(next, profile).map_err(|error| error.code());
    let mut kept = profile.clone();
    assert_eq!(hand_over(&newer, &mut kept), Ok(()));
    assert_eq!(kept, profile);
    let older = engine_with(|content| content.version = 6);
    assert_eq!(hand_over(&older, &mut kept), Err(skonto::error::Code::OlderModel));
    assert_eq!(kept, profile);
    let renamed = engine_with(|content| content.schema.groups[0].name = "DAIRY/GOAT".into());
    assert_eq!(hand_over(&renamed, &mut kept), Ok(()));
    assert!(kept.is_empty());
}
