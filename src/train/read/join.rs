//! Side tables: columns of another file, found by a key.
//!
//! A side table is held in memory. Where it tells a key twice the first row counts; a log whose rows should
//! multiply is joined before it comes here.

use super::aggregate::{self, Grouped};
use super::cell::{Cell, Record};
use super::files::{self, LogFile};
use super::mapping::{Plan, SIDE};
use super::parts::{self, Visitor};
use crate::error::Result;
use crate::train::config::{CheckedLog, Layout};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

/// The values that a side table tells about a key.
pub type SideValues = Vec<Option<Box<str>>>;

/// What a side table tells, by key.
#[derive(Clone, Debug)]
pub struct SideTable {
    rows: HashMap<Box<str>, SideValues>,
    /// Of a table that is summed up: what no rows come to.
    of_none: Option<SideValues>,
    /// Of one that is summed up before a moment: its rows.
    grouped: Option<Grouped>,
}

impl SideTable {
    /// Reads a side table.
    pub fn read(root: &Path, log: &CheckedLog, index: usize) -> Result<SideTable> {
        let join = &log.joins[index];
        if !join.aggregate.is_empty() {
            let grouped = Grouped::read(root, log, join)?;
            let rows = if join.before.is_some() { HashMap::new() } else { grouped.by_key() };
            let of_none = Some(grouped.of_none());
            return Ok(SideTable { rows, of_none, grouped: join.before.is_some().then_some(grouped) });
        }
        let keys = join.on.file().len();
        let wanted: Vec<String> = join.on.file().iter().chain(&join.columns).cloned().collect();
        let table = SideTable { rows: HashMap::new(), of_none: None, grouped: None };
        let mut table = Filling { table, layout: &log.layout, keys, columns: wanted.len() };
        for path in files::find(root, &join.file)? {
            let own = CheckedLog { format: None, ..log.clone() };
            let file = LogFile::look(&path, &own, &wanted)?;
            for part in parts::of(&file, u64::MAX)? {
                parts::read(&file, part, &wanted, &Default::default(), &mut table)?;
            }
        }
        Ok(table.table)
    }

    /// What it tells about a key, asked at a moment.
    fn row(&self, key: Option<&str>, moment: Option<i64>) -> SideRow<'_> {
        let found = match (&self.grouped, key, moment) {
            (Some(grouped), Some(key), Some(moment)) => Some(Cow::Owned(grouped.before(key, moment))),
            // Before an unknown moment nothing is known, not even that there was nothing.
            (Some(_), _, None) => return None,
            (None, Some(key), _) => self.rows.get(key).map(|row| Cow::Borrowed(row.as_slice())),
            _ => None,
        };
        found.or_else(|| self.of_none.as_deref().map(Cow::Borrowed))
    }
}

/// The texts of a key of several columns as one; none where one is missing.
pub fn joined<T: AsRef<str>>(parts: impl Iterator<Item = Option<T>>) -> Option<String> {
    let mut key = String::new();
    for (index, part) in parts.enumerate() {
        key.push_str(if index > 0 { "\u{1f}" } else { "" });
        key.push_str(part?.as_ref());
    }
    Some(key)
}

struct Filling<'a> {
    table: SideTable,
    layout: &'a Layout,
    keys: usize,
    columns: usize,
}

impl Visitor for Filling<'_> {
    fn visit<R: Record>(&mut self, record: &R) -> Result<()> {
        let Some(key) = joined((0..self.keys).map(|slot| text(record.cell(slot), self.layout))) else { return Ok(()) };
        let value = |slot| text(record.cell(slot), self.layout).map(Box::from);
        let row = || (self.keys..self.columns).map(value).collect();
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
        Cell::Moment { micros, zoned } => moment(micros, zoned),
        Cell::Missing | Cell::Other(_) => None,
    }
}

/// A moment as a text that [`Clock`](super::moment::Clock) reads back.
fn moment(micros: i64, zoned: bool) -> Option<String> {
    let instant = jiff::Timestamp::from_microsecond(micros).ok()?;
    let written = jiff::tz::Offset::UTC.to_datetime(instant).to_string().replace('T', " ");
    Some(if zoned { written + "Z" } else { written })
}

/// A row of a side table, if there is one.
pub type SideRow<'a> = Option<Cow<'a, [Option<Box<str>>]>>;

/// The row of each side table, and the first that has none with the key it was asked for.
pub fn rows<'a, R: Record>(
    record: &R,
    plan: &Plan,
    tables: &'a [SideTable],
    log: &CheckedLog,
) -> (Vec<SideRow<'a>>, Option<(usize, Option<String>)>) {
    let (mut rows, mut unmatched) = (Vec::with_capacity(tables.len()), None);
    for (index, table) in tables.iter().enumerate() {
        // A side table may be asked with what one before it told.
        let so_far = Joined { own: record, plan, rows: &rows, unmatched: None, log };
        let key = joined(plan.keys[index].iter().map(|slot| text(so_far.cell(*slot), &log.layout)));
        let moment = plan.moments[index].and_then(|slot| aggregate::moment(log, so_far.cell(slot)));
        let row = table.row(key.as_deref(), moment);
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
        match self.rows.get(table).and_then(Option::as_deref).and_then(|row| row[column].as_deref()) {
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
        Some(format!(
            "{}, column {}: expected a key of {}, found {key}",
            self.own.place(),
            join.on.log().join(" and "),
            join.file
        ))
    }

    fn is_void(&self) -> bool {
        self.own.is_void()
    }

    fn has_nul(&self) -> bool {
        self.own.has_nul()
    }
}
