//! Counters and kinds of feature, each on a history small enough to work out by hand.

use skonto::error::Code;
use skonto::event::{Event, EventKind, EventSet, GroupId, Line, Profile, Timestamp};
use skonto::feature::cluster::Clusters;
use skonto::feature::rule::{Rule, Rules};
use skonto::feature::*;
use skonto::money::Money;
use skonto::words::{DIM, Meaning, Words};

/// 2024-12-20 10:00, a Friday.
const NOW: u32 = 1_734_688_800;
const MINUTE: u32 = 60;
const DAY: u32 = 86_400;

fn kind(name: &str) -> EventKind {
    EventKind::from_name(name).unwrap()
}

fn line(group: u16, item: u32, net: i64, discount: i64, quantity: u32) -> Line {
    Line::new(Some(GroupId(group)), net as f64, discount as f64, quantity as f64).unwrap().of(item, item % 10)
}

fn event(name: &str, ago: u32, lines: &[Line]) -> Event {
    let time = Timestamp::from_seconds(NOW - ago);
    Event { kind: kind(name), time, transaction: 0, query: None, lines: lines.to_vec() }
}

/// Two visits: three weeks ago a purchase of two lines; today a look at two products, one of them put into the cart.
fn history() -> Vec<Event> {
    vec![
        event("view_item", 21 * DAY, &[line(0, 11, 500, 0, 1)]),
        event("purchase", 21 * DAY - 2 * MINUTE, &[line(0, 11, 500, 0, 2), line(1, 22, 150, 50, 1)]),
        event("view_item", 10 * MINUTE, &[line(0, 11, 400, 0, 1)]),
        event("view_item", 6 * MINUTE, &[line(2, 33, 900, 100, 1)]),
        event("add_to_cart", MINUTE, &[line(2, 33, 900, 100, 3)]),
    ]
}

fn schema() -> Schema {
    let group = |name: &str, category| Group { name: name.into(), category, department: 0, base_rate: 0.2, support: 1 };
    Schema {
        categories: vec![Category { name: "a".into(), base_rate: 0.3 }, Category { name: "b".into(), base_rate: 0.4 }],
        groups: vec![group("g0", 0), group("g1", 0), group("g2", 1)],
        ..Schema::default()
    }
}

/// A program with one counter per scope, given as (events, measure, window, limit).
fn program(scope: Scope, counter: Counter) -> Program {
    let set = || CounterSet::new(vec![counter]);
    let mut program = Program {
        memory: Memory { session_minutes: 30, cart_lines: 8, brands: 4, ..Memory::default() },
        ..Program::default()
    };
    match scope {
        Scope::Shopper => program.shopper = set(),
        Scope::Group | Scope::Category => program.group = set(),
        Scope::Session => program.session = set(),
        Scope::Brand => program.brand = set(),
    }
    program
}

fn value(mut program: Program, kind: &str, arguments: &[Argument], events: &[Event], context: &Context) -> Option<f64> {
    let kind = Kind::new(kind, arguments).unwrap();
    program.features.push(Feature { name: "f".into(), kind, steps: Vec::new() });
    program.check().unwrap();
    let mut profile = Profile::new();
    events.iter().for_each(|event| profile.observe(&program, event).unwrap());
    extract(&program, &schema(), &profile, context).get(0)
}

fn counted(scope: Scope, events: &str, measure: Measure, window: Window, context: &Context) -> Option<f64> {
    let events = if events == "any" { EventSet::ALL } else { kind(events).into() };
    let limit = if measure.is_distinct() { 2 } else { 0 };
    let argument = Argument::Counter(CounterRef { scope, index: 0 });
    let name = if measure == Measure::Last { "recency" } else { "count" };
    value(program(scope, Counter { events, measure, window, limit }), name, &[argument], &history(), context)
}

