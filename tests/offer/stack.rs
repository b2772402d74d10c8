//! Stacking, floors, units and reasons, worked out by hand.

use super::build::{amount, basket, euro, euros, line, money, offers, on_cart, percent, price, prices, share};
use skonto::error::Code;
use skonto::money::{Currency, MAX_MINOR, TaxRate, Taxes};
use skonto::offer::{
    Attribute, Base, Basket, BasketLine, BundlePart, Circumstances, Kind, Limits, LineFilter, Mode, Nearest, Offer,
    Offers, Over, REFUSAL_CODES, RefusalCode, Reward, Rule, Scope, Tier,
};

fn stacked(list: Vec<Offer>) -> Offers {
    offers(list, Mode::Stackable, Over::Cart)
}

fn alone(offer: Offer) -> Offers {
    stacked(vec![offer])
}

fn buy_get(buy: u32, get: u32, bought: &[&str], reduced: &[&str], depth: u16) -> Offer {
    let reduced = LineFilter::skus(reduced.iter().copied());
    let kind = Kind::BuyGet { buy, get, reduced, depth: share(depth), most_times: None };
    Offer { lines: LineFilter::skus(bought.iter().copied()), ..Offer::new("more", kind) }
}

fn bundle(parts: &[(&[&str], u32)], price: i64) -> Offer {
    let part =
        |(skus, units): &(&[&str], u32)| BundlePart { lines: LineFilter::skus(skus.iter().copied()), units: *units };
    let parts = parts.iter().map(part).collect();
    Offer::new("set", Kind::Bundle { parts, price: euros(price), most_times: None })
}

#[test]
fn counts_units_as_bought_or_reduced_and_never_as_both() {
    let check = |offer: Offer, rows: &[(&str, i64, u32)], expected: &[i64]| {
        let lines = rows.iter().map(|(sku, price, quantity)| line(sku, *price, *quantity)).collect();
        assert_eq!(prices(&price(alone(offer.clone()), &basket(lines))), expected, "{rows:?} {offer:?}");
    };
    // Two of three: the third is free, and of six two.
    check(buy_get(2, 1, &[], &[], 10_000), &[("a", 100, 3)], &[200]);
    check(buy_get(2, 1, &[], &[], 10_000), &[("a", 100, 6)], &[400]);
    check(buy_get(2, 1, &[], &[], 10_000), &[("a", 100, 2)], &[200]);
    // Half the price of the second, rounded half up for the shopper.
    check(buy_get(1, 1, &[], &[], 5_000), &[("a", 199, 2)], &[298]);
    // The cheapest are reduced, but enough must be left to be bought.
    check(buy_get(1, 1, &["a"], &["a", "b"], 10_000), &[("a", 100, 2), ("b", 300, 1)], &[100, 300]);
    check(buy_get(1, 2, &["a"], &["a", "b"], 10_000), &[("a", 100, 2), ("b", 300, 2)], &[100, 300]);
    check(buy_get(1, 1, &["a"], &["b"], 10_000), &[("a", 500, 1), ("b", 300, 2)], &[500, 300]);
    // Across lines, from the cheapest on.
    check(buy_get(1, 1, &[], &[], 10_000), &[("a", 500, 1), ("b", 300, 2), ("c", 100, 1)], &[500, 300, 0]);
}

#[test]
fn a_set_takes_the_dearest_units_and_as_many_sets_as_save_money() {
    let check = |offer: Offer, rows: &[(&str, i64, u32)], expected: &[i64]| {
        let lines = rows.iter().map(|(sku, price, quantity)| line(sku, *price, *quantity)).collect();
        assert_eq!(prices(&price(alone(offer), &basket(lines))), expected, "{rows:?}");
    };
    let any_two: &[(&[&str], u32)] = &[(&[], 2)];
    // 900 + 500 for 1000 saves 400; 300 + 200 would cost more and stay out.
    check(bundle(any_two, 1_000), &[("a", 200, 1), ("b", 500, 1), ("c", 900, 1), ("d", 300, 1)], &[200, 357, 643, 300]);
    check(bundle(any_two, 1_000), &[("a", 500, 1), ("b", 500, 1)], &[500, 500]);
    check(bundle(any_two, 100), &[("a", 500, 5)], &[700]);
    check(bundle(&[(&["a"], 1), (&[], 1)], 500), &[("a", 400, 1), ("b", 300, 1)], &[286, 214]);
}

