//! The men's campaign of Open Bandit: the same policies and reward models as tests/reference/off_policy.py, and its figures.

use super::table;
use crate::{data, figure};
use serde_json::Value;
use skonto::evaluate::off_policy::{Estimator, EvaluationParams, Logged, Outcome, Propensity};
use std::collections::BTreeSet;

const REFERENCE: &str = include_str!("../../../tests/reference/off_policy.json");
const FOLDS: usize = 5;
const POSITIONS: usize = 3;

/// A log in numbers.
struct Log {
    arm: Vec<u16>,
    position: Vec<usize>,
    click: Vec<f64>,
    propensity: Vec<f64>,
    users: Vec<Vec<String>>,
    affinity: Vec<Vec<f64>>,
}

fn numbers(texts: &[String]) -> Vec<f64> {
    texts.iter().map(|text| text.parse().expect("a number")).collect()
}

impl Log {
    fn read(path: &std::path::PathBuf, arms: usize) -> Log {
        let (names, rows) = table(path);
        let at = |name: &str| names.iter().position(|found| found == name).expect("a column");
        let column =
            |name: &str| -> Vec<f64> { rows.iter().map(|row| row[at(name)].parse().expect("a number")).collect() };
        let (first_user, first_affinity) = (at("user_feature_0"), at("user-item_affinity_0"));
        Log {
            arm: column("item_id").iter().map(|arm| *arm as u16).collect(),
            position: column("position").iter().map(|position| *position as usize - 1).collect(),
            click: column("click"),
            propensity: column("propensity_score"),
            users: rows.iter().map(|row| row[first_user..first_user + 4].to_vec()).collect(),
            affinity: rows.iter().map(|row| numbers(&row[first_affinity..first_affinity + arms])).collect(),
        }
    }
}

fn levels(texts: impl Iterator<Item = String>) -> Vec<String> {
    texts.collect::<BTreeSet<String>>().into_iter().collect()
}

fn one_hot(text: &str, levels: &[String]) -> Vec<f64> {
    levels.iter().map(|level| (level == text) as u8 as f64).collect()
}

/// The features of every item: feature 0 standardised, the others one-hot.
fn items(path: &std::path::PathBuf) -> Vec<Vec<f64>> {
    let (_, mut rows) = table(path);
    rows.sort_by_key(|row| row[1].parse::<usize>().expect("an item"));
    let number: Vec<f64> = rows.iter().map(|row| row[2].parse().expect("a number")).collect();
    let mean = number.iter().sum::<f64>() / number.len() as f64;
    let spread = (number.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / number.len() as f64).sqrt();
    let kinds: Vec<Vec<String>> = (3..6).map(|at| levels(rows.iter().map(|row| row[at].clone()))).collect();
    let item = |(row, number): (&Vec<String>, &f64)| {
        let hot = (3..6).flat_map(|at| one_hot(&row[at], &kinds[at - 3]));
        std::iter::once((number - mean) / spread).chain(hot).collect()
    };
    rows.iter().zip(&number).map(item).collect()
}

/// What the reference's reward models expect of every arm of every row.
fn values(log: &Log, items: &[Vec<f64>], kinds: &[Vec<String>], models: &[Vec<f64>]) -> Vec<f64> {
    let dot = |weights: &[f64], x: &[f64]| weights.iter().zip(x).map(|(weight, x)| weight * x).sum::<f64>();
    let mut values = Vec::new();
    for row in 0..log.click.len() {
        let weights = &models[row % FOLDS];
        let user: Vec<f64> = (0..4).flat_map(|at| one_hot(&log.users[row][at], &kinds[at])).collect();
        let mut position = [0.0; POSITIONS];
        position[log.position[row]] = 1.0;
        for (arm, item) in items.iter().enumerate() {
            let x: Vec<f64> =
                user.iter().chain(item).chain(&position).chain([&log.affinity[row][arm]]).copied().collect();
            values.push(skonto::math::sigmoid(weights[0] + dot(&weights[1..], &x)));
        }
    }
    values
}

