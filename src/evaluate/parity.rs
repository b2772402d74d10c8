//! Real cases and the decisions they must get, to be compared with every other engine bit for bit.
//!
//! ```text
//! cases.bin      "SKPC" · u32 n · n × (u16 length, profile bytes, u32 group, u32 list price, u32 now, u32 seed)
//! expected.json  {cases, model_version, sha256: of all numbers of all decisions as little-endian f64,
//!                 chunks: the same for every 1,000 cases, to find the first difference}
//! numbers.bin    the numbers themselves, to say what differs
//! ```

use crate::artefact::reader::Writer;
use crate::decision::Decision;
use crate::engine::{Engine, Request, Terms};
use crate::train::fit::{Case, Trained};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Cases hashed together.
const CHUNK: usize = 1_000;

/// What another engine must reproduce.
#[derive(Clone, Debug, Serialize)]
pub struct Expected {
    /// How many cases.
    pub cases: usize,
    /// Of the model that decided.
    pub model_version: u64,
    /// How many cases got each arm.
    pub arms: Vec<usize>,
    /// SHA-256 of everything.
    pub sha256: String,
    /// SHA-256 of each 1,000 cases.
    pub chunks: Vec<String>,
}

/// The three files.
#[derive(Clone, Debug)]
pub struct Parity {
    /// `cases.bin`
    pub cases: Vec<u8>,
    /// `numbers.bin`
    pub numbers: Vec<u8>,
    /// `expected.json`
    pub expected: Expected,
}

/// About `wanted` held-out cases over all households, and what the native engine decides.
pub fn collect(trained: &Trained, engine: &Engine, wanted: usize) -> Parity {
    let one_in = (trained.summary.split.test_examples as usize / wanted).max(1);
    let mut writer = Writer::default();
    let mut decisions = Vec::new();
    let mut asked = 0usize;
    for household in 0..trained.households() {
        trained.held_out(household, |case| {
            if asked.is_multiple_of(one_in) {
                decisions.push(write_case(&mut writer, engine, &case, asked as u32));
            }
            asked += 1;
        });
    }
    let mut cases = b"SKPC".to_vec();
    cases.extend((decisions.len() as u32).to_le_bytes());
    cases.extend(writer.bytes);
    Parity { cases, numbers: numbers(&decisions), expected: expected(engine, &decisions) }
}

fn numbers(decisions: &[Decision]) -> Vec<u8> {
    let mut bytes = Vec::new();
    decisions.iter().for_each(|decision| decision.numbers(|number| bytes.extend(number.to_le_bytes())));
    bytes
}

fn write_case(w: &mut Writer, engine: &Engine, case: &Case, seed: u32) -> Decision {
    let profile = case.profile.encode(&engine.content().program);
    w.u16(profile.len() as u16);
    w.bytes.extend(&profile);
    w.u32(case.group.0 as u32);
    w.u32(case.price.minor() as u32);
    w.u32(case.now.seconds());
    w.u32(seed);
    let (group, list, now) = (Some(case.group), case.price, case.now);
    let request = Request { group, list, now, seed: seed as u64, ..Request::default() };
    engine.decide(case.profile, &request, &Terms::default())
}

fn expected(engine: &Engine, decisions: &[Decision]) -> Expected {
    let mut arms = vec![0; engine.content().menu.arms.len()];
    decisions.iter().for_each(|decision| arms[decision.arm] += 1);
    Expected {
        cases: decisions.len(),
        model_version: engine.content().version,
        arms,
        sha256: sha256(decisions),
        chunks: decisions.chunks(CHUNK).map(sha256).collect(),
    }
}

fn sha256(decisions: &[Decision]) -> String {
    Sha256::digest(numbers(decisions)).iter().map(|byte| format!("{byte:02x}")).collect()
}
