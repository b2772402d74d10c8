//! Whether the learned policy is released, or one arm for all.
//!
//! It is released where two estimators say on held-out rows that it is worth more than *every* single arm: for each arm and
//! each estimator the lower end of the 95 % interval of the difference is above 0. Since all of them must hold at once, no
//! correction for their number is needed (an intersection-union test, Berger 1982). Otherwise the arm that was worth most
//! on **training** rows is released for all: chosen there, its figure on held-out rows is not the luckiest of several.

use super::Setup;
use super::judge::Judge;
use super::ranking::in_units;
use crate::error::Result;
use crate::evaluate::experiment::{Policy, Verdict};
use crate::evaluate::metrics::Resampling;
use crate::evaluate::off_policy::{Estimator, Rows, Terms, draws, quantile};
use crate::evaluate::summary::Figure;
use crate::train::trial::Trial;

/// The estimators that must agree.
const ESTIMATORS: [Estimator; 2] = [Estimator::Snips, Estimator::DoublyRobust];

/// What is asked of held-out rows.
pub struct Asked<'a> {
    pub trial: &'a Trial,
    pub judge: &'a Judge,
    /// The learned policy's arm of every row.
    pub chosen: &'a [u16],
    /// The learned policy's name.
    pub name: &'a str,
    /// By arm, what it is worth on training rows, in minor units.
    pub trained: &'a [f64],
    pub setup: &'a Setup<'a>,
}

/// What is released.
pub struct Decided {
    pub verdict: Verdict,
    /// The learned policy first, then every single arm.
    pub policies: Vec<Policy>,
    /// The single arm to release, and what it gains above the first; none where the learned policy is released.
    pub single: Option<(usize, f64)>,
}

/// Estimates of all policies from the same draws: policy after policy, estimator after estimator.
struct Drawn {
    values: Vec<f64>,
    /// Draw after draw.
    resampled: Vec<f64>,
}