#[test]
fn a_missing_part_of_a_set_is_told() {
    let priced =
        price(alone(bundle(&[(&["a"], 2), (&["b"], 3)], 100)), &basket(vec![line("a", 100, 5), line("b", 100, 1)]));
    let refusal = priced.refused[0].refusals[0];
    assert_eq!((refusal.code, refusal.nearest), (RefusalCode::TooFewUnits, Some(Nearest::Add(2))));
}

#[test]
fn over_items_a_class_parts_two_offers_on_a_line_and_not_in_the_basket() {
    let of_class = |offer: Offer| Offer { classes: vec!["spring".into()], ..offer };
    let a_only = Offer { lines: LineFilter::skus(["a"]), ..of_class(percent("a", 1_000)) };
    let list = || vec![a_only.clone(), of_class(percent("all", 2_000))];
    let basket = basket(vec![line("a", 1_000, 1), line("b", 1_000, 1)]);
    assert_eq!(prices(&price(offers(list(), Mode::Stackable, Over::Item), &basket)), [900, 800]);
    assert_eq!(prices(&price(offers(list(), Mode::Stackable, Over::Cart), &basket)), [900, 1_000]);
}

#[test]
fn equal_deals_go_to_the_earlier_offer() {
    let alone = |offer: Offer| Offer { exclusive: true, ..offer };
    let list = vec![alone(amount("first", 100)), alone(percent("second", 1_000)), alone(amount("third", 100))];
    for over in [Over::Cart, Over::Item] {
        let priced = price(offers(list.clone(), Mode::BestDeal, over), &basket(vec![line("a", 1_000, 1)]));
        assert_eq!(priced.applied.iter().map(|applied| applied.offer).collect::<Vec<_>>(), [0], "{over:?}");
    }
}

#[test]
fn points_join_the_best_deal_though_they_are_worth_nothing_in_money() {
    let list = vec![percent("ten", 1_000), Offer::new("points", Kind::Points { hundredths: 200 })];
    let priced = price(offers(list, Mode::BestDeal, Over::Cart), &basket(vec![line("a", 1_000, 1)]));
    assert_eq!(priced.applied.len(), 2);
}

#[test]
fn the_discount_of_a_cart_passes_by_what_is_at_its_floor() {
    let floored = BasketLine { floor: money(950), ..line("a", 1_000, 1) };
    let basket = basket(vec![floored, line("b", 1_000, 1)]);
    let share = price(alone(on_cart(percent("ten", 1_000))), &basket);
    // A share is no deeper on the other line; an amount is, since it is promised as an amount.
    assert_eq!(prices(&share), [950, 900]);
    assert_eq!(prices(&price(alone(on_cart(amount("off", 200))), &basket)), [950, 850]);
}

