//! Similarity to remembered rows: the support vector machine with a Gaussian kernel.
//!
//! ```text
//! raw(x) = bias + Σ_v coefficient_v · exp(−gamma · d²(x, v))
//! d²     = Σ over features:  ((q_x − q_v) · step)²   of amounts, in standard deviations, as whole steps
//!                            1 more where exactly one of the two is missing
//!                            levels: 0 if the same, 1 if exactly one is unknown, 2 if they differ
//! ```
//! which is the squared distance of standardised numbers beside one-hot levels, a missing level being one more level and an
//! unknown one no level at all. A row is turned into whole steps before it is compared, in training as on a device. Cost:
//! one `exp` per support vector; a menu of arms with a thousand of them is not for every page view.

use super::linear::finite;
use super::{Scorer, Values};
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::feature::{MAX_FEATURES, MAX_LEVELS, Program, bounded};
use crate::math;
use alloc::vec::Vec;

/// The code of a missing amount; the others are whole steps from −32,767 to 32,767.
pub const MISSING_STEPS: i16 = i16::MIN;
/// The code of a missing level.
const MISSING_LEVEL: u16 = u16::MAX;
/// Stands for [`MISSING_LEVEL`] where a level takes one byte.
const NARROW_MISSING: u8 = u8::MAX;
/// Words of 32 levels that a set of levels takes.
const SET_WORDS: usize = MAX_LEVELS / 32 + 1;

/// How a feature is compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// An amount.
    Number(Steps),
    /// A level.
    Levels {
        /// Bit `l` of these words: level `l` was seen in training. Bit 0 means nothing.
        known: Vec<u32>,
        /// A missing level was seen in training; otherwise it counts as unknown.
        missing: bool,
    },
}

/// An amount in whole steps.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Steps {
    /// Mean in training.
    pub center: f32,
    /// Standard deviation in training.
    pub scale: f32,
    /// Smallest value in training.
    pub low: f32,
    /// Largest value in training.
    pub high: f32,
    /// A step, in standard deviations.
    pub step: f32,
    /// A missing amount was seen in training; otherwise it counts as the mean.
    pub missing: bool,
}

/// The model of this module's formula.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kernel {
    /// What every score starts from.
    pub bias: f32,
    /// How fast similarity fades with the squared distance.
    pub gamma: f32,
    /// One per feature of the program.
    pub axes: Vec<Axis>,
    /// One per support vector.
    pub coefficients: Vec<f32>,
    /// Support vector after support vector, one code per feature: the steps of an amount (the bits of an `i16`), or a level.
    pub codes: Vec<u16>,
}

impl Steps {
    fn code(&self, value: Option<f64>) -> i16 {
        let Some(value) = value.filter(|value| !value.is_nan()) else {
            return if self.missing { MISSING_STEPS } else { 0 };
        };
        let value = math::clamp(value, self.low as f64, self.high as f64);
        let z = (value - self.center as f64) / self.scale as f64;
        math::clamp(math::round(z / self.step as f64), -32_767.0, 32_767.0) as i16
    }

    fn squared_distance(&self, one: i16, other: i16) -> f64 {
        let place = |code: i16| if code == MISSING_STEPS { 0.0 } else { code as f64 };
        let apart = (place(one) - place(other)) * self.step as f64;
        apart * apart + ((one == MISSING_STEPS) != (other == MISSING_STEPS)) as u8 as f64
    }

    fn check(&self) -> Result<()> {
        finite(self.center)?;
        let numbers = [self.scale, self.step, self.low, self.high];
        let sound = numbers.iter().all(|number| number.is_finite()) && self.scale > 0.0 && self.step > 0.0;
        match sound && self.step <= 1e6 && self.low <= self.high {
            true => Ok(()),
            false => Err(Error::new(Code::OutOfRange, "an axis has a step or scale that is not positive, or no range")),
        }
    }
}