fn about(group: u16) -> Context<'static> {
    Context {
        group: Some(GroupId(group)),
        item: 33,
        brand: 3,
        price: Some(Money::new(1_000).unwrap()),
        ..Context::of_group(GroupId(group), Timestamp::from_seconds(NOW))
    }
}

#[test]
fn every_measure_counts_what_it_says() {
    let rows = [
        ("view_item", Measure::Events, Some(3.0)),
        ("any", Measure::Events, Some(5.0)),
        ("purchase", Measure::Lines, Some(2.0)),
        ("purchase", Measure::Deals, Some(1.0)),
        ("purchase", Measure::Units, Some(3.0)),
        ("purchase", Measure::Spent, Some(1_150.0)),
        ("purchase", Measure::Saved, Some(50.0)),
        ("view_item", Measure::Prices, Some(1_800.0)),
        ("view_item", Measure::Lowest, Some(400.0)),
        ("view_item", Measure::Highest, Some(900.0)),
        ("refund", Measure::Lowest, None),
        ("refund", Measure::Highest, None),
        ("purchase", Measure::DistinctItems, Some(2.0)),
        ("purchase", Measure::DistinctBrands, Some(2.0)),
        // Three groups were seen, and two places are kept.
        ("any", Measure::DistinctGroups, Some(2.0)),
        // 2 minutes before the purchase, 4 and 5 today; the pause of three weeks is none.
        ("view_item", Measure::Dwell, Some(11.0 * 60.0)),
        ("any", Measure::Sessions, Some(2.0)),
        ("purchase", Measure::Sessions, Some(0.0)),
    ];
    for (events, measure, expected) in rows {
        assert_eq!(counted(Scope::Shopper, events, measure, Window::Ever, &about(0)), expected, "{events} {measure:?}");
    }
}

#[test]
fn every_scope_counts_its_own() {
    let rows = [
        (Scope::Shopper, about(0), Some(3.0)),
        (Scope::Group, about(0), Some(2.0)),
        (Scope::Group, about(1), Some(0.0)),
        (Scope::Category, about(1), Some(2.0)),
        (Scope::Category, about(2), Some(1.0)),
        (Scope::Session, about(0), Some(2.0)),
        (Scope::Brand, about(0), Some(1.0)),
        (Scope::Group, Context { group: None, ..about(0) }, Some(0.0)),
        // After half an hour the session is over.
        (Scope::Session, Context { now: Timestamp::from_seconds(NOW + 30 * MINUTE), ..about(0) }, Some(0.0)),
    ];
    for (scope, context, expected) in rows {
        let found = counted(scope, "view_item", Measure::Events, Window::Ever, &context);
        assert_eq!(found, expected, "{scope:?} {:?}", context.group);
    }
}

#[test]
fn a_window_forgets_as_it_says() {
    let after = |days: u32| Context { now: Timestamp::from_seconds(NOW + days * DAY), ..about(0) };
    let views = |window, days| counted(Scope::Shopper, "view_item", Measure::Events, window, &after(days)).unwrap();
    assert_eq!([views(Window::Ever, 0), views(Window::Ever, 900)], [3.0, 3.0]);
    assert!((views(Window::HalfLife(7.0), 0) - 2.125).abs() < 1e-2, "three half-lives leave an eighth");
    assert_eq!([views(Window::Days(28), 0), views(Window::Days(28), 60)], [3.0, 0.0]);
    assert_eq!([views(Window::Days(7), 0), views(Window::Days(7), 6), views(Window::Days(7), 8)], [2.0, 2.0, 0.0]);
}

#[test]
fn a_window_of_days_takes_late_events_and_forgets_those_that_are_too_late() {
    let counter = Counter::new(kind("view_item"), Measure::Events, Window::Days(7));
    let argument = [Argument::Counter(CounterRef { scope: Scope::Shopper, index: 0 })];
    let views = |days: &[u32]| {
        let events: Vec<Event> = days.iter().map(|days| event("view_item", days * DAY, &[])).collect();
        value(program(Scope::Shopper, counter), "count", &argument, &events, &about(0))
    };
    assert_eq!(views(&[0, 3, 5]), Some(3.0));
    assert_eq!(views(&[0, 8]), Some(1.0));
    assert_eq!(views(&[30, 0]), Some(1.0));
}

