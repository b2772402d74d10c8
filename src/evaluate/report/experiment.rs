//! The page of an experiment's policies: what was released and why, what every policy is worth, and who gets what.
//!
//! One self-contained page with the style sheet, charts and tables of the other reports. It computes nothing that a
//! reader could not: every number is one of [`Experiment`], and a part without numbers is left out, entry and all.

mod about;
mod arms;
mod budget;
mod candidates;
mod fairness;
mod learning;
mod ranking;
mod show;
mod verdict;
mod who;
mod words;
mod worth;

use super::frame::Frame;
use crate::evaluate::experiment::Experiment;
use maud::{Markup, html};
use show::Show;

/// Rules of this page, beside those of every page.
const STYLE: &str = concat!(include_str!("learned.css"), include_str!("experiment/page.css"));

/// A section: its id, its name in the contents, what it draws.
type Part = (&'static str, &'static str, fn(&Show) -> Option<Markup>);

const PARTS: [Part; 12] = [
    ("worth", "What policies earn", worth::draw),
    ("who", "Who gets what", who::draw),
    ("learning", "How it learnt", learning::draw),
    ("fairness", "Fairness", fairness::draw),
    ("ranking", "Who gains most", ranking::draw),
    ("budget", "Budget", budget::draw),
    ("candidates", "Candidates", candidates::draw),
    ("arms", "Arms as given", arms::draw),
    ("data", "Rows and rule", about::draw_data),
    ("file", "File", about::draw_file),
    ("seconds", "Seconds", about::draw_seconds),
    ("words", "Words", words::draw),
];

/// Draws the whole page.
pub fn experiment_page(run: &Experiment) -> String {
    let show = Show::of(run);
    let title = format!("{} – skonto experiment report", show.heading());
    let parts: Vec<(&str, &str, Markup)> =
        PARTS.iter().filter_map(|(id, name, draw)| draw(&show).map(|body| (*id, *name, body))).collect();
    let contents: Vec<(&str, &str)> = parts.iter().map(|(id, name, _)| (*id, *name)).collect();
    let main = html! { (verdict::draw(&show)) @for (_, _, body) in &parts { (body) } (foot(run)) };
    Frame { title: &title, style: STYLE, skip: "Skip to the report" }.page(&contents, &main).into_string()
}

fn foot(run: &Experiment) -> Markup {
    let by = match run.skonto_version.as_str() {
        "" => "Written by skonto".to_string(),
        version => format!("Written by skonto {version}"),
    };
    html! { footer { p { (by) ". The same rows and settings give the same numbers." } } }
}