impl Asked<'_> {
    /// Judges and decides.
    ///
    /// # Errors
    /// Rows that no estimate can rest on.
    pub fn decide(&self) -> Result<Decided> {
        let arms = self.trial.arms.len();
        let drawn = self.drawn()?;
        let best = (1..arms).fold(0, |best, arm| if self.trained[arm] > self.trained[best] { arm } else { best });
        let policies: Vec<Policy> = (0..=arms).map(|policy| self.policy(&drawn, policy, best)).collect();
        let mut tests = Vec::new();
        for arm in 0..arms {
            for (at, estimator) in ESTIMATORS.iter().enumerate() {
                let over = in_units(drawn.difference(0, arm + 1, at), self.setup.minor);
                tests.push((self.said(arm, *estimator, over), over.low > 0.0));
            }
        }
        let learned = tests.iter().all(|(_, passed)| *passed);
        let gain = self.trained[best] - self.trained[0];
        let verdict = self.verdict(learned, best, &policies, tests);
        Ok(Decided { verdict, policies, single: (!learned).then_some((best, gain)) })
    }

    /// The rows beside policy 0, the learned one, or beside one arm for all.
    fn rows(&self, policy: usize) -> Result<Rows> {
        let one = |arm: usize| vec![arm as u16; self.trial.rows()];
        let chosen = policy.checked_sub(1).map_or_else(|| self.chosen.to_vec(), one);
        self.judge.logged(self.trial, &chosen).check()
    }

    fn drawn(&self) -> Result<Drawn> {
        let rows = (0..=self.trial.arms.len()).map(|policy| self.rows(policy)).collect::<Result<Vec<Rows>>>()?;
        let both = || rows.iter().flat_map(|rows| ESTIMATORS.into_iter().map(move |estimator| (rows, estimator)));
        let values = both().map(|(rows, estimator)| estimator.value(rows)).collect::<Result<Vec<f64>>>()?;
        let ratios = values.len();
        let unit = rows[0].units();
        let mut terms = vec![Terms::default(); rows[0].shoppers() * ratios];
        for (at, (rows, estimator)) in both().enumerate() {
            for (row, unit) in rows.rows().iter().zip(unit) {
                let sum = &mut terms[*unit as usize * ratios + at];
                *sum = sum.plus(estimator.terms(row));
            }
        }
        let resampling = Resampling { count: self.setup.trial.resamples, seed: self.setup.trial.seed };
        Ok(Drawn { resampled: draws(&terms, ratios, resampling), values })
    }

    fn policy(&self, drawn: &Drawn, policy: usize, best: usize) -> Policy {
        let minor = self.setup.minor;
        let arms = self.trial.arms.len();
        let share = |arm: usize| match policy.checked_sub(1) {
            Some(single) => f64::from(single == arm),
            None => {
                self.chosen.iter().filter(|chosen| **chosen as usize == arm).count() as f64 / self.chosen.len() as f64
            }
        };
        let shares: Vec<f64> = (0..arms).map(share).collect();
        let each = |of: &dyn Fn(usize) -> Figure| {
            let named = ESTIMATORS.iter().enumerate();
            named.map(|(at, estimator)| (estimator.name().to_string(), in_units(of(at), minor))).collect()
        };
        Policy {
            name: match policy.checked_sub(1) {
                Some(arm) => format!("{} for all", self.trial.arms[arm]),
                None => format!("learned: {}", self.name),
            },
            cost: shares.iter().zip(&self.setup.checked.cost).fold(0.0, |sum, (share, cost)| sum + share * cost),
            values: each(&|at| drawn.figure(policy, at)),
            over_best_arm: each(&|at| drawn.difference(policy, best + 1, at)),
            shares,
        }
    }

    fn said(&self, arm: usize, estimator: Estimator, over: Figure) -> String {
        format!(
            "worth more than {} for all, {}: {:+.4} {} ({:+.4} to {:+.4})",
            self.trial.arms[arm],
            estimator.name(),
            over.value,
            "a row",
            over.low,
            over.high
        )
    }

    fn verdict(&self, learned: bool, best: usize, policies: &[Policy], tests: Vec<(String, bool)>) -> Verdict {
        let [row, rows] = &self.setup.trial.rows;
        let single = &self.trial.arms[best];
        let over = policies[0].over_best_arm[0].1;
        let by = format!(
            "{:+.3} (95 % interval {:+.3} to {:+.3}) per {row} on {} held-out {rows}",
            over.value,
            over.low,
            over.high,
            self.trial.rows()
        );
        let (released, sentence) = match learned {
            true => (
                self.name.to_string(),
                format!("Released: {}. It brings {by} beyond {single} for all, by two estimators.", self.name),
            ),
            false => (
                format!("{single} for all"),
                format!(
                    "Released: {single} for all. Choosing by {row} has not been shown to bring more: the best learned \
                     policy, {}, brings {by} beyond it, which may be nothing.",
                    self.name
                ),
            ),
        };
        Verdict { learned, released, sentence, tests }
    }
}

impl Drawn {
    fn place(policy: usize, estimator: usize) -> usize {
        policy * ESTIMATORS.len() + estimator
    }

    fn figure(&self, policy: usize, estimator: usize) -> Figure {
        let at = Drawn::place(policy, estimator);
        self.interval(self.values[at], &|draw| draw[at])
    }

    /// One policy less another, on the same shoppers.
    fn difference(&self, policy: usize, other: usize, estimator: usize) -> Figure {
        let (at, from) = (Drawn::place(policy, estimator), Drawn::place(other, estimator));
        self.interval(self.values[at] - self.values[from], &|draw| draw[at] - draw[from])
    }

    fn interval(&self, value: f64, of: &dyn Fn(&[f64]) -> f64) -> Figure {
        let mut told: Vec<f64> =
            self.resampled.chunks_exact(self.values.len()).map(of).filter(|draw| !draw.is_nan()).collect();
        told.sort_unstable_by(f64::total_cmp);
        Figure { value, low: quantile(&told, 0.025), high: quantile(&told, 0.975) }
    }
}
