//! What a conditional logit promises: planted tastes come back, units and order do not matter, hopeless data are refused.
//! Real tables beside another program are in `tests/choice.rs`.

use super::planted::{TRUTH, drawn, drawn_by_households, names};
use super::sums::Sums;
use super::*;
use crate::error::{Code, Error};
use crate::math::ln;

fn fit(occasions: Occasions) -> ChoiceModel {
    occasions.check().and_then(|checked| checked.fit()).expect("these can be fitted")
}

fn refusal(occasions: Occasions) -> Error {
    occasions.check().and_then(|checked| checked.fit()).expect_err("these cannot be fitted")
}

/// Two brands by their price alone.
fn brands(prices: &[[f64; 2]], chosen: &[u16]) -> Occasions {
    Occasions {
        alternatives: names(&["own", "other"]),
        attributes: names(&["price"]),
        values: prices.concat(),
        chosen: chosen.to_vec(),
        panels: None,
    }
}

fn close(left: &[f64], right: &[f64], by: f64) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| (left - right).abs() <= by)
}

#[test]
fn planted_tastes_come_back_and_errors_say_how_closely() {
    let (mut squares, mut worlds) = ([0.0; 4], 0.0);
    for seed in 0..200 {
        let model = fit(drawn(600, seed));
        for (at, error) in model.errors().iter().enumerate() {
            let away: f64 = (model.parameters[at] - TRUTH[at]) / error;
            assert!(away.abs() < 5.0, "seed {seed}: {:?}", model.parameters);
            squares[at] += away * away;
        }
        worlds += 1.0;
    }
    // Of 200 squares of standard normal draws the mean has a deviation of 0.1.
    assert!(squares.iter().all(|sum| (sum / worlds - 1.0f64).abs() < 0.3), "{squares:?}");
    let many = fit(drawn(40_000, 1));
    assert!(close(&many.parameters, &TRUTH, 0.06), "{:?}", many.parameters);
}

#[test]
fn gradient_and_information_are_the_derivatives_of_the_log_likelihood() {
    let occasions = drawn_by_households(300, 3, 5).check().unwrap();
    let (at, step) = ([0.3, -0.4, -0.7, 0.2], 1e-4);
    let sums = Sums::at(&occasions, &at);
    for column in 0..4 {
        let beside = |by: f64| {
            let mut moved = at;
            moved[column] += by;
            Sums::at(&occasions, &moved)
        };
        let (less, more) = (beside(-step), beside(step));
        let slope = (more.log_likelihood - less.log_likelihood) / (2.0 * step);
        assert!((slope - sums.gradient[column]).abs() < 1e-5, "{slope} {:?}", sums.gradient);
        for row in 0..4 {
            let bend = (less.gradient[row] - more.gradient[row]) / (2.0 * step);
            assert!((bend - sums.information[row * 4 + column]).abs() < 1e-4, "{bend} {:?}", sums.information);
        }
    }
    assert!(
        Sums::at(&occasions, &fit(occasions.occasions().clone()).parameters).gradient.iter().all(|g| g.abs() < 1e-8)
    );
}

#[test]
fn without_attributes_chances_are_shares_of_choices() {
    let chosen: Vec<u16> = (0..100).map(|row| if row < 50 { 0 } else { (row % 5 == 0) as u16 + 1 }).collect();
    let alternatives = names(&["a", "b", "c"]);
    let panels = Some(Panels::plain(&(0..100).collect::<Vec<_>>()));
    let occasions = Occasions { alternatives, chosen, panels, ..Occasions::default() }.check().unwrap();
    let model = occasions.fit().unwrap();
    assert!(close(&model.probabilities(&[]).unwrap(), &[0.5, 0.4, 0.1], 1e-9));
    assert!(close(&model.parameters, &[ln(0.8), ln(0.2)], 1e-9));
    assert!((model.log_likelihood - occasions.log_likelihood_of_shares()).abs() < 1e-9);
    // 1/n of the reference plus 1/n of the alternative.
    assert!(close(&model.errors(), &[(1f64 / 50.0 + 1.0 / 40.0).sqrt(), (1f64 / 50.0 + 1.0 / 10.0).sqrt()], 1e-9));
    // Where everybody chose once, the two kinds of error differ by the correction for few panels alone.
    let by_panel: Vec<f64> = model.errors().iter().map(|error| error * (100f64 / 99.0).sqrt()).collect();
    assert!(close(&model.errors_by_panel().unwrap(), &by_panel, 1e-9));
}

