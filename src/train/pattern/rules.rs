//! Association rules: who has these also has that, and how much more often than by chance.
//!
//! Measures are those of Agrawal, Imielinski and Swami (1993), Brin et al. (1997) and Piatetsky-Shapiro (1991). A
//! rule says what goes together, *not* what causes what: whether an offer changes anything is for `evaluate`.

use super::itemsets::{Itemsets, MAX_ITEMSETS};
use super::set_index::SetIndex;
use crate::error::{Code, Error, Result};
use crate::feature::rule;

/// Which right-hand sides are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequents {
    /// One item.
    Single,
    /// Any part of a set.
    Any,
}

/// What a rule must reach. Only [`Thresholds::new`] makes one, so it is always in range.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds {
    confidence: f64,
    lift: f64,
    consequents: Consequents,
}

impl Thresholds {
    /// Refuses a confidence outside 0 to 1 and a lift that is negative or not finite.
    pub fn new(confidence: f64, lift: f64, consequents: Consequents) -> Result<Thresholds> {
        if !(0.0..=1.0).contains(&confidence) {
            return Err(Error::new(
                Code::OutOfRange,
                format!("the least confidence is {confidence}, not within 0 to 1"),
            ));
        }
        match lift.is_finite() && lift >= 0.0 {
            true => Ok(Thresholds { confidence, lift, consequents }),
            false => Err(Error::new(Code::OutOfRange, format!("the least lift is {lift}, not a number from 0 up"))),
        }
    }
}

/// Who has all of `antecedent` also has all of `consequent`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Items of the left-hand side, rising.
    pub antecedent: Vec<u32>,
    /// Items of the right-hand side, rising.
    pub consequent: Vec<u32>,
    /// How strong it is.
    pub measures: Measures,
}

/// The five usual measures of a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// Share of all baskets that have both sides.
    pub support: f64,
    /// Share of the baskets with the left side that have the right side too.
    pub confidence: f64,
    /// Confidence as a multiple of the right side's share of all baskets; 1 is chance.
    pub lift: f64,
    /// Support beyond what chance would give; 0 is chance.
    pub leverage: f64,
    /// How many times more often the rule would fail by chance than it does; none for a rule that never fails.
    pub conviction: Option<f64>,
}

impl Measures {
    /// From counts of both sides together, of each side alone, and of all baskets.
    pub fn new(both: u32, antecedent: u32, consequent: u32, baskets: usize) -> Measures {
        let share = |count: u32| count as f64 / baskets as f64;
        let confidence = both as f64 / antecedent as f64;
        Measures {
            support: share(both),
            confidence,
            lift: confidence / share(consequent),
            leverage: share(both) - share(antecedent) * share(consequent),
            conviction: (both < antecedent).then(|| (1.0 - share(consequent)) / (1.0 - confidence)),
        }
    }
}

/// A set this large has more splits than anyone reads; larger ones give only rules with one item on the right.
const MAX_SPLIT: usize = 16;

/// All rules from `sets` that reach `thresholds`, in the order of the sets. Refuses `sets` that are not all frequent sets,
/// and to return more rules than there may be sets.
pub fn derive(sets: &Itemsets, baskets: usize, thresholds: &Thresholds) -> Result<Vec<Rule>> {
    let known = SetIndex::new(sets.len(), |index| sets.items(index));
    let count = |part: &[u32]| match known.find(part.iter().copied()) {
        Some(index) => Ok(sets.count(index)),
        None => Err(Error::new(Code::BadData, "a part of a frequent itemset is not among the itemsets")),
    };
    let mut rules = Vec::new();
    for (items, both) in sets.iter().filter(|(items, _)| items.len() > 1) {
        for (antecedent, consequent) in splits(items, thresholds.consequents) {
            let measures = Measures::new(both, count(&antecedent)?, count(&consequent)?, baskets);
            if reaches(&measures, thresholds) {
                rules.push(Rule { antecedent, consequent, measures });
            }
        }
        if rules.len() > MAX_ITEMSETS {
            let what = "rules; raise the least confidence";
            return Err(Error::limit(Code::TooLarge, what, MAX_ITEMSETS as u64, rules.len() as u64));
        }
    }
    Ok(rules)
}

