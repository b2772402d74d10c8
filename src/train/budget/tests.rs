//! What a plan promises, on small programs whose best choice is known and on many drawn ones.

use super::{Curve, Limit, Offers, Plan, Program};
use crate::error::Result;
use crate::train::random::Random;
use proptest::prelude::{prop_assert, proptest};

/// Gains that rise with cost and flatten, some of them below zero; one arm in eight blocked.
fn drawn(shoppers: usize, arms: usize, seed: u64) -> Offers {
    let mut random = Random::new(seed);
    let (mut gain, mut cost, mut blocked) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..shoppers {
        let (scale, bent) = (4.0 * random.uniform(), 1.0 + 3.0 * random.uniform());
        for arm in 0..arms {
            let depth = arm as f64 / arms as f64;
            let noise = random.uniform() - 0.5;
            gain.push(if arm == 0 { 0.0 } else { (scale * depth * (bent - depth) + noise) as f32 });
            cost.push(if arm == 0 { 0.0 } else { (depth * (1.0 + random.uniform()) - 0.05) as f32 });
        }
        blocked.push(if random.below(8) == 0 { 2 } else { 0 });
    }
    Offers::new(arms, gain, cost, blocked).expect("drawn offers are sound")
}

fn solve(offers: &Offers, limits: Vec<Limit>) -> Result<Plan> {
    Program { offers, limits, seed: 7 }.check()?.solve()
}

fn spend(offers: &Offers, budget: f64) -> Plan {
    solve(offers, vec![Limit::spend("budget", budget)]).expect("there is room for no offer")
}

/// Every choice there is.
fn best_of_all(offers: &Offers, budget: f64) -> f64 {
    let (arms, shoppers) = (offers.arms(), offers.shoppers());
    let mut best = f64::NEG_INFINITY;
    for number in 0..arms.pow(shoppers as u32) {
        let arm = |shopper: usize| number / arms.pow(shopper as u32) % arms;
        let sum =
            |of: &dyn Fn(usize, usize) -> f64| (0..shoppers).map(|shopper| of(shopper, arm(shopper))).sum::<f64>();
        let allowed = (0..shoppers).all(|shopper| offers.allows(shopper, arm(shopper)));
        if allowed && sum(&|shopper, arm| offers.cost(shopper, arm)) <= budget {
            best = best.max(sum(&|shopper, arm| offers.gain(shopper, arm)));
        }
    }
    best
}

#[test]
fn the_bound_is_never_below_the_best_of_all_choices_and_the_plan_never_above() {
    for seed in 0..60 {
        let offers = drawn(6, 4, seed);
        for budget in [0.0, 0.5, 1.0, 2.0, 5.0] {
            let (plan, best) = (spend(&offers, budget), best_of_all(&offers, budget));
            assert!(plan.bound >= best - 1e-6, "seed {seed}: bound {} below {best}", plan.bound);
            assert!(plan.gain <= best + 1e-6, "seed {seed}: gain {} above {best}", plan.gain);
            assert!(plan.used[0] <= budget, "seed {seed}: spent {} of {budget}", plan.used[0]);
        }
    }
}

#[test]
fn a_deeper_budget_never_earns_less_and_never_asks_a_higher_price() {
    for seed in 0..20 {
        let offers = drawn(40, 5, seed);
        let plans: Vec<Plan> = (0..120).map(|step| spend(&offers, f64::from(step) * 0.25)).collect();
        for pair in plans.windows(2) {
            assert!(pair[1].gain >= pair[0].gain - 1e-9, "seed {seed}: {} after {}", pair[1].gain, pair[0].gain);
            assert!(pair[1].prices <= pair[0].prices, "seed {seed}: {:?} after {:?}", pair[1].prices, pair[0].prices);
            assert!(pair[0].prices[0] >= 0.0);
        }
    }
}

proptest! {
    #[test]
    fn a_deeper_budget_never_earns_less_whatever_is_offered(
        arms in 2..6_usize,
        amounts in proptest::collection::vec((-5.0..5.0_f32, -2.0..4.0_f32), 6..120),
        budget in 0.0..30.0_f64,
        more in 0.0..10.0_f64,
    ) {
        let rows = amounts.len() / arms;
        let of = |pick: fn(&(f32, f32)) -> f32| -> Vec<f32> {
            amounts[..rows * arms].iter().enumerate().map(|(at, both)| if at % arms == 0 { 0.0 } else { pick(both) }).collect()
        };
        let offers = Offers::new(arms, of(|both| both.0), of(|both| both.1), vec![]).expect("sound");
        let (small, large) = (spend(&offers, budget), spend(&offers, budget + more));
        prop_assert!(large.gain >= small.gain - 1e-9, "{} of {budget}, {} of {more} more", small.gain, large.gain);
        prop_assert!(large.bound >= small.bound - 1e-9 && large.used[0] <= budget + more + 1e-9);
    }
}

#[test]
fn nothing_but_half_an_offer_is_wasted() {
    for seed in 0..20 {
        let offers = drawn(2_000, 8, seed);
        let plan = spend(&offers, 300.0);
        assert!(plan.gap() < 0.003, "seed {seed}: gap {}", plan.gap());
        assert!((0..2_000).all(|shopper| offers.allows(shopper, plan.arm[shopper] as usize)));
    }
}

