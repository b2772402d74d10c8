//! What a shopper would be offered at a moment: every arm, and why or why not, for people.
//!
//! Nothing is drawn by chance beyond the seed, nothing is recorded: a dry run of the engine that a device runs.

use super::terminal::{self, Asked};
use crate::artefact::Word;
use crate::decision::VERDICT_CODES;
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use serde::Deserialize;
use serde_json::Value;
use std::fmt::Write;

/// A shopper as a file tells it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Shopper {
    /// What the shop says with a request.
    attributes: serde_json::Map<String, Value>,
    /// What the shopper did so far, as GA4 events.
    events: Vec<Value>,
}

/// A table of all arms in the language with `tag`, or in the file's first. `asked.attributes` is not read: attributes are the
/// shopper's.
///
/// # Errors
/// A shopper that is no JSON of attributes and events, an attribute or an event that the model cannot read.
pub fn preview(engine: &Engine, shopper: &str, asked: &Asked, tag: &str) -> Result<String> {
    let refuse = |error| Error::new(Code::BadConfig, format!("shopper: {error}"));
    let shopper: Shopper = serde_json::from_str(shopper).map_err(refuse)?;
    let history: String = shopper.events.iter().map(|event| format!("{event}\n")).collect();
    let attributes = Some(Value::Object(shopper.attributes).to_string());
    let told = terminal::decide(engine, &history, &Asked { attributes, ..asked.clone() })?;
    Ok(in_words(engine, &told, tag))
}

fn in_words(engine: &Engine, told: &Value, tag: &str) -> String {
    let locales = &engine.content().locales;
    let words = locales.iter().find(|locale| locale.tag == tag).unwrap_or(&locales[0]);
    let of = |value: &Value, key: &str| value[key].as_f64().unwrap_or_default();
    let list = of(told, "list_minor");
    let mut out = format!(
        "{} → {}: {} ({})\n\n",
        list,
        of(told, "price_minor"),
        told["arm"].as_str().unwrap_or_default(),
        told["reason_text"].as_str().unwrap_or_default()
    );
    let _ = writeln!(out, "{:<12} {:>10} {:>10} {:>8} {:>8}  why", "arm", "gain", "cost", "buys", "chance");
    for arm in told["arms"].as_array().into_iter().flatten() {
        let code = arm["verdict"].as_str().unwrap_or_default();
        let verdict = VERDICT_CODES.iter().position(|known| *known == code).unwrap_or_default();
        let _ = writeln!(
            out,
            "{:<12} {:>10.2} {:>10.2} {:>8} {:>7.1}%  {}",
            arm["arm"].as_str().unwrap_or_default(),
            of(arm, "gain_minor"),
            of(arm, "cost_minor"),
            bought(of(arm, "probability")),
            100.0 * of(arm, "propensity"),
            words.text(Word::Verdict, verdict)
        );
    }
    let changes = told["changes"].as_array().into_iter().flatten();
    let sentences = changes.filter_map(|change| change["text"][&words.tag].as_str()).filter(|text| !text.is_empty());
    sentences.for_each(|text| {
        let _ = write!(out, "\n{text}\n");
    });
    out
}

/// A chance of buying; a model of gains says none.
fn bought(chance: f64) -> String {
    if chance > 0.0 { format!("{:.1}%", 100.0 * chance) } else { "–".into() }
}

/// A moment with or without seconds and an offset; the offset is the shop's own and only says so.
pub fn moment_ms(text: &str) -> Option<f64> {
    let (date, clock) = text.split_once('T')?;
    let clock = clock.split(['+', '-', 'Z']).next()?;
    let seconds = if clock.matches(':').count() == 1 { ":00" } else { "" };
    terminal::moment_ms(&format!("{date}T{clock}{seconds}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        let at = moment_ms("2017-11-20T12:00").unwrap();
        let group = "SOUP/CONDENSED SOUP".to_string();
        Asked { group, price: 129.0, at, margin: None, seed: 0.0, attributes: None }
    }

    #[test]
    fn every_arm_has_a_line_that_says_why() {
        let engine = Engine::load(crate::BUNDLED).unwrap();
        let told = preview(&engine, "{}", &asked(), "en").unwrap();
        for arm in &engine.content().menu.arms {
            assert!(told.lines().any(|line| line.starts_with(&arm.id)), "{}\n{told}", arm.id);
        }
        let too_little = engine.content().locales[0].text(Word::Verdict, 2).to_string();
        assert!(told.contains(&too_little), "{told}");
        assert_ne!(told, preview(&engine, "{}", &asked(), "zh").unwrap());
    }

    #[test]
    fn what_a_shopper_did_counts() {
        let engine = Engine::load(crate::BUNDLED).unwrap();
        let bought = "{\"events\": [{\"name\": \"purchase\", \"timestamp_ms\": 1510000000000, \"params\": {\"items\": \
            [{\"item_category2\": \"SOUP\", \"item_category3\": \"CONDENSED SOUP\", \"price\": 1.19, \"quantity\": 2}]}}]}";
        assert_ne!(preview(&engine, bought, &asked(), "en").unwrap(), preview(&engine, "{}", &asked(), "en").unwrap());
    }

    #[test]
    fn refuses_a_shopper_it_cannot_read() {
        let engine = Engine::load(crate::BUNDLED).unwrap();
        for (shopper, expected) in [("[1]", "shopper:"), ("{\"age\": 3}", "unknown field `age`"), ("{", "shopper:")] {
            let message = preview(&engine, shopper, &asked(), "en").unwrap_err().to_string();
            assert!(message.contains(expected), "{shopper}: {message}");
        }
    }

    #[test]
    fn reads_moments_with_and_without_seconds_and_offsets() {
        let wanted = terminal::moment_ms("2026-11-27T09:00:00");
        for text in ["2026-11-27T09:00+01:00", "2026-11-27T09:00", "2026-11-27T09:00:00Z", "2026-11-27T09:00:00-05:00"]
        {
            assert_eq!(moment_ms(text), wanted, "{text}");
        }
        assert_eq!(moment_ms("tomorrow"), None);
    }
}
