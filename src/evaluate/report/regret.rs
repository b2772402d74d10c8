//! The page of a simulation: what every policy lost to knowing the shoppers, visit after visit.
//!
//! One picture per policy, each beside the first one, so that curves can be told apart without colours. It computes nothing.

use super::bars::{self, Mark, Row};
use super::frame::Frame;
use super::learned::show::first_up;
use super::number;
use super::panel::{Panel, Table, section};
use crate::evaluate::chart::{Axis, Look, Plot, Point, Scale, Series};
use crate::train::simulate::{Curve, Regrets};
use maud::{Markup, html};

/// What is said of a simulation beside its curves.
pub struct Simulated<'a> {
    /// A heading.
    pub title: &'a str,
    /// Where the shoppers come from, in a sentence or two.
    pub world: &'a str,
    /// What regret is counted in.
    pub unit: &'a str,
    /// Names of the arms.
    pub arms: &'a [String],
}

/// Draws the whole page. The first curve is the one that the others are held against.
pub fn simulation_page(about: &Simulated, regrets: &Regrets) -> String {
    let contents = [("end", "At the end"), ("curves", "Visit after visit")];
    let main = html! {
        header {
            p.kicker { (about.title) span { "Simulation" } }
            h1 { (verdict(regrets)) }
            aside.caveat { strong { "Simulated. " } (about.world) }
        }
        (at_the_end(about, regrets)) (curves(about, regrets))
        footer { p { "Written by skonto " (env!("CARGO_PKG_VERSION")) ". The same settings give the same numbers." } }
    };
    let title = format!("{} – skonto simulation", about.title);
    let style = include_str!("learned.css");
    Frame { title: &title, style, skip: "Skip to the pictures" }.page(&contents, &main).into_string()
}

/// The last point of a curve with its interval.
fn end(curve: &Curve) -> (f64, f64, f64) {
    let last = |values: &[f64]| values.last().copied().unwrap_or(f64::NAN);
    (last(&curve.mean), last(&curve.low), last(&curve.high))
}

fn verdict(regrets: &Regrets) -> String {
    let Some(first) = regrets.curves.first() else { return "Nobody played.".into() };
    let best = regrets.curves.iter().fold(first, |best, curve| if end(curve).0 < end(best).0 { curve } else { best });
    let visits = number::count(regrets.rounds.last().copied().unwrap_or_default() as u64);
    let (lost, of_first) = (number::amount(end(best).0), number::amount(end(first).0));
    let name = first_up(&best.name);
    match best.name == first.name {
        true => format!("{name} loses least: {lost} in {visits} visits."),
        false => format!("{name} loses least: {lost} in {visits} visits, where {} loses {of_first}.", first.name),
    }
}

/// Every policy's loss as a dot with its interval.
fn dots(about: &Simulated, regrets: &Regrets) -> Markup {
    let least = regrets.curves.iter().map(|curve| end(curve).0).fold(f64::INFINITY, f64::min);
    let row = |curve: &Curve| {
        let (value, low, high) = end(curve);
        let (label, text) = (curve.name.clone(), number::amount(value));
        Row { label, value, interval: Some((low, high)), text, strong: value == least }
    };
    let rows: Vec<Row> = regrets.curves.iter().map(row).collect();
    let axis = format!("regret, {}", about.unit);
    let print = |value: f64, step: f64| number::decimal(value, number::tick_decimals(step));
    html! { @if let Some(drawn) = bars::rows(&rows, Mark::Dot, &axis, &print) { (drawn) } }
}

fn at_the_end(about: &Simulated, regrets: &Regrets) -> Markup {
    let arms: Vec<&str> = about.arms.iter().map(String::as_str).collect();
    let head: Vec<&str> =
        ["Policy", "Regret", "95\u{202f}% interval", "Brought per visit"].into_iter().chain(arms).collect();
    let row = |curve: &Curve| {
        let (mean, low, high) = end(curve);
        let ends = format!("{} to {}", number::amount(low), number::amount(high));
        let own = [curve.name.clone(), number::amount(mean), ends, format!("{:.4}", curve.reward)];
        own.into_iter().chain(curve.given.iter().map(|share| number::percent(*share, 1))).collect()
    };
    let table = Table { head: &head, rows: regrets.curves.iter().map(row).collect() };
    let lead = format!(
        "Regret is what a policy brought less than one that knows every shopper, in {}; mean over seeds, and the share of \
         visits that each arm was given in.",
        about.unit
    );
    section(
        "end",
        "At the end",
        &lead,
        html! { div.body { (dots(about, regrets)) } div.body { (table.draw("At the end")) } },
    )
}

fn curves(about: &Simulated, regrets: &Regrets) -> Markup {
    let lead = "Thin lines are the ends of the 95\u{202f}% interval over seeds. A curve that bends to the right has learnt; a \
                straight one keeps losing.";
    let body = html! { div.pair { @for curve in &regrets.curves { (panel(about, regrets, curve)) } } };
    section("curves", "Visit after visit", lead, body)
}

fn panel(about: &Simulated, regrets: &Regrets, curve: &Curve) -> Markup {
    let points = |values: &[f64]| -> Vec<Point> {
        let told = regrets.rounds.iter().zip(values);
        let tip = |(visits, lost): (&usize, &f64)| format!("{visits} visits: {}", number::amount(*lost));
        told.map(|at| Point { x: *at.0 as f64, y: *at.1, tip: tip(at) }).collect()
    };
    let series = |name: &str, look, values: &[f64]| Series { name: name.into(), look, points: points(values) };
    let mut drawn = vec![series("from", Look::Thin, &curve.low), series("to", Look::Thin, &curve.high)];
    drawn.push(series(&curve.name, Look::Line, &curve.mean));
    if let Some(first) = regrets.curves.first().filter(|first| first.name != curve.name) {
        drawn.push(series(&first.name, Look::Dashed, &first.mean));
    }
    let highest = regrets.curves.iter().flat_map(|curve| curve.high.iter().copied());
    let x = Scale::with_zero(regrets.rounds.iter().map(|visits| *visits as f64));
    let title = format!("regret, {}", about.unit);
    let body = x.zip(Scale::with_zero(highest)).map(|(x, y)| {
        let print = |value: f64, step: f64| number::decimal(value, number::tick_decimals(step));
        let plot = Plot {
            title: &curve.name,
            x: Axis { title: "visits", scale: x, print: &print },
            y: Axis { title: &title, scale: y, print: &print },
            series: drawn,
            guide: None,
            band: None,
        };
        plot.draw()
    });
    let rows = regrets.rounds.iter().enumerate().map(|(at, visits)| {
        vec![
            number::count(*visits as u64),
            number::amount(curve.mean[at]),
            number::amount(curve.low[at]),
            number::amount(curve.high[at]),
        ]
    });
    let table = Table { head: &["visits", "regret", "from", "to"], rows: rows.collect() };
    let read = match regrets.curves.first().filter(|first| first.name != curve.name) {
        Some(first) => format!("Dashed: {}.", first.name),
        None => "The one that the others are held against.".into(),
    };
    Panel { title: &curve.name, read: &read, body, table }.draw()
}
