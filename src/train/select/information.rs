//! What a feature alone tells of the outcome: entropy, information gain, gain ratio (Quinlan 1993).
//!
//! Amounts are cut into bins of about equal weight, features and outcomes alike; missing values are a bin of their own.
//! Between two discrete variables information gain and mutual information are the same number.

use crate::error::{Code, Error, Result};
use crate::math;
use crate::train::sample::{Column, MISSING_LEVEL, Sample};
use serde::Serialize;

/// Distinct outcomes up to which they are classes; more are amounts and cut into bins.
const MAX_CLASSES: usize = 20;
/// Most bins.
const MAX_BINS: usize = 1_000;

/// What one feature tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Information {
    /// Its name.
    pub feature: String,
    /// Mutual information of feature and outcome, bits: by how much knowing the feature lowers the outcome's entropy.
    pub gain: f64,
    /// Gain over the feature's own entropy, 0 to 1: many bins are not rewarded for their number.
    pub gain_ratio: f64,
    /// Gain over the outcome's entropy, 0 to 1: the share of what there is to know.
    pub share_known: f64,
    /// Gain that a feature with as many bins and nothing to tell has on average, bits (Miller and Madow):
    /// `(bins − 1) · (classes − 1) / (2 · rows · ln 2)`. Gains of this size are noise.
    pub chance: f64,
    /// Bins with a row.
    pub bins: usize,
}

/// What each feature tells, the most first; of equal ones the earlier. `bins` is how many an amount is cut into.
///
/// # Errors
/// Fewer than 2 or more than 1,000 bins; a sample that [`Sample::check`] refuses.
pub fn information(sample: &Sample, bins: usize) -> Result<Vec<Information>> {
    if !(2..=MAX_BINS).contains(&bins) {
        return Err(Error::new(Code::BadConfig, format!("bins of an amount are 2 to {MAX_BINS}, found {bins}")));
    }
    sample.check()?;
    let outcome = outcomes(sample, bins);
    let told = |(name, column): (&String, &Column)| {
        let feature = dense(&codes(column, &sample.weight, bins));
        told(name, &feature, &outcome, &sample.weight)
    };
    let mut all: Vec<Information> = sample.names.iter().zip(&sample.columns).map(told).collect();
    all.sort_by(|one, other| other.gain.total_cmp(&one.gain));
    Ok(all)
}

/// A discrete variable: a number for each row, and how many there are.
struct Discrete {
    codes: Vec<usize>,
    count: usize,
}

fn told(name: &str, feature: &Discrete, outcome: &Discrete, weight: &[f64]) -> Information {
    let mut joint = vec![0.0; feature.count * outcome.count];
    let rows = feature.codes.iter().zip(&outcome.codes).zip(weight);
    rows.for_each(|((feature, class), weight)| joint[feature * outcome.count + class] += weight);
    let total = math::ordered_sum(joint.iter().copied());
    let by_feature: Vec<f64> = joint.chunks(outcome.count).map(|row| math::ordered_sum(row.iter().copied())).collect();
    let column = |class: usize| math::ordered_sum(joint.iter().skip(class).step_by(outcome.count).copied());
    let by_class: Vec<f64> = (0..outcome.count).map(column).collect();
    let (own, whole, both) = (entropy(&by_feature, total), entropy(&by_class, total), entropy(&joint, total));
    // Rounding can leave a hair below 0.
    let gain = (own + whole - both).max(0.0);
    let share = |part: f64, of: f64| if of > 1e-12 { (part / of).min(1.0) } else { 0.0 };
    let degrees = (feature.count.saturating_sub(1) * outcome.count.saturating_sub(1)) as f64;
    Information {
        feature: name.to_string(),
        gain,
        gain_ratio: share(gain, own),
        share_known: share(gain, whole),
        chance: degrees / (2.0 * weight.len() as f64 * std::f64::consts::LN_2),
        bins: feature.count,
    }
}

/// In bits.
fn entropy(weights: &[f64], total: f64) -> f64 {
    let parts = weights.iter().filter(|weight| **weight > 0.0).map(|weight| {
        let share = weight / total;
        -share * math::ln(share)
    });
    math::ordered_sum(parts) / std::f64::consts::LN_2
}

fn outcomes(sample: &Sample, bins: usize) -> Discrete {
    let distinct = dense(&sample.target.iter().map(|target| target.to_bits()).collect::<Vec<u64>>());
    match distinct.count <= MAX_CLASSES {
        true => distinct,
        false => dense(&binned(&sample.target, &sample.weight, bins)),
    }
}

fn codes(column: &Column, weight: &[f64], bins: usize) -> Vec<u64> {
    match column {
        Column::Number(values) => binned(values, weight, bins),
        Column::Level { codes, .. } => {
            codes.iter().map(|code| if *code == MISSING_LEVEL { u64::MAX } else { u64::from(*code) }).collect()
        }
    }
}

/// Bins of about equal weight; equal amounts are never parted, so an amount with few values has a bin for each.
fn binned(values: &[f64], weight: &[f64], bins: usize) -> Vec<u64> {
    let mut order: Vec<usize> = (0..values.len()).filter(|row| !values[*row].is_nan()).collect();
    order.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
    let total = math::ordered_sum(order.iter().map(|row| weight[*row]));
    let (mut found, mut passed) = (vec![u64::MAX; values.len()], 0.0);
    for tie in order.chunk_by(|one, other| values[*one] == values[*other]) {
        let heavy = math::ordered_sum(tie.iter().map(|row| weight[*row]));
        let bin = (((passed + heavy / 2.0) / total * bins as f64) as u64).min(bins as u64 - 1);
        tie.iter().for_each(|row| found[*row] = bin);
        passed += heavy;
    }
    found
}

/// Numbers 0, 1, 2 … in the order of the codes.
fn dense(codes: &[u64]) -> Discrete {
    let mut known = codes.to_vec();
    known.sort_unstable();
    known.dedup();
    let number = |code: &u64| known.partition_point(|other| other < code);
    Discrete { codes: codes.iter().map(number).collect(), count: known.len() }
}
