//! [`Judge`]: every value is read here, and every fault is judged by its rule and counted.

use super::cell::{Cell, Record};
use super::join;
use super::mapping::{FieldPlan, Filled};
use super::moment::Lately;
use crate::error::{Code, Error};
use crate::train::clean::rows::Fault;
use crate::train::clean::tally::{Action, Tallies};
use crate::train::config::CheckedLog;
use std::borrow::Cow;

/// Why a row does not come about.
pub enum Stop {
    /// It was dropped, and counted.
    Dropped,
    /// Reading ends.
    Refused(Error),
}

/// A step that a row may not survive.
pub type Step<T> = std::result::Result<T, Stop>;

/// The settings, the tallies, and what the clock found out lately.
pub struct Judge<'a> {
    /// The settings.
    pub log: &'a CheckedLog,
    /// What was counted so far.
    pub tallies: Tallies,
    /// Of the clock.
    pub lately: Lately,
}

impl Judge<'_> {
    /// Counts a fault; returns what is to be done unless the row is dropped.
    #[cold]
    pub fn fault(&mut self, fault: Fault, told: impl FnOnce() -> String) -> Step<Action> {
        let rule = fault.rule();
        let action = self.log.actions.of(rule);
        if action == Action::Drop && self.log.strict && rule.is_fault {
            return Err(Stop::Refused(Error::new(Code::BadData, told())));
        }
        self.tallies.add(rule, action, told);
        match action {
            Action::Drop => Err(Stop::Dropped),
            action => Ok(action),
        }
    }

    /// The same about a value: where it is, what was expected and what was found.
    #[cold]
    pub fn value<R: Record>(&mut self, fault: Fault, at: (&R, &str), expected: &str, found: Cell) -> Step<Action> {
        let (record, column) = at;
        self.fault(fault, || {
            format!("{}, column {column}: expected {expected}, found {}", record.place(), found.quoted())
        })
    }

    /// A text, trimmed; none where it is missing.
    pub fn text<'c, R: Record>(&mut self, cell: Cell<'c>, at: (&R, &str)) -> Step<Option<Cow<'c, str>>> {
        match cell {
            Cell::Missing => Ok(None),
            Cell::Text(text) => Ok(self.log.layout.bytes(text.as_bytes()).map(|_| Cow::Borrowed(text.trim_ascii()))),
            Cell::Bytes(bytes) => match self.log.layout.bytes(bytes) {
                None => Ok(None),
                Some(bytes) => self.utf8(bytes, at).map(Some),
            },
            Cell::Other(_) => self.value(Fault::BadRecord, at, "a text", cell).map(|_| None),
            other => Ok(join::text(other, &self.log.layout).map(Cow::Owned)),
        }
    }

    fn utf8<'c, R: Record>(&mut self, bytes: &'c [u8], at: (&R, &str)) -> Step<Cow<'c, str>> {
        match std::str::from_utf8(bytes) {
            Ok(text) if !at.0.has_nul() || !bytes.contains(&0) => Ok(Cow::Borrowed(text)),
            _ => {
                self.value(Fault::BadUtf8, at, "text in the file's encoding", Cell::Bytes(bytes))?;
                Ok(Cow::Owned(String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")))
            }
        }
    }

    /// A number; none where it is missing, or is none and that is repaired.
    pub fn number<R: Record>(&mut self, cell: Cell, at: (&R, &str), largest: f64) -> Step<Option<f64>> {
        let layout = &self.log.layout;
        let found = match cell {
            Cell::Missing => return Ok(None),
            Cell::Bytes(bytes) => match layout.bytes(bytes) {
                None => return Ok(None),
                Some(bytes) => layout.number(bytes),
            },
            Cell::Text(text) => match layout.bytes(text.as_bytes()) {
                None => return Ok(None),
                Some(bytes) => layout.number(bytes),
            },
            Cell::Whole(value) => Some(value as f64),
            Cell::Number(value) => Some(value).filter(|value| value.is_finite()),
            Cell::Flag(value) => Some(value as u8 as f64),
            Cell::Moment { .. } | Cell::Other(_) => None,
        };
        match found {
            Some(value) if value.abs() <= largest => Ok(Some(value)),
            Some(_) => self.value(Fault::BadNumber, at, &format!("a number up to {largest:e}"), cell).map(|_| None),
            None => self.value(Fault::BadNumber, at, layout.expected_number(), cell).map(|_| None),
        }
    }

    /// Local seconds; none where there is no time, or it is none and that is repaired.
    pub fn time<R: Record>(&mut self, cell: Cell, at: (&R, &str)) -> Step<Option<i64>> {
        let is_missing = match cell {
            Cell::Missing => true,
            Cell::Bytes(bytes) => self.log.layout.bytes(bytes).is_none(),
            Cell::Text(text) => self.log.layout.bytes(text.as_bytes()).is_none(),
            _ => false,
        };
        if is_missing {
            return Ok(None);
        }
        match self.log.clock.read(cell, &mut self.lately) {
            Some(seconds) => Ok(Some(seconds)),
            None => self.value(Fault::BadTime, at, &self.log.clock.expected(), cell).map(|_| None),
        }
    }

    /// What a record is as a whole.
    pub fn whole<R: Record>(&mut self, record: &R) -> Step<()> {
        let Some(told) = record.fault() else { return Ok(()) };
        let action = self.fault(Fault::BadRecord, || told);
        match record.is_void() {
            true => action.and(Err(Stop::Dropped)),
            false => action.map(|_| ()),
        }
    }
}

/// What a field holds in this record.
pub fn cell<'c, R: Record>(record: &'c R, field: &'c FieldPlan) -> Cell<'c> {
    match &field.from {
        Filled::Nothing => Cell::Missing,
        Filled::Column(slot) => record.cell(*slot),
        Filled::First(slots) => {
            let is_told = |cell: &Cell| !matches!(cell, Cell::Missing | Cell::Text("") | Cell::Bytes(b""));
            slots.iter().map(|slot| record.cell(*slot)).find(is_told).unwrap_or(Cell::Missing)
        }
        Filled::Constant(text) => Cell::Text(text),
    }
}
