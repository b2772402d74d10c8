//! What holds for every basket and every list of offers.

use super::build::{euro, euros, money, share};
use proptest::prelude::*;
use proptest::sample::Index;
use skonto::money::{Amount, TaxRate, Taxes};
use skonto::offer::{
    Base, Basket, BasketLine, BundlePart, CheckedBasket, Circumstances, Kind, Limits, LineFilter, Mode, Offer, Offers,
    Over, Priced, PricedLine, RefusalCode, Reward, Rule, Scope, Stacking, Tier, Uses,
};

const SKUS: [&str; 4] = ["a", "b", "c", "d"];

fn one_line() -> impl Strategy<Value = BasketLine> {
    let numbers = (0_i64..20_000, 1_u32..8, 0_i64..20_000, prop::option::of(0_i64..20_000), 0_u32..300_000);
    (numbers, 0_usize..4, any::<bool>(), any::<bool>()).prop_map(
        |((price, quantity, floor, cost, tax), sku, is_sale, has_floor)| BasketLine {
            sku: SKUS[sku].into(),
            categories: if is_sale { vec!["sale".into()] } else { vec![] },
            price: money(price),
            quantity,
            tax: TaxRate::new(tax).unwrap(),
            floor: money(if has_floor { floor } else { 0 }),
            unit_cost: cost.map(money),
        },
    )
}

fn baskets() -> impl Strategy<Value = Basket> {
    (prop::collection::vec(one_line(), 0..6), any::<bool>(), 0_i64..2_000).prop_map(|(lines, is_added, shipping)| {
        let taxes = if is_added { Taxes::Added } else { Taxes::Included };
        let shipping_tax = TaxRate::new(190_000).unwrap();
        Basket { lines, taxes, shipping: money(shipping), shipping_tax, ..Basket::new(euro()) }
    })
}

fn filters() -> impl Strategy<Value = LineFilter> {
    (prop::collection::vec(0_usize..4, 0..3), any::<bool>()).prop_map(|(skus, without_sale)| LineFilter {
        except_categories: if without_sale { vec!["sale".into()] } else { vec![] },
        ..LineFilter::skus(skus.into_iter().map(|sku| SKUS[sku]))
    })
}

fn kinds() -> impl Strategy<Value = Kind> {
    let points = || (1_u16..=10_000).prop_map(share);
    let minor = || 1_i64..30_000;
    let stated = prop::sample::select(vec![None, Some(Taxes::Included), Some(Taxes::Added)]);
    let times = || prop::option::of(1_u32..3);
    let tier = |from: i64, reward| Tier { from: euros(from), reward };
    let amount = Amount { currency: euro(), money: money(500) };
    prop_oneof![
        3 => points().prop_map(|depth| Kind::PercentOff { depth }),
        3 => (minor(), stated).prop_map(|(minor, stated)| Kind::AmountOff { amounts: euros(minor), stated }),
        1 => (0_i64..20_000).prop_map(|minor| Kind::FixedPrice { amounts: euros(minor) }),
        1 => Just(Kind::FreeShipping),
        1 => (points(), minor()).prop_map(move |(depth, minor)| Kind::SpendAndSave {
            tiers: vec![tier(5_000, Reward::Percent(depth)), tier(20_000, Reward::Amount(euros(minor)))],
        }),
        2 => (1_u32..4, 1_u32..4, filters(), points(), times())
            .prop_map(|(buy, get, reduced, depth, most_times)| Kind::BuyGet { buy, get, reduced, depth, most_times }),
        2 => (prop::collection::vec((filters(), 1_u32..3), 1..3), minor(), times()).prop_map(|(parts, price, most_times)| {
            let part = |(lines, units)| BundlePart { lines, units };
            Kind::Bundle { parts: parts.into_iter().map(part).collect(), price: euros(price), most_times }
        }),
        1 => minor().prop_map(|minor| Kind::Gift { sku: "gift".into(), worth: euros(minor) }),
        1 => Just(Kind::Points { hundredths: 200 }),
        1 => Just(Kind::PartnerVoucher { partner: "cinema".into(), amount }),
    ]
}

