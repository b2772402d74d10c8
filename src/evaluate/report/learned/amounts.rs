//! Amounts on held-out rows: estimated against observed, how errors spread, and where they are largest.

use super::show;
use crate::evaluate::chart::{Axis, Plot, Scale, pct};
use crate::evaluate::learned::{Density, ErrorBand, Histogram, Run};
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// Steps of the ramp that shade a cell.
const SHADES: f64 = 6.0;

/// The section; none without anything to draw.
pub fn draw(run: &Run) -> Option<Markup> {
    let errors = run.held_out.errors.as_ref()?;
    let parts = [density(run, &errors.density), residuals(run, &errors.residuals)];
    let bands = (!errors.bands.is_empty()).then(|| bands(run, &errors.bands));
    if parts.iter().all(Option::is_none) && bands.is_none() {
        return None;
    }
    let lead = format!(
        "{} that took no part in fitting or tuning: how near the estimate comes, and where it does not.",
        show::first_up(show::rows(run))
    );
    let body = html! {
        div.pair { @for part in parts.into_iter().flatten() { (part) } }
        @if let Some(bands) = bands { (bands) }
    };
    Some(section("held-out", "How near it comes", &lead, body))
}

fn with_unit(run: &Run, name: &str) -> String {
    match run.task.unit.as_str() {
        "" => name.to_string(),
        unit => format!("{name}, {unit}"),
    }
}

/// A grid whose cells have the stronger a colour the more rows they hold.
fn density(run: &Run, density: &Density) -> Option<Markup> {
    let (title, scale) = ("Estimated against observed", Scale::between([density.low, density.high])?);
    let most = density.counts.iter().flatten().copied().max().filter(|most| *most > 0)?;
    let (x, y) = (with_unit(run, "estimated"), with_unit(run, "observed"));
    let print = |value: f64, step: f64| number::decimal(value, coarse(step));
    let axis = |title| Axis { title, scale, print: &print };
    let ends = [(density.low, density.low), (density.high, density.high)];
    let guide = Some((ends, "estimated = observed"));
    let plot = Plot { title, x: axis(&x), y: axis(&y), series: Vec::new(), guide, band: None };
    let layer = html! { g.heat { @for cell in cells(density) { (square(&plot, &cell, most, run)) } } };
    let rows = cells(density).map(|cell| {
        let (estimated, observed) = cell.spans();
        vec![estimated, observed, number::count(cell.rows)]
    });
    let read = format!(
        "Each square holds the {} with about that estimate and that truth: the stronger its colour, the more, up to {}. On \
        the dotted line both are the same.{}",
        show::rows(run),
        number::count(most),
        outside(density.outside)
    );
    let table = Table { head: &["Estimated", "Observed", "Rows"], rows: rows.collect() };
    Some(Panel { title, read: &read, body: Some(html! { div.square { (plot.draw_over(&layer)) } }), table }.draw())
}

/// One decimal more than a step has, since ends are not round.
fn coarse(step: f64) -> usize {
    (1..4).find(|decimals| step * 10f64.powi(*decimals as i32) >= 5.0).unwrap_or(if step >= 50.0 { 0 } else { 3 })
}

/// One cell of the grid that holds rows.
struct Cell {
    left: f64,
    bottom: f64,
    width: f64,
    height: f64,
    rows: u64,
}

impl Cell {
    fn spans(&self) -> (String, String) {
        let span = |from: f64, size: f64| format!("{} to {}", number::amount(from), number::amount(from + size));
        (span(self.left, self.width), span(self.bottom, self.height))
    }
}

fn cells(density: &Density) -> impl Iterator<Item = Cell> + '_ {
    let span = density.high - density.low;
    density.counts.iter().enumerate().flat_map(move |(observed, line)| {
        let height = span / density.counts.len() as f64;
        let width = span / line.len().max(1) as f64;
        line.iter().enumerate().filter(|(_, rows)| **rows > 0).map(move |(estimated, rows)| Cell {
            left: density.low + estimated as f64 * width,
            bottom: density.low + observed as f64 * height,
            width,
            height,
            rows: *rows,
        })
    })
}

