//! What a test of fairness found, and the limits it is held to.
//!
//! A finding is *beyond* its limit where its whole interval is, *unclear* where only the figure is: a small group makes wide
//! intervals, and noise alone should not stop a release. Whoever wants caution the other way sets `strict`.

use crate::error::{Code, Error, Result};
use crate::evaluate::learned::read::real;
use crate::evaluate::summary::Figure;
use serde::{Deserialize, Serialize};

/// What was tested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// How often anything is offered to a group.
    #[default]
    OfferRate,
    /// How much a group is given.
    Discount,
    /// How well a group can be told.
    Proxy,
    /// How those fare who bought more.
    Loyalty,
}

/// Where a figure stands to its limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Within.
    #[default]
    Within,
    /// Beyond, but its interval is not.
    Unclear,
    /// Beyond, its interval too.
    Beyond,
}

/// One figure of fairness.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Finding {
    /// Which test it is of.
    pub test: Test,
    /// What was tested, such as `offer rate, women less all others`.
    pub what: String,
    /// The figure and its interval.
    pub figure: Figure,
    /// The most it may be.
    #[serde(deserialize_with = "real")]
    pub limit: f64,
    /// Where it stands.
    pub standing: Standing,
    /// Whether it fails the gate.
    pub fails: bool,
}

/// Limits and the bootstrap.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FairnessParams {
    /// The most by which the offer rate of a group may differ from that of all others; a fraction.
    pub offer_rate_gap: f64,
    /// The most by which the mean discount of a group may differ from that of all others; in the unit of the depths.
    pub discount_gap: f64,
    /// The area under the ROC curve up to which features may tell the group; 0.5 is chance.
    pub proxy_auc: f64,
    /// How negative the rank correlation of discount and history may be: 0.05 allows −0.05.
    pub loyalty: f64,
    /// Whether an unclear finding fails too.
    pub strict: bool,
    /// Probability with which intervals cover; between 0 and 1.
    pub confidence: f64,
    /// Resamples of the bootstrap, at least 2.
    pub resamples: usize,
    /// Of the bootstrap.
    pub seed: u64,
}

impl Default for FairnessParams {
    fn default() -> Self {
        FairnessParams {
            offer_rate_gap: 0.05,
            discount_gap: 0.01,
            proxy_auc: 0.7,
            loyalty: 0.05,
            strict: false,
            confidence: 0.95,
            resamples: 1_000,
            seed: 0,
        }
    }
}

/// Parameters that can audit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedFairness(pub(super) FairnessParams);

impl FairnessParams {
    /// Refuses limits below 0, an area outside 0.5 to 1, a confidence outside 0 to 1, fewer than 2 resamples.
    pub fn check(self) -> Result<CheckedFairness> {
        let refuse = |what: String| Err(Error::new(Code::BadConfig, what));
        let limits = [self.offer_rate_gap, self.discount_gap, self.loyalty];
        if let Some(found) = limits.iter().find(|limit| !(limit.is_finite() && **limit >= 0.0)) {
            return refuse(format!("a limit of fairness is at least 0, found {found}"));
        }
        if !(0.5..=1.0).contains(&self.proxy_auc) {
            return refuse(format!("`proxy_auc` is 0.5 to 1, found {}", self.proxy_auc));
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return refuse(format!("a confidence is between 0 and 1, found {}", self.confidence));
        }
        match self.resamples {
            0 | 1 => refuse(format!("a bootstrap needs at least 2 resamples, found {}", self.resamples)),
            _ => Ok(CheckedFairness(self)),
        }
    }
}

impl CheckedFairness {
    /// A figure that may lie `limit` above or below 0.
    pub(super) fn two_sided(&self, (test, what): (Test, String), figure: Figure, limit: f64) -> Finding {
        let nearest = if figure.low > 0.0 { figure.low } else { (-figure.high).max(0.0) };
        self.stand((test, what), figure, limit, (figure.value.abs(), nearest))
    }

    /// A figure that may lie up to `limit`.
    pub(super) fn up_to(&self, (test, what): (Test, String), figure: Figure, limit: f64) -> Finding {
        self.stand((test, what), figure, limit, (figure.value, figure.low))
    }

    /// `value` is how far the figure lies from what is harmless, `nearest` how far the nearest end of its interval.
    fn stand(&self, (test, what): (Test, String), figure: Figure, limit: f64, (value, nearest): (f64, f64)) -> Finding {
        let standing = match (value > limit, nearest > limit) {
            (_, true) => Standing::Beyond,
            (true, false) => Standing::Unclear,
            (false, false) => Standing::Within,
        };
        let fails = standing == Standing::Beyond || (self.0.strict && standing == Standing::Unclear);
        Finding { test, what, figure, limit, standing, fails }
    }
}
