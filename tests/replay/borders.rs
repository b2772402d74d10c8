//! The model and the histories with which the npm package proves that both borders carry every feature.
//!
//! Written below `out/everything` by `cargo test`, for the package's tests to read: the model, the histories as GA4
//! events and decision requests, and what the native engine decides.

use super::everything::{self, Draws, TEXTS};
use crate::fixture::menu;
use crate::parity::{arms, chunks, numbers, sha256};
use serde_json::{Value, json};
use skonto::artefact::{Artefact, Content};
use skonto::decision::Decision;
use skonto::engine::{Engine, Request, Terms};
use skonto::event::{EVENT_NAMES, Event, GroupId, Line, Profile, Timestamp, id_number};
use skonto::feature::*;
use skonto::model::{Line as Slope, Linear, Model, Scaled, Term};
use skonto::money::Money;
use skonto::train::{pack, texts};
use std::fs;
use std::path::Path;

const HISTORIES: u64 = 240;
const LENGTH: usize = 25;
const DEVICES: [&str; 3] = ["phone", "télé", "42"];

/// The program of the other tests, and of every choice that a kind offers one feature more.
fn program() -> Program {
    let mut program = everything::program();
    let mut levels = DEVICES[..2].iter().map(|word| id_number(word)).collect::<Vec<_>>();
    levels.push(id_number(DEVICES[2]));
    levels.sort_unstable();
    program.tables.attributes[1].levels = levels;
    let mut more = Vec::new();
    for row in &ROWS {
        let mut offer = |choice: u8| {
            let argument = |(_, take): &(&str, Take)| match take {
                Take::Number(low, high) => Argument::Number(97f32.clamp(*low, *high)),
                _ => Argument::Choice(choice),
            };
            let kind = Kind::new(row.name, &row.takes.iter().map(argument).collect::<Vec<_>>()).unwrap();
            more.push(Feature { name: format!("{}_{choice}", row.name), kind, steps: Vec::new() });
        };
        match row.takes.first() {
            Some((_, Take::Choice(words))) => (0..words.len() as u8 - 1).for_each(&mut offer),
            Some((_, Take::Attribute)) => offer(0),
            _ => {}
        }
    }
    // In place of counters that the clusters do not look at: there is no room for more.
    let start = program.tables.clusters.features.len();
    program.features.splice(start..start + more.len(), more);
    // Some would never change: a step that asks whether a value is there that always is, the mean of equal counters.
    for feature in &mut program.features {
        feature.steps.clear();
        if feature.name == "mean" {
            let counter = |index| Argument::Counter(CounterRef { scope: Scope::Shopper, index });
            feature.kind = Kind::new("mean", &[counter(2), counter(0)]).unwrap();
        }
    }
    program.check().expect("a sound program");
    program
}

/// One term per feature, each of weight and of a scale at which the histories move it.
fn model(scales: &[f64]) -> Model {
    let mut draws = Draws(11);
    let mut number = |limit: f32| (draws.below(2_001) as f32 / 1_000.0 - 1.0) * limit;
    let mut line = |weight, slope| Slope { weight: number(weight), slope: number(slope) };
    let categories = (0..everything::GROUPS / 3).map(|_| line(0.2, 2.0)).collect();
    let groups = (0..everything::GROUPS).map(|_| line(0.2, 2.0)).collect();
    let term = |scale: &f64| {
        let (known, missing) = (line(0.3, 3.0), line(0.1, 1.0));
        let scale = scale.max(1e-3) as f32;
        Term::Number(Scaled { center: 0.0, scale, low: -1e6, high: 1e6, line: known, missing })
    };
    let terms = scales.iter().map(term).collect();
    Model::from(Linear { bias: Slope { weight: -1.0, slope: 6.0 }, terms, categories, groups })
}

fn content(scales: &[f64]) -> Content {
    let (program, mut menu, mut schema) = (program(), menu(), everything::schema());
    menu.exploration = 0.1;
    schema.groups.iter_mut().for_each(|group| group.support = (1 << menu.arms.len()) - 1);
    Content {
        version: 1,
        locales: texts::locales(&menu, &program, &Default::default()),
        schema,
        model: model(scales),
        program,
        menu,
        card: "A planted model that looks at everything, for tests.".into(),
        golden: Vec::new(),
    }
}

