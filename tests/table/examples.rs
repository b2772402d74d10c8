//! Every committed example loads on the real data, with as many rows as other programs counted in the same files.

use skonto::train::Params;
use skonto::train::sample::Column;
use skonto::train::table::{self, Prepared};
use std::path::{Path, PathBuf};

/// Settings, training rows, test rows.
const TABLES: [(&str, usize, usize); 13] = [
    ("behaviour/complete_journey", 110_609, 21_091),
    ("behaviour/rees46", 9_120, 2_200),
    ("behaviour/shoppers", 9_864, 2_466),
    ("campaign/amexpert", 62_696, 15_673),
    ("campaign/complete_journey", 4_168, 2_421),
    ("campaign/coupons", 10_148, 2_536),
    ("campaign/dmc2015", 14_529, 3_630),
    ("campaign/dmc2015_official", 18_159, 2_007),
    ("campaign/marketing", 1_792, 448),
    ("positioning/complete_journey", 54_508, 13_657),
    ("positioning/dmart", 4_150, 1_037),
    ("positioning/flipkart", 15_937, 3_985),
    ("positioning/wish", 1_283, 290),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn settings(name: &str) -> Params {
    let path = root().join("examples").join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
    Params::from_toml(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn folder(name: &str) -> Option<PathBuf> {
    let shared = || root().join("../shared/data");
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folder = match name.ends_with("/complete_journey") {
        true => home.join(".cache/skonto/complete_journey"),
        false => std::env::var_os("SKONTO_DATA").map_or_else(shared, PathBuf::from),
    };
    let first = settings(name).data.files[0].clone();
    if folder.join(&first).exists() {
        return Some(folder);
    }
    eprintln!("SKIPPED: {name}: no {}; set SKONTO_DATA to the folder of public data", folder.join(first).display());
    None
}

#[test]
fn every_example_has_the_rows_that_other_programs_counted() {
    for (name, train, test) in TABLES {
        let Some(folder) = folder(name) else { continue };
        let prepared = table::load(&settings(name), &folder, &|_, _| {});
        let prepared = prepared.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((prepared.train.rows(), prepared.test.rows()), (train, test), "{name}");
        check(name, &prepared);
    }
}

/// What holds for every table: sound samples of the same features, a program that a device accepts, sane counts.
fn check(name: &str, prepared: &Prepared) {
    let named = |error: skonto::error::Error| panic!("{name}: {error}");
    prepared.program.check().unwrap_or_else(named);
    prepared.train.check().and_then(|()| prepared.test.check()).unwrap_or_else(named);
    let features: Vec<&str> = prepared.program.features.iter().map(|feature| feature.name.as_str()).collect();
    assert!(prepared.train.names == features && prepared.test.names == features, "{name}");
    let Prepared { counts, train, test, .. } = prepared;
    assert_eq!(counts.made, (train.rows() + test.rows()) as u64 + counts.left_out(), "{name}");
    assert_eq!((prepared.train_groups.len(), prepared.test_groups.len()), (train.rows(), test.rows()), "{name}");
    assert!(prepared.train_times.as_ref().is_none_or(|times| times.len() == train.rows()), "{name}");
    let is_price = name.starts_with("positioning");
    assert_eq!(prepared.test_list_prices.len(), if is_price { test.rows() } else { 0 }, "{name}");
    let varies = |column: &Column| (1..train.rows()).any(|row| column.value(row) != column.value(0));
    let still: Vec<&str> =
        features.iter().zip(&train.columns).filter(|(_, column)| !varies(column)).map(|(name, _)| *name).collect();
    assert_eq!(still, [""; 0], "{name}: features that never vary");
}

#[test]
fn every_committed_settings_file_is_one_of_them() {
    for folder in ["behaviour", "campaign", "positioning"] {
        for entry in std::fs::read_dir(root().join("examples").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let name = format!("{folder}/{}", path.file_stem().unwrap().to_string_lossy());
                assert!(TABLES.iter().any(|(known, ..)| *known == name), "{name} is not read by any test");
            }
        }
    }
}