#[test]
fn kinds_that_read_the_moment_the_product_and_the_cart() {
    let mut program = program(Scope::Shopper, Counter::new(kind("purchase"), Measure::Prices, Window::Ever));
    let lines = Counter::new(kind("purchase"), Measure::Lines, Window::Ever);
    program.shopper = CounterSet::new([program.shopper.counters(), &[lines]].concat());
    program.tables.holidays = vec![20_081, 20_082];
    program.tables.attributes = vec![
        Attribute { name: "speed".into(), levels: Vec::new() },
        Attribute { name: "device".into(), levels: vec![5, 9] },
    ];
    let counter = |index| Argument::Counter(CounterRef { scope: Scope::Shopper, index });
    let of = |choice| [Argument::Choice(choice)];
    let rows: [(&str, &[Argument], Option<f64>); 19] = [
        ("hour", &[], Some(10.0)),
        ("weekday", &[], Some(4.0)),
        ("weekend", &[], Some(0.0)),
        ("month", &[], Some(12.0)),
        ("days_to_holiday", &[], Some(4.0)),
        ("price", &[], Some(1_000.0)),
        ("mean", &[counter(0), counter(1)], Some(325.0)),
        ("price_ratio", &[counter(0), counter(1)], Some(1_000.0 / 325.0)),
        ("session_minutes", &[], Some(10.0)),
        ("cart", &of(0), Some(2_700.0)),
        ("cart", &of(1), Some(3.0)),
        ("cart", &of(2), Some(1.0)),
        ("cart", &of(3), Some(1.0)),
        ("cart", &of(4), Some(0.0)),
        ("attribute", &of(0), Some(2.5)),
        ("attribute", &of(1), Some(2.0)),
        ("bucket", &[Argument::Choice(1), Argument::Number(1.0)], Some(1.0)),
        ("tenure", &[], Some((21.0 * DAY as f64 - 120.0) / DAY as f64)),
        (
            "share",
            &[counter(1), counter(1), Argument::Number(2.0), Argument::Base(Base::GroupRate)],
            Some((2.0 + 2.0 * 0.2f32 as f64) / 4.0),
        ),
    ];
    let context = Context { attributes: &[Some(2.5), Some(9.0)], ..about(0) };
    for (kind, arguments, expected) in rows {
        assert_eq!(value(program.clone(), kind, arguments, &history(), &context), expected, "{kind} {arguments:?}");
    }
}

#[test]
fn what_is_not_known_is_missing_or_the_unknown_level() {
    let program = || {
        let mut program = program(Scope::Shopper, Counter::new(kind("purchase"), Measure::Prices, Window::Ever));
        program.tables.attributes = vec![Attribute { name: "device".into(), levels: vec![5, 9] }];
        program
    };
    let counter = Argument::Counter(CounterRef { scope: Scope::Shopper, index: 0 });
    type Row<'a> = (&'a str, &'a [Argument], &'a [Option<f64>], Option<f64>);
    let rows: [Row; 9] = [
        ("price", &[], &[], None),
        ("mean", &[counter, counter], &[], None),
        ("price_ratio", &[counter, counter], &[], None),
        ("days_to_holiday", &[], &[], None),
        ("session_minutes", &[], &[], None),
        ("tenure", &[], &[], None),
        ("attribute", &[Argument::Choice(0)], &[], None),
        ("attribute", &[Argument::Choice(0)], &[Some(7.0)], Some(0.0)),
        ("bucket", &[Argument::Choice(0), Argument::Number(8.0)], &[], Some(0.0)),
    ];
    for (kind, arguments, attributes, expected) in rows {
        let context = Context { attributes, now: Timestamp::from_seconds(NOW), ..Context::default() };
        assert_eq!(value(program(), kind, arguments, &[], &context), expected, "{kind}");
    }
}

