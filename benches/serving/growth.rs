//! How the cost of a decision grows with trees, depth, arms and features, and what one worker holds: models and profiles.

use super::planted::{self, Size, USUAL, engine, visits};
use super::{Figure, print};
use skonto::engine::{Engine, Request, Terms};
use skonto::evaluate::chart::{Axis, Look, Plot, Point, Scale, Series};
use skonto::event::{Event, EventKind, GroupId, Line, Profile, Timestamp};
use skonto::money::Money;
use std::hint::black_box;
use std::time::Instant;
use std::{fs, io};

const NOW: u32 = 1_767_614_400;
const VISITS: usize = 2_048;
const TURNS: usize = 7;
/// Profiles that a worker has in flight.
const PROFILES: usize = 10_000;
const GENERATED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/out/generated");

/// A way to grow: its name, its steps, and the size at each.
type Way = (&'static str, &'static [usize], fn(usize) -> Size);

/// Prints all figures; draws those of growth into benches/results.
pub fn run() -> io::Result<()> {
    let axes: [Way; 4] = [
        ("trees", &[10, 30, 100, 200, 300], |trees| Size { trees, ..USUAL }),
        ("depth", &[2, 3, 4, 5, 6, 7], |depth| Size { depth: depth as u32, ..USUAL }),
        ("arms", &[2, 4, 8, 12, 16], |arms| Size { arms, ..USUAL }),
        ("features", &[4, 8, 16, 24, 31], |features| Size { features, ..USUAL }),
    ];
    let mut drawn = String::new();
    for (name, steps, size) in axes {
        let costs: Vec<(usize, f64)> = steps.iter().map(|step| (*step, microseconds(size(*step)))).collect();
        for (step, cost) in &costs {
            let against = format!(
                "else {} trees of depth {}, {} arms, {} features",
                USUAL.trees, USUAL.depth, USUAL.arms, USUAL.features
            );
            print(Figure { name: format!("serving.growth.{name}_{step}"), value: *cost, unit: "us", against });
        }
        drawn += &draw(name, &costs);
    }
    worker()?;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/results");
    fs::create_dir_all(folder)?;
    fs::write(format!("{folder}/serving_growth.html"), page(&drawn))
}

/// Decides so often.
pub fn decide(count: usize) {
    let (engine, visits) = (engine(USUAL), visits(VISITS, USUAL.features));
    for visit in visits.iter().cycle().take(count) {
        black_box(engine.decide(&Profile::new(), &request(visit), &Terms::default()));
    }
}

fn request(attributes: &[Option<f64>]) -> Request<'_> {
    let list = Money::new(10_000).expect("a price");
    Request { group: Some(GroupId(0)), attributes, list, now: Timestamp::from_seconds(NOW), ..Request::default() }
}

/// The median, over turns, of the mean cost of a decision.
fn microseconds(size: Size) -> f64 {
    let (engine, visits) = (engine(size), visits(VISITS, size.features));
    let turn = || {
        let start = Instant::now();
        for visit in &visits {
            black_box(engine.decide(&Profile::new(), &request(visit), &Terms::default()));
        }
        start.elapsed().as_secs_f64() * 1e6 / VISITS as f64
    };
    median((0..TURNS).map(|_| turn()).collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Models and profiles of one worker: what they weigh, and decisions a second among them. They are left for
/// benches/serving/scale.mjs, where profiles of one length follow each other.
fn worker() -> io::Result<()> {
    let usual = engine(USUAL);
    fs::create_dir_all(GENERATED)?;
    fs::write(format!("{GENERATED}/planted.skonto"), planted::bytes(USUAL))?;
    let (mut copy, mut profile) = (None, Profile::new());
    let model = allocation_counter::measure(|| copy = Some(usual.clone()));
    print(Figure {
        name: "serving.scale.model_bytes".into(),
        value: model.bytes_current as f64,
        unit: "bytes",
        against: "prepared".into(),
    });
    let held = allocation_counter::measure(|| profile = bought(&usual, 1));
    let whole = held.bytes_current as f64 + std::mem::size_of::<Profile>() as f64;
    print(Figure {
        name: "serving.scale.profile_bytes".into(),
        value: whole,
        unit: "bytes",
        against: "of one purchase".into(),
    });
    let visits = visits(PROFILES, USUAL.features);
    let profiles: Vec<Profile> = (0..PROFILES).map(|shopper| bought(&usual, shopper as u32)).collect();
    let stored = profiles.iter().flat_map(|profile| profile.encode(&usual.content().program));
    fs::write(format!("{GENERATED}/planted.profiles"), stored.collect::<Vec<u8>>())?;
    for models in [1, 10, 100] {
        let engines: Vec<Engine> = (0..models).map(|_| usual.clone()).collect();
        let turn = || {
            let start = Instant::now();
            for (at, (visit, profile)) in visits.iter().zip(&profiles).enumerate() {
                black_box(engines[at % models].decide(profile, &request(visit), &Terms::default()));
            }
            PROFILES as f64 / start.elapsed().as_secs_f64()
        };
        let per_second = median((0..TURNS).map(|_| turn()).collect());
        let against = format!("{PROFILES} profiles in turn, one thread");
        print(Figure {
            name: format!("serving.scale.decisions_per_s.{models}_models"),
            value: per_second,
            unit: "decisions/s",
            against,
        });
    }
    drop(copy);
    Ok(())
}

fn bought(engine: &Engine, shopper: u32) -> Profile {
    let mut profile = Profile::new();
    let line = Line::new(Some(GroupId(0)), 199.0, 0.0, 1.0).expect("a line");
    let time = Timestamp::from_seconds(NOW - 86_400 - shopper);
    let event = Event { kind: EventKind::PURCHASE, time, transaction: shopper, query: None, lines: vec![line] };
    engine.observe(&mut profile, &event).expect("an event");
    profile
}

fn draw(name: &str, costs: &[(usize, f64)]) -> String {
    let axis = |values: Vec<f64>| Scale::with_zero(values).expect("finite costs");
    let [x, y] =
        [costs.iter().map(|cost| cost.0 as f64).collect(), costs.iter().map(|cost| cost.1).collect()].map(axis);
    let point =
        |(step, cost): &(usize, f64)| Point { x: *step as f64, y: *cost, tip: format!("{step} {name}: {cost:.2} µs") };
    let plain = |value: f64, _: f64| format!("{value}");
    let plot = Plot {
        title: &format!("Cost of a decision by {name}"),
        x: Axis { title: name, scale: x, print: &plain },
        y: Axis { title: "µs per decision", scale: y, print: &plain },
        series: vec![Series { name: name.into(), look: Look::Discs, points: costs.iter().map(point).collect() }],
        guide: None,
        band: None,
    };
    format!("<section><h2>By {name}</h2>{}</section>", plot.draw().into_string())
}

fn page(charts: &str) -> String {
    let house = include_str!("../../src/evaluate/report/style.css");
    let grid = "body{max-width:64rem;margin:auto;padding:2rem 1rem}section{margin:0}\
        main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem 2rem;margin-top:2rem}";
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>What a decision costs</title><style>{house}{grid}</style><header><h1>What a decision costs</h1><p>Natively, one \
         thread; 100 trees of 32 leaves, 8 arms and 28 features where not said otherwise.</p></header><main>{charts}</main></html>"
    )
}
