//! The words of the page, explained: only those that this page uses.

use super::show;
use crate::evaluate::learned::{Metric, Run};
use crate::evaluate::report::panel::section;
use maud::{Markup, html};

/// When a word is on the page.
type When = fn(&Run) -> bool;

const ALWAYS: When = |_| true;
const BINARY: When = |run| run.task.kind.is_binary();

const WORDS: [(&str, When, &str); 13] = [
    (
        "Baseline",
        |run| !run.baselines.is_empty(),
        "What needs no learning. What it reaches, a model cannot take credit for.",
    ),
    ("Calibration", BINARY, "Turning scores into probabilities that are kept: of those at 10\u{202f}%, one in ten."),
    ("Candidate", ALWAYS, "One learner with its parameters, fitted on the training rows."),
    ("False alarm", BINARY, "A no that was taken for a yes."),
    ("Feature", ALWAYS, "One thing known about a row before the outcome, as a number or as one of several levels."),
    (
        "Held-out rows",
        ALWAYS,
        "Rows kept aside until everything was chosen, so that what is measured on them is no flattery.",
    ),
    (
        "Information gain",
        |run| run.selection.is_some(),
        "How many bits less of a surprise the outcome is once a feature is known.",
    ),
    (
        "Interval (95\u{202f}%)",
        ALWAYS,
        "Where the figure lies in 95 of 100 repetitions with other held-out rows drawn from the same ones. The model is \
        not fitted again, so what another training set would give is not in it.",
    ),
    (
        "L1 penalty",
        |run| run.selection.as_ref().is_some_and(|it| it.paths.is_some()),
        "A price on the size of every weight; the higher it is, the more weights are exactly nothing.",
    ),
    (
        "Paired difference",
        |run| run.differences.iter().any(|row| row.paired),
        "Two models measured on the same draws of rows: what is hard for both cancels out.",
    ),
    (
        "Partial dependence",
        |run| !run.responses.is_empty(),
        "The mean prediction when one feature is set to a value in every row. It is not what would happen if one changed it.",
    ),
    ("Threshold", BINARY, "The probability from which on the answer is yes."),
    (
        "Validation",
        |run| run.split.folds > 0 || run.split.validate > 0,
        "Rows, or folds of the training rows, on which parameters, features and the candidate were chosen.",
    ),
];

fn meaning(measure: Metric) -> &'static str {
    match measure {
        Metric::RocAuc => "Chance that a yes is ranked above a no. A half is guessing, one is perfect.",
        Metric::PrAuc => {
            "Average share of yes among those picked, over all list lengths. A random pick reaches the share of yes."
        }
        Metric::LogLoss => "How surprised the model is by what happened. Zero is certainty that proved right.",
        Metric::Brier => "Mean squared distance between the probability and what happened.",
        Metric::CalibrationError => {
            "How far predicted rates are from observed ones, on average over bins of equal count."
        }
        Metric::Accuracy => "Share of right answers. Where yes is rare, always saying no is often right.",
        Metric::Precision => "Share of yes among those taken for yes.",
        Metric::Recall => "Share of all yes that is found.",
        Metric::F1 => "The balance of precision and recall (harmonic mean).",
        Metric::Rmse => "Root of the mean squared error: large errors count more.",
        Metric::Mae => "Mean absolute error: how far off the estimate is on average.",
        Metric::Mse => "Mean squared error.",
        Metric::Mape => "Mean absolute error as a share of the true amount.",
        Metric::R2 => "Share of the variance that is explained. Zero is no better than the mean.",
    }
}

/// The section; none on a page without numbers.
pub fn draw(run: &Run) -> Option<Markup> {
    let measures = show::measures(run);
    if measures.is_empty() {
        return None;
    }
    let fixed = WORDS.iter().filter(|(_, when, _)| when(run)).map(|(word, _, meaning)| (*word, *meaning));
    let mut words: Vec<(&str, &str)> = fixed.chain(measures.iter().map(|it| (it.name(), meaning(*it)))).collect();
    words.sort_by_key(|(word, _)| word.to_lowercase());
    let body = html! {
        dl.glossary { @for (word, meaning) in words { div { dt { (word) } dd { (meaning) } } } }
    };
    Some(section("words", "Words", "What the terms on this page mean.", body))
}
