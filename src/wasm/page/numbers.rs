//! The output block: a decision and its explanation as numbers.

use crate::decision::Decision;
use crate::explain::{Explanation, Lever};
use alloc::vec::Vec;

/// Appends the decision.
pub(super) fn write_decision(decision: &Decision, out: &mut Vec<f64>) {
    out.extend([
        decision.arm as f64,
        decision.arm_count as f64,
        decision.depth.get() as f64,
        decision.discount.minor() as f64,
        decision.price.minor() as f64,
        decision.reason as u32 as f64,
        decision.model_version as f64,
        decision.margin.get() as f64,
    ]);
    decision.arm_numbers(&mut |number| out.push(number));
}

/// Appends the decision, the number of parts, the parts, the number of changes and the changes.
pub(super) fn write_explanation(told: &Explanation, out: &mut Vec<f64>) {
    write_decision(&told.decision, out);
    out.push(told.contributions.len() as f64);
    for part in &told.contributions {
        out.extend([part.feature as f64, part.amount, part.value.unwrap_or(f64::NAN), part.cost]);
    }
    out.push(told.changes.len() as f64);
    for change in &told.changes {
        let (kind, index) = match change.lever {
            Lever::Feature(feature) => (0, feature),
            Lever::Margin => (1, 0),
            Lever::BudgetPrice => (2, 0),
            Lever::Cost(arm) => (3, arm),
        };
        out.extend([kind as f64, index as f64, change.from.unwrap_or(f64::NAN), change.to, change.arm as f64]);
    }
}