fn rules() -> impl Strategy<Value = Rule> {
    let measured = prop::sample::select(vec![Base::Initial, Base::Discounted]);
    prop_oneof![
        Just(Rule::Tier(vec!["gold".into()])),
        Just(Rule::Segment(vec!["vip".into()])),
        Just(Rule::FirstOrder),
        Just(Rule::Window { from: Some(0), until: None }),
        (filters(), 0_u32..6, prop::option::of(6_u32..9)).prop_map(|(lines, least, most)| Rule::Quantity {
            lines,
            least,
            most
        }),
        (1_i64..40_000, filters(), measured).prop_map(|(least, lines, measured)| Rule::MinimumBasket {
            amounts: euros(least),
            lines,
            measured
        }),
    ]
}

fn one_offer() -> impl Strategy<Value = Offer> {
    let flags = (any::<[bool; 2]>(), 0_u8..6, -1_i32..2, 0_usize..4, prop::option::of(1_i64..5_000), 0_u32..3);
    (kinds(), filters(), prop::collection::vec(rules(), 0..2), flags).prop_map(|(kind, lines, rules, flags)| {
        let ([is_cart, is_initial], alone, priority, class, most, most_uses) = flags;
        let has_scope = matches!(kind, Kind::PercentOff { .. } | Kind::AmountOff { .. });
        let classes = [vec![], vec!["x".into()], vec!["y".into()], vec!["x".into(), "y".into()]][class].clone();
        Offer {
            scope: if has_scope && is_cart { Scope::Cart } else { Scope::Item },
            base: if has_scope && is_initial { Base::Initial } else { Base::Discounted },
            lines,
            rules,
            priority,
            exclusive: alone == 0,
            classes,
            most: most.map(euros).unwrap_or_default(),
            most_uses: Some(most_uses).filter(|uses| *uses > 0),
            ..Offer::new("", kind)
        }
    })
}

fn named(mut offers: Vec<Offer>) -> Vec<Offer> {
    offers.iter_mut().enumerate().for_each(|(place, offer)| offer.id = place.to_string());
    offers
}

fn lists() -> impl Strategy<Value = Offers> {
    let modes = prop::sample::select(vec![Mode::Stackable, Mode::ListOrder, Mode::BestDeal, Mode::Exclusive]);
    let over = prop::sample::select(vec![Over::Item, Over::Cart]);
    let caps = (1_000_u16..10_000, 1_000_u16..10_000, 0_u16..5_000);
    (prop::collection::vec(one_offer(), 0..8), modes, over, caps).prop_map(|(offers, mode, over, caps)| Offers {
        offers: named(offers),
        stacking: Stacking { mode, over },
        limits: Limits { line_cap: share(caps.0), cart_cap: share(caps.1), floor_margin: share(caps.2) },
    })
}

fn abouts() -> impl Strategy<Value = Circumstances> {
    let tier = prop::option::of(prop::sample::select(vec!["gold".to_string(), "iron".to_string()]));
    let uses = prop::option::of((0_u32..3).prop_map(|count| vec![Uses { offer: "0".into(), count, last: None }]));
    (tier, prop::option::of(0_u32..2), prop::option::of(-1_i64..2), uses).prop_map(|(tier, past_orders, now, uses)| {
        Circumstances { tier, past_orders, now, uses, ..Circumstances::default() }
    })
}

/// The least a line may be sold for, worked out from what its fields say.
fn lowest(line: &BasketLine, margin: u16) -> i64 {
    let (price, units) = (line.price.minor(), line.quantity as i64);
    let by_margin = line.unit_cost.map_or(0, |cost| cost.minor() + (price * margin as i64 + 9_999).div_euclid(10_000));
    by_margin.max(line.floor.minor()).min(price) * units
}

fn parts(line: &PricedLine) -> i64 {
    line.parts.iter().map(|part| part.amount.minor()).sum()
}

