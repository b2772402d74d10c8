//! A whole cart: public offers, the arms' own, what everything costs, and why not.

mod recorded; // carts for the package to decide again

use crate::fixture::*;
use crate::offer::build::{amount, basket, euro, euros, line, money, on_cart, percent, share};
use proptest::prelude::*;
use skonto::artefact::{Artefact, Content};
use skonto::decision::{Reason, Verdict};
use skonto::engine::{CartDecision, CartRequest, Engine, Known, Request, Terms};
use skonto::event::{Event, EventKind, GroupId, Line, Profile, Timestamp, id_number};
use skonto::money::BasisPoints;
use skonto::offer::{
    Base, Basket, BundlePart, CheckedBasket, Circumstances, Floor, Kind, LineFilter, Mode, Nearest, Offer, Over,
    RefusalCode, Reward, Rule, Stacking, Tier,
};
use skonto::policy::Arm;
use skonto::train::{pack, texts};

/// The planted model with other offers; arms besides `none` and the percentages come before them.
fn engine_of(arms: &[&str], offers: Vec<Offer>, change: impl FnOnce(&mut Content)) -> Engine {
    Engine::load(&file(arms, offers, change)).unwrap()
}

fn file(arms: &[&str], offers: Vec<Offer>, change: impl FnOnce(&mut Content)) -> Vec<u8> {
    let mut content = content();
    let new = arms.iter().map(|id| Arm { id: (*id).into(), depth: basis(0) });
    content.menu.arms.splice(1..1, new);
    content.menu.offers = offers;
    // As the trainer sets it: an arm of no depth is as good as none.
    let widen = |support: u16| support & 1 | (((1 << arms.len()) - 1) << 1) | ((support >> 1) << (1 + arms.len()));
    content.schema.groups.iter_mut().for_each(|group| group.support = widen(group.support));
    change(&mut content);
    content.locales = texts::locales(&content.menu, &content.program, &Default::default());
    pack::pack(content, &[]).unwrap()
}

fn known(group: GroupId) -> Known {
    Known { group: Some(group), ..Known::default() }
}

fn ask(
    engine: &Engine,
    basket: &CheckedBasket,
    groups: &[GroupId],
    about: &Circumstances,
    terms: &Terms,
) -> CartDecision {
    let known: Vec<Known> = groups.iter().map(|group| known(*group)).collect();
    let request = CartRequest { basket, known: &known, about, attributes: &[], now: NOW, seed: 1 };
    engine.decide_cart(&regular(engine), &request, terms)
}

fn at_margin(points: u16) -> Terms {
    Terms { margin: Some(basis(points)), ..Terms::default() }
}

fn arm(engine: &Engine, id: &str) -> usize {
    engine.content().menu.arms.iter().position(|arm| arm.id == id).unwrap()
}

fn nothing_known() -> Circumstances {
    Circumstances::default()
}

#[test]
fn an_amount_off_works_as_the_same_share_does() {
    // 40 of 400 are the 10 % of another arm: the model sees one depth, and so the same gain and cost.
    let engine = engine_of(&["forty"], vec![amount("forty", 40)], |_| ());
    let told = ask(&engine, &basket(vec![line("p", 400, 1)]), &[PIZZA], &nothing_known(), &at_margin(9_000));
    let [forty, ten] = [arm(&engine, "forty"), arm(&engine, "pct10")].map(|arm| told.decision.outcomes[arm]);
    assert_eq!((forty.gain, forty.cost, forty.score), (ten.gain, ten.cost, ten.score));
    assert!(ten.gain > 0.0 && ten.cost > 0.0);
}

#[test]
fn gains_of_lines_add_up() {
    let engine = engine_of(&[], Vec::new(), |_| ());
    let alone =
        |group, price| ask(&engine, &basket(vec![line("x", price, 1)]), &[group], &nothing_known(), &at_margin(5_000));
    let both = basket(vec![line("a", 399, 1), line("b", 250, 1)]);
    let both = ask(&engine, &both, &[PIZZA, MILK], &nothing_known(), &at_margin(5_000));
    let (pizza, milk) = (alone(PIZZA, 399), alone(MILK, 250));
    // Training saw no pizza at the depth of the last arm.
    for arm in 0..5 {
        let sum = pizza.decision.outcomes[arm].gain + milk.decision.outcomes[arm].gain;
        assert!((both.decision.outcomes[arm].gain - sum).abs() < 1e-9, "arm {arm}");
    }
}

