//! Two models on the same rows: the difference, resampled in pairs.
//!
//! Far narrower than the two intervals suggest: most of what varies between resamples varies in both.

use super::resample::resampled;
use super::{Measured, Metric, Scored};
use crate::error::{Code, Error, Result};
use crate::evaluate::metrics::{LANES, Resampling, interval};
use crate::evaluate::summary::Figure;

/// The metric of `other` minus that of `one`, with its 95 % interval from the same draws of both.
///
/// # Errors
/// Rows that the metric cannot use, or that are not the same for both.
pub fn difference(one: &Scored, other: &Scored, metric: Metric, resampling: Resampling) -> Result<Figure> {
    let (value, draws) = resampled_difference(one, other, metric, resampling)?;
    Ok(interval(value, draws))
}

/// The difference on all rows, and on every resample that has the metric.
///
/// # Errors
/// See [`difference`].
pub fn resampled_difference(
    one: &Scored,
    other: &Scored,
    metric: Metric,
    resampling: Resampling,
) -> Result<(f64, Vec<f64>)> {
    if one.actual != other.actual || one.weight != other.weight || one.group != other.group {
        return Err(Error::new(Code::BadData, "two models are compared on the same rows, found outcomes that differ"));
    }
    let (one, other) = (Measured::of(metric, one)?, Measured::of(metric, other)?);
    let at = metric as usize;
    let draws = resampled(one.units(), resampling, |draws| -> [f64; LANES] {
        let (one, other) = (one.figures(draws), other.figures(draws));
        core::array::from_fn(|lane| other[lane][at] - one[lane][at])
    });
    let value = other.value(metric) - one.value(metric);
    Ok((value, draws.into_iter().filter(|draw| !draw.is_nan()).collect()))
}
