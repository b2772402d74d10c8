//! Percentile bootstrap over shoppers of any number of ratios at once, all from the same draws.
//!
//! A draw takes as many shoppers as there are, with replacement (Efron 1979). What is compared is thus compared on the same
//! shoppers. It does *not* correct for skewness: with a handful of rows the interval is too short, which is why such
//! estimates are refused first.

use super::estimator::Terms;
use crate::evaluate::metrics::Resampling;
use crate::evaluate::summary::Figure;
use crate::train::random::Random;
use crate::train::threads::{ordered, piece};
use crate::train::transform::quantile;

/// Resamples worked out together.
const PIECES: usize = 64;

/// Every resample's ratios. `terms` holds, unit by unit, the terms of `ratios` ratios; what comes back is draw by draw, one
/// number per ratio, NaN where the sum below the line is 0. Cost: `count · units · ratios` additions.
pub fn draws(terms: &[Terms], ratios: usize, resampling: Resampling) -> Vec<f64> {
    let units = terms.len() / ratios.max(1);
    let pieces = PIECES.min(resampling.count);
    let work = |index: usize| {
        let (mut out, mut sums) = (Vec::new(), vec![Terms::default(); ratios]);
        for draw in piece(resampling.count, pieces, index) {
            sums.fill(Terms::default());
            // Each resample draws from its own sequence, so that their number does not show in any of them.
            let mut random = Random::new(Random::new(resampling.seed ^ draw as u64).bits());
            for _ in 0..units {
                let from = random.below(units) * ratios;
                sums.iter_mut().zip(&terms[from..from + ratios]).for_each(|(sum, term)| *sum = sum.plus(*term));
            }
            out.extend(sums.iter().map(|sum| sum.ratio().unwrap_or(f64::NAN)));
        }
        out
    };
    ordered(pieces, work, |_| {}).into_iter().flatten().collect()
}

/// A value with the percentiles of its draws, `error` left out on each side; draws that do not exist are left out too.
pub fn percentiles(value: f64, draws: impl Iterator<Item = f64>, error: f64) -> Figure {
    let mut sorted: Vec<f64> = draws.filter(|draw| !draw.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| quantile(&sorted, share).unwrap_or(f64::NAN);
    Figure { value, low: at(error), high: at(1.0 - error) }
}