#[test]
fn units_of_an_attribute_change_its_weight_and_nothing_else() {
    let plain = drawn(500, 8);
    let mut cents = plain.clone();
    cents.values.iter_mut().step_by(2).for_each(|price| *price *= 1e6);
    let (plain, cents) = (fit(plain), fit(cents));
    assert!((plain.log_likelihood - cents.log_likelihood).abs() < 1e-8);
    assert!((plain.parameters[2] - 1e6 * cents.parameters[2]).abs() < 1e-8);
    assert!((plain.errors()[2] - 1e6 * cents.errors()[2]).abs() < 1e-8);
    assert!(close(&plain.parameters[..2], &cents.parameters[..2], 1e-8));
}

#[test]
fn the_order_of_alternatives_changes_what_intercepts_are_told_against_and_nothing_else() {
    let plain = drawn(500, 9);
    let mut turned = plain.clone();
    turned.alternatives.rotate_left(1);
    turned.values.chunks_mut(6).for_each(|row| row.rotate_left(2));
    turned.chosen.iter_mut().for_each(|chosen| *chosen = (*chosen + 2) % 3);
    let (plain, turned) = (fit(plain), fit(turned));
    assert!((plain.log_likelihood - turned.log_likelihood).abs() < 1e-8);
    let told: Vec<f64> = [-plain.parameters[0] + plain.parameters[1], -plain.parameters[0]].to_vec();
    assert!(close(&turned.parameters[..2], &told, 1e-8), "{turned:?}");
    assert!(close(&turned.parameters[2..], &plain.parameters[2..], 1e-8));
}

#[test]
fn a_panel_that_counts_double_counts_as_if_it_had_chosen_twice() {
    let single = drawn_by_households(300, 3, 4);
    let mut weighed = single.clone();
    let panels = weighed.panels.as_mut().unwrap();
    panels.weight.iter_mut().step_by(2).for_each(|weight| *weight = 2.0);
    let twice: Vec<usize> = (0..300).filter(|row| row / 3 % 2 == 0).collect();
    let doubled = single.pick(&(0..300).chain(twice).collect::<Vec<_>>());
    let (weighed, doubled) = (fit(weighed), fit(doubled));
    assert!(close(&weighed.parameters, &doubled.parameters, 1e-9));
    assert!(close(&weighed.covariance, &doubled.covariance, 1e-9));
    assert!(close(&weighed.errors_by_panel().unwrap(), &doubled.errors_by_panel().unwrap(), 1e-9));
}

#[test]
fn panels_that_count_alike_add_up_to_the_occasions() {
    let panels = Panels::alike(&[7, 7, 7, 9, 4, 4]);
    assert_eq!((panels.of, panels.weight), (vec![0, 0, 0, 1, 2, 2], vec![2.0 / 3.0, 2.0, 1.0]));
}

#[test]
fn errors_by_panel_see_that_one_shopper_said_the_same_thing_again() {
    let once = drawn(400, 6);
    let again: Vec<usize> = (0..1_600).map(|row| row / 4).collect();
    let who: Vec<u64> = again.iter().map(|row| *row as u64).collect();
    let repeated = fit(Occasions { panels: Some(Panels::plain(&who)), ..once.pick(&again) });
    let once = fit(Occasions { panels: Some(Panels::plain(&(0..400).collect::<Vec<_>>())), ..once });
    // Four times the same choice looks like twice the certainty, and is none.
    let halved: Vec<f64> = once.errors().iter().map(|error| error / 2.0).collect();
    assert!(close(&repeated.errors(), &halved, 1e-9));
    assert!(close(&repeated.errors_by_panel().unwrap(), &once.errors_by_panel().unwrap(), 1e-9));
    assert_eq!(fit(drawn(400, 6)).errors_by_panel(), None);
}

#[test]
fn refuses_choices_that_attributes_tell_apart() {
    let check = |occasions: Occasions| {
        let error = refusal(occasions);
        assert_eq!(error.code(), Code::BadData, "{error}");
        assert!(error.to_string().contains("tell some choices apart for certain"), "{error}");
    };
    // Always the cheaper one.
    let prices: Vec<[f64; 2]> = (0..40).map(|row| [5.0, 4.0 + 0.05 * f64::from(row) + 0.01]).collect();
    let cheaper: Vec<u16> = prices.iter().map(|[own, other]| (other < own) as u16).collect();
    check(brands(&prices, &cheaper));
    // A display that is never there in vain, among choices that are open otherwise.
    for seed in 0..20 {
        let mut drawn = drawn(400, seed);
        for row in 0..400 {
            let chosen = drawn.chosen[row] as usize;
            let shown = |alternative: usize| (alternative == chosen && row % 40 == 0) as u8 as f64;
            (0..3).for_each(|alternative| drawn.values[row * 6 + alternative * 2 + 1] = shown(alternative));
        }
        check(drawn);
    }
}

