//! Why: the parts of a score, and the nearest change that would alter the offer.

use crate::decision::Decision;
use crate::engine::{Considered, Engine, Request, Terms};
use crate::event::Profile;
use crate::feature::FeatureVector;
use crate::math;
use crate::model::Contribution;
use crate::money::BasisPoints;
use crate::policy::Stakes;
use alloc::vec::Vec;

/// Positions tried on each side of a feature's value.
const STEPS: usize = 24;

/// A decision with its reasons.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The decision itself.
    pub decision: Decision,
    /// Summed in this order they equal the chosen arm's score exactly; empty when no arms were compared.
    pub contributions: Vec<Contribution>,
    /// What would have to be different for another arm to be best.
    pub nearest_change: Option<Change>,
}

impl Explanation {
    /// A decision for which no arms were compared.
    pub fn bare(decision: Decision) -> Self {
        Explanation { decision, contributions: Vec::new(), nearest_change: None }
    }
}

/// A change that would alter the offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Which feature, or none for the assumed margin.
    pub feature: Option<usize>,
    /// Its value now, in its own unit; none when missing.
    pub from: Option<f64>,
    /// The value that would alter the offer.
    pub to: f64,
    /// The arm that would then be best.
    pub arm: usize,
}

impl Engine {
    /// The decision and why. Never fails.
    pub fn explain(&self, profile: &Profile, request: &Request, terms: &Terms) -> Explanation {
        let considered = match self.consider(profile, request, terms) {
            Ok(considered) => considered,
            Err(reason) => return Explanation::bare(self.base(request.list, reason)),
        };
        let decision = self.settle(&considered, profile, request);
        let features = self.describe(&considered.features);
        let mut contributions = Vec::new();
        let (arm, depth) = (decision.arm, decision.depth.fraction());
        self.content().model.contributions(&considered.features, arm, depth, |mut part| {
            part.value = features.get(part.feature).copied().flatten();
            contributions.push(part);
        });
        Explanation { decision, contributions, nearest_change: self.nearest_change(&considered) }
    }

    /// The features in their own units.
    fn describe(&self, vector: &FeatureVector) -> Vec<Option<f64>> {
        let features = self.content().program.features.iter().enumerate();
        features.map(|(index, feature)| vector.get(index).map(|value| feature.show(value))).collect()
    }

    /// The smallest change, as a share of what training saw of each feature, or of the whole range of margins.
    fn nearest_change(&self, considered: &Considered) -> Option<Change> {
        let best = considered.appraisal.best();
        let features = 0..self.content().program.features.len();
        let by_feature = features.filter_map(|index| self.feature_change(considered, index, best));
        let nearer = |a: &(f64, Change), b: &(f64, Change)| a.0.total_cmp(&b.0);
        by_feature.chain(self.margin_change(considered, best)).min_by(nearer).map(|(_, change)| change)
    }

    fn feature_change(&self, considered: &Considered, index: usize, best: usize) -> Option<(f64, Change)> {
        let (low, high) = self.content().model.range(index)?;
        let now = considered.features.get(index);
        let start = math::clamp(now.unwrap_or(low), low, high);
        let arm_at = |value: f64| {
            let mut features = considered.features;
            features.set(index, value);
            self.appraise(&features, considered.stakes).best()
        };
        let (value, arm) = scan(start, low, high, best, arm_at)?;
        let feature = &self.content().program.features[index];
        let from = now.map(|value| feature.show(value));
        let change = Change { feature: Some(index), from, to: feature.show(value), arm };
        Some(((value - start).abs() / (high - low), change))
    }

    fn margin_change(&self, considered: &Considered, best: usize) -> Option<(f64, Change)> {
        let start = considered.stakes.margin.fraction();
        let arm_at = |margin: f64| {
            let margin = BasisPoints::new((margin * 10_000.0) as u16).unwrap_or_default();
            self.appraise(&considered.features, Stakes { margin, ..considered.stakes }).best()
        };
        let (value, arm) = scan(start, 0.0, 1.0, best, arm_at)?;
        Some(((value - start).abs(), Change { feature: None, from: Some(start), to: value, arm }))
    }
}

/// The value nearest to `start` within `low..=high` at which `arm_at` is not `best`, narrowed down by halving.
fn scan(start: f64, low: f64, high: f64, best: usize, arm_at: impl Fn(f64) -> usize) -> Option<(f64, usize)> {
    for step in 1..=STEPS {
        for end in [low, high] {
            let place = |step: usize| start + (end - start) * step as f64 / STEPS as f64;
            if arm_at(place(step)) != best {
                let value = halve(place(step - 1), place(step), best, &arm_at);
                return Some((value, arm_at(value)));
            }
        }
    }
    None
}

fn halve(mut same: f64, mut other: f64, best: usize, arm_at: &impl Fn(f64) -> usize) -> f64 {
    for _ in 0..16 {
        let middle = (same + other) / 2.0;
        if arm_at(middle) == best {
            same = middle;
        } else {
            other = middle;
        }
    }
    other
}
