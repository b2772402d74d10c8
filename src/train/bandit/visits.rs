//! Repeated visits: what an offer today does to the offers of tomorrow.
//!
//! Fitted Q iteration (Ernst, Geurts and Wehenkel, JMLR 2005) on logged visits, with any learner of amounts. The price of the
//! budget, `λ`, is one of the inputs (as in BCORLE(λ), NeurIPS 2021), so that one fit serves every λ the pacer may set:
//! `Q(state, λ, arm) = gain − λ · cost + discount · max Q(next state, λ, ·)`.
//!
//! It learns off-line only, from rows in which every arm was tried in the states that matter; where one was not, the learner
//! guesses. It does *not* explore, and it gives no interval: a policy from here goes through the same gate as any other.

use super::params::demand;
use crate::error::{Code, Error, Result};
use crate::math::ordered_sum;
use crate::model::{MAX_ARMS, Model, Values};
use crate::train::learn::Learner;
use crate::train::sample::{Column, Sample};
use serde::Deserialize;

/// One visit of a shopper and the state that the next one starts in.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What was known: always as many numbers.
    pub state: Vec<f64>,
    /// The arm given, by position.
    pub arm: usize,
    /// What the visit brought before the price of the budget.
    pub gain: f64,
    /// What it took from the budget.
    pub cost: f64,
    /// What is known at the next visit; none if there will be none.
    pub next: Option<Vec<f64>>,
}

/// How far to look ahead.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FittedQParams {
    /// What a reward one visit later counts for; 0: only this visit counts. Below 1.
    pub discount: f64,
    /// How often the future is looked up anew; the error left is `discount` to this power.
    pub rounds: usize,
    /// The λ that every row is learned at. Between two of them the learner fills in.
    pub prices: Vec<f64>,
}

impl Default for FittedQParams {
    fn default() -> Self {
        FittedQParams { discount: 0.9, rounds: 40, prices: vec![0.0] }
    }
}

/// Settings that make sense together. Only [`FittedQParams::check`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedFittedQ(FittedQParams);

/// What each arm is worth, now and later.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedQ {
    models: Vec<Model>,
    numbers: usize,
}

/// A state followed by λ, as models read it.
struct Point<'a>(&'a [f64], f64);

impl Values for Point<'_> {
    fn value(&self, feature: usize) -> Option<f64> {
        Some(self.0.get(feature).copied().unwrap_or(self.1))
    }

    fn group(&self) -> usize {
        0
    }

    fn category(&self) -> usize {
        0
    }
}

impl FittedQParams {
    /// Refuses settings outside their range.
    ///
    /// # Errors
    /// A discount outside [0, 1), no round, no λ or one that is not a number from 0 up.
    pub fn check(self) -> Result<CheckedFittedQ> {
        demand("discount", "from 0 to below 1", self.discount, (0.0..1.0).contains(&self.discount))?;
        self.prices.iter().try_for_each(|price| demand("prices", "0 or more", *price, *price >= 0.0))?;
        match self.rounds > 0 && !self.prices.is_empty() {
            true => Ok(CheckedFittedQ(self)),
            false => Err(Error::new(Code::BadConfig, "looking ahead needs at least one round and one price")),
        }
    }
}

impl CheckedFittedQ {
    /// Learns what each of `arms` is worth: one model per arm and round. Cost: rounds × arms fits.
    ///
    /// # Errors
    /// An arm without rows or beyond the last, states of different lengths, a number that is not finite, a learner's refusal.
    pub fn fit(&self, steps: &[Step], arms: usize, learner: &dyn Learner) -> Result<FittedQ> {
        let numbers = check(steps, arms)?;
        let mut now: Option<FittedQ> = None;
        // A learner that is fitted to the same rows again leads to the same model: the first round is the gain alone.
        let rounds = if self.0.discount == 0.0 { 1 } else { self.0.rounds };
        for _ in 0..rounds {
            let models = (0..arms).map(|arm| learner.fit(&self.sample(steps, arm, numbers, now.as_ref()), &|_, _| ()));
            now = Some(FittedQ { models: models.collect::<Result<_>>()?, numbers });
        }
        now.ok_or_else(|| Error::new(Code::BadConfig, "looking ahead needs at least one round"))
    }

