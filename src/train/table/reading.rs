//! Files → [`Frame`]: the rows that the reader keeps, in the order of the files.

use super::frame::{Column, Frame, Values, Words, yes_or_no};
use crate::error::{Code, Error, Result};
use crate::train::clean::tally::Tallies;
use crate::train::config::{CheckedLog, PlainTableParams, Shape, Split, Type};
use crate::train::learn::Watch;
use crate::train::read::log::Scan;
use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, TimestampSecondType};
use std::path::Path;

/// More rows than this do not become a table in memory.
const MAX_ROWS: usize = 1 << 24;

/// Reads the training files, then the test files if there are any.
pub fn read(log: &CheckedLog, params: &PlainTableParams, folder: &Path, watch: Watch) -> Result<(Frame, Tallies)> {
    if log.shape != Shape::Rows {
        return Err(Error::new(Code::BadConfig, "table: rows are read with data.shape = \"rows\"; a log has table.at"));
    }
    let scan = open(log, params, folder)?;
    let mut tallies = Tallies::default();
    let mut frame = of_scan(&scan, &mut tallies, watch)?;
    frame.held_out = frame.rows() as u32;
    if let Split::Files { files, outcomes } = params.test.check()? {
        let types = scan.types().map(|(name, kind, _)| (name.to_string(), kind)).collect();
        let mut test = CheckedLog { files, types, ..log.clone() };
        test.joins.extend(outcomes);
        frame.append(of_scan(&Scan::open(&test, folder)?, &mut tallies, watch)?)?;
    }
    Ok((frame, tallies))
}

/// Reads the rows of a table as they are, whatever is learnt from them.
pub fn rows(log: &CheckedLog, folder: &Path, watch: Watch) -> Result<(Frame, Tallies)> {
    if log.shape != Shape::Rows {
        return Err(Error::new(Code::BadConfig, "a table is read with data.shape = \"rows\""));
    }
    let mut tallies = Tallies::default();
    let frame = of_scan(&Scan::open(log, folder)?, &mut tallies, watch)?;
    Ok((frame, tallies))
}

/// The digits of an identity are a name, whatever the reader would guess.
fn open(log: &CheckedLog, params: &PlainTableParams, folder: &Path) -> Result<Scan> {
    let scan = Scan::open(log, folder)?;
    let mut own = log.clone();
    for name in params.group.iter().chain(&params.rates) {
        let stacked = params.stack.as_ref().and_then(|stack| stack.columns.get(name));
        for column in stacked.map_or(std::slice::from_ref(name), Vec::as_slice) {
            if scan.types().any(|(known, ..)| known == column) {
                own.types.entry(column.clone()).or_insert(Type::Category);
            }
        }
    }
    if own.types.len() == log.types.len() { Ok(scan) } else { Scan::open(&own, folder) }
}

fn of_scan(scan: &Scan, tallies: &mut Tallies, watch: Watch) -> Result<Frame> {
    let column = |(name, kind, _): (&str, Type, bool)| {
        let values = match kind {
            Type::Number => Values::Number(Vec::new()),
            Type::Date => Values::Date(Vec::new()),
            Type::Flag | Type::Category | Type::Text => Values::Words(Words::default()),
        };
        Column { name: name.into(), kind, values }
    };
    let mut frame = Frame { columns: scan.types().map(column).collect(), ..Frame::default() };
    for part in 0..scan.parts() {
        let counted = scan.read(part, &mut |batch| {
            let (done, all) = scan.progress();
            watch(done, all);
            take(&mut frame, &batch)
        })?;
        tallies.merge(counted);
    }
    Ok(frame)
}

fn take(frame: &mut Frame, batch: &RecordBatch) -> Result<()> {
    let first = frame.rows();
    if first + batch.num_rows() > MAX_ROWS {
        return Err(Error::limit(
            Code::TooLarge,
            "rows of a table",
            MAX_ROWS as u64,
            (first + batch.num_rows()) as u64,
        ));
    }
    frame.origin.extend((first..first + batch.num_rows()).map(|row| row as u32));
    frame.columns.iter_mut().zip(batch.columns()).for_each(|(column, array)| append(&mut column.values, array));
    Ok(())
}

fn append(values: &mut Values, array: &ArrayRef) {
    match values {
        Values::Number(values) => {
            values.extend(array.as_primitive::<Float64Type>().iter().map(|value| value.unwrap_or(f64::NAN)))
        }
        Values::Date(values) => values.extend(array.as_primitive::<TimestampSecondType>().iter()),
        Values::Words(words) => match array.as_boolean_opt() {
            Some(flags) => flags.iter().for_each(|flag| words.push(flag.map(yes_or_no))),
            None => array.as_string_view().iter().for_each(|text| words.push(text)),
        },
    }
}
