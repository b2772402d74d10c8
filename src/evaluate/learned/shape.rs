//! What a model looks like: a tree to draw, and how predictions move with one feature.

use super::read::real;
use serde::{Deserialize, Serialize};

/// A tree to draw.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tree {
    /// What it is, in a sentence: the model itself, one of its trees, or a small tree that imitates it.
    pub what: String,
    /// For an imitation: share of the variance of the model's predictions that it reproduces. NaN otherwise.
    #[serde(deserialize_with = "real")]
    pub fidelity: f64,
    /// The root first, every child after its parent.
    pub nodes: Vec<Node>,
}

/// A question or a leaf.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Node {
    /// The question, e.g. `page values ≤ 0.9`; empty for a leaf.
    pub question: String,
    /// Share of the training rows that come here.
    #[serde(deserialize_with = "real")]
    pub share: f64,
    /// Mean outcome of those rows, or the mean prediction for an imitation.
    #[serde(deserialize_with = "real")]
    pub mean: f64,
    /// Index of the node for yes; absent for a leaf.
    pub yes: Option<usize>,
    /// Index of the node for no; absent for a leaf.
    pub no: Option<usize>,
}

/// How predictions move with one feature while all others stay as they are (partial dependence).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Response {
    /// The feature.
    pub feature: String,
    /// Whether its values are levels, to be drawn as bars.
    pub levels: bool,
    /// In rising order, or the most frequent level first.
    pub points: Vec<ResponsePoint>,
}

/// The mean prediction if every row had one value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResponsePoint {
    /// The value; NaN for a level or where the value is missing.
    #[serde(deserialize_with = "real")]
    pub at: f64,
    /// The value as printed: a number, the name of a level, `missing`.
    pub label: String,
    /// The mean prediction.
    #[serde(deserialize_with = "real")]
    pub mean: f64,
    /// Share of the rows that are near it.
    #[serde(deserialize_with = "real")]
    pub share: f64,
}
