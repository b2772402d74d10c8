//! Which rows are kept for judging, which belong together, and when they were made.

use super::frame::{Column, Frame, Values};
use super::outcome::Usable;
use crate::error::{Code, Error, Result};
use crate::train::config::{CheckedLog, PlainTableParams, Split};
use crate::train::fold::key;
use crate::train::random::Random;
use std::collections::HashMap;

/// The draw of the test rows must not follow any other draw.
const TEST: u64 = 11;

/// Rows to fit and rows to judge by, in the order of the frame.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// To fit.
    pub train: Vec<Usable>,
    /// To judge by.
    pub test: Vec<Usable>,
}

/// Splits usable rows. Rows from one row of the files are never split.
pub fn split(frame: &Frame, params: &PlainTableParams, log: &CheckedLog, rows: Vec<Usable>) -> Result<Parts> {
    let rule = params.test.check()?;
    let group = params.group.as_ref().map(|name| frame.column("table.group", name)).transpose()?;
    let from = match &rule {
        Split::From(day) => Some(from(frame, params, log, day)?),
        Split::Last(share) => Some(latest(frame, params, &rows, *share)?),
        _ => None,
    };
    let is_test = |usable: &Usable| match &rule {
        Split::Every { every, at } => frame.origin[usable.row] as usize % every == *at,
        Split::Share(share) => fraction(key_of(frame, group, usable.row)) < *share,
        Split::From(_) | Split::Last(_) => {
            from.as_ref().is_some_and(|(times, from)| times[usable.row].is_some_and(|time| time >= *from))
        }
        Split::Files { .. } => frame.origin[usable.row] >= frame.held_out,
    };
    let (test, train): (Vec<Usable>, Vec<Usable>) = rows.into_iter().partition(is_test);
    for (what, part) in [("training", &train), ("test", &test)] {
        if part.is_empty() {
            return Err(Error::new(Code::BadData, format!("table.test: no {what} row is left")));
        }
    }
    Ok(Parts { train, test })
}

fn from<'a>(
    frame: &'a Frame,
    params: &PlainTableParams,
    log: &CheckedLog,
    day: &str,
) -> Result<(&'a [Option<i64>], i64)> {
    let wrong = || format!("table.test.from: expected a date like 2019-10-31, found `{day}`");
    let from = log.clock.day(day).ok_or_else(|| Error::new(Code::BadConfig, wrong()))?;
    let needs = || Error::new(Code::BadConfig, "table.test.from: needs `table.time`");
    let times = times(frame, params)?.ok_or_else(needs)?;
    Ok((times, from))
}

/// The moment from which on rows make up a share of all usable ones, at least.
fn latest<'a>(
    frame: &'a Frame,
    params: &PlainTableParams,
    rows: &[Usable],
    share: f64,
) -> Result<(&'a [Option<i64>], i64)> {
    let needs = || Error::new(Code::BadConfig, "table.test.last: needs `table.time`");
    let times = times(frame, params)?.ok_or_else(needs)?;
    let mut moments: Vec<i64> = rows.iter().filter_map(|usable| times[usable.row]).collect();
    moments.sort_unstable();
    let first = (moments.len() as f64 * (1.0 - share)) as usize;
    Ok((times, moments.get(first).copied().unwrap_or(i64::MAX)))
}

/// When each row of the frame was made, where the settings say so.
pub fn times<'a>(frame: &'a Frame, params: &PlainTableParams) -> Result<Option<&'a [Option<i64>]>> {
    let Some(name) = &params.time else { return Ok(None) };
    match &frame.column("table.time", name)?.values {
        Values::Date(times) => Ok(Some(times)),
        _ => Err(Error::new(
            Code::BadConfig,
            format!(
                "table.time: `{name}` holds no dates; data.types and data.time_format may say how they are written"
            ),
        )),
    }
}

fn key_of(frame: &Frame, group: Option<&Column>, row: usize) -> u64 {
    let of_group = group.and_then(|column| column.values.text(row));
    key::key(of_group.unwrap_or_else(|| format!("row {}", frame.origin[row])).as_bytes())
}

/// A number from 0 up to 1 that follows from the key alone.
fn fraction(key: u64) -> f64 {
    Random::new(Random::new(key).bits() ^ TEST).uniform()
}

/// By row of `rows`, a number that rows belonging together share; numbered as they are met.
pub fn groups<'a>(
    frame: &Frame,
    params: &PlainTableParams,
    rows: impl Iterator<Item = &'a Usable>,
) -> Result<Vec<u32>> {
    let group = params.group.as_ref().map(|name| frame.column("table.group", name)).transpose()?;
    let mut known: HashMap<(bool, String), u32> = HashMap::new();
    Ok(rows
        .map(|usable| {
            // A row whose group is missing is a group of its own.
            let told = group.and_then(|column| column.values.text(usable.row));
            let key = (told.is_some(), told.unwrap_or_else(|| frame.origin[usable.row].to_string()));
            let next = known.len() as u32;
            *known.entry(key).or_insert(next)
        })
        .collect())
}
