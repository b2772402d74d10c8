//! Who learns a policy, and what was learnt: gains by a meta-learner, an exact policy tree, a forest, a table of segments.
//!
//! All but the meta-learners start from doubly robust scores of `reward − λ · cost`, λ being the menu's price of budget and 1:
//! a device takes a cost off the gain once, and then its price. It does *not* say what a policy is worth.

use super::trials::Trials;
use crate::error::{Code, Error, Result};
use crate::model::{Model, Values};
use crate::train::config::CandidateParams;
use crate::train::learn::Watch;
use crate::train::policy_tree::{CheckedPolicyTree, CheckedSegmentTable, PolicyTree};
use crate::train::trial::Trial;
use crate::train::uplift::{CheckedUplift, CheckedUpliftForest, Effects, Method};

/// A candidate whose settings make sense.
pub struct Learner {
    kind: Kind,
    /// A meta-learner itself, or who makes the scores.
    base: CheckedUplift,
    what: String,
}

enum Kind {
    Gains,
    Tree(CheckedPolicyTree),
    Forest(CheckedUpliftForest),
    Segments(CheckedSegmentTable),
}

/// A policy that was fitted.
pub enum Learned {
    /// By row, the gain of every arm.
    Gains(Effects),
    /// Questions whose leaves name an arm.
    Tree(PolicyTree),
    /// By arm, a model of its gain over none, λ times the cost taken off.
    Forest(Vec<Model>),
}

impl Learner {
    /// The one way in which a candidate learns.
    ///
    /// # Errors
    /// No way or several; scores beside a meta-learner, which makes its own; settings that make no sense.
    pub fn of(params: &CandidateParams) -> Result<Learner> {
        let named = |error: Error| Error::new(error.code(), format!("candidate `{}`: {error}", params.name));
        Learner::unnamed(params).map_err(named)
    }

    fn unnamed(params: &CandidateParams) -> Result<Learner> {
        let CandidateParams { uplift, tree, forest, segments, .. } = params.clone();
        let scores = || params.scores.clone().unwrap_or_default().check();
        match (uplift, tree, forest, segments) {
            (Some(uplift), None, None, None) if uplift.observational => Err(Error::new(
                Code::BadConfig,
                "`observational` is said once, in `trial`, and holds for all candidates",
            )),
            (Some(uplift), None, None, None) if params.scores.is_none() => {
                let what = said(&uplift.method).to_string();
                Ok(Learner { kind: Kind::Gains, base: uplift.check()?, what })
            }
            (None, Some(tree), None, None) => {
                let what = format!("A policy tree of depth {}, searched on doubly robust scores.", tree.depth);
                Ok(Learner { kind: Kind::Tree(tree.check()?), base: scores()?, what })
            }
            (None, None, Some(forest), None) => {
                let what = format!("{} honest trees on doubly robust scores, split where gains differ.", forest.trees);
                Ok(Learner { kind: Kind::Forest(forest.check()?), base: scores()?, what })
            }
            (None, None, None, Some(segments)) => {
                let what =
                    format!("Segments by {}: the best arm of each, means pulled together.", segments.by.join(", "));
                Ok(Learner { kind: Kind::Segments(segments.check()?), base: scores()?, what })
            }
            (Some(_), None, None, None) => {
                Err(Error::new(Code::BadConfig, "`scores` are of a tree, a forest or segments; `uplift` makes its own"))
            }
            _ => Err(Error::new(Code::BadConfig, "it is one of `uplift`, `tree`, `forest` and `segments`")),
        }
    }

    /// What it is, in a sentence.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Learns from a trial. `stage` is by row, for meta-learners that read it; `price` is λ.
    ///
    /// # Errors
    /// What the learner refuses.
    pub fn fit(&self, trial: &Trial, stage: Option<&[f64]>, price: f64, watch: Watch) -> Result<Learned> {
        if let Kind::Gains = self.kind {
            return Ok(Learned::Gains(self.base.fit(trial, stage, watch)?));
        }
        let scores = self.base.scores(trial, price, watch)?;
        match &self.kind {
            Kind::Tree(tree) => Ok(Learned::Tree(tree.fit(&trial.features, &scores)?)),
            Kind::Segments(table) => Ok(Learned::Tree(table.fit(&trial.features, &scores)?)),
            Kind::Forest(forest) => Ok(Learned::Forest(forest.fit(trial, &scores)?)),
            Kind::Gains => Err(Error::new(Code::BadConfig, "a meta-learner needs no scores")),
        }
    }
}

impl Learned {
    /// The arm for a row.
    pub fn choose(&self, row: &impl Values, trials: &Trials) -> u16 {
        match self {
            Learned::Gains(effects) => effects.best(row, &trials.cost, trials.price),
            Learned::Tree(tree) => tree.choose(row),
            Learned::Forest(models) => {
                let worth: Vec<f64> = models.iter().map(|model| model.score_of(row, 0.0)).collect();
                (1..worth.len()).fold(0, |best, arm| if worth[arm] > worth[best] { arm } else { best }) as u16
            }
        }
    }
}

fn said(method: &Method) -> &'static str {
    match method {
        Method::Single => "One model that knows the arm; the gain is what changes with it (S-learner).",
        Method::Separate => "A model for every arm; the gain is their difference (T-learner).",
        Method::Crossed => "Gains imputed from the other side, weighted by the chance of the arm (X-learner).",
        Method::DoublyRobust => "A regression on doubly robust scores (DR-learner).",
        Method::Staged => "The chance of the stage times what a row earns at it, for every arm.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_learns_in_one_way() {
        let check = |settings: &str| {
            let params: CandidateParams = toml::from_str(&format!("name = 'it'\n{settings}")).unwrap();
            Learner::of(&params).map(|learner| learner.what().to_string()).map_err(|error| error.to_string())
        };
        for settings in ["uplift = {}", "tree = { depth = 3 }", "forest = {}", "segments = { by = ['recency'] }"] {
            assert!(check(settings).is_ok(), "{settings}");
        }
        assert!(check("tree = {}\nscores = { folds = 3 }").is_ok());
        let rows = [
            ("", "candidate `it`: it is one of `uplift`, `tree`"),
            ("tree = {}\nforest = {}", "one of `uplift`, `tree`"),
            ("uplift = { observational = true }", "`observational` is said once, in `trial`"),
            ("uplift = {}\nscores = {}", "`uplift` makes its own"),
            ("tree = { depth = 4 }", "limit 3, found 4"),
            ("tree = { least_rows = 0 }", "at least 1, found 0"),
            ("forest = { trees = 0 }", "`trees`"),
            ("segments = {}", "`by` of segments names 1 to 4 features, found 0"),
            ("segments = { by = ['recency'], bands = 1 }", "`bands` is 2 to 100, found 1"),
            ("tree = {}\nscores = { folds = 1 }", "`folds` is 2 to 100, found 1"),
        ];
        for (settings, expected) in rows {
            let message = check(settings).unwrap_err();
            assert!(message.contains(expected), "{settings}: {message}");
        }
    }
}
