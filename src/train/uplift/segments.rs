//! The coarsest personalisation: a table of segments by arms, each cell the mean score of its rows pulled to the arm's.
//!
//! With few rows per cell it is often all that data allow, and everybody can read it.

use super::params::within;
use super::scores::ArmScores;
use crate::error::{Code, Error, Result};
use serde::Deserialize;

/// How a table of segments is made.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct SegmentsParams {
    /// Segments with fewer rows get the arm that is best for all.
    pub min_rows: usize,
}

impl Default for SegmentsParams {
    fn default() -> Self {
        SegmentsParams { min_rows: 100 }
    }
}

/// Settings that can be fitted. Only [`SegmentsParams::check`] makes one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedSegments(SegmentsParams);

/// What each arm brings in each segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segments {
    /// By segment and arm: the pulled mean score.
    pub mean: Vec<Vec<f64>>,
    /// By segment, its rows.
    pub rows: Vec<u64>,
    /// By segment, the arm with the largest mean; of equal ones the first.
    pub best: Vec<u16>,
}

impl SegmentsParams {
    /// Refuses a least number of rows that no mean could be made of.
    ///
    /// # Errors
    /// [`Code::BadConfig`] if `min_rows` is below 2 or above a billion.
    pub fn check(self) -> Result<CheckedSegments> {
        within("min_rows", 2.0, 1e9, self.min_rows as f64)?;
        Ok(CheckedSegments(self))
    }
}

/// Mean and variance of the mean, of some values.
fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, if count > 1.0 { squares / (count - 1.0) / count } else { f64::INFINITY })
}

impl CheckedSegments {
    /// Means of scores by segment and arm. What differs between segments is pulled towards 0 by empirical Bayes: an arm's
    /// gain over the arm that is best for all keeps the share `t² / (t² + v)` of its distance from the overall gain, where
    /// `v` is the variance of the segment's mean and `t²` what variance of means is left after theirs (DerSimonian and Laird 1986).
    ///
    /// `segment` is by row, below `segments`.
    ///
    /// # Errors
    /// No row, or a segment beyond the last.
    pub fn fit(&self, scores: &ArmScores, segment: &[usize], segments: usize) -> Result<Segments> {
        if segment.len() != scores.rows() || segment.is_empty() {
            let (rows, found) = (scores.rows() as u64, segment.len() as u64);
            return Err(Error::limit(Code::BadIndex, "segments of scored rows, at least one row", rows, found));
        }
        if let Some(found) = segment.iter().find(|found| **found >= segments) {
            return Err(Error::limit(Code::BadIndex, "segments", segments as u64, *found as u64));
        }
        let members: Vec<Vec<usize>> =
            (0..segments).map(|wanted| (0..segment.len()).filter(|row| segment[*row] == wanted).collect()).collect();
        let overall = scores.means();
        let anchor = largest(&overall);
        let mut table = Segments { mean: vec![overall.clone(); segments], ..Segments::default() };
        for arm in (0..scores.arms()).filter(|arm| *arm != anchor) {
            let pulled = self.pulled(scores, &members, arm, anchor, overall[arm] - overall[anchor]);
            table.mean.iter_mut().zip(pulled).for_each(|(mean, gain)| mean[arm] = overall[anchor] + gain);
        }
        table.rows = members.iter().map(|rows| rows.len() as u64).collect();
        table.best = table.mean.iter().map(|mean| largest(mean) as u16).collect();
        Ok(table)
    }

    /// By segment, the pulled gain of `arm` over `anchor`.
    fn pulled(&self, scores: &ArmScores, members: &[Vec<usize>], arm: usize, anchor: usize, overall: f64) -> Vec<f64> {
        let gain = |row: &usize| scores.row(*row)[arm] - scores.row(*row)[anchor];
        let found: Vec<(f64, f64)> = members
            .iter()
            .map(|rows| match rows.len() < self.0.min_rows {
                true => (overall, f64::INFINITY),
                false => moments(&rows.iter().map(gain).collect::<Vec<f64>>()),
            })
            .collect();
        let spread = between(&found);
        let keep = |variance: f64| if spread > 0.0 { spread / (spread + variance) } else { 0.0 };
        found.into_iter().map(|(mean, variance)| overall + keep(variance) * (mean - overall)).collect()
    }
}

/// The variance of true means: what is left of that of the estimated ones after their own.
fn between(found: &[(f64, f64)]) -> f64 {
    let known: Vec<(f64, f64)> = found
        .iter()
        .filter(|(_, variance)| variance.is_finite() && *variance > 0.0)
        .map(|(m, v)| (*m, 1.0 / v))
        .collect();
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| known.iter().map(of).sum::<f64>();
    let weight = sum(&|(_, weight)| *weight);
    let mean = sum(&|(mean, weight)| mean * weight) / weight;
    let excess = sum(&|(m, weight)| weight * (m - mean) * (m - mean)) - (known.len() as f64 - 1.0);
    let scale = weight - sum(&|(_, weight)| weight * weight) / weight;
    if known.len() > 1 && scale > 0.0 { (excess / scale).max(0.0) } else { 0.0 }
}

fn largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}
