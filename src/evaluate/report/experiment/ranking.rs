//! How well the predicted gains rank held-out rows: Qini, value against cost, deciles as predicted and as observed.

use super::show::{self, Show};
use crate::evaluate::chart::{Axis, Look, Plot, Point, Print, Scale, Series, pct};
use crate::evaluate::experiment::Ranking;
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use crate::evaluate::summary::Figure;
use maud::{Markup, html};

/// Rankings shown before the fold.
const SHOWN: usize = 4;

/// The section; none without rankings.
pub fn draw(show: &Show) -> Option<Markup> {
    let rankings = &show.run.rankings;
    if rankings.is_empty() {
        return None;
    }
    let lead = format!(
        "Held-out {} put in order of the gain predicted for them: do those at the top gain most? Where the order is no \
        better than a random one, there is nothing to choose by.",
        show.rows()
    );
    let (shown, folded) = rankings.split_at(rankings.len().min(SHOWN));
    let body = html! {
        (table(show))
        @for ranking in shown { (one(show, ranking)) }
        @if !folded.is_empty() {
            details.more { summary { (folded.len()) " more arms" } @for ranking in folded { (one(show, ranking)) } }
        }
    };
    Some(section("ranking", "How well gains rank rows", &lead, body))
}

fn outcome<'a>(show: &'a Show, ranking: &'a Ranking) -> &'a str {
    if ranking.outcome.is_empty() { show.reward() } else { &ranking.outcome }
}

fn table(show: &Show) -> Markup {
    html! {
        h3 { "By arm, against none" }
        div.scroll.body tabindex="0" role="group" aria-label="How well gains rank, by arm" {
            table.wide.candidates {
                caption.known { "How well gains rank, by arm" }
                thead { tr {
                    th scope="col" { "Arm" }
                    th scope="col" { "Mean effect" small { "of the arm" } }
                    th scope="col" { "Qini" small { "per treated, 0 is a random order" } }
                    th scope="col" { "AUUC gain" small { "above a random order" } }
                    th scope="col" { "AUCC" small { "½ is a random order" } }
                } }
                tbody { @for ranking in &show.run.rankings { (row(show, ranking)) } }
            }
        }
    }
}

fn row(show: &Show, ranking: &Ranking) -> Markup {
    let unit = show.unit(&ranking.outcome);
    let number = |value: f64| number::decimal(value, 5);
    html! {
        tr {
            th scope="row" { (ranking.arm) small { "on " (outcome(show, ranking)) } }
            (cell(&ranking.effect, &|v| show.value(unit, v)))
            (cell(&ranking.qini, &number))
            (cell(&ranking.auuc_gain, &number))
            @match &ranking.aucc {
                Some(figure) => (cell(figure, &|v| number::decimal(v, 3))),
                None => td { (number::DASH) },
            }
        }
    }
}

fn cell(figure: &Figure, print: &dyn Fn(f64) -> String) -> Markup {
    html! { td { (print(figure.value)) @if show::has_interval(figure) { small { (number::interval(figure, print)) } } } }
}

fn one(show: &Show, ranking: &Ranking) -> Markup {
    let parts = [qini(show, ranking), cost(show, ranking), deciles(show, ranking)];
    let parts: Vec<Markup> = parts.into_iter().flatten().collect();
    html! {
        @if !parts.is_empty() {
            h3.of-arm { (show::first_up(&ranking.arm)) " against none, on " (outcome(show, ranking)) }
            @if parts.len() > 2 { div.triple { @for part in &parts { (part) } } }
            @else { div.pair { @for part in &parts { (part) } } }
        }
    }
}

/// One side of a curve.
struct Side<'a> {
    title: &'a str,
    tick: Print<'a>,
    value: &'a dyn Fn(f64) -> String,
}

/// A line against a straight one from nothing to its last point.
struct Curve<'a> {
    title: &'a str,
    read: &'a str,
    x: Side<'a>,
    x_scale: Option<Scale>,
    y: Side<'a>,
    points: &'a [(f64, f64)],
}

impl Curve<'_> {
    /// None without a point.
    fn draw(self) -> Option<Markup> {
        let there = || self.points.iter().filter(|point| point.0.is_finite() && point.1.is_finite());
        let y_scale = Scale::with_zero(there().map(|point| point.1))?;
        let printed = |&(x, y): &(f64, f64)| [(self.x.value)(x), (self.y.value)(y)];
        let tip = |[x, y]: [String; 2]| format!("{} {x}: {} {y}", self.x.title, self.y.title);
        let points = there().map(|point| Point { x: point.0, y: point.1, tip: tip(printed(point)) }).collect();
        let plot = Plot {
            title: self.title,
            x: Axis { title: self.x.title, scale: self.x_scale?, print: self.x.tick },
            y: Axis { title: self.y.title, scale: y_scale, print: self.y.tick },
            series: vec![Series { name: "best first".into(), look: Look::Line, points }],
            guide: there().next_back().map(|end| ([(0.0, 0.0), *end], "at random")),
            band: None,
        };
        let rows = self.points.iter().map(|point| printed(point).to_vec()).collect();
        let table = Table { head: &[self.x.title, self.y.title], rows };
        Some(Panel { title: self.title, read: self.read, body: Some(plot.draw()), table }.draw())
    }
}

