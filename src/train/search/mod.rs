//! Settings chosen by trying them: a grid, random draws, or draws that learn from what was tried.
//!
//! ```text
//! SearchParams -> check -> CheckedSearch -> search(evaluate) -> History { trials, best, ... }
//! ```
//! What is tried next depends on the settings and on the values found so far, on nothing else. So a search that is cut
//! off at any point goes on from its history file as if nothing had happened, and ends with the same best point.
//! Bayesian search is the tree-structured Parzen estimator (Bergstra and others, NIPS 2011) of the crate `tpe`.
//!
//! It does *not* know learners: a [`Point`] overrides the settings of whatever is tuned, by key. Judge a point by folds
//! ([`cross_validate`](super::validate::cross_validate)), never by the rows that the final model is reported on.

mod history;
mod params;
mod propose;
mod space;

pub use history::{History, Parameter, Stopped, Trial, fingerprint};
pub use params::{CheckedSearch, Method, SearchParams};
pub use space::{Axis, Interval, Point, Scale};

use crate::error::{Code, Error, Result};
use history::File;
use propose::Proposer;
use std::path::Path;

/// What a search is told about the world.
pub struct Surroundings<'a> {
    /// What points are judged on, such as [`fingerprint`] of a sample: a history of other data is refused.
    pub data: &'a str,
    /// Where trials are kept, one JSON line each; none to keep none.
    pub history: Option<&'a Path>,
    /// Seconds since any fixed moment.
    pub clock: &'a dyn Fn() -> f64,
    /// Told after every trial.
    pub progress: &'a dyn Fn(Progress),
}

/// How far a search is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Trials done, those of an earlier run included.
    pub done: usize,
    /// Trials allowed; none where only time is limited.
    pub budget: Option<usize>,
    /// The best value so far; none while every trial failed.
    pub best: Option<f64>,
}

impl CheckedSearch {
    /// Tries points until the budget is used up. `evaluate` returns the metric of a point; a value that is not finite
    /// counts as a failed trial, worse than any other.
    ///
    /// # Errors
    /// What `evaluate` refuses, with the point; a history file of another space, method, seed or data, or one that is
    /// damaged before its last line, or that cannot be read or written.
    pub fn search(&self, evaluate: &dyn Fn(&Point) -> Result<f64>, surroundings: &Surroundings) -> Result<History> {
        let mut file = surroundings.history.map(|path| File::open(path, &self.hash(surroundings.data))).transpose()?;
        let known = file.as_mut().map(File::take_trials).unwrap_or_default();
        let mut run = Run { search: self, proposer: Proposer::new(self), trials: Vec::new() };
        for trial in known {
            run.accept_known(trial)?;
        }
        let stopped = loop {
            if let Some(stopped) = self.stopped(&run.trials) {
                break stopped;
            }
            let Some(point) = run.proposer.next(&run.trials) else { break Stopped::Exhausted };
            let trial = run.evaluated(point, evaluate, surroundings.clock)?;
            if let Some(file) = &mut file {
                file.append(&trial)?;
            }
            run.trials.push(trial);
            let best = self.best(&run.trials).and_then(|best| run.trials[best].value);
            (surroundings.progress)(Progress { done: run.trials.len(), budget: self.params().evaluations, best });
        };
        Ok(History::of(self, run.trials, stopped))
    }

    /// Whether the budget is used up or patience is at its end.
    fn stopped(&self, trials: &[Trial]) -> Option<Stopped> {
        let params = self.params();
        if params.evaluations.is_some_and(|most| trials.len() >= most) {
            return Some(Stopped::Evaluations);
        }
        if params.seconds.is_some_and(|most| trials.iter().map(|trial| trial.seconds).sum::<f64>() >= most) {
            return Some(Stopped::Seconds);
        }
        let since = trials.len() - self.best(trials).map_or(0, |best| best + 1);
        params.patience.filter(|patience| since >= *patience).map(|_| Stopped::Patience)
    }

    /// The earliest of the best trials.
    pub(super) fn best(&self, trials: &[Trial]) -> Option<usize> {
        let losses = trials.iter().enumerate().filter_map(|(index, trial)| Some((index, self.loss(trial.value?))));
        losses.reduce(|best, next| if next.1 < best.1 { next } else { best }).map(|(index, _)| index)
    }

    /// What is lowered.
    fn loss(&self, value: f64) -> f64 {
        if self.params().metric.higher_is_better() { -value } else { value }
    }
}

/// A search under way.
struct Run<'a> {
    search: &'a CheckedSearch,
    proposer: Proposer<'a>,
    trials: Vec<Trial>,
}

impl Run<'_> {
    /// Takes a trial of an earlier run, which must be the one that this run would have made.
    fn accept_known(&mut self, trial: Trial) -> Result<()> {
        let number = self.trials.len();
        if self.proposer.next(&self.trials).as_ref() != Some(&trial.point) {
            let what = format!("trial {number} of the history is not what this search tries: {}", trial.point);
            return Err(Error::new(Code::BadData, what));
        }
        self.trials.push(trial);
        Ok(())
    }

    fn evaluated(
        &self,
        point: Point,
        evaluate: &dyn Fn(&Point) -> Result<f64>,
        clock: &dyn Fn() -> f64,
    ) -> Result<Trial> {
        let start = clock();
        let value = evaluate(&point).map_err(|error| {
            let what = format!("`{}` of trial {} ({point}): {error}", self.search.metric_name(), self.trials.len());
            Error::new(error.code(), what)
        })?;
        Ok(Trial::new(point, value, clock() - start))
    }
}

#[cfg(test)]
mod experiment;
#[cfg(test)]
mod tests;
