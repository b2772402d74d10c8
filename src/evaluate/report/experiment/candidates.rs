//! Policies that competed on training rows: their worth with intervals, which one was taken, and why others were refused.

use super::show::{self, Show};
use crate::evaluate::experiment::Candidate;
use crate::evaluate::report::bars::Row;
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// The section; none without candidates.
pub fn draw(show: &Show) -> Option<Markup> {
    let all = &show.run.candidates;
    if all.is_empty() {
        return None;
    }
    let (refused, fitted): (Vec<&Candidate>, Vec<&Candidate>) = all.iter().partition(|it| !it.refused.is_empty());
    let lead = format!(
        "Before any held-out row was looked at, candidates competed on the training {}: each was judged by what it would \
        choose for rows that its models had not seen.",
        show.rows()
    );
    let body = html! {
        (picture(show, &fitted))
        @if !fitted.is_empty() { (table(show, &fitted)) }
        @if !refused.is_empty() { (refusals(&refused)) }
    };
    Some(section("candidates", "What competed", &lead, body))
}

fn picture(show: &Show, fitted: &[&Candidate]) -> Markup {
    let money = |value: f64| show.money(value);
    let row = |it: &&Candidate| show::dot(&it.name, &it.value, money(it.value.value), it.chosen);
    let rows: Vec<Row> = fitted.iter().map(row).collect();
    let cells = fitted.iter().map(|it| {
        let chosen = if it.chosen { "chosen" } else { "" };
        vec![it.name.clone(), money(it.value.value), show::ends(&it.value, &money), chosen.into()]
    });
    let axis = format!("profit per {}", show.row());
    Panel {
        title: "Worth on training rows",
        read: "The dot is the estimate, the line its 95\u{202f}% interval; the strong one was taken.",
        body: show::dots(&rows, &axis, &|value, step| show.tick(value, step)),
        table: Table { head: &["Candidate", "Worth", "95\u{202f}% interval", "Taken"], rows: cells.collect() },
    }
    .draw()
}

fn table(show: &Show, fitted: &[&Candidate]) -> Markup {
    let money = |value: f64| show.money(value);
    html! {
        h3 { "What they are" }
        div.scroll.body tabindex="0" role="group" aria-label="What the candidates are" {
            table.candidates {
                caption.known { "What the candidates are" }
                thead { tr { th scope="col" { "Candidate" } th scope="col" { "Profit per " (show.row()) } } }
                tbody { @for it in fitted {
                    tr.chosen[it.chosen] {
                        th scope="row" {
                            (it.name)
                            @if it.chosen { span.tag { "chosen" } }
                            @if !it.what.is_empty() { small { (it.what) } }
                        }
                        td {
                            (money(it.value.value))
                            @if show::has_interval(&it.value) { small { (number::interval(&it.value, &money)) } }
                        }
                    }
                } }
            }
        }
    }
}

fn refusals(refused: &[&Candidate]) -> Markup {
    html! {
        h3 { "Refused" }
        p.read { "These could not be fitted on the rows there are." }
        ul.refused { @for it in refused {
            li { strong { (it.name) } " " span { (it.refused) } }
        } }
    }
}
