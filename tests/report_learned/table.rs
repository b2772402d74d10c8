//! Public tables as numbers: levels as their share of yes among training rows, every fifth row held out.

use crate::patterns::data;
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::fs::File;

/// Columns of numbers, the outcome, and the role of every row.
pub struct Table {
    pub file: String,
    pub names: Vec<String>,
    pub columns: Vec<Vec<f64>>,
    pub labels: Vec<Vec<String>>,
    pub target: Vec<f64>,
}

/// Rows by what they are for: four of five teach or choose, every fifth judges.
pub fn rows(table: &Table, role: &str) -> Vec<usize> {
    let is = |row: &usize| match role {
        "train" => row % 5 < 3,
        "validate" => row % 5 == 3,
        _ => row % 5 == 4,
    };
    (0..table.target.len()).filter(is).collect()
}

fn records(name: &str) -> Option<(Vec<String>, Vec<csv::StringRecord>)> {
    let mut reader = csv::Reader::from_reader(GzDecoder::new(File::open(data::file(name)?).unwrap()));
    let head = reader.headers().unwrap().iter().map(str::to_string).collect();
    Some((head, reader.into_records().map(Result::unwrap).collect()))
}

/// 12,330 visits to a shop; did they end in a purchase?
pub fn shoppers() -> Option<Table> {
    let name = "shoppers/online_shoppers_intention.csv.gz";
    let (head, records) = records(name)?;
    let target: Vec<f64> = records.iter().map(|row| f64::from(&row[17] == "TRUE")).collect();
    let labels: Vec<Vec<String>> =
        (0..17).map(|column| records.iter().map(|row| row[column].to_string()).collect()).collect();
    let columns = labels.iter().map(|labels| numbers(labels, &target)).collect();
    Some(Table { file: name.into(), names: head[..17].to_vec(), columns, labels, target })
}

/// 5,187 groceries; at which fraction of the list price are they sold? All on the logarithmic scale.
pub fn groceries() -> Option<Table> {
    let name = "dmart/DMart.csv.gz";
    let (_, records) = records(name)?;
    let price = |row: &csv::StringRecord, at: usize| row[at].parse::<f64>().ok().filter(|price| *price > 0.0);
    let kept: Vec<_> = records.iter().filter(|row| price(row, 2).is_some() && price(row, 3).is_some()).collect();
    let target: Vec<f64> = kept.iter().map(|row| price(row, 3).unwrap().ln_1p()).collect();
    let list: Vec<f64> = kept.iter().map(|row| price(row, 2).unwrap().ln_1p()).collect();
    let labels = [1, 4, 5].map(|at| kept.iter().map(|row| row[at].to_string()).collect::<Vec<_>>());
    let names = ["log_list", "brand", "category", "sub-category"].map(String::from).to_vec();
    Some(Table { file: name.into(), names, columns: vec![list], labels: labels.to_vec(), target })
}

fn numbers(labels: &[String], target: &[f64]) -> Vec<f64> {
    let parsed: Option<Vec<f64>> = labels.iter().map(|label| label.parse().ok()).collect();
    parsed.unwrap_or_else(|| {
        let mean = means(labels, target);
        labels.iter().map(|label| mean(label)).collect()
    })
}

/// The mean outcome of the training rows of a level, drawn to the mean of all by 20 rows.
pub fn means<'a>(labels: &'a [String], target: &[f64]) -> impl Fn(&str) -> f64 + use<'a> {
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let mut all = (0.0, 0.0);
    for (label, outcome) in labels.iter().zip(target).enumerate().filter(|(row, _)| row % 5 < 3).map(|(_, it)| it) {
        let sum = sums.entry(label).or_default();
        (sum.0, sum.1) = (sum.0 + outcome, sum.1 + 1.0);
        all = (all.0 + outcome, all.1 + 1.0);
    }
    let mean = all.0 / all.1;
    move |label| sums.get(label).map_or(mean, |(sum, count)| (sum + 20.0 * mean) / (count + 20.0))
}
