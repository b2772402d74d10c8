//! Optimality, planted borders, agreement with recorded figures, and figures on the prepared tasks.

use super::*;
use crate::model::Scorer;
use crate::train::learn::linear::planted::{auc, log_loss, task, timed};
use crate::train::learn::{Learner, scores};

#[test]
#[ignore = "prints figures; run in release"]
fn figures_of_the_machines() {
    for name in ["shoppers", "shoppers_log1p", "marketing_campaign", "in_vehicle"] {
        let Some((train, test)) = task(name) else { continue };
        let squared = LinearSvmParams::default();
        let hinge = LinearSvmParams { loss: Margin::Hinge, ..squared };
        let learners: [(&str, Box<dyn Learner>); 3] = [
            ("squared hinge", Box::new(squared.check().unwrap())),
            ("hinge", Box::new(hinge.check().unwrap())),
            ("kernel", Box::new(KernelSvmParams::default().check().unwrap())),
        ];
        for (what, learner) in learners {
            let (model, seconds) = timed(&*learner, &train);
            let model = match model {
                Ok(model) => model,
                Err(error) => {
                    println!("{name:20} {what}: {error} ({seconds:.3} s)");
                    continue;
                }
            };
            let scored = scores(&model, &test);
            let (auc, loss) = (auc(&scored, &test.target), log_loss(&scored, &test.target));
            let size = match &model.scorer {
                Scorer::Kernel(kernel) => format!("{} vectors, {} bytes", kernel.coefficients.len(), kernel.bytes()),
                _ => String::new(),
            };
            println!("{name:20} {what}: AUC {auc:.4} log loss {loss:.4} fit {seconds:.4} s {size}");
        }
    }
}
