//! The top of the page: what was released, the tests behind it, and what it can be used for.

use super::show::{self, Show};
use crate::evaluate::experiment::{Experiment, Policy};
use crate::evaluate::report::{number, tile};
use crate::evaluate::summary::Figure;
use maud::{Markup, html};

/// Said of an experiment.
const CAVEAT: &str = "Arms were given by chance, so differences between policies are effects, not habits of those who \
    would have bought anyway. They hold for the people, offers and weeks of the experiment; where these change, ask again.";
/// Said where nothing was randomised.
const ALARM: &str = "Nobody drew the arms by chance here: their probabilities were fitted to what was seen. Whatever was \
    not seen but moved both the arm and the outcome is in every figure below. Take them as a reason for an experiment, \
    never as its result.";

/// The head of the page.
pub fn draw(show: &Show) -> Markup {
    let run = show.run;
    html! {
        header {
            p.kicker { (show.heading()) span { (kicker(run)) } }
            @if !run.randomised { aside.caveat.warned.alarm role="note" { strong { "Not causal. " } (ALARM) } }
            h1 { (headline(run)) }
            @if !run.verdict.tests.is_empty() { (tests(run)) }
            div.verdict { @for sentence in details(show) { p { (sentence) } } }
            dl.tiles { @for (name, value, note) in tiles(show) { (tile(&name, &value, &note)) } }
            @if run.randomised { aside.caveat { strong { "An effect, where it was measured. " } (CAVEAT) } }
        }
    }
}

fn kicker(run: &Experiment) -> String {
    let kind = if run.log.is_some() { "Learned from a log of decisions" } else { "Experiment report" };
    match run.title.is_empty() || run.shop.is_empty() {
        true => kind.to_string(),
        false => format!("{} · {kind}", run.shop),
    }
}

/// The first sentence of the page.
pub fn headline(run: &Experiment) -> String {
    let verdict = &run.verdict;
    match (verdict.sentence.is_empty(), verdict.released.is_empty()) {
        (false, _) => show::first_up(&show::typeset(&verdict.sentence)),
        (true, false) => format!("Released: {}.", verdict.released),
        (true, true) => "Nothing was released in this run.".to_string(),
    }
}

fn tests(run: &Experiment) -> Markup {
    html! {
        ul.tests aria-label="Tests behind the release" {
            @for (test, is_passed) in &run.verdict.tests {
                li {
                    @if *is_passed { span.tag { "passed" } } @else { span.tag.dropped { "not passed" } }
                    span { (show::typeset(test)) }
                }
            }
        }
    }
}

/// What the tests do not say: the learned policy in figures.
pub fn details(show: &Show) -> Vec<String> {
    let run = show.run;
    let Some(learned) = run.policies.first() else { return Vec::new() };
    let Some((estimator, value)) = learned.values.first() else { return Vec::new() };
    let money = |value: f64| show.money(value);
    let worth = show::full(value, &money);
    let on = match run.data.test {
        0 => String::new(),
        test => format!(" on {} held-out {}", number::count(test), show.rows()),
    };
    let name = show::first_up(&learned.name);
    let against = over(learned, estimator).map_or_else(String::new, |figure| against(show, figure));
    vec![format!("{name} is worth {worth} per {} by {estimator}{on}{against}.", show.row())]
}

/// Above the best single arm by one estimator.
fn over<'a>(policy: &'a Policy, estimator: &str) -> Option<&'a Figure> {
    let named = policy.over_best_arm.iter().find(|(name, _)| name == estimator);
    named.map(|(_, figure)| figure).filter(|figure| figure.value.is_finite())
}

fn against(show: &Show, figure: &Figure) -> String {
    let size = show.money(figure.value.abs());
    let side = if figure.value < 0.0 { "less" } else { "more" };
    let ends = number::interval(figure, &|value| show.signed(value));
    let luck = match show::has_interval(figure) {
        true if figure.low <= 0.0 && figure.high >= 0.0 => format!(", which may be luck ({ends})"),
        true => format!(" ({ends})"),
        false => String::new(),
    };
    format!(": {size} {side} than the best single arm{luck}")
}

fn tiles(show: &Show) -> Vec<(String, String, String)> {
    let run = show.run;
    let mut tiles = Vec::new();
    if let Some(learned) = run.policies.first()
        && let Some((estimator, figure)) = learned.values.first()
    {
        let name = format!("{} per {}, by {estimator}", show::first_up(&learned.name), show.row());
        tiles.push((name, show.money(figure.value), note(figure, &|value| show.money(value))));
        if let Some(figure) = over(learned, estimator) {
            let name = "Above the best single arm".to_string();
            tiles.push((name, show.signed(figure.value), note(figure, &|value| show.signed(value))));
        }
    }
    if run.data.test > 0 {
        let note = format!("and {} to learn from", number::count(run.data.train));
        tiles.push((format!("{} held out", show::first_up(show.rows())), number::count(run.data.test), note));
    }
    if run.file.bytes > 0 {
        tiles.push(("Size of the file".into(), show::bytes(run.file.bytes), "read whole by every device".into()));
    }
    tiles
}

fn note(figure: &Figure, print: &dyn Fn(f64) -> String) -> String {
    if show::has_interval(figure) { number::interval(figure, print) } else { String::new() }
}
