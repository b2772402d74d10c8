//! How predictions move with one feature, as small charts on one scale.

use super::show;
use crate::evaluate::chart::{Point, Scale, pct};
use crate::evaluate::learned::{Response, ResponsePoint, Run};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table};
use maud::{Markup, html};

/// Height of a small chart, in pixels.
const HEIGHT: f64 = 84.0;
/// Features drawn at most.
const SHOWN: usize = 9;

/// The panel; none without responses.
pub fn draw(run: &Run) -> Option<Markup> {
    let shown = &run.responses[..run.responses.len().min(SHOWN)];
    let y = Scale::around(shown.iter().flat_map(|response| response.points.iter().map(|point| point.mean)))?;
    let rows = shown.iter().flat_map(|response| {
        response.points.iter().map(|point| {
            let share = number::percent(point.share, 1);
            vec![response.feature.clone(), point.label.clone(), show::mean(run, point.mean), share]
        })
    });
    let read = format!(
        "The mean predicted {} if every row had that value and were otherwise as it is (partial dependence). Along the \
        bottom a value has as much room as there are rows near it, so a rare value has little. All charts have the same \
        height, {} to {}.",
        show::outcome(run),
        show::mean(run, y.level(0.0)[0].0),
        show::mean(run, y.level(0.0)[1].0)
    );
    let panel = Panel {
        title: "What moves the prediction",
        read: &read,
        body: Some(html! { div.smalls { @for response in shown { (chart(run, response, y)) } } }),
        table: Table { head: &["Feature", "Value", "Mean prediction", "Rows near it"], rows: rows.collect() },
    };
    Some(panel.draw())
}

fn chart(run: &Run, response: &Response, y: Scale) -> Markup {
    let means = response.points.iter().map(|point| point.mean).filter(|mean| mean.is_finite());
    let (low, high) = means.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), mean| (a.min(mean), b.max(mean)));
    let note = format!("{} to {}", show::mean(run, low), show::mean(run, high));
    if response.levels { levels(run, response, y, &note) } else { curve(run, response, y, &note) }
}

fn curve(run: &Run, response: &Response, y: Scale, note: &str) -> Markup {
    let there: Vec<_> = response.points.iter().filter(|point| point.at.is_finite()).collect();
    let points: Vec<Point> = there
        .iter()
        .zip(places(&there))
        .map(|(point, x)| Point {
            x,
            y: point.mean,
            tip: format!("{} {}: {}", response.feature, point.label, show::mean(run, point.mean)),
        })
        .collect();
    let Some(x) = Scale::between(points.iter().map(|point| point.x)) else { return html! {} };
    let ends = there.first().zip(there.last()).map(|(first, last)| (first.label.as_str(), last.label.as_str()));
    html! {
        div.small {
            (head(&response.feature, note))
            (drawn(x, y, &points, None))
            @if let Some((first, last)) = ends { p.ends { span { (first) } span { (last) } } }
        }
    }
}

/// The middle of each point's share of rows; equal steps where shares are not known.
fn places(points: &[&ResponsePoint]) -> Vec<f64> {
    let known = points.iter().all(|point| point.share.is_finite() && point.share > 0.0);
    let mut end = 0.0;
    let middle = |point: &&ResponsePoint| {
        let share = if known { point.share } else { 1.0 };
        end += share;
        end - share / 2.0
    };
    points.iter().map(middle).collect()
}

fn levels(run: &Run, response: &Response, y: Scale, note: &str) -> Markup {
    const LEVELS: usize = 12;
    let shown = &response.points[..response.points.len().min(LEVELS)];
    let width = 100.0 / shown.len().max(1) as f64;
    let foot = y.level(0.0)[0].0;
    html! {
        div.small {
            (head(&response.feature, note))
            svg width="100%" height=(HEIGHT) role="img" aria-label=(response.feature) {
                (base())
                @for (index, point) in shown.iter().enumerate() {
                    @if point.mean.is_finite() {
                        @let top = height(y, point.mean);
                        rect.bar x=(pct(index as f64 * width + width * 0.12)) width=(pct(width * 0.76)) y=(top)
                            height=(height(y, foot) - top) { title { (point.label) ": " (show::mean(run, point.mean)) } }
                    }
                }
            }
            p.names.many[shown.len() > 6] { @for point in shown { span title=(point.label) { (show::cut(&point.label, 14)) } } }
        }
    }
}

/// A small chart of one curve.
pub struct Small<'a> {
    /// What it is of.
    pub name: &'a str,
    /// Printed beside the name.
    pub note: &'a str,
    /// Along the bottom.
    pub x: Scale,
    /// Upwards.
    pub y: Scale,
    /// The curve.
    pub points: Vec<Point>,
    /// An upright line.
    pub mark: Option<f64>,
}

/// Draws it.
pub fn small(chart: &Small) -> Markup {
    html! {
        div.small { (head(chart.name, chart.note)) (drawn(chart.x, chart.y, &chart.points, chart.mark)) }
    }
}

fn head(name: &str, note: &str) -> Markup {
    html! { p.of { strong title=(name) { (name) } span { (note) } } }
}

fn height(y: Scale, value: f64) -> f64 {
    (HEIGHT * (1.0 - y.place(value) / 100.0) * 100.0).round() / 100.0
}

fn base() -> Markup {
    html! { line.grid x1="0" x2="100%" y1=(HEIGHT) y2=(HEIGHT) {} line.grid x1="0" x2="100%" y1="0" y2="0" {} }
}

fn drawn(x: Scale, y: Scale, points: &[Point], mark: Option<f64>) -> Markup {
    let finite: Vec<&Point> = points.iter().filter(|point| point.x.is_finite() && point.y.is_finite()).collect();
    let path: Vec<String> =
        finite.iter().map(|point| format!("{:.2},{:.2}", x.place(point.x), 100.0 - y.place(point.y))).collect();
    let zero = y.level(0.0);
    html! {
        svg width="100%" height=(HEIGHT) role="img" aria-label="curve" {
            (base())
            @if zero[0].0 < 0.0 && zero[1].0 > 0.0 { line.grid.zero x1="0" x2="100%" y1=(height(y, 0.0)) y2=(height(y, 0.0)) {} }
            @if let Some(mark) = mark { line.guide x1=(pct(x.place(mark))) x2=(pct(x.place(mark))) y1="0" y2=(HEIGHT) {} }
            svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height=(HEIGHT) {
                polyline.first points=(path.join(" ")) vector-effect="non-scaling-stroke" {}
            }
            @for point in &finite {
                circle.hit cx=(pct(x.place(point.x))) cy=(height(y, point.y)) r="6" { title { (point.tip) } }
            }
        }
    }
}
