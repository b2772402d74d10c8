//! What all rows of a side table that share a key come to: counts, shares, the commonest word.
//!
//! Without a moment it is summed up once for every key. With one, only the rows before it count, and it is summed up
//! when a row of the log asks: so nothing of what came later can be seen.

use super::cell::Cell;
use super::join::{self, SideValues};
use super::log::Scan;
use crate::error::{Code, Error, Result};
use crate::train::config::{AggregateParams, CheckedLog, JoinParams, Layout, Shape, Sum, Type};
use crate::train::table::yes_or_no;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::TimestampSecondType;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

/// No text.
const NOTHING: u32 = u32::MAX;

/// Rows of a side table by key, in order of time.
#[derive(Clone, Debug)]
pub struct Grouped {
    sums: Vec<AggregateParams>,
    /// By sum, the column it is of.
    of: Vec<Option<usize>>,
    layout: Layout,
    texts: Texts,
    rows: HashMap<Box<str>, Vec<Row>>,
}

#[derive(Clone, Debug)]
struct Row {
    time: i64,
    values: Box<[u32]>,
}

/// Different texts, each kept once.
#[derive(Clone, Debug, Default)]
struct Texts {
    texts: Vec<Box<str>>,
    known: HashMap<Box<str>, u32>,
}

impl Texts {
    fn code(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text else { return NOTHING };
        if let Some(code) = self.known.get(text) {
            return *code;
        }
        self.texts.push(text.into());
        self.known.insert(text.into(), self.texts.len() as u32 - 1);
        self.texts.len() as u32 - 1
    }
}

/// Columns of the side table: the key's, the moment's, those summed up.
fn wanted(join: &JoinParams) -> (Vec<String>, Vec<Option<usize>>) {
    let mut wanted: Vec<String> = join.on.file().to_vec();
    wanted.extend(join.before.iter().flat_map(|before| before.file().to_vec()));
    let mut values: Vec<&String> = Vec::new();
    let mut of = Vec::new();
    for sum in &join.aggregate {
        of.push(sum.of.as_ref().map(|name| {
            values.iter().position(|known| *known == name).unwrap_or_else(|| {
                values.push(name);
                values.len() - 1
            })
        }));
    }
    wanted.extend(values.into_iter().cloned());
    (wanted, of)
}

impl Grouped {
    /// Reads a side table with the side tables of its own.
    pub fn read(root: &Path, log: &CheckedLog, join: &JoinParams) -> Result<Grouped> {
        let (wanted, of) = wanted(join);
        let time = join.before.as_ref().map(|_| join.on.file().len());
        let mut attributes: Vec<String> = Vec::new();
        for name in &wanted {
            if !attributes.contains(name) {
                attributes.push(name.clone());
            }
        }
        let kind = |name: &String| if time.is_some_and(|time| wanted[time] == *name) { Type::Date } else { Type::Text };
        let side = CheckedLog {
            files: vec![join.file.clone()],
            format: None,
            shape: Shape::Rows,
            types: attributes.iter().map(|name| (name.clone(), kind(name))).collect(),
            joins: join.join.clone(),
            columns: BTreeMap::new(),
            attributes: attributes.clone(),
            ..log.clone()
        };
        let place = |name: &String| attributes.iter().position(|known| known == name).unwrap_or(0);
        let slots: Vec<usize> = wanted.iter().map(place).collect();
        let (sums, layout) = (join.aggregate.clone(), log.layout.clone());
        let mut grouped = Grouped { sums, of, layout, texts: Texts::default(), rows: HashMap::new() };
        let scan = Scan::open(&side, root)?;
        for part in 0..scan.parts() {
            scan.read(part, &mut |batch| {
                grouped.take(&batch, &slots, join.on.file().len(), time);
                Ok(())
            })?;
        }
        // Rows of one moment keep the order of the file.
        grouped.rows.values_mut().for_each(|rows| rows.sort_by_key(|row| row.time));
        Ok(grouped)
    }

