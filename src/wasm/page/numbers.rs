//! The output block: a decision and its explanation as numbers.

use crate::decision::Decision;
use crate::explain::{Change, Explanation};

/// Numbers before the arms.
const HEAD: usize = 8;
/// Numbers per part of the explanation.
const PER_PART: usize = 3;

/// Writes the decision; says how many numbers it took.
pub(super) fn write_decision(decision: &Decision, out: &mut [f64]) -> usize {
    let head = [
        decision.arm as f64,
        decision.arm_count as f64,
        decision.depth.get() as f64,
        decision.discount.minor() as f64,
        decision.price.minor() as f64,
        decision.reason as u32 as f64,
        decision.model_version as f64,
        decision.margin.get() as f64,
    ];
    out[..HEAD].copy_from_slice(&head);
    // The first four of a decision's numbers are in the head already.
    let arms = decision.numbers().skip(4);
    HEAD + out[HEAD..].iter_mut().zip(arms).map(|(place, number)| *place = number).count()
}

/// Writes the decision, the number of parts, the parts, and the nearest change.
pub(super) fn write_explanation(told: &Explanation, out: &mut [f64]) {
    let at = write_decision(&told.decision, out);
    let (count, rest) = out[at..].split_at_mut(1);
    count[0] = told.contributions.len() as f64;
    for (place, part) in rest.chunks_exact_mut(PER_PART).zip(&told.contributions) {
        place.copy_from_slice(&[part.feature as f64, part.amount, part.value.unwrap_or(f64::NAN)]);
    }
    let change = told.nearest_change.map_or([0.0; 5], numbers_of);
    rest[PER_PART * told.contributions.len()..][..change.len()].copy_from_slice(&change);
}

fn numbers_of(change: Change) -> [f64; 5] {
    let (kind, feature) = change.feature.map_or((2.0, 0.0), |feature| (1.0, feature as f64));
    [kind, feature, change.from.unwrap_or(f64::NAN), change.to, change.arm as f64]
}
