//! A bandit that learns: an arm's weights each, one rule of exploration, a floor.

use super::arms::{Arm, Start};
use super::best::Belief;
use super::evidence::{Evidence, Prior};
use super::explore::spread;
use super::params::{BanditParams, CheckedBandit, Response};
use super::state::State;
use super::{Bandit, Observation};
use crate::error::{Code, Error, Result};
use crate::math::{decay, ordered_sum, sqrt};
use crate::model::MAX_ARMS;
use serde::{Deserialize, Serialize};

/// Beyond this a context was not scaled, and its squares would drown all others.
const MAX_NUMBER: f64 = 1e6;
/// Squares of rewards are added up.
const MAX_REWARD: f64 = 1e12;

/// What was learned so far. At most 16 arms of 65 × 65 numbers; written and read by serde, and checked when read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "State", into = "State")]
pub struct LearnedBandit {
    settings: CheckedBandit,
    arms: Vec<Arm>,
    next_id: u32,
    /// The latest time an outcome was of.
    latest: f64,
}

impl LearnedBandit {
    pub(super) fn of(settings: CheckedBandit, arms: Vec<Arm>, next_id: u32, latest: f64) -> Result<LearnedBandit> {
        let size = settings.params().features + 1;
        arms.iter().try_for_each(|arm| arm.check(size))?;
        let twin = (0..arms.len()).find(|index| arms[..*index].iter().any(|arm| arm.name == arms[*index].name));
        if let Some(index) = twin {
            return Err(Error::new(Code::DuplicateName, format!("two arms are called `{}`", arms[index].name)));
        }
        let mut bandit = LearnedBandit { settings, arms, next_id, latest };
        (0..bandit.arms.len()).try_for_each(|arm| bandit.measure(arm))?;
        bandit.believe()?;
        Ok(bandit)
    }

    pub(super) fn parts(self) -> (CheckedBandit, Vec<Arm>, u32, f64) {
        (self.settings, self.arms, self.next_id, self.latest)
    }

    fn params(&self) -> &BanditParams {
        self.settings.params()
    }

