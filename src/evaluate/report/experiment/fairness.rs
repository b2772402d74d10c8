//! Whom the learned policy treats how: one sentence, then the figure of every test beside its interval and its limit.

use super::show::{self, Show};
use crate::evaluate::fairness::{Finding, Standing, Test};
use crate::evaluate::report::bars::Row;
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// A test: its title, how it is read, the axis.
const TESTS: [(Test, &str, &str, &str); 4] = [
    (
        Test::OfferRate,
        "Who is offered anything",
        "The share of a group that is offered anything, less that of all others. Zero is no difference.",
        "difference of shares",
    ),
    (
        Test::Discount,
        "Who is given how much",
        "The mean discount of a group as a share of the price, less that of all others. Zero is no difference.",
        "difference of mean discounts",
    ),
    (
        Test::Proxy,
        "Whether a group can be told",
        "How well a model tells the group's members, from the features and from the offers alone. A half is a guess.",
        "area under the ROC curve",
    ),
    (
        Test::Loyalty,
        "Whether the loyal get less",
        "Rank correlation with what was bought before. Below zero, those who bought more get less.",
        "rank correlation",
    ),
];

/// The section; none where nothing was watched.
pub fn draw(show: &Show) -> Option<Markup> {
    let all = &show.run.fairness;
    if all.is_empty() {
        return None;
    }
    let lead = format!(
        "What the learned policy gives to held-out {}, by columns that no feature reads. The tests say what differs, not why, \
        and not what would be fair.",
        show.rows()
    );
    let body = html! {
        p.note { (sentence(all)) }
        @for (test, title, read, axis) in TESTS {
            @if let Some(panel) = panel(all, test, (title, read, axis)) { (panel) }
        }
    };
    Some(section("fairness", "Fairness", &lead, body))
}

/// What was found, in one sentence.
pub fn sentence(all: &[Finding]) -> String {
    let named = |of: &dyn Fn(&&Finding) -> bool| {
        let found = all.iter().filter(of);
        found.map(|finding| format!("{} ({})", finding.what, print(finding))).collect::<Vec<String>>()
    };
    let (fails, beyond) = (named(&|finding| finding.fails), named(&|finding| finding.standing == Standing::Beyond));
    match (fails.is_empty(), beyond.is_empty()) {
        (false, _) => format!("Beyond a limit that was set, which stops the release: {}.", fails.join("; ")),
        (true, false) => {
            format!("Beyond the usual limits, which nobody set and which stop nothing: {}.", beyond.join("; "))
        }
        (true, true) => {
            let unclear = all.iter().filter(|finding| finding.standing == Standing::Unclear).count();
            let unclear = match unclear {
                0 => String::new(),
                1 => ", one of them too uncertain to say".into(),
                more => format!(", {more} of them too uncertain to say"),
            };
            format!("None of {} figures is beyond its limit{unclear}.", all.len())
        }
    }
}

fn print(finding: &Finding) -> String {
    match finding.test {
        Test::OfferRate | Test::Discount => format!("{}{}", plus(finding), number::percent(finding.figure.value, 1)),
        Test::Proxy | Test::Loyalty => number::decimal(finding.figure.value, 3),
    }
}

fn plus(finding: &Finding) -> &'static str {
    if finding.figure.value > 0.0 { "+" } else { "" }
}

/// What a finding is about, without what the title of its picture says.
fn label(finding: &Finding) -> String {
    let what = finding.what.as_str();
    let parts = match finding.test {
        Test::OfferRate => ("offer rate, ", " less all others"),
        Test::Discount => ("mean discount, ", " less all others"),
        Test::Proxy => ("area under the ROC curve of ", ""),
        Test::Loyalty => ("rank correlation of ", ""),
    };
    let inner = what.strip_prefix(parts.0).and_then(|rest| rest.strip_suffix(parts.1));
    inner.unwrap_or(what).to_string()
}

fn panel(all: &[Finding], test: Test, (title, read, axis): (&str, &str, &str)) -> Option<Markup> {
    let found: Vec<&Finding> = all.iter().filter(|finding| finding.test == test).collect();
    if found.is_empty() {
        return None;
    }
    let row = |finding: &&Finding| {
        let strong = finding.standing == Standing::Beyond;
        show::dot(&label(finding), &finding.figure, print(finding), strong)
    };
    let rows: Vec<Row> = found.iter().map(row).collect();
    let ends = |finding: &Finding| show::ends(&finding.figure, &|value| number::decimal(value, 4));
    let cells = found.iter().map(|finding| {
        let standing = match finding.standing {
            Standing::Within => "within",
            Standing::Unclear => "unclear",
            Standing::Beyond if finding.fails => "beyond, fails",
            Standing::Beyond => "beyond",
        };
        vec![finding.what.clone(), print(finding), ends(finding), number::amount(finding.limit), standing.into()]
    });
    let tick = |value: f64, step: f64| show::plain_tick(value, step);
    let head = &["What", "Found", "Interval", "Limit", "Stands"];
    let table = Table { head, rows: cells.collect() };
    Some(Panel { title, read, body: show::dots(&rows, axis, &tick), table }.draw())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::summary::Figure;

    #[test]
    fn a_row_does_not_say_again_what_its_picture_is_about() {
        let label = |test, what: &str| label(&Finding { test, what: what.into(), ..Finding::default() });
        assert_eq!(label(Test::OfferRate, "offer rate, zip code Urban less all others"), "zip code Urban");
        assert_eq!(
            label(Test::Proxy, "area under the ROC curve of members from what is offered"),
            "members from what is offered"
        );
        assert_eq!(label(Test::Proxy, "area under the ROC curve from `club`"), "area under the ROC curve from `club`");
    }

    #[test]
    fn says_in_one_sentence_what_stops_a_release_and_what_does_not() {
        let figure = Figure { value: 0.12, low: 0.08, high: 0.16 };
        let found = |standing: Standing, fails: bool| Finding {
            what: "offer rate, new less all others".into(),
            figure,
            limit: 0.05,
            standing,
            fails,
            ..Finding::default()
        };
        let stops = sentence(&[found(Standing::Beyond, true), found(Standing::Within, false)]);
        assert!(stops.contains("stops the release: offer rate, new less all others (+12.0\u{202f}%)"), "{stops}");
        assert!(sentence(&[found(Standing::Beyond, false)]).contains("which nobody set"));
        let within = sentence(&[found(Standing::Within, false), found(Standing::Unclear, false)]);
        assert_eq!(within, "None of 2 figures is beyond its limit, one of them too uncertain to say.");
    }
}