#[test]
fn the_cart_follows_what_is_put_in_and_taken_out() {
    let value_after = |events: &[Event]| {
        value(
            Program { memory: Memory { cart_lines: 2, ..Memory::default() }, ..Program::default() },
            "cart",
            &[Argument::Choice(0)],
            events,
            &about(0),
        )
    };
    let put = |item, quantity| event("add_to_cart", 0, &[line(0, item, 100, 0, quantity)]);
    let take = |item, quantity| event("remove_from_cart", 0, &[line(0, item, 100, 0, quantity)]);
    assert_eq!(value_after(&[put(1, 2), put(1, 1), put(2, 1)]), Some(400.0));
    assert_eq!(value_after(&[put(1, 2), take(1, 1)]), Some(100.0));
    assert_eq!(value_after(&[put(1, 2), take(1, 5), take(9, 1)]), Some(0.0));
    assert_eq!(value_after(&[put(1, 1), put(2, 2), put(3, 4)]), Some(600.0), "the oldest of three made room");
    assert_eq!(value_after(&[put(1, 1), event("purchase", 0, &[])]), Some(0.0));
}

#[test]
fn steps_follow_one_another_and_missing_stays_missing() {
    let apply = |steps: &[Step], value: Option<f64>| steps.iter().fold(value, |value, step| step.apply(value));
    let bins = Step::Bins(vec![1.0, 5.0]);
    let rates = Step::Rates { rates: vec![0.25, 0.5], others: 0.75 };
    let rows: [(&[Step], Option<f64>, Option<f64>); 12] = [
        (&[Step::Scale { center: 2.0, scale: 4.0 }, Step::Clip { low: -1.0, high: 1.0 }], Some(10.0), Some(1.0)),
        (&[Step::Log1p], Some(-3.0), Some(0.0)),
        (&[Step::Log1p], None, None),
        (std::slice::from_ref(&bins), Some(0.5), Some(0.0)),
        (std::slice::from_ref(&bins), Some(1.0), Some(1.0)),
        (&[bins.clone(), Step::Equals(2.0)], Some(9.0), Some(1.0)),
        (&[Step::Equals(2.0)], None, Some(0.0)),
        (&[Step::Missing], None, Some(1.0)),
        (&[Step::Fill(3.0)], None, Some(3.0)),
        (std::slice::from_ref(&rates), Some(1.0), Some(0.5)),
        (std::slice::from_ref(&rates), Some(7.0), Some(0.75)),
        (std::slice::from_ref(&rates), None, Some(0.75)),
    ];
    for (steps, value, expected) in rows {
        assert_eq!(apply(steps, value), expected, "{steps:?} of {value:?}");
    }
}

#[test]
fn refuses_programs_that_cannot_be_kept() {
    type Damage = fn(&mut Program);
    let rows: [(Code, Damage); 9] = [
        (Code::BadConfig, |p| p.memory.session_minutes = 0),
        (Code::BadConfig, |p| p.memory.brands = 0),
        (Code::TooLarge, |p| p.memory.cart_lines = 33),
        (Code::TooLarge, |p| p.memory.session_minutes = 1_441),
        (Code::OutOfRange, |p| p.tables.holidays = vec![2, 1]),
        (Code::ProtectedAttribute, |p| {
            p.tables.attributes = vec![Attribute { name: "Gender".into(), levels: Vec::new() }];
        }),
        (Code::TooLarge, |p| {
            let wide = Counter::new(EventKind::PURCHASE, Measure::Spent, Window::Days(7));
            p.group = CounterSet::new(vec![wide; 17]);
        }),
        (Code::BadConfig, |p| {
            p.group = CounterSet::new(vec![Counter::new(EventKind::PURCHASE, Measure::Dwell, Window::Ever)]);
        }),
        (Code::OutOfRange, |p| {
            let many = Counter { limit: 65, ..Counter::new(EventKind::PURCHASE, Measure::DistinctItems, Window::Ever) };
            p.shopper = CounterSet::new(vec![many]);
        }),
    ];
    for (code, damage) in rows {
        let mut program = program(Scope::Session, Counter::new(EventKind::PURCHASE, Measure::Events, Window::Ever));
        program.brand = program.session.clone();
        program.check().unwrap();
        damage(&mut program);
        assert_eq!(program.check().unwrap_err().code(), code);
    }
}

