//! Every committed example loads on the real data, with as many rows as other programs counted in the same files.

use skonto::train::Params;
use skonto::train::table::{self, Prepared};
use std::path::{Path, PathBuf};

/// Settings, training rows, test rows.
const TABLES: [(&str, usize, usize); 11] = [
    ("behaviour/shoppers", 9_864, 2_466),
    ("campaign/amexpert", 62_696, 15_673),
    ("campaign/complete_journey", 0, 0),
    ("campaign/coupons", 10_148, 2_536),
    ("campaign/dmc2015", 14_529, 3_630),
    ("campaign/dmc2015_official", 18_159, 2_007),
    ("campaign/marketing", 1_792, 448),
    ("positioning/complete_journey", 0, 0),
    ("positioning/dmart", 4_150, 1_037),
    ("positioning/flipkart", 15_937, 3_985),
    ("positioning/wish", 0, 0),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Settings of an example.
pub fn settings(name: &str) -> Params {
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

/// The example made ready; none where its data are absent.
pub fn prepared(name: &str) -> Option<Prepared> {
    let folder = folder(name)?;
    Some(table::load(&settings(name), &folder, &|_, _| {}).unwrap_or_else(|error| panic!("{name}: {error}")))
}

#[test]
fn every_example_has_the_rows_that_other_programs_counted() {
    let mut wrong = Vec::new();
    for (name, train, test) in TABLES {
        let Some(folder) = folder(name) else { continue };
        let began = std::time::Instant::now();
        match table::load(&settings(name), &folder, &|_, _| {}) {
            Err(error) => wrong.push(format!("{name}: {error}")),
            Ok(prepared) => {
                eprintln!("{name} {:?}: {:?}", began.elapsed(), prepared.train.names);
                for cause in &prepared.counts.causes {
                    eprintln!("  {} {} {:?}", cause.rows, cause.cause, cause.examples);
                }
                let mean = prepared.train.target.iter().sum::<f64>() / prepared.train.rows() as f64;
                eprintln!("  mean {mean} made {} read {}", prepared.counts.made, prepared.counts.read);
                if (prepared.train.rows(), prepared.test.rows()) != (train, test) {
                    wrong.push(format!("{name}: {} {}", prepared.train.rows(), prepared.test.rows()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
