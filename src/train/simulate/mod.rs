//! Policies played against shoppers whose response is known: what each loses to knowing it.
//!
//! ```text
//! World -> visits (context, what every arm would bring) -> a policy draws, learns -> Regrets
//! ```
//! The same visits meet every policy, so that differences between policies are differences in policy. Regret is counted in
//! what arms bring on average, not in what they happened to bring. Everything follows from the seeds.
//!
//! What it does *not* do: prove anything about a shop. A world answers only in the way it was built to; what of
//! [`market`] was measured is said there.

mod draws;
pub mod journey;
pub mod log;
pub mod market;
pub mod planted;
mod play;
pub mod reference;
mod regrets;

pub use play::{Plan, Player, simulate};
pub use regrets::{Curve, Regrets};

/// One shopper at one moment, and what nobody else knows: the answer to every arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// What is known.
    pub context: Vec<f64>,
    /// Which arms may be given.
    pub allowed: Vec<bool>,
    /// What each arm brings on average.
    pub expected: Vec<f64>,
    /// What each arm would bring this time.
    pub reward: Vec<f64>,
}

/// Where shoppers come from.
pub trait World: Sync {
    /// Names of the arms and what a success of each is worth.
    fn arms(&self) -> Vec<(String, f64)>;

    /// How many numbers a context has.
    fn features(&self) -> usize;

    /// What each number of a context is called.
    fn names(&self) -> Vec<String> {
        (1..=self.features()).map(|number| format!("number_{number}")).collect()
    }

    /// Shoppers without end; all that is drawn comes from `seed`.
    fn visits(&self, seed: u64) -> Box<dyn Iterator<Item = Visit> + '_>;
}

#[cfg(test)]
mod tests;
