//! What is told of a run, in the form and within the limits that MLflow takes.

use crate::evaluate::experiment::Experiment;
use crate::evaluate::learned::{Candidate, Figures, Run};
use crate::evaluate::summary::{Figure, Summary};
use std::collections::BTreeSet;

/// Characters of a key and of a parameter's value at most.
const KEY: usize = 250;
const VALUE: usize = 6_000;

/// A number at a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What it is.
    pub key: String,
    /// The number.
    pub value: f64,
    /// Counted from 0; trials of a search have theirs.
    pub step: i64,
}

/// A file to keep beside the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, without a folder.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Everything told of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logged {
    /// What the run is called.
    pub name: String,
    /// Words about it.
    pub tags: Vec<(String, String)>,
    /// Settings as they were given.
    pub settings: Vec<(String, String)>,
    /// Numbers as they were measured.
    pub points: Vec<Point>,
    /// Files.
    pub files: Vec<File>,
}

impl Logged {
    /// Settings with keys that MLflow takes, each once, none empty and none too long.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let mut seen = BTreeSet::new();
        let fitting = self.settings.iter().filter(|(_, value)| !value.is_empty());
        let clean = fitting.map(|(key, value)| (key_of(key), value.chars().take(VALUE).collect()));
        clean.filter(|(key, _): &(String, String)| seen.insert(key.clone())).collect()
    }

    /// Numbers that exist, under keys that MLflow takes.
    pub fn metrics(&self) -> Vec<Point> {
        let there = self.points.iter().filter(|point| point.value.is_finite());
        there.map(|point| Point { key: key_of(&point.key), ..point.clone() }).collect()
    }

    /// What is worth following of a run of learners: the chosen one's figures under their own names, the others' under
    /// those of their candidates, and every trial of a search.
    pub fn of_run(run: &Run) -> Logged {
        let mut points = run.winner().map_or_else(Vec::new, |winner| figures("", &winner.figures));
        for candidate in run.candidates.iter().chain(&run.baselines) {
            points.extend(figures(&format!("{}/", candidate.name), &candidate.figures));
            points.extend(one(format!("{}/fit_seconds", candidate.name), candidate.fit_seconds));
        }
        for search in &run.searches {
            let key = |what: &str| format!("search/{}/{what}", search.candidate);
            points.extend(search.trials.iter().flat_map(|trial| {
                let step = trial.number as i64;
                [(key("value"), trial.value), (key("best"), trial.best)].map(|(key, value)| Point { key, value, step })
            }));
        }
        points.extend(one("model_bytes".into(), run.model_bytes as f64));
        points.extend(run.seconds.iter().flat_map(|stage| one(format!("seconds/{}", stage.stage), stage.seconds)));
        let tags = [("skonto.shop", &run.shop), ("skonto.title", &run.title), ("skonto.version", &run.skonto_version)];
        let tags = tags.into_iter().filter(|(_, value)| !value.is_empty());
        Logged {
            name: run.heading().to_string(),
            tags: tags.map(|(key, value)| (key.to_string(), value.clone())).collect(),
            settings: settings(run),
            points,
            files: Vec::new(),
        }
    }

    /// The same of an experiment's policies: what they are worth, by estimator.
    pub fn of_experiment(run: &Experiment) -> Logged {
        let mut points = Vec::new();
        for policy in &run.policies {
            let of = |what: &str, (estimator, figure): &(String, Figure)| {
                ends(&format!("{}/{what}/{estimator}", policy.name), figure)
            };
            points.extend(policy.values.iter().flat_map(|value| of("value", value)));
            points.extend(policy.over_best_arm.iter().flat_map(|value| of("over_best_arm", value)));
            points.extend(one(format!("{}/cost", policy.name), policy.cost));
        }
        for candidate in &run.candidates {
            points.extend(ends(&format!("{}/validated", candidate.name), &candidate.value));
        }
        points.extend(run.rankings.iter().flat_map(|ranking| ends(&format!("qini/{}", ranking.arm), &ranking.qini)));
        points.extend(one("model_bytes".into(), run.file.bytes as f64));
        points.extend(run.seconds.iter().flat_map(|(stage, seconds)| one(format!("seconds/{stage}"), *seconds)));
        let own = |key: &str, value: &dyn ToString| (key.to_string(), value.to_string());
        Logged {
            name: run.shop.clone(),
            tags: vec![own("skonto.shop", &run.shop), own("skonto.version", &run.skonto_version)],
            settings: vec![
                own("reward", &run.reward),
                own("files", &run.data.files.join(", ")),
                own("split", &run.data.rule),
                own("train_rows", &run.data.train),
                own("test_rows", &run.data.test),
                own("released", &run.verdict.released),
            ],
            points,
            files: Vec::new(),
        }
    }

    /// The same of a demand model.
    pub fn of_summary(summary: &Summary) -> Logged {
        let mut points = Vec::new();
        for (index, score) in summary.scores.iter().enumerate() {
            let name = if index == 0 { String::new() } else { format!("{}/", score.name) };
            let named = [("roc_auc", score.roc_auc), ("pr_auc", score.pr_auc), ("log_loss", score.log_loss)];
            points.extend(named.iter().flat_map(|(key, figure)| ends(&format!("{name}{key}"), figure)));
            points.extend(one(format!("{name}brier"), score.brier));
            points.extend(one(format!("{name}calibration_error"), score.calibration_error));
        }
        for policy in &summary.policies {
            points.extend(ends(&format!("over_none_minor/{}", policy.name), &policy.over_none));
            points.extend(one(format!("offered/{}", policy.name), policy.offered));
        }
        points.extend(summary.seconds.iter().flat_map(|(stage, seconds)| one(format!("seconds/{stage}"), *seconds)));
        let weeks = |(first, last): (u32, u32)| format!("{first}-{last}");
        let own = |key: &str, value: &dyn ToString| (key.to_string(), value.to_string());
        let split = &summary.split;
        Logged {
            name: summary.shop.clone(),
            tags: vec![own("skonto.shop", &summary.shop), own("skonto.version", &env!("CARGO_PKG_VERSION"))],
            settings: vec![
                own("train_weeks", &weeks(split.train)),
                own("validate_weeks", &weeks(split.validate)),
                own("test_weeks", &weeks(split.test)),
                own("settings", &summary.tuning.first().map_or("", |it| it.0.as_str())),
                own("model_version", &summary.model_version),
            ],
            points,
            files: Vec::new(),
        }
    }
}