#[test]
fn refuses_exactly_the_tables_that_a_threshold_tells_apart() {
    use crate::train::random::Random;
    let mut random = Random::new(3);
    let (mut apart, mut open) = (0, 0);
    while apart < 100 || open < 100 {
        let rows: Vec<(f64, bool)> = (0..3 + random.below(10))
            .map(|_| {
                let dearer = random.below(6) as f64;
                (dearer, dearer + 4.0 * random.uniform() < 4.5)
            })
            .collect();
        let of = |took: bool| rows.iter().filter(move |row| row.1 == took).map(|row| row.0);
        let (least, most) = (|took| of(took).fold(9.0, f64::min), |took| of(took).fold(-9.0, f64::max));
        if of(true).next().is_none()
            || of(false).next().is_none()
            || least(true) == most(true) && least(false) == most(false)
        {
            continue;
        }
        let prices: Vec<[f64; 2]> = rows.iter().map(|(dearer, _)| [1.0, 1.0 + dearer]).collect();
        let chosen: Vec<u16> = rows.iter().map(|(_, took)| *took as u16).collect();
        let is_apart = most(true) <= least(false) || most(false) <= least(true);
        match brands(&prices, &chosen).check().unwrap().fit() {
            Ok(model) => assert!(!is_apart, "{rows:?}: {model:?}"),
            Err(error) => assert!(is_apart && error.to_string().contains("apart for certain"), "{rows:?}: {error}"),
        }
        (apart, open) = (apart + is_apart as usize, open + !is_apart as usize);
    }
}

#[test]
fn one_choice_to_the_contrary_is_enough_for_an_answer() {
    let mut drawn = drawn(4_000, 2);
    for row in 0..4_000 {
        let chosen = drawn.chosen[row] as usize;
        // In one of a thousand choices the display is on something else.
        let on = if row == 0 { (chosen + 1) % 3 } else { chosen };
        (0..3).for_each(|alternative| {
            drawn.values[row * 6 + alternative * 2 + 1] = (alternative == on && row % 4 == 0) as u8 as f64
        });
    }
    let model = fit(drawn);
    assert!((4.0..12.0).contains(&model.parameters[3]), "{model:?}");
    // A rare brand, bought once in 20,000 times.
    let mut rare = super::planted::drawn(20_000, 2);
    rare.chosen.iter_mut().for_each(|chosen| *chosen = (*chosen).min(1));
    rare.chosen[77] = 2;
    assert!((-12.0..-7.0).contains(&fit(rare).parameters[1]));
}

#[test]
fn a_price_that_was_once_misprinted_is_answered_and_not_refused() {
    let mut drawn = drawn(2_000, 12);
    let row = (0..2_000).find(|row| drawn.chosen[*row] != 0).unwrap();
    drawn.values[row * 6] = 1e7;
    assert!((fit(drawn).parameters[2] - TRUTH[2]).abs() < 0.4);
}

#[test]
fn refuses_columns_that_say_nothing_of_their_own_and_names_them() {
    let check = |says: &str, spoil: fn(usize, usize, &mut [f64])| {
        let mut spoilt = drawn(200, 3);
        for (row, values) in spoilt.values.chunks_mut(6).enumerate() {
            (0..3).for_each(|alternative| spoil(row, alternative, &mut values[alternative * 2..alternative * 2 + 2]));
        }
        let error = refusal(spoilt);
        assert!(error.code() == Code::BadData && error.to_string().contains(says), "{error} does not say {says}");
    };
    check("attribute `display` is a weighted sum", |_, _, own| own[1] = 3.0 * own[0] - 1.0);
    check("attribute `display` is a weighted sum", |_, alternative, own| own[1] = [5.0, 3.0, 9.0][alternative]);
    check("attribute `display` is a weighted sum", |_, alternative, own| own[1] = own[0] * 0.1 + alternative as f64);
    check("attribute `price` is the same for every alternative", |row, _, own| own[0] = row as f64);
    let mut never = drawn(200, 3);
    never.chosen.iter_mut().for_each(|chosen| *chosen = (*chosen).min(1));
    assert!(refusal(never).to_string().contains("alternative `third` is never chosen"));
}

