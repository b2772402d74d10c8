//! Every committed example loads on the real data, with as many rows as other programs counted in the same files.

use skonto::train::Params;
use skonto::train::table::{self, Prepared};
use std::path::{Path, PathBuf};

/// Settings, training rows, test rows.
const TABLES: [(&str, usize, usize); 1] = [("behaviour/shoppers", 9_864, 2_466)];

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
    let folder = match name.ends_with("complete_journey") {
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
    for (name, train, test) in TABLES {
        let Some(prepared) = prepared(name) else { continue };
        assert_eq!((prepared.train.rows(), prepared.test.rows()), (train, test), "{name}");
        assert_eq!(prepared.counts.left_out(), prepared.counts.made - (train + test) as u64, "{name}");
        prepared.program.check().unwrap_or_else(|error| panic!("{name}: {error}"));
        eprintln!("{name}: {:?}", prepared.train.names);
    }
}