fn settings(run: &Run) -> Vec<(String, String)> {
    let own = |key: &str, value: &dyn ToString| (key.to_string(), value.to_string());
    let mut all = vec![
        own("target", &run.task.target),
        own("files", &run.data.files.join(", ")),
        own("split", &run.split.rule),
        own("train_rows", &run.split.train),
        own("test_rows", &run.split.test),
        own("chosen", &run.chosen.name),
        own("chosen_by", &run.chosen.measure.key()),
        own("model_version", &run.model_version),
    ];
    all.extend(run.settings.iter().map(|it| (it.name.clone(), it.value.clone())));
    let of = |candidate: &Candidate| {
        let name = candidate.name.clone();
        candidate.settings.iter().map(move |it| (format!("{name}/{}", it.name), it.value.clone())).collect::<Vec<_>>()
    };
    all.extend(run.candidates.iter().flat_map(of));
    all
}

fn figures(prefix: &str, figures: &Figures) -> Vec<Point> {
    figures.iter().flat_map(|(measure, figure)| ends(&format!("{prefix}{}", measure.key()), figure)).collect()
}

/// A figure, and its ends where they are known.
fn ends(key: &str, figure: &Figure) -> Vec<Point> {
    let mut points: Vec<Point> = one(key.to_string(), figure.value).into_iter().collect();
    if figure.low < figure.high {
        points.extend(one(format!("{key}/low"), figure.low));
        points.extend(one(format!("{key}/high"), figure.high));
    }
    points
}

fn one(key: String, value: f64) -> Option<Point> {
    value.is_finite().then_some(Point { key, value, step: 0 })
}

/// Letters, digits and `_-. /` only; a path that goes nowhere else.
fn key_of(name: &str) -> String {
    let allowed = |letter: char| if letter.is_ascii_alphanumeric() || "_-. /".contains(letter) { letter } else { '_' };
    let parts = name.split('/').map(|part| part.trim_matches(['.', ' '])).filter(|part| !part.is_empty());
    let key: String = parts.collect::<Vec<_>>().join("/").chars().map(allowed).take(KEY).collect();
    if key.is_empty() { "_".into() } else { key }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_that_mlflow_takes() {
        let rows = [
            ("roc_auc", "roc_auc"),
            ("a/../b", "a/b"),
            ("10 % für alle", "10 _ f_r alle"),
            ("", "_"),
            ("/a//b/", "a/b"),
        ];
        for (name, key) in rows {
            assert_eq!(key_of(name), key);
        }
    }

    #[test]
    fn parameters_come_once_and_are_cut_to_size() {
        let own = |key: &str, value: &str| (key.to_string(), value.to_string());
        let settings = vec![own("a", "1"), own("a", "2"), own("b", ""), own("c", &"x".repeat(9_000))];
        let parameters = Logged { settings, ..Logged::default() }.parameters();
        assert_eq!(parameters.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!((parameters[0].1.as_str(), parameters[1].1.len()), ("1", VALUE));
    }
}
