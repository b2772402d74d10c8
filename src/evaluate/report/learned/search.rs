//! How parameters were searched: every trial, and the best so far.

use super::show;
use crate::evaluate::chart::{Axis, Look, Plot, Point, Scale, Series};
use crate::evaluate::learned::{Run, Search, Trial};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// The section; none where nothing was searched.
pub fn draw(run: &Run) -> Option<Markup> {
    let panels: Vec<Markup> = run.searches.iter().filter(|search| !search.trials.is_empty()).map(history).collect();
    if panels.is_empty() {
        return None;
    }
    let lead = "Each disc is one setting of a learner's parameters, measured on rows that were not held out; the stairs \
        are the best so far. Where the stairs are flat for long, more searching would hardly help.";
    let pairs = panels.chunks(2);
    let body = html! { @for pair in pairs { div.pair { @for panel in pair { (panel) } } } };
    Some(section("search", "How settings were found", lead, body))
}

fn history(search: &Search) -> Markup {
    let measure = search.measure;
    let print = |v: f64| show::figure(measure, v);
    let tip = |trial: &Trial, value: f64| {
        format!("trial {}: {} {} ({})", trial.number, measure.name(), print(value), show::settings(&trial.settings))
    };
    let points = |value: fn(&Trial) -> f64| {
        let point = |trial: &Trial| Point { x: trial.number as f64, y: value(trial), tip: tip(trial, value(trial)) };
        search.trials.iter().map(point).collect()
    };
    let series = |name: &str, look, points| Series { name: name.into(), look, points };
    let y_title = format!("{}, {}", measure.name(), show::direction(measure));
    let x = Scale::around(search.trials.iter().map(|trial| trial.number as f64));
    let y = Scale::around(search.trials.iter().flat_map(|trial| [trial.value, trial.best]));
    let body = x.zip(y).map(|(x, y)| {
        let plot = Plot {
            title: &search.candidate,
            x: Axis { title: "trial", scale: x, print: &|v, _| number::decimal(v, 0) },
            y: Axis { title: &y_title, scale: y, print: &|v, step| show::tick(measure, v, step) },
            series: vec![
                series("one trial", Look::Scatter, points(|trial| trial.value)),
                series("best so far", Look::Steps, points(|trial| trial.best)),
            ],
            guide: None,
            band: None,
        };
        plot.draw()
    });
    let rows = search.trials.iter().map(|trial| {
        let settings = show::settings(&trial.settings);
        vec![trial.number.to_string(), print(trial.value), print(trial.best), show::seconds(trial.seconds), settings]
    });
    let table = Table { head: &["Trial", measure.name(), "Best so far", "Took", "Settings"], rows: rows.collect() };
    Panel { title: &show::first_up(&search.candidate), read: &read(search), body, table }.draw()
}

fn read(search: &Search) -> String {
    let failed = search.trials.iter().filter(|trial| !trial.value.is_finite()).count();
    let best = search.trials.iter().rev().find(|trial| trial.best.is_finite()).map(|trial| trial.best);
    let reached = search.trials.iter().find(|trial| Some(trial.value) == best);
    let found = reached.map_or_else(String::new, |trial| {
        format!(" The best, trial {}: {}.", trial.number, show::settings(&trial.settings))
    });
    let failures = match failed {
        0 => String::new(),
        count => format!(" {count} could not be fitted and have no disc."),
    };
    let method = if search.method.is_empty() { String::new() } else { format!("{}. ", show::first_up(&search.method)) };
    format!("{method}{} trials.{found}{failures}", search.trials.len())
}
