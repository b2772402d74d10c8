//! The output block: a decision and its explanation as numbers.

use crate::decision::Decision;
use crate::explain::{Change, Explanation, Lever};

/// Numbers before the arms.
const HEAD: usize = 8;
/// Numbers per part of the explanation.
const PER_PART: usize = 4;
/// Numbers per change.
const PER_CHANGE: usize = 5;

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

/// Writes the decision, the number of parts, the parts, the number of changes and the changes; says how many numbers it took.
pub(super) fn write_explanation(told: &Explanation, out: &mut [f64]) -> usize {
    let room = out.len();
    let at = write_decision(&told.decision, out);
    let parts = told.contributions.iter();
    let parts = parts.map(|part| [part.feature as f64, part.amount, part.value.unwrap_or(f64::NAN), part.cost]);
    let rest = write_list::<PER_PART>(parts, &mut out[at..]);
    room - write_list::<PER_CHANGE>(told.changes.iter().map(numbers_of), rest).len()
}

/// Writes how many there are, then each; gives back what is left.
fn write_list<const WIDTH: usize>(list: impl ExactSizeIterator<Item = [f64; WIDTH]>, out: &mut [f64]) -> &mut [f64] {
    let length = 1 + WIDTH * list.len();
    out[0] = list.len() as f64;
    out[1..].chunks_exact_mut(WIDTH).zip(list).for_each(|(place, numbers)| place.copy_from_slice(&numbers));
    &mut out[length..]
}

fn numbers_of(change: &Change) -> [f64; PER_CHANGE] {
    let (kind, index) = match change.lever {
        Lever::Feature(feature) => (0, feature),
        Lever::Margin => (1, 0),
        Lever::BudgetPrice => (2, 0),
        Lever::Cost(arm) => (3, arm),
    };
    [kind as f64, index as f64, change.from.unwrap_or(f64::NAN), change.to, change.arm as f64]
}
