//! Hillstrom's e-mail trial: may a learned policy be released, or does everyone get the men's e-mail?

use crate::figure;
use crate::uplift::hillstrom::{self, Hillstrom};
use skonto::evaluate::gate::{Basis, Contest, GateParams};
use skonto::evaluate::off_policy::{Estimator, Logged, RewardModel};
use skonto::train::learn::linear::LeastSquaresParams;
use skonto::train::trial::Trial;

const ARMS: [&str; 3] = ["No e-mail", "Men's", "Women's"];
const FEATURES: [&str; 7] = ["recency", "history", "mens", "womens", "newbie", "zip_code", "channel"];

fn trial(data: &Hillstrom) -> Trial {
    let place = |name: &str| data.levels.names.iter().position(|known| known == name).expect("a column");
    let features = data.levels.select(&FEATURES.map(place));
    Trial { arms: ARMS.map(String::from).to_vec(), ..data.trial(&features, &data.spend) }
}

/// The candidate gives each shopper the arm that a linear model for each arm, fitted on the other four folds, expects most of.
pub fn run() {
    let Some(data) = hillstrom::read() else { return };
    let trial = trial(&data);
    let learner = LeastSquaresParams::default().check().expect("sound settings");
    let model = RewardModel { by_arm: true, ..RewardModel::default() };
    let value = model.of_trial(&trial, &learner, &|_, _| ()).expect("a reward model");
    let best = |row: &[f64]| (1..3).fold(0, |best, arm| if row[arm] > row[best] { arm } else { best });
    let target = value.chunks(3).flat_map(|row| (0..3).map(move |arm| (arm == best(row)) as u8 as f64)).collect();
    let rows = Logged::of_trial(&trial, target, Some(value));
    let arms: Vec<String> = trial.arms.clone();
    let (candidate, basis) = ("the learned policy", Basis::Drawn);
    let contest = Contest { candidate, rows: &rows, arms: &arms, incumbent: None, fairness: &[], basis };
    let gate = GateParams::default().check().expect("sound settings");
    let verdict = gate.judge(&contest).expect("a verdict");
    eprintln!("{}", verdict.why);
    figure("policy.gate.hillstrom.released", verdict.released as u8 as f64, "1 where the candidate is released", 0.0);
    figure(
        "policy.gate.hillstrom.release_arm",
        verdict.release_arm.map_or(-1.0, |arm| arm as f64),
        "1 is the men's",
        1.0,
    );
    for (policy, label, against) in [(0, "learned", Some(1.3052)), (2, "mens_for_all", Some(1.3226))] {
        for estimate in &verdict.policies[policy].estimates {
            let found = estimate.figure().expect("a figure");
            eprintln!("{label} {}: {:.4} [{:.4}, {:.4}]", estimate.estimator.key(), found.value, found.low, found.high);
            let against = against.filter(|_| estimate.estimator == Estimator::Snips);
            figure(
                &format!("policy.gate.hillstrom.{label}.{}", estimate.estimator.key()),
                found.value,
                "dollars",
                against,
            );
        }
    }
}