#[test]
fn refuses_what_is_no_table_of_choices() {
    let check = |code: Code, says: &str, spoil: fn(&mut Occasions)| {
        let mut spoilt = drawn_by_households(30, 3, 1);
        spoil(&mut spoilt);
        let error = spoilt.check().expect_err(says);
        assert!(error.code() == code && error.to_string().contains(says), "{error} does not say {says}");
    };
    check(Code::NotFinite, "occasion 2: `display` of `other` is NaN", |all| all.values[15] = f64::NAN);
    check(Code::NotFinite, "occasion 0: `price` of `own` is -inf", |all| all.values[0] = f64::NEG_INFINITY);
    check(Code::OutOfRange, "at most 1e12 either way", |all| all.values[0] = 1e13);
    check(Code::BadIndex, "occasion 4: alternative 3 of 3 was chosen", |all| all.chosen[4] = 3);
    check(Code::BadIndex, "values of the alternatives: limit 180, found 179", |all| all.values.truncate(179));
    check(Code::BadIndex, "values of the alternatives: limit 174, found 180", |all| all.chosen.truncate(29));
    check(Code::DuplicateName, "two are called `own`", |all| all.alternatives[2] = "own".into());
    check(Code::DuplicateName, "two are called `price`", |all| all.attributes[1] = "price".into());
    check(Code::BadText, "attributes of a choice: one has no name", |all| all.attributes[1].clear());
    check(Code::OutOfRange, "alternatives of a choice, at least 2", |all| all.alternatives.truncate(1));
    check(Code::OutOfRange, "alternatives of a choice", |all| all.alternatives = vec!["x".into(); 65]);
    check(Code::BadData, "at least one occasion", |all| {
        all.values.clear();
        all.chosen.clear();
    });
    check(Code::BadIndex, "panels by occasion: limit 30, found 29", |all| all.panels.as_mut().unwrap().of.truncate(29));
    check(Code::BadIndex, "occasion 3: panel 4294967295 of 10", |all| all.panels.as_mut().unwrap().of[3] = u32::MAX);
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
        let mut spoilt = drawn_by_households(30, 3, 1);
        spoilt.panels.as_mut().unwrap().weight[2] = weight;
        let error = spoilt.check().expect_err("no weight");
        assert!(error.code() == Code::OutOfRange && error.to_string().contains("panel 2"), "{error}");
    }
}

#[test]
fn any_occasions_end_in_an_answer_or_a_refusal() {
    use crate::train::random::Random;
    let mut random = Random::new(99);
    let (mut answers, mut refusals) = (0, 0);
    for _ in 0..2_000 {
        let (rows, alternatives, attributes) = (1 + random.below(12), 2 + random.below(3), random.below(4));
        let mut value = || match random.below(5) {
            0 => 0.0,
            1 => 1e12 * (random.uniform() - 0.5),
            2 => 1e-12 * random.uniform(),
            _ => random.below(4) as f64,
        };
        let values = (0..rows * alternatives * attributes).map(|_| value()).collect();
        let occasions = Occasions {
            alternatives: (0..alternatives).map(|name| name.to_string()).collect(),
            attributes: (0..attributes).map(|name| name.to_string()).collect(),
            values,
            chosen: (0..rows).map(|_| random.below(alternatives) as u16).collect(),
            panels: None,
        };
        match occasions.check().unwrap().fit() {
            Ok(model) => {
                let all = model.parameters.iter().chain(&model.covariance).chain([&model.log_likelihood]);
                assert!(all.clone().all(|number| number.is_finite()), "{model:?}");
                answers += 1;
            }
            Err(error) => {
                assert!([Code::BadData, Code::NotFinite].contains(&error.code()), "{error}");
                refusals += 1;
            }
        }
    }
    assert!(answers > 100 && refusals > 100, "{answers} answers, {refusals} refusals");
}

#[test]
fn a_lower_price_moves_shares_as_the_slopes_and_errors_say() {
    let occasions = drawn_by_households(900, 3, 7).check().unwrap();
    let model = occasions.fit().unwrap();
    let change = |factor: f64| [Change { attribute: "price".into(), alternative: "other".into(), factor }];
    let share = |model: &ChoiceModel, factor: f64| model.shares(&occasions, &change(factor)).unwrap();
    let now = model.shares(&occasions, &[]).unwrap();
    // At its own parameters a fit with intercepts gives the shares there are.
    let counts = [0, 1, 2].map(|one| occasions.occasions().chosen.iter().filter(|chosen| **chosen == one).count());
    assert!(counts.iter().zip(&now).all(|(count, share)| (*count as f64 / 900.0 - share.value).abs() < 1e-9));
    let answers = model.elasticities(&occasions, "price").unwrap();
    let mut per_unit = occasions.occasions().clone();
    per_unit.values.chunks_mut(6).for_each(|row| row[2] += 1e-5);
    let dearer = model.shares(&per_unit.check().unwrap(), &[]).unwrap();
    for one in 0..3 {
        let slope = (dearer[one].value - now[one].value) / 1e-5;
        assert!((slope - answers.slopes[one * 3 + 1]).abs() < 1e-5, "{slope} {:?}", answers.slopes);
    }
    // The error of a share: parameters moved a little, one at a time, and put together by their covariance.
    let (half, covariance) = (share(&model, 0.5)[1], model.covariance_by_panel.as_ref().unwrap());
    let slope = |at: usize| {
        let mut moved = model.clone();
        moved.parameters[at] += 1e-5;
        (share(&moved, 0.5)[1].value - half.value) / 1e-5
    };
    let variance: f64 = (0..16).map(|at| covariance[at] * slope(at / 4) * slope(at % 4)).sum();
    assert!((variance.sqrt() - half.error).abs() < 1e-6, "{} {}", variance.sqrt(), half.error);
}

