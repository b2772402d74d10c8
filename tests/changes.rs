//! Changes that would alter the offer: each one told is tried, and the arm it names is then offered.

use crate::fixture::*;
use proptest::prelude::*;
use skonto::artefact::{Artefact, Content};
use skonto::decision::{Decision, Verdict};
use skonto::engine::{Engine, Request, Terms};
use skonto::event::Profile;
use skonto::explain::{Change, Explanation, Lever, sentence};
use skonto::feature::{Argument, Attribute, Feature, Kind, Program, Step};
use skonto::model::{Cuts, Effect, Forest, Line, Linear, Model, Node, Scaled, Scorer, Split, Target, Term, Test};
use skonto::money::Money;
use skonto::policy::{Arm, Budget, Guard, Menu, Stakes, appraise};
use skonto::train::texts;

/// Two numbers that the shop says: the first as it is, the second as a standardised logarithm.
fn program() -> Program {
    let feature = |name: &str, index, steps| {
        let kind = Kind::new("attribute", &[Argument::Choice(index)]).expect("a kind");
        Feature { name: name.into(), kind, steps }
    };
    let attribute = |name: &str| Attribute { name: name.into(), levels: Vec::new() };
    let mut program = Program::default();
    program.tables.attributes = vec![attribute("basket"), attribute("visits")];
    let scale = Step::Scale { center: 1.3, scale: 0.7 };
    program.features = vec![feature("basket", 0, Vec::new()), feature("visits", 1, vec![Step::Log1p, scale])];
    program
}

/// What a scorer is made of: a starting point and what each feature does, as a line or as a tree of two questions.
type Made = (f32, f32, f32, bool);

fn scorer((start, basket, visits, is_tree): Made) -> Scorer {
    if !is_tree {
        let line = |weight| Line { weight, slope: 0.0 };
        let term = |low, high, weight| {
            Term::Number(Scaled { center: 0.0, scale: 1.0, low, high, line: line(weight), missing: line(0.5 * weight) })
        };
        let terms = vec![term(0.0, 10.0, 0.1 * basket), term(-2.0, 3.0, visits)];
        return Scorer::Linear(Linear { bias: line(start), terms, ..Linear::default() });
    }
    let leaf = |value| Node { value, split: None };
    let asks = |feature, right| {
        let split = Split { feature, test: Test::AtMost(0), missing_left: true, right, share: 0.25 };
        Node { value: 0.0, split: Some(split) }
    };
    let nodes = vec![asks(0, 2), leaf(basket), asks(1, 4), leaf(-basket), leaf(visits)];
    let cuts = vec![Cuts::Numbers(vec![4.0]), Cuts::Numbers(vec![0.3])];
    Scorer::Forest(Forest { base: start, cuts, nodes, roots: vec![0], ..Forest::default() })
}

fn shift(scorer: &mut Scorer, by: f64) {
    match scorer {
        Scorer::Linear(linear) => linear.bias.weight += by as f32,
        Scorer::Forest(forest) => forest.base += by as f32,
        _ => panic!("planted"),
    }
}

fn content_of(effects: &[(Made, Made)], price: f32, budget: f32) -> Content {
    let arm = |index: usize| Arm { id: format!("letter{index}"), depth: basis(0) };
    let arms = [Arm { id: "none".into(), depth: basis(0) }].into_iter().chain((1..=effects.len()).map(arm)).collect();
    let budgets = vec![Budget { id: "glossy".into(), price: budget, fallback: budget, not_after: 0, arms: 0b100 }];
    let menu = Menu { arms, budget_price: price, budgets, ..menu() };
    let mut content = Content { program: program(), menu, ..content() };
    content.schema.groups.iter_mut().for_each(|group| group.support = u16::MAX);
    let effect = |(gain, cost): &(Made, Made)| Effect { gain: scorer(*gain), cost: scorer(*cost) };
    content.model = Model::new(Scorer::Arms(effects.iter().map(effect).collect()), Target::Gain);
    content.locales = texts::locales(&content.menu, &content.program, &Default::default());
    content
}

