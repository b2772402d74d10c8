//! Hillstrom's e-mail trial: may a learned policy be released, or does everyone get the men's e-mail?

use super::{data, print, table};
use skonto::evaluate::gate::{Contest, GateParams};
use skonto::evaluate::off_policy::{Estimator, Logged, RewardModel};
use skonto::train::learn::linear::LeastSquaresParams;
use skonto::train::sample::{Column, Sample};
use skonto::train::trial::Trial;
use std::collections::BTreeSet;

const ARMS: [(&str, &str); 3] = [("No e-mail", "No E-Mail"), ("Men's", "Mens E-Mail"), ("Women's", "Womens E-Mail")];
/// What an e-mail costs.
const COST: f64 = 0.1;

fn trial(path: &std::path::PathBuf) -> Trial {
    let (names, rows) = table(path);
    let at = |name: &str| names.iter().position(|found| found == name).expect("a column");
    let number = |name: &str| -> Vec<f64> { rows.iter().map(|row| row[at(name)].parse().expect("a number")).collect() };
    let level = |name: &str| {
        let known: Vec<&String> = rows.iter().map(|row| &row[at(name)]).collect::<BTreeSet<_>>().into_iter().collect();
        let code = |row: &Vec<String>| known.binary_search(&&row[at(name)]).expect("a known level") as u16 + 1;
        Column::Level { codes: rows.iter().map(code).collect(), levels: known.len() as u16 }
    };
    let (numbers, texts) = (["recency", "history", "mens", "womens", "newbie"], ["zip_code", "channel"]);
    let arm = |row: &Vec<String>| ARMS.iter().position(|(_, name)| *name == row[at("segment")]).expect("an arm") as u16;
    let arm: Vec<u16> = rows.iter().map(arm).collect();
    Trial {
        arms: ARMS.iter().map(|(name, _)| name.to_string()).collect(),
        features: Sample {
            names: numbers.iter().chain(&texts).map(|name| name.to_string()).collect(),
            columns: numbers.map(|name| Column::Number(number(name))).into_iter().chain(texts.map(level)).collect(),
            target: number("spend"),
            weight: vec![1.0; rows.len()],
        },
        cost: arm.iter().map(|arm| if *arm == 0 { 0.0 } else { COST }).collect(),
        arm,
        propensity: vec![vec![1.0 / 3.0; 3]],
        shopper: None,
    }
}

/// The candidate gives each shopper the arm that a linear model for each arm, fitted on the other four folds, expects most of.
pub fn run() {
    let Some(path) = data("hillstrom/hillstrom.csv.gz") else { return };
    let trial = trial(&path);
    let learner = LeastSquaresParams::default().check().expect("sound settings");
    let model = RewardModel { by_arm: true, ..RewardModel::default() };
    let value = model.of_trial(&trial, &learner, &|_, _| ()).expect("a reward model");
    let best = |row: &[f64]| (1..3).fold(0, |best, arm| if row[arm] > row[best] { arm } else { best });
    let target = value.chunks(3).flat_map(|row| (0..3).map(move |arm| (arm == best(row)) as u8 as f64)).collect();
    let rows = Logged::of_trial(&trial, target, Some(value));
    let arms: Vec<String> = trial.arms.clone();
    let contest = Contest { candidate: "the learned policy", rows: &rows, arms: &arms, incumbent: None, fairness: &[] };
    let gate = GateParams::default().check().expect("sound settings");
    let verdict = gate.judge(&contest).expect("a verdict");
    eprintln!("{}", verdict.why);
    print("policy.gate.hillstrom.released", verdict.released as u8 as f64, "1 where the candidate is released", 0.0);
    print(
        "policy.gate.hillstrom.release_arm",
        verdict.release_arm.map_or(-1.0, |arm| arm as f64),
        "1 is the men's",
        1.0,
    );
    for (policy, label, against) in [(0, "learned", Some(1.3052)), (2, "mens_for_all", Some(1.3226))] {
        for estimate in &verdict.policies[policy].estimates {
            let figure = estimate.figure().expect("a figure");
            eprintln!(
                "{label} {}: {:.4} [{:.4}, {:.4}]",
                estimate.estimator.key(),
                figure.value,
                figure.low,
                figure.high
            );
            let against = against.filter(|_| estimate.estimator == Estimator::Snips);
            print(
                &format!("policy.gate.hillstrom.{label}.{}", estimate.estimator.key()),
                figure.value,
                "dollars",
                against,
            );
        }
    }
}
