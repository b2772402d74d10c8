//! Side tables: columns of another file, found by a key.
//!
//! A side table is held in memory. Where it tells a key twice the first row counts; a log whose rows should
//! multiply is joined before it comes here.

use super::cell::{Cell, Record};
use super::files::{self, LogFile};
use super::mapping::{Plan, SIDE};
use super::parts::{self, Visitor};
use crate::error::Result;
use crate::train::config::{CheckedLog, Layout};
use std::collections::HashMap;
use std::path::Path;

/// The columns taken over, by key.
#[derive(Clone, Debug, Default)]
pub struct SideTable {
    rows: HashMap<Box<str>, Vec<Option<Box<str>>>>,
}

impl SideTable {
    /// Reads a side table.
    pub fn read(root: &Path, log: &CheckedLog, index: usize) -> Result<SideTable> {
        let join = &log.joins[index];
        let mut wanted = vec![join.on.file().to_string()];
        wanted.extend(join.columns.iter().cloned());
        let mut table = Filling { table: SideTable::default(), layout: &log.layout, columns: wanted.len() };
        for path in files::find(root, &join.file)? {
            let own = CheckedLog { format: None, ..log.clone() };
            let file = LogFile::look(&path, &own, &wanted)?;
            for part in parts::of(&file, u64::MAX)? {
                parts::read(&file, part, &wanted, &Default::default(), &mut table)?;
            }
        }
        Ok(table.table)
    }

    /// The row of a key.
    pub fn row(&self, key: &str) -> Option<&[Option<Box<str>>]> {
        self.rows.get(key).map(Vec::as_slice)
    }
}

struct Filling<'a> {
    table: SideTable,
    layout: &'a Layout,
    columns: usize,
}

impl Visitor for Filling<'_> {
    fn visit<R: Record>(&mut self, record: &R) -> Result<()> {
        let Some(key) = text(record.cell(0), self.layout) else { return Ok(()) };
        let value = |slot| text(record.cell(slot), self.layout).map(Box::from);
        let row = || (1..self.columns).map(value).collect();
        self.table.rows.entry(key.into()).or_insert_with(row);
        Ok(())
    }
}

/// The value as a text, for keys and for columns taken over.
pub fn text(cell: Cell, layout: &Layout) -> Option<String> {
    match cell {
        Cell::Bytes(bytes) => layout.bytes(bytes).map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
        Cell::Text(text) => layout.bytes(text.as_bytes()).map(|_| text.trim().to_string()),
        Cell::Whole(value) => Some(value.to_string()),
        Cell::Number(value) => Some(value.to_string()),
        Cell::Flag(value) => Some(value.to_string()),
        Cell::Moment { micros, .. } => Some(micros.to_string()),
        Cell::Missing | Cell::Other(_) => None,
    }
}

/// A row of a side table, if there is one.
pub type SideRow<'a> = Option<&'a [Option<Box<str>>]>;

/// The row of each side table, and the first that has none with the key it was asked for.
pub fn rows<'a, R: Record>(
    record: &R,
    plan: &Plan,
    tables: &'a [SideTable],
    log: &CheckedLog,
) -> (Vec<SideRow<'a>>, Option<(usize, Option<String>)>) {
    let (mut rows, mut unmatched) = (Vec::with_capacity(tables.len()), None);
    for ((index, slot), table) in plan.keys.iter().enumerate().zip(tables) {
        let key = text(record.cell(*slot), &log.layout);
        let row = key.as_deref().and_then(|key| table.row(key));
        if row.is_none() && unmatched.is_none() {
            unmatched = Some((index, key));
        }
        rows.push(row);
    }
    (rows, unmatched)
}

/// A row of the log beside its rows of the side tables.
pub struct Joined<'a, R> {
    /// The log's own.
    pub own: &'a R,
    /// Which side table and column each slot after [`SIDE`] is.
    pub plan: &'a Plan,
    /// The row of each side table.
    pub rows: &'a [SideRow<'a>],
    /// The first side table without a row, and the key it was asked for.
    pub unmatched: Option<(usize, Option<String>)>,
    /// The settings.
    pub log: &'a CheckedLog,
}

impl<R: Record> Record for Joined<'_, R> {
    fn cell(&self, slot: usize) -> Cell<'_> {
        if slot < SIDE {
            return self.own.cell(slot);
        }
        let (table, column) = self.plan.side[slot - SIDE];
        match self.rows[table].and_then(|row| row[column].as_deref()) {
            Some(text) => Cell::Text(text),
            None => Cell::Missing,
        }
    }

    fn place(&self) -> String {
        self.own.place()
    }

    fn fault(&self) -> Option<String> {
        self.own.fault()
    }

    fn unmatched(&self) -> Option<String> {
        let (index, key) = self.unmatched.as_ref()?;
        let join = &self.log.joins[*index];
        let key = key.as_deref().map_or("nothing".to_string(), |key| Cell::Text(key).quoted());
        Some(format!("{}, column {}: expected a key of {}, found {key}", self.own.place(), join.on.log(), join.file))
    }

    fn is_void(&self) -> bool {
        self.own.is_void()
    }

    fn has_nul(&self) -> bool {
        self.own.has_nul()
    }
}