impl Axis {
    /// The code under which a value is compared.
    pub fn code(&self, value: Option<f64>) -> u16 {
        match self {
            Axis::Number(steps) => steps.code(value) as u16,
            Axis::Levels { known, missing } => match value {
                None if *missing => MISSING_LEVEL,
                None => 0,
                // A cast saturates; whatever was not seen is unknown.
                Some(level) => Some(level as u16).filter(|level| holds(known, *level)).unwrap_or(0),
            },
        }
    }

    fn squared_distance(&self, one: u16, other: u16) -> f64 {
        match self {
            Axis::Number(steps) => steps.squared_distance(one as i16, other as i16),
            Axis::Levels { .. } if one == other => 0.0,
            Axis::Levels { .. } if one == 0 || other == 0 => 1.0,
            Axis::Levels { .. } => 2.0,
        }
    }

    fn check(&self) -> Result<()> {
        match self {
            Axis::Number(steps) => steps.check(),
            Axis::Levels { known, .. } => bounded("words of known levels", known.len(), SET_WORDS),
        }
    }

    /// Whether one byte tells the levels apart.
    fn is_narrow(&self) -> bool {
        matches!(self, Axis::Levels { known, .. } if known.len() < SET_WORDS && !holds(known, u8::MAX as u16))
    }

    fn write(&self, w: &mut Writer) {
        match self {
            Axis::Number(steps) => {
                w.u8(steps.missing as u8);
                [steps.center, steps.scale, steps.low, steps.high, steps.step].into_iter().for_each(|n| w.f32(n));
            }
            Axis::Levels { known, missing } => {
                w.u8(2 + *missing as u8);
                w.list(known, |w, word| w.u32(*word));
            }
        }
    }

    fn read(r: &mut Reader) -> Axis {
        let kind = r.index("kind of axis", 4);
        let missing = kind & 1 == 1;
        if kind > 1 {
            return Axis::Levels { known: r.list(Reader::u32), missing };
        }
        let [center, scale, low, high, step] = core::array::from_fn(|_| r.f32());
        Axis::Number(Steps { center, scale, low, high, step, missing })
    }

    fn write_code(&self, w: &mut Writer, code: u16) {
        match self.is_narrow() {
            true => w.u8(if code == MISSING_LEVEL { NARROW_MISSING } else { code as u8 }),
            false => w.u16(code),
        }
    }

    fn read_code(&self, r: &mut Reader) -> u16 {
        match self.is_narrow() {
            true => match r.u8() {
                NARROW_MISSING => MISSING_LEVEL,
                level => level as u16,
            },
            false => r.u16(),
        }
    }
}

fn holds(set: &[u32], level: u16) -> bool {
    set.get(level as usize / 32).is_some_and(|word| word >> (level % 32) & 1 == 1) && level > 0
}

impl Kernel {
    fn codes_of(&self, values: &impl Values) -> [u16; MAX_FEATURES] {
        let mut codes = [0; MAX_FEATURES];
        for (feature, (code, axis)) in codes.iter_mut().zip(&self.axes).enumerate() {
            *code = axis.code(values.value(feature));
        }
        codes
    }

    fn vectors(&self) -> impl Iterator<Item = (f64, &[u16])> {
        let codes = self.codes.chunks_exact(self.axes.len().max(1));
        self.coefficients.iter().map(|coefficient| *coefficient as f64).zip(codes)
    }

    fn similarity(&self, squared_distance: f64) -> f64 {
        math::exp(-(self.gamma as f64) * squared_distance)
    }

    /// The sum over all support vectors, in their order.
    pub fn raw(&self, values: &impl Values) -> f64 {
        let own = self.codes_of(values);
        self.vectors().fold(self.bias as f64, |sum, (coefficient, codes)| {
            let pairs = self.axes.iter().zip(codes).zip(&own);
            let squared = pairs.fold(0.0, |sum, ((axis, code), own)| sum + axis.squared_distance(*own, *code));
            sum + coefficient * self.similarity(squared)
        })
    }

