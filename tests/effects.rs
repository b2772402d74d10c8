//! Models of an experiment: every arm has a gain and a cost of its own, budgets have prices, and both travel in the file.

use crate::fixture::*;
use skonto::artefact::{Artefact, Content};
use skonto::decision::{Decision, Reason, Verdict};
use skonto::engine::{Engine, Request, Terms};
use skonto::error::Code;
use skonto::event::{Profile, Timestamp};
use skonto::explain::Lever;
use skonto::model::{Cuts, Effect, Forest, Line, Linear, Link, Model, Node, Scaled, Scorer, Split, Target, Term, Test};
use skonto::policy::{Arm, Budget};
use skonto::train::{pack, texts};

/// The feature of the planted program that says whether it is the weekend.
const WEEKEND: usize = 3;

fn constant(amount: f32) -> Scorer {
    let nothing = Scaled { scale: 1.0, low: -6.0, high: 6.0, ..Scaled::default() };
    Scorer::Linear(Linear {
        bias: Line { weight: amount, slope: 0.0 },
        terms: vec![Term::Number(nothing); 4],
        ..Linear::default()
    })
}

/// `weekday` on weekdays, `weekend` on weekends.
fn by_day(weekday: f32, weekend: f32) -> Scorer {
    let mut cuts = vec![Cuts::Numbers(Vec::new()); 4];
    cuts[WEEKEND] = Cuts::Numbers(vec![0.5]);
    let leaf = |value| Node { value, split: None };
    let split = Split { feature: WEEKEND as u8, test: Test::AtMost(0), missing_left: false, right: 2, share: 0.5 };
    let top = Node { value: 0.0, split: Some(split) };
    Scorer::Forest(Forest { cuts, nodes: vec![top, leaf(weekday), leaf(weekend)], roots: vec![0], ..Forest::default() })
}

/// Two letters that take nothing off the price: one earns on weekdays, the other on weekends and costs more.
fn content_of_letters() -> Content {
    let mut content = content();
    let arm = |id: &str| Arm { id: id.into(), depth: basis(0) };
    content.menu.arms = vec![arm("none"), arm("plain"), arm("glossy")];
    content.schema.groups.iter_mut().for_each(|group| group.support = 0b111);
    let effects = vec![
        Effect { gain: by_day(90.0, -30.0), cost: constant(10.0) },
        Effect { gain: by_day(20.0, 60.0), cost: constant(40.0) },
    ];
    content.model = Model::new(Scorer::Arms(effects), Target::Gain);
    content.locales = texts::locales(&content.menu, &content.program, &Default::default());
    content
}

fn engine_with(change: impl FnOnce(&mut Content)) -> Engine {
    let mut content = content_of_letters();
    change(&mut content);
    Engine::load(&pack::pack(content, &[]).unwrap()).unwrap()
}

/// Days after a Monday.
fn decide(engine: &Engine, days: u32, terms: &Terms) -> Decision {
    let now = Timestamp::from_seconds(NOW.seconds() + days * 86_400);
    let request = Request { now, ..Request::new(Some(MILK), 1_000.0, 1.5e12, 1.0).unwrap() };
    engine.decide(&Profile::new(), &request, terms)
}

fn check(decision: &Decision, arm: usize, reason: Reason) {
    assert_eq!((decision.arm, decision.reason), (arm, reason), "{decision:?}");
}

#[test]
fn the_arm_that_gains_most_is_chosen_and_the_price_stays_what_it_was() {
    let engine = engine_with(|_| ());
    check(&decide(&engine, 0, &Terms::default()), 1, Reason::BestProfit);
    let weekend = decide(&engine, 5, &Terms::default());
    check(&weekend, 2, Reason::BestProfit);
    assert_eq!((weekend.price.minor(), weekend.discount.minor()), (1_000, 0));
    let told: Vec<(f64, f64)> = weekend.outcomes().iter().map(|outcome| (outcome.gain, outcome.cost)).collect();
    assert_eq!(told, [(0.0, 0.0), (-30.0, 10.0), (60.0, 40.0)]);
    assert_eq!(weekend.outcomes()[1].verdict, Verdict::EarnsLess);
}

#[test]
fn no_offer_is_made_where_every_arm_loses() {
    let engine = engine_with(|content| {
        let Scorer::Arms(effects) = &mut content.model.scorer else { panic!("planted") };
        effects.iter_mut().for_each(|effect| effect.gain = by_day(-1.0, 5.0));
    });
    check(&decide(&engine, 0, &Terms::default()), 0, Reason::NoneEarnsMost);
}

