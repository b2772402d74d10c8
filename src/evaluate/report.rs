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
mod compare;
mod data;
mod experiment;
mod frame;
mod glossary;
mod learned;
mod model;
pub(crate) mod number;
mod panel;
mod patterns;
mod policy;
mod pricing;
mod quality;
mod regret;
mod support;
mod verdict;

pub use compare::compare_page;
pub use experiment::experiment_page;
pub use learned::{Verdict as LearnedVerdict, learned_page};
pub use patterns::patterns_page;
pub use pricing::pricing_page;
pub use quality::quality_page;
pub use regret::{Simulated, simulation_page};

use super::summary::Summary;
use frame::Frame;
use maud::{Markup, html};
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
    let title = format!("{} – skonto training report", shop(summary));
    let frame = Frame { title: &title, style: "", skip: "Skip to the report" };
    frame.page(&CONTENTS, &html! { (top(summary)) (sections(summary)) (foot(summary)) })
}

fn shop(summary: &Summary) -> &str {
    if summary.shop.is_empty() { "A shop" } else { &summary.shop }
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