/// One step of a history: what the shopper did, what is then asked, and both as the package is told them.
struct Step {
    event: Event,
    item: u32,
    brand: u32,
    name: &'static str,
    group: GroupId,
    price: u32,
    attributes: [Option<f64>; 2],
    now: Timestamp,
    seed: u32,
    told: Value,
}

/// The text that stands for a number of the generator; every fifth shop writes its ids as numbers.
fn id(kind: &str, number: u32) -> Value {
    match number {
        0 => Value::Null,
        _ if number.is_multiple_of(5) => json!(number),
        _ => json!(format!("{kind} {number}")),
    }
}

fn number_of(id: &Value) -> u32 {
    let text = id.as_str().map_or_else(|| id.as_u64().map(|id| id.to_string()), |text| Some(text.to_string()));
    id_number(&text.unwrap_or_default())
}

/// The same line with ids of the kind that shops write, and that line in GA4's words.
fn line(line: &Line) -> (Line, Value) {
    let (item, brand) = (id("item", line.item), id("Märke", line.brand));
    let category = line.group.map_or("elsewhere".into(), |group| format!("G{:02}", group.0));
    let major = |money: Money| money.minor() as f64 / 100.0;
    let told = json!({
        "item_id": item, "item_brand": brand, "item_category": category, "quantity": line.quantity,
        "price": major(line.net), "discount": major(line.discount),
    });
    (line.of(number_of(&item), number_of(&brand)), told)
}

fn event(program: &Program, event: &Event) -> (Event, Value) {
    let transaction = format!("order {}", event.transaction);
    let (lines, items): (_, Vec<Value>) = event.lines.iter().map(line).unzip();
    let is_search = EVENT_NAMES[event.kind.index() as usize] == "search";
    let words = program.tables.words.as_ref().unwrap();
    let term = TEXTS.iter().find(|text| is_search && words.embed(text) == event.query);
    let told = json!({
        "name": EVENT_NAMES[event.kind.index() as usize],
        "timestamp_ms": event.time.seconds() as u64 * 1_000,
        "params": { "transaction_id": transaction, "currency": "EUR", "search_term": term, "items": items },
    });
    (Event { transaction: id_number(&transaction), lines, ..event.clone() }, told)
}

fn steps(program: &Program, seed: u64) -> Vec<Step> {
    let mut draws = Draws(!seed);
    let step = |original: &Event| {
        let (event, told) = event(program, original);
        let (item, brand) = (id("item", draws.below(40)), id("Märke", draws.below(12)));
        let (group, price) = (draws.below(everything::GROUPS as u32) as u16, draws.below(5_000));
        let name = TEXTS[draws.below(TEXTS.len() as u32) as usize];
        let speed = (draws.below(4) > 0).then_some(draws.below(10) as f64 / 4.0);
        let device = ["phone", "télé", "42", "watch", ""][draws.below(5) as usize];
        let now = event.time.seconds() + draws.below(100_000);
        let seed = draws.below(u32::MAX);
        let told = json!({
            "event": told, "seed": seed, "now_ms": now as u64 * 1_000,
            "item": {
                "item_id": item, "item_brand": brand, "item_name": name, "item_category": format!("G{group:02}"),
                "price": price as f64 / 100.0,
            },
            "attributes": { "speed": speed, "device": if device == "42" { json!(42) } else { json!(device) } },
        });
        let device = Some(device).filter(|device| !device.is_empty()).map(|device| id_number(device) as f64);
        let (item, brand) = (number_of(&item), number_of(&brand));
        let (group, attributes, now) = (GroupId(group), [speed, device], Timestamp::from_seconds(now));
        Step { event, item, brand, name, group, price, attributes, now, seed, told }
    };
    everything::history(seed, LENGTH).iter().map(step).collect()
}

