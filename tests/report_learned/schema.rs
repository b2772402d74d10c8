//! docs/metrics.md says what metrics.json holds: every field, and none that is not there.

use super::full;
use serde_json::Value;
use skonto::evaluate::learned::{Kind, Metric};
use skonto::evaluate::numbers::Numbers;
use std::collections::BTreeSet;

const DOC: &str = include_str!("../../docs/metrics.md");

/// Objects that the page explains once for all.
const KNOWN: [&[&str]; 2] = [&["high", "low", "value"], &["name", "value"]];

/// The path of every field of an object, lists as `[]`.
fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let names: Vec<&str> = fields.keys().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect();
            if KNOWN.contains(&names.as_slice()) || path.ends_with(".figures") {
                return;
            }
            for (name, value) in fields {
                let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                found.insert(inner.clone());
                paths(value, &inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| paths(item, &format!("{path}[]"), found)),
        _ => {}
    }
}

/// First cells of the tables below every heading, under the path that the heading names.
fn told() -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    for part in DOC.split("\n## ").skip(1) {
        let (heading, rest) = part.split_once('\n').unwrap();
        let prefix = match heading.split('`').nth(1) {
            Some(path) => format!("{path}."),
            None if heading == "The run" => String::new(),
            None => continue,
        };
        let cells = rest.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        told.extend(cells.map(|cell| format!("{prefix}{cell}")));
    }
    told
}

#[test]
fn every_field_of_metrics_json_is_documented_and_no_other() {
    let mut found = BTreeSet::new();
    let run = full::run(Kind::Buys, 0.5);
    paths(&serde_json::from_str(&run.to_json()).unwrap(), "", &mut found);
    let found: BTreeSet<String> = found.into_iter().filter(|path| !path.starts_with("baselines[].")).collect();
    let told = told();
    assert_eq!(told.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new(), "told but not there");
    assert_eq!(found.difference(&told).collect::<Vec<_>>(), Vec::<&String>::new(), "there but not told");
}

#[test]
fn every_measure_is_documented_with_its_direction() {
    let table = DOC.split("## Measures").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let expected = Metric::ALL.map(|measure| {
        let better = if measure.higher_is_better() { "higher" } else { "lower" };
        assert_eq!(serde_json::to_value(measure).unwrap(), measure.key());
        (format!("`{}`", measure.key()), better)
    });
    assert_eq!(rows.iter().map(|row| (row[0].to_string(), row[1])).collect::<Vec<_>>(), expected);
}
