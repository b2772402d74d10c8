//! Planted weights, optimality, agreement with recorded figures, and figures on the prepared tasks.

use super::planted::{auc, log_loss, task, timed};
use super::*;
use crate::train::learn::scores;

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
            let model = model.unwrap();
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
            let model = model.unwrap();
            let scored = scores(&model, &test);
            let squares: f64 = scored.iter().zip(&test.target).map(|(a, b)| (a - b) * (a - b)).sum();
            println!(
                "{name:20} {penalty:?} {alpha}: RMSE {:.4} fit {seconds:.4} s",
                (squares / scored.len() as f64).sqrt()
            );
        }
    }
}
