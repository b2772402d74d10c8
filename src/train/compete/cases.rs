//! Held-out rows as requests, with the decisions that this machine came to: for whoever decides them elsewhere.

use super::offers::{decide, request};
use super::pack::{attributes, list_price};
use crate::engine::{Engine, Terms};
use crate::event::{Profile, Timestamp};
use crate::feature::Attribute;
use crate::train::table::Prepared;
use serde_json::{Map, Value, json};

/// Most rows written.
const MOST: usize = 200;
/// Rows whose grounds are written too; a vector machine takes its time over them.
const EXPLAINED: usize = 8;

/// `cases.json`: requests and decisions. A row with a word that training did not know is left out: its text is not kept.
/// Of a log there is one case, a shopper of whom nothing is known. Rows take the moments in turn; there is at least one.
pub fn cases(engine: &Engine, prepared: &Prepared, moments: &[Timestamp]) -> Value {
    let rows = if prepared.test_attributes.is_empty() { 1 } else { prepared.test.rows() };
    let every = rows.div_ceil(MOST).max(1);
    let told = (0..rows).step_by(every).enumerate().filter_map(|(number, row)| {
        let now = moments[number % moments.len()];
        let mut case = case(engine, prepared, row, now)?;
        if number < EXPLAINED {
            case["contributions"] = contributions(engine, prepared, row, now);
        }
        Some(case)
    });
    json!({ "currency": prepared.currency, "now_ms": milliseconds(moments[0]), "cases": told.collect::<Vec<_>>() })
}

fn milliseconds(moment: Timestamp) -> f64 {
    moment.seconds() as f64 * 1_000.0
}

fn case(engine: &Engine, prepared: &Prepared, row: usize, now: Timestamp) -> Option<Value> {
    let declared = &engine.content().program.tables.attributes;
    let told = declared.iter().zip(attributes(prepared, row));
    let told = told.map(|(attribute, value)| Some((attribute.name.clone(), told_of(prepared, attribute, *value)?)));
    let passed: Map<String, Value> = told.collect::<Option<_>>()?;
    let decision = decide(engine, prepared, row, now);
    Some(json!({
        "attributes": passed,
        "list_minor": list_price(prepared, row),
        "now_ms": milliseconds(now),
        "arm": engine.content().menu.arms[decision.arm].id,
        "price_minor": decision.price.minor(),
        "reason": decision.reason.code(),
        "scores": decision.outcomes().iter().map(|outcome| outcome.score).collect::<Vec<_>>(),
    }))
}

/// What features add to the score and to the cost of the arm decided for, in the order that adds up.
fn contributions(engine: &Engine, prepared: &Prepared, row: usize, now: Timestamp) -> Value {
    let told = engine.explain(&Profile::new(), &request(prepared, row, now), &Terms::default());
    told.contributions.iter().map(|part| json!([part.amount, part.cost])).collect()
}

/// An attribute as a shop would pass it; none for a word whose text is not known.
fn told_of(prepared: &Prepared, attribute: &Attribute, value: Option<f64>) -> Option<Value> {
    let Some(value) = value else { return Some(Value::Null) };
    if attribute.levels.is_empty() {
        return Some(json!(value));
    }
    let level = attribute.levels.binary_search(&(value as u32)).ok()?;
    prepared.words.get(&attribute.name)?.get(level).map(|word| json!(word))
}
