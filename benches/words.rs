//! What learning words costs, what a text costs on the device, and what the section weighs.
//! Run by `cargo bench --bench words`, on the Flipkart titles of the shared data folder.
//!
//! No harness. Prints one JSON line per figure. When SKONTO_PPMI names a file, the titles' matrix and what was
//! made of it are written there, for benches/words.py to have scikit-learn factor the same matrix.

#[path = "../tests/words/listings.rs"]
mod listings;

use skonto::train::words::sparse::Sparse;
use skonto::train::words::svd::{Svd, truncated};
use skonto::train::words::{Corpus, WordsParams, fit, information};
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

/// Times the titles are gone through; the fastest counts.
const ROUNDS: usize = 5;

fn main() {
    let Some(rows) = listings::read("flipkart/flipkart_prices.csv.gz", ["product_name"]) else { return };
    let titles: Vec<&str> = rows.iter().map(|[title]| title.as_str()).collect();
    let corpus = Corpus { texts: titles.clone(), ..Corpus::default() };
    let params = WordsParams::default().check().expect("defaults are sound");
    let (seconds, (_, words)) = fastest(|| fit(&corpus, &params).expect("titles that teach something"));
    print("words.fit_seconds", seconds, "s");
    let (seconds, _) = fastest(|| titles.iter().filter(|title| words.embed(black_box(title)).is_some()).count());
    print("words.embed_ns_per_title", seconds * 1e9 / titles.len() as f64, "ns");
    print("words.section_bytes", words.to_bytes().len() as f64, "bytes");
    let matrix = information(&corpus, &params).1;
    let (seconds, svd) = fastest(|| truncated(&matrix, 16, 1));
    print("words.svd_seconds", seconds, "s");
    if let Some(path) = std::env::var_os("SKONTO_PPMI") {
        std::fs::write(path, described(&matrix, seconds, &svd)).expect("a file that can be written");
    }
}

/// A line of size, seconds and energy, then a line for each cell.
fn described(matrix: &Sparse, seconds: f64, svd: &Svd) -> String {
    let energy: f64 = svd.values.iter().map(|value| value * value).sum();
    let mut text = format!("{} {} {seconds} {energy}\n", matrix.rows(), matrix.columns);
    for (number, row) in matrix.iter().enumerate() {
        row.iter().for_each(|(column, cell)| _ = writeln!(text, "{number} {column} {cell}"));
    }
    text
}

fn fastest<T>(work: impl Fn() -> T) -> (f64, T) {
    let timed = |_| {
        let start = Instant::now();
        let result = work();
        (start.elapsed().as_secs_f64(), result)
    };
    let rounds = (0..ROUNDS).map(timed);
    rounds.min_by(|a, b| a.0.total_cmp(&b.0)).expect("at least one round")
}

fn print(figure: &str, value: f64, unit: &str) {
    println!(r#"{{"figure":"{figure}","value":{},"unit":"{unit}","against":null}}"#, (value * 1e4).round() / 1e4);
}