    /// Names of the arms, by position.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.arms.iter().map(|arm| arm.name.as_str())
    }

    /// Where the arm of that name is.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.arms.iter().position(|arm| arm.name == name)
    }

    /// What stays with an arm whatever is added or removed.
    pub fn id(&self, position: usize) -> Option<u32> {
        self.arms.get(position).map(|arm| arm.id)
    }

    /// Where the arm of that id is; none once it was removed.
    pub fn position_of_id(&self, id: u32) -> Option<usize> {
        self.arms.iter().position(|arm| arm.id == id)
    }

    /// The weights believed of an arm: the constant's first, then one per feature.
    pub fn weights(&self, position: usize) -> Option<&[f64]> {
        self.arms.get(position).map(|arm| &arm.belief.mean[..])
    }

    /// What each arm is expected to bring at a context, by position.
    ///
    /// # Errors
    /// A context of another length or with a number that is not finite.
    pub fn expected(&self, context: &[f64]) -> Result<Vec<f64>> {
        let x = self.with_constant(context)?;
        Ok(self.arms.iter().map(|arm| self.believed(arm, &x).expected()).collect())
    }

    /// The same evidence under other settings, such as another rule of exploration or half-life.
    ///
    /// # Errors
    /// Another response or another number of features: the evidence would mean something else.
    pub fn with_settings(self, settings: CheckedBandit) -> Result<LearnedBandit> {
        let (ours, theirs) = (self.params(), settings.params());
        if ours.features != theirs.features {
            let what = "features of a bandit that learns on";
            return Err(Error::limit(Code::BadConfig, what, ours.features as u64, theirs.features as u64));
        }
        match ours.response == theirs.response {
            true => LearnedBandit::of(settings, self.arms, self.next_id, self.latest),
            false => Err(Error::new(Code::BadConfig, "a bandit that learns on keeps its response, linear or logistic")),
        }
    }

    /// Changes what a success of an arm brings; what was learned of its odds stays.
    ///
    /// # Errors
    /// An unknown name, or a worth that is not above 0.
    pub fn set_worth(&mut self, name: &str, worth: f64) -> Result<()> {
        let mut arm = self.arms[self.known(name)?].clone();
        arm.worth = worth;
        arm.check(self.params().features + 1)?;
        let position = self.known(name)?;
        self.arms[position] = arm;
        Ok(())
    }

    /// How many outcomes count, as weighted and discounted.
    pub fn seen(&self) -> f64 {
        ordered_sum(self.arms.iter().map(|arm| arm.evidence.rows))
    }

    /// How far rewards are taken to scatter about their mean.
    pub fn noise(&self) -> f64 {
        sqrt(self.variance())
    }

    /// Adds an arm as the last one. It has seen nothing; `start` says what it is taken to be like.
    ///
    /// # Errors
    /// More than 16 arms, a name that is taken or, in `start`, unknown, a worth that is not above 0.
    pub fn add(&mut self, name: &str, worth: f64, start: &Start) -> Result<()> {
        if self.arms.len() == MAX_ARMS {
            return Err(Error::limit(Code::TooLarge, "arms of a bandit", MAX_ARMS as u64, MAX_ARMS as u64 + 1));
        }
        let mut arm = Arm::blank(self.next_id, name, worth, self.params().features + 1);
        arm.start = self.mean_of(start)?;
        let mut arms = self.arms.clone();
        arms.push(arm);
        *self = LearnedBandit::of(self.settings.clone(), arms, self.next_id + 1, self.latest)?;
        Ok(())
    }

    /// Removes an arm with what was learned of it; those behind it move up.
    ///
    /// # Errors
    /// An unknown name, or the only arm.
    pub fn remove(&mut self, name: &str) -> Result<()> {
        let position = self.known(name)?;
        if self.arms.len() == 1 {
            return Err(Error::new(Code::BadConfig, format!("`{name}` is the only arm: a bandit needs one")));
        }
        let mut arms = self.arms.clone();
        arms.remove(position);
        *self = LearnedBandit::of(self.settings.clone(), arms, self.next_id, self.latest)?;
        Ok(())
    }

    fn known(&self, name: &str) -> Result<usize> {
        let refuse = || Error::new(Code::BadConfig, format!("there is no arm `{name}`"));
        self.position(name).ok_or_else(refuse)
    }

    fn mean_of(&self, start: &Start) -> Result<Option<Vec<f64>>> {
        let like: Vec<usize> = match start {
            Start::Blank => return Ok(None),
            Start::Pooled => (0..self.arms.len()).collect(),
            Start::Like(names) => names.iter().map(|name| self.known(name)).collect::<Result<_>>()?,
        };
        if like.is_empty() {
            return Err(Error::new(Code::BadConfig, "an arm to be like others needs at least one of them"));
        }
        let mean =
            |weight: usize| ordered_sum(like.iter().map(|arm| self.arms[*arm].belief.mean[weight])) / like.len() as f64;
        Ok(Some((0..=self.params().features).map(mean).collect()))
    }

    /// The variance of rewards about their mean, from the first guess and what all arms leave unexplained.
    fn variance(&self) -> f64 {
        let params = self.params();
        let guess = params.noise * params.noise;
        if params.response == Response::Logistic {
            return 1.0;
        }
        if params.noise_rows == 0.0 {
            return guess;
        }
        let squares = ordered_sum(self.arms.iter().map(|arm| arm.residual.0));
        let rows = ordered_sum(self.arms.iter().map(|arm| arm.residual.1));
        // Rewards that never differ would make the variance nothing and every doubt vanish.
        ((params.noise_rows * guess + squares) / (params.noise_rows + rows)).max(guess * 1e-6)
    }

    /// What every arm's weights are taken to be before its own outcomes.
    fn common_prior(&self, variance: f64) -> Result<Prior> {
        let (params, size) = (self.params(), self.params().features + 1);
        let precision = |deviation: f64| 1.0 / (deviation * deviation);
        let apart = Prior { mean: vec![0.0; size], precision: precision(params.prior_deviation) };
        let Some(between) = params.between_arms else { return Ok(apart) };
        let mut all = Evidence::none(size);
        self.arms.iter().for_each(|arm| all.add_all(&arm.evidence));
        Ok(Prior { mean: all.posterior(&apart, variance)?.mean, precision: precision(between) })
    }

    /// What an arm leaves unexplained at the first guess of the noise: of its own evidence alone, whatever came before.
    fn measure(&mut self, arm: usize) -> Result<()> {
        let params = self.params();
        if params.response == Response::Logistic || params.noise_rows == 0.0 {
            return Ok(());
        }
        let guess = params.noise * params.noise;
        let precision = 1.0 / (params.prior_deviation * params.prior_deviation);
        let prior = Prior { mean: vec![0.0; params.features + 1], precision };
        let evidence = &self.arms[arm].evidence;
        self.arms[arm].residual = evidence.residual(&evidence.posterior(&prior, guess)?, guess);
        Ok(())
    }

    /// Brings every belief up to date with the evidence.
    fn believe(&mut self) -> Result<()> {
        let variance = self.variance();
        let common = self.common_prior(variance)?;
        let beliefs = self.arms.iter().map(|arm| arm.evidence.posterior(&arm.prior(&common), variance));
        let beliefs = beliefs.collect::<Result<Vec<_>>>()?;
        self.arms.iter_mut().zip(beliefs).for_each(|(arm, belief)| arm.belief = belief);
        Ok(())
    }

    fn believe_one(&mut self, arm: usize) -> Result<()> {
        let variance = self.variance();
        let prior = self.arms[arm].prior(&self.common_prior(variance)?);
        self.arms[arm].belief = self.arms[arm].evidence.posterior(&prior, variance)?;
        Ok(())
    }

    /// What is believed of an arm at a context with its constant.
    fn believed(&self, arm: &Arm, x: &[f64]) -> Belief {
        let (mean, deviation) = arm.belief.at(x);
        Belief { mean, deviation, worth: (self.params().response == Response::Logistic).then_some(arm.worth) }
    }

    fn with_constant(&self, context: &[f64]) -> Result<Vec<f64>> {
        let features = self.params().features;
        if context.len() != features {
            return Err(Error::limit(Code::BadIndex, "numbers of a context", features as u64, context.len() as u64));
        }
        match context.iter().position(|value| !(value.is_finite() && value.abs() <= MAX_NUMBER)) {
            Some(index) => {
                let what = format!("number {index} of a context is within ±{MAX_NUMBER}, found {}", context[index]);
                let code = if context[index].is_finite() { Code::OutOfRange } else { Code::NotFinite };
                Err(Error::new(code, what))
            }
            None => Ok([1.0].iter().chain(context).copied().collect()),
        }
    }

    fn check(&self, seen: &Observation) -> Result<()> {
        let refuse = |code, what: String| Err(Error::new(code, what));
        let Some(arm) = self.arms.get(seen.arm) else {
            return refuse(Code::BadIndex, format!("arm {} of a bandit with {} arms", seen.arm, self.arms.len()));
        };
        if !seen.reward.is_finite() || !seen.when.is_finite() {
            let what = format!("a reward and its time must be finite, found {} at {}", seen.reward, seen.when);
            return refuse(Code::NotFinite, what);
        }
        if seen.reward.abs() > MAX_REWARD {
            return refuse(Code::OutOfRange, format!("a reward is within ±{MAX_REWARD}, found {}", seen.reward));
        }
        if !(seen.propensity > 0.0 && seen.propensity <= 1.0) {
            return refuse(Code::OutOfRange, format!("a propensity is above 0, at most 1, found {}", seen.propensity));
        }
        let is_success = self.params().response == Response::Linear || (0.0..=arm.worth).contains(&seen.reward);
        match is_success {
            true => Ok(()),
            false => {
                let what = format!("a reward of `{}` is 0 to {}, found {}", arm.name, arm.worth, seen.reward);
                refuse(Code::OutOfRange, what)
            }
        }
    }

    /// Lets time pass up to `when`; how much an outcome of that time still counts.
    fn pass(&mut self, when: f64) -> f64 {
        let Some(half_life) = self.params().half_life else { return 1.0 };
        if when <= self.latest {
            return decay(self.latest - when, half_life);
        }
        let share = decay(when - self.latest, half_life);
        self.arms.iter_mut().for_each(|arm| arm.evidence.fade(share));
        self.latest = when;
        1.0
    }

    fn take_in(&mut self, x: &[f64], seen: &Observation) -> Result<()> {
        let counts = self.pass(seen.when) * (1.0 / seen.propensity).min(self.params().weight_cap);
        match self.params().response {
            Response::Linear => self.arms[seen.arm].evidence.add(x, seen.reward, counts),
            Response::Logistic => {
                let arm = &self.arms[seen.arm];
                let (prior, success) = (arm.prior(&self.common_prior(1.0)?), seen.reward / arm.worth);
                self.arms[seen.arm].evidence.add_logistic(x, success, counts, &prior)?;
            }
        }
        let params = self.params();
        let touches_all = params.half_life.is_some() || params.between_arms.is_some() || params.noise_rows > 0.0;
        let faded = if params.half_life.is_some() { 0..self.arms.len() } else { seen.arm..seen.arm + 1 };
        faded.into_iter().try_for_each(|arm| self.measure(arm))?;
        if touches_all { self.believe() } else { self.believe_one(seen.arm) }
    }
}

