//! What a shopper would be offered at a moment: every arm, and why or why not, for people.
//!
//! Nothing is drawn by chance beyond the seed, nothing is recorded: a dry run of the engine that a device runs.

mod cart;

use super::terminal::{self, Asked};
use crate::artefact::Word;
use crate::decision::VERDICT_CODES;
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::event::Timestamp;
use crate::explain::Explanation;
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
    /// What the shopper is about to buy, instead of one product.
    cart: Option<cart::Told>,
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
    let attributes = Value::Object(shopper.attributes).to_string();
    let Some(cart) = shopper.cart else {
        let told = terminal::decide(engine, &history, &Asked { attributes: Some(attributes), ..asked.clone() })?;
        return Ok(in_words(engine, &told, tag));
    };
    let (profile, attributes) = (terminal::remember(engine, &history)?, terminal::attributes(engine, &attributes)?);
    let moment = cart::Moment { local: Timestamp::from_ms(asked.at)?, instant_ms: asked.instant as i64 };
    let told = cart.decide(engine, &profile, &attributes, moment, asked.seed as u64)?;
    let decision = terminal::explained(engine, &Explanation::bare(told.decision));
    Ok(in_words(engine, &decision, tag) + &cart.in_words(engine, &told))
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

/// A moment with or without seconds and an offset: milliseconds since 1970 by the shop's clock, and of the instant. Without
/// an offset the shop's clock is taken to be UTC.
pub fn moment_ms(text: &str) -> Option<(f64, f64)> {
    let (date, clock) = text.split_once('T')?;
    let (clock, offset) = clock.split_at(clock.find(['+', '-', 'Z']).unwrap_or(clock.len()));
    let seconds = if clock.matches(':').count() == 1 { ":00" } else { "" };
    let local = terminal::moment_ms(&format!("{date}T{clock}{seconds}"))?;
    Some((local, local - 60_000.0 * minutes_ahead(offset)?))
}

/// Minutes of an offset such as `+01:00`, `Z` or nothing.
fn minutes_ahead(offset: &str) -> Option<f64> {
    let Some(sign) = offset.chars().next().filter(|sign| *sign != 'Z') else { return Some(0.0) };
    let (hours, minutes) = offset[1..].split_once(':')?;
    let minutes = hours.parse::<f64>().ok()? * 60.0 + minutes.parse::<f64>().ok()?;
    (0.0..=1_440.0).contains(&minutes).then_some(if sign == '-' { -minutes } else { minutes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        let (at, instant) = moment_ms("2017-11-20T12:00").unwrap();
        let group = "SOUP/CONDENSED SOUP".to_string();
        Asked { group, price: 129.0, at, instant, margin: None, seed: 0.0, attributes: None }
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
    fn a_cart_shows_its_lines_its_offers_and_why_not() {
        let engine = Engine::load(include_bytes!("../../data/compat/v2/offers.skonto")).unwrap();
        let shopper = |extra: &str| {
            let item = "{\"item_id\": \"p\", \"item_category\": \"a\", \"item_category2\": \"FROZEN PIZZA\", \
                \"item_category3\": \"PREMIUM\", \"price\": 4.5, \"quantity\": 2}";
            format!("{{\"cart\": {{\"currency\": \"EUR\", \"shipping\": 3, \"items\": [{item}]{extra}}}}}")
        };
        let told = preview(&engine, &shopper(""), &asked(), "en").unwrap();
        for expected in ["9.00", "offer 9: ", "missing attribute (tell `segments`)", "\nall "] {
            assert!(told.contains(expected), "{expected}\n{told}");
        }
        let known = shopper(", \"circumstances\": {\"segments\": [\"x\"]}");
        assert!(!preview(&engine, &known, &asked(), "en").unwrap().contains("tell `segments`"));
        let refused = preview(&engine, &shopper(", \"tax_percent\": 300"), &asked(), "en").unwrap_err().to_string();
        assert!(refused.contains("a tax is between 0 and 100 percent, found 300"), "{refused}");
    }

    #[test]
    fn reads_moments_with_and_without_seconds_and_offsets() {
        let wanted = terminal::moment_ms("2026-11-27T09:00:00").unwrap();
        let rows = [("09:00+01:00", -1.0), ("09:00", 0.0), ("09:00:00Z", 0.0), ("09:00:00-05:30", 5.5)];
        for (clock, hours) in rows {
            assert_eq!(
                moment_ms(&format!("2026-11-27T{clock}")),
                Some((wanted, wanted + hours * 3_600_000.0)),
                "{clock}"
            );
        }
        assert_eq!((moment_ms("tomorrow"), moment_ms("2026-11-27T09:00+x")), (None, None));
    }
}
