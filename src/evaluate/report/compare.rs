//! The page of `skonto report --compare`: two runs side by side.
//!
//! Every number is one of the two runs'. There is no interval of a difference, since the runs were measured apart.

use super::bars::{self, Mark, Row};
use super::frame::Frame;
use super::learned::{STYLE, show};
use super::panel::{Panel, Table, section};
use super::{number, tile};
use crate::evaluate::learned::compare::{Change, Changed, Comparison, Pair};
use crate::evaluate::learned::{Measure, Run};
use maud::{Markup, html};

/// Draws the whole page.
pub fn compare_page(comparison: &Comparison, runs: [&Run; 2]) -> String {
    let [first, second] = &comparison.names;
    let title = format!("{first} and {second} – skonto comparison");
    let figures = figures(comparison);
    let parts = [
        ("chosen", "Chosen models", Some(chosen(comparison, runs))),
        ("figures", "Figures", figures),
        ("settings", "Settings", Some(settings(comparison))),
    ];
    let there: Vec<_> = parts.into_iter().filter_map(|(id, name, body)| Some((id, name, body?))).collect();
    let contents: Vec<(&str, &str)> = there.iter().map(|(id, name, _)| (*id, *name)).collect();
    let main = html! { (top(comparison)) @for (_, _, body) in &there { (body) } (foot()) };
    Frame { title: &title, style: STYLE, skip: "Skip to the comparison" }.page(&contents, &main).into_string()
}

fn top(comparison: &Comparison) -> Markup {
    html! {
        header {
            p.kicker { (comparison.names[0]) " and " (comparison.names[1]) span { "Comparison of two runs" } }
            h1 { (comparison.headline) }
            dl.tiles { @for (name, value, note) in tiles(comparison) { (tile(&name, &value, &note)) } }
            @if !comparison.doubts.is_empty() {
                aside.caveat.warned {
                    strong { "Handle with care" }
                    ul { @for doubt in &comparison.doubts { li { (doubt) } } }
                }
            }
            aside.caveat {
                strong { "Measured apart. " }
                "Each run has its own intervals. Where they lie apart, the difference is hardly luck; where they overlap, it \
                 may be. A difference on the same resamples, which is sharper, can only be had within one run."
            }
        }
    }
}

fn tiles(comparison: &Comparison) -> Vec<(String, String, String)> {
    let mut tiles = Vec::new();
    if let Some(pair) = &comparison.chosen {
        let sides = comparison.names.iter().zip([pair.first, pair.second]);
        for (name, figure) in sides.filter_map(|(name, figure)| Some((name, figure?))) {
            let ends = number::interval(&figure, &|v| pair.measure.print(v));
            let note = if show::has_interval(&figure) { ends } else { String::new() };
            tiles.push((format!("{}, {name}", pair.measure.name()), pair.measure.print(figure.value), note));
        }
    }
    tiles.push(("Settings that differ".into(), number::count(comparison.changed.len() as u64), String::new()));
    tiles
}

fn chosen(comparison: &Comparison, runs: [&Run; 2]) -> Markup {
    let line = |name: &str, value: &dyn Fn(&Run) -> String| {
        html! { tr { th scope="row" { (name) } @for run in runs { td { (value(run)) } } } }
    };
    let dash = |text: String| if text.is_empty() { number::DASH.to_string() } else { text };
    let size = |run: &Run| if run.model_bytes > 0 { show::bytes(run.model_bytes) } else { number::DASH.into() };
    let seconds = |run: &Run| {
        let total: f64 = run.seconds.iter().map(|stage| stage.seconds).sum();
        if total > 0.0 { show::seconds(total) } else { number::DASH.into() }
    };
    let body = html! {
        div.scroll.body tabindex="0" role="group" aria-label="Chosen models" {
            table.sides {
                caption.known { "Chosen models" }
                (head("", comparison))
                tbody {
                    (line("Model", &|run| dash(run.chosen.name.clone())))
                    (line("Why", &|run| dash(run.chosen.why.clone())))
                    (line("Its settings", &|run| dash(run.winner().map(|it| show::settings(&it.settings)).unwrap_or_default())))
                    (line("Size when packed", &size))
                    (line("Version", &|run| if run.model_version > 0 { run.model_version.to_string() } else { number::DASH.into() }))
                    (line("Rows learnt from", &|run| number::count(run.split.train)))
                    (line("Rows held out", &|run| number::count(run.split.test)))
                    (line("Seconds in all", &seconds))
                }
            }
        }
    };
    section("chosen", "What was chosen", "The model that each run would pack.", body)
}