#[test]
fn every_rule_has_its_reason() {
    let check = |rule: Rule, about: Circumstances, expected: Option<(RefusalCode, Option<Nearest>)>| {
        let offer = Offer { rules: vec![rule.clone()], ..percent("ten", 1_000) };
        let lines = vec![BasketLine { categories: vec!["tea".into()], ..line("a", 1_000, 3) }];
        let priced = alone(offer).check().unwrap().price(&basket(lines), &about);
        let found = priced.refused.first().map(|refused| (refused.refusals[0].code, refused.refusals[0].nearest));
        assert_eq!(found, expected, "{rule:?} {about:?}");
        assert_eq!(priced.totals.discount.minor(), if expected.is_none() { 300 } else { 0 });
    };
    let nobody = Circumstances::default;
    let names = || vec!["gold".to_string()];
    let missing = |attribute| Some((RefusalCode::MissingAttribute, Some(Nearest::Tell(attribute))));
    let plain = |code| Some((code, None));
    check(Rule::Tier(names()), nobody(), missing(Attribute::Tier));
    check(Rule::Tier(names()), Circumstances { tier: Some("gold".into()), ..nobody() }, None);
    check(Rule::Tier(names()), Circumstances { tier: Some("iron".into()), ..nobody() }, plain(RefusalCode::OtherTier));
    check(Rule::Segment(names()), nobody(), missing(Attribute::Segments));
    check(Rule::Segment(names()), Circumstances { segments: Some(names()), ..nobody() }, None);
    check(
        Rule::Segment(names()),
        Circumstances { segments: Some(vec![]), ..nobody() },
        plain(RefusalCode::OtherSegment),
    );
    check(Rule::Channel(names()), nobody(), missing(Attribute::Channel));
    check(
        Rule::Channel(names()),
        Circumstances { channel: Some("app".into()), ..nobody() },
        plain(RefusalCode::OtherChannel),
    );
    check(Rule::Category(vec!["tea".into()]), nobody(), None);
    check(Rule::Category(names()), nobody(), plain(RefusalCode::OtherCategory));
    check(Rule::Sku(vec!["a".into()]), nobody(), None);
    check(Rule::Sku(names()), nobody(), plain(RefusalCode::OtherSku));
    check(Rule::FirstOrder, nobody(), missing(Attribute::PastOrders));
    check(Rule::FirstOrder, Circumstances { past_orders: Some(0), ..nobody() }, None);
    check(Rule::FirstOrder, Circumstances { past_orders: Some(1), ..nobody() }, plain(RefusalCode::NotFirstOrder));
    check(Rule::Referral, nobody(), missing(Attribute::Referred));
    check(Rule::Referral, Circumstances { referred: Some(true), ..nobody() }, None);
    check(Rule::Referral, Circumstances { referred: Some(false), ..nobody() }, plain(RefusalCode::NotReferred));
    check(Rule::EcoChoice, nobody(), missing(Attribute::EcoChoice));
    check(Rule::EcoChoice, Circumstances { eco_choice: Some(true), ..nobody() }, None);
    check(Rule::EcoChoice, Circumstances { eco_choice: Some(false), ..nobody() }, plain(RefusalCode::NotEcoChoice));
    check(Rule::Window { from: Some(5), until: Some(9) }, nobody(), missing(Attribute::Now));
    check(Rule::Window { from: Some(5), until: Some(9) }, Circumstances { now: Some(8), ..nobody() }, None);
    check(Rule::Currency(vec![euro()]), nobody(), None);
    check(Rule::Currency(vec![Currency::new("USD").unwrap()]), nobody(), plain(RefusalCode::OtherCurrency));
    let units = |least, most| Rule::Quantity { lines: LineFilter::default(), least, most };
    check(units(3, Some(3)), nobody(), None);
    check(units(5, None), nobody(), Some((RefusalCode::TooFewUnits, Some(Nearest::Add(2)))));
    check(units(0, Some(1)), nobody(), Some((RefusalCode::TooManyUnits, Some(Nearest::Remove(2)))));
}

#[test]
fn following_the_nearest_change_helps() {
    let minimum =
        |least| Rule::MinimumBasket { amounts: euros(least), lines: LineFilter::default(), measured: Base::Initial };
    let offer = Offer { rules: vec![minimum(5_000)], ..percent("ten", 1_000) };
    let short = price(alone(offer.clone()), &basket(vec![line("a", 4_300, 1)]));
    let Some(Nearest::Spend(more)) = short.refused[0].refusals[0].nearest else { panic!("no amount is told") };
    assert_eq!(more.minor(), 700);
    let reached = price(alone(offer), &basket(vec![line("a", 4_300, 1), line("b", more.minor(), 1)]));
    assert_eq!(reached.totals.discount.minor(), 500);
}

