//! [`Mapper`]: records → cleaned rows of the line table, every fault judged by its rule and counted.
//!
//! Rules are asked in the order of [`Fault`]; the first that drops a row ends the questions.

use super::cell::{Cell, Record};
use super::join::{self, Joined, SideTable};
use super::lines::{CATEGORY, CURRENCY, Id, Line, Lines};
use super::mapping::{AmountPlan, FieldPlan, Filled, Plan};
use super::moment::Lately;
use super::parts::Visitor;
use crate::error::{Code, Error, Result};
use crate::event::EventKind;
use crate::train::clean::rows::Fault;
use crate::train::clean::tally::{Action, Tallies};
use crate::train::config::{CheckedLog, Word};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use std::borrow::Cow;

/// Rows of a batch.
const ROWS: usize = 16_384;
/// No amount and no quantity is larger.
const LARGEST: f64 = 1e12;
const ABOVE_0: &str = "a number above 0";
/// 1970-01-02, the first moment an event may have.
const FIRST_SECOND: i64 = 86_400;
const LAST_SECOND: i64 = (u32::MAX - 86_400) as i64;

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
        let (action, rule) = (self.log.actions.of(fault), fault.rule());
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
            let is_told = |cell: &Cell| !matches!(cell, Cell::Missing | Cell::Text(""));
            slots.iter().map(|slot| record.cell(*slot)).find(is_told).unwrap_or(Cell::Missing)
        }
        Filled::Constant(text) => Cell::Text(text),
    }
}

/// Takes records, gives batches.
pub struct Mapper<'a> {
    judge: Judge<'a>,
    plan: &'a Plan,
    tables: &'a [SideTable],
    prices: Option<(f64, f64)>,
    lines: Lines,
    each: &'a mut dyn FnMut(RecordBatch) -> Result<()>,
}

/// The GA4 events that say something about an item.
const ABOUT_ITEM: [&str; 7] =
    ["select_item", "view_item", "add_to_wishlist", "add_to_cart", "remove_from_cart", "purchase", "refund"];

fn is_about_item(event: Option<u8>) -> bool {
    event.is_some_and(|event| ABOUT_ITEM.contains(&crate::event::EVENT_NAMES[event as usize]))
}

const PURCHASE: u8 = 11;
const REFUND: u8 = 12;

fn is_sale(event: Option<u8>) -> bool {
    matches!(event, Some(PURCHASE | REFUND))
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
        let line = Reading { judge: &mut self.judge, plan, record, prices: self.prices }.line()?;
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
    column: &super::lines::Column,
) -> Step<Attribute<'c>> {
    let (value, at) = (cell(record, field), (record, field.column.as_str()));
    match column {
        super::lines::Column::Number(_) => judge.number(value, at, f64::MAX).map(Attribute::Number),
        _ => judge.text(value, at).map(Attribute::Text),
    }
}

/// One record on its way to a line.
struct Reading<'a, 'j, 'c, R> {
    judge: &'j mut Judge<'a>,
    plan: &'c Plan,
    record: &'c R,
    prices: Option<(f64, f64)>,
}

