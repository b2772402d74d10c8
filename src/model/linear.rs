//! A weighted sum whose weights are straight lines in the depth of the offer.
//!
//! ```text
//! score(x, d) = w + d · s  +  Σ_i line_i(x_i)(d)  +  w_category + d · s_category  +  w_group + d · s_group
//! ```
//! where `line_i` is a standardised number times a line, or the line of a level, or that of a missing value. Linear,
//! ridge, lasso and logistic regression and the linear support vector machine all end here.

use super::Values;
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::feature::{MAX_LEVELS, Program, Schema, bounded};
use crate::math;
use alloc::vec::Vec;

/// A pair of numbers that make a straight line in the depth of the offer. Single precision, so that a model stays small;
/// sums are in double.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Line {
    /// Without an offer.
    pub weight: f32,
    /// Added per unit of depth.
    pub slope: f32,
}

/// The part of a feature that is an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scaled {
    /// Mean in training.
    pub center: f32,
    /// Standard deviation in training, never zero.
    pub scale: f32,
    /// Smallest value in training.
    pub low: f32,
    /// Largest value in training.
    pub high: f32,
    /// Times the standardised value.
    pub line: Line,
    /// When the value is missing.
    pub missing: Line,
}

/// One feature's part in the score.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// Of an amount.
    Number(Scaled),
    /// Of a level.
    Levels {
        /// By level; 0 stands for a level not seen in training.
        lines: Vec<Line>,
        /// When the level is missing.
        missing: Line,
    },
}

/// The model of this module's formula.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linear {
    /// What every score starts from.
    pub bias: Line,
    /// One per feature of the program.
    pub terms: Vec<Term>,
    /// One per category of the schema, or none.
    pub categories: Vec<Line>,
    /// One per group of the schema, or none.
    pub groups: Vec<Line>,
}

impl Line {
    fn wide(&self) -> (f64, f64) {
        (self.weight as f64, self.slope as f64)
    }

    fn write(&self, w: &mut Writer) {
        w.f32(self.weight);
        w.f32(self.slope);
    }

    fn read(r: &mut Reader) -> Line {
        Line { weight: r.f32(), slope: r.f32() }
    }

    fn check(&self) -> Result<()> {
        finite(self.weight).and(finite(self.slope))
    }
}

impl Scaled {
    #[inline(always)]
    fn line(&self, value: Option<f64>) -> (f64, f64) {
        let Some(value) = value else { return self.missing.wide() };
        // Clamped: a linear model knows nothing beyond what it was shown.
        let value = math::clamp(value, self.low as f64, self.high as f64);
        let z = (value - self.center as f64) / self.scale as f64;
        (self.line.weight as f64 * z, self.line.slope as f64 * z)
    }

    fn check(&self) -> Result<()> {
        finite(self.center).and(self.line.check()).and(self.missing.check())?;
        match self.scale.is_finite() && self.scale > 0.0 && self.low <= self.high && (self.high - self.low).is_finite()
        {
            true => Ok(()),
            false => Err(Error::new(Code::OutOfRange, "a term's scale is not positive or its range is empty")),
        }
    }

    fn write(&self, w: &mut Writer) {
        [self.center, self.scale, self.low, self.high].into_iter().for_each(|number| w.f32(number));
        self.line.write(w);
        self.missing.write(w);
    }

    fn read(r: &mut Reader) -> Scaled {
        let [center, scale, low, high] = core::array::from_fn(|_| r.f32());
        Scaled { center, scale, low, high, line: Line::read(r), missing: Line::read(r) }
    }
}

impl Term {
    /// The weight and slope this feature adds, given its value.
    #[inline(always)]
    fn line(&self, value: Option<f64>) -> (f64, f64) {
        match self {
            Term::Number(scaled) => scaled.line(value),
            Term::Levels { lines, missing } => match value {
                // A cast saturates, and a level beyond the last is one not seen.
                Some(level) => lines.get(level as usize).unwrap_or(&lines[0]).wide(),
                None => missing.wide(),
            },
        }
    }

    fn check(&self) -> Result<()> {
        match self {
            Term::Number(scaled) => scaled.check(),
            Term::Levels { lines, missing } => {
                bounded("levels of a term", lines.len(), MAX_LEVELS + 1)?;
                if lines.is_empty() {
                    return Err(Error::new(Code::BadIndex, "a term of levels has none"));
                }
                lines.iter().try_for_each(Line::check).and(missing.check())
            }
        }
    }

    fn write(&self, w: &mut Writer) {
        match self {
            Term::Number(scaled) => {
                w.u8(0);
                scaled.write(w);
            }
            Term::Levels { lines, missing } => {
                w.u8(1);
                w.list(lines, |w, line| line.write(w));
                missing.write(w);
            }
        }
    }

    fn read(r: &mut Reader) -> Term {
        match r.index("kind of term", 2) {
            0 => Term::Number(Scaled::read(r)),
            _ => Term::Levels { lines: r.list(Line::read), missing: Line::read(r) },
        }
    }
}

