//! What is done to a feature's value before the model sees it: one [`Step`] after the other.
//!
//! The numbers of a step were fitted on training rows only, or written by a person; here they are just applied.
//! A missing value stays missing, unless a step is about that.

use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::math;
use alloc::vec::Vec;

/// Most edges of bins or rates of levels.
pub const MAX_ENTRIES: usize = 2_048;

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `ln(1 + x)`, of what is below zero as of zero.
    Log1p,
    /// `ln(p / (1 − p))`.
    Logit,
    /// `(x − center) / scale`: standard scaling with mean and deviation, robust scaling with median and quartiles.
    Scale {
        /// What becomes 0.
        center: f32,
        /// What becomes 1 above it; positive.
        scale: f32,
    },
    /// Kept within `low..=high`.
    Clip {
        /// Smallest value let through.
        low: f32,
        /// Largest value let through.
        high: f32,
    },
    /// How many of the rising edges are at most `x`.
    Bins(Vec<f32>),
    /// 1 if `x` is this, else 0: one column of a one-hot encoding. Missing is 0.
    Equals(f32),
    /// 1 if missing, else 0.
    Missing,
    /// The rate of the level with number `x`; of an unknown or missing level, the rate of all.
    Rates {
        /// By level.
        rates: Vec<f32>,
        /// Of any other level.
        others: f32,
    },
    /// This, if missing.
    Fill(f32),
}

impl Step {
    /// Applies the step.
    pub fn apply(&self, value: Option<f64>) -> Option<f64> {
        match self {
            Step::Missing => return Some(value.is_none() as u8 as f64),
            Step::Equals(wanted) => return Some((value == Some(*wanted as f64)) as u8 as f64),
            Step::Fill(filling) => return value.or(Some(*filling as f64)),
            Step::Rates { rates, others } => {
                let level = value.filter(|level| *level >= 0.0).map(|level| level as usize);
                return Some(level.and_then(|level| rates.get(level)).copied().unwrap_or(*others) as f64);
            }
            _ => {}
        }
        value.map(|value| self.change(value))
    }

    fn change(&self, value: f64) -> f64 {
        match self {
            Step::Log1p => math::ln_1p(value.max(0.0)),
            Step::Logit => math::logit(value),
            Step::Scale { center, scale } => (value - *center as f64) / *scale as f64,
            Step::Clip { low, high } => math::clamp(value, *low as f64, *high as f64),
            Step::Bins(edges) => edges.partition_point(|edge| *edge as f64 <= value) as f64,
            _ => value,
        }
    }

    /// Undoes the step where that is possible, to show a value in its own unit.
    pub fn undo(&self, value: f64) -> f64 {
        match self {
            Step::Log1p => math::exp(value) - 1.0,
            Step::Logit => math::sigmoid(value),
            Step::Scale { center, scale } => value * *scale as f64 + *center as f64,
            _ => value,
        }
    }

    /// Refuses a step whose numbers make no sense.
    pub fn check(&self) -> Result<()> {
        let sound = match self {
            Step::Log1p | Step::Logit | Step::Missing => true,
            Step::Scale { center, scale } => center.is_finite() && scale.is_finite() && *scale > 0.0,
            Step::Clip { low, high } => low.is_finite() && high.is_finite() && low <= high,
            Step::Bins(edges) => {
                let rise = edges.windows(2).all(|pair| pair[0] < pair[1]);
                rise && (1..=MAX_ENTRIES).contains(&edges.len()) && edges.iter().all(|edge| edge.is_finite())
            }
            Step::Equals(number) | Step::Fill(number) => number.is_finite(),
            Step::Rates { rates, others } => {
                rates.len() <= MAX_ENTRIES && others.is_finite() && rates.iter().all(|rate| rate.is_finite())
            }
        };
        match sound {
            true => Ok(()),
            false => Err(Error::new(Code::OutOfRange, "a step's numbers are not finite, not in order, or too many")),
        }
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        let numbers = |w: &mut Writer, tag, numbers: &[f32]| {
            w.u8(tag);
            numbers.iter().for_each(|number| w.f32(*number));
        };
        match self {
            Step::Log1p => w.u8(1),
            Step::Logit => w.u8(2),
            Step::Scale { center, scale } => numbers(w, 3, &[*center, *scale]),
            Step::Clip { low, high } => numbers(w, 4, &[*low, *high]),
            Step::Bins(edges) => {
                w.u8(5);
                w.list(edges, |w, edge| w.f32(*edge));
            }
            Step::Equals(wanted) => numbers(w, 6, &[*wanted]),
            Step::Missing => w.u8(7),
            Step::Rates { rates, others } => {
                w.u8(8);
                w.list(rates, |w, rate| w.f32(*rate));
                w.f32(*others);
            }
            Step::Fill(filling) => numbers(w, 9, &[*filling]),
        }
    }

    pub(crate) fn read(r: &mut Reader) -> Step {
        match r.u8() {
            1 => Step::Log1p,
            2 => Step::Logit,
            3 => Step::Scale { center: r.f32(), scale: r.f32() },
            4 => Step::Clip { low: r.f32(), high: r.f32() },
            5 => Step::Bins(r.list(Reader::f32)),
            6 => Step::Equals(r.f32()),
            7 => Step::Missing,
            8 => Step::Rates { rates: r.list(Reader::f32), others: r.f32() },
            9 => Step::Fill(r.f32()),
            other => {
                r.fail(Error::limit(Code::BadIndex, "step of a feature", 9, other as u64));
                Step::Missing
            }
        }
    }
}
