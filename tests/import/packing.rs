//! From a model file, settings and rows to an artefact that decides.

use super::cases::{Case, small};
use skonto::engine::{Engine, Request, Terms};
use skonto::error::{Code, Result};
use skonto::event::{Profile, Timestamp};
use skonto::model::{Scorer, Target};
use skonto::money::Money;
use skonto::train::import::release::{self, Released, Wanted};
use skonto::train::import::rows::Row;
use skonto::train::import::settings::Settings;

fn case(name: &str) -> Case {
    small().into_iter().find(|case| case.name == name).unwrap_or_else(|| panic!("{name}"))
}

fn wanted(target: Target) -> Wanted {
    Wanted { target, offer: None, response: 0.0, version: 3, bits: None }
}

fn packed(case: &Case, rows: &[Row], wanted: &Wanted) -> Result<Released> {
    let settings = Settings::from_toml(&case.settings)?;
    let made = release::program(&settings, None)?;
    release::release(&case.imported()?, &settings, made, rows, wanted)
}

#[test]
fn an_imported_model_decides_and_carries_rows_of_its_library() {
    let case = case("lightgbm_levels");
    let wanted = Wanted { offer: Some("depth".into()), ..wanted(Target::Buys) };
    let released = packed(&case, &case.rows(), &wanted).unwrap();
    assert_eq!((released.golden, released.notes.len()), (8, 0), "{:?}", released.notes);
    assert!(released.worst.unwrap().difference < 1e-6);
    let engine = Engine::load(&released.bytes).unwrap();
    assert_eq!(engine.content().version, 3);
    let attributes = [Some(30.0), Some(4.0), Some(499.0), Some(0.5), Some(3.0), None, None];
    let request = Request {
        group: engine.content().schema.group(""),
        attributes: &attributes,
        list: Money::new(499).unwrap(),
        now: Timestamp::from_seconds(1_767_614_400),
        ..Request::default()
    };
    let decision = engine.decide(&Profile::new(), &request, &Terms::default());
    let row = |depth: f64| Row { features: [&attributes[..5], &[Some(depth), None]].concat(), prediction: 0.0 };
    for (arm, depth) in [(0, 0.0), (1, 0.1)] {
        let expected = case.model().unwrap().score_of(&row(depth), depth);
        assert_eq!(decision.outcomes[arm].score, expected, "arm {arm}");
    }
}

#[test]
fn a_golden_vector_of_the_library_is_recomputed_on_load() {
    let case = case("xgboost_binary");
    let released = packed(&case, &case.rows(), &wanted(Target::Buys)).unwrap();
    let mut content = Engine::load(&released.bytes).unwrap().content().clone();
    let Scorer::Forest(forest) = &mut content.model.scorer else { panic!("no forest") };
    forest.base += 0.001;
    let changed = skonto::artefact::Artefact::new(content).unwrap().encode();
    assert_eq!(Engine::load(&changed).unwrap_err().code(), Code::GoldenMismatch);
}

#[test]
fn coarse_leaves_make_a_smaller_file_that_says_how_far_they_move() {
    let case = case("lightgbm_binary");
    let fine = packed(&case, &case.rows(), &wanted(Target::Buys)).unwrap();
    let coarse = packed(&case, &case.rows(), &Wanted { bits: Some(10), ..wanted(Target::Buys) }).unwrap();
    assert!(coarse.bytes.len() < fine.bytes.len(), "{} of {}", coarse.bytes.len(), fine.bytes.len());
    assert!(coarse.notes.iter().any(|note| note.starts_with("leaves of 10 bits move row")), "{:?}", coarse.notes);
    let refused = packed(&case, &[], &Wanted { bits: Some(1), ..wanted(Target::Buys) }).unwrap_err();
    assert_eq!(refused.code(), skonto::error::Code::OutOfRange);
}

#[test]
fn regressions_say_market_prices_and_classifiers_do_not() {
    let price = case("onnx_xgboost_regression");
    assert_eq!(packed(&price, &price.rows(), &wanted(Target::MarketPrice)).unwrap().golden, 8);
    let other = case("catboost");
    let message = packed(&other, &[], &wanted(Target::MarketPrice)).unwrap_err().to_string();
    assert!(message.contains("a classifier cannot say the market's price"), "{message}");
}

#[test]
fn says_what_was_not_shown() {
    let case = case("xgboost_unnamed");
    let released = packed(&case, &[], &wanted(Target::Buys)).unwrap();
    let notes = released.notes.join("\n");
    for expected in ["have no names", "the same under every offer", "no rows were given"] {
        assert!(notes.contains(expected), "{notes}");
    }
}

#[test]
fn refuses_a_model_whose_rows_disagree_and_names_the_worst() {
    let case = case("sklearn_forest_missing");
    let error = packed(&case, &case.rows(), &wanted(Target::Buys)).unwrap_err();
    assert_eq!(error.code(), Code::GoldenMismatch);
    assert!(error.to_string().starts_with("row "), "{error}");
}

#[test]
fn columns_must_be_features() {
    let without = |name: &str, kept: &str| {
        let case = case(name);
        let cut = case.settings.find(kept).unwrap();
        Case { settings: case.settings[..cut].to_string(), ..case }
    };
    let named = without("lightgbm_binary", "\n[[attribute]]\nname = \"recency\"");
    let message = named.imported().unwrap().model(&named.program(), Target::Buys).unwrap_err().to_string();
    assert!(message.contains("`recency` is no [[feature]]; declared are spend, visits, price, trend"), "{message}");
    let unnamed = without("xgboost_unnamed", "\n[[attribute]]\nname = \"recency\"");
    let message = unnamed.imported().unwrap().model(&unnamed.program(), Target::Buys).unwrap_err().to_string();
    assert!(message.contains("7 columns have no names") && message.contains("declare 4 features"), "{message}");
}

#[test]
fn words_must_be_levels_of_the_attribute() {
    for name in ["lightgbm_words", "xgboost_words"] {
        let case = case(name);
        let settings = case.settings.replace("\"word 7\", ", "");
        let other = Case { settings, ..case };
        let message = other.model().unwrap_err().to_string();
        assert!(message.contains("`word 7` is none of the levels of [[attribute]] `brand`"), "{message}");
    }
}

#[test]
fn a_forest_grown_to_the_end_takes_two_bytes_a_value() {
    let case = case("sklearn_forest_grown");
    let released = packed(&case, &case.rows(), &wanted(Target::Buys)).unwrap();
    let engine = Engine::load(&released.bytes).unwrap();
    assert!(release::trees(&engine).unwrap().ends_with("two-byte values"));
    assert!(released.worst.unwrap().difference < 1e-6);
}

#[test]
fn a_model_that_is_too_large_says_what_to_train_instead() {
    let case = case("lightgbm_binary");
    let text = String::from_utf8(case.bytes.clone()).unwrap();
    let start = text.find("Tree=0").unwrap();
    let end = text.find("end of trees").unwrap();
    // Leaves of their own, so that values do not fit two bytes.
    let text = format!("{}{}{}", &text[..start], text[start..end].repeat(1_500), &text[end..]);
    let large = Case { bytes: text.into_bytes(), ..case };
    let error = packed(&large, &[], &wanted(Target::Buys)).unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
    assert!(error.to_string().contains("train fewer trees (n_estimators) or smaller ones"), "{error}");
}
