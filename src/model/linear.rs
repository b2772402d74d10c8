//! Logistic regression with a response to the offer that differs between shoppers and products.
//!
//! ```text
//! score(x, d) = Σ_i (w_i + d · s_i) · z_i(x)  +  w_category + d · s_category  +  w_group + d · s_group
//! ```
//! where `d` is the depth of the offer and `z_i` a standardised feature, or the indicator of a missing one.

use crate::error::{Code, Error, Result};
use crate::feature::{FeatureVector, Program, Schema};
use crate::math;
use alloc::vec::Vec;

/// One feature's part in the score. Single precision, so that a model stays small; sums are in double.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Term {
    /// Mean in training.
    pub center: f32,
    /// Standard deviation in training, never zero.
    pub scale: f32,
    /// Smallest value in training.
    pub low: f32,
    /// Largest value in training.
    pub high: f32,
    /// Weight of the standardised value.
    pub weight: f32,
    /// How the weight changes with the depth of the offer.
    pub slope: f32,
    /// Weight when the value is missing.
    pub missing_weight: f32,
    /// How that weight changes with the depth of the offer.
    pub missing_slope: f32,
}

/// A pair of numbers that make a straight line in the depth of the offer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Line {
    /// Without an offer.
    pub weight: f32,
    /// Added per unit of depth.
    pub slope: f32,
}

/// The model of this module's formula.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logistic {
    /// What every score starts from.
    pub bias: Line,
    /// One per feature of the program.
    pub terms: Vec<Term>,
    /// One per category of the schema.
    pub categories: Vec<Line>,
    /// One per group of the schema.
    pub groups: Vec<Line>,
}

/// A part of a score: which feature it belongs to, how much it adds, and the value that caused it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// Index of the feature; the features are followed by the starting point, the category and the group.
    pub feature: usize,
    /// Log-odds added.
    pub amount: f64,
    /// The feature's value after its transform; none when missing.
    pub value: Option<f64>,
}

impl Term {
    /// The weight and slope this feature adds, given its value.
    fn line(&self, value: Option<f64>) -> (f64, f64) {
        match value {
            Some(value) => {
                // Clamped: a linear model knows nothing beyond what it was shown.
                let value = math::clamp(value, self.low as f64, self.high as f64);
                let z = (value - self.center as f64) / self.scale as f64;
                (self.weight as f64 * z, self.slope as f64 * z)
            }
            None => (self.missing_weight as f64, self.missing_slope as f64),
        }
    }
}

impl Line {
    fn wide(&self) -> (f64, f64) {
        (self.weight as f64, self.slope as f64)
    }
}

impl Logistic {
    /// The parts in their one order: starting point, features, category, group.
    fn parts<'a>(&'a self, features: &'a FeatureVector) -> impl Iterator<Item = (f64, f64)> + 'a {
        let terms = self.terms.iter().enumerate().map(|(index, term)| term.line(features.get(index)));
        let category = self.categories[features.category as usize].wide();
        let group = self.groups[features.group.0 as usize].wide();
        core::iter::once(self.bias.wide()).chain(terms).chain([category, group])
    }

    pub(super) fn score(&self, features: &FeatureVector, depths: &[f64], out: &mut [f64]) {
        let out = &mut out[..depths.len()];
        out.fill(0.0);
        for (weight, slope) in self.parts(features) {
            for (sum, depth) in out.iter_mut().zip(depths) {
                *sum += weight + depth * slope;
            }
        }
    }

    pub(super) fn contributions(&self, features: &FeatureVector, depth: f64, mut each: impl FnMut(Contribution)) {
        let count = self.terms.len();
        for (position, (weight, slope)) in self.parts(features).enumerate() {
            let feature = match position {
                0 => count,
                position if position <= count => position - 1,
                position => position,
            };
            let value = if feature < count { features.get(feature) } else { None };
            each(Contribution { feature, amount: weight + depth * slope, value });
        }
    }

    pub(super) fn range(&self, feature: usize) -> (f64, f64) {
        (self.terms[feature].low as f64, self.terms[feature].high as f64)
    }

    pub(super) fn check(&self, program: &Program, schema: &Schema) -> Result<()> {
        same_length("terms of the model", self.terms.len(), program.features.len())?;
        same_length("category weights", self.categories.len(), schema.categories.len())?;
        same_length("group weights", self.groups.len(), schema.groups.len())?;
        let lines = core::iter::once(&self.bias).chain(&self.categories).chain(&self.groups);
        for line in lines {
            finite(line.weight)?;
            finite(line.slope)?;
        }
        self.terms.iter().try_for_each(check_term)
    }
}

fn check_term(term: &Term) -> Result<()> {
    for number in [term.center, term.weight, term.slope, term.missing_weight, term.missing_slope] {
        finite(number)?;
    }
    finite(term.low).and(finite(term.high))?;
    match term.scale.is_finite() && term.scale > 0.0 && term.low <= term.high {
        true => Ok(()),
        false => Err(Error::new(Code::OutOfRange, "a term's scale is not positive or its range is empty")),
    }
}

/// Weights beyond this say nothing a smaller one does not, and could overflow a sum.
const MAX_WEIGHT: f32 = 1e6;

fn finite(number: f32) -> Result<()> {
    if !number.is_finite() {
        return Err(Error::new(Code::NotFinite, "a number of the model is not finite"));
    }
    match number.abs() <= MAX_WEIGHT {
        true => Ok(()),
        false => Err(Error::new(Code::OutOfRange, "a number of the model is beyond a million")),
    }
}

fn same_length(what: &'static str, found: usize, expected: usize) -> Result<()> {
    match found == expected {
        true => Ok(()),
        false => Err(Error::limit(Code::BadIndex, what, expected as u64, found as u64)),
    }
}