impl Bandit for LearnedBandit {
    fn propensities(&self, context: &[f64], allowed: &[bool]) -> Result<Vec<f64>> {
        let x = self.with_constant(context)?;
        if allowed.len() != self.arms.len() {
            let (limit, found) = (self.arms.len() as u64, allowed.len() as u64);
            return Err(Error::limit(Code::BadIndex, "flags, one per arm", limit, found));
        }
        let open: Vec<&Arm> =
            self.arms.iter().zip(allowed).filter(|(_, allowed)| **allowed).map(|(arm, _)| arm).collect();
        if open.is_empty() {
            return Err(Error::new(Code::BadConfig, "every arm is blocked: allow at least the one without an offer"));
        }
        let beliefs: Vec<Belief> = open.iter().map(|arm| self.believed(arm, &x)).collect();
        let shares = spread(&self.params().explore.shares(&beliefs, self.seen()), self.params().floor);
        let mut shares = shares.into_iter();
        Ok(allowed.iter().map(|allowed| if *allowed { shares.next().unwrap_or(0.0) } else { 0.0 }).collect())
    }

    fn learn(&mut self, seen: &Observation) -> Result<()> {
        let x = self.with_constant(seen.context)?;
        self.check(seen)?;
        let before = self.clone();
        self.take_in(&x, seen).inspect_err(|_| *self = before)
    }
}