impl<'c, R: Record> Reading<'_, '_, 'c, R> {
    fn line(&mut self) -> Step<Line<'c>> {
        self.judge.whole(self.record)?;
        self.joined()?;
        let mut line = Line { event: self.event()?, ..Line::default() };
        line.ids = [self.id(0)?, self.id(1)?, self.id(2)?];
        if line.ids[0].is_none() && self.plan.ids[0].from.is_mapped() {
            self.row_fault(Fault::MissingShopper)?;
        }
        line.time = self.time()?;
        self.texts(&mut line)?;
        self.currency(&line)?;
        self.quantity(&mut line)?;
        self.money(&mut line)?;
        if line.ids[2].is_none() && self.plan.ids[2].from.is_mapped() && is_about_item(line.event) {
            self.row_fault(Fault::EmptyItem)?;
        }
        self.merchandise(&line)?;
        Ok(line)
    }

    fn row_fault(&mut self, fault: Fault) -> Step<Action> {
        let record = self.record;
        self.judge.fault(fault, || format!("{}: {}", record.place(), fault.rule().what))
    }

    /// A fault of a number that was read.
    fn found(&mut self, fault: Fault, field: &FieldPlan, expected: &str, value: f64) -> Step<Action> {
        self.judge.value(fault, (self.record, &field.column), expected, Cell::Number(value))
    }

    fn joined(&mut self) -> Step<()> {
        match self.record.unmatched() {
            None => Ok(()),
            Some(told) => self.judge.fault(Fault::UnmatchedJoin, || told).map(|_| ()),
        }
    }

    fn event(&mut self) -> Step<Option<u8>> {
        let field = &self.plan.event;
        if !field.from.is_mapped() {
            return Ok(None);
        }
        let value = cell(self.record, field);
        let word = self.judge.text(value, (self.record, &field.column))?;
        let word = word.as_deref().unwrap_or("");
        let known = match self.judge.log.events.get(word) {
            Some(known) => Some(*known),
            None => EventKind::from_name(word).ok().map(|kind| Word::Kind(kind.index())),
        };
        match known {
            Some(Word::Kind(kind)) => Ok(Some(kind)),
            Some(Word::Ignored) => self.row_fault(Fault::IgnoredEvent).map(|_| None),
            None => {
                let at = (self.record, field.column.as_str());
                self.judge.value(Fault::UnknownEvent, at, "a GA4 event or a word of data.events", value).map(|_| None)
            }
        }
    }

    fn id(&mut self, index: usize) -> Step<Option<Id<'c>>> {
        let field = &self.plan.ids[index];
        match cell(self.record, field) {
            Cell::Missing => Ok(None),
            Cell::Whole(value) => Ok(Some(Id::Whole(value))),
            value => Ok(self.judge.text(value, (self.record, &field.column))?.map(Id::Text)),
        }
    }

    fn time(&mut self) -> Step<Option<i64>> {
        let field = &self.plan.time;
        if !field.from.is_mapped() {
            return Ok(None);
        }
        let value = cell(self.record, field);
        let at = (self.record, field.column.as_str());
        match self.judge.time(value, at)? {
            None => self.row_fault(Fault::MissingTime).map(|_| None),
            Some(seconds) if seconds < FIRST_SECOND => {
                self.judge.value(Fault::Before1970, at, "a time after 1970-01-01", value).map(|_| None)
            }
            Some(seconds) if seconds > self.judge.log.ends => {
                self.judge.value(Fault::FutureTime, at, "a time before the log ends", value)?;
                Ok((seconds <= LAST_SECOND).then_some(seconds))
            }
            Some(seconds) => Ok(Some(seconds)),
        }
    }

    fn texts(&mut self, line: &mut Line<'c>) -> Step<()> {
        for (field, text) in self.plan.texts.iter().zip(&mut line.texts) {
            if field.from.is_mapped() {
                *text = self.judge.text(cell(self.record, field), (self.record, &field.column))?;
            }
        }
        if let Some(mark) = &self.plan.split
            && let Some(path) = line.texts[CATEGORY].take()
        {
            split(path, mark, &mut line.texts[CATEGORY..CATEGORY + 5]);
        }
        Ok(())
    }

    fn currency(&mut self, line: &Line) -> Step<()> {
        match line.texts[CURRENCY].as_deref() {
            Some(code) if code != self.judge.log.currency => {
                let expected = self.judge.log.currency.clone();
                let at = (self.record, self.plan.texts[CURRENCY].column.as_str());
                self.judge.value(Fault::ForeignCurrency, at, &expected, Cell::Text(code)).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    fn amount(&mut self, plan: &'c AmountPlan, quantity: Option<f64>) -> Step<Option<f64>> {
        if !plan.field.from.is_mapped() {
            return Ok(None);
        }
        let value = cell(self.record, &plan.field);
        let amount = self.judge.number(value, (self.record, &plan.field.column), LARGEST)?;
        match (plan.of_line, quantity) {
            (true, Some(units)) if units > 0.0 => Ok(amount.map(|amount| amount / units)),
            _ => Ok(amount),
        }
    }

    fn quantity(&mut self, line: &mut Line<'c>) -> Step<()> {
        let field = &self.plan.quantity;
        if !field.from.is_mapped() {
            return Ok(());
        }
        line.quantity = self.judge.number(cell(self.record, field), (self.record, &field.column), LARGEST)?;
        let Some(units) = line.quantity else { return Ok(()) };
        if units == 0.0 {
            self.found(Fault::ZeroQuantity, field, ABOVE_0, units)?;
            line.quantity = Some(1.0);
        }
        if units < 0.0 {
            if !is_sale(line.event) {
                return self.drop_negative(field, units);
            }
            self.found(Fault::NegativeQuantity, field, ABOVE_0, units)?;
            (line.event, line.quantity) = (Some(REFUND), Some(-units));
        }
        let limit = self.judge.log.max_quantity;
        if units.abs() > limit {
            let expected = format!("at most {limit} units");
            if self.found(Fault::QuantityOutlier, field, &expected, units)? == Action::Repair {
                line.quantity = Some(limit);
            }
        }
        Ok(())
    }

    /// Only what was sold can come back: elsewhere a negative quantity has no repair.
    fn drop_negative(&mut self, field: &FieldPlan, units: f64) -> Step<()> {
        let (record, column, rule) = (self.record, &field.column, Fault::NegativeQuantity.rule());
        let told = || format!("{}, column {column}: expected {ABOVE_0}, found {units}", record.place());
        match self.judge.log.strict {
            true => Err(Stop::Refused(Error::new(Code::BadData, told()))),
            false => {
                self.judge.tallies.add(rule, Action::Drop, told);
                Err(Stop::Dropped)
            }
        }
    }

    fn money(&mut self, line: &mut Line<'c>) -> Step<()> {
        let plan = self.plan;
        let paid = self.amount(&plan.price, line.quantity)?;
        let list = self.amount(&plan.list_price, line.quantity)?;
        let off = self.amount(&plan.discount, line.quantity)?;
        (line.price, line.discount) = self.net(paid, list, off)?;
        let field = if plan.price.field.from.is_mapped() { &plan.price.field } else { &plan.list_price.field };
        if !field.from.is_mapped() {
            return Ok(());
        }
        match line.price {
            None if is_sale(line.event) => self.row_fault(Fault::MissingPrice).map(|_| ()),
            None => Ok(()),
            Some(price) if price < 0.0 => self.found(Fault::NegativePrice, field, ABOVE_0, price).map(|_| ()),
            Some(0.0) => self.found(Fault::ZeroPrice, field, ABOVE_0, 0.0).map(|_| ()),
            Some(price) => {
                line.price = Some(self.usual(field, price)?);
                Ok(())
            }
        }
    }

    /// Net price and discount per unit. GA4's price is net already: what is told beside it is never taken off
    /// a second time.
    fn net(&mut self, paid: Option<f64>, list: Option<f64>, off: Option<f64>) -> Step<(Option<f64>, Option<f64>)> {
        let plan = self.plan;
        match (paid, list, off) {
            (Some(paid), _, Some(off)) if off < 0.0 => {
                self.found(Fault::NegativeDiscount, &plan.discount.field, "a discount of at least 0", off)?;
                Ok((Some(paid), Some(0.0)))
            }
            (Some(paid), _, Some(off)) => Ok((Some(paid), Some(off))),
            (Some(paid), Some(list), None) if paid > list => {
                let expected = format!("at least the {paid} paid");
                self.found(Fault::NegativeDiscount, &plan.list_price.field, &expected, list)?;
                Ok((Some(paid), Some(0.0)))
            }
            (Some(paid), Some(list), None) => Ok((Some(paid), Some(difference(list, paid)))),
            (None, Some(list), Some(off)) if off > list && list >= 0.0 => {
                let expected = format!("at most the list price of {list}");
                self.found(Fault::DiscountOverPrice, &plan.discount.field, &expected, off)?;
                Ok((Some(0.0), Some(list)))
            }
            (None, Some(list), Some(off)) => Ok((Some(difference(list, off)), Some(off))),
            (None, list, None) => Ok((list, None)),
            (paid, _, off) => Ok((paid, off)),
        }
    }

    fn usual(&mut self, field: &FieldPlan, price: f64) -> Step<f64> {
        match self.prices {
            Some((low, high)) if price < low || price > high => {
                let expected = format!("a price between {low:.2} and {high:.2}");
                let action = self.found(Fault::PriceOutlier, field, &expected, price)?;
                Ok(if action == Action::Repair { price.clamp(low, high) } else { price })
            }
            _ => Ok(price),
        }
    }

    fn merchandise(&mut self, line: &Line) -> Step<()> {
        let named = &self.judge.log.not_merchandise;
        if named.is_empty() {
            return Ok(());
        }
        let is_named = |text: Option<&str>| text.is_some_and(|text| named.iter().any(|name| name == text));
        let item = match &line.ids[2] {
            Some(Id::Text(text)) => is_named(Some(text)),
            _ => false,
        };
        match item || is_named(line.texts[CATEGORY].as_deref()) {
            true => self.row_fault(Fault::NotMerchandise).map(|_| ()),
            false => Ok(()),
        }
    }
}

/// Of two decimals, without the dust that their difference leaves.
fn difference(list: f64, off: f64) -> f64 {
    ((list - off) * 1e6).round() / 1e6
}

/// Cuts a path into levels; what is beyond the last level stays in it.
fn split<'c>(path: Cow<'c, str>, mark: &str, levels: &mut [Option<Cow<'c, str>>]) {
    let count = levels.len();
    match path {
        Cow::Borrowed(path) => {
            levels.iter_mut().zip(path.splitn(count, mark)).for_each(|(level, part)| *level = named(part.into()))
        }
        Cow::Owned(path) => levels
            .iter_mut()
            .zip(path.splitn(count, mark))
            .for_each(|(level, part)| *level = named(part.to_string().into())),
    }
}

fn named(part: Cow<str>) -> Option<Cow<str>> {
    (!part.is_empty()).then_some(part)
}
