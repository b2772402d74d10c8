//! What is fitted on a log is what devices compute: the same bits as `extract`, and nothing learnt from later rows.

use super::table::{bits, of_log};
use super::{Told, parts, rees46, told};
use arrow::array::AsArray;
use arrow::datatypes::Float64Type;
use arrow::record_batch::RecordBatch;
use proptest::prelude::*;
use skonto::event::{Event, EventKind, GroupId, Line, Profile, Timestamp, hash32, id_number};
use skonto::feature::{Context, Program, Schema, extract};
use skonto::money::Money;
use skonto::train::fold::fitting::{Fitted, fit};
use skonto::train::fold::moments::At;
use skonto::train::fold::settings::Settings;
use skonto::train::fold::training::{Training, fold_of};
use skonto::train::fold::{Batches, CheckedOptions, Options, Partitioned, given, key};
use std::collections::{BTreeMap, BTreeSet};

pub const FITTED: &str = include_str!("fitted.toml");
const SEARCH: u8 = 3;
pub const VIEW: u8 = 2;
const CART: u8 = 5;
pub const BUY: u8 = 11;
/// The moment in `fitted.toml`.
pub const UNTIL: i64 = 1_020_000;

pub fn options(settings: &Settings, threads: usize, partition_bits: u32, memory: usize) -> CheckedOptions {
    let (threads, memory) = (Some(threads), Some(memory));
    Options { threads, partition_bits, memory, ..settings.options().unwrap() }.check().unwrap()
}

fn search(shopper: &str, time: i64, term: &str) -> Told {
    let nothing = told(shopper, time, SEARCH, "");
    Told { item: None, category: None, price: None, search: Some(term.into()), ..nothing }
}

/// Shoppers who search for, look at and buy things of three groups, two of which go together.
pub fn planted() -> Vec<Told> {
    let things = [("tea", "green tea leaves"), ("cup", "white tea cup"), ("shoe", "red running shoe")];
    let mut rows = Vec::new();
    for visit in 0..80i64 {
        let (shopper, start) = (format!("s{}", visit % 31), 1_000_000 + visit * 500);
        let about = |time: i64, event: u8, thing: usize| Told {
            category: Some(things[thing].0.into()),
            name: Some(format!("{} {}", things[thing].1, visit % 4)),
            price: Some(1.0 + (visit * 7 % 13) as f64),
            device: (visit % 5 > 0).then(|| ["phone", "desktop", "watch"][visit as usize % 3].into()),
            score: (visit % 7 > 0).then_some(visit as f64 / 3.0),
            transaction: (event == BUY && visit % 4 > 0).then(|| format!("t{visit}")),
            ..told(&shopper, time, event, &format!("{thing}-{}", visit % 4))
        };
        let (first, second) = if visit % 3 == 0 { (2, 1) } else { (0, 1) };
        rows.push(search(&shopper, start, ["tea leaves", "running shoe", "cup"][visit as usize % 3]));
        rows.push(search(&shopper, start, ["green", "red"][visit as usize % 2]));
        rows.push(about(start + 5, VIEW, first));
        rows.push(about(start + 9, CART, first));
        rows.push(about(start + 12, VIEW, second));
        if visit % 5 < 3 {
            rows.extend([about(start + 20, BUY, first), about(start + 20, BUY, second)]);
        }
    }
    rows
}

pub fn fitted(source: &Batches, settings: &Settings, options: &CheckedOptions, at: &str) -> Fitted {
    let log = Partitioned::read(source, options, &|_| {}).unwrap();
    fit(settings, &log, options, At::from_name(at).unwrap()).unwrap()
}

fn program(rows: &[Told], settings: &Settings, at: &str) -> String {
    let fitted = fitted(&parts(rows, &[]), settings, &options(settings, 1, 0, 1 << 30), at);
    given::write(&fitted.program, &fitted.schema)
}