#[test]
fn refuses_offers_that_contradict_themselves() {
    let check =
        |list: Offers, code: Code| assert_eq!(list.clone().check().map(|_| ()).unwrap_err().code(), code, "{list:?}");
    let ten = || percent("ten", 1_000);
    check(alone(percent("", 1_000)), Code::BadConfig);
    check(alone(percent("none", 0)), Code::BadConfig);
    check(alone(amount("none", 0)), Code::BadConfig);
    check(alone(Offer { most_uses: Some(0), ..ten() }), Code::BadConfig);
    check(stacked(vec![ten(), ten()]), Code::DuplicateName);
    check(alone(on_cart(Offer::new("fixed", Kind::FixedPrice { amounts: euros(5) }))), Code::BadConfig);
    check(alone(Offer { rules: vec![Rule::Segment(vec![])], ..ten() }), Code::BadConfig);
    check(alone(Offer { rules: vec![Rule::Window { from: Some(9), until: Some(9) }], ..ten() }), Code::BadConfig);
    check(alone(buy_get(0, 1, &[], &[], 1)), Code::BadConfig);
    check(alone(bundle(&[], 5)), Code::BadConfig);
    let tier = |from| Tier { from: euros(from), reward: Reward::Percent(share(1_000)) };
    check(alone(Offer::new("tiers", Kind::SpendAndSave { tiers: vec![tier(9), tier(9)] })), Code::BadConfig);
    let twice = skonto::offer::Amounts([euros(5).0, euros(6).0].concat());
    check(alone(Offer::new("twice", Kind::AmountOff { amounts: twice, stated: None })), Code::DuplicateName);
    let many = |count: usize| (0..count).map(|place| percent(&place.to_string(), 100)).collect::<Vec<_>>();
    check(offers(many(17), Mode::BestDeal, Over::Cart), Code::TooLarge);
    check(stacked(many(257)), Code::TooLarge);
    assert!(offers(many(16), Mode::BestDeal, Over::Cart).check().is_ok());
}

#[test]
fn shares_of_the_initial_price_that_reach_all_of_it_need_a_cap_unless_they_never_meet() {
    let initial = |id: &str, points| Offer { base: Base::Initial, ..percent(id, points) };
    let list = || stacked(vec![initial("a", 4_000), initial("b", 6_000)]);
    assert_eq!(list().check().unwrap_err().code(), Code::BadConfig);
    assert!(stacked(vec![initial("a", 4_000), initial("b", 5_999)]).check().is_ok());
    let limits = Limits { cart_cap: share(9_000), ..Limits::default() };
    assert!(Offers { limits, ..list() }.check().is_ok());
    let of_class = |offer: Offer| Offer { classes: vec!["x".into()], ..offer };
    assert!(stacked(vec![of_class(initial("a", 4_000)), of_class(initial("b", 7_000))]).check().is_ok());
    assert!(offers(list().offers, Mode::Exclusive, Over::Cart).check().is_ok());
}

#[test]
fn the_largest_basket_is_priced_without_overflow() {
    let tax = TaxRate::new(1_000_000).unwrap();
    let unit = |line: BasketLine| BasketLine { tax, ..line };
    let most = MAX_MINOR / 2 / 512;
    let lines: Vec<BasketLine> = (0..512).map(|_| unit(line("a", most / 1_000_000, 1_000_000))).collect();
    let kinds = [
        Kind::AmountOff { amounts: euros(MAX_MINOR), stated: Some(Taxes::Included) },
        Kind::AmountOff { amounts: euros(MAX_MINOR), stated: None },
        Kind::FixedPrice { amounts: euros(1) },
        Kind::PercentOff { depth: share(10_000) },
        Kind::BuyGet { buy: 1, get: 1, reduced: LineFilter::default(), depth: share(10_000), most_times: None },
        Kind::Bundle {
            parts: vec![BundlePart { lines: LineFilter::default(), units: 3 }],
            price: euros(1),
            most_times: None,
        },
    ];
    for taxes in [Taxes::Added, Taxes::Included] {
        for (kind, scope) in kinds.iter().flat_map(|kind| [(kind, Scope::Item), (kind, Scope::Cart)]) {
            let basket = Basket { lines: lines.clone(), taxes, ..Basket::new(euro()) }.check().unwrap();
            let offer = Offer { scope, ..Offer::new("off", kind.clone()) };
            let Ok(list) = alone(offer).check() else { continue };
            let priced = list.price(&basket, &Circumstances::default());
            assert_eq!(priced.totals.list.minor() - priced.totals.discount.minor(), priced.totals.price.minor());
            assert!(priced.totals.discount.minor() > 0, "{kind:?}");
        }
    }
}

#[test]
fn every_refusal_code_is_in_the_documentation() {
    let page = include_str!("../../docs/money.md");
    for (number, name) in REFUSAL_CODES.iter().enumerate() {
        assert!(page.contains(&format!("| {number} | `{name}` |")), "{number} {name}");
    }
}

