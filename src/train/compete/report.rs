//! A finished competition as the numbers of its report, and the model as a file.

use super::entrant::{Entrant, Told};
use super::judge::{self, Judged};
use super::{Setup, look, offers};
use crate::artefact::MAX_BYTES;
use crate::engine::Engine;
use crate::error::Result;
use crate::evaluate::learned::{
    Candidate, Chosen, Elimination, Kind, Path, Paths, Response, Rows, Run, Search, Seconds, Selection, Setting, Split,
    Step, Task, Trial, Worth,
};
use crate::evaluate::summary::Figure;
use crate::math;
use crate::train::config::Predicts;
use crate::train::learn::linear::LogisticRegressionParams;
use crate::train::select::{EliminateParams, PermutationParams, information};
use crate::train::table::Prepared;
use crate::train::validate::Fold;
use std::time::Instant;

/// Features whose responses are drawn.
const RESPONSES: usize = 6;
/// Bins of an amount, for what a feature alone tells.
const BINS: usize = 20;
/// Strengths of a path.
const STRENGTHS: usize = 24;

/// What a report is made of.
pub struct Made<'a> {
    /// The table.
    pub prepared: &'a Prepared,
    /// Settings.
    pub setup: &'a Setup<'a>,
    /// Rows held out.
    pub judged: &'a Judged<'a>,
    /// All who competed.
    pub entrants: &'a [Entrant],
    /// Who won.
    pub best: usize,
    /// Those who were better on folds, but take more bytes than a file has room for.
    pub passed_over: Vec<usize>,
    /// Folds of the training rows.
    pub folds: &'a [Fold],
}

