//! What the gate says, as plain data.

use super::contest::Basis;
use crate::evaluate::fairness::Finding;
use crate::evaluate::off_policy::{Diagnostics, Estimate, Estimator};
use crate::evaluate::summary::Figure;
use serde::Serialize;

/// One policy on the held-out rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// The candidate's, the incumbent's, or an arm's for all.
    pub name: String,
    /// The arm that all get; none for a policy that tells shoppers apart.
    pub arm: Option<usize>,
    /// Whether the rows can judge it.
    pub diagnostics: Diagnostics,
    /// Its value per row by each estimator, or why there is none.
    pub estimates: Vec<Estimate>,
}

/// One policy less another, by one estimator, on the same resamples.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Whose gain it is.
    pub policy: String,
    /// Over whom.
    pub against: String,
    /// By which estimator.
    pub estimator: Estimator,
    /// What the policy earns more per row, with its interval.
    pub gain: Figure,
    /// Whether the whole interval is above the smallest gain worth a release.
    pub beaten: bool,
}

/// Released or not, what instead, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// How the arms of the rows came to be given; what was not drawn proves nothing.
    pub basis: Basis,
    /// Whether the candidate is released.
    pub released: bool,
    /// Name of what is released: the candidate, the incumbent, or an arm for all.
    pub release: String,
    /// The arm that all are given, where that is what is released.
    pub release_arm: Option<usize>,
    /// Why, in one sentence.
    pub why: String,
    /// Every policy.
    pub policies: Vec<Judged>,
    /// The candidate against every single arm and the incumbent.
    pub candidate: Vec<Comparison>,
    /// Every single arm against what is given now; intervals hold for all arms at once.
    pub arms: Vec<Comparison>,
    /// What the tests of fairness found.
    pub fairness: Vec<Finding>,
}
