//! Conditional logits on the scanner panels: log-likelihood, parameters and errors beside xlogit's, held-out rows, time.
//!
//! Log-likelihoods are held against published ones, to 1e-3; parameters against tests/reference/choice.json, to 1e-4.

use crate::{data, figure};
use serde_json::Value;
use skonto::train::Params;
use skonto::train::choice::{CheckedOccasions, ChoiceModel};
use std::path::Path;
use std::time::Instant;

const REFERENCE: &str = include_str!("../../tests/reference/choice.json");
/// Table, log-likelihood as published, log loss on every fifth row of a fit on the others: Newton's method in numpy.
const TABLES: [(&str, f64, f64); 5] = [
    ("yogurt", -2_656.89, 1.1017),
    ("catsup", -2_517.88, 0.9035),
    ("cracker", -3_347.71, 1.0396),
    ("tuna", -16_278.22, 1.1748),
    ("ketchup", -4_896.75, 0.9953),
];

/// Prints the figures of every table.
pub fn run() {
    let reference: Value = serde_json::from_str(REFERENCE).expect("the reference is JSON");
    for (table, published, held_out) in TABLES {
        let Some(occasions) = read(table) else { continue };
        let model = occasions.fit().expect("the table can be fitted");
        let told = &reference["tables"][table];
        let name = |what: &str| format!("policy.choice.{table}.{what}");
        figure(&name("log_likelihood"), model.log_likelihood, "nats", published);
        let at_shares = occasions.log_likelihood_of_shares();
        figure(&name("log_likelihood_of_shares"), at_shares, "nats", "every alternative at its share of choices");
        figure(
            &name("largest_parameter_difference"),
            apart(&model, &model.parameters, &told["parameters"]),
            "log-odds per unit",
            1e-4,
        );
        figure(
            &name("largest_error_difference"),
            apart(&model, &model.errors(), &told["errors"]),
            "log-odds per unit",
            1e-4,
        );
        elasticities(&occasions, &model, &name);
        figure(&name("held_out_log_loss"), loss(&occasions), "nats", held_out);
        figure(&name("milliseconds"), milliseconds(&occasions), "ms", format!("{} Newton steps", model.steps));
    }
}

/// The occasions of a table, by the settings of the examples.
fn read(table: &str) -> Option<CheckedOccasions> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/scanner_choice/{table}.toml"));
    let text = std::fs::read_to_string(path).expect("the settings are committed");
    let params = Params::from_toml(&text).expect("the settings are sound");
    let file = data(&params.data.files[0])?;
    let folder = file.ancestors().nth(2)?;
    let choice = params.choice.clone().expect("a choice").check().expect("a sound choice");
    let (occasions, _) = choice.read(&params.check_log().expect("a table"), folder, &|_, _| {}).expect("rows");
    Some(occasions.check().expect("sound occasions"))
}

fn apart(model: &ChoiceModel, found: &[f64], told: &Value) -> f64 {
    let against = |name: &str| told[name].as_f64().expect("a number");
    model.names().zip(found).map(|(name, found)| (found - against(name)).abs()).fold(0.0, f64::max)
}

/// By alternative, beside its standard error's share: how sure the price's weight is, households taken together.
fn elasticities(occasions: &CheckedOccasions, model: &ChoiceModel, name: &dyn Fn(&str) -> String) {
    let price = model.weight("price").expect("a price");
    let at = model.alternatives.len() - 1;
    let by_household = model.errors_by_panel().expect("households are known")[at];
    figure(
        &name("price"),
        price,
        "log-odds per unit",
        format!("error {:.5}, by household {by_household:.5}", model.errors()[at]),
    );
    let answers = model.elasticities(occasions, "price").expect("a price");
    for (alternative, own) in model.alternatives.iter().zip(&answers.own) {
        figure(&name(&format!("elasticity.{alternative}")), *own, "percent per percent", Value::Null);
    }
}

/// The mean log loss on every fifth row of a fit on the others.
fn loss(occasions: &CheckedOccasions) -> f64 {
    let all = occasions.occasions();
    let part = |test: bool| {
        let rows: Vec<usize> = (0..all.len()).filter(|row| (row % 5 == 4) == test).collect();
        all.pick(&rows).check().expect("sound occasions")
    };
    let (train, test) = (part(false), part(true));
    let model = train.fit().expect("four fifths can be fitted");
    -model.log_likelihood_of(&test).expect("the same columns") / test.occasions().len() as f64
}

/// The shortest of nine fits.
fn milliseconds(occasions: &CheckedOccasions) -> f64 {
    let time = |_| {
        let start = Instant::now();
        std::hint::black_box(occasions.fit().expect("the table can be fitted"));
        start.elapsed().as_secs_f64() * 1_000.0
    };
    (0..9).map(time).fold(f64::INFINITY, f64::min)
}
