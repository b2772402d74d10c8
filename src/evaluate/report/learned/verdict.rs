//! The run in plain words: what was taken, how good it is on unseen rows, and whether that is better than less.
//!
//! Every word follows from the numbers. A lead that lies within the error of the measurement is not called a lead, and a
//! model that a constant or one feature matches is said to be matched.

use super::show;
use crate::evaluate::learned::{Candidate, Metric, Run};
use crate::evaluate::report::number;
use crate::evaluate::summary::Figure;

/// Said on every page, whatever the numbers.
pub const CAVEAT: &str = "The model says what is likely to happen as things were. That an offer would change it is not \
    shown here: for that, offers must have been made by chance. Held-out rows come from the same source as the others; \
    where shoppers change, so does how often the model is right.";

/// What the numbers say.
pub struct Verdict {
    /// The first sentence of the page.
    pub headline: String,
    /// What stands below it.
    pub details: Vec<String>,
}

/// How the chosen one stands to another.
enum Standing {
    /// Better beyond the error of the measurement.
    Ahead,
    /// The difference is within the error.
    Level,
    /// Worse beyond the error.
    Behind,
}

/// The chosen one against another.
struct Against<'a> {
    other: &'a Candidate,
    standing: Standing,
    /// By how much, in the sense of better; its interval where one is known.
    gain: Figure,
    paired: bool,
}

impl Verdict {
    /// Weighs a run.
    pub fn of(run: &Run) -> Verdict {
        let Some((winner, figure)) = leader(run) else {
            let headline = "Nothing was measured in this run.".to_string();
            return Verdict { headline, details: Vec::new() };
        };
        let (baseline, rival) = (best_of(run, &run.baselines), best_of(run, &run.candidates));
        let matched = baseline.as_ref().filter(|against| !matches!(against.standing, Standing::Ahead));
        let headline = match matched {
            Some(against) => matched_sentence(run, winner, figure, against),
            None => format!("{}{}.", claim(run, winner, figure), tail(run, rival.as_ref())),
        };
        let why = Some(run.chosen.why.clone()).filter(|why| !why.is_empty());
        let baseline = baseline.filter(|_| matched_is_none(run)).map(|against| over_baseline(run, &against));
        let better = rival.as_ref().filter(|_| !matched_is_none(run)).and_then(|against| better(run, against));
        let details = [why, better, baseline, at_threshold(run), calibrated(run), in_factors(run, winner)];
        Verdict { headline, details: details.into_iter().flatten().collect() }
    }
}

fn leader(run: &Run) -> Option<(&Candidate, &Figure)> {
    let winner = run.winner()?;
    winner.figure(run.chosen.measure).map(|figure| (winner, figure))
}

fn matched_is_none(run: &Run) -> bool {
    best_of(run, &run.baselines).is_some_and(|against| matches!(against.standing, Standing::Ahead))
}

/// The best of the others by the measure of the choice.
fn best_of<'a>(run: &'a Run, others: &'a [Candidate]) -> Option<Against<'a>> {
    let measure = run.chosen.measure;
    let value = |candidate: &Candidate| candidate.figure(measure).map(|figure| measure.gain(figure.value, 0.0));
    let best = others
        .iter()
        .filter(|other| other.name != run.chosen.name && value(other).is_some())
        .reduce(|best, other| if value(other) > value(best) { other } else { best })?;
    against(run, best)
}

fn against<'a>(run: &'a Run, other: &'a Candidate) -> Option<Against<'a>> {
    let (_, ours) = leader(run)?;
    let (measure, theirs) = (run.chosen.measure, other.figure(run.chosen.measure)?);
    let known = run.differences.iter().find(|row| row.other == other.name && row.measure == measure);
    Some(match known {
        Some(known) => {
            let turn = |value: f64| measure.gain(value, 0.0);
            let (low, high) = (turn(known.figure.low), turn(known.figure.high));
            let gain = Figure { value: turn(known.figure.value), low: low.min(high), high: low.max(high) };
            Against { other, standing: standing(gain.low, gain.high), gain, paired: known.paired }
        }
        None => {
            let value = measure.gain(ours.value, theirs.value);
            let (ours, theirs) = (sided(measure, ours), sided(measure, theirs));
            let standing = standing(ours.0 - theirs.1, ours.1 - theirs.0);
            Against { other, standing, gain: Figure { value, low: f64::NAN, high: f64::NAN }, paired: false }
        }
    })
}

/// Ends of an interval so that more is better; without an interval, the value twice.
fn sided(measure: Metric, figure: &Figure) -> (f64, f64) {
    let turn = |value: f64| measure.gain(value, 0.0);
    match show::has_interval(figure) {
        true => (turn(figure.low).min(turn(figure.high)), turn(figure.low).max(turn(figure.high))),
        false => (turn(figure.value), turn(figure.value)),
    }
}

fn standing(low: f64, high: f64) -> Standing {
    match (low > 0.0, high < 0.0) {
        (true, _) => Standing::Ahead,
        (_, true) => Standing::Behind,
        _ => Standing::Level,
    }
}