impl Made<'_> {
    /// Measures, packs and tells.
    pub fn report(&self, engine: &Engine, bytes: usize, told: Told) -> Result<Run> {
        let started = Instant::now();
        let best = &self.entrants[self.best];
        let threshold = match self.judged.is_binary() {
            true => judge::best_threshold(best, &self.prepared.train)?,
            false => 0.5,
        };
        told("judge", 0, 1, "");
        let predicted: Vec<Vec<f64>> = self.entrants.iter().map(|entrant| self.judged.predicted(entrant)).collect();
        let candidates = self.candidates(&predicted, threshold)?;
        let constant = self.constant();
        let baseline = Candidate {
            name: "constant".into(),
            what: "The mean outcome of the training rows, for every row.".into(),
            figures: self.judged.figures(&constant, threshold)?,
            validated: f64::NAN,
            ..Candidate::default()
        };
        let others = self.others();
        let mut all = vec![(best.contender.name.as_str(), predicted[self.best].as_slice())];
        all.extend(others.iter().map(|at| (self.entrants[*at].contender.name.as_str(), predicted[*at].as_slice())));
        let difference = |(name, values): &(&str, &[f64])| self.judged.difference(name, all[0].1, values);
        let compared = all[1..].iter().copied().chain([("constant", constant.as_slice())]);
        let differences = compared.map(|other| difference(&other)).collect::<Result<_>>()?;
        let selection = self.selection(told)?;
        let responses = self.responses(&selection);
        Ok(Run {
            skonto_version: env!("CARGO_PKG_VERSION").into(),
            shop: self.prepared.shop.clone(),
            title: String::new(),
            currency: self.prepared.currency.clone(),
            task: self.task(),
            data: self.rows(),
            split: self.split(),
            held_out: self.judged.held_out(best, &all, threshold)?,
            chosen: self.chosen(),
            candidates,
            baselines: vec![baseline],
            differences,
            searches: self.entrants.iter().filter_map(|entrant| searched(entrant, self.folds.len())).collect(),
            selection: Some(selection),
            tree: Some(look::imitation(&best.model, self.judged, &self.prepared.train, &self.prepared.words)?),
            responses,
            offers: offers::offers(engine, self.prepared, self.setup.learn),
            card: vec![Setting::new("What it is", &engine.content().card)],
            model_version: self.setup.version,
            model_bytes: bytes as u64,
            warnings: self.warnings(),
            seconds: vec![Seconds { stage: "judging and drawing".into(), seconds: started.elapsed().as_secs_f64() }],
            ..Run::default()
        })
    }

    fn others(&self) -> Vec<usize> {
        (0..self.entrants.len()).filter(|at| *at != self.best).collect()
    }

    fn candidates(&self, predicted: &[Vec<f64>], threshold: f64) -> Result<Vec<Candidate>> {
        let of = |(entrant, predicted): (&Entrant, &Vec<f64>)| {
            self.judged.candidate(entrant, predicted, threshold, entrant.model.bytes() as u64)
        };
        self.entrants.iter().zip(predicted).map(of).collect()
    }

    fn constant(&self) -> Vec<f64> {
        let train = &self.prepared.train;
        let weighted = train.target.iter().zip(&train.weight).map(|(target, weight)| target * weight);
        let mean = math::ordered_sum(weighted) / math::ordered_sum(train.weight.iter().copied());
        vec![mean; self.prepared.test.rows()]
    }

    fn task(&self) -> Task {
        let [row, rows] = self.setup.learn.params.rows.clone();
        let [positives, negatives] = self.setup.learn.params.classes.clone();
        let kind = match self.prepared.predicts {
            // Gains are learnt by policies, not here; see `compete`.
            Predicts::Buys | Predicts::Gain => Kind::Buys,
            Predicts::TakesPart => Kind::TakesPart,
            Predicts::MarketPrice => Kind::MarketPrice,
        };
        let price = if kind == Kind::MarketPrice { ("market price", "ln(price ÷ list price)") } else { ("", "") };
        let (amount, unit) = (price.0.into(), price.1.into());
        Task { kind, target: self.prepared.target.clone(), row, rows, positives, negatives, amount, unit }
    }

    fn rows(&self) -> Rows {
        let counts = &self.prepared.counts;
        Rows {
            files: self.setup.files.to_vec(),
            read: counts.read,
            kept: counts.train + counts.test,
            columns: self.prepared.program.tables.attributes.len() as u64,
            features: self.prepared.program.features.len() as u64,
            causes: counts.causes.clone(),
        }
    }

    fn split(&self) -> Split {
        let mean = |target: &[f64]| math::ordered_sum(target.iter().copied()) / target.len() as f64;
        let learn = self.setup.learn;
        Split {
            rule: self.setup.rule.into(),
            train: self.prepared.counts.train,
            validate: 0,
            folds: self.folds.len() as u64,
            test: self.prepared.counts.test,
            train_mean: mean(&self.prepared.train.target),
            test_mean: mean(&self.prepared.test.target),
            resampled: format!("held-out {}", learn.params.rows[1]),
            resamples: learn.params.resamples as u64,
        }
    }

    fn chosen(&self) -> Chosen {
        let (learn, best) = (self.setup.learn, &self.entrants[self.best]);
        let shown = learn.metric;
        let rows = &learn.params.rows[1];
        let why = match self.entrants.len() {
            1 => "It was the only candidate.".to_string(),
            _ if !self.passed_over.is_empty() => format!(
                "Of those that a file has room for, it had the best {} on training {rows} that its models had not seen.",
                in_text(shown.name())
            ),
            _ => format!("It had the best {} on training {rows} that its models had not seen.", in_text(shown.name())),
        };
        Chosen { name: best.contender.name.clone(), why, decided_by: learn.metric, measure: self.judged.shown() }
    }

    fn selection(&self, told: Told) -> Result<Selection> {
        let (best, learn) = (&self.entrants[self.best], self.setup.learn);
        let metric = learn.metric;
        told("features", 0, 2, "");
        let known = information(&self.prepared.train, BINS)?;
        let params =
            PermutationParams { metric, resamples: 100, seed: learn.params.seed, ..PermutationParams::default() };
        let worth = params.check()?.worth(&best.model, &self.prepared.test, Some(self.judged.group))?;
        told("features", 1, 2, "");
        let feature = |worth: crate::train::select::Worth| {
            let gain = known.iter().find(|known| known.feature == worth.feature).map_or(f64::NAN, |known| known.gain);
            Worth {
                feature: worth.feature,
                information_gain: gain,
                mutual_information: gain,
                permutation: Some(worth.loss),
                kept: true,
            }
        };
        let mut features: Vec<Worth> = worth.into_iter().map(feature).collect();
        let value = |worth: &Worth| worth.permutation.map_or(0.0, |figure| figure.value);
        features.sort_by(|one, other| value(other).total_cmp(&value(one)));
        Ok(Selection { features, measure: metric, paths: self.paths()?, elimination: self.elimination(told)? })
    }

    /// The weights of logistic regression as its L1 penalty weakens; levels count by the greatest of their weights.
    fn paths(&self) -> Result<Option<Paths>> {
        if !self.judged.is_binary() {
            return Ok(None);
        }
        let params = LogisticRegressionParams { l1_ratio: 1.0, ..LogisticRegressionParams::default() };
        let path = params.check()?.path(&self.prepared.train, STRENGTHS)?;
        let weights: Vec<Vec<f64>> = (0..path.strengths.len()).map(|index| path.importance(index)).collect();
        let of = |(feature, name): (usize, &String)| Path {
            feature: name.clone(),
            weights: weights.iter().rev().map(|weights| weights[feature]).collect(),
        };
        let paths = self.prepared.train.names.iter().enumerate().map(of).collect();
        let penalties = path.strengths.iter().rev().map(|strength| 1.0 / strength).collect();
        Ok(Some(Paths { penalties, paths, chosen: f64::NAN }))
    }

    fn elimination(&self, told: Told) -> Result<Option<Elimination>> {
        let learn = self.setup.learn;
        if !learn.params.eliminate {
            return Ok(None);
        }
        let best = &self.entrants[self.best];
        let learner = best.contender.learner(&best.own)?;
        let params = EliminateParams { metric: learn.metric, seed: learn.params.seed, ..EliminateParams::default() };
        let watch = |done, total| told("features left out", done, total, "");
        let found = params.check()?.eliminate(learner.as_ref(), &self.prepared.train, self.folds, &watch)?;
        let mut before: Option<&[String]> = None;
        let mut steps = Vec::new();
        for round in &found.rounds {
            let gone = before.into_iter().flatten().filter(|name| !round.features.contains(*name)).cloned();
            let (mean, error) = (round.score.mean, 1.96 * round.score.standard_error);
            steps.push(Step {
                features: round.features.len() as u64,
                removed: gone.collect::<Vec<_>>().join(", "),
                figure: Figure { value: mean, low: mean - error, high: mean + error },
            });
            before = Some(&round.features);
        }
        let method = "recursive, those worth least by permutation first".into();
        Ok(Some(Elimination { method, steps, chosen: found.rounds[found.smallest].features.len() as u64 }))
    }

    fn responses(&self, selection: &Selection) -> Vec<Response> {
        let best = &self.entrants[self.best];
        let (train, words) = (&self.prepared.train, &self.prepared.words);
        let place = |worth: &Worth| train.names.iter().position(|name| *name == worth.feature);
        let places = selection.features.iter().take(RESPONSES).filter_map(place);
        places.map(|feature| look::response(&best.model, train, feature, words)).collect()
    }

    fn warnings(&self) -> Vec<String> {
        let learn = self.setup.learn;
        let too_large = |at: &usize| {
            let entrant = &self.entrants[*at];
            let (name, bytes) = (&entrant.contender.name, entrant.model.bytes());
            format!("{name} was better on folds, but takes {bytes} bytes, and a file has room for {MAX_BYTES}.")
        };
        let mut warnings: Vec<String> = self.passed_over.iter().map(too_large).collect();
        if learn.params.response > 0.0 {
            warnings.push(format!(
                "That an offer of 10 % adds {:.2} log-odds is the shop's assumption: the data say nothing about offers.",
                0.1 * learn.params.response
            ));
        }
        if self.prepared.predicts == Predicts::TakesPart {
            warnings.push(
                "Who takes part may have bought without the offer: every participation is counted as gained.".into(),
            );
        }
        warnings
    }
}

fn searched(entrant: &Entrant, folds: usize) -> Option<Search> {
    let history = entrant.history.as_ref()?;
    let trial = |(index, trial): (usize, &crate::train::search::Trial)| Trial {
        number: index as u64 + 1,
        value: trial.value.unwrap_or(f64::NAN),
        best: history.best_so_far[index].unwrap_or(f64::NAN),
        settings: trial.point.values.iter().map(|(name, value)| Setting::new(name, value)).collect(),
        seconds: trial.seconds,
    };
    let method = match history.method {
        crate::train::search::Method::Grid => "all combinations",
        crate::train::search::Method::Random => "by chance",
        crate::train::search::Method::Bayes => "Bayesian optimisation",
    };
    Some(Search {
        candidate: entrant.contender.name.clone(),
        method: format!("{method}, {folds} folds"),
        measure: history.metric,
        trials: history.trials.iter().enumerate().map(trial).collect(),
    })
}

/// A name within a sentence: `Log loss` becomes `log loss`, `ROC-AUC` stays.
fn in_text(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => name.into(),
    }
}
