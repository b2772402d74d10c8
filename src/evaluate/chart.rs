//! Line charts as inline SVG, and the scales that every chart shares.
//!
//! Positions along x are percentages and heights are pixels, so a chart follows the width of its column
//! while its text keeps the size of the page. Colours, fonts and dashes are classes of the style sheet.
//! What is *not* here: bars (see `report::bars`), titles and data tables (see `report::panel`), any script.

use maud::{Markup, html};

/// Prints a tick; the second argument is the distance between two ticks.
pub type Print<'a> = &'a dyn Fn(f64, f64) -> String;

/// Height of the drawing area of a line chart, in pixels.
const HEIGHT: f64 = 240.0;
/// Top ends and ticks of a stretched scale.
const ROOT_STOPS: [f64; 9] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0];

/// Where numbers fall on an axis. Exists only for finite ends.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    low: f64,
    high: f64,
    step: f64,
    root: bool,
}

impl Scale {
    /// The whole of one: rates and shares.
    pub fn unit() -> Scale {
        Scale { low: 0.0, high: 1.0, step: 0.25, root: false }
    }

    /// Round ends around the finite `values`; none without any.
    pub fn around(values: impl IntoIterator<Item = f64>) -> Option<Scale> {
        let (low, high) = ends(values)?;
        let pad = if high > low { 0.0 } else { (high.abs() * 0.1).max(0.01) };
        let step = round_step((high - low + 2.0 * pad) / 5.0)?;
        Some(Scale {
            low: ((low - pad) / step).floor() * step,
            high: ((high + pad) / step).ceil() * step,
            step,
            root: false,
        })
    }

    /// From the least to the greatest of `values` in four equal steps, for ends that are not to be rounded.
    pub fn between(values: impl IntoIterator<Item = f64>) -> Option<Scale> {
        let (low, high) = ends(values)?;
        (low < high).then_some(Scale { low, high, step: (high - low) / 4.0, root: false })
    }

    /// Like [`Scale::around`], with zero inside.
    pub fn with_zero(values: impl IntoIterator<Item = f64>) -> Option<Scale> {
        let (low, high) = ends(values)?;
        Scale::around([low, high, 0.0])
    }

    /// Zero to the largest of `values`, at most one, with small numbers stretched apart (square root).
    pub fn stretched(values: impl IntoIterator<Item = f64>) -> Option<Scale> {
        let (_, high) = ends(values)?;
        let top = ROOT_STOPS.into_iter().find(|stop| *stop >= high).unwrap_or(1.0);
        Some(Scale { low: 0.0, high: top, step: 0.01, root: true })
    }

    /// Distance between two grid lines.
    pub fn step(&self) -> f64 {
        self.step
    }

    /// From one end to the other at a height of `y`.
    pub fn level(&self, y: f64) -> [(f64, f64); 2] {
        [(self.low, y), (self.high, y)]
    }

    /// Distance from the low end, in percent of the axis.
    pub fn place(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        100.0 * if self.root { share.sqrt() } else { share }
    }

    /// Stops far enough apart for their labels, counted from the top.
    fn root_ticks(&self) -> Vec<f64> {
        let mut ticks = vec![self.high];
        for stop in ROOT_STOPS.into_iter().rev().chain([0.0]) {
            if self.place(ticks[ticks.len() - 1]) - self.place(stop) >= 10.0 {
                ticks.push(stop);
            }
        }
        ticks
    }

    /// Where grid lines stand.
    pub fn ticks(&self) -> Vec<f64> {
        if self.root {
            return self.root_ticks();
        }
        let count = ((self.high - self.low) / self.step).round().min(12.0) as usize;
        (0..=count).map(|i| self.low + i as f64 * self.step).collect()
    }
}

fn ends(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .into_iter()
        .filter(|v| v.is_finite())
        .fold(None, |ends, v| ends.map_or(Some((v, v)), |(a, b)| Some((v.min(a), v.max(b)))))
}

/// The nearest 1, 2, 2.5 or 5 times a power of ten that is not below `rough`.
fn round_step(rough: f64) -> Option<f64> {
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * power).into_iter().find(|s| *s >= rough * 0.999)?;
    (step.is_finite() && step > 0.0).then_some(step)
}

/// One side of a line chart.
pub struct Axis<'a> {
    /// What it measures, with the unit.
    pub title: &'a str,
    /// Where numbers fall.
    pub scale: Scale,
    /// How ticks are printed.
    pub print: Print<'a>,
}

/// A point with what it says when pointed at.
pub struct Point {
    /// Along the bottom.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// Tooltip.
    pub tip: String,
}

