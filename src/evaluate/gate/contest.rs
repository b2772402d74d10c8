//! The contest between a candidate, every single arm and the incumbent, on the same rows and the same resamples.

use super::sentence;
use super::verdict::{Comparison, Judged, Verdict};
use crate::error::{Code, Error, Result};
use crate::evaluate::fairness::Finding;
use crate::evaluate::metrics::Resampling;
use crate::evaluate::off_policy::{
    CheckedRequirements, Diagnostics, Estimate, Estimator, Logged, Outcome, Refusal, Requirements, Rows, Terms, draws,
    percentiles, same_for_all,
};
use crate::evaluate::summary::Figure;
use serde::{Deserialize, Serialize};

/// Who competes, on which rows.
#[derive(Clone, Copy, Debug)]
pub struct Contest<'a> {
    /// What people call the candidate.
    pub candidate: &'a str,
    /// Held-out rows; the policy beside them is the candidate's.
    pub rows: &'a Logged,
    /// Names of the arms, the first is no offer.
    pub arms: &'a [String],
    /// Name and `rows × arms` probabilities of the policy in use; without one, nothing is offered now.
    pub incumbent: Option<(&'a str, &'a [f64])>,
    /// Tests of the candidate's fairness.
    pub fairness: &'a [Finding],
    /// How the arms of the rows came to be given.
    pub basis: Basis,
}

/// How the arms of rows came to be given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// By a known chance.
    #[default]
    Drawn,
    /// Nobody knows: probabilities were fitted. Nothing is released, and nothing is called shown, unless that is accepted.
    Observed {
        /// Whether somebody accepts that, in the settings or on the command line.
        accepted: bool,
    },
}

/// What a release asks for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GateParams {
    /// Who estimates.
    pub estimators: Vec<Estimator>,
    /// How many of them must agree.
    pub agreeing: usize,
    /// Of the intervals, which have two sides; a false release is then at most half as likely as an interval is wrong.
    pub confidence: f64,
    /// The smallest gain per row worth a release, in the reward's unit.
    pub smallest_gain: f64,
    /// Resamples of the bootstrap, at least 100.
    pub resamples: usize,
    /// Of the bootstrap.
    pub seed: u64,
    /// What the rows must bring for the candidate and the arms.
    pub requirements: Requirements,
}

impl Default for GateParams {
    fn default() -> Self {
        GateParams {
            estimators: vec![Estimator::Snips, Estimator::DoublyRobust],
            agreeing: 2,
            confidence: 0.95,
            smallest_gain: 0.0,
            resamples: 1_000,
            seed: 0,
            requirements: Requirements::default(),
        }
    }
}

/// Parameters that can judge.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedGate {
    pub(super) params: GateParams,
    requirements: CheckedRequirements,
}

/// A policy in the contest, before it is compared.
pub(super) struct Entrant {
    pub name: String,
    pub arm: Option<usize>,
    rows: Rows,
    diagnostics: Diagnostics,
    pub refusal: Option<Refusal>,
}

/// Every policy's value by every estimator: on all rows, and on every resample.
struct Drawn {
    estimators: usize,
    policies: usize,
    values: Vec<f64>,
    draws: Vec<f64>,
}

impl GateParams {
    /// Refuses fewer than two estimators or agreeing ones, more agreeing than there are, one estimator twice, the reward
    /// model alone, a confidence outside 0 to 1, a smallest gain below 0, fewer than 100 resamples.
    pub fn check(self) -> Result<CheckedGate> {
        let refuse = |what: String| Err(Error::new(Code::BadConfig, what));
        let (agreeing, count) = (self.agreeing, self.estimators.len());
        if !(2..=count).contains(&agreeing) {
            return refuse(format!(
                "a release needs 2 or more of its estimators to agree, found {agreeing} of {count}"
            ));
        }
        let twice = |(at, one): (usize, &Estimator)| self.estimators[..at].iter().any(|other| other.key() == one.key());
        if self.estimators.iter().enumerate().any(twice) || self.estimators.contains(&Estimator::DirectMethod) {
            return refuse("estimators of a gate differ, and none is the reward model alone".into());
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return refuse(format!("a confidence is between 0 and 1, found {}", self.confidence));
        }
        if !(self.smallest_gain.is_finite() && self.smallest_gain >= 0.0) {
            return refuse(format!("the smallest gain worth a release is at least 0, found {}", self.smallest_gain));
        }
        if self.resamples < 100 {
            return refuse(format!("a gate needs at least 100 resamples, found {}", self.resamples));
        }
        let requirements = self.requirements.check()?;
        Ok(CheckedGate { params: self, requirements })
    }
}

