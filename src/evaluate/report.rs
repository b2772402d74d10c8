//! The training report: one self-contained HTML page made from a [`Summary`].
//!
//! It opens from disk, needs no script and asks nothing of the network; it follows the reader's light or
//! dark preference and prints. What is *not* here: any computing. A number that is not in the summary is
//! not on the page, and one that is not finite prints as a dash.
//!
//! ```
//! use skonto::evaluate::{report, summary::Summary};
//! let page = report::render(&Summary { shop: "Corner shop".into(), ..Summary::default() });
//! assert!(page.starts_with("<!DOCTYPE html>"));
//! ```

mod bars;
mod data;
mod glossary;
mod model;
mod number;
mod panel;
mod policy;
mod quality;
mod support;
mod verdict;

pub use quality::quality_page;

use super::summary::Summary;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use number::Currency;
use verdict::Verdict;

/// Sections with their names in the table of contents.
const CONTENTS: [(&str, &str); 6] = [
    ("policy", "Decisions"),
    ("model", "Demand model"),
    ("support", "Depths seen"),
    ("data", "Data quality"),
    ("run", "Split and run"),
    ("glossary", "Words"),
];

/// Draws the whole page.
pub fn render(summary: &Summary) -> String {
    page(summary).into_string()
}

fn page(summary: &Summary) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content="skonto";
                title { (shop(summary)) " – skonto training report" }
                style { (PreEscaped(include_str!("report/style.css"))) }
            }
            body {
                a.skip href="#main" { "Skip to the report" }
                div.frame { (contents()) main id="main" { (top(summary)) (sections(summary)) (foot(summary)) } }
            }
        }
    }
}

fn shop(summary: &Summary) -> &str {
    if summary.shop.is_empty() { "A shop" } else { &summary.shop }
}

fn contents() -> Markup {
    html! {
        nav aria-label="Contents" {
            p.mark { "skonto" }
            ol { @for (id, name) in CONTENTS { li { a href={ "#" (id) } { (name) } } } }
        }
    }
}

fn top(summary: &Summary) -> Markup {
    let verdict = Verdict::of(summary);
    html! {
        header {
            p.kicker { (shop(summary)) span { "Training report, model " (summary.model_version) } }
            h1 { (verdict.headline()) }
            div.verdict { @for sentence in verdict.details() { p { (sentence) } } }
            (tiles(summary, &verdict))
            aside.caveat { strong { "Not an experiment. " } (verdict::CAVEAT) }
        }
    }
}

fn tiles(summary: &Summary, verdict: &Verdict) -> Markup {
    let currency = Currency::of(&summary.currency);
    let money = |v: f64| currency.signed(v);
    html! {
        dl.tiles {
            @if let Some(policy) = verdict.learned {
                (tile("Above none, per thousand decisions", &money(policy.over_none.value),
                    &number::interval(&policy.over_none, &money)))
                (tile("Decisions with an offer", &number::percent(policy.offered, 1), "of the learned policy"))
                (tile("Discount given, per thousand decisions", &currency.amount(policy.cost), "of the learned policy"))
            }
            @if let Some(score) = summary.scores.first() {
                (tile("ROC-AUC", &number::decimal(score.roc_auc.value, 3),
                    &number::interval(&score.roc_auc, &|v| number::decimal(v, 3))))
            }
        }
    }
}

fn tile(name: &str, value: &str, note: &str) -> Markup {
    html! { div { dt { (name) } dd { strong { (value) } small { (note) } } } }
}

fn sections(summary: &Summary) -> Markup {
    html! {
        (policy::draw(summary))
        (model::draw(summary))
        (support::draw(summary))
        (data::draw_quality(summary))
        (data::draw_run(summary))
        (glossary::draw())
    }
}

fn foot(summary: &Summary) -> Markup {
    html! {
        footer {
            p {
                "Written by skonto with model " (summary.model_version)
                ". Intervals are 95\u{202f}%, from a bootstrap over shoppers, not weeks."
            }
        }
    }
}

#[cfg(test)]
mod tests;