    /// By how much the score falls when one feature alone is replaced by its mean (an amount) or by an unknown level. What
    /// such changes leave unexplained, because features act together, is shared out by their sizes, so that the parts add up
    /// to the way from the returned starting point to the score.
    pub(super) fn parts(&self, values: &impl Values, parts: &mut [f64; MAX_FEATURES]) -> f64 {
        let own = self.codes_of(values);
        let mut falls = [0.0; MAX_FEATURES];
        let (mut raw, mut start) = (self.bias as f64, self.bias as f64);
        for (coefficient, codes) in self.vectors() {
            let mut pairs = [(0.0, 0.0); MAX_FEATURES];
            let (mut squared, mut without) = (0.0, 0.0);
            for (feature, (axis, code)) in self.axes.iter().zip(codes).enumerate().take(MAX_FEATURES) {
                let pair = (axis.squared_distance(own[feature], *code), axis.squared_distance(0, *code));
                (squared, without) = (squared + pair.0, without + pair.1);
                pairs[feature] = pair;
            }
            let similarity = self.similarity(squared);
            (raw, start) = (raw + coefficient * similarity, start + coefficient * self.similarity(without));
            for (fall, (here, there)) in falls.iter_mut().zip(pairs).filter(|(_, (here, there))| here != there) {
                *fall += coefficient * (similarity - self.similarity(squared - here + there));
            }
        }
        let (sum, sizes) = falls.iter().fold((0.0, 0.0), |(sum, sizes), fall| (sum + fall, sizes + fall.abs()));
        if sizes == 0.0 {
            return raw;
        }
        let left = (raw - start - sum) / sizes;
        parts.iter_mut().zip(falls).for_each(|(part, fall)| *part += fall + left * fall.abs());
        start
    }

    /// Smallest and largest amount in training.
    pub(super) fn range(&self, feature: usize) -> Option<(f64, f64)> {
        match self.axes.get(feature)? {
            Axis::Number(steps) => Some((steps.low as f64, steps.high as f64)),
            Axis::Levels { .. } => None,
        }
    }

    pub(super) fn check(&self, program: &Program) -> Result<()> {
        let (found, expected) = (self.axes.len(), program.features.len());
        if found != expected {
            return Err(Error::limit(Code::BadIndex, "axes of the model", expected as u64, found as u64));
        }
        bounded("features of a kernel", found, MAX_FEATURES)?;
        if self.codes.len() != self.coefficients.len() * found {
            return Err(Error::new(Code::BadIndex, "support vectors without one code per feature"));
        }
        finite(self.bias).and(finite(self.gamma))?;
        self.coefficients.iter().try_for_each(|coefficient| finite(*coefficient))?;
        self.axes.iter().try_for_each(Axis::check)?;
        match self.gamma > 0.0 {
            true => Ok(()),
            false => Err(Error::new(Code::OutOfRange, "the kernel's gamma is not positive")),
        }
    }

    /// How many bytes of a file it takes; a file has room for 262,144 in all.
    pub fn bytes(&self) -> usize {
        let mut writer = Writer::default();
        self.write(&mut writer);
        writer.bytes.len()
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.f32(self.bias);
        w.f32(self.gamma);
        w.list(&self.axes, |w, axis| axis.write(w));
        w.u32(self.coefficients.len() as u32);
        for (coefficient, codes) in self.coefficients.iter().zip(self.codes.chunks_exact(self.axes.len().max(1))) {
            w.f32(*coefficient);
            self.axes.iter().zip(codes).for_each(|(axis, code)| axis.write_code(w, *code));
        }
    }

    pub(super) fn read_scorer(r: &mut Reader) -> Scorer {
        let (bias, gamma) = (r.f32(), r.f32());
        let mut kernel = Kernel { bias, gamma, axes: r.list(Axis::read), ..Kernel::default() };
        let count = r.count(4);
        if kernel.axes.is_empty() {
            let empty = bounded("support vectors without features", count, 0);
            r.checked(empty);
        }
        for _ in 0..count {
            kernel.coefficients.push(r.f32());
            for axis in &kernel.axes {
                kernel.codes.push(axis.read_code(r));
            }
        }
        Scorer::Kernel(kernel)
    }
}
