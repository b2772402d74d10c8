//! Planted tables, and the prepared tasks, for tests of the learners.

use crate::error::Result;
use crate::model::Model;
use crate::train::learn::Learner;
use crate::train::random::Random;
use crate::train::sample::{Column, MISSING_LEVEL, Sample};
use std::path::PathBuf;
use std::time::Instant;

/// Uniform within 0 and 1.
pub fn uniform(random: &mut Random) -> f64 {
    random.below(1 << 30) as f64 / (1u64 << 30) as f64
}

/// A prepared task: its training rows and its test rows; none, and a loud line, where it is absent.
pub fn task(name: &str) -> Option<(Sample, Sample)> {
    let home = std::env::var_os("HOME").map(PathBuf::from)?;
    let folder = home.join(".cache/skonto/bench/learners");
    let (Ok(text), Ok(bytes)) = (
        std::fs::read_to_string(folder.join(format!("{name}.json"))),
        std::fs::read(folder.join(format!("{name}.f64"))),
    ) else {
        eprintln!("SKIPPED: the prepared task `{name}` is absent from {}", folder.display());
        return None;
    };
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = told["rows"].as_u64().unwrap() as usize;
    let numbers: Vec<f64> = bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
    let mut parts = numbers.chunks_exact(rows).map(<[f64]>::to_vec);
    let mut sample = Sample { weight: vec![1.0; rows], ..Sample::default() };
    for column in told["columns"].as_array().unwrap() {
        let values = parts.next().unwrap();
        sample.names.push(column["name"].as_str().unwrap().into());
        sample.columns.push(match column["levels"].as_u64() {
            None => Column::Number(values),
            Some(levels) => Column::Level {
                codes: values.iter().map(|v| if v.is_nan() { MISSING_LEVEL } else { *v as u16 }).collect(),
                levels: levels as u16,
            },
        });
    }
    sample.target = parts.next().unwrap();
    let is_test = parts.next().unwrap();
    let rows_of = |wanted: f64| -> Vec<usize> { (0..rows).filter(|row| is_test[*row] == wanted).collect() };
    Some((sample.pick(&rows_of(0.0)), sample.pick(&rows_of(1.0))))
}

/// A watch that looks away.
pub fn nobody(_: u64, _: u64) {}

/// A fit and the seconds of the best of three.
pub fn timed(learner: &dyn Learner, train: &Sample) -> (Result<Model>, f64) {
    let mut best = f64::INFINITY;
    let mut model = None;
    for _ in 0..3 {
        let start = Instant::now();
        model = Some(learner.fit(train, &nobody));
        best = best.min(start.elapsed().as_secs_f64());
    }
    (model.unwrap(), best)
}

/// Mean negative log-likelihood of log-odds.
pub fn log_loss(scores: &[f64], target: &[f64]) -> f64 {
    let of = |(score, target): (&f64, &f64)| (1.0 + (if *target == 1.0 { -score } else { *score }).exp()).ln();
    scores.iter().zip(target).map(of).sum::<f64>() / target.len() as f64
}

/// Area under the ROC curve, ties counting half.
pub fn auc(scores: &[f64], target: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let (mut rank_sum, mut at) = (0.0, 0);
    while at < order.len() {
        let tie = order[at..].iter().take_while(|row| scores[**row] == scores[order[at]]).count();
        let rank = at as f64 + (tie as f64 + 1.0) / 2.0;
        rank_sum += order[at..at + tie].iter().map(|row| rank * target[*row]).sum::<f64>();
        at += tie;
    }
    let ones: f64 = target.iter().sum();
    (rank_sum - ones * (ones + 1.0) / 2.0) / (ones * (target.len() as f64 - ones))
}
