//! Yes and no on held-out rows: curves, calibration before and after, the threshold and what it costs.

use super::show;
use crate::evaluate::chart::{Axis, Band, Look, Plot, Point, Scale, Series};
use crate::evaluate::learned::{Calibration, Curve, Run, Threshold};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use crate::evaluate::summary::CalibrationBin;
use maud::{Markup, html};

/// Curves drawn in one picture at most: the chosen one, the next, the rest thin.
const CURVES: usize = 4;

/// The section; none without anything to draw.
pub fn draw(run: &Run) -> Option<Markup> {
    let held = &run.held_out;
    let curves = [roc(run), precision_recall(run)];
    let calibration = held.calibration.as_ref().filter(|it| !it.after.is_empty()).map(|it| calibration(run, it));
    let threshold = held.threshold.as_ref().map(|it| [confusion(run, it), thresholds(run, it)]);
    if curves.iter().all(Option::is_none) && calibration.is_none() && threshold.is_none() {
        return None;
    }
    let lead = format!(
        "{} that took no part in fitting, tuning or calibrating: is the order right, are the probabilities right, and \
        what does a yes cost?",
        show::first_up(show::rows(run))
    );
    let body = html! {
        div.pair { @for curve in curves.into_iter().flatten() { (curve) } }
        @if let Some(calibration) = calibration { (calibration) }
        @if let Some(parts) = threshold { div.pair { @for part in parts.into_iter().flatten() { (part) } } }
    };
    Some(section("held-out", "How often it is right", &lead, body))
}

/// Rates between zero and one, of several candidates.
struct Rates<'a> {
    title: &'a str,
    read: String,
    x: &'a str,
    y: String,
    curves: &'a [Curve],
    guide: Option<([(f64, f64); 2], &'a str)>,
}

impl Rates<'_> {
    fn draw(self) -> Option<Markup> {
        let curves: Vec<&Curve> = self.curves.iter().filter(|curve| !curve.points.is_empty()).take(CURVES).collect();
        let first = *curves.first()?;
        let axis = |title| Axis { title, scale: Scale::unit(), print: &show::percent_tick };
        let series = curves.iter().enumerate().map(|(index, curve)| self.series(index, curve)).collect();
        let plot = Plot { title: self.title, x: axis(self.x), y: axis(&self.y), series, guide: self.guide, band: None };
        let print = |v: f64| number::percent(v, 1);
        let rows = first.points.iter().map(|&(x, y)| vec![print(x), print(y)]).collect();
        let table = Table { head: &[self.x, &self.y], rows };
        Some(Panel { title: self.title, read: &self.read, body: Some(plot.draw()), table }.draw())
    }

    fn series(&self, index: usize, curve: &Curve) -> Series {
        let print = |v: f64| number::percent(v, 1);
        let tip = |x, y| format!("{}: {} {}, {} {}", curve.name, self.x, print(x), self.y, print(y));
        let look = [Look::Line, Look::Dashed].get(index).copied().unwrap_or(Look::Thin);
        let points = curve.points.iter().map(|&(x, y)| Point { x, y, tip: tip(x, y) }).collect();
        Series { name: curve.name.clone(), look, points }
    }
}

fn roc(run: &Run) -> Option<Markup> {
    Rates {
        title: "ROC curve",
        read: format!(
            "Going down the list from the likeliest: how many {} are caught for how many false alarms. The further above \
            the dotted line, the better.",
            show::positives(run)
        ),
        x: "false alarms",
        y: format!("{} caught", show::positives(run)),
        curves: &run.held_out.roc,
        guide: Some(([(0.0, 0.0), (1.0, 1.0)], "guessing")),
    }
    .draw()
}

fn precision_recall(run: &Run) -> Option<Markup> {
    let rate = run.split.test_mean;
    Rates {
        title: "Precision and recall",
        read: format!(
            "How many of those picked are {}, the more of them are to be caught. The dotted line is picking at random.",
            show::positives(run)
        ),
        x: "caught",
        y: format!("{} among those picked", show::positives(run)),
        curves: &run.held_out.precision_recall,
        guide: (rate > 0.0).then_some(([(0.0, rate), (1.0, rate)], "picking at random")),
    }
    .draw()
}

fn calibration(run: &Run, calibration: &Calibration) -> Markup {
    let (before, after) = (&calibration.before, &calibration.after);
    let scale = Scale::stretched(before.iter().chain(after).flat_map(|bin| [bin.predicted, bin.observed]));
    let is_changed = !before.is_empty();
    let after_title = if is_changed { "Calibration, as served" } else { "Calibration" };
    let read = format!(
        "Discs on the dotted line mean: of {} predicted at 10{thin}%, one in ten is among the {}. Both axes are stretched \
        near zero. {}",
        show::rows(run),
        show::positives(run),
        error_text(calibration.error_after),
        thin = number::THIN
    );
    let after = reliability(after_title, &read, after, scale);
    html! {
        @if is_changed {
            div.pair {
                (reliability("Calibration, as fitted", &before_text(calibration), before, scale))
                (after)
            }
            p.note { "Calibrated by: " (calibration.method) "." }
        } @else { div.pair { (after) } }
    }
}

fn before_text(calibration: &Calibration) -> String {
    format!(
        "The same before calibration: discs below the line promised too much, above it too little. {}",
        error_text(calibration.error_before)
    )
}

