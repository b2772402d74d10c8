//! Whether a learned policy is released, what is released instead, and why, in one sentence.
//!
//! ```text
//! Contest (held-out rows, candidate, incumbent, fairness) -> CheckedGate::judge -> Verdict
//! ```
//! The candidate must be shown to earn more than **every** single arm given to all, and than the incumbent, by as many
//! estimators as the settings ask for. Asking for every arm, not for the one that looks best, is what makes the choice of the
//! best arm on the same rows harmless: if the candidate is not better than the truly best arm, it must beat that one by
//! mistake, and that happens no more often than one comparison goes wrong (intersection-union test, Berger 1982).
//!
//! Rows whose arms nobody drew prove nothing ([`Basis::Observed`]): the sentence says so first, and nothing is released unless
//! somebody accepts that.
//!
//! It does *not* know how the candidate was learnt. Its decisions must be for rows that it was not fitted on.

mod contest;
mod sentence;
mod verdict;

pub use contest::{Basis, CheckedGate, Contest, GateParams};
pub use verdict::{Comparison, Judged, Verdict};

#[cfg(test)]
mod tests;
