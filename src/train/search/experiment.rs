//! Does a search that learns beat chance on a real task? LightGBM is what is tuned, in a process of its own
//! (`tests/reference/search.py`), on a prepared task of real data.
//!
//! ```text
//! SKONTO_PYTHON=python SKONTO_TASK=marketing_campaign cargo test --lib -- --ignored --nocapture beats_chance_on_a_real_task
//! ```
//! `SKONTO_TASK` is the path of a task file without its ending. Prints a JSON line per search and one that compares them.

use super::*;
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const SEEDS: u64 = 12;
const EVALUATIONS: usize = 30;

const SPACE: &str = r#"
    [space]
    learning_rate = { from = 0.01, to = 0.5, scale = "log" }
    rounds = { from = 10, to = 100, scale = "log", integer = true }
    num_leaves = { from = 3, to = 64, scale = "log", integer = true }
    min_data_in_leaf = { from = 3, to = 100, scale = "log", integer = true }
    feature_fraction = { from = 0.2, to = 1.0 }
    lambda_l2 = { from = 0.001, to = 100.0, scale = "log" }
"#;

/// LightGBM, told a point, answers with its log loss.
struct Tuned {
    process: Child,
    asked: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Tuned {
    fn start() -> Option<Tuned> {
        let (Some(python), Some(task)) = (std::env::var_os("SKONTO_PYTHON"), std::env::var_os("SKONTO_TASK")) else {
            eprintln!("SKIPPED: set SKONTO_PYTHON to a Python with LightGBM and SKONTO_TASK to a task file");
            return None;
        };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/search.py");
        let mut command = Command::new(python);
        let mut process = command.arg(script).arg(task).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (asked, answers) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        Some(Tuned { process, asked, answers: BufReader::new(answers) })
    }

    fn log_loss(&mut self, point: &Point) -> f64 {
        writeln!(self.asked, "{}", serde_json::to_string(point).unwrap()).unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        answer.trim().parse().unwrap()
    }
}

impl Drop for Tuned {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn best_so_far(tuned: &RefCell<Tuned>, method: Method, seed: u64) -> Vec<f64> {
    let base: SearchParams = toml::from_str(SPACE).unwrap();
    let params = SearchParams { method, seed, evaluations: Some(EVALUATIONS), ..base };
    let surroundings = Surroundings { data: "", history: None, clock: &|| 0.0, progress: &|_| {} };
    let evaluate = |point: &Point| Ok(tuned.borrow_mut().log_loss(point));
    let history = params.check().unwrap().search(&evaluate, &surroundings).unwrap();
    let best: Vec<f64> = history.best_so_far.into_iter().map(Option::unwrap).collect();
    println!("{}", serde_json::json!({"method": method, "seed": seed, "best": best}));
    best
}

#[test]
#[ignore = "needs LightGBM and a prepared task; minutes"]
fn beats_chance_on_a_real_task() {
    let Some(tuned) = Tuned::start().map(RefCell::new) else { return };
    let runs: Vec<[Vec<f64>; 2]> = (0..SEEDS)
        .map(|seed| [Method::Random, Method::Bayes].map(|method| best_so_far(&tuned, method, seed)))
        .collect();
    for trials in [10, 20, EVALUATIONS] {
        let mean = |which: usize| runs.iter().map(|run| run[which][trials - 1]).sum::<f64>() / SEEDS as f64;
        let wins = runs.iter().filter(|run| run[1][trials - 1] < run[0][trials - 1]).count();
        println!("{}", serde_json::json!({"trials": trials, "random": mean(0), "bayes": mean(1), "bayes_wins": wins}));
    }
    let wins = runs.iter().filter(|run| run[1][EVALUATIONS - 1] < run[0][EVALUATIONS - 1]).count();
    assert!(wins * 3 >= SEEDS as usize * 2, "{wins} of {SEEDS}");
}
