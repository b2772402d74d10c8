//! What each feature is worth: shuffling, information, weights under an L1 penalty, leaving out one after the other.

use super::responses::{Small, small};
use super::show;
use crate::evaluate::chart::{Axis, Band, Look, Plot, Point, Scale, Series};
use crate::evaluate::learned::{Elimination, Measure, Paths, Run, Selection, Worth};
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// Bars drawn at most; the table has them all.
const SHOWN: usize = 14;
/// Paths drawn at most.
const SHOWN_PATHS: usize = 9;
/// Rows of the table before the fold.
const TABLE_ROWS: usize = 12;

/// The section; none where nothing was measured.
pub fn draw(run: &Run) -> Option<Markup> {
    let selection = run.selection.as_ref().filter(|selection| !selection.features.is_empty())?;
    let lead = "Which columns the prediction lives on. Two features that say the same share their worth: shuffling one \
        of them hardly hurts.";
    let body = html! {
        @if let Some(picture) = permutation(selection) { (picture) }
        (table(selection))
        @if let Some(paths) = &selection.paths { (weights(paths)) }
        @if let Some(elimination) = &selection.elimination { (left_out(elimination, selection.measure)) }
    };
    Some(section("features", "What it relies on", lead, body))
}

/// A loss of quality in the words of its measure.
fn worse(measure: Measure) -> String {
    let verb = if measure.higher_is_better() { "fall" } else { "rise" };
    format!("{verb} of {}", measure.name())
}

