//! From a decision to the object that answers a request.

use super::Edge;
use super::objects::*;
use crate::artefact::Word;
use crate::decision::VERDICT_CODES;
use crate::explain::{Change, Explanation, Lever, sentence};
use alloc::string::{String, ToString};

impl Edge {
    /// Everything a decision says, in the caller's language.
    pub(super) fn tell(&self, told: Explanation, request: &EdgeRequest, heard: Heard) -> EdgeDecision {
        let (content, decision) = (self.engine.content(), told.decision);
        let locale = content.locales.iter().find(|l| l.tag == request.locale).or(content.locales.first());
        let word = |word, index| locale.map_or("", |locale| locale.text(word, index)).to_string();
        let arm_id = |index: usize| content.menu.arms[index].id.clone();
        let feature_name = |index: usize| {
            let names = ["(start)", "(category)", "(group)"];
            let features = &content.program.features;
            features.get(index).map_or_else(|| names[(index - features.len()).min(2)].into(), |f| f.name.clone())
        };
        let arms = decision.outcomes().iter().enumerate().map(|(index, outcome)| ArmRecord {
            arm: arm_id(index),
            verdict: VERDICT_CODES[outcome.verdict as usize],
            propensity: outcome.propensity,
            probability: outcome.probability,
            gain_minor: outcome.gain,
            cost_minor: outcome.cost,
            score: outcome.score,
        });
        let change = |change: &Change| {
            let (kind, feature, cost_of) = match change.lever {
                Lever::Feature(index) => ("feature", Some(index), None),
                Lever::Margin => ("margin", None, None),
                Lever::BudgetPrice => ("budgetPrice", None, None),
                Lever::Cost(arm) => ("cost", None, Some(arm_id(arm))),
            };
            ToldChange {
                kind,
                feature: feature.map(feature_name),
                label: feature.map(|index| word(Word::Feature, index)),
                cost_of,
                from: change.from,
                to: change.to,
                arm: arm_id(change.arm),
                text: locale
                    .map_or_else(String::new, |locale| sentence(change, locale, content, request.currency_digits)),
            }
        };
        let why = || Why {
            contributions: told
                .contributions
                .iter()
                .map(|part| Part {
                    feature: feature_name(part.feature),
                    label: word(Word::Feature, part.feature),
                    contribution: part.amount,
                    cost_minor: part.cost,
                    value: part.value,
                })
                .collect(),
            nearest_change: told.nearest_change().map(change),
            changes: told.changes.iter().map(change).collect(),
        };
        EdgeDecision {
            arm: arm_id(decision.arm),
            arm_index: decision.arm,
            depth_bp: decision.depth.get(),
            list_minor: decision.list.minor() as f64,
            discount_minor: decision.discount.minor() as f64,
            price_minor: decision.price.minor() as f64,
            reason: decision.reason.code(),
            reason_number: decision.reason as u32,
            reason_text: word(Word::Reason, decision.reason as usize),
            refused_events: heard.refused_events,
            profile_refused: heard.profile_refused,
            refused_attributes: heard.refused_attributes,
            model_version: decision.model_version as f64,
            arms: arms.collect(),
            explanation: request.explain.then(why),
            disclosure: word(Word::Disclosure, if request.personalised { 0 } else { 1 }),
        }
    }
}
