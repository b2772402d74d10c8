//! The files that were written, how long it took, and the words of the page.

use crate::evaluate::pricing::{JudgedBy, Pricing};
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::learned::show::{bytes, plain_tick, seconds};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// The section on files; none without one.
pub fn draw_files(run: &Pricing) -> Option<Markup> {
    if run.files.is_empty() {
        return None;
    }
    let lead =
        "What devices read. Every file is the model as it was, with the prices of the budgets its devices draw on.";
    let body = html! {
        dl.card {
            @for file in &run.files {
                div {
                    dt { (file.name) }
                    dd { (bytes(file.bytes)) " (" (number::count(file.bytes)) " bytes), version " (file.version) ", for " (file.is_for) }
                }
            }
            div {
                dt { "Decides as found" }
                dd { (number::percent(run.same_as_found, 2)) " of held-out decisions asked again get the arm that the prices pick" }
            }
        }
    };
    Some(section("files", "The files", lead, body))
}

/// The section on seconds; none without stages.
pub fn draw_seconds(run: &Pricing) -> Option<Markup> {
    if run.seconds.is_empty() {
        return None;
    }
    let row = |(stage, took): &(String, f64)| Row {
        label: stage.clone(),
        value: *took,
        interval: None,
        text: seconds(*took),
        strong: false,
    };
    let rows: Vec<Row> = run.seconds.iter().map(row).collect();
    let cells = rows.iter().map(|row| vec![row.label.clone(), row.text.clone()]).collect();
    let panel = Panel {
        title: "Seconds by stage",
        read: "Wall-clock time of this run, in the order of the stages.",
        body: bars::rows(&rows, Mark::Bar, "seconds", &plain_tick),
        table: Table { head: &["Stage", "Time"], rows: cells },
    };
    Some(section("seconds", "How long it took", "Where the time of this run went.", panel.draw()))
}

/// The section on words; none on a page without budgets.
pub fn draw_words(run: &Pricing) -> Option<Markup> {
    if run.budgets.is_empty() {
        return None;
    }
    let gain = match run.judged_by {
        JudgedBy::Outcomes => {
            "What an offer brings above no offer, its cost taken off, by what happened to those who were given \
            it by chance."
        }
        JudgedBy::Model => "What an offer is expected to bring above no offer, its cost taken off, by the model.",
    };
    let words = [
        (
            "λ",
            "The price of a budget: what a unit of its money must at least gain. Zero where there is enough for every offer.",
        ),
        ("Gain", gain),
        ("Profit floor", "What offers must gain together. It makes money cheaper: other budgets' prices fall."),
        ("Return floor", "What offers must gain for each unit of money that they cost."),
        ("Spend", "What offers cost, as expected when they are decided. What is redeemed is the ledger's to count."),
        (
            "Afterwards",
            "The price for a device that has not heard of a new one in time: it spends a share of the budget only.",
        ),
        (
            "Bound",
            "The dual of the knapsack: no way of choosing within the budgets gains more, by the model's account.",
        ),
    ];
    let body = html! { dl.glossary { @for (word, meaning) in words { div { dt { (word) } dd { (meaning) } } } } };
    Some(section("words", "Words", "What the terms on this page mean.", body))
}
