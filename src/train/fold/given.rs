//! A program with its numbers as a file: for a person to read, and for a later log to be told by.
//!
//! The file is JSON. What a person reads is beside the bytes that count, and both are compared when the file is read:
//! a number changed by hand is refused rather than ignored. An artefact serves as well, and says what a device does.

use crate::artefact::{decode_program, encode_program};
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::feature::{Program, Schema, Step};
use serde_json::{Value, json};

/// Rises when the meaning of a field changes.
const VERSION: u64 = 1;

/// The file of a program and the groups it speaks of.
pub fn write(program: &Program, schema: &Schema) -> String {
    let digits: String = encode_program(program, schema).iter().map(|byte| format!("{byte:02x}")).collect();
    // A value with text keys: there is nothing a serialiser could refuse.
    let readable = serde_json::to_string_pretty(&readable(program, schema)).unwrap_or_default();
    // Last, where they are in nobody's way.
    format!("{},\n  \"bytes\": \"{digits}\"\n}}\n", readable.trim_end_matches(['}', '\n']))
}

/// Reads an artefact or what [`write`] wrote.
pub fn read(bytes: &[u8]) -> Result<(Program, Schema)> {
    if bytes.first() != Some(&b'{') {
        let content = Engine::load(bytes)?.content().clone();
        return Ok((content.program, content.schema));
    }
    let mut file: Value = serde_json::from_slice(bytes).map_err(|error| bad(error.to_string()))?;
    if file["skonto_program"] != json!(VERSION) {
        return Err(bad(format!("expected `skonto_program` {VERSION}, found {}", file["skonto_program"])));
    }
    let digits = file["bytes"].take();
    let digits = digits.as_str().ok_or_else(|| bad("`bytes` is missing".into()))?;
    let (program, schema) = decode_program(&from_digits(digits)?)?;
    if let Some(fields) = file.as_object_mut() {
        fields.remove("bytes");
    }
    match file == reread(readable(&program, &schema)) {
        true => Ok((program, schema)),
        false => Err(bad("its numbers and its `bytes` differ: it was changed by hand, which is not supported".into())),
    }
}

/// As it comes back from a file, in which every number is a double.
fn reread(value: Value) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or_default()
}

fn from_digits(digits: &str) -> Result<Vec<u8>> {
    let wrong = || bad("`bytes` are not pairs of hexadecimal digits".into());
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    match rest.is_empty() {
        true => pairs.iter().map(|pair| byte(pair).ok_or_else(wrong)).collect(),
        false => Err(wrong()),
    }
}

fn bad(what: String) -> Error {
    Error::new(Code::BadData, format!("program: {what}"))
}

fn readable(program: &Program, schema: &Schema) -> Value {
    let name = |feature: &u8| program.features.get(*feature as usize).map(|feature| feature.name.as_str());
    let group = |group: &u16| schema.groups.get(*group as usize).map(|group| group.name.as_str());
    let clusters = &program.tables.clusters;
    let rule = |rule: &crate::feature::rule::Rule| {
        json!({
            "if": rule.antecedent.iter().map(group).collect::<Vec<_>>(),
            "then": group(&rule.consequent),
            "confidence": rule.confidence,
            "lift": rule.lift,
        })
    };
    let features = program.features.iter().map(|feature| {
        let steps: Vec<Value> = feature.steps.iter().map(step).collect();
        json!({ "name": feature.name, "kind": feature.kind.row().name, "steps": steps })
    });
    json!({
        "skonto_program": VERSION,
        "group_fields": schema.group_fields,
        "groups": schema.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(),
        "features": features.collect::<Vec<_>>(),
        "clusters": {
            "features": clusters.features.iter().map(name).collect::<Vec<_>>(),
            "shift": clusters.shift,
            "scale": clusters.scale,
            "centers": clusters.centers.chunks(clusters.features.len().max(1)).collect::<Vec<_>>(),
        },
        "rules": program.tables.rules.rules.iter().map(rule).collect::<Vec<_>>(),
        "word_buckets": program.tables.words.as_ref().map_or(0, |words| words.buckets.len()),
    })
}

fn step(step: &Step) -> Value {
    match step {
        Step::Log1p => json!("log1p"),
        Step::Logit => json!("logit"),
        Step::Missing => json!("missing"),
        Step::Scale { center, scale } => json!({ "scale": { "center": center, "scale": scale } }),
        Step::Clip { low, high } => json!({ "clip": [low, high] }),
        Step::Bins(edges) => json!({ "edges": edges }),
        Step::Equals(wanted) => json!({ "equals": wanted }),
        Step::Rates { rates, others } => json!({ "rates": rates, "others": others }),
        Step::Fill(filling) => json!({ "fill": filling }),
    }
}
