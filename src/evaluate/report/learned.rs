//! The page of a run of learners on a plain table: which one was taken, how good it is on rows it had not seen, and why.
//!
//! One self-contained page with the style sheet, charts and tables of the training report. It computes nothing that a
//! reader could not: every number is one of [`Run`], and a part without numbers is left out, entry and all.

mod about;
mod amounts;
mod answers;
mod candidates;
mod features;
mod offers;
mod responses;
mod search;
pub(super) mod show;
mod tree;
mod verdict;
mod words;

use super::frame::Frame;
use super::{number, tile};
use crate::evaluate::learned::{Measure, Run};
use maud::{Markup, html};
pub use verdict::Verdict;

/// Rules of this page and of the comparison.
pub(super) const STYLE: &str = include_str!("learned.css");

/// A section: its id, its name in the contents, what it draws.
type Part = (&'static str, &'static str, fn(&Run) -> Option<Markup>);

const PARTS: [Part; 9] = [
    ("candidates", "Candidates", candidates::draw),
    ("held-out", "On unseen rows", held_out),
    ("features", "Features", features::draw),
    ("model", "What it looks like", model),
    ("offers", "Offers", offers::draw),
    ("search", "Search", search::draw),
    ("rows", "Rows and split", about::draw_rows),
    ("card", "Model card", about::draw_card),
    ("words", "Words", words::draw),
];

/// Draws the whole page.
pub fn learned_page(run: &Run) -> String {
    let title = format!("{} – skonto training report", run.heading());
    let parts: Vec<(&str, &str, Markup)> =
        PARTS.iter().filter_map(|(id, name, draw)| draw(run).map(|body| (*id, *name, body))).collect();
    let contents: Vec<(&str, &str)> = parts.iter().map(|(id, name, _)| (*id, *name)).collect();
    let main = html! { (top(run)) @for (_, _, body) in &parts { (body) } (foot(run)) };
    Frame { title: &title, style: STYLE, skip: "Skip to the report" }.page(&contents, &main).into_string()
}

fn top(run: &Run) -> Markup {
    let verdict = Verdict::of(run);
    html! {
        header {
            p.kicker { (run.heading()) span { (kicker(run)) } }
            h1 { (verdict.headline) }
            div.verdict { @for sentence in &verdict.details { p { (sentence) } } }
            dl.tiles { @for (name, value, note) in tiles(run) { (tile(&name, &value, &note)) } }
            @if !run.warnings.is_empty() {
                aside.caveat.warned {
                    strong { "Before you use it" }
                    ul { @for warning in &run.warnings { li { (warning) } } }
                }
            }
            aside.caveat { strong { "A prediction, not an effect. " } (verdict::CAVEAT) }
        }
    }
}

fn kicker(run: &Run) -> String {
    let shop = if run.title.is_empty() || run.shop.is_empty() { String::new() } else { format!("{} · ", run.shop) };
    match run.model_version {
        0 => format!("{shop}Training report"),
        version => format!("{shop}Training report, model {version}"),
    }
}

fn tiles(run: &Run) -> Vec<(String, String, String)> {
    let mut tiles = Vec::new();
    if let Some(winner) = run.winner() {
        let of_choice = [run.chosen.measure].into_iter();
        let others = show::leading(run).iter().copied().filter(|measure| *measure != run.chosen.measure);
        for measure in of_choice.chain(others).take(2) {
            tiles.extend(winner.figure(measure).map(|figure| figure_tile(measure, figure)));
        }
    }
    if run.split.test > 0 {
        let note = format!("and {} to learn from", number::count(run.split.train));
        tiles.push((format!("{} held out", show::first_up(show::rows(run))), number::count(run.split.test), note));
    }
    if run.model_bytes > 0 {
        let note = "read whole by every device".to_string();
        tiles.push(("Size of the packed model".into(), show::bytes(run.model_bytes), note));
    }
    tiles
}

fn figure_tile(measure: Measure, figure: &crate::evaluate::summary::Figure) -> (String, String, String) {
    let note = show::has_interval(figure).then(|| number::interval(figure, &|v| show::figure(measure, v)));
    (measure.name().to_string(), show::figure(measure, figure.value), note.unwrap_or_default())
}

fn held_out(run: &Run) -> Option<Markup> {
    if run.task.kind.is_binary() { answers::draw(run) } else { amounts::draw(run) }
}

fn model(run: &Run) -> Option<Markup> {
    let (tree, responses) = (tree::draw(run), responses::draw(run));
    if tree.is_none() && responses.is_none() {
        return None;
    }
    let lead = "What the model asks, and how its prediction moves with one feature at a time.";
    let body = html! { @if let Some(tree) = tree { (tree) } @if let Some(responses) = responses { (responses) } };
    Some(super::panel::section("model", "What the model looks like", lead, body))
}

fn foot(run: &Run) -> Markup {
    let by = match run.skonto_version.as_str() {
        "" => "Written by skonto".to_string(),
        version => format!("Written by skonto {version}"),
    };
    let split = &run.split;
    html! {
        footer {
            p {
                (by) ". The same table and settings give the same numbers."
                @if split.resamples > 0 {
                    " Intervals are 95" (number::THIN) "%, from " (number::count(split.resamples)) " resamples of "
                    (split.resampled) "; the model itself is kept as it is."
                }
            }
        }
    }
}