/// How a series is drawn; shape and dash tell series apart without colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A line whose points show only when pointed at.
    Line,
    /// A line through discs.
    Discs,
    /// A dashed line through squares.
    Squares,
    /// A line over a filled area that stands on zero.
    Area,
    /// A dashed line in the second colour, whose points show only when pointed at.
    Dashed,
    /// A thin line behind the others, whose points show only when pointed at.
    Thin,
    /// Stairs: every value holds until the next one.
    Steps,
    /// Discs without a line.
    Scatter,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Look::Line | Look::Discs | Look::Area | Look::Steps => "first",
            Look::Squares | Look::Dashed => "second",
            Look::Thin => "thin",
            Look::Scatter => "no-line",
        }
    }

    fn has_marks(self) -> bool {
        matches!(self, Look::Discs | Look::Squares | Look::Scatter)
    }
}

/// Points that belong together.
pub struct Series {
    /// Name in the legend.
    pub name: String,
    /// How it is drawn.
    pub look: Look,
    /// Its points, from left to right.
    pub points: Vec<Point>,
}

/// A stretch of the x axis to point out; a line where both ends are equal.
pub struct Band {
    /// Left end.
    pub from: f64,
    /// Right end.
    pub to: f64,
    /// What it is.
    pub label: String,
}

/// A line chart.
pub struct Plot<'a> {
    /// Read by screen readers.
    pub title: &'a str,
    /// Along the bottom.
    pub x: Axis<'a>,
    /// Upwards.
    pub y: Axis<'a>,
    /// What is drawn.
    pub series: Vec<Series>,
    /// A dotted line to compare with, and its name.
    pub guide: Option<([(f64, f64); 2], &'a str)>,
    /// Stretches of the x axis to point out.
    pub band: Option<Band>,
}

impl Plot<'_> {
    /// Draws it, with a legend when there is more than one thing to tell apart.
    pub fn draw(&self) -> Markup {
        self.draw_over(&html! {})
    }

    /// The same over a `layer` of shapes, which [`Plot::at`] places.
    pub fn draw_over(&self, layer: &Markup) -> Markup {
        html! {
            (self.legend())
            div.plot {
                p.axis { (self.y.title) }
                div.area {
                    svg width="100%" height=(HEIGHT) role="img" aria-label=(self.title) {
                        @if let Some(band) = &self.band { (self.stretch(band)) }
                        (self.grid())
                        (layer)
                        @if let Some((ends, _)) = &self.guide { (self.path(ends, "guide")) }
                        @for series in &self.series { (self.lines(series)) }
                        @for series in &self.series { (self.points(series)) }
                    }
                }
                p.axis.below { (self.x.title) }
            }
        }
    }

    /// Percent from the left and pixels from the top.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.scale.place(x), HEIGHT * (1.0 - self.y.scale.place(y) / 100.0))
    }

    fn grid(&self) -> Markup {
        html! {
            @for tick in self.y.scale.ticks() {
                @let y = self.at(0.0, tick).1;
                line.grid.zero[tick == 0.0] x1="0" x2="100%" y1=(px(y)) y2=(px(y)) {}
                text.tick x="-8" y=(px(y + 4.0)) text-anchor="end" { ((self.y.print)(tick, self.y.scale.step)) }
            }
            @for tick in self.x.scale.ticks() {
                @let x = pct(self.x.scale.place(tick));
                line.grid x1=(x) x2=(x) y1="0" y2=(HEIGHT + 4.0) {}
                text.tick x=(x) y=(HEIGHT + 20.0) text-anchor="middle" {
                    ((self.x.print)(tick, self.x.scale.step))
                }
            }
        }
    }

    fn stretch(&self, band: &Band) -> Markup {
        let (from, to) = (self.x.scale.place(band.from), self.x.scale.place(band.to));
        let middle = (from + to) / 2.0;
        let anchor = anchor(middle, 25.0);
        html! {
            rect.band x=(pct(from)) width=(pct((to - from).max(0.4))) y="0" height=(HEIGHT) { title { (band.label) } }
            text.tick.strong x=(pct(middle)) y="-8" text-anchor=(anchor) { (band.label) }
        }
    }

    /// A stretched box of 100 by 100 keeps a path in step with percentages.
    fn path(&self, points: &[(f64, f64)], class: &str) -> Markup {
        let list: Vec<String> = points
            .iter()
            .map(|(x, y)| self.at(*x, *y))
            .map(|(x, y)| format!("{},{}", px(x), px(y / HEIGHT * 100.0)))
            .collect();
        html! {
            svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height=(HEIGHT) {
                polyline.(class) points=(list.join(" ")) vector-effect="non-scaling-stroke" {}
            }
        }
    }

    fn lines(&self, series: &Series) -> Markup {
        let finite: Vec<(f64, f64)> = finite(&series.points).map(|p| (p.x, p.y)).collect();
        html! {
            @if let (Look::Area, Some(first), Some(last)) = (series.look, finite.first(), finite.last()) {
                (self.path(&[&[(first.0, 0.0)], &finite[..], &[(last.0, 0.0)]].concat(), "under"))
            }
            @match series.look {
                Look::Scatter => {},
                Look::Steps => (self.path(&stairs(&finite), series.look.class())),
                _ => (self.path(&finite, series.look.class())),
            }
        }
    }

    fn points(&self, series: &Series) -> Markup {
        html! {
            @for point in finite(&series.points) {
                @let (x, y) = self.at(point.x, point.y);
                (dot(&pct(x), y, series.look, &point.tip))
            }
        }
    }

    fn legend(&self) -> Markup {
        let guide = self.guide.as_ref().map(|(_, name)| *name);
        if self.series.len() + guide.iter().len() < 2 {
            return html! {};
        }
        html! {
            ul.legend {
                @for series in &self.series { li { (sample(series.look.class(), Some(series.look))) (series.name) } }
                @if let Some(name) = guide { li { (sample("guide", None)) (name) } }
            }
        }
    }
}

