//! Intervals that hold at any number of rows, not only at many: empirical Bernstein, and one that holds at every moment.
//!
//! Both need rows that do not depend on each other, and rewards within limits known beforehand; they are wider than a
//! bootstrap, and cover the truth more often than they promise. What they do *not* do is look at the data to find the
//! limits: a limit that is the largest value seen promises nothing.

use crate::error::{Code, Error, Result};
use crate::math;

/// The largest bet of the sequence; below 1, as the logarithm asks.
const LARGEST_BET: f64 = 0.5;

/// Around the mean of independent numbers within `bounds`, with probability `confidence` (a fraction):
/// `√(2·V·ln(4/δ)/n) + 7·(high − low)·ln(4/δ) / (3·(n − 1))` to either side, `V` the sample variance and `δ` what is left of
/// the confidence; Maurer and Pontil 2009, theorem 4, for both sides. The ends are kept within the bounds.
///
/// # Errors
/// Fewer than two numbers, a number outside the bounds, a confidence outside 0 to 1.
pub fn empirical_bernstein(values: &[f64], bounds: (f64, f64), confidence: f64) -> Result<(f64, f64)> {
    check_confidence(confidence)?;
    if values.len() < 2 {
        return Err(Error::limit(Code::BadData, "numbers of an interval, at least", 2, values.len() as u64));
    }
    if let Some(row) = values.iter().position(|value| !(bounds.0..=bounds.1).contains(value)) {
        return Err(outside(row, values[row], bounds));
    }
    let count = values.len() as f64;
    let mean = math::ordered_sum(values.iter().copied()) / count;
    let variance = math::ordered_sum(values.iter().map(|value| (value - mean) * (value - mean))) / (count - 1.0);
    let level = math::ln(4.0 / (1.0 - confidence));
    let side = (2.0 * variance * level / count).sqrt() + 7.0 * (bounds.1 - bounds.0) * level / (3.0 * (count - 1.0));
    Ok(((mean - side).max(bounds.0), (mean + side).min(bounds.1)))
}

/// Around the value of a policy by inverse propensity, for all numbers of rows at once with probability `confidence`: it may
/// be looked at after every row, and acted on at any. `weight` and `reward` by row in the order in which rows came; rewards
/// lie within `range`, weights have a mean of 1 and no upper limit.
///
/// The lower end is the predictable plug-in empirical Bernstein sequence of Waudby-Smith and Ramdas (2024, section 3.2) in
/// the form that needs a lower limit only (Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro, *Anytime-valid off-policy
/// inference for contextual bandits*), on `w·(r − low)/(high − low)`; the upper end is the same on `w·(high − r)/(high − low)`,
/// whose mean is one minus the other's. Each end is given half of the error. Cost: one pass.
///
/// # Errors
/// No or uneven rows, a reward outside the range, a range without width, a weight that is negative, a confidence outside 0 to 1.
pub fn anytime_valid(weight: &[f64], reward: &[f64], range: (f64, f64), confidence: f64) -> Result<(f64, f64)> {
    check_confidence(confidence)?;
    let (low, high) = range;
    if weight.is_empty() || weight.len() != reward.len() {
        return Err(Error::limit(Code::BadIndex, "weights beside rewards", reward.len() as u64, weight.len() as u64));
    }
    if !(low.is_finite() && high.is_finite() && low < high) {
        return Err(Error::new(Code::BadConfig, format!("rewards lie within a range, found {low} to {high}")));
    }
    if let Some(row) = reward.iter().position(|reward| !(low..=high).contains(reward)) {
        return Err(outside(row, reward[row], range));
    }
    if let Some(row) = weight.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
        return Err(Error::new(Code::OutOfRange, format!("row {row}: a weight is at least 0, found {}", weight[row])));
    }
    let (error, width) = ((1.0 - confidence) / 2.0, high - low);
    let rows = || weight.iter().zip(reward);
    let from_below = sequence(rows().map(|(weight, reward)| weight * (reward - low) / width), error);
    let from_above = sequence(rows().map(|(weight, reward)| weight * (high - reward) / width), error);
    Ok((low + width * from_below, high - width * from_above))
}

/// The highest lower end so far of the mean of numbers that are at least 0.
fn sequence(values: impl Iterator<Item = f64>, error: f64) -> f64 {
    let level = math::ln(1.0 / error);
    // The plug-in mean and variance start from one row of one half, spread by one quarter.
    let (mut sum, mut spread) = (0.5, 0.25);
    let (mut bets, mut gains, mut paid, mut best) = (0.0, 0.0, 0.0, 0.0f64);
    for (index, value) in values.enumerate() {
        let count = index as f64 + 1.0;
        // At most 1, so that no value lies more than 1 below it: what the inequality rests on.
        let mean = (sum / count).min(1.0);
        let bet = (2.0 * level / (spread / count * count * math::ln_1p(count))).sqrt().min(LARGEST_BET);
        let gap = value - mean;
        bets += bet;
        gains += bet * value;
        paid += gap * gap * (-math::ln_1p(-bet) - bet);
        best = best.max((gains - level - paid) / bets);
        sum += value;
        let mean = (sum / (count + 1.0)).min(1.0);
        spread += (value - mean) * (value - mean);
    }
    best.min(1.0)
}

fn outside(row: usize, found: f64, (low, high): (f64, f64)) -> Error {
    Error::new(Code::OutOfRange, format!("row {row}: values lie within {low} and {high}, found {found}"))
}

pub(super) fn check_confidence(confidence: f64) -> Result<()> {
    match confidence > 0.0 && confidence < 1.0 {
        true => Ok(()),
        false => Err(Error::new(Code::BadConfig, format!("a confidence is between 0 and 1, found {confidence}"))),
    }
}