#[test]
fn public_offers_stand_whatever_is_decided() {
    let public = || vec![percent("sale", 1_000)];
    let one = || basket(vec![line("p", 1_000, 1)]);
    let off = engine_of(&[], public(), |content| content.menu.guard.switched_off = true);
    let told = ask(&off, &one(), &[PIZZA], &nothing_known(), &Terms::default());
    assert_eq!((told.decision.reason, told.decision.price.minor()), (Reason::SwitchedOff, 900));
    let held = engine_of(&[], public(), |content| content.menu.guard.holdout = BasisPoints::ALL);
    let told = ask(&held, &one(), &[PIZZA], &nothing_known(), &Terms { shopper: Some(7), ..Terms::default() });
    assert_eq!((told.decision.reason, told.decision.price.minor()), (Reason::Holdout, 900));
    let engine = engine_of(&[], public(), |_| ());
    let told = ask(&engine, &one(), &[], &nothing_known(), &Terms::default());
    assert_eq!((told.decision.reason, told.decision.price.minor()), (Reason::UnknownGroup, 900));
    assert_eq!(told.priced.applied.len(), 1);
}

#[test]
fn an_arm_pays_only_for_what_it_adds_to_the_public_offer() {
    let terms = at_margin(9_000);
    let engine = engine_of(&[], vec![percent("sale", 1_000)], |_| ());
    let told = ask(&engine, &basket(vec![line("p", 1_000, 1)]), &[MILK], &nothing_known(), &terms);
    let none = told.decision.outcomes[0];
    assert_eq!((none.gain, none.cost), (0.0, 0.0), "the public offer is no cost of an arm");
    let five = told.decision.outcomes[arm(&engine, "pct5")];
    // 100 for everyone, and 5 % of the 900 that the sale left.
    let cost = five.probability * 145.0 - none.probability * 100.0;
    let gain = five.probability * (900.0 - 145.0) - none.probability * (900.0 - 100.0);
    assert!((five.cost - cost).abs() < 1e-9 && (five.gain - gain).abs() < 1e-9);
}

#[test]
fn says_what_is_missing_to_an_offer() {
    let shipping = Offer::new("ship", Kind::FreeShipping);
    let least = Rule::MinimumBasket { amounts: euros(5_000), lines: LineFilter::default(), measured: Base::Initial };
    let engine = engine_of(&["ship"], vec![Offer { rules: vec![least], ..shipping }], |_| ());
    let small = Basket { lines: vec![line("p", 4_000, 1)], shipping: money(490), ..Basket::new(euro()) };
    let told = ask(&engine, &small.check().unwrap(), &[PIZZA], &nothing_known(), &Terms::default());
    let ship = arm(&engine, "ship");
    assert_eq!(told.decision.outcomes[ship].verdict, Verdict::NotEligible);
    assert_eq!(told.decision.outcomes[ship].propensity, 0.0);
    let refusal = told.refusals[ship][0];
    assert_eq!((refusal.code, refusal.nearest), (RefusalCode::BelowMinimum, Some(Nearest::Spend(money(1_000)))));
    let large = Basket { lines: vec![line("p", 4_000, 2)], shipping: money(490), ..Basket::new(euro()) };
    let told = ask(&engine, &large.check().unwrap(), &[PIZZA], &nothing_known(), &Terms::default());
    assert_eq!(told.refusals[ship], []);
    assert_ne!(told.decision.outcomes[ship].verdict, Verdict::NotEligible);
}

#[test]
fn money_off_shipping_counts_as_money_off_the_lines() {
    let engine = engine_of(&["ship"], vec![Offer::new("ship", Kind::FreeShipping)], |_| ());
    let cart = Basket { lines: vec![line("p", 4_000, 1)], shipping: money(400), ..Basket::new(euro()) };
    let told = ask(&engine, &cart.check().unwrap(), &[PIZZA], &nothing_known(), &at_margin(5_000));
    let [ship, ten] = [arm(&engine, "ship"), arm(&engine, "pct10")].map(|arm| told.decision.outcomes[arm]);
    assert_eq!((ship.gain, ship.cost), (ten.gain, ten.cost));
}

