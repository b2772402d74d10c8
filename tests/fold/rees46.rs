//! Every session of the REES46 sample, folded by the engine and by the plainest code there is.

use super::{Told, batch, table, told};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Float64Type;
use skonto::train::fold::settings::Settings;
use skonto::train::fold::{Batches, Options};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const SESSIONS: &str = include_str!("../../benches/features/sessions.toml");

/// Files that are no part of the repository.
pub fn shared(name: &str) -> Option<PathBuf> {
    let data = std::env::var_os("SKONTO_DATA").map_or("../shared/data".into(), PathBuf::from);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(data).join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is absent; SKONTO_DATA names the folder", path.display());
    }
    path.exists().then_some(path)
}

pub fn read() -> Option<Vec<Told>> {
    let file = std::fs::File::open(shared("rees46_events/2019-Oct-head.csv.gz")?).unwrap();
    let mut records = csv::Reader::from_reader(flate2::read::MultiGzDecoder::new(file));
    let row = |record: csv::Result<csv::StringRecord>| {
        let record = record.unwrap();
        let field = |index: usize| Some(record[index].to_string()).filter(|text| !text.is_empty());
        let time = jiff::Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", record[0].replace("UTC", "+0000")).unwrap();
        let events = [("view", 2), ("cart", 5), ("remove_from_cart", 6), ("purchase", 11)];
        Told {
            shopper: field(8),
            time: time.as_second(),
            event: events.iter().find(|(name, _)| *name == &record[1]).unwrap().1,
            transaction: None,
            item: field(2),
            category: field(4),
            price: Some(record[6].parse().unwrap()),
            quantity: None,
            ..told("", 0, 0, "")
        }
    };
    Some(records.records().map(row).collect())
}

/// Views, carts, purchases, products, lowest, mean, highest, cart value, dwell, label; prices in minor units.
fn expected(rows: &[Told]) -> BTreeMap<String, [Option<f64>; 10]> {
    let mut sessions: BTreeMap<String, Vec<&Told>> = BTreeMap::new();
    rows.iter().for_each(|row| sessions.entry(row.shopper.clone().unwrap()).or_default().push(row));
    let of_session = |(shopper, rows): (String, Vec<&Told>)| {
        let prices = |event| rows.iter().filter(move |row| row.event == event).map(|row| row.price.unwrap() * 100.0);
        let count = |event| prices(event).count() as f64;
        let items: BTreeSet<&String> = rows.iter().flat_map(|row| &row.item).collect();
        let (first, last) = (rows.iter().map(|row| row.time).min(), rows.iter().map(|row| row.time).max());
        let values = [
            Some(count(2)),
            Some(count(5)),
            Some(count(11)),
            Some(items.len() as f64),
            prices(2).reduce(f64::min),
            (count(2) > 0.0).then(|| prices(2).sum::<f64>() / count(2)),
            prices(2).reduce(f64::max),
            Some(prices(5).sum()),
            Some((last.unwrap() - first.unwrap()) as f64 / 60.0),
            Some((count(11) > 0.0) as u8 as f64),
        ];
        (shopper, values)
    };
    sessions.into_iter().map(of_session).collect()
}

fn found(table: &RecordBatch) -> BTreeMap<String, [Option<f64>; 10]> {
    let names =
        ["views", "carts", "purchases", "products", "lowest", "mean", "highest", "cart_value", "dwell", "label"];
    let value = |name: &str, row: usize| {
        let column = table.column_by_name(name).unwrap().as_primitive::<Float64Type>();
        column.is_valid(row).then(|| column.value(row))
    };
    let ids = table.column(0).as_string::<i32>();
    (0..table.num_rows()).map(|row| (ids.value(row).to_string(), names.map(|name| value(name, row)))).collect()
}

#[test]
fn every_session_of_rees46_equals_a_plain_computation() {
    let Some(rows) = read() else { return };
    let settings = Settings::from_toml(SESSIONS).unwrap();
    let parts = rows.chunks(3_000).map(|rows| vec![batch(rows)]).collect();
    let source = Batches::new(batch(&[]).schema(), parts);
    let options = Options { threads: Some(3), memory: Some(1 << 19), ..settings.options().unwrap() }.check().unwrap();
    let found = found(&table::table(&source, &settings, &options, "last").unwrap());
    let expected = expected(&rows);
    assert_eq!((found.len(), expected.len()), (5_066, 5_066));
    for (shopper, expected) in expected {
        for (found, expected) in found[&shopper].iter().zip(expected) {
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs();
            assert!(
                found.zip(expected).map_or(*found == expected, |(a, b)| close(a, b)),
                "{shopper} {found:?} {expected:?}"
            );
        }
    }
}
