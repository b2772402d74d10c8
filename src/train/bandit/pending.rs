//! Decisions whose outcome is not known yet.
//!
//! A purchase comes minutes or days after the offer, and no purchase never comes at all: it is what is left when patience
//! ends. Until then a decision waits here, with the context and propensity it was made with. It does *not* read a clock.

use super::{Bandit, LearnedBandit, Observation};
use crate::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A decision as it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What was known.
    pub context: Vec<f64>,
    /// The arm's id (see [`LearnedBandit::id`]): positions may change while the decision waits.
    pub arm: u32,
    /// The probability with which the arm was given.
    pub propensity: f64,
    /// When, in the unit of the bandit's half-life.
    pub when: f64,
}

/// Decisions that wait, by an id of the caller's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    waiting: BTreeMap<u64, Decision>,
    patience: f64,
    limit: usize,
}

impl Pending {
    /// Nothing waits. A decision older than `patience` has brought nothing; at most `limit` wait.
    ///
    /// # Errors
    /// Patience that is not above 0.
    pub fn new(patience: f64, limit: usize) -> Result<Pending> {
        match patience > 0.0 && patience.is_finite() {
            true => Ok(Pending { waiting: BTreeMap::new(), patience, limit }),
            false => Err(Error::new(Code::BadConfig, format!("patience is above 0, found {patience}"))),
        }
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Lets a decision wait.
    ///
    /// # Errors
    /// An id that waits already, as many waiting as may, a time that is no number.
    pub fn open(&mut self, id: u64, decision: Decision) -> Result<()> {
        if self.waiting.len() >= self.limit {
            return Err(Error::limit(Code::TooLarge, "decisions that wait", self.limit as u64, self.limit as u64 + 1));
        }
        if self.waiting.contains_key(&id) {
            return Err(Error::new(Code::DuplicateEvent, format!("decision {id} waits already")));
        }
        if !decision.when.is_finite() {
            return Err(Error::new(Code::BadTime, format!("decision {id}: its time must be finite")));
        }
        self.waiting.insert(id, decision);
        Ok(())
    }

    /// An outcome has come. Whether anything was learned: nothing is from an id that does not wait (twice told, or expired)
    /// or whose arm is gone.
    ///
    /// # Errors
    /// Those of [`Bandit::learn`]; the decision then waits on.
    pub fn settle(&mut self, id: u64, reward: f64, bandit: &mut LearnedBandit) -> Result<bool> {
        let Some(decision) = self.waiting.get(&id) else { return Ok(false) };
        let learned = learn(decision, reward, bandit)?;
        self.waiting.remove(&id);
        Ok(learned)
    }

    /// Everything older than patience has brought nothing, and is learned as such, the oldest first. How many.
    ///
    /// # Errors
    /// Those of [`Bandit::learn`].
    pub fn expire(&mut self, now: f64, bandit: &mut LearnedBandit) -> Result<usize> {
        let is_over = |decision: &Decision| now - decision.when > self.patience;
        let over = self.waiting.iter().filter(|(_, decision)| is_over(decision));
        let mut over: Vec<(f64, u64)> = over.map(|(id, decision)| (decision.when, *id)).collect();
        over.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        over.iter().try_for_each(|(_, id)| self.settle(*id, 0.0, bandit).map(drop))?;
        Ok(over.len())
    }
}

fn learn(decision: &Decision, reward: f64, bandit: &mut LearnedBandit) -> Result<bool> {
    let Some(arm) = bandit.position_of_id(decision.arm) else { return Ok(false) };
    let Decision { context, propensity, when, .. } = decision;
    bandit.learn(&Observation { context, arm, reward, propensity: *propensity, when: *when })?;
    Ok(true)
}