/// In the past tense, which needs no agreement with the name of a learner.
fn claim(run: &Run, winner: &Candidate, figure: &Figure) -> String {
    let (measure, name) = (run.chosen.measure, show::first_up(&winner.name));
    let did = match run.task.kind.is_binary() {
        true => format!("{name} told {} from {}", show::positives(run), show::negatives(run)),
        false => format!("{name} estimated the {}", show::what(run)),
    };
    let unit = match measure {
        Metric::Rmse | Metric::Mae if !run.task.unit.is_empty() => format!(" {}", run.task.unit),
        _ => String::new(),
    };
    let value = format!("{} {}{unit}", measure.name(), show::figure(measure, figure.value));
    let interval = match show::has_interval(figure) {
        true => format!(" ({})", number::interval(figure, &|v| show::figure(measure, v))),
        false => String::new(),
    };
    format!("{did} with {value}{interval}{}", on_rows(run))
}

fn on_rows(run: &Run) -> String {
    match run.split.test {
        0 => String::new(),
        test => format!(" on {} {} kept aside", number::count(test), show::rows(run)),
    }
}

/// What stands after the claim: the best of the others.
fn tail(run: &Run, rival: Option<&Against>) -> String {
    let Some(Against { other, standing, gain, .. }) = rival else { return String::new() };
    let size = size(run.chosen.measure, gain.value);
    match standing {
        Standing::Ahead => format!("; better than {} by {size}", other.name),
        Standing::Level => format!("; {} did as well within the error of the measurement", other.name),
        Standing::Behind => format!("; on these, {} did better by {size}", other.name),
    }
}

fn size(measure: Metric, gain: f64) -> String {
    show::difference(measure, gain.abs()).trim_start_matches('+').to_string()
}

fn matched_sentence(run: &Run, winner: &Candidate, figure: &Figure, against: &Against) -> String {
    let measure = run.chosen.measure;
    let theirs = against.other.figure(measure).map_or(f64::NAN, |figure| figure.value);
    let verb = if matches!(against.standing, Standing::Behind) { "did better" } else { "did as well" };
    let said = |value: f64| show::figure(measure, value);
    format!(
        "Nothing to use yet: {} {verb} as a model, {} {} against {} of {}{}.",
        against.other.name,
        measure.name(),
        said(theirs),
        said(figure.value),
        winner.name,
        on_rows(run)
    )
    .replace("did better as a model", "did better than a model")
}

fn over_baseline(run: &Run, against: &Against) -> String {
    let measure = run.chosen.measure;
    let theirs = against.other.figure(measure).map_or(f64::NAN, |figure| figure.value);
    let interval = match show::has_interval(&against.gain) {
        true => {
            let paired = if against.paired { " of the paired difference" } else { "" };
            let ends = number::interval(&against.gain, &|v| show::difference(measure, v));
            format!(" (95{}% interval{paired} {ends})", number::THIN)
        }
        false => String::new(),
    };
    format!(
        "Without learning, {} reaches {} {}; the model is better by {}{interval}.",
        against.other.name,
        measure.name(),
        show::figure(measure, theirs),
        size(measure, against.gain.value)
    )
}

/// Where the headline speaks of a baseline: the candidate that the choice passed over, if it did better here.
fn better(run: &Run, against: &Against) -> Option<String> {
    let theirs = against.other.figure(run.chosen.measure)?;
    let better = matches!(against.standing, Standing::Behind);
    better.then(|| {
        format!(
            "On these rows {} did better, {} {}; that was not known when the choice was made.",
            against.other.name,
            run.chosen.measure.name(),
            show::figure(run.chosen.measure, theirs.value)
        )
    })
}

fn at_threshold(run: &Run) -> Option<String> {
    let threshold = run.held_out.threshold.as_ref()?;
    let counts = threshold.confusion;
    let (found, all) = (counts.true_positives, counts.true_positives + counts.false_negatives);
    let picked = counts.true_positives + counts.false_positives;
    (picked > 0 && all > 0).then(|| {
        format!(
            "From a probability of {} on taken for {}, {} of the {} were found, and {} of those picked were right.",
            number::decimal(threshold.at, 2),
            show::positives(run),
            number::count(found),
            number::count(all),
            number::percent(found as f64 / picked as f64, 0)
        )
    })
}

fn calibrated(run: &Run) -> Option<String> {
    let calibration = run.held_out.calibration.as_ref()?;
    let after = number::percent(calibration.error_after, 1);
    calibration.error_after.is_finite().then(|| match calibration.method.is_empty() || calibration.before.is_empty() {
        true => format!("Its probabilities are off by {after} on average."),
        false => format!(
            "Its probabilities are off by {after} on average, {} before calibration.",
            number::percent(calibration.error_before, 1)
        ),
    })
}

/// What an error on a logarithmic scale means in money.
fn in_factors(run: &Run, winner: &Candidate) -> Option<String> {
    let rmse = winner.figure(Metric::Rmse).filter(|_| run.task.unit.starts_with("ln"))?;
    Some(format!(
        "On the scale of the {}, an error of this size is a factor of {}.",
        show::what(run),
        number::decimal(rmse.value.exp(), 2)
    ))
}