fn engine_of(content: Content) -> Engine {
    Engine::new(Artefact::new(content).unwrap())
}

fn request(attributes: &[Option<f64>]) -> Request<'_> {
    Request { attributes, ..Request::new(Some(MILK), 1_000.0, NOW.seconds() as f64 * 1000.0, 1.0).unwrap() }
}

fn decide(engine: &Engine, attributes: &[Option<f64>], terms: Terms) -> Decision {
    engine.decide(&Profile::new(), &request(attributes), &terms)
}

/// The arm offered with a change of feature, margin or price.
fn with(content: &Content, told: &[Option<f64>], change: &Change) -> usize {
    let (mut content, mut attributes) = (content.clone(), told.to_vec());
    let mut terms = Terms::default();
    match change.lever {
        Lever::Feature(index) => attributes[index] = Some(change.to),
        Lever::Margin => terms.margin = Some(basis((change.to * 10_000.0).round() as u16)),
        Lever::BudgetPrice if content.menu.budgets.is_empty() => terms.budget_price = Some(change.to),
        Lever::BudgetPrice => content.menu.budget_price = change.to as f32,
        Lever::Cost(_) => panic!("costs are changed by others"),
    }
    decide(&engine_of(content), &attributes, terms).arm
}

/// The arm offered where giving `arm` costs so much less.
fn with_cost(content: &Content, told: &[Option<f64>], arm: usize, less: f64) -> usize {
    let mut content = content.clone();
    let Scorer::Arms(effects) = &mut content.model.scorer else { panic!("planted") };
    shift(&mut effects[arm - 1].gain, less);
    shift(&mut effects[arm - 1].cost, -less);
    decide(&engine_of(content), told, Terms::default()).arm
}

fn made(most: f32) -> impl Strategy<Value = Made> {
    (-most..most, -most..most, -most..most, any::<bool>())
}

fn effects() -> impl Strategy<Value = Vec<(Made, Made)>> {
    let cost = made(2.0).prop_map(|(start, basket, visits, is_tree)| (start + 8.0, basket, visits, is_tree));
    prop::collection::vec((made(9.0), cost), 1..4)
}

fn attributes() -> impl Strategy<Value = Vec<Option<f64>>> {
    prop::collection::vec(prop::option::weighted(0.9, 0.0..12.0f64), 2)
}