fn qini(show: &Show, ranking: &Ranking) -> Option<Markup> {
    let unit = show.unit(&ranking.outcome);
    let title = format!("incremental {}", outcome(show, ranking));
    Curve {
        title: "Qini curve",
        read: "Offering to the most promising share first. The further above the dotted line, the better the order.",
        x: Side { title: "share offered to", tick: &show::percent_tick, value: &|value| number::percent(value, 1) },
        x_scale: Some(Scale::unit()),
        y: Side {
            title: &title,
            tick: &|value, step| show.unit_tick(unit, value, step),
            value: &|value| show.value(unit, value),
        },
        points: &ranking.qini_curve,
    }
    .draw()
}

fn cost(show: &Show, ranking: &Ranking) -> Option<Markup> {
    let unit = show.unit(&ranking.outcome);
    Curve {
        title: "Value against cost",
        read: "The same order, along what it costs. A curve that bends over the dotted line buys the cheap gains first.",
        x: Side {
            title: "incremental cost",
            tick: &|value, step| every_other(value, step, show.tick(value, step)),
            value: &|value| show.money(value),
        },
        x_scale: Scale::with_zero(ranking.cost_curve.iter().map(|point| point.0)),
        y: Side {
            title: "incremental value",
            tick: &|value, step| show.unit_tick(unit, value, step),
            value: &|value| show.value(unit, value),
        },
        points: &ranking.cost_curve,
    }
    .draw()
}

/// Money takes room, so that a narrow axis says only every other tick.
fn every_other(value: f64, step: f64, text: String) -> String {
    if (value / step).round() as i64 % 2 == 0 { text } else { String::new() }
}

fn deciles(show: &Show, ranking: &Ranking) -> Option<Markup> {
    let unit = show.unit(&ranking.outcome);
    let bands = &ranking.deciles;
    let print = |value: f64| show.value(unit, value);
    let ends = bands.iter().flat_map(|(predicted, observed)| [*predicted, observed.value, observed.low, observed.high]);
    let y_title = format!("gain in {}", outcome(show, ranking));
    let plot = Plot {
        title: "Predicted and observed, by decile",
        x: Axis {
            title: "decile of the predicted gain, highest first",
            scale: Scale::around([0.0, bands.len() as f64])?,
            print: &whole,
        },
        y: Axis {
            title: &y_title,
            scale: Scale::with_zero(ends)?,
            print: &|value, step| show.unit_tick(unit, value, step),
        },
        series: vec![
            series("observed", Look::Discs, bands.iter().map(|band| band.1.value), &print),
            series("predicted", Look::Squares, bands.iter().map(|band| band.0), &print),
        ],
        guide: None,
        band: None,
    };
    let cells = bands.iter().enumerate().map(|(at, (predicted, observed))| {
        vec![(at + 1).to_string(), print(*predicted), print(observed.value), show::ends(observed, &print)]
    });
    let panel = Panel {
        title: "Predicted and observed",
        read: "From those who were said to gain most to those least, with 95\u{202f}% intervals. A good model falls to the \
            right in both.",
        body: Some(plot.draw_over(&whiskers(&plot, bands))),
        table: Table { head: &["Decile", "Predicted", "Observed", "95\u{202f}% interval"], rows: cells.collect() },
    };
    Some(panel.draw())
}

fn whole(value: f64, _: f64) -> String {
    if value > 0.0 { number::decimal(value, 0) } else { String::new() }
}

fn series(name: &str, look: Look, values: impl Iterator<Item = f64>, print: &dyn Fn(f64) -> String) -> Series {
    let point = |(at, value): (usize, f64)| Point {
        x: (at + 1) as f64,
        y: value,
        tip: format!("decile {}, {name}: {}", at + 1, print(value)),
    };
    Series { name: name.into(), look, points: values.enumerate().map(point).collect() }
}

fn whiskers(plot: &Plot, bands: &[(f64, Figure)]) -> Markup {
    html! {
        @for (at, (_, observed)) in bands.iter().enumerate() {
            @if show::has_interval(observed) {
                @let (x, low) = plot.at((at + 1) as f64, observed.low);
                @let high = plot.at(0.0, observed.high).1;
                @let (x, low, high) = (pct(x), format!("{low:.1}"), format!("{high:.1}"));
                line.whisker x1=(x) x2=(x) y1=(low) y2=(high) {}
            }
        }
    }
}