fn error_text(error: f64) -> String {
    match error.is_finite() {
        true => format!("On average they are off by {}.", number::percent(error, 2)),
        false => String::new(),
    }
}

fn reliability(title: &str, read: &str, bins: &[CalibrationBin], scale: Option<Scale>) -> Markup {
    let print = |v: f64| number::percent(v, 1);
    let point = |bin: &CalibrationBin| Point {
        x: bin.predicted,
        y: bin.observed,
        tip: format!(
            "predicted {}, observed {}, {} rows",
            print(bin.predicted),
            print(bin.observed),
            number::count(bin.count)
        ),
    };
    let body = scale.filter(|_| !bins.is_empty()).map(|scale| {
        let axis = |title| Axis { title, scale, print: &show::percent_tick };
        let series = vec![Series { name: "bins".into(), look: Look::Discs, points: bins.iter().map(point).collect() }];
        let guide = Some(([(0.0, 0.0), (1.0, 1.0)], "predicted = observed"));
        Plot { title, x: axis("predicted"), y: axis("observed"), series, guide, band: None }.draw()
    });
    let cells = bins.iter().map(|bin| vec![print(bin.predicted), print(bin.observed), number::count(bin.count)]);
    Panel { title, read, body, table: Table { head: &["Predicted", "Observed", "Rows"], rows: cells.collect() } }.draw()
}

/// Four cells whose shade is their share of the row.
fn confusion(run: &Run, threshold: &Threshold) -> Option<Markup> {
    let counts = threshold.confusion;
    let (yes, no) = (show::first_up(show::positives(run)), show::first_up(show::negatives(run)));
    let lines = [
        (&yes, [(counts.true_positives, "found"), (counts.false_negatives, "missed")]),
        (&no, [(counts.false_positives, "false alarms"), (counts.true_negatives, "rightly passed over")]),
    ];
    if counts.rows() == 0 {
        return None;
    }
    let body = html! {
        table.confusion {
            caption.known { "Answers and truth" }
            thead { tr { th scope="col" { "They are" } th scope="col" { "taken for yes" } th scope="col" { "taken for no" } } }
            tbody { @for (name, cells) in &lines { tr { th scope="row" { (name) } @for (count, what) in cells {
                (confusion_cell(*count, cells.iter().map(|cell| cell.0).sum(), what))
            } } } }
        }
    };
    let read = format!(
        "Held-out {} at a threshold of {}{}. The stronger its colour, the more of its row a cell holds.",
        show::rows(run),
        number::decimal(threshold.at, 3),
        if threshold.why.is_empty() { String::new() } else { format!(": {}", threshold.why) }
    );
    let cells = lines.iter().map(|(name, cells)| {
        [name.to_string()].into_iter().chain(cells.iter().map(|cell| number::count(cell.0))).collect()
    });
    let table = Table { head: &["They are", "Taken for yes", "Taken for no"], rows: cells.collect() };
    Some(Panel { title: "Right and wrong at the threshold", read: &read, body: Some(body), table }.draw())
}

fn confusion_cell(count: u64, of: u64, what: &str) -> Markup {
    let share = count as f64 / of.max(1) as f64;
    html! {
        td style={ "--share:" (number::decimal(share * 100.0, 0)) "%" } {
            strong { (number::count(count)) }
            span { (what) }
            small { (number::percent(share, 0)) }
        }
    }
}

fn thresholds(run: &Run, threshold: &Threshold) -> Option<Markup> {
    let points = &threshold.curve;
    if points.is_empty() {
        return None;
    }
    let title = "What another threshold would give";
    let line = |name: &str, look, value: fn(&crate::evaluate::learned::ThresholdPoint) -> f64| Series {
        name: name.into(),
        look,
        points: points
            .iter()
            .map(|point| Point { x: point.at, y: value(point), tip: tip(name, point.at, value(point), point.picked) })
            .collect(),
    };
    let axis = |title| Axis { title, scale: Scale::unit(), print: &show::percent_tick };
    let plot = Plot {
        title,
        x: axis("threshold"),
        y: axis("share"),
        series: vec![
            line("F1", Look::Line, |point| point.f1),
            line("precision", Look::Dashed, |point| point.precision),
            line("recall", Look::Thin, |point| point.recall),
        ],
        guide: None,
        band: threshold.at.is_finite().then(|| Band {
            from: threshold.at,
            to: threshold.at,
            label: format!("chosen: {}", number::decimal(threshold.at, 2)),
        }),
    };
    let print = |v: f64| number::percent(v, 1);
    let rows = points.iter().map(|point| {
        let shares = [point.precision, point.recall, point.f1, point.picked].map(print);
        [number::decimal(point.at, 3)].into_iter().chain(shares).collect()
    });
    let read = format!(
        "To the right fewer are picked: more of those picked are {} (precision), fewer of them are found (recall). F1 is \
        the balance of both.",
        show::positives(run)
    );
    let table = Table { head: &["Threshold", "Precision", "Recall", "F1", "Picked"], rows: rows.collect() };
    Some(Panel { title, read: &read, body: Some(plot.draw()), table }.draw())
}

fn tip(name: &str, at: f64, value: f64, picked: f64) -> String {
    let picked = number::percent(picked, 1);
    format!("from {}: {name} {}, {picked} picked", number::decimal(at, 3), number::percent(value, 1))
}
