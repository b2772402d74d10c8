//! What an audit reads of held-out rows: groups of watched columns, how much was bought before, and strata.
//!
//! None of it becomes a feature. It does *not* say what is fair.

use super::frame::{Frame, Values};
use super::outcome::Usable;
use crate::error::{Code, Error, Result};
use crate::train::config::AuditParams;
use std::collections::BTreeMap;

/// A column with more values has no groups that anybody could compare.
const MAX_GROUPS: usize = 20;

/// The groups of one column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watched {
    /// Column and value of each group, such as `newbie 1`.
    pub names: Vec<String>,
    /// The group of each row.
    pub of: Vec<u16>,
}

/// What is known of rows beside their features.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audited {
    /// By watched column.
    pub watched: Vec<Watched>,
    /// By row, how much was bought before, NaN where that is not known; none where no column says.
    pub history: Option<Vec<f64>>,
    /// By row, within which rows those of more and less history are compared.
    pub strata: Option<Vec<u32>>,
}

impl Audited {
    /// Some rows, in the order given.
    pub fn pick(&self, rows: &[usize]) -> Audited {
        let watched = self.watched.iter().map(|watched| Watched {
            names: watched.names.clone(),
            of: rows.iter().map(|row| watched.of[*row]).collect(),
        });
        Audited {
            watched: watched.collect(),
            history: self.history.as_ref().map(|history| rows.iter().map(|row| history[*row]).collect()),
            strata: self.strata.as_ref().map(|strata| rows.iter().map(|row| strata[*row]).collect()),
        }
    }
}

/// What the settings ask of these rows.
///
/// # Errors
/// A column that is not there, that has one value or more than 20, a history without numbers.
pub fn audited(frame: &Frame, params: &AuditParams, rows: &[Usable]) -> Result<Audited> {
    let watched = params.watch.iter().map(|name| watched(frame, name, rows)).collect::<Result<_>>()?;
    let history = params.history.as_ref().map(|name| history(frame, name, rows)).transpose()?;
    let strata = params.strata.as_ref().map(|name| numbered(frame, "fairness.strata", name, rows));
    Ok(Audited { watched, history, strata: strata.transpose()?.map(|(_, of)| of) })
}

fn watched(frame: &Frame, name: &str, rows: &[Usable]) -> Result<Watched> {
    let (values, of) = numbered(frame, "fairness.watch", name, rows)?;
    match values.len() {
        2..=MAX_GROUPS => Ok(Watched {
            names: values.into_iter().map(|value| format!("{name} {value}")).collect(),
            of: of.into_iter().map(|of| of as u16).collect(),
        }),
        found => {
            let what = format!("fairness.watch: `{name}` has 2 to {MAX_GROUPS} values, a group each, found {found}");
            Err(Error::new(Code::BadData, what))
        }
    }
}

/// The values of a column in their order, and by row the number of its own.
fn numbered(frame: &Frame, asked: &str, name: &str, rows: &[Usable]) -> Result<(Vec<String>, Vec<u32>)> {
    let values = &frame.column(asked, name)?.values;
    let text = |usable: &Usable| values.text(usable.row).unwrap_or_else(|| "missing".into());
    let mut known: BTreeMap<String, u32> = rows.iter().map(|usable| (text(usable), 0)).collect();
    known.values_mut().enumerate().for_each(|(number, of)| *of = number as u32);
    let of = rows.iter().map(|usable| known[&text(usable)]).collect();
    Ok((known.into_keys().collect(), of))
}

fn history(frame: &Frame, name: &str, rows: &[Usable]) -> Result<Vec<f64>> {
    match &frame.column("fairness.history", name)?.values {
        Values::Number(values) => Ok(rows.iter().map(|usable| values[usable.row]).collect()),
        _ => Err(Error::new(Code::BadConfig, format!("fairness.history: `{name}` holds no numbers"))),
    }
}