#[test]
fn elasticities_are_percent_by_percent() {
    let prices = [[2.0, 3.0], [2.0, 3.0], [2.0, 3.0], [2.5, 2.0], [2.5, 2.0], [2.5, 2.0]];
    let occasions = brands(&prices, &[0, 1, 0, 1, 0, 1]).check().unwrap();
    let model = occasions.fit().unwrap();
    let weight = model.weight("price").unwrap();
    let chances: Vec<f64> =
        [[2.0, 3.0], [2.5, 2.0]].iter().map(|prices| model.probabilities(prices).unwrap()[1]).collect();
    let own = [weight * 3.0 * (1.0 - chances[0]), weight * 2.0 * (1.0 - chances[1])];
    let cross = [-weight * 3.0 * chances[0], -weight * 2.0 * chances[1]];
    let answers = model.elasticities(&occasions, "price").unwrap();
    assert!((answers.own[1] - (own[0] + own[1]) / 2.0).abs() < 1e-9);
    assert!((answers.cross[1] - (cross[0] + cross[1]) / 2.0).abs() < 1e-9);
    let by_chance = (own[0] * chances[0] + own[1] * chances[1]) / (chances[0] + chances[1]);
    assert!((answers.own_by_chance[1] - by_chance).abs() < 1e-9);
}

#[test]
fn a_deeper_discount_is_chosen_more_and_at_full_depth_brings_nothing() {
    let occasions = drawn(500, 3).check().unwrap();
    let model = occasions.fit().unwrap();
    let depths = [0.0, 0.1, 0.2, 0.5, 1.0];
    let found = model.discounts(&occasions, "price", "third", &depths).unwrap();
    assert!(found.windows(2).all(|pair| pair[1].share.value > pair[0].share.value), "{found:?}");
    assert!(found[0].paid > 0.0 && found[4].paid == 0.0);
    assert_eq!(found[0].share, model.shares(&occasions, &[]).unwrap()[2]);
}

#[test]
fn refuses_questions_that_have_no_answer() {
    let occasions = drawn(200, 3).check().unwrap();
    let model = occasions.fit().unwrap();
    let change = |attribute: &str, alternative: &str, factor: f64| {
        let change = Change { attribute: attribute.into(), alternative: alternative.into(), factor };
        model.shares(&occasions, &[change]).expect_err("no such change").to_string()
    };
    assert_eq!(change("prize", "own", 1.0), "no attribute is called `prize`; there are price, display");
    assert_eq!(change("price", "owl", 1.0), "no alternative is called `owl`; there are own, other, third");
    assert!(change("price", "own", -0.1).contains("a factor of at least 0, found -0.1"));
    assert!(change("price", "own", f64::NAN).contains("found NaN"));
    assert!(model.discounts(&occasions, "price", "own", &[1.1]).is_err());
    assert!(model.discounts(&occasions, "price", "own", &[f64::NAN]).is_err());
    assert_eq!(model.probabilities(&[1.0]).unwrap_err().code(), Code::BadIndex);
    assert_eq!(model.probabilities(&[f64::NAN; 6]).unwrap_err().code(), Code::NotFinite);
    assert_eq!(model.probabilities(&[f64::MAX; 6]).unwrap_err().code(), Code::OutOfRange);
    let others = brands(&[[1.0, 2.0], [2.0, 1.0], [1.0, 1.0]], &[0, 0, 1]).check().unwrap();
    assert_eq!(model.log_likelihood_of(&others).unwrap_err().code(), Code::BadIndex);
    assert_eq!(model.log_likelihood_of(&occasions), Ok(model.log_likelihood));
}
