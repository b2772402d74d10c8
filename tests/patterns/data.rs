//! The public data sets, read as the other programs read them. Also used by benches/patterns.rs.

use flate2::read::GzDecoder;
use skonto::train::pattern::{Points, rfm};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

/// The file `name` of the data folder; none, and a loud line, where it is absent.
pub fn file(name: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let path = std::env::var_os("SKONTO_DATA").map_or_else(beside, PathBuf::from).join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is absent; set SKONTO_DATA to the folder of public data", path.display());
        return None;
    }
    Some(path)
}

fn lines(name: &str) -> Option<impl Iterator<Item = String>> {
    Some(BufReader::new(GzDecoder::new(File::open(file(name)?).unwrap())).lines().map(Result::unwrap))
}

fn table(name: &str) -> Option<csv::Reader<GzDecoder<File>>> {
    Some(csv::Reader::from_reader(GzDecoder::new(File::open(file(name)?).unwrap())))
}

/// Baskets of item names by the name of the data set.
pub fn baskets(name: &str) -> Option<Vec<Vec<String>>> {
    match name {
        "groceries" => separated("groceries/groceries.basket.gz", ','),
        "bms_webview1" => separated("bms_webview1/BMS1.dat.gz", ' '),
        _ => invoices(),
    }
}

fn separated(name: &str, separator: char) -> Option<Vec<Vec<String>>> {
    let items = |line: String| {
        let items = line.split(separator).map(str::trim).filter(|item| !item.is_empty());
        items.map(str::to_string).collect()
    };
    Some(lines(name)?.map(items).collect())
}

/// Stock codes by invoice, refunds and returned lines left out.
fn invoices() -> Option<Vec<Vec<String>>> {
    let mut invoices: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in table("online_retail/online_retail.csv.gz")?.records() {
        let row = row.unwrap();
        if !row[0].starts_with('C') && row[3].parse::<i64>().unwrap() > 0 {
            invoices.entry(row[0].to_string()).or_default().push(row[1].to_string());
        }
    }
    Some(invoices.into_values().collect())
}

/// Recency, frequency and monetary value of every customer of the online shop.
pub fn shoppers() -> Option<Vec<rfm::Shopper>> {
    let mut lines = Vec::new();
    for row in table("online_retail/online_retail.csv.gz")?.records() {
        lines.extend(order_line(&row.unwrap()));
    }
    let last = lines.iter().map(|line| line.seconds).max().unwrap();
    Some(rfm::sum_up(&lines, last + 86_400).unwrap())
}

fn order_line(row: &csv::StringRecord) -> Option<rfm::Line> {
    let (quantity, price): (f64, f64) = (row[3].parse().unwrap(), row[5].parse().unwrap());
    let kept = !row[6].is_empty() && !row[0].starts_with('C') && quantity > 0.0 && price > 0.0;
    kept.then(|| rfm::Line {
        shopper: row[6].parse::<f64>().unwrap() as u32,
        order: row[0].parse().unwrap(),
        seconds: format!("{}Z", &row[4]).parse::<jiff::Timestamp>().unwrap().as_second(),
        amount: quantity * price,
    })
}

/// Three standardised columns per customer, of the values or of their logarithms.
pub fn rfm_points(logarithms: bool) -> Option<Points> {
    let columns = |shopper: rfm::Shopper| {
        let values = [shopper.recency_days as f64, shopper.frequency as f64, shopper.monetary];
        if logarithms { values.map(skonto::math::ln_1p) } else { values }
    };
    let values = shoppers()?.into_iter().flat_map(columns).collect();
    Some(Points::new(values, 3).unwrap().standardised().0)
}

/// The ten numeric columns of the shoppers data, standardised.
pub fn session_points() -> Option<Points> {
    let rows = table("shoppers/online_shoppers_intention.csv.gz")?.into_records().map(Result::unwrap);
    let values = rows.flat_map(|row| (0..10).map(|column| row[column].parse().unwrap()).collect::<Vec<f64>>());
    Some(Points::new(values.collect(), 10).unwrap().standardised().0)
}

/// Points by the name of the data set.
pub fn points(name: &str) -> Option<Points> {
    match name {
        "rfm_raw" => rfm_points(false),
        "rfm_log" => rfm_points(true),
        _ => session_points(),
    }
}
