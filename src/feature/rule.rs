//! What goes with a basket: rules from groups in it to one group that is not.
//!
//! The same lookup in training and on the device. Finding the rules is training's (`train::pattern::rules`).

use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use alloc::vec::Vec;

/// The most groups on the left of a rule.
pub const MAX_ANTECEDENT: usize = 4;
/// The most rules.
pub const MAX_RULES: usize = 4096;

/// Who has all of `antecedent` often has `consequent` too.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// Group numbers, rising, 1 to [`MAX_ANTECEDENT`] of them.
    pub antecedent: Vec<u16>,
    /// The group that goes with them.
    pub consequent: u16,
    /// Share of the baskets with the left side that have the right side.
    pub confidence: f32,
    /// Confidence as a multiple of the consequent's share of all baskets.
    pub lift: f32,
}

/// Rules in rising order of their consequent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// The rules.
    pub rules: Vec<Rule>,
}

impl Rules {
    /// The rule that says most surely that `consequent` goes with `basket`, whose group numbers rise.
    ///
    /// Of equally sure rules that of higher lift, then the first. None when no rule's left side is in the basket or
    /// the consequent already is.
    pub fn best(&self, basket: &[u16], consequent: u16) -> Option<&Rule> {
        if basket.binary_search(&consequent).is_ok() {
            return None;
        }
        let start = self.rules.partition_point(|rule| rule.consequent < consequent);
        let candidates = self.rules[start..].iter().take_while(|rule| rule.consequent == consequent);
        let holding = candidates.filter(|rule| contains_all(basket, &rule.antecedent));
        holding.fold(None, |best, rule| match best {
            Some(best) if !is_surer(rule, best) => Some(best),
            _ => Some(rule),
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        w.list(&self.rules, |w, rule| {
            w.list(&rule.antecedent, |w, group| w.u16(*group));
            w.u16(rule.consequent);
            w.f32(rule.confidence);
            w.f32(rule.lift);
        });
    }

    pub(crate) fn read(r: &mut Reader) -> Self {
        let rule = |r: &mut Reader| Rule {
            antecedent: r.list(Reader::u16),
            consequent: r.u16(),
            confidence: r.f32(),
            lift: r.f32(),
        };
        Rules { rules: r.list(rule) }
    }

    /// Refuses what `best` was not made for: rules out of order, groups that are not among `groups`, an antecedent that
    /// is empty, long, not rising or holds the consequent, and measures that are not in range.
    pub fn check(&self, groups: usize) -> Result<()> {
        if self.rules.len() > MAX_RULES {
            return Err(Error::limit(Code::TooLarge, "rules", MAX_RULES as u64, self.rules.len() as u64));
        }
        if !self.rules.is_sorted_by_key(|rule| rule.consequent) {
            return Err(Error::new(Code::BadSection, "rules that do not rise by consequent"));
        }
        self.rules.iter().try_for_each(|rule| check_rule(rule, groups))
    }
}

/// Whether `rule` is to be preferred to `best`, which came before it.
fn is_surer(rule: &Rule, best: &Rule) -> bool {
    rule.confidence > best.confidence || (rule.confidence == best.confidence && rule.lift > best.lift)
}

/// Whether every one of the rising `groups` is in the rising `basket`.
fn contains_all(basket: &[u16], groups: &[u16]) -> bool {
    groups.iter().all(|group| basket.binary_search(group).is_ok())
}

fn check_rule(rule: &Rule, groups: usize) -> Result<()> {
    let left = &rule.antecedent;
    if left.is_empty() || left.len() > MAX_ANTECEDENT {
        let what = "groups on the left of a rule, at least 1";
        return Err(Error::limit(Code::OutOfRange, what, MAX_ANTECEDENT as u64, left.len() as u64));
    }
    if let Some(group) = left.iter().chain([&rule.consequent]).find(|group| **group as usize >= groups) {
        return Err(Error::limit(Code::BadIndex, "a group of a rule", groups as u64, *group as u64));
    }
    if !left.is_sorted_by(|a, b| a < b) {
        return Err(Error::new(Code::BadSection, "a rule's left side that does not rise"));
    }
    if left.contains(&rule.consequent) {
        return Err(Error::new(Code::DuplicateName, "a rule with a group on both sides"));
    }
    check_measures(rule)
}

fn check_measures(rule: &Rule) -> Result<()> {
    if !(rule.confidence.is_finite() && rule.lift.is_finite()) {
        return Err(Error::new(Code::NotFinite, "a measure of a rule is not finite"));
    }
    match (0.0..=1.0).contains(&rule.confidence) && rule.lift >= 0.0 {
        true => Ok(()),
        false => Err(Error::new(Code::OutOfRange, "a rule's confidence is not within 0 to 1 or its lift is negative")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn rule(antecedent: &[u16], consequent: u16, confidence: f32, lift: f32) -> Rule {
        Rule { antecedent: antecedent.to_vec(), consequent, confidence, lift }
    }

    fn five() -> Rules {
        let to_three = [rule(&[1], 3, 0.5, 2.0), rule(&[2], 3, 0.5, 3.0), rule(&[0, 1], 3, 0.5, 3.0)];
        let mut rules = vec![rule(&[1], 2, 0.9, 1.0)];
        rules.extend(to_three);
        rules.push(rule(&[1], 4, 0.1, 1.0));
        Rules { rules }
    }

    #[test]
    fn finds_the_surest_rule_then_the_highest_lift_then_the_first() {
        let rules = five();
        assert_eq!(rules.best(&[1], 3), Some(&rules.rules[1]));
        assert_eq!(rules.best(&[0, 1, 2], 3), Some(&rules.rules[2]));
        assert_eq!(rules.best(&[0, 1], 3), Some(&rules.rules[3]));
        assert_eq!(rules.best(&[1], 2), Some(&rules.rules[0]));
    }

    #[test]
    fn finds_none_without_a_left_side_or_for_what_is_in_the_basket() {
        for (basket, consequent) in [(&[][..], 3), (&[0], 3), (&[1, 3], 3), (&[1], 9), (&[7], 4)] {
            assert_eq!(five().best(basket, consequent), None, "{basket:?} {consequent}");
        }
        assert_eq!(Rules::default().best(&[1], 2), None);
    }

    #[test]
    fn accepts_sound_rules_and_none_at_all() {
        assert_eq!(five().check(5), Ok(()));
        assert_eq!(Rules::default().check(0), Ok(()));
    }

    #[test]
    fn rejects_each_way_of_being_wrong() {
        let rows = [
            (vec![rule(&[1], 3, 0.5, 1.0), rule(&[1], 2, 0.5, 1.0)], Code::BadSection),
            (vec![rule(&[2, 1], 3, 0.5, 1.0)], Code::BadSection),
            (vec![rule(&[1, 1], 3, 0.5, 1.0)], Code::BadSection),
            (vec![rule(&[], 3, 0.5, 1.0)], Code::OutOfRange),
            (vec![rule(&[0, 1, 2, 3, 4], 5, 0.5, 1.0)], Code::OutOfRange),
            (vec![rule(&[1], 6, 0.5, 1.0)], Code::BadIndex),
            (vec![rule(&[6], 1, 0.5, 1.0)], Code::BadIndex),
            (vec![rule(&[1, 3], 3, 0.5, 1.0)], Code::DuplicateName),
            (vec![rule(&[1], 3, f32::NAN, 1.0)], Code::NotFinite),
            (vec![rule(&[1], 3, 0.5, f32::INFINITY)], Code::NotFinite),
            (vec![rule(&[1], 3, 1.5, 1.0)], Code::OutOfRange),
            (vec![rule(&[1], 3, 0.5, -1.0)], Code::OutOfRange),
            (vec![rule(&[1], 3, 0.5, 1.0); MAX_RULES + 1], Code::TooLarge),
        ];
        for (rules, code) in rows {
            let found = Rules { rules }.check(6).map_err(|error| error.code());
            assert_eq!(found, Err(code));
        }
    }
}