    /// The rows of one arm, once at every λ, with what is known of their future.
    fn sample(&self, steps: &[Step], arm: usize, numbers: usize, known: Option<&FittedQ>) -> Sample {
        let given = || steps.iter().filter(|step| step.arm == arm);
        let rows: Vec<(&Step, f64)> =
            self.0.prices.iter().flat_map(|price| given().map(move |step| (step, *price))).collect();
        let target = rows.iter().map(|(step, price)| {
            let later = known.zip(step.next.as_ref()).map_or(0.0, |(known, next)| known.best(next, *price));
            step.gain - price * step.cost + self.0.discount * later
        });
        let number = |index: usize| Column::Number(rows.iter().map(|(step, _)| step.state[index]).collect());
        let price = Column::Number(rows.iter().map(|(_, price)| *price).collect());
        let names = (0..numbers).map(|index| format!("state {index}")).chain(["price".to_string()]);
        Sample {
            names: names.collect(),
            columns: (0..numbers).map(number).chain([price]).collect(),
            target: target.collect(),
            weight: vec![1.0; rows.len()],
        }
    }
}

impl FittedQ {
    /// What each arm is worth in a state at a price of the budget: this visit and all later ones.
    ///
    /// # Errors
    /// A state of another length, a number that is not finite.
    pub fn worth(&self, state: &[f64], price: f64) -> Result<Vec<f64>> {
        if state.len() != self.numbers {
            return Err(Error::limit(Code::BadIndex, "numbers of a state", self.numbers as u64, state.len() as u64));
        }
        match state.iter().chain([&price]).all(|number| number.is_finite()) {
            true => Ok(self.scores(state, price)),
            false => Err(Error::new(Code::NotFinite, "a state and a price must be finite")),
        }
    }

    /// The allowed arm that is worth most, the first of equals.
    ///
    /// # Errors
    /// Those of [`worth`](FittedQ::worth); as many flags as arms; no arm allowed.
    pub fn choose(&self, state: &[f64], price: f64, allowed: &[bool]) -> Result<usize> {
        let worth = self.worth(state, price)?;
        if allowed.len() != worth.len() {
            return Err(Error::limit(Code::BadIndex, "flags, one per arm", worth.len() as u64, allowed.len() as u64));
        }
        let open = (0..worth.len()).filter(|arm| allowed[*arm]);
        let better = |best: usize, arm: usize| if worth[arm] > worth[best] { arm } else { best };
        open.reduce(better).ok_or_else(|| Error::new(Code::BadConfig, "every arm is blocked"))
    }

    fn scores(&self, state: &[f64], price: f64) -> Vec<f64> {
        self.models.iter().map(|model| model.score_of(&Point(state, price), 0.0)).collect()
    }

    fn best(&self, state: &[f64], price: f64) -> f64 {
        self.scores(state, price).into_iter().fold(f64::NEG_INFINITY, f64::max)
    }
}

/// How many numbers a state has.
fn check(steps: &[Step], arms: usize) -> Result<usize> {
    let numbers = steps.first().map_or(0, |step| step.state.len());
    if !(1..=MAX_ARMS).contains(&arms) {
        return Err(Error::limit(Code::OutOfRange, "arms, at least 1", MAX_ARMS as u64, arms as u64));
    }
    for (row, step) in steps.iter().enumerate() {
        let refuse = |code, what: &str| Err(Error::new(code, format!("visit {row}: {what}")));
        let states = [Some(&step.state), step.next.as_ref()];
        if step.arm >= arms {
            return refuse(Code::BadIndex, "an arm beyond the last");
        }
        if states.iter().flatten().any(|state| state.len() != numbers) {
            return refuse(Code::BadIndex, "a state of another length than the first");
        }
        let numbers = states.into_iter().flatten().flatten().copied().chain([step.gain, step.cost]);
        if !ordered_sum(numbers.map(f64::abs)).is_finite() {
            return refuse(Code::NotFinite, "a number that is not finite");
        }
    }
    match (0..arms).find(|arm| steps.iter().all(|step| step.arm != *arm)) {
        Some(arm) => Err(Error::new(Code::BadData, format!("arm {arm} was never given: nothing is known of it"))),
        None => Ok(numbers),
    }
}