impl Linear {
    /// The lines in their one order: starting point, features, category, group.
    fn lines<'a>(&'a self, values: &'a impl Values) -> impl Iterator<Item = (f64, f64)> + 'a {
        let terms = self.terms.iter().enumerate().map(|(index, term)| term.line(values.value(index)));
        let (category, group) = (level(&self.categories, values.category()), level(&self.groups, values.group()));
        core::iter::once(self.bias.wide()).chain(terms).chain([category, group])
    }

    /// All arms in one pass: they share every value but that of `offer`, which is the depth itself.
    pub(super) fn score(&self, values: &impl Values, offer: Option<usize>, depths: &[f64], out: &mut [f64]) {
        let mut sums = Sums { shared: 0.0, are_apart: false, depths, out: &mut out[..depths.len()] };
        sums.add(self.bias.wide());
        for (index, term) in self.terms.iter().enumerate() {
            match offer == Some(index) {
                true => sums.add_each(|depth| term.line(Some(depth))),
                false => sums.add(term.line(values.value(index))),
            }
        }
        sums.add(level(&self.categories, values.category()));
        sums.add(level(&self.groups, values.group()));
        if !sums.are_apart {
            sums.out.fill(sums.shared);
        }
    }

    pub(super) fn raw(&self, values: &impl Values, depth: f64) -> f64 {
        let mut score = [0.0];
        self.score(values, None, &[depth], &mut score);
        score[0]
    }

    /// Every part with the index of its feature, as [`Contribution`](super::Contribution) numbers them.
    pub(super) fn parts(&self, values: &impl Values, depth: f64, each: &mut dyn FnMut(usize, f64)) {
        let count = self.terms.len();
        for (position, (weight, slope)) in self.lines(values).enumerate() {
            let feature = match position {
                0 => count,
                position if position <= count => position - 1,
                position => position,
            };
            each(feature, weight + depth * slope);
        }
    }

    pub(super) fn range(&self, feature: usize) -> Option<(f64, f64)> {
        match &self.terms[feature] {
            Term::Number(scaled) => {
                Some((scaled.low as f64, scaled.high as f64)).filter(|(low, high)| high - low < ENDLESS)
            }
            Term::Levels { .. } => None,
        }
    }

    pub(super) fn check(&self, program: &Program, schema: &Schema) -> Result<()> {
        same_length("terms of the model", self.terms.len(), program.features.len())?;
        if !self.categories.is_empty() || !self.groups.is_empty() {
            same_length("category weights", self.categories.len(), schema.categories.len())?;
            same_length("group weights", self.groups.len(), schema.groups.len())?;
        }
        for lines in [core::slice::from_ref(&self.bias), &self.categories, &self.groups] {
            lines.iter().try_for_each(Line::check)?;
        }
        self.terms.iter().try_for_each(Term::check)
    }

    pub(super) fn write(&self, w: &mut Writer) {
        self.bias.write(w);
        w.list(&self.terms, |w, term| term.write(w));
        w.list(&self.categories, |w, line| line.write(w));
        w.list(&self.groups, |w, line| line.write(w));
    }

    pub(super) fn read(r: &mut Reader) -> Linear {
        Linear::read_terms(r, Term::read)
    }

    /// In format 1 every term was an amount.
    pub(super) fn read_1(r: &mut Reader) -> Linear {
        Linear::read_terms(r, |r| Term::Number(Scaled::read(r)))
    }

    fn read_terms(r: &mut Reader, term: fn(&mut Reader) -> Term) -> Linear {
        Linear { bias: Line::read(r), terms: r.list(term), categories: r.list(Line::read), groups: r.list(Line::read) }
    }
}

fn level(lines: &[Line], index: usize) -> (f64, f64) {
    lines.get(index).map_or((0.0, 0.0), Line::wide)
}

/// The sums of all arms: one until a line slopes, with the bits that each would have.
struct Sums<'a> {
    shared: f64,
    /// Each is in `out`.
    are_apart: bool,
    depths: &'a [f64],
    out: &'a mut [f64],
}

impl Sums<'_> {
    fn add(&mut self, (weight, slope): (f64, f64)) {
        match slope == 0.0 && !self.are_apart {
            true => self.shared += weight,
            false => self.add_each(|_| (weight, slope)),
        }
    }

    fn add_each(&mut self, line: impl Fn(f64) -> (f64, f64)) {
        if !self.are_apart {
            self.are_apart = true;
            self.out.fill(self.shared);
        }
        for (sum, depth) in self.out.iter_mut().zip(self.depths) {
            let (weight, slope) = line(*depth);
            *sum += weight + depth * slope;
        }
    }
}

/// A range as wide as this was not seen in training: it is that of an imported model, whose values are not clamped.
const ENDLESS: f64 = 1e30;
/// Weights beyond this say nothing a smaller one does not, and could overflow a sum.
const MAX_WEIGHT: f32 = 1e6;

pub(super) fn finite(number: f32) -> Result<()> {
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
