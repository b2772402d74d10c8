//! The run in plain words: who wins, by how much, and how sure that is.
//!
//! Every word follows from the numbers; nothing here makes a close call sound better than it is.

use super::number::{self, Currency};
use crate::evaluate::summary::{Figure, PolicyRow, Summary};

/// Said on every page, whatever the numbers.
pub const CAVEAT: &str = "This is a demand model from observational prices, not an experiment: shoppers were \
    not offered depths at random, so the earnings below are what follows if the model is right (the direct \
    method). Their intervals resample shoppers, not weeks, and keep the model as it is: they are too narrow for \
    anything that rests on the response to depth. The margins are assumptions of whoever set up the shop, and the \
    answer moves with them.";

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
    /// The best of the fixed depths, none included.
    pub best_fixed: Option<&'a PolicyRow>,
    /// The learned policy above the best fixed depth, paired.
    over_best_fixed: Figure,
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
            over_best_fixed: summary.over_best_fixed,
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
        let sentences =
            [self.mostly(), self.learned_against_none(), self.share_of_profit(), self.learned_against_fixed()];
        sentences.into_iter().flatten().collect()
    }

    fn learned_against_none(&self) -> Option<String> {
        let policy = self.learned?;
        if policy.offered == 0.0 {
            return Some("The learned policy never makes an offer, so it is the same as offering nothing.".to_string());
        }
        let money = |v: f64| self.currency.signed(v);
        let gain = &policy.over_none;
        let thin = number::THIN;
        let interval = number::interval(gain, &money);
        Some(match self.outcome {
            Outcome::LearnedWins => {
                format!("The 95{thin}% interval, over shoppers alone, is {interval}; {}.", sure(gain))
            }
            _ => format!(
                "Against none, the learned policy is expected to make {} per 1{thin}000 decisions \
                 (95{thin}% interval {interval}); {}.",
                money(gain.value),
                sure(gain),
            ),
        })
    }

    /// How much of the profit the gain is: a gain can be sure and still be small.
    fn share_of_profit(&self) -> Option<String> {
        let policy = self.learned.filter(|p| p.offered > 0.0)?;
        let none = policy.profit.value - policy.over_none.value;
        let share = policy.over_none.value / none;
        let thin = number::THIN;
        (none > 0.0 && share.is_finite()).then(|| {
            format!(
                "Offering nothing is expected to earn {} per 1{thin}000 decisions, so the difference is {} of the profit.",
                self.currency.amount(none),
                number::percent(share, 2),
            )
        })
    }

    fn learned_against_fixed(&self) -> Option<String> {
        let (learned, fixed) = (self.learned?, self.best_fixed?);
        if learned.offered == 0.0 && is_none(&fixed.name) {
            return Some("No depth for all is expected to earn more than none.".to_string());
        }
        if is_none(&fixed.name) {
            return Some(
                "No depth for all is expected to earn more than none, so the comparison with the best fixed depth is the \
                same one."
                    .to_string(),
            );
        }
        let money = |v: f64| self.currency.signed(v);
        let gain = &self.over_best_fixed;
        Some(format!(
            "Against the best fixed depth, {}, the learned policy is expected to make {} (95{}% interval of the paired \
             difference {}); {}.",
            fixed.name,
            money(gain.value),
            number::THIN,
            number::interval(gain, &money),
            sure(gain),
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

/// The first of the best, so that none is preferred to a depth that earns the same.
fn best_fixed(policies: &[PolicyRow]) -> Option<&PolicyRow> {
    policies
        .iter()
        .skip(1)
        .rev()
        .filter(|p| p.over_none.value.is_finite())
        .max_by(|a, b| a.over_none.value.total_cmp(&b.over_none.value))
}

fn sure(gain: &Figure) -> &'static str {
    match (gain.low > 0.0, gain.high < 0.0) {
        (true, _) => "the whole interval is a gain",
        (_, true) => "the whole interval is a loss",
        _ => "the interval includes losses",
    }
}

fn none_share(summary: &Summary) -> f64 {
    let chosen = summary.chosen.iter().find(|c| is_none(&c.arm)).map(|c| c.share);
    chosen.or(summary.policies.first().map(|p| 1.0 - p.offered)).unwrap_or(f64::NAN)
}

/// Whether a policy or an arm is the one that offers nothing.
pub fn is_none(name: &str) -> bool {
    name.eq_ignore_ascii_case("none")
}

/// An arm by its depth, or by its id where the menu does not have it.
pub fn arm_name(summary: &Summary, id: &str) -> String {
    match summary.arms.iter().find(|(known, _)| known == id) {
        Some((_, depth)) if *depth > 0.0 => number::percent(*depth, 0),
        _ => id.to_string(),
    }
}

fn short_name(policy: &PolicyRow) -> &str {
    policy.name.trim_end_matches(" for all")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::summary::ArmShare;

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
    fn compares_with_the_best_fixed_depth_by_the_paired_interval() {
        let mut summary = run(1240.0, 400.0, 300.0);
        summary.over_best_fixed = Figure { value: 940.0, low: -60.0, high: 1900.0 };
        let details = Verdict::of(&summary).details().join(" ");
        assert!(details.contains("best fixed depth, 5 % for all, the learned policy"), "{details}");
        assert!(details.contains("−\u{2060}$0.60 to +\u{2060}$19.00); the interval includes losses"), "{details}");
    }

    #[test]
    fn says_that_none_is_the_best_fixed_depth() {
        let details = Verdict::of(&run(4.0, 1.0, -300.0)).details().join(" ");
        assert!(details.contains("No depth for all is expected to earn more than none"), "{details}");
    }

    #[test]
    fn says_how_small_a_sure_gain_is() {
        let mut summary = run(4.0, 1.0, -300.0);
        summary.policies[0].profit.value = 1604.0;
        let details = Verdict::of(&summary).details().join(" ");
        assert!(details.contains("the difference is 0.25\u{202f}% of the profit"), "{details}");
    }

    #[test]
    fn does_not_call_a_gain_that_may_be_nothing_a_gain() {
        let headline = Verdict::of(&run(100.0, 400.0, 30.0)).headline();
        assert!(headline.contains("not shown"), "{headline}");
    }
}
