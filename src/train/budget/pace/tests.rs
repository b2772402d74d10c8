//! What a controller promises, and weeks lived through.

use super::*;
use crate::error::Result;
use crate::train::budget::{Curve, CurvePoint};

/// 100 hours of equal traffic; the price `λ` spends `1000 / (1 + λ)`.
fn params() -> PaceParams {
    let spend = |price: f64| 1_000.0 / (1.0 + price);
    let point = |step: u32| {
        let price = f64::from(step) * 0.05;
        CurvePoint { price, spend: spend(price), gain: 0.0, share_offered: 0.0, marginal_return: price }
    };
    PaceParams::new(500.0, vec![1.0; 100], Curve { points: (0..400).map(point).collect() })
}

fn started(params: PaceParams) -> Controller {
    params.check().expect("the settings are sound").start()
}

#[test]
fn starts_at_the_price_at_which_the_curve_spends_the_budget() {
    let price = started(params()).price();
    assert!((price.lambda - 1.0).abs() < 0.01, "{price:?}");
    assert!(price.open && price.not_before == 0.0);
}

#[test]
fn keeps_the_price_where_all_goes_as_forecast_and_raises_it_where_more_is_spent() {
    let check = |rule: Rule, times: f64, range: std::ops::Range<f64>| {
        let mut controller = started(PaceParams { rule, ..params() });
        for hour in 1..=20 {
            let spent = f64::from(hour) * 5.0 * times;
            controller.update(Ledger { spent }, f64::from(hour)).expect("a ledger");
        }
        let found = controller.price().lambda;
        assert!(range.contains(&found), "{rule:?}, {times} times as much: {found}");
    };
    for rule in [Rule::Forecast { half_life_hours: 1.5 }, Rule::Multiplicative { strength: 0.1 }] {
        check(rule, 1.0, 0.98..1.02);
        check(rule, 1.5, 1.5..20.0);
        check(rule, 0.5, 0.0..0.7);
    }
}

#[test]
fn never_moves_by_more_than_a_step_nor_sooner_than_an_interval() {
    let mut controller = started(params());
    let first = controller.price().lambda;
    let soon = controller.update(Ledger { spent: 400.0 }, 0.5).expect("a ledger");
    assert_eq!(soon.lambda, first);
    let next = controller.update(Ledger { spent: 400.0 }, 1.0).expect("a ledger");
    assert!((next.lambda / first - 1.5).abs() < 1e-9, "{next:?}");
}

#[test]
fn closes_when_the_ledger_is_spent_even_between_two_updates() {
    let mut controller = started(params());
    assert!(!controller.update(Ledger { spent: 500.0 }, 0.1).expect("a ledger").open);
}

#[test]
fn a_device_that_hears_nothing_more_becomes_stingier() {
    let price = started(params()).price();
    assert_eq!(price.at(price.not_after), price.lambda);
    assert_eq!(price.at(price.not_after + 0.1), price.fallback);
    assert!(price.fallback > price.lambda);
}

#[test]
fn goes_on_where_it_was_after_being_stored() {
    let mut controller = started(params());
    controller.update(Ledger { spent: 9.0 }, 1.0).expect("a ledger");
    let text = serde_json::to_string(&controller).expect("a controller can be written");
    let mut again: Controller = serde_json::from_str(&text).expect("and read");
    let next = |controller: &mut Controller| controller.update(Ledger { spent: 17.0 }, 2.0).expect("a ledger").lambda;
    // Text keeps a number but for its last bit.
    assert!((next(&mut again) - next(&mut controller)).abs() < 1e-12);
    assert!(serde_json::from_str::<Controller>(&text.replace("\"budget\":500.0", "\"budget\":-1.0")).is_err());
}

#[test]
fn refuses_settings_that_could_not_pace_a_campaign() {
    let check = |spoil: fn(&mut PaceParams), says: &str| {
        let mut spoilt = params();
        spoil(&mut spoilt);
        let error = spoilt.check().expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    check(|params| params.budget = 0.0, "budget must be above 0");
    check(|params| params.profile[3] = -1.0, "traffic of hour 3");
    check(|params| params.profile.clear(), "traffic of the whole profile");
    check(|params| params.client_life_hours = 6.0, "interval_hours must not be below client_life_hours, 6");
    check(|params| params.mean_age_hours = 2.0, "mean_age_hours");
    check(|params| params.largest_step = 1.0, "largest_step must be above 1");
    check(|params| params.curve.points.clear(), "no price above 0 spends");
    assert!(started(params()).update(Ledger { spent: f64::NAN }, 1.0).is_err());
}

#[test]
fn the_ledger_holds_the_budget_and_pacing_earns_more_of_it() -> Result<()> {
    let world = World::draw(20_000.0, Shock::BUSY, 3)?;
    let plain = |strength| Rule::Multiplicative { strength };
    let run = |policy, age| world.run(policy, Clients::AllAged(age));
    let paced = |interval_hours, rule| Policy::Paced { interval_hours, mean_age_hours: 0.5, rule };
    let (fixed, ledger) = (run(Policy::Fixed, 0.0)?, run(Policy::LedgerOnly, 0.0)?);
    let fresh = run(paced(1.0, Rule::Forecast { half_life_hours: 1.5 }), 0.0)?;
    let swinging = run(paced(1.0, plain(0.6)), 6.0)?;
    assert!(fixed.spent_of_budget > 1.6, "{fixed:?}");
    // The last offer redeemed may cross the line; nothing after it does.
    assert!([ledger, fresh, swinging].iter().all(|outcome| outcome.spent_of_budget < 1.01));
    assert!(fresh.share_of_hindsight > ledger.share_of_hindsight + 0.05, "{fresh:?} beside {ledger:?}");
    assert!(ledger.share_of_hindsight > swinging.share_of_hindsight, "{ledger:?} beside {swinging:?}");
    Ok(())
}