fn head(first: &str, comparison: &Comparison) -> Markup {
    html! { thead { tr { th scope="col" { (first) } @for name in &comparison.names { th scope="col" { (name) } } } } }
}

fn figures(comparison: &Comparison) -> Option<Markup> {
    let measures: Vec<Measure> =
        Measure::ALL.into_iter().filter(|it| comparison.pairs.iter().any(|pair| pair.measure == *it)).collect();
    if measures.is_empty() {
        return None;
    }
    let panels: Vec<Markup> = measures.iter().map(|measure| by_measure(comparison, *measure)).collect();
    let body = html! { @for pair in panels.chunks(2) { div.pair { @for panel in pair { (panel) } } } };
    Some(section("figures", "How good they are", "Candidates and baselines of both runs, measure by measure.", body))
}

fn by_measure(comparison: &Comparison, measure: Measure) -> Markup {
    let pairs: Vec<&Pair> = comparison.pairs.iter().filter(|pair| pair.measure == measure).collect();
    let [first, second] = &comparison.names;
    let rows: Vec<Row> = pairs
        .iter()
        .flat_map(|pair| [(first, pair.first, false), (second, pair.second, true)].map(|side| (pair, side)))
        .filter_map(|(pair, (run, figure, strong))| {
            let figure = figure?;
            Some(Row {
                label: format!("{}, {run}", pair.name),
                value: figure.value,
                interval: show::has_interval(&figure).then_some((figure.low, figure.high)),
                text: measure.print(figure.value),
                strong,
            })
        })
        .collect();
    let cells = pairs.iter().map(|pair| {
        let print =
            |figure: Option<_>| figure.map_or_else(|| number::DASH.to_string(), |it| measure.with_interval(&it));
        vec![pair.name.clone(), print(pair.first), print(pair.second), pair.change().words().to_string()]
    });
    let table = Table { head: &["Name", first, second, second], rows: cells.collect() };
    Panel {
        title: measure.name(),
        read: &read(measure, &pairs, second),
        body: bars::rows(&rows, Mark::Dot, "", &|v, step| show::tick(measure, v, step)),
        table,
    }
    .draw()
}

fn read(measure: Measure, pairs: &[&Pair], second: &str) -> String {
    let count = |change: Change| pairs.iter().filter(|pair| pair.change() == change).count();
    let side = if measure.higher_is_better() { "Further right is better" } else { "Further left is better" };
    let told = [(Change::Better, "better"), (Change::Worse, "worse")]
        .map(|(change, word)| (count(change), word))
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} of {} clearly {word} in {second}", pairs.len()))
        .collect::<Vec<_>>();
    match told.is_empty() {
        true => format!("{side}. No candidate is clearly better or worse."),
        false => format!("{side}. {}.", told.join(", ")),
    }
}

fn settings(comparison: &Comparison) -> Markup {
    let lead = "Everything that is not the same in both; a dash where a run does not have it.";
    let body = match comparison.changed.is_empty() {
        true => html! { div.empty { p { "Nothing differs." } } },
        false => html! {
            div.scroll.body tabindex="0" role="group" aria-label="Settings that differ" {
                table.sides {
                    caption.known { "Settings that differ" }
                    (head("Setting", comparison))
                    tbody { @for changed in &comparison.changed { (change(changed)) } }
                }
            }
        },
    };
    section("settings", "What differs", lead, body)
}

fn change(changed: &Changed) -> Markup {
    let cell =
        |value: &Option<String>| value.clone().filter(|it| !it.is_empty()).unwrap_or_else(|| number::DASH.into());
    html! { tr { th scope="row" { (changed.name) } td { (cell(&changed.first)) } td { (cell(&changed.second)) } } }
}

fn foot() -> Markup {
    html! { footer { p { "Written by skonto report --compare from the metrics.json of both runs." } } }
}
