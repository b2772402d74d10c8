//! Support vector machines for outcomes 0 and 1: linear, and with a Gaussian kernel.
//!
//! A machine says on which side of its border a row lies and how far; [`platt`] turns that into log-odds, from decision values
//! of rows that took no part in a fit. What is *not* here: regression, and more than two outcomes.

pub mod cache;
pub mod dual;
pub mod kernel;
pub mod linear;
pub mod platt;
pub mod smo;
pub mod vectors;

pub use kernel::{CheckedKernelSvm, Gamma, KernelSvmParams};
pub use linear::{CheckedLinearSvm, LinearSvmParams, Margin};

#[cfg(test)]
mod tests;
