//! From a raw score to a score: what calibration learnt, or how a probability becomes log-odds.

use super::linear::finite;
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::feature::bounded;
use crate::math;
use alloc::vec::Vec;

/// Most points of a curve.
pub const MAX_POINTS: usize = 512;

/// A rising function of one number.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Link {
    /// The score is the raw score.
    #[default]
    Identity,
    /// The raw score is a probability, the score its log-odds.
    Logit,
    /// `slope · raw + offset`: Platt's calibration of a raw score.
    Affine {
        /// Not negative.
        slope: f32,
        /// Added.
        offset: f32,
    },
    /// Straight between points (raw, score) that rise, flat beyond the first and last: isotonic calibration.
    Curve(Vec<(f32, f32)>),
}

impl Link {
    /// The score of a raw score.
    pub fn apply(&self, raw: f64) -> f64 {
        match self {
            Link::Identity => raw,
            Link::Logit => math::logit(raw),
            Link::Affine { slope, offset } => *slope as f64 * raw + *offset as f64,
            Link::Curve(points) => on_curve(points, raw),
        }
    }

    /// Refuses a link that falls or is not finite.
    pub(super) fn check(&self) -> Result<()> {
        let rises = match self {
            Link::Identity | Link::Logit => true,
            Link::Affine { slope, offset } => {
                finite(*slope).and(finite(*offset))?;
                *slope >= 0.0
            }
            Link::Curve(points) => {
                bounded("points of a curve", points.len(), MAX_POINTS)?;
                points.iter().try_for_each(|(raw, score)| finite(*raw).and(finite(*score)))?;
                !points.is_empty() && points.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1)
            }
        };
        match rises {
            true => Ok(()),
            false => Err(Error::new(Code::OutOfRange, "a link of the model falls or has no point")),
        }
    }

    pub(super) fn write(&self, w: &mut Writer) {
        match self {
            Link::Identity => w.u8(0),
            Link::Logit => w.u8(1),
            Link::Affine { slope, offset } => {
                w.u8(2);
                w.f32(*slope);
                w.f32(*offset);
            }
            Link::Curve(points) => {
                w.u8(3);
                w.list(points, |w, (raw, score)| {
                    w.f32(*raw);
                    w.f32(*score);
                });
            }
        }
    }

    pub(super) fn read(r: &mut Reader) -> Link {
        match r.index("link of the model", 4) {
            0 => Link::Identity,
            1 => Link::Logit,
            2 => Link::Affine { slope: r.f32(), offset: r.f32() },
            _ => Link::Curve(r.list(|r| (r.f32(), r.f32()))),
        }
    }
}

fn on_curve(points: &[(f32, f32)], raw: f64) -> f64 {
    let next = points.partition_point(|(x, _)| (*x as f64) <= raw);
    let wide = |index: usize| (points[index].0 as f64, points[index].1 as f64);
    if next == 0 || next == points.len() {
        return wide(next.saturating_sub(1)).1;
    }
    let ((x, y), (to_x, to_y)) = (wide(next - 1), wide(next));
    y + (to_y - y) * ((raw - x) / (to_x - x))
}
