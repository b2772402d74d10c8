//! The run in plain words: who wins, by how much, and how sure that is.
//!
//! Every word follows from the numbers; nothing here makes a close call sound better than it is.

use super::number::{self, Currency};
use crate::evaluate::summary::{PolicyRow, Summary};

/// Said on every page, whatever the numbers.
pub const CAVEAT: &str = "This is a demand model from observational prices, not an experiment: shoppers were \
    not offered depths at random, so the earnings below are predictions. The margins are assumptions of \
    whoever set up the shop, and the answer moves with them.";

/// From this share of decisions on, an arm is what mostly happens.
const MOSTLY: f64 = 0.5;

/// What the numbers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No policy was valued.
    Unknown,
    /// Offering nothing is expected to earn the most.
    NoneWins,
    /// One depth for all is expected to earn as much as the learned policy or more.
    OneDepthWins,
    /// The learned policy comes first, but its interval includes no gain.
    Unproven,
    /// The learned policy comes first and its interval is above no gain.
    LearnedWins,
}

/// The policies that the verdict compares.
pub struct Verdict<'a> {
    /// What the numbers say.
    pub outcome: Outcome,
    /// The learned policy.
    pub learned: Option<&'a PolicyRow>,
    /// The best of the fixed depths.
    pub best_fixed: Option<&'a PolicyRow>,
    none_share: f64,
    currency: Currency,
}

impl<'a> Verdict<'a> {
    /// Weighs the policies of a run.
    pub fn of(summary: &'a Summary) -> Self {
        let learned = summary.policies.first();
        let best_fixed = best_fixed(&summary.policies);
        Verdict {
            outcome: outcome(learned, best_fixed),
            learned,
            best_fixed,
            none_share: none_share(summary),
            currency: Currency::of(&summary.currency),
        }
    }

    /// One sentence.
    pub fn headline(&self) -> String {
        let gain = self.learned.map_or(f64::NAN, |p| p.over_none.value);
        match self.outcome {
            Outcome::Unknown => "No policy could be valued in this run.".to_string(),
            Outcome::NoneWins => "None wins: no discount is expected to earn more than offering nothing.".to_string(),
            Outcome::OneDepthWins => format!(
                "One depth for all, {}, is expected to earn at least as much as the learned policy.",
                self.best_fixed.map_or("", short_name)
            ),
            Outcome::Unproven => "The learned policy is not shown to earn more than offering nothing.".to_string(),
            Outcome::LearnedWins => format!(
                "The learned policy is expected to earn {} more per 1{}000 decisions than offering nothing.",
                self.currency.amount(gain),
                number::THIN
            ),
        }
    }

    /// The sentences under the headline.
    pub fn details(&self) -> Vec<String> {
        [self.mostly(), self.learned_against_none(), self.fixed_against_learned()].into_iter().flatten().collect()
    }

    fn learned_against_none(&self) -> Option<String> {
        let policy = self.learned?;
        if policy.offered == 0.0 {
            return Some("The learned policy never makes an offer, so it is the same as offering nothing.".to_string());
        }
        let money = |v: f64| self.currency.signed(v);
        let gain = &policy.over_none;
        let sure = match (gain.low > 0.0, gain.high < 0.0) {
            (true, _) => "the whole interval is a gain",
            (_, true) => "the whole interval is a loss",
            _ => "the interval includes losses",
        };
        let thin = number::THIN;
        let interval = number::interval(gain, &money);
        Some(match self.outcome {
            Outcome::LearnedWins => format!("The 95{thin}% interval is {interval}; {sure}."),
            _ => format!(
                "Against none, the learned policy is expected to make {} per 1{thin}000 decisions \
                 (95{thin}% interval {interval}); {sure}.",
                money(gain.value),
            ),
        })
    }

    fn fixed_against_learned(&self) -> Option<String> {
        let (learned, fixed) = (self.learned?, self.best_fixed?);
        let money = |v: f64| self.currency.signed(v);
        let apart = learned.over_none.low > fixed.over_none.high || learned.over_none.high < fixed.over_none.low;
        let overlap = match apart {
            true => "the two intervals do not overlap",
            false => "the two intervals overlap",
        };
        Some(format!(
            "The best single depth, {}, is expected to make {} ({}); {overlap}.",
            fixed.name,
            money(fixed.over_none.value),
            number::interval(&fixed.over_none, &money),
        ))
    }

