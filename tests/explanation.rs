//! Contributions add up; a counterfactual really alters the offer.

use crate::fixture::*;
use skonto::engine::{Request, Terms};
use skonto::event::Profile;

fn request() -> Request<'static> {
    Request::new(Some(PIZZA), 399.0, NOW.seconds() as f64 * 1000.0, 1.0).unwrap()
}

#[test]
fn contributions_add_up_to_the_score_exactly() {
    let engine = engine();
    for profile in [Profile::new(), regular(&engine)] {
        for margin in [1_000, 3_000, 6_000] {
            let terms = Terms { margin: Some(basis(margin)), ..Terms::default() };
            let told = engine.explain(&profile, &request(), &terms);
            let sum = told.contributions.iter().fold(0.0, |sum, part| sum + part.amount);
            let score = told.decision.outcomes()[told.decision.arm].score;
            assert_eq!(sum.to_bits(), score.to_bits());
        }
    }
}

#[test]
fn the_nearest_margin_change_alters_the_offer() {
    let engine = engine();
    let profile = Profile::new();
    let told = engine.explain(&profile, &request(), &Terms::default());
    let change = told.nearest_change.expect("some change alters the offer");
    assert_ne!(change.arm, told.decision.arm);
    if change.feature.is_none() {
        let margin = Some(basis((change.to * 10_000.0) as u16));
        let then = engine.decide(&profile, &request(), &Terms { margin, ..Terms::default() });
        assert_eq!(then.arm, change.arm);
    }
}

#[test]
fn a_refused_request_has_no_contributions() {
    let unknown = Request { group: None, ..request() };
    let told = engine().explain(&Profile::new(), &unknown, &Terms::default());
    assert!(told.contributions.is_empty() && told.nearest_change.is_none());
}

#[test]
fn shows_values_in_their_own_unit() {
    let engine = engine();
    let told = engine.explain(&regular(&engine), &request(), &Terms::default());
    let days_since = told.contributions.iter().find(|part| part.feature == 1).unwrap();
    assert!((days_since.value.unwrap() - 7.0).abs() < 1e-9, "days, not their logarithm");
}
