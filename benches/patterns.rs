//! Finds patterns in public data as often as it is asked to, and says how long each took. Run by `make bench ONLY=patterns`.
//!
//! No harness: benches/patterns.py writes one task per line, here and to other programs by turns, and divides. A task is
//! `fp_growth | apriori | kmeans | ward`, a data set and, for itemsets, the least support. The answer is one JSON line with
//! the seconds of the call alone and what was found, so that it is known that equal work was timed.

#[path = "../tests/patterns/data.rs"]
mod data;

use sha2::{Digest, Sha256};
use skonto::error::Result;
use skonto::train::pattern::kmeans::Params;
use skonto::train::pattern::{Baskets, Itemsets, MinimumCount, apriori, fp_growth, ward};
use std::collections::HashMap;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

fn main() {
    let mut tables = Tables::default();
    for task in std::io::stdin().lock().lines().map_while(std::result::Result::ok) {
        let words: Vec<&str> = task.split_whitespace().collect();
        let answer = match words[..] {
            [method, data, share] => itemsets(method, tables.baskets(data), share.parse().unwrap_or(0.0)),
            ["ward", data] => hierarchy(tables.points(data)),
            ["kmeans", data] => clusters(tables.points(data)),
            _ => None,
        };
        println!("{}", answer.unwrap_or_else(|| r#"{"error":"no such task, or no data"}"#.into()));
        let _ = std::io::stdout().flush();
    }
}

/// Data that was read already.
#[derive(Default)]
struct Tables {
    baskets: HashMap<String, Option<Vec<Vec<String>>>>,
    points: HashMap<String, Option<Table>>,
}

type Table = skonto::train::pattern::Points;

impl Tables {
    fn baskets(&mut self, name: &str) -> Option<&[Vec<String>]> {
        self.baskets.entry(name.into()).or_insert_with(|| data::baskets(name)).as_deref()
    }

    fn points(&mut self, name: &str) -> Option<&Table> {
        self.points.entry(name.into()).or_insert_with(|| data::points(name)).as_ref()
    }
}

/// The seconds that `work` takes by the clock, and what it gives.
fn time<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = black_box(work());
    (start.elapsed().as_secs_f64(), result)
}

/// From baskets of strings in memory to itemsets; then, timed apart, to the same sets as strings.
fn itemsets(method: &str, baskets: Option<&[Vec<String>]>, share: f64) -> Option<String> {
    let baskets = baskets?;
    let mine = if method == "apriori" { apriori::mine } else { fp_growth::mine };
    let work = || -> Result<(Baskets, Itemsets)> {
        let interned = Baskets::new(baskets.iter().map(|basket| basket.iter().map(String::as_str)))?;
        let minimum = MinimumCount::of_share(share, interned.len())?;
        let sets = mine(&interned, minimum)?;
        Ok((interned, sets))
    };
    let (seconds, found) = time(work);
    let (interned, sets) = found.ok()?;
    let (more, named) = time(|| named(&sets, &interned));
    Some(format!(
        r#"{{"seconds":{seconds},"with_names":{},"sets":{},"sha256":"{}"}}"#,
        seconds + more,
        named.len(),
        sha256(sets.lines(&interned))
    ))
}

/// What pyfim hands out: each set as a list of names of its own, with its count.
fn named(sets: &Itemsets, baskets: &Baskets) -> Vec<(Vec<String>, u32)> {
    let names = |items: &[u32]| items.iter().map(|item| baskets.names()[*item as usize].clone()).collect();
    sets.iter().map(|(items, count)| (names(items), count)).collect()
}

fn sha256(mut lines: Vec<String>) -> String {
    lines.sort_unstable();
    Sha256::digest(lines.join("\n") + "\n").iter().map(|byte| format!("{byte:02x}")).collect()
}

fn clusters(points: Option<&Table>) -> Option<String> {
    let params = Params::default().check(points?).ok()?;
    let (seconds, fitted) = time(|| params.fit());
    Some(format!(r#"{{"seconds":{seconds},"inertia":{}}}"#, fitted.inertia))
}

fn hierarchy(points: Option<&Table>) -> Option<String> {
    let (seconds, hierarchy) = time(|| ward::link(points?).ok());
    let sum: f64 = hierarchy?.merges.iter().map(|merge| merge.height).sum();
    Some(format!(r#"{{"seconds":{seconds},"sum_of_heights":{sum}}}"#))
}