#[test]
fn the_reasons_of_an_arm_add_up_to_its_gain() {
    let engine = engine_with(|_| ());
    let request = Request::new(Some(MILK), 1_000.0, NOW.seconds() as f64 * 1000.0, 1.0).unwrap();
    let told = engine.explain(&Profile::new(), &request, &Terms::default());
    let sum: f64 = told.contributions.iter().map(|part| part.amount).sum();
    assert_eq!(sum, 90.0);
    let weekend = told.contributions.iter().find(|part| part.feature == WEEKEND).unwrap();
    assert_eq!(weekend.amount, 60.0, "from the mean of 30 to 90");
    let change = told.nearest_change().unwrap();
    assert_eq!((change.lever, change.arm), (Lever::Feature(WEEKEND), 2));
}

fn budget(price: f32, arms: u16) -> Budget {
    Budget { id: "letters".into(), price, fallback: price, not_after: 0, arms }
}

#[test]
fn a_budget_bears_only_on_the_arms_that_draw_on_it() {
    // On weekends: glossy 60 at a cost of 40. Above a price of 1.5 it is not worth its budget.
    for (price, arms, expected) in [(1.4, 0b100, 2), (1.6, 0b100, 0), (1.6, 0b010, 2)] {
        let engine = engine_with(|content| content.menu.budgets = vec![budget(price, arms)]);
        assert_eq!(decide(&engine, 5, &Terms::default()).arm, expected, "{price} on {arms:b}");
    }
    let engine = engine_with(|content| {
        content.menu.budgets = vec![budget(0.8, 0b110), Budget { id: "store".into(), ..budget(0.8, 0b100) }];
    });
    assert_eq!(decide(&engine, 5, &Terms::default()).arm, 0, "prices of two budgets add up");
}

#[test]
fn a_price_that_has_run_out_makes_a_device_stingier() {
    let last = NOW.seconds() + 5 * 86_400;
    let engine = engine_with(|content| {
        content.menu.budgets = vec![Budget { fallback: 3.0, not_after: last, ..budget(0.5, 0b110) }];
    });
    check(&decide(&engine, 5, &Terms::default()), 2, Reason::BestProfit);
    check(&decide(&engine, 6, &Terms::default()), 0, Reason::NoneEarnsMost);
}

#[test]
fn travels_in_a_file_and_comes_back_the_same() {
    let mut content = content_of_letters();
    content.menu.budgets = vec![Budget { fallback: 3.0, not_after: 7, ..budget(0.5, 0b110) }];
    let artefact = Artefact::new(content).unwrap();
    assert_eq!(Artefact::decode(&artefact.encode()).unwrap().content(), artefact.content());
}

#[test]
fn refuses_effects_and_budgets_that_make_no_sense() {
    let refuses = |code: Code, change: fn(&mut Content)| {
        let mut content = content_of_letters();
        change(&mut content);
        assert_eq!(Artefact::new(content).unwrap_err().code(), code);
    };
    fn effects(content: &mut Content) -> &mut Vec<Effect> {
        let Scorer::Arms(effects) = &mut content.model.scorer else { panic!("planted") };
        effects
    }
    refuses(Code::BadIndex, |content| drop(effects(content).pop()));
    refuses(Code::NotFinite, |content| effects(content)[0].cost = constant(f32::NAN));
    refuses(Code::BadConfig, |content| content.model.target = Target::Buys);
    refuses(Code::BadConfig, |content| content.model.links = vec![Link::Logit]);
    refuses(Code::BadConfig, |content| content.model.scorer = constant(1.0));
    refuses(Code::BadConfig, |content| content.menu.budgets = vec![Budget { fallback: 0.1, ..budget(0.5, 1) }]);
    refuses(Code::OutOfRange, |content| content.menu.budgets = vec![budget(-0.5, 1)]);
    refuses(Code::OutOfRange, |content| content.menu.budgets = vec![budget(f32::NAN, 1)]);
    refuses(Code::TooLarge, |content| content.menu.budgets = vec![budget(0.5, 1); 9]);
    // An arm's scorer that has arms of its own: refused when read, whatever else it holds.
    let mut content = content_of_letters();
    let nested = Effect { gain: content.model.scorer.clone(), cost: constant(1.0) };
    *effects(&mut content) = vec![nested.clone(), nested];
    let code = Artefact::new(content).and_then(|artefact| Artefact::decode(&artefact.encode())).unwrap_err().code();
    assert_eq!(code, Code::BadIndex);
}