    fn take(&mut self, batch: &RecordBatch, slots: &[usize], keys: usize, time: Option<usize>) {
        let text = |slot: usize, row: usize| {
            let column = batch.column(slot);
            (!column.is_null(row)).then(|| column.as_string_view().value(row))
        };
        let first = keys + time.is_some() as usize;
        for row in 0..batch.num_rows() {
            let Some(key) = join::joined(slots[..keys].iter().map(|slot| text(*slot, row))) else { continue };
            let at = time.map(|time| {
                let column = batch.column(slots[time]);
                (!column.is_null(row)).then(|| column.as_primitive::<TimestampSecondType>().value(row))
            });
            // A row that may be of any time is before no moment.
            let Some(at) = at.unwrap_or(Some(0)) else { continue };
            let values = slots[first..].iter().map(|slot| self.texts.code(text(*slot, row))).collect();
            self.rows.entry(key.into()).or_default().push(Row { time: at, values });
        }
    }

    /// The sums of every key, whatever the moment.
    pub fn by_key(&self) -> HashMap<Box<str>, SideValues> {
        self.rows.iter().map(|(key, rows)| (key.clone(), self.sum_up(rows, None))).collect()
    }

    /// The sums of a key's rows before a moment.
    pub fn before(&self, key: &str, moment: i64) -> SideValues {
        let rows = self.rows.get(key).map_or(&[][..], Vec::as_slice);
        self.sum_up(&rows[..rows.partition_point(|row| row.time < moment)], Some(moment))
    }

    /// The sums of no rows.
    pub fn of_none(&self) -> SideValues {
        self.sum_up(&[], None)
    }

    fn sum_up(&self, rows: &[Row], moment: Option<i64>) -> SideValues {
        let sums = self.sums.iter().zip(&self.of);
        sums.map(|(sum, of)| self.sum(sum, *of, rows, moment).map(Box::from)).collect()
    }

    fn sum(&self, sum: &AggregateParams, of: Option<usize>, rows: &[Row], moment: Option<i64>) -> Option<String> {
        let code = |row: &Row| of.map_or(NOTHING, |of| row.values[of]);
        let text = |row: &Row| self.texts.texts.get(code(row) as usize).map(|text| &**text);
        let equals = |row: &&Row| sum.equals.is_none() || text(row) == sum.equals.as_deref();
        let told = |row: &&Row| of.is_none() || code(row) != NOTHING;
        let number = |row: &Row| text(row).and_then(|text| self.layout.number(text.as_bytes()));
        let numbers = || rows.iter().filter_map(number);
        match sum.take {
            Sum::Count => Some(rows.iter().filter(told).filter(equals).count().to_string()),
            Sum::Any => Some(yes_or_no(rows.iter().filter(told).any(|row| equals(&row))).into()),
            Sum::Distinct => Some(rows.iter().filter(told).map(code).collect::<HashSet<u32>>().len().to_string()),
            Sum::Share => {
                let all = rows.iter().filter(told).count();
                let share = rows.iter().filter(told).filter(equals).count() as f64 / all as f64;
                (all > 0).then(|| share.to_string())
            }
            Sum::Mode => self.mode(rows.iter().map(code)),
            Sum::Sum => Some(crate::math::ordered_sum(numbers()).to_string()),
            Sum::Mean => {
                let count = numbers().count();
                (count > 0).then(|| (crate::math::ordered_sum(numbers()) / count as f64).to_string())
            }
            Sum::Recency => {
                let last = rows.iter().rev().find(|row| told(row) && equals(row))?;
                moment.map(|moment| ((moment - last.time) as f64 / 86_400.0).to_string())
            }
        }
    }

    fn mode(&self, codes: impl Iterator<Item = u32>) -> Option<String> {
        let mut counts: HashMap<u32, u64> = HashMap::new();
        codes.filter(|code| *code != NOTHING).for_each(|code| *counts.entry(code).or_default() += 1);
        let text = |code: u32| &self.texts.texts[code as usize];
        let first = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(text(b.0).cmp(text(a.0))));
        first.map(|(code, _)| text(code).to_string())
    }
}

/// The moment of a row of the log before which the rows of a side table count.
pub fn moment(log: &CheckedLog, cell: Cell) -> Option<i64> {
    log.clock.read(cell, &mut Default::default())
}

/// Refuses sums that would be read as something else.
pub fn check(log: &CheckedLog) -> Result<()> {
    match log.layout.decimal == b'.' || log.joins.iter().all(|join| join.aggregate.is_empty()) {
        true => Ok(()),
        false => {
            Err(Error::new(Code::BadConfig, "data.join: sums are written with a decimal point; data.decimal is `,`"))
        }
    }
}
