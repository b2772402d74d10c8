//! The budget: which offers to make when all of them cost more than there is.
//!
//! ```text
//! Offers + Limits -> Program -> check -> solve -> Plan (one price by limit, one arm by shopper, a proven gap)
//! ```
//! A shopper is given the arm with the largest `gain − Σ_b λ_b · cost_b`: one price `λ` by limit is all that a device must
//! know. It does *not* predict gains, and it does not watch what is spent later.
//!
//! ```
//! use skonto::train::budget::{Limit, Offers, Program};
//! let offers = Offers::new(2, vec![0.0, 5.0, 0.0, 3.0], vec![0.0, 2.0, 0.0, 2.0], vec![])?;
//! let plan = Program { offers: &offers, limits: vec![Limit::spend("week", 3.0)], seed: 1 }.check()?.solve()?;
//! assert_eq!((plan.arm, plan.used, plan.prices), (vec![1, 0], vec![2.0], vec![1.5]));
//! # Ok::<(), skonto::error::Error>(())
//! ```

mod curve;
mod hull;
mod limit;
mod offers;
pub mod pace;
mod price;
mod program;
mod round;

pub use curve::{Curve, CurvePoint};
pub(in crate::train) use hull::ceiling;
pub use limit::Limit;
pub use offers::Offers;
pub use program::{CheckedProgram, Plan, Program};

#[cfg(test)]
mod tests;