    fn mostly(&self) -> Option<String> {
        let share = number::percent(self.none_share, 0);
        match self.none_share {
            s if s >= 1.0 => Some("Every decision is none.".to_string()),
            s if s >= MOSTLY => Some(format!("Most decisions are none: {share} of them.")),
            s if s.is_finite() => Some(format!("{share} of decisions are none.")),
            _ => None,
        }
    }
}

fn outcome(learned: Option<&PolicyRow>, best_fixed: Option<&PolicyRow>) -> Outcome {
    let Some(policy) = learned else { return Outcome::Unknown };
    let gain = policy.over_none;
    let fixed = best_fixed.map_or(f64::NEG_INFINITY, |p| p.over_none.value);
    match gain.value {
        v if !v.is_finite() => Outcome::Unknown,
        v if v <= 0.0 && fixed <= 0.0 => Outcome::NoneWins,
        v if fixed >= v => Outcome::OneDepthWins,
        _ if gain.low > 0.0 => Outcome::LearnedWins,
        _ => Outcome::Unproven,
    }
}

fn best_fixed(policies: &[PolicyRow]) -> Option<&PolicyRow> {
    policies
        .iter()
        .skip(1)
        .filter(|p| !is_none(&p.name) && p.over_none.value.is_finite())
        .max_by(|a, b| a.over_none.value.total_cmp(&b.over_none.value))
}

fn none_share(summary: &Summary) -> f64 {
    let chosen = summary.chosen.iter().find(|c| is_none(&c.arm)).map(|c| c.share);
    chosen.or(summary.policies.first().map(|p| 1.0 - p.offered)).unwrap_or(f64::NAN)
}

/// Whether a policy or an arm is the one that offers nothing.
pub fn is_none(name: &str) -> bool {
    name.eq_ignore_ascii_case("none")
}

fn short_name(policy: &PolicyRow) -> &str {
    policy.name.trim_end_matches(" for all")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::summary::{ArmShare, Figure};

    fn policy(name: &str, value: f64, half: f64) -> PolicyRow {
        let over_none = Figure { value, low: value - half, high: value + half };
        PolicyRow { name: name.into(), over_none, offered: 0.2, ..PolicyRow::default() }
    }

    fn run(learned: f64, half: f64, fixed: f64) -> Summary {
        Summary {
            currency: "USD".into(),
            policies: vec![
                policy("learned", learned, half),
                policy("none", 0.0, 0.0),
                policy("5 % for all", fixed, 10.0),
                policy("30 % for all", fixed - 500.0, 10.0),
            ],
            chosen: vec![ArmShare { arm: "none".into(), share: 0.8 }],
            ..Summary::default()
        }
    }

    #[test]
    fn the_outcome_follows_from_the_numbers() {
        let rows = [
            (run(1240.0, 400.0, 300.0), Outcome::LearnedWins),
            (run(100.0, 400.0, 30.0), Outcome::Unproven),
            (run(100.0, 50.0, 300.0), Outcome::OneDepthWins),
            (run(0.0, 0.0, -300.0), Outcome::NoneWins),
            (run(-50.0, 20.0, -300.0), Outcome::NoneWins),
            (run(f64::NAN, 20.0, -300.0), Outcome::Unknown),
            (Summary::default(), Outcome::Unknown),
        ];
        for (summary, outcome) in rows {
            assert_eq!(Verdict::of(&summary).outcome, outcome);
        }
    }

    #[test]
    fn says_none_when_none_wins() {
        let headline = Verdict::of(&run(-50.0, 20.0, -300.0)).headline();
        assert!(headline.starts_with("None wins"), "{headline}");
    }

    #[test]
    fn says_when_most_decisions_are_none() {
        let details = Verdict::of(&run(1240.0, 400.0, 300.0)).details().join(" ");
        assert!(details.contains("Most decisions are none: 80\u{202f}%"), "{details}");
    }

    #[test]
    fn names_the_best_single_depth_and_says_when_intervals_overlap() {
        let apart = Verdict::of(&run(1240.0, 400.0, 300.0)).details().join(" ");
        assert!(apart.contains("best single depth, 5 % for all, is expected to make +\u{2060}$3.00"), "{apart}");
        assert!(apart.contains("do not overlap"), "{apart}");
        let close = Verdict::of(&run(310.0, 400.0, 300.0)).details().join(" ");
        assert!(close.contains("the two intervals overlap"), "{close}");
    }

    #[test]
    fn does_not_call_a_gain_that_may_be_nothing_a_gain() {
        let headline = Verdict::of(&run(100.0, 400.0, 30.0)).headline();
        assert!(headline.contains("not shown"), "{headline}");
    }
}
