//! What was fitted, side by side: a table, a picture with intervals for each leading measure, and paired differences.

use super::show;
use crate::evaluate::learned::{Candidate, Metric, Run};
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// The section.
pub fn draw(run: &Run) -> Option<Markup> {
    show::rivals(run).next()?;
    let lead = "Everything that was fitted, and what needs no learning, on the same rows that none of them had seen.";
    let pictures = show::leading(run).iter().filter_map(|measure| picture(run, *measure));
    let body = html! {
        (table(run))
        div.triple { @for picture in pictures { (picture) } }
        @for measure in difference_measures(run) { (differences(run, measure)) }
    };
    Some(section("candidates", "What was tried", lead, body))
}

fn table(run: &Run) -> Markup {
    let measures = show::measures(run);
    let is_timed = run.candidates.iter().any(|candidate| candidate.fit_seconds > 0.0);
    let is_sized = run.candidates.iter().any(|candidate| candidate.bytes > 0);
    html! {
        h3 { "Candidates and baselines" }
        div.scroll.body tabindex="0" role="group" aria-label="Candidates and baselines" {
            table.wide.candidates {
                caption.known { "Candidates and baselines" }
                thead { tr {
                    th scope="col" { "Name" }
                    @for measure in &measures {
                        th scope="col" { (measure.name()) small { (show::direction(*measure)) } }
                    }
                    @if is_timed { th scope="col" { "Fit" } }
                    @if is_sized { th scope="col" { "Packed" } }
                } }
                tbody {
                    @for candidate in show::rivals(run) {
                        tr.chosen[candidate.name == run.chosen.name] {
                            (name(run, candidate))
                            @for measure in &measures { (cell(run, candidate, *measure)) }
                            @if is_timed { td { (time(candidate)) } }
                            @if is_sized { td { (size(candidate)) } }
                        }
                    }
                }
            }
        }
        p.note { (remark(run)) }
    }
}

fn name(run: &Run, candidate: &Candidate) -> Markup {
    let is_baseline = run.baselines.iter().any(|baseline| baseline.name == candidate.name);
    html! {
        th scope="row" {
            (candidate.name)
            @if candidate.name == run.chosen.name { span.tag { "chosen" } }
            @if is_baseline { span.tag.kept { "baseline" } }
            @if !candidate.what.is_empty() { small { (candidate.what) } }
            @if !candidate.settings.is_empty() { small { (show::settings(&candidate.settings)) } }
        }
    }
}

fn cell(run: &Run, candidate: &Candidate, measure: Metric) -> Markup {
    let Some(figure) = candidate.figure(measure) else { return html! { td { (number::DASH) } } };
    let is_best = best(run, measure).is_some_and(|best| best.name == candidate.name);
    html! {
        td.best[is_best] {
            (show::figure(measure, figure.value))
            @if show::has_interval(figure) { small { (number::interval(figure, &|v| show::figure(measure, v))) } }
        }
    }
}

fn best(run: &Run, measure: Metric) -> Option<&Candidate> {
    let value = |candidate: &&Candidate| candidate.figure(measure).map(|figure| measure.gain(figure.value, 0.0));
    show::rivals(run)
        .filter(|candidate| value(candidate).is_some())
        .reduce(|best, other| if value(&other) > value(&best) { other } else { best })
}

fn time(candidate: &Candidate) -> Markup {
    html! {
        @if candidate.fit_seconds > 0.0 { (show::seconds(candidate.fit_seconds)) } @else { (number::DASH) }
        @if candidate.search_seconds > 0.0 { small { (show::seconds(candidate.search_seconds)) " of search" } }
    }
}

fn size(candidate: &Candidate) -> String {
    if candidate.bytes > 0 { show::bytes(candidate.bytes) } else { number::DASH.to_string() }
}

fn remark(run: &Run) -> String {
    let split = &run.split;
    let by = match (split.folds, split.validate) {
        (0, 0) => String::new(),
        (0, rows) => {
            format!("Chosen by {} on {} other {}. ", run.chosen.decided_by.name(), number::count(rows), show::rows(run))
        }
        (folds, _) => {
            format!(
                "Chosen by {} over {folds} folds of the training {}. ",
                run.chosen.decided_by.name(),
                show::rows(run)
            )
        }
    };
    let interval = format!(
        "Below each figure its 95{}% interval, where one was measured; in bold the best of a column, which may be luck \
        where intervals overlap.",
        number::THIN
    );
    by + &interval
}

/// Dots with their intervals, one under the other.
fn picture(run: &Run, measure: Metric) -> Option<Markup> {
    let rows: Vec<Row> = show::rivals(run).filter_map(|candidate| dot(run, candidate, measure)).collect();
    if rows.len() < 2 {
        return None;
    }
    let cells = show::rivals(run).filter_map(|candidate| {
        Some(vec![candidate.name.clone(), show::with_interval(measure, candidate.figure(measure)?)])
    });
    let read = match measure.higher_is_better() {
        true => "Further right is better; the axis does not start at zero.",
        false => "Further left is better; the axis does not start at zero.",
    };
    let panel = Panel {
        title: measure.name(),
        read,
        body: bars::rows(&rows, Mark::Dot, "", &|v, step| show::tick(measure, v, step)),
        table: Table { head: &["Name", "Value (95\u{202f}% interval)"], rows: cells.collect() },
    };
    Some(panel.draw())
}

fn dot(run: &Run, candidate: &Candidate, measure: Metric) -> Option<Row> {
    let figure = candidate.figure(measure)?;
    Some(Row {
        label: candidate.name.clone(),
        value: figure.value,
        interval: show::has_interval(figure).then_some((figure.low, figure.high)),
        text: show::figure(measure, figure.value),
        strong: candidate.name == run.chosen.name,
    })
}

/// Measures of the differences, each once, in order.
fn difference_measures(run: &Run) -> Vec<Metric> {
    Metric::ALL.into_iter().filter(|measure| run.differences.iter().any(|row| row.measure == *measure)).collect()
}

fn differences(run: &Run, measure: Metric) -> Markup {
    let of_measure: Vec<_> = run.differences.iter().filter(|row| row.measure == measure).collect();
    let rows: Vec<Row> = of_measure
        .iter()
        .map(|row| Row {
            label: format!("against {}", row.other),
            value: row.figure.value,
            interval: show::has_interval(&row.figure).then_some((row.figure.low, row.figure.high)),
            text: show::difference(measure, row.figure.value),
            strong: false,
        })
        .collect();
    let cells = of_measure.iter().map(|row| {
        let ends = number::interval(&row.figure, &|v| show::difference(measure, v));
        let how = if row.paired { "on the same resamples" } else { "apart" };
        vec![row.other.clone(), show::difference(measure, row.figure.value), ends, how.into()]
    });
    let side = if measure.higher_is_better() { "right" } else { "left" };
    let paired = match of_measure.iter().all(|row| row.paired) {
        true => "Both were measured on the same resamples, so what varies in both does not blur the difference.",
        false => "Where both were not measured on the same resamples, the interval is wider than it need be.",
    };
    let read = format!(
        "{} of the chosen one minus that of the other: an interval wholly to the {side} of zero is a lead that is not \
        luck. {paired}",
        measure.name()
    );
    let title = format!("The chosen one against the others, by {}", measure.name());
    Panel {
        title: &title,
        read: &read,
        body: bars::rows(&rows, Mark::Bar, "", &|v, step| show::tick(measure, v, step)),
        table: Table { head: &["Other", "Difference", "95\u{202f}% interval", "Measured"], rows: cells.collect() },
    }
    .draw()
}