#[test]
fn relevance_is_that_of_the_nearest_of_the_latest_searches() {
    let mut about = Meaning([0; DIM]);
    let mut other = about;
    (about.0[0], other.0[1]) = (100, 100);
    let mut program = Program { memory: Memory { searches: 2, ..Memory::default() }, ..Program::default() };
    let mut words = Words::new(64).unwrap();
    words.groups = vec![about, other, other];
    words.categories = vec![other, about];
    program.tables.words = Some(words);
    let search = |query| Event { query, ..event("search", 0, &[]) };
    let context = Context { name: Some(about), ..self::about(0) };
    let found =
        |events: &[Event], of: u8| value(program.clone(), "relevance", &[Argument::Choice(of)], events, &context);
    let (here, there) = (search(Some(about)), search(Some(other)));
    assert_eq!([0, 1, 2].map(|of| found(std::slice::from_ref(&here), of)), [Some(1.0), Some(1.0), Some(0.0)]);
    assert_eq!(found(&[here.clone(), there.clone()], 0), Some(1.0));
    assert_eq!(found(&[here, there.clone(), there], 0), Some(0.0), "only the latest two count");
    assert_eq!(found(&[search(None)], 0), None, "no search that means anything");
}

#[test]
fn a_cluster_is_told_by_the_features_before_it() {
    let mut program = program(Scope::Shopper, Counter::new(kind("view_item"), Measure::Events, Window::Ever));
    let count = Kind::new("count", &[Argument::Counter(CounterRef { scope: Scope::Shopper, index: 0 })]).unwrap();
    program.features.push(Feature { name: "views".into(), kind: count, steps: Vec::new() });
    program.tables.clusters =
        Clusters { features: vec![0], shift: vec![1.0], scale: vec![2.0], centers: vec![-0.5, 0.5, 3.0] };
    let second = |kind: &str| {
        let mut program = program.clone();
        program.features.push(Feature { name: kind.into(), kind: Kind::new(kind, &[]).unwrap(), steps: Vec::new() });
        program.check().unwrap();
        let mut profile = Profile::new();
        history().iter().for_each(|event| profile.observe(&program, event).unwrap());
        extract(&program, &schema(), &profile, &about(0)).get(1)
    };
    // Three views: (3 − 1) / 2 = 1, half a unit from the second centre.
    assert_eq!([second("cluster"), second("cluster_distance")], [Some(1.0), Some(0.5)]);
    program
        .features
        .insert(0, Feature { name: "c".into(), kind: Kind::new("cluster", &[]).unwrap(), steps: Vec::new() });
    assert_eq!(program.check().unwrap_err().code(), Code::BadConfig);
}

#[test]
fn a_rule_leads_from_the_cart_to_the_product() {
    let mut program = Program { memory: Memory { cart_lines: 4, ..Memory::default() }, ..Program::default() };
    let rule = Rule { antecedent: vec![2], consequent: 0, confidence: 0.5, lift: 2.0 };
    program.tables.rules = Rules { rules: vec![rule] };
    let found =
        |measure, group| value(program.clone(), "rule", &[Argument::Choice(measure)], &history(), &about(group));
    assert_eq!([found(0, 0), found(1, 0), found(0, 1)], [Some(0.5), Some(2.0), Some(0.0)]);
}