/// The small difference lets 3 of 4 reach 0.75 whatever the rounding.
fn reaches(measures: &Measures, thresholds: &Thresholds) -> bool {
    measures.confidence >= thresholds.confidence - 1e-12 && measures.lift >= thresholds.lift - 1e-12
}

fn splits(items: &[u32], consequents: Consequents) -> impl Iterator<Item = (Vec<u32>, Vec<u32>)> {
    let any = consequents == Consequents::Any && items.len() <= MAX_SPLIT;
    let count = if any { (1 << items.len()) - 2 } else { items.len() };
    // A bit per item is enough: of a frequent set all parts are frequent, and 2^32 sets are never returned.
    (0..count).map(move |index| split(items, if any { index as u32 + 1 } else { 1 << index.min(31) }))
}

/// Items whose bit is in `right` go to the right.
fn split(items: &[u32], right: u32) -> (Vec<u32>, Vec<u32>) {
    let side = |wanted: u32| {
        let chosen = items.iter().enumerate().filter(move |(position, _)| right >> position & 1 == wanted);
        chosen.map(|(_, item)| *item).collect()
    };
    (side(0), side(1))
}

/// Rules for the serving core: those that predict one group from at most [`rule::MAX_ANTECEDENT`] others, best first.
///
/// Items must be group numbers. Others are left out, as is what exceeds [`rule::MAX_RULES`].
pub fn compile(rules: &[Rule]) -> rule::Rules {
    let mut kept: Vec<rule::Rule> = rules.iter().filter_map(served).collect();
    kept.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(b.lift.total_cmp(&a.lift)));
    kept.truncate(rule::MAX_RULES);
    kept.sort_by_key(|rule| rule.consequent);
    rule::Rules { rules: kept }
}

fn served(rule: &Rule) -> Option<rule::Rule> {
    let [consequent] = rule.consequent[..] else { return None };
    let antecedent = rule.antecedent.iter().map(|item| u16::try_from(*item).ok()).collect::<Option<Vec<u16>>>()?;
    let measures = &rule.measures;
    (antecedent.len() <= rule::MAX_ANTECEDENT).then_some(rule::Rule {
        antecedent,
        consequent: u16::try_from(consequent).ok()?,
        confidence: measures.confidence as f32,
        lift: measures.lift as f32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_follow_their_definitions() {
        let measures = Measures::new(30, 40, 60, 100);
        assert_eq!((measures.support, measures.confidence), (0.3, 0.75));
        assert!((measures.lift - 1.25).abs() < 1e-12 && (measures.leverage - 0.06).abs() < 1e-12);
        assert!((measures.conviction.unwrap() - 1.6).abs() < 1e-12);
    }

    #[test]
    fn a_rule_that_never_fails_has_no_conviction() {
        assert_eq!(Measures::new(5, 5, 8, 10).conviction, None);
    }

    #[test]
    fn a_set_of_three_splits_in_six_ways_or_three() {
        assert_eq!(splits(&[1, 2, 3], Consequents::Any).count(), 6);
        let single: Vec<_> = splits(&[1, 2, 3], Consequents::Single).collect();
        assert_eq!(single, [(vec![2, 3], vec![1]), (vec![1, 3], vec![2]), (vec![1, 2], vec![3])]);
    }

    #[test]
    fn refuses_thresholds_out_of_range() {
        for (confidence, lift) in [(-0.1, 1.0), (1.1, 1.0), (f64::NAN, 1.0), (0.5, -1.0), (0.5, f64::INFINITY)] {
            assert_eq!(Thresholds::new(confidence, lift, Consequents::Any).unwrap_err().code(), Code::OutOfRange);
        }
    }
}
