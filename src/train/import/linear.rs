//! Weights over columns → a [`Linear`] over features.
//!
//! A model of this crate keeps weights in single precision. A weight here is the quotient of two floats, and the divisor is
//! free: the one among a few thousand whose quotient comes nearest makes the weight good to some ten decimals. There is no
//! range beyond which a value is cut off, as there is none in the libraries.

use super::columns::Placement;
use crate::error::{Code, Error, Result};
use crate::feature::Program;
use crate::model::{Line, Linear, Scaled, Term};

/// How many divisors are tried.
const DIVISORS: u32 = 4_096;
/// No value is cut off: larger ones are no floats.
const RANGE: f32 = 1e38;

/// One column's part: `weight · (x − center)`, or `missing` where there is no `x`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Weight {
    pub(crate) weight: f64,
    pub(crate) center: f64,
    pub(crate) missing: f64,
}

/// A weighted sum.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights {
    pub(crate) start: f64,
    /// By column.
    pub(crate) columns: Vec<Weight>,
}

/// The linear model whose feature `f` is the column placed there; other features add nothing.
pub(crate) fn build(weights: &Weights, placement: &Placement, program: &Program) -> Result<Linear> {
    let nothing = Weight::default().term()?;
    let mut terms = vec![nothing; program.features.len()];
    let mut start = weights.start;
    for (weight, feature) in weights.columns.iter().zip(&placement.features) {
        let Some(feature) = feature else { continue };
        terms[*feature] = weight.term()?;
        // What a center loses in single precision is known exactly, and constant.
        start -= weight.weight * (weight.center - weight.center as f32 as f64);
    }
    let bias = Line { weight: number("starting point", start)?, slope: 0.0 };
    Ok(Linear { bias, terms, categories: Vec::new(), groups: Vec::new() })
}

impl Weight {
    fn term(&self) -> Result<Term> {
        let (weight, scale) = quotient(self.weight);
        let line = |weight| Ok::<_, Error>(Line { weight, slope: 0.0 });
        Ok(Term::Number(Scaled {
            center: number("center", self.center)?,
            scale,
            low: -RANGE,
            high: RANGE,
            line: line(number("weight", weight as f64)?)?,
            missing: line(number("weight of a missing value", self.missing)?)?,
        }))
    }
}

fn number(what: &str, number: f64) -> Result<f32> {
    match (number as f32).is_finite() {
        true => Ok(number as f32),
        false => Err(Error::new(Code::NotFinite, format!("{what}: {number} is no finite float"))),
    }
}

/// Two floats whose quotient is nearest to `weight`; the second is between 1 and 2.
fn quotient(weight: f64) -> (f32, f32) {
    let of = |step: u32| {
        let scale = 1.0 + step as f32 / DIVISORS as f32;
        let numerator = (weight * scale as f64) as f32;
        (numerator, scale, (numerator as f64 / scale as f64 - weight).abs())
    };
    let nearer = |best: (f32, f32, f64), next: (f32, f32, f64)| if next.2 < best.2 { next } else { best };
    let (numerator, scale, _) = (1..DIVISORS).map(of).fold(of(0), nearer);
    (numerator, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotient_of_floats_is_far_nearer_than_a_float() {
        for weight in [0.1, -3.3e-7, 123.456789, std::f64::consts::PI] {
            let (numerator, scale) = quotient(weight);
            let quotient = numerator as f64 / scale as f64;
            assert!((quotient / weight - 1.0).abs() < 2e-10, "{weight}: {quotient}");
        }
        assert_eq!(quotient(0.0), (0.0, 1.0));
        assert_eq!(quotient(0.5), (0.5, 1.0));
    }
}