proptest! {
    #[test]
    fn every_change_told_comes_true(effects in effects(), told in attributes(), price in 0.0f32..2.0) {
        let mut content = content_of(&effects, price, 0.0);
        content.menu.budgets.clear();
        let engine = engine_of(content.clone());
        let explained = engine.explain(&Profile::new(), &request(&told), &Terms::default());
        for change in &explained.changes {
            prop_assert_ne!(change.arm, explained.decision.arm);
            if let (Lever::Cost(arm), Some(from)) = (change.lever, change.from) {
                let less = from - change.to;
                prop_assert_eq!(with_cost(&content, &told, arm, less + 0.01 * less.signum()), change.arm, "{:?}", change);
                prop_assert_eq!(with_cost(&content, &told, arm, less - 0.01 * less.signum()), explained.decision.arm);
            } else {
                prop_assert_eq!(with(&content, &told, change), change.arm, "{:?}", change);
            }
        }
    }

    /// The price told is where the offer changes: between it and the price now nothing does, and beyond that nothing nearer.
    #[test]
    fn no_nearer_price_alters_the_offer(effects in effects(), told in attributes(), price in 0.0f32..2.0, share in 0.0..0.999f64) {
        let mut content = content_of(&effects, price, 0.0);
        content.menu.budgets.clear();
        let engine = engine_of(content);
        let explained = engine.explain(&Profile::new(), &request(&told), &Terms::default());
        let change = explained.changes.iter().find(|change| change.lever == Lever::BudgetPrice);
        let far = change.map_or(1_000.0, |change| (change.to - price as f64).abs() * share);
        for price in [price as f64 - far, price as f64 + far].map(|price| price.clamp(0.0, 1_000.0)) {
            let then = decide(&engine, &told, Terms { budget_price: Some(price), ..Terms::default() });
            prop_assert_eq!(then.arm, explained.decision.arm, "{} {:?}", price, change);
        }
    }

    /// Contributions of a gain and of its cost add up to the arm's own figures.
    #[test]
    fn contributions_add_up_to_gain_and_cost_exactly(effects in effects(), told in attributes(), price in 0.0f32..2.0) {
        let engine = engine_of(content_of(&effects, price, 0.5));
        let explained = engine.explain(&Profile::new(), &request(&told), &Terms::default());
        let Explanation { decision, contributions, .. } = explained;
        let sum = |of: fn(&skonto::model::Contribution) -> f64| contributions.iter().fold(0.0, |sum, part| sum + of(part));
        let outcome = decision.outcomes()[decision.arm];
        prop_assert_eq!(sum(|part| part.amount).to_bits(), outcome.score.to_bits());
        prop_assert_eq!(sum(|part| part.cost), outcome.cost);
    }

    /// Whatever else is taken off a menu, an arm that was blocked stays blocked for the same reason and is never drawn, and
    /// the others are worth what they were.
    #[test]
    fn removing_an_arm_never_raises_another_blocked_arm(
        depths in prop::collection::vec(0u16..9_000, 1..9),
        figures in prop::collection::vec((-3.0..3.0f64, -50.0..50.0f64), 10),
        (support, margin, floor, cap) in (any::<u16>(), 0u16..9_000, 0u16..3_000, 0u16..9_000),
        (removed, exploration, price, list) in (1usize..9, 0.0f32..1.0, 0.0..3.0f64, 0i64..100_000),
        target in prop::sample::select(vec![Target::Buys, Target::TakesPart, Target::MarketPrice, Target::Gain]),
        seed in any::<u64>(),
    ) {
        let mut depths = depths;
        depths.sort_unstable();
        let removed = 1 + (removed - 1) % depths.len();
        let guard = Guard { floor_margin: basis(floor), max_discount: basis(cap), ..Guard::default() };
        let without = |skipped: Option<usize>| {
            let kept: Vec<usize> = (0..=depths.len()).filter(|arm| Some(*arm) != skipped).collect();
            let arm = |arm: &usize| Arm { id: arm.to_string(), depth: basis(if *arm == 0 { 0 } else { depths[arm - 1] }) };
            let menu = Menu { arms: kept.iter().map(arm).collect(), guard, exploration, ..menu() };
            let bits = kept.iter().enumerate().filter(|(_, arm)| support >> **arm & 1 == 1).map(|(place, _)| 1u16 << place);
            let (scores, costs): (Vec<f64>, Vec<f64>) = kept.iter().map(|arm| figures[*arm]).unzip();
            let stakes = Stakes {
                list: Money::new(list).unwrap(),
                margin: basis(margin),
                budget_prices: [price; skonto::model::MAX_ARMS],
                support: bits.sum(),
                target,
            };
            (kept, appraise(&menu, &scores, &costs, stakes))
        };
        let ((_, all), (kept, mut fewer)) = (without(None), without(Some(removed)));
        for (place, arm) in kept.iter().enumerate() {
            prop_assert_eq!(fewer.outcomes[place].verdict, all.outcomes[*arm].verdict);
            prop_assert_eq!(fewer.values[place], all.values[*arm]);
            let is_blocked = fewer.outcomes[place].verdict != Verdict::EarnsLess;
            prop_assert!(!is_blocked || fewer.outcomes[place].propensity == 0.0);
        }
        let drawn = fewer.draw(kept.len(), seed);
        prop_assert!(all.values[kept[drawn]].is_some());
    }
}

