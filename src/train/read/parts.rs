//! The parts of a file, and reading one of them record by record, whatever the format.

use super::cell::{Cell, Record};
use super::csv::{CsvRecord, Records};
use super::files::LogFile;
use super::json;
use super::parquet;
use super::ranges::Range;
use crate::error::{Code, Error, Result};
use crate::train::config::Format;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Something that can be read on its own.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// A stream that can only be read from its start.
    Whole,
    /// Bytes of a plain text file.
    Range(Range),
    /// Rows of a Parquet file.
    RowGroup(usize),
}

/// Takes records as they are read.
pub trait Visitor {
    /// Takes one.
    fn visit<R: Record>(&mut self, record: &R) -> Result<()>;
    /// Takes a whole batch of decoded columns at once, where it can; whether it did.
    fn visit_columns<R: Record>(
        &mut self,
        _: &[parquet::Decoded],
        _rows: usize,
        _: impl Fn(usize) -> R,
    ) -> Result<bool> {
        Ok(false)
    }
    /// Whether it has seen enough.
    fn is_done(&self) -> bool {
        false
    }
}

/// The parts of a file, text files in ranges of about `size` bytes.
pub fn of(file: &LogFile, size: u64) -> Result<Vec<Part>> {
    if file.format == Format::Parquet {
        return Ok((0..parquet::row_groups(file)?).map(Part::RowGroup).collect());
    }
    Ok(match file.ranges(size)? {
        Some(ranges) => ranges.into_iter().map(Part::Range).collect(),
        None => vec![Part::Whole],
    })
}

/// Reads a part; slots of the records are positions in `needed`.
pub fn read<V: Visitor>(
    file: &LogFile,
    part: Part,
    needed: &[String],
    done: &Arc<AtomicU64>,
    visitor: &mut V,
) -> Result<()> {
    let range = match part {
        Part::Range(range) => Some(range),
        _ => None,
    };
    match (file.format, part) {
        (Format::Parquet, Part::RowGroup(group)) => parquet::read(file, group, needed, done, visitor),
        (Format::JsonLines, _) => json::read(file.window(range, done)?, range.map_or(1, |r| r.line), needed, visitor),
        _ => read_csv(file, file.records(range, done)?, needed, visitor),
    }
}

fn read_csv<V: Visitor>(file: &LogFile, mut records: Records, needed: &[String], visitor: &mut V) -> Result<()> {
    let position = |name: &String| {
        let found = file.header.iter().position(|known| known == name);
        found.ok_or_else(|| Error::new(Code::BadData, format!("{}: column `{name}` is missing", file.name)))
    };
    let positions = needed.iter().map(position).collect::<Result<Vec<usize>>>()?;
    while records.advance()? {
        visitor.visit(&CsvRecord { records: &records, positions: &positions, width: file.header.len() })?;
        if visitor.is_done() {
            break;
        }
    }
    Ok(())
}

/// Reads a part of baskets: one record by item, with the number of its basket's line.
pub fn read_baskets<V: Visitor>(file: &LogFile, part: Part, done: &Arc<AtomicU64>, visitor: &mut V) -> Result<()> {
    let range = match part {
        Part::Range(range) => Some(range),
        _ => None,
    };
    let mut records = file.records(range, done)?;
    while records.advance()? {
        for index in 0..records.width() {
            let Some(item) = records.field(index).filter(|item| !item.trim_ascii().is_empty()) else { continue };
            visitor.visit(&BasketRecord { item, records: &records })?;
        }
    }
    Ok(())
}

struct BasketRecord<'a> {
    item: &'a [u8],
    records: &'a Records,
}

impl Record for BasketRecord<'_> {
    fn cell(&self, slot: usize) -> Cell<'_> {
        match slot {
            0 => Cell::Whole(self.records.line() as i64),
            _ => Cell::Bytes(self.item),
        }
    }

    fn place(&self) -> String {
        self.records.place()
    }

    fn has_nul(&self) -> bool {
        self.records.has_nul()
    }
}
