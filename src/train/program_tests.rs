//! Names, scopes and refusals of a declared program.

use super::*;
use crate::feature::Step;

fn counter_named(name: &str, scope: &str, measure: &str) -> CounterParams {
    let half_life_days = ["events", "deals", "spent"].contains(&measure).then_some(28.0);
    let event = OneOrMore::One("purchase".into());
    CounterParams {
        name: name.into(),
        scope: scope.into(),
        event,
        measure: measure.into(),
        half_life_days,
        ..CounterParams::default()
    }
}

fn counters() -> Vec<CounterParams> {
    vec![
        counter_named("last", "group", "last"),
        counter_named("trips", "shopper", "events"),
        counter_named("bought", "group", "events"),
    ]
}

fn features(text: &str) -> Vec<FeatureParams> {
    #[derive(serde::Deserialize)]
    struct File {
        feature: Vec<FeatureParams>,
    }
    toml::from_str::<File>(text).unwrap().feature
}

fn feature(rest: &str) -> Vec<FeatureParams> {
    features(&format!("[[feature]]\nname = \"f\"\n{rest}"))
}

fn compiled(counters: &[CounterParams], features: &[FeatureParams]) -> Result<Declared> {
    let attributes = vec![AttributeParams { name: "device".into(), levels: vec!["phone".into(), "desktop".into()] }];
    let (counters, features) = (counters.to_vec(), features.to_vec());
    compile(&ProgramParams { counters, features, attributes, ..ProgramParams::default() })
}

#[test]
fn resolves_names_to_positions_within_their_scope() {
    let program = compiled(&counters(), &feature("kind = \"count\"\ncounter = \"category.bought\"")).unwrap().program;
    let bought = CounterRef { scope: Scope::Category, index: 1 };
    assert_eq!(program.features[0].kind, Kind::new("count", &[Argument::Counter(bought)]).unwrap());
}

#[test]
fn refuses_features_that_do_not_add_up() {
    let rows = [
        ("kind = \"count\"\ncounter = \"group.trips\"", "feature `f`: no counter is called `group.trips`"),
        ("kind = \"count\"", "feature `f`: `counter` is missing"),
        ("kind = \"weekend\"\ncounter = \"group.bought\"", "feature `f`: kind `weekend` does not take `counter`"),
        ("kind = \"median\"", "feature `f`: `median` is not a kind of feature; known are count, share"),
        ("kind = \"recency\"\ncounter = \"shopper.trips\"", "recency reads a `last` counter"),
        ("kind = \"cart\"\nof = \"weight\"", "`of`: expected value, units, lines, deals, same_group, found \"weight\""),
        ("kind = \"attribute\"\nname_of = \"x\"", "kind `attribute` does not take `name_of`"),
        ("kind = \"bucket\"\nof = \"brand\"\nbuckets = 4096", "`buckets`: expected a number between 1 and 512"),
    ];
    for (rest, expected) in rows {
        let message = compiled(&counters(), &feature(rest)).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn refuses_counters_that_do_not_add_up() {
    type Change = fn(&mut CounterParams);
    let changed = |change: Change| {
        let mut counter = counter_named("x", "shopper", "events");
        change(&mut counter);
        compiled(&[counter], &[]).unwrap_err().to_string()
    };
    let rows: [(Change, &str); 7] = [
        (|c| c.scope = "planet".into(), "counter `x`: scope is one of shopper, group, session, brand, found `planet`"),
        (|c| c.measure = "median".into(), "counter `x`: measure is one of events, lines"),
        (|c| c.half_life_days = None, "half_life_days or window_days is missing"),
        (|c| c.window_days = Some(7), "half_life_days and window_days"),
        (|c| c.measure = "last".into(), "only sums forget"),
        (|c| c.event = OneOrMore::One("buy".into()), "found `buy`"),
        (|c| c.event = OneOrMore::More(vec![]), "a counter counts no kind of event"),
    ];
    for (change, expected) in rows {
        let message = changed(change);
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn refuses_a_counter_declared_twice() {
    let twice = [counters(), counters()].concat();
    assert_eq!(compiled(&twice, &[]).unwrap_err().code(), Code::DuplicateName);
}

#[test]
fn keeps_sessions_and_a_cart_only_where_something_reads_them() {
    let none = compiled(&counters(), &feature("kind = \"weekend\"")).unwrap().program;
    assert_eq!(none.memory, Memory::default());
    let cart = compiled(&counters(), &feature("kind = \"cart\"\nof = \"value\"")).unwrap().program;
    assert_eq!(cart.memory, Memory { cart_lines: REMEMBERED.0, ..Memory::default() });
    let views = CounterParams { half_life_days: None, ..counter_named("views", "session", "events") };
    let session = compiled(&[views], &[]).unwrap().program;
    assert_eq!(session.memory.session_minutes, SESSION_MINUTES);
}

#[test]
fn splits_steps_into_those_that_are_known_and_those_to_be_fitted() {
    let declared =
        feature("kind = \"weekend\"\ntransform = [{ fill = 0 }, \"log1p\", \"standard\", { clip = [-3, 3] }]");
    let declared = compiled(&counters(), &declared).unwrap();
    assert_eq!(declared.program.features[0].steps, [Step::Fill(0.0), Step::Log1p]);
    assert_eq!(declared.fits[0], [StepParams::Standard, StepParams::Clip([-3.0, 3.0])]);
    assert!(declared.needs_data());
}

#[test]
fn a_word_becomes_the_level_it_has_among_those_declared() {
    let program = compiled(&counters(), &[]).unwrap().program;
    let levels = &program.tables.attributes[0].levels;
    assert!(levels.contains(&hash32("phone")) && levels.contains(&hash32("desktop")) && levels.len() == 2);
}

#[test]
fn holidays_are_days_since_1970_in_order() {
    let dates = ["1970-01-02".to_string(), "1970-01-01".to_string(), "1970-01-02".to_string()];
    assert_eq!(holidays(&dates).unwrap(), [0, 1]);
    assert!(holidays(&["2024-02-30".to_string()]).unwrap_err().to_string().contains("2024-02-30"));
}
