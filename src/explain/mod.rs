//! Why: the parts of a score, and the nearest changes that would alter the offer.
//!
//! It repeats a decision under other circumstances and counts parts; it does *not* know how a model shares a score out
//! (that is the [model's](crate::model)), and it says nothing about causes: another value of a feature is another shopper.

mod change;
mod sentence;

pub use change::{Change, Lever};
pub use sentence::{SENTENCES, sentence};

use crate::decision::Decision;
use crate::engine::{Engine, Request, Terms};
use crate::event::Profile;
use crate::feature::FeatureVector;
use crate::model::Contribution;
use alloc::vec::Vec;

/// A decision with its reasons.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The decision itself.
    pub decision: Decision,
    /// Summed in this order they equal the chosen arm's score exactly; empty when no arms were compared.
    pub contributions: Vec<Contribution>,
    /// What would have to be different for another arm to be best: of a feature, of the margin, of the price of budget and
    /// of an arm's cost the nearest each, as far as there is one. The nearer of the first two stands first.
    pub changes: Vec<Change>,
}

impl Explanation {
    /// A decision for which no arms were compared.
    pub fn bare(decision: Decision) -> Self {
        Explanation { decision, contributions: Vec::new(), changes: Vec::new() }
    }

    /// The nearest change of a feature or of the margin.
    pub fn nearest_change(&self) -> Option<&Change> {
        self.changes.first().filter(|change| matches!(change.lever, Lever::Feature(_) | Lever::Margin))
    }
}

impl Engine {
    /// The decision and why. Never fails.
    pub fn explain(&self, profile: &Profile, request: &Request, terms: &Terms) -> Explanation {
        #[cfg(feature = "full")]
        if !self.content().menu.is_plain() {
            return self.explain_alone(profile, request, terms);
        }
        let considered = match self.consider(profile, request, terms) {
            Ok(considered) => considered,
            Err(reason) => return Explanation::bare(self.base(request.list, reason)),
        };
        let decision = self.settle(&considered, profile, request);
        let contributions = self.contributions(&considered.features, decision.arm, decision.depth.fraction());
        Explanation { decision, contributions, changes: self.changes(&considered) }
    }

    /// The parts of the score of `arm` at a depth.
    pub(crate) fn contributions(&self, vector: &FeatureVector, arm: usize, depth: f64) -> Vec<Contribution> {
        let features = self.describe(vector);
        let mut contributions = Vec::new();
        self.content().model.contributions(vector, arm, depth, |mut part| {
            part.value = features.get(part.feature).copied().flatten();
            contributions.push(part);
        });
        contributions
    }

    /// The features in their own units.
    fn describe(&self, vector: &FeatureVector) -> Vec<Option<f64>> {
        let features = self.content().program.features.iter().enumerate();
        features.map(|(index, feature)| vector.get(index).map(|value| feature.show(value))).collect()
    }
}
