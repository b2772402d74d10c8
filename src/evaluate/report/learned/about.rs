//! Where rows came from, how they were split, what was refused, the settings, and the model card.

use super::show;
use crate::evaluate::learned::{Run, Setting};
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::panel::{Panel, Table, section};
use crate::evaluate::report::{data, number};
use maud::{Markup, html};

/// The section on rows and the split; none where nothing was read.
pub fn draw_rows(run: &Run) -> Option<Markup> {
    let (rows, split) = (&run.data, &run.split);
    if rows.read == 0 && split.train == 0 && split.test == 0 {
        return None;
    }
    let lead = "Every row that was read is either used or dropped for a stated cause, and none is both learnt from and \
        judged by.";
    let body = html! {
        @if !rows.files.is_empty() { p.note { (files(run)) } }
        @if rows.read > 0 { (data::equation(rows.read, rows.kept, &rows.causes)) (data::causes(&rows.causes)) }
        (parts(run))
        @if !run.refused.is_empty() { (refused(run)) }
        @if !run.seconds.is_empty() { (seconds(run)) }
    };
    Some(section("rows", "Rows and split", lead, body))
}

fn files(run: &Run) -> String {
    const SHOWN: usize = 4;
    let rows = &run.data;
    let names = rows.files.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = rows.files.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more files") } else { String::new() };
    let made = match (rows.columns, rows.features) {
        (0, _) | (_, 0) => String::new(),
        (columns, features) => format!(": {columns} columns, of which {features} features were made"),
    };
    format!("From {names}{rest}{made}. Learnt was “{}”.", run.task.target)
}

fn parts(run: &Run) -> Markup {
    let split = &run.split;
    let mean = |value: f64| match value.is_finite() {
        true => format!(", {} {}", show::outcome(run), show::mean(run, value)),
        false => String::new(),
    };
    let folds = match split.folds {
        0 => String::new(),
        folds => format!(", in {folds} folds"),
    };
    html! {
        h3 { "Which rows taught and which judged" }
        @if !split.rule.is_empty() { p.read { (split.rule) } }
        ol.weeks {
            (part("train", "learnt from", split.train, &format!("{folds}{}", mean(split.train_mean))))
            @if split.validate > 0 { (part("validate", "chosen by", split.validate, "")) }
            (part("test", "held out", split.test, &mean(split.test_mean)))
        }
    }
}

fn part(class: &str, name: &str, rows: u64, more: &str) -> Markup {
    html! {
        li.(class) style={ "flex-grow:" (rows.max(1)) } {
            strong { (name) }
            span { (number::count(rows)) }
            small { (more.trim_start_matches(", ")) }
        }
    }
}

fn refused(run: &Run) -> Markup {
    html! {
        h3 { "Columns that were refused" }
        p.read { "Nothing was learnt from them, and no offer depends on them by name. Other columns may still stand in for them." }
        ul.refused { @for refused in &run.refused { li { strong { (refused.column) } " " span { (refused.why) } } } }
    }
}

fn seconds(run: &Run) -> Markup {
    let row = |stage: &crate::evaluate::learned::Seconds| Row {
        label: stage.stage.clone(),
        value: stage.seconds,
        interval: None,
        text: show::seconds(stage.seconds),
        strong: false,
    };
    let rows: Vec<Row> = run.seconds.iter().map(row).collect();
    let cells = rows.iter().map(|row| vec![row.label.clone(), row.text.clone()]).collect();
    Panel {
        title: "Seconds by stage",
        read: "Wall-clock time of this run, in the order of the stages.",
        body: bars::rows(&rows, Mark::Bar, "seconds", &show::plain_tick),
        table: Table { head: &["Stage", "Time"], rows: cells },
    }
    .draw()
}

/// The model card with the settings of the run; none where there is neither.
pub fn draw_card(run: &Run) -> Option<Markup> {
    if run.card.is_empty() && run.settings.is_empty() {
        return None;
    }
    let lead = "What the model is for, what it is not for, and how it was made; the packed file carries the same card.";
    let body = html! {
        @if !run.card.is_empty() {
            dl.card { @for line in &run.card { div { dt { (line.name) } dd { (line.value) } } } }
        }
        @if !run.settings.is_empty() { h3 { "Settings of the run" } (settings(&run.settings)) }
    };
    Some(section("card", "Model card", lead, body))
}

fn settings(settings: &[Setting]) -> Markup {
    html! {
        div.scroll.body tabindex="0" role="group" aria-label="Settings of the run" {
            table.settings {
                caption.known { "Settings of the run" }
                thead { tr { th scope="col" { "Setting" } th scope="col" { "Value" } } }
                tbody { @for row in settings { tr { th scope="row" { (row.name) } td { (row.value) } } } }
            }
        }
    }
}
