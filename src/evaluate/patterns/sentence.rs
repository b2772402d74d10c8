//! All of it in one sentence, in words a merchandiser would use.

use super::{Patterns, Rule, SegmentRow};
use crate::evaluate::report::number;
use crate::train::pattern::rfm::Segment;

/// Shares that have a name, and their names.
const PARTS: [(f64, &str); 11] = [
    (0.1, "a tenth"),
    (0.2, "a fifth"),
    (0.25, "a quarter"),
    (1.0 / 3.0, "a third"),
    (0.4, "two fifths"),
    (0.5, "half"),
    (0.6, "three fifths"),
    (2.0 / 3.0, "two thirds"),
    (0.75, "three quarters"),
    (0.8, "four fifths"),
    (0.9, "nine tenths"),
];
/// How far a share may be from the one that has a name.
const NEAR: f64 = 0.015;

/// A share as people say it, in percent where no fraction is near.
pub fn in_parts(share: f64) -> String {
    match PARTS.iter().find(|(part, _)| (share - part).abs() <= NEAR) {
        Some((_, name)) => (*name).to_string(),
        None if share > 0.995 => "all".into(),
        None => number::percent(share, if share < 0.01 { 1 } else { 0 }),
    }
}

/// What shoppers of a segment are or do.
pub fn is_or_are(segment: Segment) -> String {
    match segment {
        Segment::NeedsAttention => "need attention".into(),
        Segment::CannotLoseThem => "must not be lost".into(),
        other => format!("are {}", other.english()),
    }
}

/// Who brings the money, and what goes together most.
pub fn headline(patterns: &Patterns) -> String {
    let told = [people(patterns), things(patterns)].into_iter().flatten().collect::<Vec<_>>().join("; ");
    match told.is_empty() {
        true => "There is nothing to look at yet; each part below says what it lacks.".into(),
        false => format!("{told}."),
    }
}

fn people(patterns: &Patterns) -> Option<String> {
    let segments = patterns.segments.found()?;
    let best = segments.rows.iter().reduce(|best, row| if row.revenue > best.revenue { row } else { best })?;
    let shoppers = counted(segments.shoppers, "shopper");
    Some(match segments.shoppers {
        1 => shoppers,
        _ => format!("{shoppers}; {}", best_of(best)),
    })
}

fn best_of(best: &SegmentRow) -> String {
    let (share, are) = (in_parts(best.share_of_shoppers), is_or_are(best.segment));
    format!("{share} {are} and bring {} of the money", in_parts(best.share_of_revenue))
}

fn things(patterns: &Patterns) -> Option<String> {
    let together = patterns.together.found()?;
    let baskets = match patterns.segments.found() {
        Some(_) => String::new(),
        None => format!("{}; ", counted(together.baskets, "basket")),
    };
    let rules = match together.rules.first() {
        None => "no two things go together often enough for a rule".into(),
        Some(rule) => format!("{}, the strongest: {}", counted(together.rules_found, "rule"), strongest(rule)),
    };
    Some(baskets + &rules)
}

fn strongest(rule: &Rule) -> String {
    let names = |items: &[super::Item]| {
        items.iter().map(|item| format!("“{}”", item.shown())).collect::<Vec<_>>().join(" and ")
    };
    let (left, right) = (names(&rule.antecedent), names(&rule.consequent));
    let go = if rule.antecedent.len() == 1 { "goes" } else { "go" };
    format!("{left} {go} with {right} {} times as often as by chance", number::decimal(rule.lift, 1))
}

fn counted(count: u64, what: &str) -> String {
    format!("{} {what}{}", number::count(count), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_said_as_people_say_them() {
        let rows = [(0.21, "a fifth"), (0.66, "two thirds"), (0.5, "half"), (0.45, "45\u{202f}%"), (1.0, "all")];
        for (share, expected) in rows {
            assert_eq!(in_parts(share), expected);
        }
    }

    #[test]
    fn every_segment_makes_a_sentence() {
        assert_eq!(is_or_are(Segment::Champions), "are champions");
        assert!(Segment::ALL.iter().all(|segment| !is_or_are(*segment).contains("needs")));
    }
}
