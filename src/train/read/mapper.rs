//! [`Mapper`]: records → batches of the line table; whole columns where nothing has to be said of them.

use super::cell::Record;
use super::columns::Columns;
use super::join::SideTable;
use super::judge::{Judge, Step, cell};
use super::lines::{Column, Line, Lines};
use super::mapping::{FieldPlan, Plan};
use super::parquet::Decoded;
use super::parts::Visitor;
use super::reading::Reading;
use super::taker::{Sheet, Taker, unmade};
use crate::error::Result;
use crate::train::config::CheckedLog;
use arrow::array::RecordBatch;
use arrow::compute::interleave_record_batch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use std::borrow::Cow;

/// A batch is taken whole when at most one row of so many is odd.
const FEW: usize = 8;

/// Takes records, gives batches of the line table.
pub type Mapper<'a> = Taker<'a, LineTable>;

/// Rows of the line table, and the ends of what is usual of prices.
pub struct LineTable {
    lines: Lines,
    prices: Option<(f64, f64)>,
}

impl Sheet for LineTable {
    const NAME: &'static str = "line table";

    fn rows(&self) -> usize {
        self.lines.rows()
    }

    fn row<R: Record>(&mut self, judge: &mut Judge, plan: &Plan, record: &R) -> Step<()> {
        let mut line = Line::default();
        Reading { judge, plan, record, prices: self.prices }.fill(&mut line)?;
        let mut attributes = Vec::with_capacity(plan.attributes.len());
        for (field, column) in plan.attributes.iter().zip(self.lines.attributes()) {
            attributes.push(attribute(judge, record, field, column)?);
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

    fn batch(&mut self) -> std::result::Result<RecordBatch, ArrowError> {
        self.lines.finish()
    }
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
        Taker::of(LineTable { lines: Lines::new(schema), prices }, log, plan, tables, each)
    }

    /// Takes a batch as it is, but for its odd rows, which are read one by one and put back into their places.
    fn whole<R: Record>(&mut self, batch: RecordBatch, odd: &[usize], record: impl Fn(usize) -> R) -> Result<()> {
        self.flush()?;
        let plain = (batch.num_rows() - odd.len()) as u64;
        self.judge.tallies.read += plain;
        self.judge.tallies.kept += plain;
        if odd.is_empty() {
            return (self.each)(batch);
        }
        let (mut places, mut next) = (Vec::with_capacity(batch.num_rows()), 0);
        for row in odd {
            let before = self.sheet.rows();
            self.take(&record(*row))?;
            places.extend((next..*row).map(|row| (0, row)));
            places.extend((before..self.sheet.rows()).map(|row| (1, row)));
            next = row + 1;
        }
        places.extend((next..batch.num_rows()).map(|row| (0, row)));
        let read = self.sheet.batch().map_err(unmade::<LineTable>)?;
        let mended = interleave_record_batch(&[&batch, &read], &places).map_err(unmade::<LineTable>)?;
        if mended.num_rows() == 0 { Ok(()) } else { (self.each)(mended) }
    }
}

impl Visitor for Mapper<'_> {
    fn visit_columns<R: Record>(
        &mut self,
        decoded: &[Decoded],
        rows: usize,
        record: impl Fn(usize) -> R,
    ) -> Result<bool> {
        let (log, plan, prices) = (self.judge.log, self.plan, self.sheet.prices);
        let mut columns = Columns { log, plan, prices, decoded, rows, odd: Vec::new() };
        let batch = columns.batch(self.sheet.lines.schema(), &mut self.judge.lately);
        let mut odd = columns.odd;
        odd.sort_unstable();
        odd.dedup();
        match batch {
            Ok(batch) if odd.len() <= rows / FEW => self.whole(batch, &odd, record).map(|()| true),
            _ => Ok(false),
        }
    }

    fn visit<R: Record>(&mut self, record: &R) -> Result<()> {
        self.take_joined(record)
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