#[test]
fn nothing_is_sold_below_its_floor() {
    let floor = |lines, minor| Floor { lines, least: euros(minor), most_off: BasisPoints::ALL };
    let floors = vec![
        floor(LineFilter::skus(["p"]), 395),
        Floor { lines: LineFilter::categories(["books"]), most_off: BasisPoints::default(), ..Floor::default() },
    ];
    let engine = engine_of(&[], Vec::new(), |content| content.menu.floors = floors);
    let mut book = line("b", 1_000, 1);
    book.categories = vec!["books".into()];
    let told =
        ask(&engine, &basket(vec![line("p", 400, 1), book]), &[PIZZA, PIZZA], &nothing_known(), &at_margin(9_000));
    assert!(told.decision.arm > 0);
    let prices: Vec<i64> = told.priced.lines.iter().map(|line| line.price.minor()).collect();
    assert_eq!(prices, [395, 1_000]);
    let bound = ask(&engine, &basket(vec![line("p", 395, 1)]), &[PIZZA], &nothing_known(), &at_margin(9_000));
    assert_eq!(bound.decision.reason, Reason::BelowFloor);
    assert!(bound.decision.outcomes()[1..].iter().all(|outcome| outcome.verdict == Verdict::BelowFloor));
}

#[test]
fn an_offer_is_used_as_often_as_its_cap_and_rests_after_each_use() {
    let once = Offer { most_uses: Some(2), cool_down_millis: 86_400_000, ..amount("welcome", 30) };
    let engine = engine_of(&["welcome"], vec![once], |content| content.program.memory.offers = 1);
    let cart = basket(vec![line("p", 400, 1)]);
    let buy = |profile: &mut Profile, time: Timestamp, transaction| {
        let line = Line::new(Some(PIZZA), 370.0, 30.0, 1.0).unwrap().under(id_number("welcome"));
        let event = Event { kind: EventKind::PURCHASE, time, transaction, query: None, lines: vec![line, line] };
        engine.observe(profile, &event).unwrap();
    };
    let after = |seconds: u32| Timestamp::from_seconds(NOW.seconds() + seconds);
    let why = |profile: &Profile, now: Timestamp| {
        let known = [known(PIZZA)];
        let about = nothing_known();
        let request = CartRequest { basket: &cart, known: &known, about: &about, attributes: &[], now, seed: 1 };
        let told = engine.decide_cart(profile, &request, &Terms::default());
        told.refusals[arm(&engine, "welcome")].first().map(|refusal| refusal.code)
    };
    let mut profile = Profile::new();
    assert_eq!(why(&profile, NOW), None);
    buy(&mut profile, NOW, 1);
    assert_eq!(why(&profile, after(3_600)), Some(RefusalCode::CoolingDown), "one order is one use");
    assert_eq!(why(&profile, after(90_000)), None);
    buy(&mut profile, after(90_000), 2);
    assert_eq!(why(&profile, after(900_000)), Some(RefusalCode::UsedUp));
    let content = engine.content();
    let stored = Profile::decode(&profile.encode(&content.program), &content.program, &content.schema).unwrap();
    assert_eq!(stored, profile);
}

#[test]
fn an_arm_that_shuts_out_a_better_public_offer_is_not_offered() {
    let own = Offer { exclusive: true, priority: 1, ..amount("own", 50) };
    let engine = engine_of(&["own"], vec![own, percent("sale", 2_000)], |_| ());
    let told = ask(&engine, &basket(vec![line("p", 1_000, 1)]), &[PIZZA], &nothing_known(), &Terms::default());
    let refusals = &told.refusals[arm(&engine, "own")];
    assert_eq!(refusals[0].code, RefusalCode::NotBestDeal);
    assert!(told.decision.price.minor() <= 800);
}

