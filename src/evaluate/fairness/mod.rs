//! Whether a policy treats groups of shoppers, and loyal shoppers, as it should.
//!
//! ```text
//! Offers (depth and chance of an offer by row) + Groups -> gaps        offer-rate and mean-discount gaps
//! chance of belonging to the group, as features tell it  -> proxy       area under the ROC curve
//! Offers + history + strata                              -> loyalty     rank correlation within strata
//! ```
//! Each gives [`Finding`]s: a figure with its interval from a bootstrap over shoppers, a limit, and where it stands. A finding
//! beyond its limit fails the [gate](crate::evaluate::gate). Nothing here says what *is* fair, and nothing mends a policy; a
//! protected attribute is read to audit, never to decide.

mod finding;
mod gaps;
mod loyalty;
mod offers;
mod proxy;

pub use finding::{CheckedFairness, FairnessParams, Finding, Standing, Test};
pub use offers::{Groups, Offers};

#[cfg(test)]
mod tests;
