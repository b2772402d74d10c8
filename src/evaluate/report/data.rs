//! What was read, what became of it, how it was split by time, and how long the run took.

use super::bars::{self, Mark, Row};
use super::number;
use super::panel::{Panel, Table, section};
use crate::evaluate::summary::{Cause, DataQuality, Split, Summary};
use maud::{Markup, html};

/// The section on data quality.
pub fn draw_quality(summary: &Summary) -> Markup {
    let data = &summary.data;
    let lead = "Every order line that was read is either used or dropped for a stated cause.";
    let body = html! {
        @if data.lines_read == 0 && data.causes.is_empty() { div.empty { h3 { "Order lines" } p { "No data." } } }
        @else { (equation(data.lines_read, data.lines_kept, &data.causes)) (kept(data)) (causes(&data.causes)) }
    };
    section("data", "Data quality", lead, body)
}

/// Rows read = kept + dropped, with a warning where they are not.
pub fn equation(read: u64, kept: u64, causes: &[Cause]) -> Markup {
    let dropped = causes.iter().filter(|cause| cause.action == "dropped").map(|cause| cause.rows).sum();
    let left = read as i128 - kept as i128 - dropped as i128;
    html! {
        p.equation {
            (term(read, "read")) span.sign { "=" }
            (term(kept, "kept")) span.sign { "+" }
            (term(dropped, "dropped"))
        }
        @if left != 0 {
            p.warning {
                "This does not add up: " (number::count(left.unsigned_abs() as u64)) " lines are "
                @if left > 0 { "not accounted for." } @else { "counted twice." }
            }
        }
    }
}

fn term(value: u64, name: &str) -> Markup {
    html! { span.term { strong { (number::count(value)) } span { (name) } } }
}

fn kept(data: &DataQuality) -> Markup {
    html! {
        p.note {
            "Kept are " (number::count(data.orders)) " orders of " (number::count(data.shoppers)) " shoppers with "
            (number::count(data.products)) " products, in weeks " (weeks(data.weeks)) "."
        }
    }
}

/// Rows by cause, with examples folded away.
pub fn causes(causes: &[Cause]) -> Markup {
    if causes.is_empty() {
        return html! { p.note { "No row was dropped or repaired." } };
    }
    html! {
        div.scroll tabindex="0" role="group" aria-label="Rows by cause" {
            table.causes {
                caption { "Rows by cause" }
                thead { tr {
                    th scope="col" { "Cause" } th scope="col" { "What was done" } th scope="col" { "Rows" }
                } }
                tbody { @for cause in causes { (cause_row(cause)) } }
            }
        }
    }
}

fn cause_row(cause: &Cause) -> Markup {
    html! {
        tr {
            th scope="row" {
                (cause.cause)
                @if !cause.examples.is_empty() {
                    details.examples {
                        summary { "Examples" }
                        ul { @for example in &cause.examples { li { (example) } } }
                    }
                }
            }
            td.action { span.tag.(action_class(&cause.action)) { (cause.action) } }
            td { (number::count(cause.rows)) }
        }
    }
}

fn action_class(action: &str) -> &'static str {
    match action {
        "dropped" => "dropped",
        "repaired" => "repaired",
        _ => "kept",
    }
}

/// The section on the split by time and the seconds spent.
pub fn draw_run(summary: &Summary) -> Markup {
    let lead = "The past teaches, the following weeks choose the settings, and the last weeks judge. No feature \
        sees the trip it predicts.";
    section("run", "Split and run", lead, html! { (split(&summary.split)) (seconds(&summary.seconds)) })
}

fn split(split: &Split) -> Markup {
    if split.train == (0, 0) && split.test == (0, 0) {
        return html! { div.empty { h3 { "Weeks" } p { "No data." } } };
    }
    let count = number::count;
    let train = format!("{} examples, {} fitted", count(split.train_examples), count(split.fitted_examples));
    let test = format!("{} examples, {} purchases", count(split.test_examples), count(split.test_purchases));
    html! {
        h3 { "Weeks" }
        ol.weeks {
            (span("train", split.train, &train))
            (span("validate", split.validate, "settings are chosen here"))
            (span("test", split.test, &test))
        }
    }
}

fn span(name: &str, ends: (u32, u32), text: &str) -> Markup {
    let length = u64::from(ends.1).saturating_sub(u64::from(ends.0)) + 1;
    html! {
        li.(name) style={ "flex-grow:" (length) } { strong { (name) } span { "weeks " (weeks(ends)) } small { (text) } }
    }
}

fn weeks(ends: (u32, u32)) -> String {
    format!("{}–{}", ends.0, ends.1)
}

fn seconds(stages: &[(String, f64)]) -> Markup {
    let rows: Vec<Row> = stages
        .iter()
        .map(|(stage, seconds)| Row {
            label: stage.clone(),
            value: *seconds,
            interval: None,
            text: format!("{}{}s", number::decimal(*seconds, 1), number::THIN),
            strong: false,
        })
        .collect();
    let cells = rows.iter().map(|r| vec![r.label.clone(), r.text.clone()]).collect();
    Panel {
        title: "Seconds by stage",
        read: "Wall-clock time of this run, in the order of the stages.",
        body: bars::rows(&rows, Mark::Bar, "seconds", &|v, step| number::decimal(v, number::tick_decimals(step))),
        table: Table { head: &["Stage", "Time"], rows: cells },
    }
    .draw()
}
