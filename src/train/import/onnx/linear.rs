//! `LinearClassifier` and `LinearRegressor`.
//!
//! They know no missing values: without an `Imputer` before them, a missing value adds nothing, as one at the centre of a
//! `Scaler` would.

use super::super::linear::{Weight, Weights};
use super::super::{Body, Meaning, bad};
use super::graph::Node;
use super::inputs::Inputs;
use crate::error::Result;

/// What the node says.
pub(super) fn read(node: &Node, inputs: &Inputs) -> Result<(Meaning, Body, String)> {
    let transform = node.text("post_transform").unwrap_or_else(|| "NONE".into());
    let (coefficients, intercepts) = (node.numbers("coefficients")?, node.numbers("intercepts")?);
    if coefficients.iter().chain(&intercepts).any(|number| !number.is_finite()) {
        return Err(bad(format!("{}: a coefficient is not finite", node.operator)));
    }
    let width = inputs.columns.len();
    let intercept = |row: usize| intercepts.get(row).copied().unwrap_or(0.0);
    if node.operator == "LinearRegressor" {
        if coefficients.len() != width
            || intercepts.len() > 1
            || transform != "NONE"
            || node.int("targets").unwrap_or(1) != 1
        {
            return Err(bad(
                "LinearRegressor: one target without post_transform is needed, with a coefficient per column",
            ));
        }
        return Ok((Meaning::Value, body(&coefficients, intercept(0), inputs), "linear regression".into()));
    }
    let outcome = node.two_labels("classlabels_ints", "classlabels_strings")?;
    let known = coefficients.len().checked_div(width).filter(|rows| rows * width == coefficients.len());
    let (weights, start) = match (known, transform.as_str()) {
        (Some(1), "LOGISTIC") => (coefficients, intercept(0)),
        (Some(2), "LOGISTIC") => {
            let (no, yes) = coefficients.split_at(width);
            let mirrored = no.iter().zip(yes).all(|(no, yes)| *no == -yes) && intercept(0) == -intercept(1);
            if !mirrored {
                return Err(bad(
                    "LinearClassifier: two classes of their own with LOGISTIC are no probabilities of one",
                ));
            }
            (yes.to_vec(), intercept(1))
        }
        (Some(2), "SOFTMAX") => {
            let (no, yes) = coefficients.split_at(width);
            (no.iter().zip(yes).map(|(no, yes)| yes - no).collect(), intercept(1) - intercept(0))
        }
        (_, other) => {
            let found = coefficients.len();
            return Err(bad(format!(
                "LinearClassifier: post_transform {other} with {found} coefficients is not supported"
            )));
        }
    };
    Ok((Meaning::LogOdds, body(&weights, start, inputs), format!("logistic regression, {outcome}")))
}

/// The weights before the steps of every column.
fn body(weights: &[f64], start: f64, inputs: &Inputs) -> Body {
    let mut sum = Weights { start, columns: Vec::new() };
    for (weight, column) in weights.iter().zip(&inputs.columns) {
        let (slope, offset) = column.line();
        let missing = column.filling.map_or(0.0, |filling| weight * filling);
        sum.columns.push(Weight { weight: weight * slope, center: -offset / slope, missing });
    }
    Body::Weights(sum)
}