fn sums_are_exact(priced: &Priced) {
    let all = || priced.lines.iter().chain([&priced.shipping]);
    for line in all() {
        assert_eq!(line.list.minor() - parts(line), line.price.minor());
        assert!(line.parts.iter().all(|part| part.amount.minor() > 0));
        assert_eq!(line.taxed.net.minor() + line.taxed.tax.minor(), line.taxed.gross.minor());
        let units = line.unit_prices();
        assert_eq!(units.iter().map(|(count, _)| count).sum::<u32>(), line.quantity);
        let together: i64 = units.iter().map(|(count, price)| *count as i64 * price.minor()).sum();
        assert_eq!(together, line.price.minor());
    }
    let sum = |what: fn(&PricedLine) -> i64| all().map(what).sum::<i64>();
    let totals = &priced.totals;
    assert_eq!(sum(|line| line.list.minor()), totals.list.minor());
    assert_eq!(sum(|line| line.price.minor()), totals.price.minor());
    assert_eq!(sum(|line| line.taxed.tax.minor()), totals.taxed.tax.minor());
    assert_eq!(sum(|line| line.taxed.gross.minor()), totals.taxed.gross.minor());
    assert_eq!(totals.list.minor() - totals.discount.minor(), totals.price.minor());
    assert_eq!(priced.applied.iter().map(|applied| applied.amount.minor()).sum::<i64>(), totals.discount.minor());
    for applied in &priced.applied {
        let own = all().flat_map(|line| &line.parts).filter(|part| part.offer == applied.offer);
        assert_eq!(own.map(|part| part.amount.minor()).sum::<i64>(), applied.amount.minor());
        assert!(applied.amount <= applied.wanted);
        assert_eq!(applied.cut.is_some(), applied.amount < applied.wanted);
        assert!(applied.amount.minor() > 0 || applied.benefit.is_some());
    }
}

fn bounds_hold(offers: &Offers, basket: &CheckedBasket, priced: &Priced) {
    let limits = &offers.limits;
    for (line, sold) in basket.get().lines.iter().zip(&priced.lines) {
        assert!(sold.price <= sold.list);
        assert!(sold.price.minor() >= lowest(line, limits.floor_margin.get()));
        assert!(parts(sold) * 10_000 <= sold.list.minor() * limits.line_cap.get() as i64);
    }
    let list: i64 = priced.lines.iter().map(|line| line.list.minor()).sum();
    let taken: i64 = priced.lines.iter().map(parts).sum();
    assert!(taken * 10_000 <= list * limits.cart_cap.get() as i64);
    for applied in &priced.applied {
        let most = offers.offers[applied.offer].most.get(euro());
        assert!(most.is_none_or(|most| applied.amount <= most));
    }
}

fn every_offer_has_its_answer(offers: &Offers, priced: &Priced) {
    let mut answered: Vec<usize> = priced.applied.iter().map(|applied| applied.offer).collect();
    answered.extend(priced.refused.iter().map(|refused| refused.offer));
    answered.sort_unstable();
    assert_eq!(answered, (0..offers.offers.len()).collect::<Vec<_>>());
    assert!(priced.refused.iter().all(|refused| !refused.refusals.is_empty()));
    let gift = |offer: usize| matches!(offers.offers[offer].kind, Kind::Gift { .. });
    assert!(priced.applied.iter().filter(|applied| gift(applied.offer)).count() <= 1);
}

/// Whether two offers may both be given where they meet, as their fields say.
fn may_meet(offers: &Offers, one: usize, other: usize) -> bool {
    let (left, right) = (&offers.offers[one], &offers.offers[other]);
    let shared = left.classes.iter().any(|class| right.classes.contains(class));
    let is_combined = matches!(offers.stacking.mode, Mode::Stackable | Mode::BestDeal);
    is_combined && !left.exclusive && !right.exclusive && !shared
}

fn none_stand_together_that_may_not(offers: &Offers, priced: &Priced) {
    let groups: Vec<Vec<usize>> = match offers.stacking.over {
        Over::Cart => vec![priced.applied.iter().map(|applied| applied.offer).collect()],
        Over::Item => priced.lines.iter().map(|line| line.parts.iter().map(|part| part.offer).collect()).collect(),
    };
    for group in groups {
        for (place, one) in group.iter().enumerate() {
            assert!(group[..place].iter().all(|other| may_meet(offers, *one, *other)));
        }
    }
}

/// Reasons that an offer carries itself, whatever stands beside it.
fn is_own(code: RefusalCode) -> bool {
    use RefusalCode::*;
    !matches!(code, DoesNotCombine | OneGift | NotBestDeal | NothingLeft | BelowMinimum | TooFewUnits | NoLineMatches)
}

