//! Conditional logits on real tables beside another program's, and how tables of choices are read.
//!
//! Reference values: tests/reference/choice.json, made by tests/reference/choice.py. Log-likelihoods with more digits are
//! those of a third program on the same tables (Newton's method in numpy). Where the data are absent the tests say so and pass.

use crate::table::made::Folder;
use serde_json::Value;
use skonto::error::{Code, Error, Result};
use skonto::math::sigmoid;
use skonto::train::Params;
use skonto::train::choice::{Change, CheckedOccasions, ChoiceModel, Occasions};
use skonto::train::learn::linear::LogisticRegressionParams;
use skonto::train::learn::{Learner, scores};
use skonto::train::sample::{Column, Sample};
use std::path::{Path, PathBuf};

const REFERENCE: &str = include_str!("reference/choice.json");
/// Table, occasions, log-likelihood.
const TABLES: [(&str, usize, f64); 6] = [
    ("yogurt", 2_412, -2656.8879),
    ("catsup", 2_798, -2517.8772),
    ("cracker", 3_292, -3347.7133),
    ("tuna", 13_705, -16278.2191),
    ("ketchup", 4_956, -4896.7468),
    ("oj", 1_070, -665.2086),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The occasions of a scanner panel, if its file is there.
fn occasions(table: &str) -> Option<CheckedOccasions> {
    let path = root().join(format!("examples/scanner_choice/{table}.toml"));
    let params = Params::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap();
    let folder = std::env::var_os("SKONTO_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let file = folder.join(&params.data.files[0]);
    if !file.exists() {
        eprintln!("SKIPPED: {} is absent; set SKONTO_DATA to the folder of public data", file.display());
        return None;
    }
    let (occasions, tallies) = read(&params, &folder).unwrap();
    assert_eq!(tallies, 0, "{table}: rows dropped");
    Some(occasions.check().unwrap())
}

/// The occasions, and how many rows were dropped.
fn read(params: &Params, folder: &Path) -> Result<(Occasions, u64)> {
    let choice = params.choice.clone().expect("the settings have `choice`").check()?;
    let (occasions, tallies) = choice.read(&params.check_log()?, folder, &|_, _| {})?;
    Ok((occasions, tallies.dropped()))
}

/// The largest difference between numbers and a list or an object of the reference.
fn apart(found: &[f64], reference: &Value) -> f64 {
    let values: Vec<f64> = match reference {
        Value::Array(values) => values.iter().map(|value| value.as_f64().unwrap()).collect(),
        Value::Object(values) => values.values().map(|value| value.as_f64().unwrap()).collect(),
        other => panic!("no numbers: {other}"),
    };
    assert_eq!(found.len(), values.len());
    found.iter().zip(values).map(|(found, value)| (found - value).abs()).fold(0.0, f64::max)
}

/// In the order of the reference, whose objects are sorted by name.
fn by_name(model: &ChoiceModel, numbers: &[f64]) -> Vec<f64> {
    let mut named: Vec<(&str, f64)> = model.names().zip(numbers.iter().copied()).collect();
    named.sort_by_key(|(name, _)| *name);
    named.into_iter().map(|(_, number)| number).collect()
}

#[test]
fn agrees_with_another_program_on_every_scanner_panel() {
    let reference: Value = serde_json::from_str(REFERENCE).unwrap();
    for (table, rows, log_likelihood) in TABLES {
        let Some(occasions) = occasions(table) else { continue };
        let (model, told) = (occasions.fit().unwrap(), &reference["tables"][table]);
        assert_eq!(occasions.occasions().len(), rows, "{table}");
        assert!((model.log_likelihood - log_likelihood).abs() < 1e-4, "{table}: {}", model.log_likelihood);
        assert!((model.log_likelihood - told["log_likelihood"].as_f64().unwrap()).abs() < 1e-6, "{table}");
        let price = model.attributes[0].clone();
        let answers = model.elasticities(&occasions, &price).unwrap();
        let change = Change { attribute: price, alternative: model.alternatives[0].clone(), factor: 0.9 };
        let shares: Vec<f64> = model.shares(&occasions, &[change]).unwrap().iter().map(|share| share.value).collect();
        let rows = [
            ("parameters", by_name(&model, &model.parameters)),
            ("errors", by_name(&model, &model.errors())),
            ("elasticity_mean", answers.own),
            ("elasticity_weighted", answers.own_by_chance),
            ("shares_first_a_tenth_cheaper", shares),
        ];
        // The reference's last digits are worth about 1e-5.
        for (what, found) in rows {
            assert!(apart(&found, &told[what]) < 1e-4, "{table}, {what}: {found:?}");
        }
        if let Some(errors) = model.errors_by_panel() {
            assert!(apart(&by_name(&model, &errors), &told["errors_by_household"]) < 1e-4, "{table}: {errors:?}");
        }
    }
}

#[test]
fn the_panels_tables_give_the_same_bits_every_time() {
    let Some(occasions) = occasions("tuna") else { return };
    assert_eq!(occasions.fit(), occasions.fit());
}

#[test]
fn of_two_alternatives_it_is_the_logistic_regression_on_their_difference() {
    let Some(occasions) = occasions("yogurt") else { return };
    let all = occasions.occasions();
    // Only yoplait and dannon, by price alone: two attributes by alternative, four alternatives.
    let rows: Vec<usize> = (0..all.len()).filter(|row| all.chosen[*row] < 2).collect();
    let price = |row: usize, alternative: usize| all.values[row * 8 + alternative * 2];
    let prices: Vec<[f64; 2]> = rows.iter().map(|row| [price(*row, 0), price(*row, 1)]).collect();
    let chosen: Vec<u16> = rows.iter().map(|row| all.chosen[*row]).collect();
    let sample = Sample {
        names: vec!["dearer".into()],
        columns: vec![Column::Number(prices.iter().map(|[first, second]| second - first).collect())],
        target: chosen.iter().map(|chosen| f64::from(*chosen)).collect(),
        weight: vec![1.0; rows.len()],
    };
    let regression = LogisticRegressionParams { c: 1e9, ..Default::default() }.check().unwrap();
    let regression = regression.fit(&sample, &|_, _| {}).unwrap();
    let pair = Occasions {
        alternatives: all.alternatives[..2].to_vec(),
        attributes: vec!["price".into()],
        values: prices.concat(),
        chosen,
        panels: None,
    };
    let model = pair.check().unwrap().fit().unwrap();
    for (prices, score) in prices.iter().zip(scores(&regression, &sample)) {
        let (chance, served) = (model.probabilities(prices).unwrap()[1], sigmoid(score));
        assert!((chance - served).abs() < 1e-5, "{prices:?}: {chance} {served}");
    }
}

const ROWS: &str = "who,price.tea,price.milk,shown.tea,shown.milk,took
1,2,3,0,1,tea
1,2.5,1,1,0,milk
2,3,3,0,0,milk
9,1,2,1,1,tea
";

fn load(rows: &str, choice: &str) -> Result<Occasions> {
    let text = format!(
        "[shop]\nname = \"a\"\ncurrency = \"EUR\"\n[data]\nfiles = [\"rows.csv\"]\nshape = \"rows\"\n[choice]\n{choice}"
    );
    let params = Params::from_toml(&text)?;
    read(&params, &Folder::with(&[("rows.csv", rows)])).map(|(occasions, _)| occasions)
}

#[test]
fn finds_alternatives_attributes_and_panels_by_the_names_of_columns() {
    let choice = "chosen = \"took\"\nattributes = [\"price\", \"shown\"]\npanel = \"who\"\n";
    let found = load(ROWS, choice).unwrap();
    assert_eq!(found.alternatives, ["tea", "milk"]);
    assert_eq!(found.values[..8], [2.0, 0.0, 3.0, 1.0, 2.5, 1.0, 1.0, 0.0]);
    assert_eq!(found.chosen, [0, 1, 1, 0]);
    assert_eq!(found.panels.unwrap().of, [0, 0, 1, 2]);
    let turned = load(ROWS, &format!("{choice}alternatives = [\"milk\", \"tea\"]\nweigh = \"panels\"\n")).unwrap();
    assert_eq!((turned.values[..2].to_vec(), turned.chosen), (vec![3.0, 1.0], vec![1, 0, 0, 1]));
    assert_eq!(turned.panels.unwrap().weight, [2.0 / 3.0, 4.0 / 3.0, 4.0 / 3.0]);
}

#[test]
fn refuses_tables_that_say_nothing_of_choices_and_says_where() {
    let check = |rows: &str, choice: &str, code: Code, says: &str| {
        let error: Error = load(rows, choice).expect_err(says);
        assert!(error.code() == code && error.to_string().contains(says), "{error} does not say {says}");
    };
    let plain = "chosen = \"took\"\nattributes = [\"price\"]\n";
    let bad = |from: &str, to: &str| ROWS.replacen(from, to, 1);
    check(ROWS, "chosen = \"took\"\nattributes = []\n", Code::BadConfig, "choice.attributes: 1 to 64, found 0");
    check(
        ROWS,
        "chosen = \"took\"\nattributes = [\"cost\"]\n",
        Code::BadConfig,
        "columns `cost.…`, one by alternative",
    );
    check(ROWS, "chosen = \"bought\"\nattributes = [\"price\"]\n", Code::BadConfig, "no column is called `bought`");
    check(
        ROWS,
        &format!("{plain}alternatives = [\"tea\"]\n"),
        Code::BadConfig,
        "choice.alternatives: 2 to 64, found 1",
    );
    check(ROWS, &format!("{plain}alternatives = [\"tea\", \"rum\"]\n"), Code::BadConfig, "called `price.rum`");
    check(ROWS, &format!("{plain}weigh = \"panels\"\n"), Code::BadConfig, "only where `panel` names their column");
    check(ROWS, &format!("{plain}panels = \"who\"\n"), Code::BadConfig, "unknown field `panels`");
    check(&bad("9,1,2,1,1,tea", "9,1,2,1,1,rum"), plain, Code::BadData, "row 3: `took` is `rum`, not one of tea, milk");
    check(&bad("9,1,2,1,1,tea", "9,1,2,1,1,"), plain, Code::BadData, "row 3: `took` is ``");
    check(&bad("9,1,2", "9,,2"), plain, Code::BadData, "row 3: `price.tea` is missing");
    check(&bad("9,1,2", ",1,2"), &format!("{plain}panel = \"who\"\n"), Code::BadData, "row 3: `who` is missing");
}
