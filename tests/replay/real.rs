//! Real histories, written down for the wasm suite: every household of Complete Journey, every session of REES46.

use super::everything::GROUPS;
use super::told;
use skonto::event::{Event, EventKind, GroupId, Line, Timestamp, id_number};
use skonto::train::config::Params;
use skonto::train::read::complete_journey;
use skonto::train::{catalogue, clean};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

fn skip(test: &str, why: &str) {
    // Past the capture of output: a test that did not test must not look like one that did.
    let _ = writeln!(std::io::stderr(), "\n*** SKIPPED {test}: {why} ***\n");
}

/// Writes histories with their fingerprint, and demands that the file read again gives it once more.
fn record(file: &str, histories: &[Vec<Event>]) {
    let mut bytes = told::write(histories);
    let fingerprint = told::fingerprint(file, &bytes);
    bytes.extend(fingerprint.to_le_bytes());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(told::FOLDER);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(file), &bytes).unwrap();
    println!("{file}: {} histories, {} events", histories.len(), histories.iter().map(Vec::len).sum::<usize>());
}

fn cache() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let caches = || set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    set("SKONTO_CACHE").or_else(|| Some(caches()?.join("skonto")))
}

#[test]
fn every_household_of_complete_journey_is_told() {
    let folder = cache().map(|cache| cache.join("complete_journey")).filter(|folder| folder.is_dir());
    let Some(folder) = folder else {
        return skip("every_household_of_complete_journey_is_told", "no orders; run tools/setup data");
    };
    let checked = Params::from_toml(include_str!("../../examples/grocery/shop.toml")).and_then(Params::check).unwrap();
    let raw = complete_journey::read(&folder, &|_, _| {}).unwrap();
    let (orders, _) = clean::orders::clean(raw, &checked.params.data).unwrap();
    let catalogue = catalogue::build(&orders, &checked).unwrap();
    let events = |household| {
        let trips = orders.trips_of(household).iter();
        trips.map(|trip| orders.event(trip, &catalogue.group_of)).collect::<Vec<_>>()
    };
    let histories: Vec<Vec<Event>> = (0..orders.households.len()).map(events).collect();
    assert_eq!(histories.len(), 2_467, "two of the 2,469 have no line that cleaning keeps");
    record("complete_journey.bin", &histories);
}

fn shared(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SKONTO_DATA").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    Some(folder.join(path)).filter(|path| path.is_file())
}

/// One row of the log, as its columns stand in the file.
fn event(row: &csv::StringRecord) -> Event {
    let time: jiff::Timestamp = row[0].replace(" UTC", "Z").parse().unwrap();
    let seconds = time.as_second();
    let kind = match &row[1] {
        "view" => "view_item",
        "cart" => "add_to_cart",
        name => name,
    };
    let group = GroupId((id_number(&row[4]) % GROUPS as u32) as u16);
    let price = (row[6].parse::<f64>().unwrap() * 100.0).round();
    let line = Line::new(Some(group), price, 0.0, 1.0).unwrap().of(id_number(&row[2]), id_number(&row[5]));
    let kind = EventKind::from_name(kind).unwrap();
    Event { kind, time: Timestamp::from_seconds(seconds as u32), transaction: 0, query: None, lines: vec![line] }
}

#[test]
fn every_session_of_rees46_is_told() {
    let Some(path) = shared("rees46_events/2019-Oct-head.csv.gz") else {
        return skip("every_session_of_rees46_is_told", "the shared data are not here");
    };
    let mut rows = csv::Reader::from_reader(flate2::read::MultiGzDecoder::new(fs::File::open(path).unwrap()));
    let mut sessions: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for row in rows.records().map(Result::unwrap) {
        sessions.entry(row[8].to_string()).or_default().push(event(&row));
    }
    assert_eq!(sessions.len(), 5_066);
    record("rees46.bin", &sessions.into_values().collect::<Vec<_>>());
}