#[test]
fn a_promise_holds_in_the_cart() {
    let engine = engine_of(&["ship"], vec![Offer::new("ship", Kind::FreeShipping)], |_| ());
    let mut profile = Profile::new();
    let added = Line::new(Some(PIZZA), 360.0, 40.0, 1.0).unwrap();
    let event = Event { kind: EventKind::ADD_TO_CART, time: NOW, transaction: 0, query: None, lines: vec![added] };
    engine.observe(&mut profile, &event).unwrap();
    let cart = Basket { lines: vec![line("p", 400, 1)], shipping: money(300), ..Basket::new(euro()) }.check().unwrap();
    let (known, about) = ([known(PIZZA)], nothing_known());
    let request = CartRequest { basket: &cart, known: &known, about: &about, attributes: &[], now: NOW, seed: 1 };
    let told = engine.decide_cart(&profile, &request, &Terms { budget_price: Some(900.0), ..Terms::default() });
    assert_eq!((told.decision.arm, told.decision.reason), (arm(&engine, "pct10"), Reason::Promised));
    assert_eq!(told.decision.outcomes[told.decision.arm].propensity, 1.0);
}

#[test]
fn a_product_of_a_menu_with_offers_is_a_cart_of_one() {
    let engine = engine_of(&["third"], vec![percent("sale", 500)], |content| {
        content.menu.offers.push(Offer::new(
            "third",
            Kind::BuyGet { buy: 2, get: 1, reduced: LineFilter::default(), depth: BasisPoints::ALL, most_times: None },
        ));
    });
    let request = Request::new(Some(PIZZA), 400.0, NOW.seconds() as f64 * 1_000.0, 1.0).unwrap();
    let decision = engine.decide(&regular(&engine), &request, &at_margin(6_000));
    assert_eq!(decision.outcomes[arm(&engine, "third")].verdict, Verdict::NotEligible, "one unit brings no third");
    assert!(decision.price.minor() <= 380 && decision.arm_count == 7);
}

/// One offer of every kind, with every rule among them.
fn every_offer() -> Vec<Offer> {
    let lines = LineFilter {
        skus: vec!["p".into()],
        categories: vec!["a".into()],
        except_skus: vec!["q".into()],
        except_categories: vec!["b".into()],
    };
    let part = BundlePart { lines: lines.clone(), units: 2 };
    let tier = |from, reward| Tier { from: euros(from), reward };
    let tiers = vec![tier(1_000, Reward::Percent(share(500))), tier(2_000, Reward::Amount(euros(300)))];
    let voucher = euros(500).0[0];
    let kinds = vec![
        Kind::PercentOff { depth: share(700) },
        Kind::AmountOff { amounts: euros(100), stated: Some(skonto::money::Taxes::Added) },
        Kind::FixedPrice { amounts: euros(300) },
        Kind::FreeShipping,
        Kind::SpendAndSave { tiers },
        Kind::BuyGet { buy: 2, get: 1, reduced: lines.clone(), depth: share(5_000), most_times: Some(3) },
        Kind::Bundle { parts: vec![part], price: euros(600), most_times: None },
        Kind::Gift { sku: "g".into(), worth: euros(150) },
        Kind::Points { hundredths: 200 },
        Kind::PartnerVoucher { partner: "Kino".into(), amount: voucher },
    ];
    let names = || vec!["x".to_string(), "y".to_string()];
    let rules = vec![
        Rule::Segment(names()),
        Rule::Tier(names()),
        Rule::Category(names()),
        Rule::Sku(names()),
        Rule::Channel(names()),
        Rule::Window { from: Some(-5), until: None },
        Rule::FirstOrder,
        Rule::MinimumBasket { amounts: euros(100), lines: lines.clone(), measured: Base::Discounted },
        Rule::Referral,
        Rule::EcoChoice,
        Rule::Quantity { lines: lines.clone(), least: 1, most: Some(9) },
        Rule::Currency(vec![euro()]),
    ];
    let rules_of = |place: usize| if place == 3 { rules.clone() } else { vec![rules[place].clone()] };
    let offer = |(place, kind): (usize, Kind)| Offer {
        lines: lines.clone(),
        rules: rules_of(place),
        priority: place as i32 - 4,
        exclusive: place == 2,
        classes: vec!["c".into()],
        most: euros(5_000),
        most_uses: (place > 5).then_some(4),
        cool_down_millis: place as u64 * 1_000,
        base: if place == 0 { Base::Initial } else { Base::Discounted },
        ..Offer::new(format!("offer {place}"), kind)
    };
    let mut offers: Vec<Offer> = kinds.into_iter().enumerate().map(offer).collect();
    offers[0] = on_cart(offers[0].clone());
    offers
}

fn some_floor() -> Floor {
    Floor { lines: LineFilter::skus(["p"]), least: euros(99), most_off: share(4_000) }
}