/// 90 at a cost of 10, 60 at a cost of 40, and a price of one: the first is worth 80, the second 20.
fn two_letters() -> Content {
    content_of(
        &[((90.0, 0.0, 0.0, false), (10.0, 0.0, 0.0, false)), ((60.0, 0.0, 0.0, false), (40.0, 0.0, 0.0, false))],
        1.0,
        0.0,
    )
}

fn told(content: &Content) -> Vec<Change> {
    engine_of(content.clone()).explain(&Profile::new(), &request(&[None, None]), &Terms::default()).changes
}

fn find(changes: &[Change], wanted: fn(&Lever) -> bool) -> &Change {
    changes.iter().find(|change| wanted(&change.lever)).expect("a change")
}

#[test]
fn prices_and_costs_are_those_worked_out_by_hand() {
    let content = two_letters();
    let changes = told(&content);
    // The first letter is worth more at every price up to 9, where 90 − 9 · 10 is nothing.
    let price = find(&changes, |lever| *lever == Lever::BudgetPrice);
    assert_eq!((price.from, price.arm), (Some(1.0), 0));
    assert!((price.to - 9.0).abs() < 1e-9, "{}", price.to);
    // What the second costs less it earns more, and a unit less of budget is another one: 60 apart are 30 of cost.
    let cost = find(&changes, |lever| matches!(lever, Lever::Cost(_)));
    assert_eq!((cost.lever, cost.from, cost.arm), (Lever::Cost(2), Some(40.0), 2));
    assert!((cost.to - 10.0).abs() < 1e-9, "{}", cost.to);
}

#[test]
fn a_price_beside_those_of_budgets_moves_all_arms_alike() {
    let mut content = two_letters();
    content.menu.budgets = vec![Budget { id: "b".into(), price: 2.0, fallback: 2.0, not_after: 0, arms: 0b010 }];
    // The first letter pays 3 a unit: 60 and 20 are worth more than nothing, up to prices of 7 and 1.5.
    let price = *find(&told(&content), |lever| *lever == Lever::BudgetPrice);
    assert!((price.to - 7.0).abs() < 1e-9 && price.arm == 0, "{price:?}");
    assert_eq!(with(&content, &[None, None], &Change { to: 7.001, ..price }), 0);
    assert_eq!(with(&content, &[None, None], &Change { to: 6.999, ..price }), 1);
}

#[test]
fn the_best_arm_may_cost_so_much_more_and_no_arm_less_than_nothing() {
    let mut content = two_letters();
    content.menu.budget_price = 0.0;
    let Scorer::Arms(effects) = &mut content.model.scorer else { panic!("planted") };
    effects[1].cost = scorer((5.0, 0.0, 0.0, false));
    // 30 apart: the second costs 5 only, so the first would have to cost 30 more.
    let cost = *find(&told(&content), |lever| matches!(lever, Lever::Cost(_)));
    assert_eq!((cost.lever, cost.arm), (Lever::Cost(1), 2));
    assert!((cost.to - 40.0).abs() < 1e-9, "{}", cost.to);
}

#[test]
fn changes_are_told_in_english_and_chinese() {
    let content = two_letters();
    let changes = told(&content);
    let said = |tag: &str, wanted: fn(&Lever) -> bool| {
        let locale = content.locales.iter().find(|locale| locale.tag == tag).unwrap();
        sentence(find(&changes, wanted), locale, &content, 2)
    };
    let price = |lever: &Lever| *lever == Lever::BudgetPrice;
    let cost = |lever: &Lever| matches!(lever, Lever::Cost(_));
    assert_eq!(
        said("en", price),
        "If a unit of budget were priced at 9 instead of 1, the answer would be: no discount."
    );
    assert_eq!(said("zh", price), "如果每单位预算的价格是 9 而不是 1，结果将是：无折扣。");
    assert_eq!(said("en", cost), "If giving “letter2” cost 0.3 less, the answer would be: letter2.");
    assert!(said("zh", cost).contains("0.3"));
}