fn run(offers: &Offers, basket: &Basket, about: &Circumstances) -> Priced {
    offers.clone().check().unwrap().price(&basket.clone().check().unwrap(), about)
}

proptest! {
    #[test]
    fn never_above_list_never_below_the_floor_and_sums_are_exact(list in lists(), basket in baskets(), about in abouts()) {
        let priced = run(&list, &basket, &about);
        sums_are_exact(&priced);
        bounds_hold(&list, &basket.check().unwrap(), &priced);
        every_offer_has_its_answer(&list, &priced);
        none_stand_together_that_may_not(&list, &priced);
    }

    #[test]
    fn removing_an_offer_never_raises_another_blocked_offer(
        list in lists(), basket in baskets(), about in abouts(), which in any::<Index>()
    ) {
        if list.offers.is_empty() {
            return Ok(());
        }
        let before = run(&list, &basket, &about);
        let removed = which.index(list.offers.len());
        let mut fewer = list.clone();
        fewer.offers.remove(removed);
        let after = run(&fewer, &basket, &about);
        for blocked in before.refused.iter().filter(|refused| refused.refusals.iter().any(|one| is_own(one.code))) {
            if blocked.offer != removed {
                let place = blocked.offer - (blocked.offer > removed) as usize;
                let still = after.refused.iter().find(|refused| refused.offer == place);
                prop_assert_eq!(still.map(|refused| &refused.refusals), Some(&blocked.refusals));
            }
        }
    }

    #[test]
    fn the_best_deal_is_worth_no_less_than_any_offer_alone(list in lists(), basket in baskets(), about in abouts()) {
        let worth = |offers: Vec<Offer>, mode: Mode| {
            let stacking = Stacking { mode, ..list.stacking };
            let priced = run(&Offers { offers, stacking, ..list.clone() }, &basket, &about);
            let gifts = priced.applied.iter().map(|applied| match &applied.benefit {
                Some(skonto::offer::Benefit::Gift { worth, .. }) => worth.minor(),
                _ => 0,
            });
            priced.totals.discount.minor() + gifts.sum::<i64>()
        };
        let best = worth(list.offers.clone(), Mode::BestDeal);
        for offer in &list.offers {
            prop_assert!(best >= worth(vec![offer.clone()], Mode::Stackable), "{} is worth more alone", offer.id);
        }
    }

    #[test]
    fn one_offer_takes_the_same_in_whatever_order_lines_stand(list in lists(), basket in baskets(), about in abouts()) {
        let turned = Basket { lines: basket.lines.iter().rev().cloned().collect(), ..basket.clone() };
        for offer in list.offers.iter().filter(|offer| !counts_units(offer)) {
            let alone = Offers { offers: vec![offer.clone()], ..list.clone() };
            let (one, other) = (run(&alone, &basket, &about), run(&alone, &turned, &about));
            prop_assert_eq!(one.totals.discount, other.totals.discount);
        }
    }

    #[test]
    fn several_offers_differ_by_no_more_than_the_last_cents_of_ties(list in lists(), basket in baskets(), about in abouts()) {
        let offers: Vec<Offer> = list.offers.iter().filter(|offer| is_plain(offer)).cloned().collect();
        let list = Offers { offers, stacking: Stacking::default(), ..list };
        let turned = Basket { lines: basket.lines.iter().rev().cloned().collect(), ..basket.clone() };
        let (one, other) = (run(&list, &basket, &about), run(&list, &turned, &about));
        let apart = one.totals.discount.minor() - other.totals.discount.minor();
        prop_assert!(apart.abs() <= (list.offers.len() * basket.lines.len()) as i64, "{} apart", apart);
    }
}

/// Equal units are reduced in the order of lines, and half cents are rounded once per line.
fn counts_units(offer: &Offer) -> bool {
    let is_restated = matches!(offer.kind, Kind::AmountOff { stated: Some(_), .. });
    is_restated || matches!(offer.kind, Kind::BuyGet { .. } | Kind::Bundle { .. })
}

/// Without thresholds, so that a cent more or less cannot decide about an offer.
fn is_plain(offer: &Offer) -> bool {
    let has_no_rules = offer.rules.is_empty() && !offer.exclusive && offer.classes.is_empty();
    has_no_rules && !counts_units(offer) && !matches!(offer.kind, Kind::SpendAndSave { .. })
}
