//! How the numbers of a run are printed: by measure, by kind of outcome.

use crate::evaluate::learned::{Candidate, Measure, Run, Setting};
use crate::evaluate::report::number;
use crate::evaluate::summary::Figure;

/// Measures that lead tables and pictures, by kind of question.
pub fn leading(run: &Run) -> &'static [Measure] {
    match run.task.kind.is_binary() {
        true => &[Measure::RocAuc, Measure::PrAuc, Measure::LogLoss],
        false => &[Measure::Rmse, Measure::Mae, Measure::R2],
    }
}

/// Every measure that at least one candidate or baseline has.
pub fn measures(run: &Run) -> Vec<Measure> {
    let has = |measure: &Measure| rivals(run).any(|candidate| candidate.figure(*measure).is_some());
    Measure::ALL.into_iter().filter(has).collect()
}

/// Candidates, then baselines.
pub fn rivals(run: &Run) -> impl Iterator<Item = &Candidate> {
    run.candidates.iter().chain(&run.baselines)
}

/// A value of a measure.
pub fn figure(measure: Measure, value: f64) -> String {
    measure.print(value)
}

/// A difference of two values, with its sign.
pub fn difference(measure: Measure, value: f64) -> String {
    match measure {
        measure if measure.is_share() => format!("{} points", number::signed(value * 100.0, 1)),
        Measure::LogLoss | Measure::Brier => number::signed(value, 4),
        Measure::Rmse | Measure::Mae | Measure::Mse => number::signed(value, number::amount_decimals(value)),
        _ => number::signed(value, 3),
    }
}

/// A tick of a measure.
pub fn tick(measure: Measure, value: f64, step: f64) -> String {
    if measure.is_share() { percent_tick(value, step) } else { plain_tick(value, step) }
}

/// A tick of a share.
pub fn percent_tick(value: f64, step: f64) -> String {
    number::percent(value, number::tick_decimals(step * 100.0))
}

/// A tick of anything else.
pub fn plain_tick(value: f64, step: f64) -> String {
    number::decimal(value, number::tick_decimals(step))
}

/// A mean outcome: a share for yes and no, an amount otherwise.
pub fn mean(run: &Run, value: f64) -> String {
    if run.task.kind.is_binary() { number::percent(value, 1) } else { number::amount(value) }
}

/// What the mean outcome is, as an axis says it.
pub fn outcome(run: &Run) -> String {
    match run.task.kind.is_binary() {
        true => format!("share of {}", positives(run)),
        false => match run.task.unit.as_str() {
            "" => what(run).to_string(),
            unit => format!("{}, {unit}", what(run)),
        },
    }
}

/// Those who do.
pub fn positives(run: &Run) -> &str {
    if run.task.positives.is_empty() { "yes" } else { &run.task.positives }
}

/// Those who do not.
pub fn negatives(run: &Run) -> &str {
    if run.task.negatives.is_empty() { "others" } else { &run.task.negatives }
}

/// What is estimated.
pub fn what(run: &Run) -> &str {
    if run.task.amount.is_empty() { "amount" } else { &run.task.amount }
}

/// What rows are.
pub fn rows(run: &Run) -> &str {
    if run.task.rows.is_empty() { "rows" } else { &run.task.rows }
}

/// The same text with a capital.
pub fn first_up(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A size as people read it.
pub fn bytes(count: u64) -> String {
    match count {
        count if count < 1_024 => format!("{} bytes", number::count(count)),
        count => format!("{} KiB", number::decimal(count as f64 / 1_024.0, 1)),
    }
}

/// Seconds as people read them.
pub fn seconds(value: f64) -> String {
    let decimals = if value >= 100.0 { 0 } else { 2 - usize::from(value >= 10.0) };
    match value.is_finite() {
        true => format!("{}{}s", number::decimal(value, decimals), number::THIN),
        false => number::DASH.to_string(),
    }
}

/// Settings in one line.
pub fn settings(settings: &[Setting]) -> String {
    settings.iter().map(|setting| format!("{} {}", setting.name, setting.value)).collect::<Vec<_>>().join(", ")
}

/// Whether an interval is known.
pub fn has_interval(figure: &Figure) -> bool {
    figure.low.is_finite() && figure.high.is_finite() && figure.low < figure.high
}

/// A figure with its interval where that is known.
pub fn with_interval(measure: Measure, figure: &Figure) -> String {
    measure.with_interval(figure)
}

/// Whether more or less is better, in words.
pub fn direction(measure: Measure) -> &'static str {
    if measure.higher_is_better() { "higher is better" } else { "lower is better" }
}

/// A text cut at so many characters.
pub fn cut(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        false => text.to_string(),
    }
}
