//! Figures of policies: what learned offers earn, what budgets reach, how bandits learn, how far estimates can be trusted.
//!
//! No harness: `make bench ONLY=policy` runs it, or one part of it by name. One JSON line per figure on stdout; what is
//! going on, and what is skipped for want of data, on stderr.

#[path = "policy/bandit.rs"]
mod bandit;
#[path = "policy/budget.rs"]
mod budget;
#[path = "policy/choice.rs"]
mod choice;
#[path = "policy/off_policy.rs"]
mod off_policy;
#[path = "policy/stack.rs"]
mod stack;
#[path = "policy/uplift.rs"]
mod uplift;

use std::path::PathBuf;

const PARTS: [(&str, fn()); 6] = [
    ("uplift", uplift::run),
    ("off_policy", off_policy::run),
    ("budget", budget::run),
    ("bandit", bandit::run),
    ("offers", stack::run),
    ("choice", choice::run),
];

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    for (name, run) in PARTS {
        // Without a name there is nothing to do, as when every bench of the crate is run.
        if asked.iter().any(|asked| asked == name || asked == "all") {
            eprintln!("policy: {name}");
            run();
        }
    }
}

/// Prints a figure as a line of JSON, beside what it is held against.
fn figure(name: &str, value: f64, unit: &str, against: impl Into<serde_json::Value>) {
    let against: serde_json::Value = against.into();
    println!("{}", serde_json::json!({ "figure": name, "value": value, "unit": unit, "against": against }));
}

/// A file of the public data, where it is there.
fn data(path: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let file = std::env::var_os("SKONTO_DATA").map_or_else(beside, PathBuf::from).join(path);
    if !file.exists() {
        eprintln!("SKIPPED: {} is absent; set SKONTO_DATA to the folder of public data", file.display());
    }
    file.exists().then_some(file)
}
