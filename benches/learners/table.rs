//! Task files as samples: train rows to fit on, test rows to ask about. The format is described in files.py.

use serde::Deserialize;
use skonto::train::sample::{Column, MISSING_LEVEL, Sample};
use std::path::Path;

/// What `<task>.json` says.
#[derive(Deserialize)]
struct About {
    rows: usize,
    columns: Vec<Described>,
}

#[derive(Deserialize)]
struct Described {
    name: String,
    /// Of levels only.
    levels: Option<u16>,
}

/// Train rows and test rows.
pub struct Split {
    pub train: Sample,
    pub test: Sample,
}

impl Split {
    /// Reads a task; the values of the column `offset` are taken off the target.
    pub fn read(folder: &Path, task: &str, offset: Option<&str>) -> std::io::Result<Split> {
        let about: About = serde_json::from_slice(&std::fs::read(folder.join(format!("{task}.json")))?)?;
        let bytes = std::fs::read(folder.join(format!("{task}.f64")))?;
        let values: Vec<f64> = bytes.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
        let columns: Vec<&[f64]> = values.chunks(about.rows).collect();
        let [features @ .., target, test] = &columns[..] else {
            return Err(std::io::Error::other("a task has a target and a column that parts test rows from train rows"));
        };
        let of = |wanted: f64| -> Vec<usize> { (0..about.rows).filter(|row| test[*row] == wanted).collect() };
        let mut target = target.to_vec();
        for (described, values) in about.columns.iter().zip(features) {
            if Some(described.name.as_str()) == offset {
                target.iter_mut().zip(*values).for_each(|(target, value)| *target -= value);
            }
        }
        let sample = Sample {
            names: about.columns.iter().map(|column| column.name.clone()).collect(),
            columns: about.columns.iter().zip(features).map(|(described, values)| column(described, values)).collect(),
            weight: vec![1.0; about.rows],
            target,
        };
        Ok(Split { train: sample.pick(&of(0.0)), test: sample.pick(&of(1.0)) })
    }
}

fn column(described: &Described, values: &[f64]) -> Column {
    let code = |value: &f64| if value.is_nan() { MISSING_LEVEL } else { *value as u16 };
    match described.levels {
        Some(levels) => Column::Level { codes: values.iter().map(code).collect(), levels },
        None => Column::Number(values.to_vec()),
    }
}
