//! A program with every measure, window, scope, kind and step, and histories made from a seed: what native and
//! wasm must agree on, bit for bit. No trainer is needed, so the wasm suite compiles it too.

use skonto::event::{EVENT_NAMES, Event, EventKind, EventSet, GroupId, Line, Profile, Timestamp};
use skonto::feature::cluster::Clusters;
use skonto::feature::rule::{Rule, Rules};
use skonto::feature::*;
use skonto::money::{BasisPoints, Money};
use skonto::words::{DIM, Meaning, Words};

/// Groups of the schema, three to a category.
pub const GROUPS: u16 = 60;
/// Histories of the fingerprint.
pub const HISTORIES: u64 = 60;
/// Events of each.
pub const LENGTH: usize = 80;
/// What [`fingerprint`] gives for these. It changes only when features are meant to change: take over what the native
/// test prints, and see that the wasm suite agrees.
pub const FINGERPRINT: u64 = 11_551_150_338_395_245_337;
/// 2024-06-01.
const START: u32 = 1_717_200_000;

fn every_counter(events: EventSet, only: impl Fn(Measure) -> bool, windows: &[Window]) -> CounterSet {
    let measures = MEASURES.iter().map(|(measure, _)| *measure).filter(|measure| only(*measure));
    let counters = measures.flat_map(|measure| {
        let windows = if measure.adds_up() { windows } else { &[Window::Ever] };
        let limit = if measure.is_distinct() { 4 } else { 0 };
        windows.iter().map(move |window| Counter { events, measure, window: *window, limit })
    });
    CounterSet::new(counters.collect())
}

/// One feature per counter and scope that reads it, and one per kind that reads no counter.
fn features(program: &Program) -> Vec<Feature> {
    let mut features = Vec::new();
    for (scope, name) in SCOPES {
        for (index, counter) in program.counters(scope).counters().iter().enumerate() {
            let kind = if counter.measure == Measure::Last { "recency" } else { "count" };
            let argument = Argument::Counter(CounterRef { scope, index: index as u8 });
            features.push((format!("{name}_{index}"), Kind::new(kind, &[argument]).unwrap(), Vec::new()));
        }
    }
    let mut read = Vec::new();
    for (position, row) in ROWS.iter().enumerate() {
        let argument = |(_, take): &(&str, Take)| match take {
            Take::Counter => Argument::Counter(CounterRef { scope: Scope::Shopper, index: 0 }),
            Take::Moment => Argument::Counter(CounterRef { scope: Scope::Group, index: 0 }),
            Take::Number(low, high) => Argument::Number(3f32.clamp(*low, *high)),
            Take::Base => Argument::Base(Base::CategoryRate),
            Take::Choice(words) => Argument::Choice(words.len() as u8 - 1),
            Take::Attribute => Argument::Choice(1),
        };
        let arguments: Vec<Argument> = row.takes.iter().map(argument).collect();
        let step = [Step::Log1p, Step::Logit, Step::Fill(0.5), Step::Missing, Step::Equals(1.0)][position % 5].clone();
        read.push((row.name.to_string(), Kind::new(row.name, &arguments).unwrap(), vec![step]));
    }
    features.truncate(MAX_FEATURES - read.len());
    let all = features.into_iter().chain(read);
    all.map(|(name, kind, steps)| Feature { name, kind, steps }).collect()
}

/// Told apart by the first four features, which are counters of the shopper.
fn clusters() -> Clusters {
    let mut draws = Draws(4);
    let centers = (0..5 * 4).map(|_| draws.below(400) as f32 / 100.0 - 2.0).collect();
    Clusters { features: vec![0, 1, 2, 3], shift: vec![2.0; 4], scale: vec![1.5; 4], centers }
}

/// To every third group, from each of the two before it.
fn rules() -> Rules {
    let rule = |consequent: u16, back: u16| Rule {
        antecedent: vec![consequent - back],
        consequent,
        confidence: 0.3 + 0.1 * back as f32,
        lift: 1.5,
    };
    let rules = (2..GROUPS).step_by(3).flat_map(|consequent| [rule(consequent, 1), rule(consequent, 2)]);
    Rules { rules: rules.collect() }
}

/// Rows by chance: what matters is that every build reads a text alike.
fn words() -> Words {
    let mut draws = Draws(7);
    let mut words = Words::new(128).unwrap();
    let mut row = || [(); DIM].map(|_| draws.below(255) as i16 as i8);
    words.buckets.iter_mut().for_each(|bucket| *bucket = row());
    words.groups = (0..GROUPS).map(|_| Meaning(row())).collect();
    words.categories = (0..GROUPS / 3).map(|_| Meaning(row())).collect();
    words
}

/// What shoppers search for, and what products are called.
pub const TEXTS: [&str; 6] = ["Green tea, 500 ml", "café au lait", "手机壳 iPhone", "Lay's chips", "ЧАЙ", "!?"];