fn any_row() -> impl Strategy<Value = Told> {
    let fields = (
        "s[0-9]",
        990_000i64..1_050_000,
        0u8..15,
        prop::option::of("[0-9]"),
        prop::option::of("tea|cup|shoe|hat"),
        prop::option::of(0u32..9_000),
        prop::option::of("tea|red cup|shoe"),
        prop::option::of("phone|desktop|watch"),
        prop::option::of(-4.0..9.0f64),
    );
    fields.prop_map(|(shopper, time, event, item, category, cents, text, device, score)| Told {
        item,
        category,
        price: cents.map(|cents| cents as f64 / 100.0),
        search: text.clone(),
        name: text,
        device,
        score,
        ..told(&shopper, time, event, "")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_pieces_threads_partitions_and_memory_fit_and_give_the_same_bits(
        more in prop::collection::vec(any_row(), 0..60),
        cuts in prop::collection::vec(0usize..500, 0..6),
        threads in 1usize..4,
        bits_of in 0u32..6,
        memory in prop_oneof![Just(1usize), Just(9_000), Just(1 << 20)],
        at in prop_oneof![Just("last"), Just("session"), Just("view_item")],
    ) {
        let settings = Settings::from_toml(FITTED).unwrap();
        let rows = [planted(), more].concat();
        let plain = of_log(&parts(&rows, &[]), &settings, &options(&settings, 1, 0, 1 << 30), at).unwrap();
        let pieces = of_log(&parts(&rows, &cuts), &settings, &options(&settings, threads, bits_of, memory), at).unwrap();
        prop_assert_eq!(bits(&plain), bits(&pieces));
    }

    #[test]
    fn rows_that_are_no_training_rows_move_no_fitted_number(later in prop::collection::vec(any_row(), 0..200)) {
        let settings = Settings::from_toml(FITTED).unwrap();
        let training: Vec<Told> = planted().into_iter().filter(|row| row.time < UNTIL).collect();
        let later: Vec<Told> = later.into_iter().map(|row| Told { time: row.time + 60_000, ..row }).collect();
        let crowd = (0..500).map(|n| Told { category: Some("hat".into()), ..told(&format!("n{n}"), UNTIL, BUY, "1") });
        let all = [training.clone(), later, crowd.collect()].concat();
        for at in ["last", "session", "view_item"] {
            prop_assert_eq!(program(&training, &settings, at), program(&all, &settings, at));
        }
    }
}

#[test]
fn training_rows_do_move_fitted_numbers_and_so_does_the_share() {
    let settings = Settings::from_toml(FITTED).unwrap();
    let changed: Vec<Told> =
        planted().into_iter().map(|row| Told { price: row.price.map(|price| price * 2.0), ..row }).collect();
    assert_ne!(program(&planted(), &settings, "view_item"), program(&changed, &settings, "view_item"));
    let share = FITTED.replace("train_until = \"1970-01-12T19:20:00\"", "train_share = 0.6");
    let settings = Settings::from_toml(&share).unwrap();
    let drawn = |row: &Told| Training::Share(0.6).has(key::key(row.shopper.as_ref().unwrap().as_bytes()), 0);
    let (training, others): (Vec<Told>, Vec<Told>) = planted().into_iter().partition(drawn);
    assert!(others.len() > 50);
    assert_eq!(program(&training, &settings, "view_item"), program(&planted(), &settings, "view_item"));
}

/// The events of each shopper, as the plainest code has it: rows that stand together and tell of one event.
pub fn plain(rows: &[Told]) -> BTreeMap<String, Vec<Vec<Told>>> {
    let mut events: BTreeMap<String, Vec<Vec<Told>>> = BTreeMap::new();
    let same = |a: &Told, b: &Told| {
        let of = |row: &Told| (row.shopper.clone(), row.time, row.event, row.transaction.clone(), row.search.clone());
        of(a) == of(b)
    };
    for (index, row) in rows.iter().enumerate() {
        let of_shopper = events.entry(row.shopper.clone().unwrap()).or_default();
        match of_shopper.last_mut().filter(|_| index > 0 && same(&rows[index - 1], row)) {
            Some(event) => event.push(row.clone()),
            None => of_shopper.push(vec![row.clone()]),
        }
    }
    events.values_mut().for_each(|events| events.sort_by_key(|rows| rows[0].time));
    events
}

fn minor(row: &Told) -> Option<u64> {
    row.price.map(|price| (price * 100.0 + 0.5) as u64)
}

fn line(row: &Told, schema: &Schema) -> Option<Line> {
    row.item.as_ref()?;
    let net = Money::new(minor(row).unwrap_or(0) as i64).unwrap();
    let discount = Money::new(0).unwrap();
    let (item, group) = (id_number(row.item.as_deref()?), row.category.as_deref().and_then(|name| schema.group(name)));
    Some(Line { group, item, brand: 0, offer: 0, net, discount, quantity: 1 })
}

fn event(rows: &[Told], program: &Program, schema: &Schema) -> Event {
    let words = program.tables.words.as_ref();
    let query = rows[0].search.as_deref().filter(|_| rows[0].event == SEARCH);
    Event {
        kind: EventKind::new(rows[0].event).unwrap(),
        time: Timestamp::from_seconds(rows[0].time as u32),
        transaction: rows[0].transaction.as_deref().map_or(0, id_number),
        query: query.zip(words).and_then(|(text, words)| words.embed(text)),
        lines: rows.iter().filter_map(|row| line(row, schema)).collect(),
    }
}

/// Before every view, the features as bits, by shopper in order of time.
fn expected(rows: &[Told], fitted: &Fitted, training: Training) -> BTreeMap<String, Vec<Vec<Option<u64>>>> {
    let Fitted { program, schema, of_folds, .. } = fitted;
    let words = program.tables.words.as_ref();
    let of_shopper = |(shopper, events): (String, Vec<Vec<Told>>)| {
        let (mut profile, mut made, key) = (Profile::new(), Vec::new(), key::key(shopper.as_bytes()));
        for rows in events {
            let event = event(&rows, program, schema);
            if rows[0].event == VIEW {
                let group: Option<GroupId> = event.lines.first().and_then(|line| line.group);
                let attributes = [rows[0].device.as_deref().map(|device| hash32(device) as f64), rows[0].score];
                let context = Context {
                    group,
                    item: event.lines.first().map_or(0, |line| line.item),
                    brand: 0,
                    price: minor(&rows[0]).map(|minor| Money::new(minor as i64).unwrap()),
                    name: rows[0].name.as_deref().zip(words).and_then(|(name, words)| words.embed(name)),
                    attributes: &attributes,
                    now: event.time,
                };
                let is_training = training.has(key, event.time.seconds()) && !of_folds.is_empty();
                let program = if is_training { &of_folds[fold_of(key)] } else { program };
                let vector = extract(program, schema, &profile, &context);
                made.push((0..vector.len()).map(|index| vector.get(index).map(f64::to_bits)).collect());
            }
            let _ = profile.observe(program, &event);
        }
        (shopper, made)
    };
    plain(rows).into_iter().map(of_shopper).filter(|(_, made): &(_, Vec<_>)| !made.is_empty()).collect()
}

fn found(table: &RecordBatch) -> BTreeMap<String, Vec<Vec<Option<u64>>>> {
    let mut found: BTreeMap<String, Vec<Vec<Option<u64>>>> = BTreeMap::new();
    let ids = table.column(0).as_string::<i32>();
    for row in 0..table.num_rows() {
        let values = table.columns()[3..].iter().map(|column| {
            let numbers = column.as_primitive::<Float64Type>();
            (!arrow::array::Array::is_null(numbers, row)).then(|| numbers.value(row).to_bits())
        });
        found.entry(ids.value(row).into()).or_default().push(values.collect());
    }
    found
}

/// Compares the table with a plain replay, and says that no fitted column is the same everywhere.
fn check(rows: &[Told], settings: &Settings, source: &Batches) {
    let options = options(settings, 3, 5, 1 << 16);
    let training = settings.table().unwrap().training;
    let fitted = fitted(source, settings, &options, "view_item");
    let found = found(&of_log(source, settings, &options, "view_item").unwrap());
    let expected = expected(rows, &fitted, training);
    assert_eq!(found.len(), expected.len());
    for (shopper, rows) in &expected {
        assert_eq!(&found[shopper], rows, "{shopper}");
    }
    for (index, feature) in fitted.program.features.iter().enumerate() {
        let values: BTreeSet<_> = found.values().flatten().map(|row| row[index]).collect();
        assert!(values.len() > 1, "{} is always {values:?}", feature.name);
    }
    let again = given::read(given::write(&fitted.program, &fitted.schema).as_bytes()).unwrap();
    assert_eq!(again, (fitted.program, fitted.schema));
}

#[test]
fn a_planted_log_gives_the_bits_of_a_plain_replay_with_the_fitted_program() {
    let settings = Settings::from_toml(FITTED).unwrap();
    check(&planted(), &settings, &parts(&planted(), &[50, 100]));
}

#[test]
fn rees46_gives_the_bits_of_a_plain_replay_with_the_fitted_program() {
    let Some(read) = rees46::read() else { return };
    let (mut rows, mut seen, mut latest) = (Vec::new(), BTreeSet::new(), BTreeMap::new());
    for (index, row) in read.into_iter().enumerate() {
        let shopper = row.shopper.clone().unwrap();
        // Told twice is not what this test is about.
        if !seen.insert((shopper.clone(), row.time, row.event, row.item.clone())) {
            continue;
        }
        let name = row.category.clone().map(|category| category.replace(['.', '_'], " "));
        if index % 7 == 0 && name.is_some() && latest.insert(shopper.clone(), row.time) != Some(row.time) {
            rows.push(search(&shopper, row.time, name.as_deref().unwrap()));
        }
        let device = Some(["phone", "desktop", "watch"][shopper.len() % 2 + index % 2].to_string());
        let score = row.price.filter(|_| index % 3 > 0);
        rows.push(Told { name, device, score, ..row });
    }
    let until = jiff::Timestamp::from_second(rows[rows.len() / 2].time).unwrap().strftime("%Y-%m-%dT%H:%M:%S");
    let text = FITTED
        .replace("1970-01-12T19:20:00", &until.to_string())
        .replace("keep = 3", "keep = 40")
        .replace("0.95]", "0.9999]");
    let text = text
        .replace("min_support = 0.01", "min_support = 0.0001")
        .replace("min_confidence = 0.05", "min_confidence = 0.0001")
        + "\n[cleaning]\nbot_rate = \"keep\"\n";
    let settings = Settings::from_toml(&text).unwrap();
    let source =
        Batches::new(super::batch(&[]).schema(), rows.chunks(3_000).map(|rows| vec![super::batch(rows)]).collect());
    check(&rows, &settings, &source);
}

#[test]
fn a_model_file_makes_the_table_its_device_would_see() {
    let (program, schema) = given::read(include_bytes!("../../models/bundled.skonto")).unwrap();
    let settings = Settings::from_toml("").unwrap();
    let parts = |name: &str| name.split('/').count();
    let group = schema.groups.iter().find(|group| parts(&group.name) == 2).unwrap().name.clone();
    let fields: Vec<&str> = group.split('/').collect();
    let rows: Vec<Told> = (0..60)
        .map(|n| told(&format!("s{}", n % 5), 1_000_000 + n * 9_000, if n % 4 == 3 { BUY } else { VIEW }, "1"))
        .collect();
    let (first, second) = (fields[0].to_string(), fields[1].to_string());
    let rows: Vec<Told> = rows.into_iter().map(|row| Told { category: Some(first.clone()), ..row }).collect();
    let batch = super::batch(&rows);
    let text = |text: &str| -> arrow::array::ArrayRef {
        std::sync::Arc::new((0..rows.len()).map(|_| Some(text)).collect::<arrow::array::StringViewArray>())
    };
    let known = batch.schema();
    let columns = known.fields().iter().map(|field| field.name().clone()).zip(batch.columns().iter().cloned());
    let columns =
        columns.chain([("item_category2".to_string(), text(&first)), ("item_category3".into(), text(&second))]);
    let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap();
    let source = Batches::new(batch.schema(), vec![vec![batch]]);
    let options = settings.options_for(&program, &schema).unwrap().check().unwrap();
    let log = Partitioned::read(&source, &options, &|_| {}).unwrap();
    let fitted = Fitted::given(program, schema, &log);
    let table = super::table::of_fitted(&log, &fitted, &options, "view_item").unwrap();
    let rows: Vec<Told> = rows.into_iter().map(|row| Told { category: Some(group.clone()), ..row }).collect();
    assert_eq!(found(&table), expected(&rows, &fitted, Training::All));
}

#[test]
fn refuses_a_program_changed_by_hand() {
    let settings = Settings::from_toml(FITTED).unwrap();
    let text = program(&planted(), &settings, "view_item");
    assert!(given::read(text.as_bytes()).is_ok());
    for (from, to, expected) in [
        ("\"log1p\"", "\"logit\"", "changed by hand"),
        ("\"skonto_program\": 1", "\"skonto_program\": 9", "expected `skonto_program` 1, found 9"),
        ("\"bytes\": \"", "\"bytes\": \"0", "not pairs of hexadecimal digits"),
        ("\"bytes\": \"", "\"bytes\": \"00", "not a skonto artefact"),
    ] {
        let message = given::read(text.replacen(from, to, 1).as_bytes()).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn says_what_a_fit_needs() {
    let rows = planted();
    let refusal = |from: &str, to: &str, at: &str| {
        let settings = Settings::from_toml(&FITTED.replace(from, to)).unwrap();
        let options = options(&settings, 1, 0, 1 << 20);
        let log = Partitioned::read(&parts(&rows, &[]), &options, &|_| {}).unwrap();
        fit(&settings, &log, &options, At::from_name(at).unwrap()).unwrap_err().to_string()
    };
    for (from, to, at, expected) in [
        ("target = \"purchase\"", "", "view_item", "target encoding needs an outcome"),
        ("target = \"purchase\"", "target = \"purchase\"\nwithin_days = 1.0", "last", "nothing follows"),
        ("1970-01-12", "1970-01-10", "view_item", "no two words that stand together"),
        ("1970-01-12T19:20:00\"", "1970-01-12T13:46:41\"", "purchase", "no row of the table can be learnt from"),
    ] {
        let message = refusal(from, to, at);
        assert!(message.contains(expected), "{to}: {message}");
    }
    let missing = Settings::from_toml(&FITTED.replace("\"score\"", "\"mood\"")).unwrap();
    let message = Partitioned::read(&parts(&rows, &[]), &options(&missing, 1, 0, 1), &|_| {}).unwrap_err().to_string();
    assert!(message.contains("the log has no column `attribute.mood`"), "{message}");
}