impl CheckedGate {
    /// Judges. Cost: resamples × shoppers × policies × estimators.
    ///
    /// # Errors
    /// Rows that do not pass [`Logged::check`]; names of arms that are not as many as arms; a doubly robust estimator without
    /// a reward model.
    pub fn judge(&self, contest: &Contest) -> Result<Verdict> {
        let entrants = self.entrants(contest)?;
        let drawn = self.drawn(&entrants)?;
        let now = if contest.incumbent.is_some() { entrants.len() - 1 } else { 1 };
        let rivals: Vec<usize> = (1..entrants.len()).filter(|at| entrants[*at].could_be_given()).collect();
        let candidate = self.compare(&entrants, &drawn, rivals.iter().map(|rival| (0, *rival)), self.error());
        let arms: Vec<usize> = rivals.iter().copied().filter(|at| *at != now && entrants[*at].arm.is_some()).collect();
        // Bonferroni: the best of several arms looks better than it is.
        let shared = self.error() / arms.len().max(1) as f64;
        let single = self.compare(&entrants, &drawn, arms.iter().map(|arm| (*arm, now)), shared);
        let wins =
            |pairs: &[Comparison], count: usize| -> bool { pairs.iter().filter(|pair| pair.beaten).count() >= count };
        let estimators = self.params.estimators.len();
        let beats_all = candidate.chunks(estimators).all(|pairs| wins(pairs, self.params.agreeing));
        let sound = rivals.iter().chain([&0]).all(|at| entrants[*at].refusal.is_none());
        let fair = !contest.fairness.iter().any(|finding| finding.fails);
        let allowed = contest.basis != Basis::Observed { accepted: false };
        let released = beats_all && sound && fair && allowed;
        let proven = arms.iter().zip(single.chunks(estimators));
        let proven = proven.filter(|(arm, pairs)| {
            entrants[**arm].refusal.is_none() && entrants[now].refusal.is_none() && wins(pairs, self.params.agreeing)
        });
        let first = |at: usize| drawn.values[at * estimators];
        let best = proven.map(|(arm, _)| *arm).max_by(|one, other| first(*one).total_cmp(&first(*other)));
        let release = if released { 0 } else { best.filter(|_| allowed).unwrap_or(now) };
        let standing = candidate.chunks(estimators).filter(|pairs| released || !wins(pairs, self.params.agreeing));
        let standing: Vec<Comparison> = standing.flatten().cloned().collect();
        let seen = (contest.basis, contest.fairness);
        let why = sentence::why(&entrants, (release, now), seen, &standing, &single);
        let policies = self.judged(&entrants, &drawn);
        let (name, release_arm) = (entrants[release].name.clone(), entrants[release].arm);
        let (fairness, basis) = (contest.fairness.to_vec(), contest.basis);
        Ok(Verdict { basis, released, release: name, release_arm, why, policies, candidate, arms: single, fairness })
    }

    /// How often one estimator's comparison may wrongly end above the smallest gain. Where `m` of `M` estimators must agree,
    /// at most `M/m` times as many releases are wrong (Markov), so each is given `m/M` of the error.
    fn error(&self) -> f64 {
        let share = self.params.agreeing as f64 / self.params.estimators.len() as f64;
        (1.0 - self.params.confidence) / 2.0 * share
    }

