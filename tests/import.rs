//! Models of other libraries: what they predict there is what they predict here.
//!
//! The cases come from `tests/reference/import`, whose README says how to make them.

#[path = "import/cases.rs"]
mod cases;

use cases::{Case, large, small};
use skonto::train::import::rows;

fn agrees(case: &Case) -> rows::Worst {
    let worst = rows::worst(&case.model().unwrap(), &case.rows()).expect("rows");
    println!("| {} | {} | {} | {:.1e} |", case.name, case.versions, case.rows, worst.difference);
    assert!(worst.difference <= rows::TOLERANCE, "{}: {worst:?}", case.name);
    worst
}

#[test]
fn every_small_model_predicts_as_the_library_that_trained_it() {
    let cases = small();
    assert!(cases.len() >= 9, "{} cases", cases.len());
    cases.iter().for_each(|case| {
        agrees(case);
    });
}

#[test]
fn every_large_model_predicts_as_the_library_that_trained_it() {
    for case in large() {
        assert!(case.rows >= 10_000, "{}", case.name);
        agrees(&case);
    }
}

#[test]
fn a_model_with_one_leaf_changed_is_noticed() {
    let case = small().into_iter().find(|case| case.name == "lightgbm_binary").unwrap();
    let text = String::from_utf8(case.bytes.clone()).unwrap();
    let leaf = text.lines().find_map(|line| line.strip_prefix("leaf_value=")?.split(' ').next()).unwrap();
    let changed = text.replacen(leaf, &(leaf.parse::<f64>().unwrap() + 1e-4).to_string(), 1);
    let model = Case { bytes: changed.into_bytes(), ..case.clone() }.model().unwrap();
    let message = rows::check(&model, &case.rows()).unwrap_err().to_string();
    assert!(message.contains("the library predicts") && message.contains("allowed is 1e-6"), "{message}");
}
