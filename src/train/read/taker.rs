//! [`Taker`]: records → batches of some [`Sheet`]; every record is counted, kept or dropped.

use super::cell::Record;
use super::join::{self, Joined, SideTable};
use super::judge::{Judge, Step, Stop};
use super::mapping::Plan;
use super::moment::Lately;
use crate::error::{Code, Error, Result};
use crate::train::clean::tally::Tallies;
use crate::train::config::CheckedLog;
use arrow::array::RecordBatch;
use arrow::error::ArrowError;

/// Rows of a batch.
const ROWS: usize = 16_384;

/// Rows on their way into a batch.
pub trait Sheet {
    /// What it is, where something cannot be made of it.
    const NAME: &'static str;

    /// Rows that wait.
    fn rows(&self) -> usize;

    /// Appends what the judge lets through of a record.
    fn row<R: Record>(&mut self, judge: &mut Judge, plan: &Plan, record: &R) -> Step<()>;

    /// The rows that wait, as a batch.
    fn batch(&mut self) -> std::result::Result<RecordBatch, ArrowError>;
}

/// Takes records, gives batches.
pub struct Taker<'a, S> {
    pub(super) judge: Judge<'a>,
    pub(super) plan: &'a Plan,
    pub(super) sheet: S,
    pub(super) each: &'a mut dyn FnMut(RecordBatch) -> Result<()>,
    tables: &'a [SideTable],
}

impl<'a, S: Sheet> Taker<'a, S> {
    /// Before the first record.
    pub(super) fn of(
        sheet: S,
        log: &'a CheckedLog,
        plan: &'a Plan,
        tables: &'a [SideTable],
        each: &'a mut dyn FnMut(RecordBatch) -> Result<()>,
    ) -> Taker<'a, S> {
        let judge = Judge { log, tallies: Tallies::default(), lately: Lately::default() };
        Taker { judge, plan, sheet, each, tables }
    }

    /// Gives the last batch; returns what was counted.
    pub fn finish(mut self) -> Result<Tallies> {
        self.flush()?;
        Ok(self.judge.tallies)
    }

    pub(super) fn flush(&mut self) -> Result<()> {
        if self.sheet.rows() == 0 {
            return Ok(());
        }
        let batch = self.sheet.batch();
        (self.each)(batch.map_err(unmade::<S>)?)
    }

    pub(super) fn take<R: Record>(&mut self, record: &R) -> Result<()> {
        self.judge.tallies.read += 1;
        match self.sheet.row(&mut self.judge, self.plan, record) {
            Ok(()) => self.judge.tallies.kept += 1,
            Err(Stop::Dropped) => return Ok(()),
            Err(Stop::Refused(error)) => return Err(error),
        }
        if self.sheet.rows() >= ROWS { self.flush() } else { Ok(()) }
    }

    /// Takes a record beside its rows of the side tables.
    pub(super) fn take_joined<R: Record>(&mut self, record: &R) -> Result<()> {
        if self.tables.is_empty() {
            return self.take(record);
        }
        let log = self.judge.log;
        let (rows, unmatched) = join::rows(record, self.plan, self.tables, log);
        let joined = Joined { own: record, plan: self.plan, rows: &rows, unmatched, log };
        self.take(&joined)
    }
}

pub(super) fn unmade<S: Sheet>(error: ArrowError) -> Error {
    Error::new(Code::BadData, format!("{}: {error}", S::NAME))
}
