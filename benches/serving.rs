//! What one call of the native engine costs, warm, on real cases. Run by `make bench ONLY=serving`.
//!
//! No harness: a figure is the median, over the shoppers, of the mean of a batch of calls for one shopper, so that
//! benches/serving.mjs can do the same where clocks are coarse. Prints one JSON line per figure.

#[path = "../tests/parity/cases.rs"]
mod cases;
#[path = "serving/growth.rs"]
mod growth;
#[path = "serving/planted.rs"]
mod planted;
#[path = "serving/reference.rs"]
mod reference;

use cases::Case;
use skonto::engine::{Engine, Request, Terms};
use skonto::event::{Event, EventKind, Line, MAX_PROFILE_BYTES, Timestamp};
use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use std::{fs, io};

/// Shoppers measured.
const SHOPPERS: usize = 500;
/// Decisions in a batch, and purchases in a batch.
const DECISIONS: u32 = 256;
const PURCHASES: u32 = 64;
/// Products in a purchase.
const LINES: usize = 8;

fn main() -> ExitCode {
    // What valgrind counts: so many decisions of a planted forest, and nothing else that varies with them.
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "decisions") {
        growth::decide(arguments.get(at + 1).and_then(|count| count.parse().ok()).unwrap_or(0));
        return ExitCode::SUCCESS;
    }
    let measured =
        read().map(|(engine, cases)| measure(&engine, &cases)).map_err(|error| format!("{error}; run tools/train"));
    reference::run();
    match measured.and_then(|()| growth::run().map_err(|error| error.to_string())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read() -> io::Result<(Engine, Vec<Case>)> {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("out");
    let engine = Engine::load(&fs::read(out.join("model.skonto"))?).map_err(io::Error::other)?;
    let cases = cases::read(&fs::read(out.join("parity/cases.bin"))?, engine.content());
    Ok((engine, cases))
}

fn measure(engine: &Engine, cases: &[Case]) {
    let largest = cases.iter().map(|case| case.profile_bytes).max().unwrap_or(0);
    let decide = median(cases, |index| decide_microseconds(engine, &cases[index]));
    let observe = median(cases, |index| observe_microseconds(engine, cases, index));
    let print_plain =
        |name: &str, value: f64| print(Figure { name: name.into(), value, unit: "us", against: String::new() });
    print_plain("serving.decide_p50_us.native", decide);
    print_plain("serving.observe_p50_us.native", observe);
    let against = format!("limit {MAX_PROFILE_BYTES}");
    print(Figure { name: "serving.profile_max_bytes".into(), value: largest as f64, unit: "bytes", against });
}

fn decide_microseconds(engine: &Engine, case: &Case) -> f64 {
    let terms = Terms::default();
    let start = Instant::now();
    for _ in 0..DECISIONS {
        black_box(engine.decide(black_box(&case.profile), black_box(&case.request), &terms));
    }
    start.elapsed().as_secs_f64() * 1e6 / DECISIONS as f64
}

fn observe_microseconds(engine: &Engine, cases: &[Case], index: usize) -> f64 {
    let mut profile = cases[index].profile.clone();
    let now = cases[index].request.now.seconds();
    let bought: Vec<_> = (0..LINES).map(|line| cases[(index + line) % cases.len()].request).collect();
    let start = Instant::now();
    for count in 1..=PURCHASES {
        let line = |request: &Request| Line::new(request.group, request.list.minor() as f64, 0.0, 1.0);
        let lines = bought.iter().map(line).collect::<Result<_, _>>();
        let time = Timestamp::from_seconds(now + count);
        let event = Event { kind: EventKind::PURCHASE, time, transaction: count, query: None, lines: lines.unwrap() };
        engine.observe(black_box(&mut profile), black_box(&event)).unwrap();
    }
    start.elapsed().as_secs_f64() * 1e6 / PURCHASES as f64
}

/// Over evenly spread cases, after one round to warm up.
fn median(cases: &[Case], cost: impl Fn(usize) -> f64) -> f64 {
    let round = || (0..cases.len()).step_by((cases.len() / SHOPPERS).max(1)).map(&cost).collect();
    black_box::<Vec<f64>>(round());
    let mut costs: Vec<f64> = round();
    costs.sort_by(f64::total_cmp);
    costs[costs.len() / 2]
}

/// One line of the bench.
struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    /// What it is held against; empty for nothing.
    against: String,
}

fn print(Figure { name, value, unit, against }: Figure) {
    let against = if against.is_empty() { "null".into() } else { format!("{against:?}") };
    println!(r#"{{"figure":"{name}","value":{},"unit":"{unit}","against":{against}}}"#, (value * 1e3).round() / 1e3);
}