fn shares(bts: &Log, arms: usize) -> Vec<Vec<f64>> {
    let mut counts = vec![vec![1.0; arms]; POSITIONS];
    bts.arm.iter().zip(&bts.position).for_each(|(arm, position)| counts[*position][*arm as usize] += 1.0);
    let share = |counts: Vec<f64>| {
        let sum: f64 = counts.iter().sum();
        counts.into_iter().map(|count| count / sum).collect()
    };
    counts.into_iter().map(share).collect()
}

fn policy(name: &str, log: &Log, value: &[f64], shares: &[Vec<f64>], arms: usize) -> Vec<f64> {
    let of_row = |(row, value): (usize, &[f64])| -> Vec<f64> {
        match name {
            "uniform" => vec![1.0 / arms as f64; arms],
            "bts_like" => shares[log.position[row]].clone(),
            "greedy" => {
                let first = |best: usize, arm: usize| if value[arm] > value[best] { arm } else { best };
                let best = (0..arms).fold(0, first);
                (0..arms).map(|arm| (arm == best) as u8 as f64).collect()
            }
            _ => {
                let odds: Vec<f64> = value.iter().map(|value| value / (1.0 - value)).collect();
                let sum: f64 = odds.iter().sum();
                odds.iter().map(|odds| odds / sum).collect()
            }
        }
    };
    value.chunks(arms).enumerate().flat_map(of_row).collect()
}

/// Prints every estimate beside obp's, effective rows, and how many estimates were refused.
pub fn run() {
    let paths = ["random_men.csv.gz", "bts_men.csv.gz", "men_item_context.csv"];
    let paths: Vec<_> = paths.iter().filter_map(|path| data(&format!("openbandit/{path}"))).collect();
    let [random, bts, context] = &paths[..] else { return };
    let reference: Value = serde_json::from_str(REFERENCE).expect("the reference is JSON");
    let items = items(context);
    let arms = items.len();
    let (random, bts) = (Log::read(random, arms), Log::read(bts, arms));
    let kinds: Vec<Vec<String>> = (0..4).map(|at| levels(random.users.iter().map(|user| user[at].clone()))).collect();
    let shares = shares(&bts, arms);
    let mut largest = 0.0f64;
    for (name, log) in [("random", &random), ("bts", &bts)] {
        let recorded = &reference["logs"][name];
        let models: Vec<Vec<f64>> = serde_json::from_value(recorded["reward_models"].clone()).expect("weights");
        let value = values(log, &items, &kinds, &models);
        for (target, figures) in recorded["policies"].as_object().expect("policies") {
            let logged = Logged {
                arms,
                reward: log.click.clone(),
                arm: log.arm.clone(),
                propensity: Propensity::Taken(log.propensity.clone()),
                target: policy(target, log, &value, &shares, arms),
                value: Some(value.clone()),
                shopper: None,
            };
            let label = if name == "random" { target.clone() } else { format!("{name}_{target}") };
            let limit = reference["limit"].as_f64().expect("a limit");
            largest = largest.max(compare(&label, &logged, figures, limit));
        }
    }
    figure("policy.openbandit.largest_difference", largest, "reward", 1e-8);
}

fn compare(label: &str, logged: &Logged, figures: &Value, limit: f64) -> f64 {
    let rows = logged.check().expect("sound rows");
    let mut largest = 0.0f64;
    for estimator in Estimator::all(limit) {
        let value = estimator.value(&rows).expect("an estimate");
        let against = figures[estimator.key()].as_f64().expect("a figure");
        largest = largest.max((value - against).abs());
        figure(&format!("policy.openbandit.{label}.{}", estimator.key()), value, "clicks per row", against);
    }
    let params = EvaluationParams { estimators: vec![Estimator::Ips], ..EvaluationParams::default() };
    let evaluation = params.check().expect("sound settings").evaluate(&rows).expect("an evaluation");
    let found = &evaluation.diagnostics;
    figure(&format!("policy.openbandit.{label}.effective_rows"), found.effective_rows, "rows", Value::Null);
    figure(&format!("policy.openbandit.{label}.effective_outcomes"), found.effective_outcomes, "clicks", Value::Null);
    match evaluation.estimates[0].outcome {
        Outcome::Shown(figure) => eprintln!("{label}: IPS {:.5} [{:.5}, {:.5}]", figure.value, figure.low, figure.high),
        Outcome::Refused(why) => eprintln!("{label}: refused, {why}"),
    }
    largest
}
