//! Off-policy evaluation and the gate: agreement with obp, coverage in planted worlds, release rates, Hillstrom.

#[path = "off_policy/hillstrom.rs"]
mod hillstrom;
#[path = "off_policy/open_bandit.rs"]
mod open_bandit;
#[path = "off_policy/worlds.rs"]
mod worlds;

use std::path::PathBuf;

/// Prints every figure as a line of JSON; says on stderr what was skipped for want of data.
pub fn run() {
    open_bandit::run();
    worlds::coverage();
    worlds::gate();
    hillstrom::run();
}

/// Rows of a CSV file, gzipped or not, as texts; names of the columns first.
fn table(path: &PathBuf) -> (Vec<String>, Vec<Vec<String>>) {
    let file = std::fs::File::open(path).expect("the file was there a moment ago");
    let source: Box<dyn std::io::Read> = match path.extension().is_some_and(|ending| ending == "gz") {
        true => Box::new(flate2::read::GzDecoder::new(file)),
        false => Box::new(file),
    };
    let mut reader = csv::Reader::from_reader(source);
    let names = reader.headers().expect("a header").iter().map(String::from).collect();
    let rows = reader.records().map(|row| row.expect("a row").iter().map(String::from).collect()).collect();
    (names, rows)
}