/// A corner between every two points.
fn stairs(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let corners = points.windows(2).flat_map(|pair| [(pair[1].0, pair[0].1), pair[1]]);
    points.first().copied().into_iter().chain(corners).collect()
}

fn finite(points: &[Point]) -> impl Iterator<Item = &Point> {
    points.iter().filter(|p| p.x.is_finite() && p.y.is_finite())
}

fn dot(x: &str, y: f64, look: Look, tip: &str) -> Markup {
    html! {
        @match look {
            Look::Line | Look::Area | Look::Dashed | Look::Thin | Look::Steps => circle.hit cx=(x) cy=(px(y)) r="7" { title { (tip) } },
            Look::Discs => circle.dot.first cx=(x) cy=(px(y)) r="4.5" { title { (tip) } },
            Look::Scatter => circle.dot.small cx=(x) cy=(px(y)) r="3.5" { title { (tip) } },
            Look::Squares => {
                rect.dot.second x=(x) y=(px(y)) width="8" height="8" transform="translate(-4 -4)" { title { (tip) } }
            },
        }
    }
}

fn sample(class: &str, look: Option<Look>) -> Markup {
    html! {
        svg.sample width="30" height="12" aria-hidden="true" {
            line.(class) x1="0" x2="30" y1="6" y2="6" {}
            @if let Some(look) = look { @if look.has_marks() { (dot("15", 6.0, look, "")) } }
        }
    }
}

/// Keeps a label inside: from the left edge, to the right edge, or centred.
pub fn anchor(percent: f64, edge: f64) -> &'static str {
    match percent {
        x if x < edge => "start",
        x if x > 100.0 - edge => "end",
        _ => "middle",
    }
}

/// A length along x.
pub fn pct(value: f64) -> String {
    format!("{}%", px(value))
}

/// Two decimals, without trailing zeros.
fn px(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_have_round_ends_and_exist_only_for_finite_numbers() {
        let scale = Scale::around([0.13, 0.87, f64::NAN]).unwrap();
        assert_eq!((scale.low, scale.high), (0.0, 1.0));
        assert!(Scale::around([f64::NAN, f64::INFINITY]).is_none());
        assert!(Scale::around([f64::MIN, f64::MAX]).is_none());
        assert!(Scale::with_zero([]).is_none());
    }

    #[test]
    fn a_single_number_still_has_room_around_it() {
        for value in [0.0, 5.0, -3.0, 1e-9] {
            let scale = Scale::around([value]).unwrap();
            assert!(scale.low < value && value < scale.high, "{scale:?}");
        }
    }

    #[test]
    fn stretched_scales_give_small_numbers_room() {
        let scale = Scale::stretched([0.002, 0.37]).unwrap();
        assert_eq!(scale.high, 0.4);
        assert!(scale.place(0.1) > 49.0);
    }

    #[test]
    fn stairs_hold_a_value_until_the_next_one() {
        assert_eq!(stairs(&[(0.0, 1.0), (1.0, 2.0)]), [(0.0, 1.0), (1.0, 1.0), (1.0, 2.0)]);
        assert!(stairs(&[]).is_empty());
    }

    #[test]
    fn points_that_are_not_finite_are_left_out() {
        let axis = || Axis { title: "", scale: Scale::unit(), print: &|v, _| v.to_string() };
        let point = |y| Point { x: 0.5, y, tip: String::new() };
        let series = Series { name: "a".into(), look: Look::Discs, points: vec![point(0.5), point(f64::NAN)] };
        let plot = Plot { title: "", x: axis(), y: axis(), series: vec![series], guide: None, band: None };
        let svg = plot.draw().into_string();
        assert_eq!(svg.matches("<circle").count(), 1);
        assert!(!svg.contains("NaN"));
    }
}
