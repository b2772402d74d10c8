//! The reference forest natively, where `PEERS=1 make bench ONLY=serving` has put it.

use super::{Figure, print};
use skonto::engine::{Engine, Request, Terms};
use skonto::event::{GroupId, Profile, Timestamp};
use skonto::feature::{Context, FeatureVector, extract};
use skonto::money::Money;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

const COLUMNS: usize = 28;
const TURNS: usize = 15;
const NOW: Timestamp = Timestamp::from_seconds(1_767_614_400);

/// Prints decisions a second by the forest and what a logistic regression takes; nothing where they are not there.
pub fn run() {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("out/serving");
    let load = |name: &str| Some(Engine::load(&fs::read(out.join(name)).ok()?).expect("a reference model"));
    let (Some(mut forest), Some(logistic), Ok(users)) =
        (load("exact.skonto"), load("logistic.skonto"), fs::read(out.join("users.f32")))
    else {
        return;
    };
    forest.prepare();
    let numbers: Vec<f64> = users
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as f64)
        .collect();
    let visit = |user: &[f64]| user.iter().map(|value| Some(*value)).chain([None]).collect();
    let visits: Vec<Vec<Option<f64>>> = numbers.chunks_exact(COLUMNS).map(visit).collect();
    let against = "at least 1500000; eight offers scored from 28 features that are there, one thread".into();
    let value = scores_per_second(&forest, &visits);
    print(Figure { name: "serving.native_decisions_per_s".into(), value, unit: "decisions/s", against });
    let against = "features, rules, choice and record included, one thread".into();
    let value = decisions_per_second(&forest, &visits);
    print(Figure { name: "serving.native_whole_decisions_per_s".into(), value, unit: "decisions/s", against });
    let whole = 1e6 / decisions_per_second(&logistic, &visits);
    let against = format!("0.15; eight offers scored from 28 features that are there; a whole decision {whole:.3}");
    let value = 1e6 / scores_per_second(&logistic, &visits);
    print(Figure { name: "serving.native_logistic_us".into(), value, unit: "us", against });
}

fn scores_per_second(engine: &Engine, visits: &[Vec<Option<f64>>]) -> f64 {
    let content = engine.content();
    let extracted: Vec<FeatureVector> = visits
        .iter()
        .map(|attributes| {
            let context = Context { attributes, ..Context::of_group(GroupId(0), NOW) };
            extract(&content.program, &content.schema, &Profile::new(), &context)
        })
        .collect();
    per_second(extracted.len(), || {
        extracted.iter().for_each(|features| {
            black_box(engine.score_features(features));
        })
    })
}

fn decisions_per_second(engine: &Engine, visits: &[Vec<Option<f64>>]) -> f64 {
    let list = Money::new(10_000).expect("a price");
    per_second(visits.len(), || {
        visits.iter().for_each(|attributes| {
            let request = Request { group: Some(GroupId(0)), attributes, list, now: NOW, ..Request::default() };
            black_box(engine.decide(&Profile::new(), &request, &Terms::default()));
        })
    })
}

/// By the median of the turns, after one to warm up.
fn per_second(decisions: usize, turn: impl Fn()) -> f64 {
    turn();
    let time = || {
        let start = Instant::now();
        turn();
        start.elapsed().as_secs_f64()
    };
    let mut times: Vec<f64> = (0..TURNS).map(|_| time()).collect();
    times.sort_by(f64::total_cmp);
    decisions as f64 / times[TURNS / 2]
}
