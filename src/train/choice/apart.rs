//! Whether attributes tell choices apart for certain, so that the log-likelihood rises for ever along some direction.
//!
//! A direction of parameters that makes nothing that was chosen less likely against anything else, and something likelier,
//! never stops paying (Albert and Anderson 1984, for logistic regression). Such a direction exists or there is one best
//! value; where it exists Newton's steps turn into it, so it is enough to look at every step.

use super::occasions::CheckedOccasions;
use super::scale::bad;
use crate::error::Result;

/// A part of a step below this share of its largest part, or of the terms that cancel, is rounding.
const ROUNDING: f64 = 1e-6;

/// By parameter, the mean distance of its column from that of the first alternative: how far it moves log-odds.
pub fn reach(occasions: &CheckedOccasions) -> Vec<f64> {
    let (attributes, others) = (occasions.occasions().attributes.len(), occasions.alternatives() - 1);
    let mut sums = vec![0.0; attributes];
    for row in 0..occasions.occasions().len() {
        let (first, rest) = occasions.row(row).split_at(attributes);
        let distance = |(at, value): (usize, &f64)| (at % attributes, (value - first[at % attributes]).abs());
        rest.iter().enumerate().map(distance).for_each(|(attribute, distance)| sums[attribute] += distance);
    }
    let count = (occasions.occasions().len() * others) as f64;
    std::iter::repeat_n(1.0, others).chain(sums.into_iter().map(|sum| sum / count)).collect()
}

/// Refuses data for which a step is a way up without end.
///
/// # Errors
/// [`Code::BadData`](crate::error::Code::BadData) with the name of what moves furthest.
pub fn refuse(occasions: &CheckedOccasions, step: &[f64], reach: &[f64]) -> Result<()> {
    let moves: Vec<f64> = step.iter().zip(reach).map(|(step, reach)| (step * reach).abs()).collect();
    let most = moves.iter().copied().fold(0.0, f64::max);
    let own = step.iter().zip(&moves).map(|(step, moved)| if *moved < ROUNDING * most { 0.0 } else { *step });
    if !only_gains(occasions, &own.collect::<Vec<f64>>()) {
        return Ok(());
    }
    let name = occasions.name(moves.iter().position(|moved| *moved == most).unwrap_or(0));
    Err(bad(format!("the attributes tell some choices apart for certain, so that no weights are best; see `{name}`")))
}

/// Whether a direction makes something that was chosen likelier against something else, and nothing less likely.
fn only_gains(occasions: &CheckedOccasions, direction: &[f64]) -> bool {
    let mut gains = false;
    for row in 0..occasions.occasions().len() {
        let chosen = occasions.chosen(row);
        for other in (0..occasions.alternatives()).filter(|other| *other != chosen) {
            let (gained, size) = gained(occasions, row, [chosen, other], direction);
            if gained < -ROUNDING * size {
                return false;
            }
            gains |= gained > ROUNDING * size;
        }
    }
    gains
}

/// What a direction adds to the log-odds of one alternative against another, and the size of the terms of that sum.
fn gained(occasions: &CheckedOccasions, row: usize, [one, other]: [usize; 2], direction: &[f64]) -> (f64, f64) {
    let (intercepts, weights) = direction.split_at(occasions.alternatives() - 1);
    let intercept = |alternative: usize| if alternative == 0 { 0.0 } else { intercepts[alternative - 1] };
    let own = |alternative: usize| &occasions.row(row)[alternative * weights.len()..(alternative + 1) * weights.len()];
    let attributes = own(one).iter().zip(own(other)).zip(weights);
    let terms = attributes.map(|((one, other), weight)| weight * (one - other));
    let terms = [intercept(one), -intercept(other)].into_iter().chain(terms);
    terms.fold((0.0, 0.0), |(sum, size), term| (sum + term, size + term.abs()))
}
