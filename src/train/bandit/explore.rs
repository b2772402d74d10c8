//! From what is believed of the allowed arms to a probability of each: the rules of exploration.
//!
//! A rule sees beliefs only, neither context nor outcomes, and draws nothing.

use super::best::{Belief, best};
use super::params::demand;
use crate::error::Result;
use crate::math::{exp, ln, ordered_sum};
use serde::{Deserialize, Serialize};

/// How to weigh learning against earning. `t` is one plus the outcomes seen, as discounted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Explore {
    /// The arm with the highest `mean + width · deviation` (LinUCB: Li et al., WWW 2010); arms that tie share.
    UpperConfidence {
        /// In deviations.
        width: f64,
    },
    /// Each arm as often as it is the best under the belief, deviations times `width` (Thompson 1933; Agrawal and Goyal 2013).
    Thompson {
        /// 1: as believed.
        width: f64,
    },
    /// `1 / (arms + gamma · t^exponent · gap to the best mean)`, the rest to the best (SquareCB: Foster and Rakhlin, ICML 2020).
    InverseGap {
        /// One over a reward.
        gamma: f64,
        /// 0.5 in theory.
        exponent: f64,
    },
    /// In proportion to `e^(mean · t^exponent / temperature)`.
    Softmax {
        /// A reward.
        temperature: f64,
        /// 0: always as warm.
        exponent: f64,
    },
    /// The highest mean, but with probability `epsilon · t^-exponent` any arm.
    Greedy {
        /// At first.
        epsilon: f64,
        /// 0: always the same.
        exponent: f64,
    },
}

impl Default for Explore {
    fn default() -> Self {
        Explore::Thompson { width: 1.0 }
    }
}

impl Explore {
    /// The rule with its settings, in words.
    pub fn in_words(&self) -> String {
        match self {
            Explore::UpperConfidence { width } => {
                format!("the arm with the highest mean plus {width} deviations (LinUCB)")
            }
            Explore::Thompson { width } => {
                format!(
                    "each arm as often as it is the best under the belief, deviations times {width} (Thompson sampling)"
                )
            }
            Explore::InverseGap { gamma, .. } => {
                format!("the less, the further an arm is behind the best, gamma {gamma} (SquareCB)")
            }
            Explore::Softmax { temperature, .. } => {
                format!("the more, the more an arm is expected to bring, temperature {temperature} (softmax)")
            }
            Explore::Greedy { epsilon, .. } => {
                format!("the best arm, and any arm with probability {epsilon} (ε-greedy)")
            }
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        let exponent = |exponent: f64| demand("exponent", "from 0 to 1", exponent, (0.0..=1.0).contains(&exponent));
        match *self {
            Explore::UpperConfidence { width } => demand("width", "0 or more", width, width >= 0.0),
            Explore::Thompson { width } => demand("width", "above 0", width, width > 0.0),
            Explore::InverseGap { gamma, exponent: power } => {
                exponent(power)?;
                demand("gamma", "above 0", gamma, gamma > 0.0)
            }
            Explore::Softmax { temperature, exponent: power } => {
                exponent(power)?;
                demand("temperature", "above 0", temperature, temperature > 0.0)
            }
            Explore::Greedy { epsilon, exponent: power } => {
                exponent(power)?;
                demand("epsilon", "from 0 to 1", epsilon, (0.0..=1.0).contains(&epsilon))
            }
        }
    }

    /// Probabilities by belief; they sum to 1. `seen` is how many outcomes there were.
    pub(super) fn shares(&self, beliefs: &[Belief], seen: f64) -> Vec<f64> {
        let powered = |exponent: f64| exp(exponent * ln(1.0 + seen));
        let expected = || beliefs.iter().map(Belief::expected).collect::<Vec<_>>();
        match *self {
            Explore::UpperConfidence { width } => {
                evenly_at_top(&beliefs.iter().map(|belief| belief.upper(width)).collect::<Vec<_>>())
            }
            Explore::Thompson { width } => {
                best(&beliefs.iter().map(|belief| belief.widened(width)).collect::<Vec<_>>())
            }
            Explore::InverseGap { gamma, exponent } => inverse_gap(&expected(), gamma * powered(exponent)),
            Explore::Softmax { temperature, exponent } => softmax(&expected(), temperature / powered(exponent)),
            Explore::Greedy { epsilon, exponent } => {
                spread(&evenly_at_top(&expected()), (epsilon / powered(exponent)).min(1.0))
            }
        }
    }
}

fn highest(values: &[f64]) -> f64 {
    values.iter().fold(f64::NEG_INFINITY, |high, value| high.max(*value))
}

fn evenly_at_top(values: &[f64]) -> Vec<f64> {
    let top = highest(values);
    let ties = values.iter().filter(|value| **value == top).count() as f64;
    values.iter().map(|value| if *value == top { 1.0 / ties } else { 0.0 }).collect()
}

/// `1 / (arms + gamma · gap)` for all but the best, whose ties share what is left.
fn inverse_gap(means: &[f64], gamma: f64) -> Vec<f64> {
    let (top, arms) = (highest(means), means.len() as f64);
    let others = means.iter().map(|mean| if *mean == top { 0.0 } else { 1.0 / (arms + gamma * (top - mean)) });
    let others: Vec<f64> = others.collect();
    let left = 1.0 - ordered_sum(others.iter().copied());
    evenly_at_top(means).iter().zip(others).map(|(share, other)| share * left + other).collect()
}

fn softmax(means: &[f64], temperature: f64) -> Vec<f64> {
    let top = highest(means);
    normalised(means.iter().map(|mean| exp((mean - top) / temperature)).collect())
}

/// Shares that sum to one.
pub(super) fn normalised(weights: Vec<f64>) -> Vec<f64> {
    let sum = ordered_sum(weights.iter().copied());
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// `1 − floor` of the shares, and the floor spread evenly.
pub(super) fn spread(shares: &[f64], floor: f64) -> Vec<f64> {
    let each = floor / shares.len() as f64;
    shares.iter().map(|share| (1.0 - floor) * share + each).collect()
}