impl Step {
    fn request<'a>(&'a self, program: &Program) -> Request<'a> {
        Request {
            group: Some(self.group),
            item: self.item,
            brand: self.brand,
            name: program.tables.words.as_ref().unwrap().embed(self.name),
            attributes: &self.attributes,
            list: Money::new(self.price as i64).unwrap(),
            now: self.now,
            seed: self.seed as u64,
        }
    }
}

/// What each feature is at every step, as the model will see it.
fn values(program: &Program, schema: &Schema) -> Vec<Vec<Option<f64>>> {
    let mut values = vec![Vec::new(); program.features.len()];
    for seed in 0..HISTORIES {
        let mut profile = Profile::new();
        for step in steps(program, seed) {
            let _ = profile.observe(program, &step.event);
            let Request { group, item, brand, name, attributes, list, now, .. } = step.request(program);
            let context = Context { group, item, brand, price: Some(list), name, attributes, now };
            let vector = extract(program, schema, &profile, &context);
            values.iter_mut().enumerate().for_each(|(index, values)| values.push(vector.get(index)));
        }
    }
    values
}

/// The decisions of a history, and it in words. At `cut` the profile is stored and read again.
fn decide(engine: &Engine, seed: u64, cut: Option<usize>) -> (Vec<Decision>, Value) {
    let Content { program, schema, .. } = engine.content();
    let (mut profile, mut decisions, mut told, mut stored) = (Profile::new(), Vec::new(), Vec::new(), Value::Null);
    for (index, mut step) in steps(program, seed).into_iter().enumerate() {
        if cut == Some(index) {
            let bytes = profile.encode(program);
            profile = Profile::decode(&bytes, program, schema).unwrap();
            stored = json!(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        }
        let taken = engine.observe(&mut profile, &step.event).is_ok();
        decisions.push(engine.decide(&profile, &step.request(program), &Terms::default()));
        step.told["taken"] = json!(taken);
        told.push(step.told);
    }
    (decisions, json!({ "cut": cut, "stored": stored, "steps": told }))
}

#[test]
fn writes_a_model_that_looks_at_everything_and_what_it_decides_for_the_other_engines() {
    let (program, schema) = (program(), everything::schema());
    let values = values(&program, &schema);
    let still =
        program.features.iter().zip(&values).filter(|(_, values)| values.iter().all(|value| value == &values[0]));
    let still: Vec<&str> = still.map(|(feature, _)| feature.name.as_str()).collect();
    assert!(still.is_empty(), "never change: {still:?}");
    let largest =
        |values: &Vec<Option<f64>>| values.iter().flatten().fold(0.0, |most, value| f64::max(most, value.abs()));
    let scales: Vec<f64> = values.iter().map(largest).collect();
    let sound = Engine::new(Artefact::new(content(&scales)).expect("a sound model"));
    let case = pack::Case {
        profile: Profile::new(),
        group: GroupId(1),
        price: 399,
        now: Timestamp::from_seconds(1_717_200_000),
        attributes: Vec::new(),
    };
    let bytes = pack::pack(sound.content().clone(), &[case]).unwrap();
    let engine = Engine::load(&bytes).unwrap();

    let cut = |seed: u64| seed.is_multiple_of(2).then_some(LENGTH / 2);
    let (decisions, histories): (Vec<_>, Vec<Value>) =
        (0..HISTORIES).map(|seed| decide(&engine, seed, cut(seed))).unzip();
    let decisions = decisions.concat();
    let taken = arms(&decisions, engine.content().menu.arms.len());
    assert!(taken.iter().all(|count| *count >= 50), "an arm is hardly ever taken: {taken:?}");

    let all = numbers(&decisions);
    let expected = json!({
        "cases": decisions.len(), "arms": taken, "sha256": sha256(&all), "chunks": chunks(&decisions),
    });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("out/everything");
    fs::create_dir_all(&folder).unwrap();
    let files: [(&str, Vec<u8>); 4] = [
        ("model.skonto", bytes),
        ("histories.json", serde_json::to_vec(&histories).unwrap()),
        ("numbers.bin", all),
        ("expected.json", serde_json::to_vec(&expected).unwrap()),
    ];
    files.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
}
