//! Gain by band of the score, such as by decile. A score that tells shoppers apart has falling gains.

use super::Ranking;
use super::ranking::{Ranked, Sums};
use crate::error::{Code, Error, Result};
use crate::evaluate::metrics::{Resampling, interval};
use crate::evaluate::summary::Figure;
use crate::train::threads::piece;

/// Rows next to each other in the ranking.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Band {
    /// How many rows.
    pub rows: u64,
    /// How many of them were treated.
    pub treated: u64,
    /// Their mean score: the gain that was predicted, if the score is one.
    pub predicted: f64,
    /// Mean outcome of the treated minus that of the control, with its 95 % interval; 0 for a side without rows.
    pub effect: Figure,
}

impl Ranking {
    /// Cuts the ranking into `count` bands of nearly equal size, best first. Which rows are in a band is not resampled.
    ///
    /// # Errors
    /// No band, or more bands than rows.
    pub fn bands(&self, count: usize, resampling: Resampling) -> Result<Vec<Band>> {
        if !(1..=self.rows.len()).contains(&count) {
            return Err(Error::limit(Code::BadConfig, "bands, from 1 to", self.rows.len() as u64, count as u64));
        }
        let parts: Vec<&[Ranked]> = (0..count).map(|band| &self.rows[piece(self.rows.len(), count, band)]).collect();
        let effects = |times: &[u32]| parts.iter().map(|part| effect(part, &|unit| times[unit])).collect::<Vec<f64>>();
        let draws = self.resampled(resampling, &effects);
        let band = |(number, part): (usize, &&[Ranked])| Band {
            rows: part.len() as u64,
            treated: part.iter().filter(|row| row.treated).count() as u64,
            predicted: part.iter().map(|row| row.score).sum::<f64>() / part.len() as f64,
            effect: interval(effect(part, &|_| 1), draws.iter().map(|draw| draw[number]).collect()),
        };
        Ok(parts.iter().enumerate().map(band).collect())
    }
}

fn effect(part: &[Ranked], times: &dyn Fn(usize) -> u32) -> f64 {
    let mut sums = Sums::default();
    for row in part {
        (0..times(row.unit as usize)).for_each(|_| sums.add(row));
    }
    sums.effect()
}