fn with_everything(content: &mut Content) {
    content.menu.stacking = Stacking { mode: Mode::BestDeal, over: Over::Item };
    content.menu.floors = vec![some_floor()];
    content.menu.guard.max_cart_discount = share(2_500);
    content.program.memory.offers = 10;
}

/// Writes `data/compat/v2/offers.skonto`; what it says must be readable by every later release.
#[test]
#[ignore = "only after a change of the unreleased format"]
fn writes_the_stored_sample_of_offers() {
    let bytes = file(&["offer 3"], every_offer(), with_everything);
    let engine = Engine::load(&bytes).unwrap();
    let mut profile = regular(&engine);
    let line = Line::new(Some(PIZZA), 370.0, 30.0, 1.0).unwrap().under(id_number("offer 7"));
    let event = Event { kind: EventKind::PURCHASE, time: NOW, transaction: 5, query: None, lines: vec![line] };
    engine.observe(&mut profile, &event).unwrap();
    let case = |profile, group| pack::Case { profile, group, price: 399, now: NOW, attributes: Vec::new() };
    let cases = [case(Profile::new(), MILK), case(profile, PIZZA)];
    let packed = pack::pack(engine.content().clone(), &cases).unwrap();
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/data/compat/v2/offers.skonto"), packed).unwrap();
}

#[test]
fn every_offer_comes_back_from_the_file_as_it_was() {
    let bytes = file(&["offer 3"], every_offer(), with_everything);
    let menu = &Artefact::decode(&bytes).unwrap().into_content().menu;
    assert_eq!(menu.offers, every_offer());
    assert_eq!((menu.stacking.mode, menu.stacking.over), (Mode::BestDeal, Over::Item));
    assert_eq!(menu.floors, [some_floor()]);
    assert_eq!(menu.guard.max_cart_discount, share(2_500));
    assert_eq!(Engine::load(&bytes).unwrap().offers().get().offers.len(), 15);
}

#[test]
fn refuses_a_menu_whose_offers_contradict_its_arms() {
    let refusal = |arms: &[&str], offers: Vec<Offer>| {
        let mut content = content();
        content.menu.arms.splice(1..1, arms.iter().map(|id| Arm { id: (*id).into(), depth: basis(0) }));
        content.menu.offers = offers;
        content.locales = texts::locales(&content.menu, &content.program, &Default::default());
        Artefact::new(content).unwrap_err().to_string()
    };
    assert_eq!(refusal(&[], vec![percent("none", 500)]), "arm `none`: an offer is called `none`");
    assert_eq!(refusal(&[], vec![percent("pct10", 500)]), "arm `pct10`: an arm and its offer differ in depth");
    assert_eq!(refusal(&[], vec![amount("pct10", 50)]), "arm `pct10`: an arm has a depth and its offer is no share");
    assert_eq!(
        refusal(&["a"], vec![percent("a", 0)]),
        "offer `a`: a depth, a number of units or an amount of an offer is zero"
    );
}

prop_compose! {
    fn any_offer()(place in 0..5_usize, size in 1..3_000_i64, priority in -1..2_i32, exclusive: bool, cart: bool) -> Offer {
        let own = match place {
            0 => percent("", size as u16),
            1 => amount("", size),
            2 => Offer::new("", Kind::FixedPrice { amounts: euros(size) }),
            3 => Offer::new("", Kind::FreeShipping),
            _ => Offer::new("", Kind::Gift { sku: "g".into(), worth: euros(size) }),
        };
        let own = Offer { priority, exclusive, ..own };
        if cart && place < 2 { on_cart(own) } else { own }
    }
}

prop_compose! {
    fn any_cart()(lines in prop::collection::vec((1..5_000_i64, 1..4_u32, 0..3_u16, 0..4_000_i64), 1..5), shipping in 0..900_i64)
        -> (CheckedBasket, Vec<GroupId>) {
        let groups = lines.iter().map(|(_, _, group, _)| GroupId(*group)).collect();
        let sold = lines.iter().enumerate().map(|(place, (price, units, _, floor))| {
            skonto::offer::BasketLine { floor: money(*floor), ..line(&format!("s{place}"), *price, *units) }
        });
        let basket = Basket { lines: sold.collect(), shipping: money(shipping), ..Basket::new(euro()) };
        (basket.check().unwrap(), groups)
    }
}

