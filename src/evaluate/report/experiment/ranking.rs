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
/// Half the width of a whisker's ends, in pixels.
const END: f64 = 4.0;

/// The section; none without rankings.
pub fn draw(show: &Show) -> Option<Markup> {
    let rankings = &show.run.rankings;
    if rankings.is_empty() {
        return None;
    }
    let lead = format!(
        "Held-out {} put in order of the gain predicted for them: do those at the top gain most? A policy that personalises \
        can be no better than this order.",
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

/// A line against a straight one from nothing to its last point.
struct Curve<'a> {
    title: &'a str,
    read: &'a str,
    x: (&'a str, Print<'a>),
    y: (&'a str, Print<'a>),
    unit_x: bool,
    points: &'a [(f64, f64)],
}

impl Curve<'_> {
    fn draw(self) -> Option<Markup> {
        let (x, y) = (Axis { title: self.x.0, scale: self.x_scale()?, print: self.x.1 }, self.y.1);
        let scale = Scale::with_zero(self.points.iter().map(|point| point.1))?;
        let tip = |at: f64, value: f64| format!("{} {}: {}", self.x.0, (self.x.1)(at, 0.001), y(value, 0.00001));
        let points = self.points.iter().map(|&(at, value)| Point { x: at, y: value, tip: tip(at, value) }).collect();
        let guide = self.points.last().filter(|end| end.0.is_finite() && end.1.is_finite());
        let plot = Plot {
            title: self.title,
            x,
            y: Axis { title: self.y.0, scale, print: y },
            series: vec![Series { name: "by predicted gain".into(), look: Look::Line, points }],
            guide: guide.map(|end| ([(0.0, 0.0), *end], "a random order")),
            band: None,
        };
        let cells = self.points.iter().map(|&(at, value)| vec![(self.x.1)(at, 0.001), y(value, 0.00001)]);
        let table = Table { head: &[self.x.0, self.y.0], rows: cells.collect() };
        Some(Panel { title: self.title, read: self.read, body: Some(plot.draw()), table }.draw())
    }

    /// Shares have the whole of one; costs few ticks, since money takes room.
    fn x_scale(&self) -> Option<Scale> {
        let values = || self.points.iter().map(|point| point.0).filter(|value| value.is_finite());
        if self.unit_x { values().next().map(|_| Scale::unit()) } else { Scale::with_zero(values()) }
    }
}

fn qini(show: &Show, ranking: &Ranking) -> Option<Markup> {
    let unit = show.unit(&ranking.outcome);
    let y = format!("incremental {}", outcome(show, ranking));
    Curve {
        title: "Qini curve",
        read: "Offering to the most promising share first. The further above the dotted line, the better the order.",
        x: ("share offered to", &show::percent_tick),
        y: (&y, &|value, step| show.unit_tick(unit, value, step)),
        unit_x: true,
        points: &ranking.qini_curve,
    }
    .draw()
}

fn cost(show: &Show, ranking: &Ranking) -> Option<Markup> {
    let unit = show.unit(&ranking.outcome);
    Curve {
        title: "Value against cost",
        read: "The same order, along what it costs. A curve that bends over the dotted line buys the cheap gains first.",
        x: ("incremental cost", &sparse(show)),
        y: ("incremental value", &|value, step| show.unit_tick(unit, value, step)),
        unit_x: false,
        points: &ranking.cost_curve,
    }
    .draw()
}

/// Money in fewer letters: every other tick of a narrow axis, everything elsewhere.
fn sparse<'a>(show: &'a Show) -> impl Fn(f64, f64) -> String + 'a {
    |value, step| {
        let is_odd = (value / step).round() as i64 % 2 != 0;
        // Tables and tips ask with a step finer than any tick; they want every value.
        if step > 0.001 && is_odd { String::new() } else { show.tick(value, step) }
    }
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
                @let x = pct(x);
                line.whisker x1=(x) x2=(x) y1=(low) y2=(high) {}
                @for y in [low, high] {
                    line.whisker x1=(x) x2=(x) y1=(y) y2=(y) stroke-width=(END) stroke-linecap="square" {}
                }
            }
        }
    }
}
