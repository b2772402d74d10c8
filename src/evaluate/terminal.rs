//! What the `skonto` program prints: a run in a screenful, a model's contents, one decision as JSON.

use super::summary::{Figure, Summary};
use crate::engine::{Engine, Request, Terms};
use crate::error::{Code, Error, Result};
use crate::event::{Profile, id_number};
use crate::explain::{Change, Explanation, Lever, sentence};
use crate::feature::Attribute;
use crate::money::BasisPoints;
use crate::train::read::json_lines;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A training run in a screenful.
pub fn summary(summary: &Summary, bytes: usize) -> String {
    let mut out = String::new();
    let data = &summary.data;
    let _ = writeln!(
        out,
        "{}: {} of {} order lines kept, {} shoppers, {} orders",
        summary.shop, data.lines_kept, data.lines_read, data.shoppers, data.orders
    );
    let _ = writeln!(out, "\nHeld-out weeks {}–{}:", summary.split.test.0, summary.split.test.1);
    let _ = writeln!(out, "  {:<28} {:>8} {:>8} {:>9}", "", "ROC-AUC", "PR-AUC", "log loss");
    for score in &summary.scores {
        let _ = writeln!(
            out,
            "  {:<28} {:>8.4} {:>8.4} {:>9.6}",
            score.name, score.roc_auc.value, score.pr_auc.value, score.log_loss.value
        );
    }
    let _ = writeln!(out, "\nExpected per 1,000 decisions, if the demand model and the margins are right:");
    let money = |minor: f64| format!("{:.2}", minor / 100.0);
    for row in &summary.policies {
        let Figure { value, low, high } = row.over_none;
        let _ = writeln!(
            out,
            "  {:<14} over none {:>8} {} [{} to {}], offers in {:>5.1} %",
            row.name,
            money(value),
            summary.currency,
            money(low),
            money(high),
            100.0 * row.offered
        );
    }
    let _ = writeln!(out, "\nChosen:");
    for share in &summary.chosen {
        let _ = writeln!(out, "  {:<8} {:>5.1} % {}", share.arm, 100.0 * share.share, bar(share.share));
    }
    let _ = writeln!(out, "\nmodel.skonto {bytes} bytes; report.html says the rest");
    out
}

fn bar(share: f64) -> String {
    "█".repeat((share * 40.0).round() as usize)
}

/// What a model file holds.
pub fn card(engine: &Engine, bytes: usize) -> String {
    let content = engine.content();
    let arms: Vec<&str> = content.menu.arms.iter().map(|arm| arm.id.as_str()).collect();
    let offered = content.schema.groups.iter().filter(|group| group.support > 1).count();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "version {}, {bytes} bytes, checked; {} golden vectors reproduce",
        content.version,
        content.golden.len()
    );
    let _ = writeln!(out, "arms: {}", arms.join(", "));
    let _ = writeln!(
        out,
        "{} groups in {} categories, {offered} with evidence for at least one offer",
        content.schema.groups.len(),
        content.schema.categories.len()
    );
    let _ = writeln!(out, "features:");
    for feature in &content.program.features {
        let _ = writeln!(out, "  {}", feature.name);
    }
    let _ = writeln!(out, "\n{}", content.card);
    out
}

/// One question to a model.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Name of the product's group.
    pub group: String,
    /// List price in minor units.
    pub price: f64,
    /// Milliseconds since 1970, local time.
    pub at: f64,
    /// Milliseconds since 1970 of the instant, for offers with a beginning or an end.
    pub instant: f64,
    /// Margin in percent instead of the model's.
    pub margin: Option<f64>,
    /// Seed of the draw.
    pub seed: f64,
    /// What the shop says: a JSON object of attributes by name.
    pub attributes: Option<String>,
}

/// Decides after counting a history of GA4 events, one JSON object a line.
pub fn decide(engine: &Engine, history: &str, asked: &Asked) -> Result<Value> {
    let profile = remember(engine, history)?;
    let group = engine.content().schema.group(&asked.group);
    let request = Request::new(group, asked.price, asked.at, asked.seed)
        .map_err(|reason| Error::new(Code::BadConfig, format!("the request cannot be decided: {}", reason.code())))?;
    let attributes = attributes(engine, asked.attributes.as_deref().unwrap_or("{}"))?;
    let request = Request { attributes: &attributes, ..request };
    let margin = asked.margin.map(BasisPoints::from_percent).transpose()?;
    let told = engine.explain(&profile, &request, &Terms { margin, ..Terms::default() });
    Ok(explained(engine, &told))
}