proptest! {
    #[test]
    fn a_cart_of_one_unit_is_decided_as_its_product_is(
        group in 0..3_u16, price in 1..250_i64, margin in 0..=20_u16, floor in 0..9_u16, seed: u64, explores: bool,
    ) {
        // Steps of 5 % of prices in steps of 20 are whole: nothing is rounded, so every bit must agree.
        let (price, margin, floor) = (price * 20, margin * 500, floor * 500);
        let engine = engine_with(|content| {
            content.menu.exploration = if explores { 0.3 } else { 0.0 };
            content.menu.guard.floor_margin = basis(floor);
        });
        let (profile, group, terms) = (regular(&engine), GroupId(group), at_margin(margin));
        let request = Request::new(Some(group), price as f64, NOW.seconds() as f64 * 1_000.0, 0.0).unwrap();
        let product = engine.decide(&profile, &Request { seed, ..request }, &terms);
        let (basket, known, about) = (basket(vec![line("p", price, 1)]), [known(group)], nothing_known());
        let cart = CartRequest { basket: &basket, known: &known, about: &about, attributes: &[], now: NOW, seed };
        let cart = engine.decide_cart(&profile, &cart, &terms).decision;
        // A product's page blocks an arm that its floor does not allow in full; a cart gives what the floor leaves.
        match margin >= floor + 3_000 {
            true => prop_assert_eq!(&product, &cart),
            false => prop_assert!(cart.price.minor() * 10_000 >= price * (10_000 - margin as i64 + floor as i64).min(10_000)),
        }
    }

    #[test]
    fn nobody_pays_more_than_everyone_and_nothing_goes_below_its_floor(
        (basket, groups) in any_cart(),
        offers in prop::collection::vec(any_offer(), 0..5),
        own in 0..3_usize,
        mode in 0..4_usize,
        margin in 0..10_000_u16,
        seed: u64,
    ) {
        let modes = [Mode::Stackable, Mode::ListOrder, Mode::BestDeal, Mode::Exclusive];
        let named = offers.into_iter().enumerate().map(|(place, offer)| Offer { id: format!("o{place}"), ..offer });
        let offers: Vec<Offer> = named.collect();
        let arms: Vec<String> = offers.iter().take(own).filter(|offer| !matches!(offer.kind, Kind::PercentOff { .. }))
            .map(|offer| offer.id.clone()).collect();
        let arms: Vec<&str> = arms.iter().map(String::as_str).collect();
        let engine = engine_of(&arms, offers, |content| {
            content.menu.stacking.mode = modes[mode];
            content.menu.exploration = 0.5;
        });
        let known: Vec<Known> = groups.iter().map(|group| known(*group)).collect();
        let about = nothing_known();
        let request = CartRequest { basket: &basket, known: &known, about: &about, attributes: &[], now: NOW, seed };
        let told = engine.decide_cart(&regular(&engine), &request, &at_margin(margin));
        let public = engine.offers().price_with(&basket, &about, &|offer| {
            !engine.content().menu.arms.iter().any(|arm| arm.id == engine.offers().get().offers[offer].id)
        });
        let decision = &told.decision;
        prop_assert!(decision.price <= public.totals.price, "{:?} {:?} {:?}", decision, told.priced, public);
        prop_assert!(public.totals.price <= decision.list);
        prop_assert_eq!(decision.price.minor() + decision.discount.minor(), decision.list.minor());
        let chances: f64 = decision.outcomes().iter().map(|outcome| outcome.propensity).sum();
        prop_assert!((chances - 1.0).abs() < 1e-12);
        for (arm, outcome) in decision.outcomes().iter().enumerate() {
            let is_blocked = !told.refusals[arm].is_empty();
            prop_assert!(!is_blocked || outcome.propensity == 0.0, "arm {} has {:?}", arm, told.refusals[arm]);
        }
        for (line, sold) in told.priced.lines.iter().zip(&basket.get().lines) {
            let least = sold.floor.min(sold.price).minor() * sold.quantity as i64;
            prop_assert!(line.price.minor() >= least && line.price <= line.list);
            let parts: i64 = line.parts.iter().map(|part| part.amount.minor()).sum();
            prop_assert_eq!(line.price.minor() + parts, line.list.minor());
        }
    }
}