/// Everything at once, as far as a profile has room for it.
pub fn program() -> Program {
    let windows = [Window::HalfLife(3.5), Window::Days(28)];
    let keyed = |measure: Measure| !measure.needs_sessions() && !measure.is_distinct();
    let last_first = |set: CounterSet| {
        let mut counters = set.counters().to_vec();
        counters.sort_by_key(|counter| counter.measure != Measure::Last);
        CounterSet::new(counters)
    };
    let mut program = Program {
        shopper: every_counter(EventSet::ALL, |_| true, &windows),
        group: last_first(every_counter(EventKind::PURCHASE.into(), keyed, &[Window::HalfLife(30.0)])),
        session: every_counter(EventSet::ALL, |_| true, &[Window::Ever]),
        brand: CounterSet::new(vec![Counter::new(EventKind::PURCHASE, Measure::Spent, Window::HalfLife(60.0))]),
        memory: Memory { session_minutes: 30, searches: 3, cart_lines: 8, brands: 6, offers: 4 },
        features: Vec::new(),
        tables: Tables {
            attributes: vec![
                Attribute { name: "speed".into(), levels: Vec::new() },
                Attribute { name: "device".into(), levels: vec![5, 9] },
            ],
            holidays: vec![19_900, 19_990],
            clusters: clusters(),
            rules: rules(),
            words: Some(words()),
        },
    };
    program.features = features(&program);
    program.check().expect("a sound program");
    program
}

/// Names for the groups.
pub fn schema() -> Schema {
    let group = |index: u16| Group {
        name: format!("G{index:02}"),
        category: (index / 3) as u8,
        department: 0,
        base_rate: 0.01 * (index % 7) as f32,
        support: 1,
    };
    let category = |index: u16| Category { name: format!("C{index:02}"), base_rate: 0.02 * (index % 5) as f32 };
    Schema {
        group_fields: vec!["item_category".into()],
        departments: vec![Department { name: "D".into(), margin: BasisPoints::new(3_000).unwrap() }],
        categories: (0..GROUPS / 3).map(category).collect(),
        groups: (0..GROUPS).map(group).collect(),
    }
}

/// A small generator with a name: splitmix64 (Steele, Lea and Flood, 2014).
pub struct Draws(pub u64);

impl Draws {
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % limit as u64) as u32
    }
}

fn line(draws: &mut Draws) -> Line {
    let group = draws.below(GROUPS as u32 + 3) as u16;
    let group = (group < GROUPS).then_some(GroupId(group));
    let (net, discount) = (draws.below(5_000) as f64, (draws.below(3) * draws.below(400)) as f64);
    Line::new(group, net, discount, 1.0 + draws.below(4) as f64).unwrap().of(draws.below(40), draws.below(12))
}

/// A history: mostly forward in time, sometimes late, sometimes far apart.
pub fn history(seed: u64, length: usize) -> Vec<Event> {
    let mut draws = Draws(seed);
    let mut seconds = START;
    let searches = words();
    let event = |_| {
        seconds += [5, 60, 400, 4_000, 200_000][draws.below(5) as usize] * (1 + draws.below(3));
        let late = (draws.below(8) == 0) as u32 * draws.below(300_000);
        let kind = EventKind::new(draws.below(EVENT_NAMES.len() as u32) as u8).unwrap();
        let time = Timestamp::from_seconds(seconds - late);
        let lines = (0..draws.below(5)).map(|_| line(&mut draws)).collect();
        let query = if kind.index() == 3 { searches.embed(TEXTS[draws.below(6) as usize]) } else { None };
        Event { kind, time, transaction: draws.below(50), query, lines }
    };
    (0..length).map(event).collect()
}

/// What is asked after an event.
pub fn context<'a>(program: &Program, draws: &mut Draws, now: Timestamp, attributes: &'a [Option<f64>]) -> Context<'a> {
    let words = program.tables.words.as_ref().unwrap();
    Context {
        group: Some(GroupId(draws.below(GROUPS as u32) as u16)),
        item: draws.below(40),
        brand: draws.below(12),
        price: Some(Money::new(draws.below(5_000) as i64).unwrap()),
        name: words.embed(TEXTS[draws.below(6) as usize]),
        attributes,
        now: Timestamp::from_seconds(now.seconds() + draws.below(100_000)),
    }
}

/// The bits of all features after every event of a history. With `cut`, the profile is stored and read again after
/// so many events.
pub fn replay(program: &Program, schema: &Schema, seed: u64, length: usize, cut: Option<usize>) -> Vec<u64> {
    let mut draws = Draws(!seed);
    let (mut profile, mut bits) = (Profile::new(), Vec::new());
    for (index, event) in history(seed, length).iter().enumerate() {
        if cut == Some(index) {
            profile = Profile::decode(&profile.encode(program), program, schema).expect("its own bytes");
        }
        bits.push(profile.observe(program, event).is_ok() as u64);
        let attributes = [Some(draws.below(10) as f64 / 4.0), Some(draws.below(10) as f64)];
        let vector = extract(program, schema, &profile, &context(program, &mut draws, event.time, &attributes));
        bits.extend((0..vector.len()).map(|feature| vector.get(feature).map_or(u64::MAX, f64::to_bits)));
    }
    bits
}

/// One number for many histories: what every build must come to.
pub fn fingerprint(histories: u64, length: usize) -> u64 {
    let (program, schema) = (program(), schema());
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for seed in 0..histories {
        let cut = (seed % 3 == 0).then_some(length / 2);
        for bits in replay(&program, &schema, seed, length, cut) {
            hash = (hash ^ bits).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}
