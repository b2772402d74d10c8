//! What a decision costs in memory: nothing.

use crate::fixture::*;
use skonto::artefact::Artefact;
use skonto::engine::{Engine, Request, Terms};
use skonto::event::Profile;
use skonto::feature::{Feature, Kind};
use skonto::model::{Cuts, Forest, Model, Node, Scorer, Split, Target, Test};

/// The planted shop, decided by forty trees that ask about its features and about the offer.
fn trees() -> Engine {
    let mut content = content();
    let kind = Kind::new("weekend", &[]).expect("a kind");
    content.program.features.push(Feature { name: "offer".into(), kind, steps: Vec::new() });
    content.locales.iter_mut().for_each(|locale| locale.features.insert(4, "offer".into()));
    let leaf = |value: f32| Node { value, split: None };
    let split = |feature: u8, right: u32| {
        let asked = Split { feature, test: Test::AtMost(0), missing_left: true, right, share: 0.5 };
        Node { value: 0.0, split: Some(asked) }
    };
    let mut forest = Forest { cuts: vec![Cuts::Numbers(vec![0.1]); 5], ..Forest::default() };
    for tree in 0..40 {
        let at = forest.nodes.len() as u32;
        forest.roots.push(at);
        let nodes = [split(tree % 4, at + 4), split(4, at + 3), leaf(0.01), leaf(0.02), leaf(-0.01)];
        forest.nodes.extend(nodes);
    }
    content.model = Model { offer: Some(4), ..Model::new(Scorer::Forest(forest), Target::Buys) };
    Engine::new(Artefact::new(content).unwrap())
}

#[test]
fn a_decision_does_not_touch_the_heap() {
    let (plain, walked) = (engine(), trees());
    let mut prepared = walked.clone();
    prepared.prepare();
    let request = Request::new(Some(MILK), 1_000.0, NOW.seconds() as f64 * 1000.0, 1.0).unwrap();
    for (name, engine) in [("a weighted sum", &plain), ("walked trees", &walked), ("prepared trees", &prepared)] {
        for profile in [Profile::new(), regular(engine)] {
            let used = allocation_counter::measure(|| {
                std::hint::black_box(engine.decide(&profile, &request, &Terms::default()));
                std::hint::black_box(engine.score(&profile, &request));
            });
            assert_eq!((used.count_total, used.bytes_total), (0, 0), "{name}");
        }
    }
    let used = allocation_counter::measure(|| drop(walked.clone()));
    assert!(used.count_total > 0, "what is counted is counted");
}

#[test]
fn a_prepared_model_says_what_it_said_before() {
    let walked = trees();
    let mut prepared = walked.clone();
    prepared.expect(1_000);
    for minute in 0..200 {
        let moment = (NOW.seconds() + 1_733 * minute) as f64 * 1_000.0;
        let request = Request::new(Some(PIZZA), 999.0 + minute as f64, moment, minute as f64).unwrap();
        let decide = |engine: &Engine| engine.decide(&Profile::new(), &request, &Terms::default());
        assert_eq!(decide(&walked).fingerprint(), decide(&prepared).fingerprint());
    }
}
