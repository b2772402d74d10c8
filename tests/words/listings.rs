//! Reads the product listings of the shared data folder, where there is one.

use std::fs::File;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    std::env::var_os("SKONTO_DATA").map_or_else(beside, PathBuf::from)
}

/// The wanted columns of every row, in the file's order; none, said loudly, where the file is not there.
pub fn read<const N: usize>(file: &str, columns: [&str; N]) -> Option<Vec<[String; N]>> {
    let path = folder().join(file);
    let Ok(packed) = File::open(&path) else {
        println!("*** SKIPPED: no {}; set SKONTO_DATA to the shared data folder", path.display());
        return None;
    };
    let mut reader = csv::Reader::from_reader(flate2::read::MultiGzDecoder::new(packed));
    let headers = reader.headers().expect("a header").clone();
    let place = |column| headers.iter().position(|name| name.trim_start_matches('\u{feff}') == column);
    let places = columns.map(|column| place(column).unwrap_or_else(|| panic!("no column {column} in {file}")));
    let rows = reader.records().map(|row| row.map(|row| places.map(|place| row[place].to_owned())));
    Some(rows.collect::<Result<_, _>>().expect("rows of one width"))
}
