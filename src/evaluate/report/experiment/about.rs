//! Where rows came from and by which rule some were held out, the file, and how long each stage took.

use super::show::{self, Show};
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::panel::{Panel, Table, section};
use crate::evaluate::report::{data, number};
use maud::{Markup, html};

/// Files named at most.
const FILES: usize = 4;

/// The section on rows; none where nothing was read.
pub fn draw_data(show: &Show) -> Option<Markup> {
    let rows = &show.run.data;
    if rows.read == 0 && rows.train == 0 && rows.test == 0 {
        return None;
    }
    let lead = "Every row that was read is either used or left out for a stated cause, and none is both learnt from and \
        judged by.";
    let kept = rows.train + rows.test;
    let body = html! {
        p.note { (origin(show)) }
        @if rows.read > 0 { (data::equation(rows.read, kept, &rows.causes)) (data::causes(&rows.causes)) }
        h3 { "Which rows taught and which judged" }
        @if !rows.rule.is_empty() { p.read { (rows.rule) } }
        ol.weeks { (part("train", "learnt from", rows.train)) (part("test", "held out", rows.test)) }
    };
    Some(section("data", "Rows and rule", lead, body))
}

fn origin(show: &Show) -> String {
    let rows = &show.run.data;
    let names = rows.files.iter().take(FILES).cloned().collect::<Vec<_>>().join(", ");
    let from = match (names.is_empty(), rows.files.len().saturating_sub(FILES)) {
        (true, _) => String::new(),
        (false, 0) => format!("From {names}. "),
        (false, more) => format!("From {names} and {more} more files. "),
    };
    let features = match rows.features {
        0 => String::new(),
        1 => ", known by one feature".to_string(),
        features => format!(", known by {} features", number::count(features)),
    };
    format!("{from}One row is one {}{features}; what it brought is “{}”.", show.row(), show.reward())
}

fn part(class: &str, name: &str, rows: u64) -> Markup {
    html! {
        li.(class) style={ "flex-grow:" (rows.max(1)) } { strong { (name) } span { (number::count(rows)) } }
    }
}

/// The section on the file; none where there is none.
pub fn draw_file(show: &Show) -> Option<Markup> {
    let file = &show.run.file;
    if file.bytes == 0 {
        return None;
    }
    let lead = "What a device reads: it decides on its own, without asking a server.";
    let body = html! {
        dl.card {
            div { dt { "Size" } dd { (show::bytes(file.bytes)) " (" (number::count(file.bytes)) " bytes)" } }
            div {
                dt { "Same as the learner" }
                dd { (number::percent(file.same_as_learner, 2)) " of held-out " (show.rows()) " get what the learner itself would choose" }
            }
        }
    };
    Some(section("file", "The file", lead, body))
}

/// The section on seconds; none without stages.
pub fn draw_seconds(show: &Show) -> Option<Markup> {
    let stages = &show.run.seconds;
    if stages.is_empty() {
        return None;
    }
    let row = |(stage, seconds): &(String, f64)| show::bar(stage, *seconds, show::seconds(*seconds));
    let rows: Vec<Row> = stages.iter().map(row).collect();
    let cells = rows.iter().map(|row| vec![row.label.clone(), row.text.clone()]).collect();
    let panel = Panel {
        title: "Seconds by stage",
        read: "Wall-clock time of this run, in the order of the stages.",
        body: bars::rows(&rows, Mark::Bar, "seconds", &show::plain_tick),
        table: Table { head: &["Stage", "Time"], rows: cells },
    };
    Some(section("seconds", "How long it took", "Where the time of this run went.", panel.draw()))
}
