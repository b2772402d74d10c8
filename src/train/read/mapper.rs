//! [`Mapper`]: records → batches of the line table; whole columns where nothing has to be said of them.

use super::cell::Record;
use super::columns::Columns;
use super::join::{self, Joined, SideTable};
use super::judge::{Judge, Step, Stop, cell};
use super::lines::{Column, Line, Lines};
use super::mapping::{FieldPlan, Plan};
use super::moment::Lately;
use super::parquet::Decoded;
use super::parts::Visitor;
use super::reading::Reading;
use crate::error::{Code, Error, Result};
use crate::train::clean::tally::Tallies;
use crate::train::config::CheckedLog;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use std::borrow::Cow;

/// Rows of a batch.
const ROWS: usize = 16_384;

/// Takes records, gives batches.
pub struct Mapper<'a> {
    judge: Judge<'a>,
    plan: &'a Plan,
    tables: &'a [SideTable],
    prices: Option<(f64, f64)>,
    lines: Lines,
    each: &'a mut dyn FnMut(RecordBatch) -> Result<()>,
}

impl<'a> Mapper<'a> {
    /// Before the first record. `prices` are the ends of what is usual.
    pub fn new(
        log: &'a CheckedLog,
        plan: &'a Plan,
        tables: &'a [SideTable],
        prices: Option<(f64, f64)>,
        schema: SchemaRef,
        each: &'a mut dyn FnMut(RecordBatch) -> Result<()>,
    ) -> Mapper<'a> {
        let judge = Judge { log, tallies: Tallies::default(), lately: Lately::default() };
        Mapper { judge, plan, tables, prices, lines: Lines::new(schema), each }
    }

    /// Gives the last batch; returns what was counted.
    pub fn finish(mut self) -> Result<Tallies> {
        self.flush()?;
        Ok(self.judge.tallies)
    }

    fn flush(&mut self) -> Result<()> {
        if self.lines.rows() == 0 {
            return Ok(());
        }
        let batch = self.lines.finish();
        (self.each)(batch.map_err(|error| Error::new(Code::BadData, format!("line table: {error}")))?)
    }

    fn take<R: Record>(&mut self, record: &R) -> Result<()> {
        self.judge.tallies.read += 1;
        match self.row(record) {
            Ok(()) => self.judge.tallies.kept += 1,
            Err(Stop::Dropped) => return Ok(()),
            Err(Stop::Refused(error)) => return Err(error),
        }
        if self.lines.rows() >= ROWS { self.flush() } else { Ok(()) }
    }

    fn row<R: Record>(&mut self, record: &R) -> Step<()> {
        let plan = self.plan;
        let mut line = Line::default();
        Reading { judge: &mut self.judge, plan, record, prices: self.prices }.fill(&mut line)?;
        let mut attributes = Vec::with_capacity(plan.attributes.len());
        for (field, column) in plan.attributes.iter().zip(self.lines.attributes()) {
            attributes.push(attribute(&mut self.judge, record, field, column)?);
        }
        for (value, column) in attributes.into_iter().zip(self.lines.attributes()) {
            match value {
                Attribute::Number(value) => column.number(value),
                Attribute::Text(value) => column.text(value.as_deref()),
            }
        }
        self.lines.push(&line);
        Ok(())
    }
}

impl Visitor for Mapper<'_> {
    fn visit_columns(&mut self, decoded: &[Decoded], rows: usize) -> Result<bool> {
        let columns = Columns { log: self.judge.log, plan: self.plan, prices: self.prices, decoded, rows };
        let Ok(batch) = columns.batch(self.lines.schema(), &mut self.judge.lately) else { return Ok(false) };
        self.flush()?;
        self.judge.tallies.read += rows as u64;
        self.judge.tallies.kept += rows as u64;
        (self.each)(batch)?;
        Ok(true)
    }

    fn visit<R: Record>(&mut self, record: &R) -> Result<()> {
        if self.tables.is_empty() {
            return self.take(record);
        }
        let log = self.judge.log;
        let (rows, unmatched) = join::rows(record, self.plan, self.tables, log);
        let joined = Joined { own: record, plan: self.plan, rows: &rows, unmatched, log };
        self.take(&joined)
    }
}

enum Attribute<'c> {
    Number(Option<f64>),
    Text(Option<Cow<'c, str>>),
}

fn attribute<'c, R: Record>(
    judge: &mut Judge,
    record: &'c R,
    field: &'c FieldPlan,
    column: &Column,
) -> Step<Attribute<'c>> {
    let (value, at) = (cell(record, field), (record, field.column.as_str()));
    match column {
        Column::Number(_) => judge.number(value, at, f64::MAX).map(Attribute::Number),
        _ => judge.text(value, at).map(Attribute::Text),
    }
}
