//! Contributions add up; a counterfactual really alters the offer.

use crate::fixture::*;
use crate::import::cases::small;
use serde::Deserialize;
use skonto::engine::{Request, Terms};
use skonto::event::{GroupId, Profile};
use skonto::explain::Lever;
use skonto::feature::FeatureVector;
use std::collections::BTreeMap;

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
fn the_nearest_change_alters_the_offer() {
    let engine = engine();
    let profile = Profile::new();
    let told = engine.explain(&profile, &request(), &Terms::default());
    let change = told.nearest_change().expect("some change alters the offer");
    assert_ne!(change.arm, told.decision.arm);
    let margin =
        told.changes.iter().find(|change| change.lever == Lever::Margin).expect("some margin alters the offer");
    let then = Terms { margin: Some(basis((margin.to * 10_000.0).round() as u16)), ..Terms::default() };
    assert_eq!(engine.decide(&profile, &request(), &then).arm, margin.arm);
}

#[test]
fn a_refused_request_has_no_contributions() {
    let unknown = Request { group: None, ..request() };
    let told = engine().explain(&Profile::new(), &unknown, &Terms::default());
    assert!(told.contributions.is_empty() && told.changes.is_empty());
}

#[test]
fn shows_values_in_their_own_unit() {
    let engine = engine();
    let told = engine.explain(&regular(&engine), &request(), &Terms::default());
    let days_since = told.contributions.iter().find(|part| part.feature == 1).unwrap();
    assert!((days_since.value.unwrap() - 7.0).abs() < 1e-9, "days, not their logarithm");
}

/// What `tests/reference/shapley.py` wrote: by case and row, the Shapley values of shap or of the library itself.
#[derive(Deserialize)]
struct Reference {
    cases: BTreeMap<String, Shapley>,
}

#[derive(Deserialize)]
struct Shapley {
    /// From the library's raw score to log-odds.
    scale: f64,
    parts: Vec<Vec<f64>>,
    start: Vec<f64>,
}

/// A part to the sixth decimal: leaves and shares are single precision here, and all that XGBoost computes with.
fn check_reference(name: &str, known: &Shapley) {
    let case = small().into_iter().find(|case| case.name == name).expect("a committed case");
    let (model, rows) = (case.model().unwrap(), case.rows());
    assert_eq!(known.start.len(), known.parts.len());
    for ((row, parts), start) in rows.iter().zip(&known.parts).zip(&known.start) {
        let mut features = FeatureVector::new(GroupId(0), 0);
        row.features.iter().for_each(|value| features.push(*value));
        let mut found = vec![0.0; parts.len() + 1];
        model.contributions(&features, 0, 0.0, |part| found[part.feature] += part.amount);
        let expected: Vec<f64> = parts.iter().chain([start]).map(|part| part * known.scale).collect();
        let is_near = found.iter().zip(&expected).all(|(found, expected)| (found - expected).abs() < 2e-6);
        assert!(is_near, "{name}: found {found:?}, expected {expected:?}");
    }
}

#[test]
fn parts_of_imported_forests_are_what_shap_and_the_libraries_say() {
    let known: Reference = serde_json::from_str(include_str!("reference/shapley.json")).unwrap();
    assert!(known.cases.len() > 4);
    known.cases.iter().for_each(|(name, known)| check_reference(name, known));
}
