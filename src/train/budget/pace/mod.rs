//! Pacing: the price moves with what was really redeemed, slowly enough for devices that hold an old one.
//!
//! A [`Controller`] is told the ledger now and then and answers with a [`Price`]. Devices fetch it, keep it for a while
//! and become stingier once it has expired. The ledger is the only guarantee: once it is spent, nothing is open.
//! It does *not* read a clock or the ledger itself; both are arguments.
//!
//! Two rules are known. [`Rule::Multiplicative`] is the plain one: `λ ← λ · exp(strength · (spend rate / needed rate − 1))`.
//! [`Rule::Forecast`] asks how much more is spent than the curve said, by hour of the campaign, and takes the price at
//! which the rest of the campaign spends the rest of the money. Both are held to a largest step.

mod controller;
mod world;

pub use controller::{CheckedPaceParams, Controller, Ledger, PaceParams, Price, Rule};
pub use world::{Clients, Outcome, Policy, Shock, World};

#[cfg(test)]
mod tests;
