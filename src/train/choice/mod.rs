//! Which of several things is bought, and what a lower price changes: McFadden's conditional logit.
//!
//! ```text
//! ChoiceParams + files -> Occasions -> check -> CheckedOccasions -> fit -> ChoiceModel -> shares at other prices, elasticities
//! P(j on occasion n) = e^(v_nj) / Σ_l e^(v_nl) ,  v_nj = intercept_j + Σ_k weight_k · x_njk ,  intercept of the first = 0
//! ```
//! Fitted by Newton's method with the exact gradient and information, since the log-likelihood is concave (McFadden 1974,
//! *Conditional logit analysis of qualitative choice behavior*). Households may be told apart: they can count alike, and
//! errors are given that hold where a household's choices go together.
//!
//! It does *not* know whether people buy at all, only which of the alternatives. It takes everybody to weigh a price alike,
//! and what one alternative gains to be taken from the others in proportion to their shares (independence of irrelevant
//! alternatives). All alternatives are there on every occasion. And prices that nobody drew by chance tell what went with a
//! price, not what it caused.
//!
//! ```
//! use skonto::train::choice::{Change, Occasions};
//! // Two brands; the price of the second changes.
//! let occasions = Occasions {
//!     alternatives: vec!["own".into(), "other".into()],
//!     attributes: vec!["price".into()],
//!     values: vec![2.0, 2.0, 2.0, 2.0, 2.0, 3.0, 2.0, 3.0, 2.0, 3.0],
//!     chosen: vec![0, 1, 0, 0, 1],
//!     panels: None,
//! }
//! .check()?;
//! let model = occasions.fit()?;
//! // One of two at the same price, two of three when the other is dearer by one.
//! assert!((model.parameters[1] - -f64::ln(2.0)).abs() < 1e-9);
//! let change = Change { attribute: "price".into(), alternative: "other".into(), factor: 0.5 };
//! assert!(model.shares(&occasions, &[change])?[1].value > 0.5);
//! # Ok::<(), skonto::error::Error>(())
//! ```

mod apart;
mod discount;
mod fit;
mod model;
mod occasions;
mod outlook;
mod panel;
mod params;
mod response;
mod scale;
mod sums;

pub use discount::Discounted;
pub use model::ChoiceModel;
pub use occasions::{CheckedOccasions, Occasions, Panels};
pub use params::{CheckedChoice, ChoiceParams, Weigh};
pub use response::{Change, Elasticities, Share};

#[cfg(test)]
mod planted;
#[cfg(test)]
mod tests;
