//! A small model with planted numbers: what a test expects can be worked out by hand.

use skonto::artefact::Content;
use skonto::engine::Engine;
use skonto::event::{Event, EventKind, GroupId, Line, Profile, Timestamp};
use skonto::feature::*;
use skonto::model::{Line as Slope, Linear, Model, Scaled, Term};
use skonto::money::BasisPoints;
use skonto::policy::{Arm, Guard, Menu};
use skonto::train::{pack, texts};

/// 2017-11-20 12:00, a Monday.
pub const NOW: Timestamp = Timestamp::from_seconds(1_511_179_200);

/// Milk: no response to offers. Pizza: strong response. Soup: strong response, but offers were never seen.
pub const MILK: GroupId = GroupId(0);
pub const PIZZA: GroupId = GroupId(1);
pub const SOUP: GroupId = GroupId(2);

pub fn basis(points: u16) -> BasisPoints {
    BasisPoints::new(points).unwrap()
}

fn program() -> Program {
    let purchase = EventKind::PURCHASE;
    let counter = |measure, half_life_days| {
        let window = if measure == Measure::Last { Window::Ever } else { Window::HalfLife(half_life_days) };
        Counter::new(purchase, measure, window)
    };
    let of = |scope, index| CounterRef { scope, index };
    let feature = |name: &str, kind: &str, arguments: &[Argument], step: Option<Step>| Feature {
        name: name.into(),
        kind: Kind::new(kind, arguments).expect("a kind"),
        steps: step.into_iter().collect(),
    };
    let rate = [
        Argument::Counter(of(Scope::Group, 0)),
        Argument::Counter(of(Scope::Shopper, 0)),
        Argument::Number(5.0),
        Argument::Base(Base::GroupRate),
    ];
    let of = |scope, index| [Argument::Counter(of(scope, index))];
    Program {
        shopper: CounterSet::new(vec![counter(Measure::Events, 100.0), counter(Measure::Last, 0.0)]),
        group: CounterSet::new(vec![
            counter(Measure::Events, 100.0),
            counter(Measure::Last, 0.0),
            counter(Measure::Deals, 100.0),
        ]),
        features: vec![
            feature("group_rate", "share", &rate, Some(Step::Logit)),
            feature("group_days_since", "recency", &of(Scope::Group, 1), Some(Step::Log1p)),
            feature("trips", "count", &of(Scope::Shopper, 0), Some(Step::Log1p)),
            feature("weekend", "weekend", &[], None),
        ],
        ..Program::default()
    }
}

fn schema() -> Schema {
    let group =
        |name: &str, category, support| Group { name: name.into(), category, department: 0, base_rate: 0.1, support };
    let category = |name: &str| Category { name: name.into(), base_rate: 0.1 };
    Schema {
        group_fields: vec!["item_category2".into(), "item_category3".into()],
        departments: vec![Department { name: "GROCERY".into(), margin: basis(3_000) }],
        categories: vec![category("DAIRY"), category("FROZEN PIZZA"), category("SOUP")],
        groups: vec![
            group("DAIRY/MILK", 0, 0b11_1111),
            group("FROZEN PIZZA/PREMIUM", 1, 0b01_1111),
            group("SOUP/CONDENSED", 2, 0b00_0001),
        ],
    }
}

fn model() -> Model {
    let line = |weight, slope| Slope { weight, slope };
    let scaled = |center, weight, slope| Scaled {
        center,
        scale: 1.0,
        low: -6.0,
        high: 6.0,
        line: line(weight, slope),
        missing: Slope::default(),
    };
    let term = |center, weight, slope| Term::Number(scaled(center, weight, slope));
    Model::from(Linear {
        bias: line(-2.0, 1.0),
        terms: vec![
            term(-2.0, 1.0, 0.0),
            Term::Number(Scaled { missing: line(-0.5, -2.0), ..scaled(2.0, -0.25, 0.5) }),
            term(1.0, 0.1, 0.0),
            term(0.25, 0.2, 0.0),
        ],
        categories: vec![line(0.0, 0.0), line(0.1, 2.0), line(0.0, 2.0)],
        groups: vec![line(0.5, -0.5), line(0.0, 5.0), line(0.0, 5.0)],
    })
}

pub fn menu() -> Menu {
    let arm = |id: &str, depth| Arm { id: id.into(), depth: basis(depth) };
    Menu {
        arms: vec![
            arm("none", 0),
            arm("pct5", 500),
            arm("pct10", 1_000),
            arm("pct15", 1_500),
            arm("pct20", 2_000),
            arm("pct30", 3_000),
        ],
        guard: Guard { max_discount: basis(5_000), ..Guard::default() },
        budget_price: 0.0,
        exploration: 0.0,
        promise_minutes: 60,
        ..Menu::default()
    }
}

pub fn content() -> Content {
    let (program, menu) = (program(), menu());
    Content {
        version: 7,
        locales: texts::locales(&menu, &program, &Default::default()),
        schema: schema(),
        model: model(),
        program,
        menu,
        card: "A planted model for tests.".into(),
        golden: Vec::new(),
    }
}

/// The engine of `content()`, after `change`.
pub fn engine_with(change: impl FnOnce(&mut Content)) -> Engine {
    let mut content = content();
    change(&mut content);
    Engine::load(&pack::pack(content, &[]).unwrap()).unwrap()
}

pub fn engine() -> Engine {
    engine_with(|_| ())
}

/// The packed file, with golden vectors.
pub fn bytes() -> Vec<u8> {
    let case = |profile, group| pack::Case { profile, group, price: 399, now: NOW, attributes: Vec::new() };
    let cases = [case(Profile::new(), MILK), case(regular(&engine()), PIZZA), case(Profile::new(), SOUP)];
    pack::pack(content(), &cases).unwrap()
}

/// A purchase of one product, `days` before [`NOW`].
pub fn purchase(group: GroupId, days: u32) -> Event {
    let line = Line::new(Some(group), 199.0, 20.0, 1.0).unwrap();
    let time = Timestamp::from_seconds(NOW.seconds() - days * 86_400);
    Event { kind: EventKind::PURCHASE, time, transaction: 0, query: None, lines: vec![line] }
}

/// Buys pizza every week for ten weeks.
pub fn regular(engine: &Engine) -> Profile {
    let mut profile = Profile::new();
    for week in (1..=10).rev() {
        engine.observe(&mut profile, &purchase(PIZZA, 7 * week)).unwrap();
    }
    profile
}
