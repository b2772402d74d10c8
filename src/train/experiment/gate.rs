//! The [`gate`](crate::evaluate::gate) on held-out rows: the learned policy, or one arm for all.

use super::judge::{Judge, always};
use super::{Setup, audit};
use crate::error::Result;
use crate::evaluate::experiment::{Policy, Verdict};
use crate::evaluate::fairness::Finding;
use crate::evaluate::gate::{self, Comparison, Contest, GateParams, Judged};
use crate::evaluate::summary::Figure;
use crate::train::table::Prepared;
use crate::train::trial::Trial;

/// What is asked of held-out rows.
pub struct Asked<'a> {
    pub trial: &'a Trial,
    pub judge: &'a Judge,
    /// The learned policy's arm of every row.
    pub chosen: &'a [u16],
    /// The learned policy's name.
    pub name: &'a str,
    pub setup: &'a Setup<'a>,
    pub prepared: &'a Prepared,
}

/// What is released.
pub struct Decided {
    pub verdict: Verdict,
    /// The learned policy first, then every single arm.
    pub policies: Vec<Policy>,
    /// The single arm to release; none where the learned policy is released.
    pub single: Option<usize>,
    /// Whom the learned policy treats how.
    pub fairness: Vec<Finding>,
}

impl Asked<'_> {
    /// Judges and decides.
    ///
    /// # Errors
    /// Rows that no estimate can rest on.
    pub fn decide(&self) -> Result<Decided> {
        let chances = always(self.chosen, self.trial.arms.len());
        let fairness = audit::findings(self.prepared, self.setup, &chances)?;
        let rows = self.judge.in_units(self.trial, chances, self.setup);
        let params =
            GateParams { resamples: self.setup.trial.resamples, seed: self.setup.trial.seed, ..GateParams::default() };
        let arms = self.trial.arms.as_slice();
        let (basis, found) = (self.setup.basis(), fairness.as_slice());
        let contest = Contest { candidate: self.name, rows: &rows, arms, incumbent: None, fairness: found, basis };
        let judged = params.check()?.judge(&contest)?;
        let is_kept = self.setup.keep_learned && !judged.released;
        let single = if judged.released || is_kept { None } else { Some(judged.release_arm.unwrap_or(0)) };
        let policies = judged.policies.iter().map(|policy| self.policy(policy, &judged)).collect();
        let unfair = fairness.iter().filter(|finding| finding.fails).map(|finding| (too_far(finding), false));
        let tests = judged.candidate.iter().map(|pair| (said(pair), pair.beaten)).chain(unfair).collect();
        let verdict = match is_kept {
            false => Verdict { learned: judged.released, released: judged.release, sentence: judged.why, tests },
            true => {
                let sentence = format!("{} is packed as asked, not as judged. The gate: {}", self.name, judged.why);
                Verdict { learned: true, released: self.name.into(), sentence, tests }
            }
        };
        Ok(Decided { verdict, policies, single, fairness })
    }

    fn policy(&self, policy: &Judged, verdict: &gate::Verdict) -> Policy {
        let of = |arm: usize| match policy.arm {
            Some(single) => f64::from(single == arm),
            None => {
                self.chosen.iter().filter(|chosen| **chosen as usize == arm).count() as f64 / self.chosen.len() as f64
            }
        };
        let shares: Vec<f64> = (0..self.trial.arms.len()).map(of).collect();
        let shown = policy.estimates.iter().filter_map(|estimate| {
            estimate.figure().ok().map(|figure| (estimate.estimator.name().to_string(), figure))
        });
        Policy {
            name: policy.name.clone(),
            cost: shares.iter().zip(&self.setup.checked.cost).fold(0.0, |sum, (share, cost)| sum + share * cost),
            values: shown.collect(),
            over_best_arm: if policy.arm.is_none() { over_best_arm(verdict) } else { Vec::new() },
            effective_rows: None,
            shares,
        }
    }
}

/// The learned policy above the single arm that is worth most by the first estimator.
pub fn over_best_arm(verdict: &gate::Verdict) -> Vec<(String, Figure)> {
    let value = |policy: &Judged| policy.estimates.first().and_then(|estimate| estimate.figure().ok());
    let single = verdict.policies.iter().filter(|policy| policy.arm.is_some());
    let worth = |policy: &Judged| value(policy).map_or(f64::NEG_INFINITY, |figure| figure.value);
    let Some(best) = single.max_by(|one, other| worth(one).total_cmp(&worth(other))) else { return Vec::new() };
    let pairs = verdict.candidate.iter().filter(|pair| pair.against == best.name);
    pairs.map(|pair| (pair.estimator.name().to_string(), pair.gain)).collect()
}

fn too_far(finding: &Finding) -> String {
    let Figure { value, low, high } = finding.figure;
    format!("{}: {value:+.4} ({low:+.4} to {high:+.4}), limit {}", finding.what, finding.limit)
}

pub fn said(pair: &Comparison) -> String {
    let Figure { value, low, high } = pair.gain;
    format!("more than {} ({}): {value:+.4} ({low:+.4} to {high:+.4})", pair.against, pair.estimator.name())
}