    fn entrants(&self, contest: &Contest) -> Result<Vec<Entrant>> {
        let (logged, names) = (contest.rows, contest.arms);
        if names.len() != logged.arms {
            let what = "names of arms beside arms";
            return Err(Error::limit(Code::BadIndex, what, logged.arms as u64, names.len() as u64));
        }
        let enter = |name: String, arm: Option<usize>, target: Vec<f64>| -> Result<Entrant> {
            let rows = Logged { target, ..logged.clone() }.check()?;
            let diagnostics = Diagnostics::of(&rows, None);
            let refusal = self.requirements.refusal(&diagnostics);
            Ok(Entrant { name, arm, rows, diagnostics, refusal })
        };
        let count = logged.reward.len();
        let mut entrants = vec![enter(contest.candidate.into(), None, logged.target.clone())?];
        for (arm, name) in names.iter().enumerate() {
            entrants.push(enter(format!("{name} for all"), Some(arm), same_for_all(count, names.len(), arm))?);
        }
        if let Some((name, target)) = contest.incumbent {
            entrants.push(enter(name.into(), None, target.to_vec())?);
        }
        Ok(entrants)
    }

    fn drawn(&self, entrants: &[Entrant]) -> Result<Drawn> {
        let estimators = &self.params.estimators;
        let ratios = entrants.len() * estimators.len();
        let mut values = Vec::with_capacity(ratios);
        let mut terms = vec![Terms::default(); entrants[0].rows.shoppers() * ratios];
        for (policy, entrant) in entrants.iter().enumerate() {
            for (at, estimator) in estimators.iter().enumerate() {
                // An arm that no row was given has no self-normalised value; it is refused, and never compared.
                let value = estimator.value(&entrant.rows);
                values.push(if entrant.refusal.is_some() { value.unwrap_or(f64::NAN) } else { value? });
                let place = policy * estimators.len() + at;
                entrant.rows.add_terms(*estimator, &mut terms, ratios, place);
            }
        }
        let resampling = Resampling { count: self.params.resamples, seed: self.params.seed };
        let draws = draws(&terms, ratios, resampling);
        Ok(Drawn { estimators: estimators.len(), policies: entrants.len(), values, draws })
    }

    fn compare(
        &self,
        entrants: &[Entrant],
        drawn: &Drawn,
        pairs: impl Iterator<Item = (usize, usize)>,
        error: f64,
    ) -> Vec<Comparison> {
        let compare = |(policy, against): (usize, usize), at: usize| {
            let gain = drawn.gain(policy, Some(against), at, error);
            Comparison {
                policy: entrants[policy].name.clone(),
                against: entrants[against].name.clone(),
                estimator: self.params.estimators[at],
                gain,
                beaten: gain.low > self.params.smallest_gain,
            }
        };
        pairs
            .flat_map(|pair| (0..drawn.estimators).map(move |at| (pair, at)))
            .map(|(pair, at)| compare(pair, at))
            .collect()
    }

    fn judged(&self, entrants: &[Entrant], drawn: &Drawn) -> Vec<Judged> {
        let error = (1.0 - self.params.confidence) / 2.0;
        let estimate = |policy: usize, at: usize| Estimate {
            estimator: self.params.estimators[at],
            outcome: match entrants[policy].refusal {
                Some(why) => Outcome::Refused(why),
                None => Outcome::Shown(drawn.gain(policy, None, at, error)),
            },
        };
        let judged = |(policy, entrant): (usize, &Entrant)| Judged {
            name: entrant.name.clone(),
            arm: entrant.arm,
            diagnostics: entrant.diagnostics,
            estimates: (0..drawn.estimators).map(|at| estimate(policy, at)).collect(),
        };
        entrants.iter().enumerate().map(judged).collect()
    }
}

impl Entrant {
    /// An arm that the log could not have given is nobody's alternative.
    pub(super) fn could_be_given(&self) -> bool {
        self.arm.is_none() || !matches!(self.refusal, Some(Refusal::Unsupported { .. }))
    }
}

impl Drawn {
    /// One policy's value, less another's where there is one; `error` is left out on each side.
    fn gain(&self, policy: usize, against: Option<usize>, at: usize, error: f64) -> Figure {
        let of = |values: &[f64]| {
            let other = against.map_or(0.0, |against| values[against * self.estimators + at]);
            values[policy * self.estimators + at] - other
        };
        percentiles(of(&self.values), self.draws.chunks(self.policies * self.estimators).map(of), error)
    }
}
