//! The words of the page, explained: only those that this page uses.

use super::show::Show;
use crate::evaluate::experiment::Experiment;
use crate::evaluate::fairness::Test;
use crate::evaluate::report::panel::section;
use maud::{Markup, html};

/// When a word is on the page.
type When = fn(&Experiment) -> bool;

const WORDS: [(&str, When, &str); 19] = [
    ("Arm", |_| true, "One thing that can be offered, or none."),
    (
        "Area under the ROC curve",
        |run| run.fairness.iter().any(|finding| finding.test == Test::Proxy),
        "How often a member of a group gets a higher score than one who is none. A half is a guess, one is certainty.",
    ),
    (
        "AUCC",
        |run| run.rankings.iter().any(|ranking| ranking.aucc.is_some()),
        "Area under incremental value against incremental cost, both brought to one. A half is a random order.",
    ),
    (
        "AUUC gain",
        has_rankings,
        "Area under the cumulative gain as more rows are offered to, best first, less that of a random order.",
    ),
    (
        "Best single arm",
        has_policies,
        "The arm that is worth most when everybody gets it. What it reaches, personalisation cannot take credit for.",
    ),
    ("Candidate", |run| !run.candidates.is_empty(), "One way of making a policy, with its settings."),
    ("Decile", has_rankings, "A tenth of the rows, cut by the predicted gain."),
    (
        "Direct method",
        |run| has_estimator(run, &["direct method", "DM"]),
        "Values a policy by what a model predicts for each choice. It is right as far as the model is.",
    ),
    (
        "Doubly robust (DR)",
        |run| has_estimator(run, &["doubly robust", "DR"]),
        "A model's prediction for the policy's choice, corrected by what was seen wherever the arm given was that choice. \
        Right if either the model or the propensities are.",
    ),
    (
        "Effective rows",
        |run| run.log.is_some(),
        "How many rows, each counted once, would say as much about a policy. Few, where it is far from what was given.",
    ),
    (
        "Held-out rows",
        has_policies,
        "Rows kept aside until everything was chosen, so that figures on them flatter no one.",
    ),
    (
        "Interval (95\u{202f}%)",
        |_| true,
        "Where the figure lies in 95 of 100 repetitions with other rows drawn the same way.",
    ),
    (
        "IPS",
        |run| has_estimator(run, &["IPS", "inverse propensity"]),
        "Mean reward of rows whose arm was the policy's choice, each counted as often as it was unlikely to be given it.",
    ),
    (
        "λ",
        |run| !run.budget.is_empty(),
        "The price of budget: an offer is made only where its gain is more than λ times its cost. Zero is no limit.",
    ),
    ("Policy", has_policies, "A rule that says which arm a row gets."),
    ("Propensity", |_| true, "The probability with which an arm was given."),
    (
        "Qini",
        has_rankings,
        "How far the incremental outcome lies above that of a random order, on average over all shares offered to, per \
        treated row.",
    ),
    (
        "SNIPS",
        |run| has_estimator(run, &["SNIPS", "self-normalised", "SNIPW"]),
        "Like IPS, divided by the sum of the weights instead of the number of rows: a little bias for far less noise.",
    ),
    ("Worth", has_policies, "What a row brings under a policy, less what its arm costs, on average."),
];

fn has_policies(run: &Experiment) -> bool {
    !run.policies.is_empty()
}

fn has_rankings(run: &Experiment) -> bool {
    !run.rankings.is_empty()
}

/// Whether an estimator goes by one of some names: a short one whole, a long one anywhere.
fn has_estimator(run: &Experiment, names: &[&str]) -> bool {
    let is_named = |estimator: &str| {
        names.iter().any(|name| {
            let mut words = estimator.split(|letter: char| !letter.is_alphanumeric());
            words.any(|word| word.eq_ignore_ascii_case(name))
                || (name.len() > 5 && estimator.to_lowercase().contains(name))
        })
    };
    run.policies.iter().flat_map(|policy| &policy.values).any(|(estimator, _)| is_named(estimator))
}

/// The section; none on a page without numbers.
pub fn draw(show: &Show) -> Option<Markup> {
    if show.run.policies.is_empty() && show.run.candidates.is_empty() && show.run.arms.is_empty() {
        return None;
    }
    let words = WORDS.iter().filter(|(_, when, _)| when(show.run));
    let body = html! {
        dl.glossary { @for (word, _, meaning) in words { div { dt { (word) } dd { (meaning) } } } }
    };
    Some(section("words", "Words", "What the terms on this page mean.", body))
}
