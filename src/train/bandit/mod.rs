//! Contextual bandits: which arm to give now, so that what it brings teaches which arm to give next.
//!
//! ```text
//! BanditParams -> check -> CheckedBandit -> start(arms) -> LearnedBandit
//! context, allowed -> propensities -> draw(seed) -> (Pending) -> outcome -> learn
//! ```
//! Every rule turns what is known of the arms into **probabilities of arms first**, and the arm is then drawn from exactly
//! those. So what is logged as a propensity is the propensity, for Thompson sampling too. A blocked arm has probability 0;
//! exploration never leaves what the caller allows. Rewards are whatever the caller wants more of: profit after the price
//! of the budget, `gain − λ · cost`, if there is one.
//!
//! What it does *not* do: decide what is allowed, read a clock (times are arguments), scale features (give it numbers of
//! about the same size), or look ahead to the next visit; for that see [`visits`].
//!
//! ```
//! use skonto::train::bandit::{Bandit, BanditParams, Observation};
//! let params = BanditParams { features: 1, ..BanditParams::default() };
//! let mut bandit = params.check()?.start(&["none", "ten off"])?;
//! let draw = bandit.draw(&[0.5], &[true, true], 7)?;
//! let propensity = draw.propensities[draw.arm];
//! bandit.learn(&Observation { context: &[0.5], arm: draw.arm, reward: 2.0, propensity, when: 0.0 })?;
//! assert_eq!(bandit.propensities(&[0.5], &[true, false])?, [1.0, 0.0]);
//! # Ok::<(), skonto::error::Error>(())
//! ```

mod arms;
mod best;
mod evidence;
mod explore;
mod learned;
mod normal;
mod params;
mod pending;
mod state;
pub mod visits;

pub use arms::Start;
pub use explore::Explore;
pub use learned::LearnedBandit;
pub use params::{BanditParams, CheckedBandit, MAX_FEATURES, Response};
pub use pending::{Decision, Pending};

use super::random::{Random, fraction};
use crate::error::Result;

/// What became of one decision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation<'a> {
    /// What was known when the arm was given: as many numbers as the bandit has features.
    pub context: &'a [f64],
    /// The arm given, by position.
    pub arm: usize,
    /// What it brought.
    pub reward: f64,
    /// The probability with which it was given.
    pub propensity: f64,
    /// When it was given, in the unit of the half-life; any order.
    pub when: f64,
}

/// An arm drawn, and the probability that every arm had.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// By position.
    pub arm: usize,
    /// By arm; blocked ones 0; they sum to 1.
    pub propensities: Vec<f64>,
}

/// Whatever gives arms and learns from what they bring.
pub trait Bandit: Send {
    /// The probability of every arm. Those not `allowed` get 0, the others at least the floor over their number.
    ///
    /// # Errors
    /// A context of another length or with a number that is not finite; as many flags as there are arms; no arm allowed.
    fn propensities(&self, context: &[f64], allowed: &[bool]) -> Result<Vec<f64>>;

    /// Draws one arm. The same state, context and seed give the same arm.
    ///
    /// # Errors
    /// Those of [`propensities`](Bandit::propensities).
    fn draw(&self, context: &[f64], allowed: &[bool], seed: u64) -> Result<Draw> {
        let propensities = self.propensities(context, allowed)?;
        Ok(Draw { arm: pick(&propensities, Random::new(seed).bits()), propensities })
    }

    /// Takes in one outcome, or leaves everything as it was.
    ///
    /// # Errors
    /// A number that is not finite, an arm there is not, a propensity outside (0, 1].
    fn learn(&mut self, seen: &Observation) -> Result<()>;
}

/// The arm that `bits` fall on.
fn pick(propensities: &[f64], bits: u64) -> usize {
    let mark = fraction(bits);
    let mut below = 0.0;
    let hit = propensities.iter().position(|propensity| {
        below += propensity;
        *propensity > 0.0 && mark < below
    });
    // Rounding may leave the sum a hair below the mark: then the last arm that has a chance.
    hit.or_else(|| propensities.iter().rposition(|propensity| *propensity > 0.0)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