/// The profile of a shopper with this history of GA4 events, one JSON object a line.
pub(super) fn remember(engine: &Engine, history: &str) -> Result<Profile> {
    let mut profile = Profile::new();
    for event in json_lines::events(history, &engine.content().schema) {
        engine.observe(&mut profile, &event?)?;
    }
    Ok(profile)
}

/// The attributes of a JSON object in the model's order. A name the model does not know is refused, so that a misspelt
/// one is not silently missing.
pub(super) fn attributes(engine: &Engine, told: &str) -> Result<Vec<Option<f64>>> {
    let refuse = |what: String| Error::new(Code::BadConfig, format!("attributes: {what}"));
    let told: serde_json::Map<String, Value> =
        serde_json::from_str(told).map_err(|error| refuse(format!("expected a JSON object: {error}")))?;
    let declared = &engine.content().program.tables.attributes;
    if let Some(name) = told.keys().find(|name| declared.iter().all(|attribute| attribute.name != **name)) {
        let known: Vec<&str> = declared.iter().map(|attribute| attribute.name.as_str()).collect();
        return Err(refuse(format!("expected some of {}, found `{name}`", known.join(", "))));
    }
    let read = |attribute: &Attribute| match (told.get(&attribute.name), attribute.levels.is_empty()) {
        (None | Some(Value::Null), _) => Ok(None),
        (Some(Value::Number(number)), true) => Ok(number.as_f64()),
        (Some(Value::String(word)), false) => Ok(Some(id_number(word) as f64).filter(|_| !word.is_empty())),
        (Some(other), is_number) => {
            let expected = if is_number { "a number" } else { "a word" };
            Err(refuse(format!("`{}`: expected {expected}, found {other}", attribute.name)))
        }
    };
    declared.iter().map(read).collect()
}

/// A decision and its grounds as JSON.
pub(super) fn explained(engine: &Engine, told: &Explanation) -> Value {
    let (content, decision) = (engine.content(), &told.decision);
    let arms = decision.outcomes().iter().zip(&content.menu.arms).map(|(outcome, arm)| {
        json!({
            "arm": arm.id, "verdict": crate::decision::VERDICT_CODES[outcome.verdict as usize],
            "probability": outcome.probability, "gain_minor": outcome.gain, "cost_minor": outcome.cost,
            "propensity": outcome.propensity, "score": outcome.score,
        })
    });
    let words = &content.locales[0];
    let label = |index: usize| words.text(crate::artefact::Word::Feature, index);
    let parts = told.contributions.iter().map(|part| {
        let (feature, amount) = (label(part.feature), part.amount);
        json!({"feature": feature, "contribution": amount, "cost_minor": part.cost, "value": part.value})
    });
    let change = |change: &Change| {
        let what = match change.lever {
            Lever::Feature(index) => label(index),
            Lever::Margin => "assumed margin",
            Lever::BudgetPrice => "price of budget",
            Lever::Cost(arm) => content.menu.arms[arm].id.as_str(),
        };
        let texts = content.locales.iter().map(|locale| (locale.tag.clone(), sentence(change, locale, content, 0)));
        let text: BTreeMap<String, String> = texts.collect();
        json!({"what": what, "from": change.from, "to": change.to, "arm": content.menu.arms[change.arm].id, "text": text})
    };
    json!({
        "arm": content.menu.arms[decision.arm].id,
        "list_minor": decision.list.minor(), "discount_minor": decision.discount.minor(),
        "price_minor": decision.price.minor(), "reason": decision.reason.code(),
        "reason_text": words.text(crate::artefact::Word::Reason, decision.reason as usize),
        "model_version": decision.model_version, "arms": arms.collect::<Vec<_>>(),
        "contributions": parts.collect::<Vec<_>>(), "nearest_change": told.nearest_change().map(change),
        "changes": told.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

/// Milliseconds since 1970 of `YYYY-MM-DDTHH:MM:SS`, by the proleptic Gregorian calendar.
///
/// Days from the civil date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
pub fn moment_ms(text: &str) -> Option<f64> {
    let (date, clock) = text.split_once('T')?;
    let numbers = |text: &str, mark: char| text.split(mark).map(|part| part.parse().ok()).collect::<Option<Vec<i64>>>();
    let [year, month, day] = numbers(date, '-')?[..] else { return None };
    let [hour, minute, second] = numbers(clock, ':')?[..] else { return None };
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && (0..24).contains(&hour);
    if !fits || !(0..60).contains(&minute) || !(0..60).contains(&second) {
        return None;
    }
    let year = year - (month <= 2) as i64;
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(((days * 24 + hour) * 60 + minute) as f64 * 60_000.0 + second as f64 * 1_000.0)
}
