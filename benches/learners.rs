//! Fits one learner on one task and says what that cost. Run by `make bench ONLY=learners`.
//!
//! No harness: benches/learners.py starts this once per fit, other programs by turns, compares and prints. The only argument
//! is an [`Order`] as JSON; the answer is one JSON line, and a file with the scores of test rows as the served model gives
//! them. Reading the task is not timed.

#[path = "learners/cost.rs"]
mod cost;
#[path = "learners/grid.rs"]
mod grid;
#[path = "learners/table.rs"]
mod table;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use skonto::model::Model;
use skonto::train::learn::linear::{LeastSquaresParams, LogisticRegressionParams};
use skonto::train::learn::svm::{KernelSvmParams, LinearSvmParams};
use skonto::train::learn::tree::{BoostParams, RandomForestParams};
use skonto::train::learn::{Learner, scores};
use skonto::train::sample::Sample;
use std::path::PathBuf;
use table::Split;

/// What is to be fitted.
#[derive(Deserialize)]
struct Order {
    /// Where task files are.
    folder: PathBuf,
    task: String,
    /// A column whose values are taken off the target.
    offset: Option<String>,
    learner: String,
    /// As the learner's parameters have them.
    settings: Value,
    /// A quick fit is repeated until so much time is spent, or so often.
    seconds: f64,
    fits: u32,
    /// Where scores of test rows go.
    scores: PathBuf,
}

type Failing<T> = Result<T, Box<dyn std::error::Error>>;

fn main() {
    // Without an order there is nothing to do, as when every bench of the crate is run.
    let Some(order) = std::env::args().skip(1).find(|argument| argument != "--bench") else { return };
    match run(&order) {
        Ok(answer) => println!("{answer}"),
        Err(error) => println!("{}", json!({ "error": error.to_string() })),
    }
}

fn run(order: &str) -> Failing<Value> {
    let order: Order = serde_json::from_str(order)?;
    let split = Split::read(&order.folder, &order.task, order.offset.as_deref())?;
    let fit = fitter(&order.learner, &order.settings, &split.train)?;
    let (model, cost) = cost::of(order.seconds, order.fits, || fit(&split.train));
    let scores = scores(&model?, &split.test);
    std::fs::write(&order.scores, scores.iter().flat_map(|score| score.to_le_bytes()).collect::<Vec<u8>>())?;
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    Ok(json!({
        "seconds": cost.seconds, "cpu_seconds": cost.cpu_seconds, "peak_kib": cost.peak_kib,
        "growth_kib": cost.growth_kib, "threads": threads,
    }))
}

type Fit = Box<dyn Fn(&Sample) -> skonto::error::Result<Model>>;

/// The learner of a name under its settings. Names are those in matrix.py.
fn fitter(name: &str, settings: &Value, sample: &Sample) -> Failing<Fit> {
    let binary = sample.check_binary().is_ok();
    Ok(match name {
        "logistic" => whole(params::<LogisticRegressionParams>(settings, json!({}))?.check()?),
        "ridge" => whole(params::<LeastSquaresParams>(settings, json!({ "penalty": "ridge" }))?.check()?),
        "least_squares" => whole(params::<LeastSquaresParams>(settings, json!({ "penalty": "none" }))?.check()?),
        "lasso" => {
            let chosen = json!({ "penalty": "lasso", "alpha": 0.001 });
            whole(params::<LeastSquaresParams>(settings, chosen)?.check()?)
        }
        name if name.starts_with("boosted_") => {
            let objective = json!({ "objective": if binary { "log_loss" } else { "squared_error" } });
            whole(params::<BoostParams>(settings, objective)?.check()?)
        }
        "tree_grid" => Box::new(move |sample| grid::fit(sample, binary)),
        name if name.starts_with("forest") => {
            let impurity = json!({ "impurity": if binary { "gini" } else { "variance" } });
            whole(params::<RandomForestParams>(settings, impurity)?.check()?)
        }
        "linear_svm" => whole(params::<LinearSvmParams>(settings, json!({}))?.check()?),
        "kernel_svm" => whole(params::<KernelSvmParams>(settings, json!({}))?.check()?),
        _ => return Err(format!("no learner `{name}`").into()),
    })
}

fn whole(learner: impl Learner + 'static) -> Fit {
    Box::new(move |sample| learner.fit(sample, &|_, _| ()))
}

/// Settings, and those that the learner's name implies.
fn params<T: DeserializeOwned>(settings: &Value, implied: Value) -> serde_json::Result<T> {
    let both = [settings, &implied].into_iter().filter_map(Value::as_object).flatten();
    serde_json::from_value(Value::Object(both.map(|(name, value)| (name.clone(), value.clone())).collect()))
}
