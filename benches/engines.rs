//! What the native engine makes of a million cases, for benches/engines.mjs to hold the other engines to. Run by
//! `make bench ONLY=serving`.
//!
//! Leaves the forest in out/generated and prints `{"grocery": [hashes], "forest": [hashes]}`, one hash for every 10,000 cases,
//! after it has found the same ones with models that are prepared for many decisions and with such that are not.

#[expect(dead_code, reason = "sizes of profiles are for another bench")]
#[path = "../tests/parity/cases.rs"]
mod cases;
#[path = "../tests/parity/generated/mod.rs"]
mod generated;

use skonto::engine::Engine;
use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

/// Cases of either model, and of one hash.
const CASES: u32 = 500_000;
const CHUNK: u32 = 10_000;

fn main() -> ExitCode {
    match run() {
        Ok(line) => println!("{line}"),
        Err(error) => {
            eprintln!("bench: {error}; run tools/train");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn run() -> io::Result<String> {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("out");
    let load = |bytes: &[u8]| Engine::load(bytes).map_err(io::Error::other);
    let grocery = load(&fs::read(out.join("model.skonto"))?)?;
    let recorded = cases::read(&fs::read(out.join("parity/cases.bin"))?, grocery.content());
    let bytes = generated::forest::bytes();
    let forest = load(&bytes)?;
    fs::create_dir_all(out.join("generated"))?;
    fs::write(out.join("generated/forest.skonto"), &bytes)?;

    let grocery = both(grocery, |engine| generated::grocery(engine, &recorded, 0..CASES, CHUNK))?;
    let forest = both(forest, |engine| generated::forest(engine, 0..CASES, CHUNK))?;
    Ok(serde_json::json!({ "grocery": grocery, "forest": forest }).to_string())
}

/// Unprepared and prepared.
fn both(mut engine: Engine, hashes: impl Fn(&Engine) -> Vec<String>) -> io::Result<Vec<String>> {
    let unprepared = hashes(&engine);
    engine.prepare();
    match unprepared == hashes(&engine) {
        true => Ok(unprepared),
        false => Err(io::Error::other("a prepared model decides otherwise")),
    }
}