fn permutation(selection: &Selection) -> Option<Markup> {
    let measured = || selection.features.iter().filter_map(|worth| Some((worth, worth.permutation.as_ref()?)));
    let rows: Vec<Row> = measured()
        .map(|(worth, figure)| Row {
            label: worth.feature.replace('_', " "),
            value: figure.value,
            interval: show::has_interval(figure).then_some((figure.low, figure.high)),
            text: number::decimal(figure.value, 4),
            strong: false,
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let cells = measured()
        .map(|(worth, figure)| vec![worth.feature.clone(), number::with_interval(figure, &|v| number::decimal(v, 4))]);
    let name = worse(selection.measure);
    let panel = Panel {
        title: "If a feature were noise",
        read: "How much worse held-out predictions get when the values of one feature are shuffled between rows; an \
            interval that reaches zero says that the feature may be worth nothing.",
        body: bars::rows(&rows[..rows.len().min(SHOWN)], Mark::Bar, &name, &show::plain_tick),
        table: Table { head: &["Feature", "Worth (95\u{202f}% interval)"], rows: cells.collect() },
    };
    Some(panel.draw())
}

fn table(selection: &Selection) -> Markup {
    let (shown, folded) = selection.features.split_at(selection.features.len().min(TABLE_ROWS));
    html! {
        h3 { "Feature by feature" }
        p.read {
            "Information in bits: how much the outcome becomes less of a surprise once one knows the feature alone. It \
             sees no interplay; shuffling does."
        }
        (rows("Feature by feature", selection, shown))
        @if !folded.is_empty() {
            details.more {
                summary { (folded.len()) " more features" }
                (rows("More features", selection, folded))
            }
        }
    }
}

fn rows(name: &str, selection: &Selection, shown: &[Worth]) -> Markup {
    let most = |value: fn(&Worth) -> f64| selection.features.iter().map(value).fold(0.0, f64::max);
    let (gain, mutual) = (most(|worth| worth.information_gain), most(|worth| worth.mutual_information));
    html! {
        div.scroll.body tabindex="0" role="group" aria-label=(name) {
            table.worth {
                caption.known { (name) }
                thead { tr {
                    th scope="col" { "Feature" }
                    th scope="col" { "Information gain" small { "best split, bits" } }
                    th scope="col" { "Mutual information" small { "bits" } }
                    th scope="col" { "Shuffled" small { (worse(selection.measure)) } }
                } }
                tbody { @for worth in shown {
                    tr {
                        th scope="row" { (worth.feature) @if !worth.kept { span.tag.dropped { "left out" } } }
                        td data-name="information gain" { (bits(worth.information_gain, gain)) }
                        td data-name="mutual information" { (bits(worth.mutual_information, mutual)) }
                        td data-name="shuffled" { (shuffled(worth)) }
                    }
                } }
            }
        }
    }
}

/// A number above a bar whose whole is the greatest of its column.
fn bits(value: f64, most: f64) -> Markup {
    let share = if most > 0.0 && value.is_finite() { (value / most).clamp(0.0, 1.0) } else { 0.0 };
    html! {
        (number::decimal(value, 4))
        @if value.is_finite() { span.meter aria-hidden="true" { span style={ "width:" (number::decimal(share * 100.0, 1)) "%" } {} } }
    }
}

fn shuffled(worth: &Worth) -> Markup {
    let print = |v: f64| number::decimal(v, 4);
    html! {
        @match &worth.permutation {
            Some(figure) => {
                (print(figure.value))
                @if show::has_interval(figure) { small { (number::interval(figure, &print)) } }
            },
            None => (number::DASH),
        }
    }
}

/// Weights by the strength of the penalty, one small chart per feature on one scale.
fn weights(paths: &Paths) -> Markup {
    let strengths: Vec<f64> = paths.penalties.iter().map(|penalty| penalty.log10()).collect();
    let reach = |weights: &[f64]| weights.iter().filter(|w| w.is_finite()).fold(0.0, |most: f64, w| most.max(w.abs()));
    let mut order: Vec<_> = paths.paths.iter().collect();
    order.sort_by(|a, b| reach(&b.weights).total_cmp(&reach(&a.weights)));
    let shown: Vec<_> = order.iter().take(SHOWN_PATHS).collect();
    let scales = Scale::between(strengths.iter().copied())
        .zip(Scale::with_zero(shown.iter().flat_map(|path| path.weights.iter().copied())));
    let Some((x, y)) = scales else { return html! {} };
    let chart = |path: &crate::evaluate::learned::Path| {
        let weights = strengths.iter().zip(&paths.penalties).zip(&path.weights);
        let points = weights.map(|((x, penalty), weight)| Point {
            x: *x,
            y: *weight,
            tip: format!("penalty {}: weight {}", number::decimal(*penalty, 4), number::signed(*weight, 3)),
        });
        let end = path.weights.first().map_or_else(String::new, |weight| number::signed(*weight, 2));
        let mark = (paths.chosen > 0.0).then(|| paths.chosen.log10());
        small(&Small { name: &path.feature, note: &end, x, y, points: points.collect(), mark })
    };
    let read = format!(
        "The weight of a feature in a linear model as the price of a weight rises from left to right; all charts have \
        the same scales, and the number is the weight at the lowest price. What holds out longest says most on its own.{}",
        if paths.chosen > 0.0 { " The upright line is the price that was chosen." } else { "" }
    );
    let rows = order.iter().map(|path| {
        let gone = paths.penalties.iter().zip(&path.weights).find(|(_, weight)| **weight == 0.0);
        let weakest = path.weights.first().copied().unwrap_or(f64::NAN);
        vec![
            path.feature.clone(),
            number::signed(weakest, 4),
            gone.map_or_else(|| "never".into(), |(penalty, _)| number::decimal(*penalty, 4)),
        ]
    });
    Panel {
        title: "Weights under a rising L1 penalty",
        read: &read,
        body: Some(html! { div.smalls { @for path in &shown { (chart(path)) } } }),
        table: Table { head: &["Feature", "Weight at the lowest penalty", "Gone from penalty"], rows: rows.collect() },
    }
    .draw()
}

fn left_out(elimination: &Elimination, measure: Measure) -> Markup {
    let steps = &elimination.steps;
    let print = |v: f64| show::figure(measure, v);
    let points = steps.iter().map(|step| Point {
        x: step.features as f64,
        y: step.figure.value,
        tip: format!(
            "{} features: {} {}{}",
            step.features,
            measure.name(),
            print(step.figure.value),
            removed(&step.removed)
        ),
    });
    let x = Scale::with_zero(steps.iter().map(|step| step.features as f64));
    let y = Scale::around(steps.iter().map(|step| step.figure.value));
    let y_title = format!("{} on validation rows", measure.name());
    let title = "Leaving out features";
    let body = x.zip(y).filter(|_| !steps.is_empty()).map(|(x, y)| {
        let x = Axis { title: "features left", scale: x, print: &|v, _| number::decimal(v, 0) };
        let y = Axis { title: &y_title, scale: y, print: &|v, step| show::tick(measure, v, step) };
        let series = vec![Series { name: "validated".into(), look: Look::Discs, points: points.collect() }];
        let kept = elimination.chosen as f64;
        let label = format!("{} kept", elimination.chosen);
        let band = (elimination.chosen > 0).then_some(Band { from: kept, to: kept, label });
        Plot { title, x, y, series, guide: None, band }.draw()
    });
    let rows = steps.iter().map(|step| {
        let left_out = if step.removed.is_empty() { number::DASH.into() } else { step.removed.clone() };
        vec![step.features.to_string(), show::with_interval(measure, &step.figure), left_out]
    });
    let read = format!(
        "{}{}. Read from right to left: as long as the line stays level, what was left out was not needed.",
        show::first_up(if elimination.method.is_empty() { "one feature after the other" } else { &elimination.method }),
        if elimination.chosen > 0 { format!("; {} were kept", elimination.chosen) } else { String::new() }
    );
    let table = Table { head: &["Features", measure.name(), "Left out"], rows: rows.collect() };
    Panel { title, read: &read, body, table }.draw()
}

fn removed(feature: &str) -> String {
    if feature.is_empty() { String::new() } else { format!(", without {feature}") }
}