#[test]
fn a_line_stops_at_its_floor_or_its_margin_whichever_is_more() {
    let check = |price_of_unit: i64, floor: i64, unit_cost: Option<i64>, lowest: i64| {
        let (floor, unit_cost) = (money(floor), unit_cost.map(money));
        let line = BasketLine { floor, unit_cost, ..line("a", price_of_unit, 2) };
        let limits = Limits { floor_margin: share(1_000), ..Limits::default() };
        let list = Offers { limits, ..alone(percent("all", 10_000)) };
        assert_eq!(prices(&price(list, &basket(vec![line]))), [lowest]);
    };
    check(100, 0, None, 0);
    check(100, 60, None, 120);
    check(100, 60, Some(55), 130);
    check(100, 300, None, 200);
    check(100, 0, Some(95), 200);
    // A tenth of 99 is rounded up to 10.
    check(99, 0, Some(50), 120);
}

#[test]
fn refuses_baskets_whose_sums_do_not_fit() {
    let check = |lines: Vec<BasketLine>, taxes: Taxes, code: Option<Code>| {
        let checked = Basket { lines, taxes, ..Basket::new(euro()) }.check();
        assert_eq!(checked.err().map(|error| error.code()), code);
    };
    check(vec![line("a", 1, 0)], Taxes::Included, Some(Code::BadQuantity));
    check(vec![line("a", 1, 1_000_001)], Taxes::Included, Some(Code::BadQuantity));
    check(vec![line("a", MAX_MINOR, 1_000_000)], Taxes::Included, Some(Code::BadPrice));
    check(vec![line("a", 1, 1); 513], Taxes::Included, Some(Code::TooLarge));
    check(vec![line("a", MAX_MINOR, 1)], Taxes::Included, None);
    check(vec![line("a", MAX_MINOR, 1)], Taxes::Added, Some(Code::BadPrice));
}

#[test]
fn exclusions_win_over_everything_else() {
    let tea = BasketLine { categories: vec!["drinks".into(), "sale".into()], ..line("tea", 100, 1) };
    let check = |filter: LineFilter, expected| assert_eq!(filter.takes(&tea), expected, "{filter:?}");
    let drinks = || LineFilter::categories(["drinks"]);
    check(LineFilter::default(), true);
    check(LineFilter::skus(["tea"]), true);
    check(LineFilter::skus(["cup"]), false);
    check(drinks(), true);
    check(LineFilter { skus: vec!["cup".into()], ..drinks() }, true);
    check(LineFilter { except_categories: vec!["sale".into()], ..drinks() }, false);
    check(LineFilter { except_skus: vec!["tea".into()], ..LineFilter::default() }, false);
}

/// Prints how long the worst searches take: `cargo test --release best_deal_takes -- --ignored --nocapture`.
#[test]
#[ignore = "measurement"]
fn best_deal_takes() {
    let lines: Vec<BasketLine> = (0..20).map(|place| line(&place.to_string(), 1_000 + 37 * place, 2)).collect();
    let basket = basket(lines);
    let classes = |place: usize| vec![format!("{}", place % 5)];
    let item = |place: usize| percent(&place.to_string(), 100 + 7 * place as u16);
    let cart = |place: usize| on_cart(item(place));
    let mixed = |place: usize| if place.is_multiple_of(2) { item(place) } else { cart(place) };
    let classed = |place: usize| Offer { classes: classes(place), ..mixed(place) };
    let tiered = |place: usize| buy_get(1 + place as u32 % 3, 1, &[], &[], 100 + 7 * place as u16);
    let one_item = |place: usize| if place == 0 { item(place) } else { cart(place) };
    let dense =
        |place: usize| Offer { classes: vec![format!("{}", place / 2), format!("{}", place % 7)], ..mixed(place) };
    let rows: [(&str, &dyn Fn(usize) -> Offer); 7] = [
        ("item", &item),
        ("cart", &cart),
        ("mixed", &mixed),
        ("one item, else cart", &one_item),
        ("classed", &classed),
        ("densely classed", &dense),
        ("buy and get", &tiered),
    ];
    for (name, offer) in rows {
        for over in [Over::Cart, Over::Item] {
            let named = |place: usize| Offer { id: place.to_string(), ..offer(place) };
            let list = offers((0..16).map(named).collect(), Mode::BestDeal, over).check().unwrap();
            let start = std::time::Instant::now();
            let priced = list.price(&basket, &Circumstances::default());
            println!("16 {name} offers over {over:?}: {:?}, {} applied", start.elapsed(), priced.applied.len());
        }
    }
}