#[test]
fn a_budget_of_nothing_still_takes_offers_that_pay_for_themselves() {
    // The second arm brings two; the third costs three and is paid by it, and one of the two is left over.
    let offers = Offers::new(3, vec![0.0, 1.0, 0.0, 0.0, 0.0, 9.0], vec![0.0, -4.0, 0.0, 0.0, 0.0, 3.0], vec![]);
    let plan = spend(&offers.expect("sound"), 0.0);
    assert_eq!((plan.arm, plan.gain, plan.used[0]), (vec![1, 2], 10.0, -1.0));
}

#[test]
fn an_offer_that_loses_a_little_and_brings_money_in_is_taken_where_the_money_earns_more() {
    let offers = Offers::new(2, vec![0.0, -1.0, 0.0, 9.0], vec![0.0, -4.0, 0.0, 3.0], vec![]).expect("sound");
    assert_eq!(spend(&offers, 0.0).arm, [1, 1]);
    assert_eq!(spend(&offers, 3.0).arm, [0, 1]);
}

#[test]
fn shoppers_worth_the_same_are_split_and_not_flipped_together() {
    let (gain, cost) = ([0.0, 2.0].repeat(1_000), [0.0, 1.0].repeat(1_000));
    let offers = Offers::new(2, gain, cost, vec![]).expect("sound");
    let plan = spend(&offers, 300.0);
    assert_eq!((plan.used[0], plan.prices[0], plan.tied_share), (300.0, 2.0, 0.3));
    let first: usize = plan.arm[..500].iter().map(|arm| *arm as usize).sum();
    assert!((100..200).contains(&first), "{first} of the first half");
}

#[test]
fn refuses_what_cannot_be_solved() {
    let check = |result: Result<Plan>, says: &str| {
        let error = result.expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    let offers = drawn(5, 3, 1);
    check(solve(&offers, vec![]), "limits, at least 1");
    check(solve(&offers, vec![Limit::spend("week", f64::NAN)]), "limit `week`: must be a number");
    check(solve(&offers, vec![Limit::spend("week", -50.0)]), "no choice gets below");
    check(solve(&offers, vec![Limit::spend("store", 1.0).for_shoppers(vec![true])]), "limit `store`: shoppers");
    let new =
        |gain: Vec<f32>, blocked: Vec<u16>| Offers::new(2, gain, vec![0.0; 2], blocked).map(|_| spend(&offers, 1.0));
    check(new(vec![0.0, f32::NAN], vec![]), "shopper 0, arm 1");
    check(new(vec![0.0; 3], vec![]), "no rows of 2 arms");
    check(new(vec![0.0; 2], vec![1]), "no offer cannot be blocked");
}

#[test]
fn the_curve_is_what_the_prices_really_spend_and_earn() {
    let offers = drawn(3_000, 6, 5);
    let curve = Curve::of(&offers, 40).expect("there are offers");
    let prices: Vec<f64> = curve.points.iter().map(|point| point.price).collect();
    let judged = Curve::judged(&offers, &offers, &prices).expect("the same offers");
    assert!((20..=60).contains(&curve.points.len()) && prices[0] == 0.0, "{prices:?}");
    for (point, judged) in curve.points.iter().zip(&judged.points) {
        assert!(
            (point.spend - judged.spend).abs() < 1e-6 && (point.gain - judged.gain).abs() < 1e-6,
            "{point:?} {judged:?}"
        );
        assert!((point.share_offered - judged.share_offered).abs() < 1e-9);
    }
    for pair in curve.points.windows(2) {
        assert!(pair[0].price < pair[1].price && pair[0].spend >= pair[1].spend && pair[0].gain >= pair[1].gain);
        assert!(pair[0].marginal_return >= pair[0].price * 0.98, "{pair:?}");
    }
}

#[test]
fn the_curve_answers_with_a_price_that_keeps_a_budget() {
    let offers = drawn(3_000, 6, 5);
    let curve = Curve::of(&offers, 100).expect("there are offers");
    for budget in [50.0, 200.0, 600.0] {
        let price = curve.price_within(budget).expect("no offer costs nothing");
        let (at, exact) = (curve.spend(price), spend(&offers, budget).prices[0]);
        assert!(at <= budget && price >= exact, "{at} of {budget} at {price}, exactly {exact}");
        assert!((curve.spend(curve.price(budget)) - budget).abs() < 1e-6);
    }
    assert_eq!(curve.price_within(-1e9), None);
    assert!(Curve::of(&offers, 1).is_err() && Curve::judged(&offers, &offers, &[-1.0]).is_err());
}

#[test]
fn several_limits_are_kept_together_with_a_small_proven_gap() {
    for seed in 0..6 {
        let offers = drawn(3_000, 6, seed);
        let store = |number: usize| (0..3_000).map(|shopper| shopper % 3 == number).collect::<Vec<_>>();
        let limits = vec![
            Limit::spend("campaign", 500.0),
            Limit::spend("first store", 100.0).for_shoppers(store(0)),
            Limit::offers("deepest arms", 300.0).for_arms(&[4, 5]),
            Limit::return_floor("return", 2.5),
            Limit::profit_floor("second store", 500.0).for_shoppers(store(1)),
        ];
        let plan = solve(&offers, limits.clone()).expect("there is room");
        for (limit, used) in limits.iter().zip(&plan.used) {
            assert!(*used <= limit.at_most + 1e-6, "seed {seed}: `{}` at {used} of {}", limit.name, limit.at_most);
        }
        assert!(plan.prices.iter().all(|price| *price >= 0.0));
        assert!(plan.gap() < 0.003, "seed {seed}: gap {} at {:?}", plan.gap(), plan.prices);
    }
}
