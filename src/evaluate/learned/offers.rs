//! What would be offered on held-out rows, and on which assumptions.

use super::read::real;
use crate::evaluate::summary::{ArmShare, CategoryShares, Figure};
use serde::{Deserialize, Serialize};

/// What would be offered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Offers {
    /// What is decided for a row, in a sentence.
    pub what: String,
    /// Share of held-out rows by arm, in menu order.
    pub arms: Vec<ArmShare>,
    /// The same by group of rows, e.g. by kind of visitor.
    pub by_group: Vec<CategoryShares>,
    /// What was assumed and not measured.
    pub assumptions: Vec<Assumption>,
    /// What each way of deciding would earn if the assumptions were right.
    pub gains: Vec<Gain>,
}

/// Something assumed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Assumption {
    /// What it is about, e.g. `response to 10 % off`.
    pub about: String,
    /// Where it comes from, e.g. `shop.toml, [offers]`.
    pub source: String,
    /// The number; NaN when it is not one.
    #[serde(deserialize_with = "real")]
    pub value: f64,
    /// As printed.
    pub text: String,
}

/// What one way of deciding would earn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gain {
    /// The way of deciding, e.g. `learned`, `10 % for all`.
    pub name: String,
    /// Expected profit above no offer, per 1,000 rows, in minor units of the run's currency.
    pub over_none: Figure,
    /// Share of rows with an offer.
    #[serde(deserialize_with = "real")]
    pub offered: f64,
}