fn square(plot: &Plot, cell: &Cell, most: u64, run: &Run) -> Markup {
    let (left, bottom) = plot.at(cell.left, cell.bottom);
    let (right, top) = plot.at(cell.left + cell.width, cell.bottom + cell.height);
    // Counts span decades: shades follow their logarithm.
    let shade = 1.0 + (SHADES * (cell.rows as f64).ln_1p() / (most as f64).ln_1p()).round().min(SHADES);
    let (estimated, observed) = cell.spans();
    html! {
        rect class={ "part-" (shade) } x=(pct(left)) width=(pct(right - left)) y=(number_of(top)) height=(number_of(bottom - top)) {
            title { "estimated " (estimated) ", observed " (observed) ": " (number::count(cell.rows)) " " (show::rows(run)) }
        }
    }
}

/// Two decimals of a pixel are enough.
fn number_of(pixels: f64) -> f64 {
    (pixels * 100.0).round() / 100.0
}

fn outside(rows: u64) -> String {
    match rows {
        0 => String::new(),
        rows => format!(" {} lie outside of the picture.", number::count(rows)),
    }
}

/// Errors counted in stretches of equal width.
fn residuals(run: &Run, histogram: &Histogram) -> Option<Markup> {
    let title = "How the errors spread";
    let bars: Vec<(f64, f64, u64)> =
        histogram.edges.windows(2).zip(&histogram.counts).map(|(edge, count)| (edge[0], edge[1], *count)).collect();
    let x = Scale::around(histogram.edges.iter().copied())?;
    let y = Scale::with_zero(bars.iter().map(|bar| bar.2 as f64)).filter(|_| bars.iter().any(|bar| bar.2 > 0))?;
    let (name, rows_name) = (with_unit(run, "observed minus estimated"), show::rows(run));
    let plot = Plot {
        title,
        x: Axis { title: &name, scale: x, print: &show::plain_tick },
        y: Axis { title: rows_name, scale: y, print: &|v, _| number::decimal(v, 0) },
        series: Vec::new(),
        guide: None,
        band: None,
    };
    let layer = html! { g.histogram { @for bar in &bars { (column(&plot, bar, rows_name)) } } };
    let cells = bars.iter().map(|(from, to, count)| vec![span(*from, *to), number::count(*count)]);
    let read = format!(
        "Right of zero the truth was above the estimate, left of it below. A narrow hill around zero is what one wants.{}",
        outside(histogram.outside)
    );
    let table = Table { head: &["Observed minus estimated", "Rows"], rows: cells.collect() };
    Some(Panel { title, read: &read, body: Some(plot.draw_over(&layer)), table }.draw())
}

fn span(from: f64, to: f64) -> String {
    format!("{} to {}", number::amount(from), number::amount(to))
}

fn column(plot: &Plot, &(from, to, count): &(f64, f64, u64), rows: &str) -> Markup {
    let (left, foot) = plot.at(from, 0.0);
    let (right, top) = plot.at(to, count as f64);
    html! {
        rect x=(pct(left)) width=(pct((right - left).max(0.0))) y=(number_of(top)) height=(number_of(foot - top)) {
            title { (span(from, to)) ": " (number::count(count)) " " (rows) }
        }
    }
}

fn bands(run: &Run, bands: &[ErrorBand]) -> Markup {
    let rows = |value: fn(&ErrorBand) -> f64, text: fn(f64) -> String| -> Vec<Row> {
        let row = |band: &ErrorBand| Row {
            label: band.band.clone(),
            value: value(band),
            interval: None,
            text: text(value(band)),
            strong: false,
        };
        bands.iter().map(row).collect()
    };
    let unit = &run.task.unit;
    let signed = |value: f64| number::signed(value, 3);
    let table = |value: fn(&ErrorBand) -> f64, text: fn(f64) -> String| Table {
        head: &["Band", "Rows", "Error"],
        rows: bands.iter().map(|band| vec![band.band.clone(), number::count(band.rows), text(value(band))]).collect(),
    };
    html! {
        div.pair {
            (Panel {
                title: "Mean absolute error by band",
                read: "How far the estimate is off, whichever way, where the truth lies in the band.",
                body: bars::rows(&rows(|band| band.mae, number::amount), Mark::Bar, unit, &show::plain_tick),
                table: table(|band| band.mae, number::amount),
            }.draw())
            (Panel {
                title: "Too high or too low, by band",
                read: "Right of zero the estimate is too high on average, left of it too low. Low bands tend to be \
                    overrated and high ones underrated by any estimate that is unsure.",
                body: bars::rows(&rows(|band| band.bias, signed), Mark::Bar, unit, &show::plain_tick),
                table: table(|band| band.bias, signed),
            }.draw())
        }
    }
}
