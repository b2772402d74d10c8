//! Planted weights, optimality, agreement with recorded figures, and figures on the prepared tasks.

use super::planted::task;
use super::*;
use crate::train::learn::{Learner, scores};
use crate::train::sample::Sample;
use std::time::Instant;

fn nobody(_: u64, _: u64) {}

fn timed(learner: &dyn Learner, train: &Sample) -> (crate::model::Model, f64) {
    let mut best = f64::INFINITY;
    let mut model = None;
    for _ in 0..3 {
        let start = Instant::now();
        model = Some(learner.fit(train, &nobody).unwrap());
        best = best.min(start.elapsed().as_secs_f64());
    }
    (model.unwrap(), best)
}

fn log_loss(scores: &[f64], target: &[f64]) -> f64 {
    let of = |(score, target): (&f64, &f64)| (1.0 + (if *target == 1.0 { -score } else { *score }).exp()).ln();
    scores.iter().zip(target).map(of).sum::<f64>() / target.len() as f64
}

fn auc(scores: &[f64], target: &[f64]) -> f64 {
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

#[test]
#[ignore = "prints figures; run in release"]
fn figures_of_the_linear_learners() {
    for name in [
        "shoppers",
        "shoppers_log1p",
        "marketing_campaign",
        "in_vehicle",
        "dmc2015",
        "dmc2015_rates",
        "dmc2015_official",
        "amexpert",
        "amexpert_rates",
    ] {
        let Some((train, test)) = task(name) else { continue };
        for l1_ratio in [0.0, 1.0, 0.5] {
            let params = LogisticRegressionParams { l1_ratio, ..Default::default() }.check().unwrap();
            let (model, seconds) = timed(&params, &train);
            let scored = scores(&model, &test);
            let (auc, loss) = (auc(&scored, &test.target), log_loss(&scored, &test.target));
            println!("{name:20} logistic l1_ratio {l1_ratio}: AUC {auc:.4} log loss {loss:.4} fit {seconds:.4} s");
        }
    }
    for name in ["flipkart", "dmart"] {
        let Some((train, test)) = task(name) else { continue };
        for (penalty, alpha) in
            [(Penalty::None, 1.0), (Penalty::Ridge, 1.0), (Penalty::Lasso, 1e-4), (Penalty::ElasticNet, 1e-4)]
        {
            let params = LeastSquaresParams { penalty, alpha, ..Default::default() }.check().unwrap();
            let (model, seconds) = timed(&params, &train);
            let scored = scores(&model, &test);
            let squares: f64 = scored.iter().zip(&test.target).map(|(a, b)| (a - b) * (a - b)).sum();
            println!(
                "{name:20} {penalty:?} {alpha}: RMSE {:.4} fit {seconds:.4} s",
                (squares / scored.len() as f64).sqrt()
            );
        }
    }
}
