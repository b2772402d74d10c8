//! Models of other libraries: what they predict there is what they predict here.
//!
//! The cases come from `tests/reference/import`, whose README says how to make them.

#[path = "import/cases.rs"]
pub mod cases;
#[path = "import/hostile.rs"]
mod hostile;
#[path = "import/packing.rs"]
mod packing;

use cases::{Case, large, small};
use skonto::train::import::rows;

/// Cases in which the library itself is off: XGBoost adds up trees in single precision. Of these 100 trees, the sum of its
/// own leaves in double precision is 1.09e-6 from what it predicts, and 1e-10 from what the imported model does.
const ROUNDED_BY_THE_LIBRARY: [(&str, f64); 1] = [("onnx_xgboost_regression", 1.1e-6)];

/// What is wrong with a case; of a file that is not what was trained, that its rows do not tell.
fn complaint(case: &Case) -> Option<String> {
    let model = case.model().unwrap_or_else(|error| panic!("{}: {error}", case.name));
    let worst = rows::worst(&model, &case.rows()).expect("rows");
    println!("| {} | {} | {} | {:.1e} |", case.name, case.versions, case.rows, worst.difference);
    let known = ROUNDED_BY_THE_LIBRARY.iter().find(|(name, _)| *name == case.name);
    let limit = known.map_or(rows::TOLERANCE, |(_, limit)| *limit);
    ((worst.difference > limit) != case.lossy).then(|| format!("{}: {worst:?}", case.name))
}

fn all_agree(cases: &[Case]) {
    let complaints: Vec<String> = cases.iter().filter_map(complaint).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn every_small_model_predicts_as_the_library_that_trained_it() {
    let cases = small();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    all_agree(&cases);
}

#[test]
fn every_large_model_predicts_as_the_library_that_trained_it() {
    let cases = large();
    assert!(cases.iter().all(|case| case.rows >= 10_000));
    all_agree(&cases);
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
