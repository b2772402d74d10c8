//! Record batches → packed [`Row`]s, column by column, without an allocation per row.
//!
//! Also marks where events begin: rows of one shopper, moment, event and transaction that stand together in the log
//! are lines of one event. What cannot be a row (no shopper, no moment, no event) is dropped here, and counted;
//! what only spoils an amount is told without it. Rules that need a shopper's other rows are in
//! [`clean`](super::clean).

use super::column::{Columns, Ids, Layout};
use super::groups::{Coder as GroupCoder, Values};
use super::key;
use super::row::{Amounts, EventKey, NO_GROUP, Row};
use super::rules::Cause;
use super::texts::{self, Texts};
use super::training::Training;
use crate::error::Result;
use crate::event::{EVENT_NAMES, MAX_QUANTITY, hash32};
use crate::money::MAX_MINOR;
use crate::train::clean::rows::Fault;
use crate::train::clean::tally::{Action, Rule, Tallies};
use arrow::array::{Array, Float64Array, StringViewArray};
use arrow::record_batch::RecordBatch;

/// Seconds of 1970-01-02 and of the last moment an event may have.
const FIRST_MOMENT: i64 = 86_400;
const LAST_MOMENT: i64 = u32::MAX as i64 - 86_400;

/// What coding needs to know of a log.
#[derive(Debug)]
pub struct Coding<'a> {
    /// Where the columns are.
    pub layout: &'a Layout,
    /// Group values of all threads.
    pub values: &'a Values,
    /// Texts of all threads.
    pub texts: &'a Texts,
    /// Which rows groups are counted in.
    pub training: Training,
    /// Minor units of one major unit: 100 for cents.
    pub minor_units: f64,
}

/// Whose a row is.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// The second look at the id.
    pub check: u32,
    ids: &'a Ids,
    row: usize,
}

impl Whose<'_> {
    /// The id itself.
    pub fn id(&self, take: impl FnMut(&[u8])) {
        self.ids.at(self.row, take);
    }
}

/// Codes batches of one thread; buffers are kept from batch to batch.
#[derive(Debug)]
pub struct Coder<'a> {
    coding: &'a Coding<'a>,
    /// Groups this thread met.
    pub groups: GroupCoder,
    texts: texts::Coder,
    extras: Vec<u64>,
    /// What was dropped or mended.
    pub tallies: Tallies,
    keys: Vec<(u64, u32)>,
    items: Vec<u32>,
    brands: Vec<u32>,
    transactions: Vec<u32>,
    /// Of the row before.
    latest: Option<EventKey>,
}

impl<'a> Coder<'a> {
    /// Nothing coded yet.
    pub fn new(coding: &'a Coding<'a>) -> Coder<'a> {
        Coder {
            coding,
            groups: GroupCoder::default(),
            texts: texts::Coder::default(),
            extras: Vec::new(),
            tallies: Tallies::default(),
            keys: Vec::new(),
            items: Vec::new(),
            brands: Vec::new(),
            transactions: Vec::new(),
            latest: None,
        }
    }

    /// Forgets the row before, at the start of a part.
    pub fn start_part(&mut self) {
        self.latest = None;
    }

    /// Codes a batch; every row, the words beside it and whose it is go to `each`.
    pub fn code(&mut self, batch: &RecordBatch, mut each: impl FnMut(Row, &[u64], Whose)) -> Result<()> {
        let columns = self.coding.layout.columns(batch)?;
        self.hash(&columns);
        for row in 0..columns.rows {
            let Some(mut coded) = self.row(&columns, row) else { continue };
            if has_line(&columns, row) {
                // The row is put together here and not handed in and out: it stays out of memory until it is whole.
                let counts = self.coding.training.has(coded.shopper, coded.time);
                let amounts = self.amounts(&columns, row, counts)?;
                let of = |hashes: &[u32]| hashes.get(row).copied().unwrap_or(0);
                coded = coded.with_line(of(&self.items), of(&self.brands), amounts);
            }
            let event = coded.event_key();
            coded.set_begins(self.latest != Some(event));
            self.latest = Some(event);
            // Asked first, and told by value: a row that has to be in memory here costs a tenth of the whole reading.
            if columns.extras.are_wanted() {
                self.extras.clear();
                let about = (coded.kind(), coded.line().is_some());
                columns.extras.code(row, about, &mut self.texts, self.coding.texts, &mut self.extras)?;
            }
            each(coded, &self.extras, Whose { check: self.keys[row].1, ids: &columns.shopper, row });
        }
        Ok(())
    }

    fn hash(&mut self, columns: &Columns) {
        self.keys.clear();
        let both = |id: Option<&[u8]>| id.map_or((0, 0), |id| (key::key(id), key::check(id)));
        columns.shopper.for_each(|id| self.keys.push(both(id)));
        hashes(columns.item.as_ref(), &mut self.items);
        hashes(columns.transaction.as_ref(), &mut self.transactions);
        self.brands.clear();
        if let Some(brands) = &columns.brand {
            self.brands.extend((0..brands.len()).map(|row| text_hash(brands, row)));
        }
    }

    /// Everything but the product line; none when the row cannot be one.
    fn row(&mut self, columns: &Columns, row: usize) -> Option<Row> {
        let (key, _) = self.keys[row];
        let time = if columns.time.is_valid(row) { columns.time.value(row) } else { 0 };
        let kind = if columns.event.is_valid(row) { columns.event.value(row) } else { u8::MAX };
        let rule: &'static Rule = match () {
            () if key == 0 => Fault::MissingShopper.rule(),
            () if columns.time.is_null(row) => Fault::MissingTime.rule(),
            () if !(FIRST_MOMENT..=LAST_MOMENT).contains(&time) => Cause::ImpossibleTime.rule(),
            () if kind as usize >= EVENT_NAMES.len() => Fault::UnknownEvent.rule(),
            () => {
                let transaction = self.transactions.get(row).copied().unwrap_or(0);
                return Some(Row::new(key, time as u32, kind, transaction));
            }
        };
        self.tallies.add(rule, Action::Drop, || shown(columns, row));
        None
    }

    /// `counts`: whether the row is one that training may learn groups from.
    fn amounts(&mut self, columns: &Columns, row: usize, counts: bool) -> Result<Amounts> {
        let net = money(columns.price.as_ref(), row, self.coding.minor_units);
        let discount = money(columns.discount.as_ref(), row, self.coding.minor_units);
        let (quantity, quantity_is_good) = quantity(columns.quantity.as_ref(), row);
        if net == Err(()) || discount == Err(()) {
            self.tallies.add(Cause::ImpossibleAmount.rule(), Action::Repair, || shown(columns, row));
        }
        if !quantity_is_good {
            self.tallies.add(Cause::ImpossibleQuantity.rule(), Action::Repair, || shown(columns, row));
        }
        let group = match columns.groups.is_empty() {
            true => NO_GROUP,
            false => self.groups.code(&columns.groups, row, self.coding.values, counts)?,
        };
        let net = net.unwrap_or(None);
        let discount = discount.unwrap_or(None).unwrap_or(0).min(MAX_MINOR as u64 - net.unwrap_or(0));
        Ok(Amounts { net, discount, quantity, group })
    }
}

fn hashes(ids: Option<&Ids>, into: &mut Vec<u32>) {
    into.clear();
    if let Some(ids) = ids {
        ids.for_each(|id| into.push(id.map_or(0, key::id_hash)));
    }
}

fn text_hash(texts: &StringViewArray, row: usize) -> u32 {
    let text = if texts.is_valid(row) { texts.value(row) } else { "" };
    if text.is_empty() { 0 } else { hash32(text).max(1) }
}

/// Whether the row names a product or what it costs.
fn has_line(columns: &Columns, row: usize) -> bool {
    let of_ids = |ids: &Ids| match ids {
        Ids::Text(texts) => texts.is_valid(row),
        Ids::Number(numbers) => numbers.is_valid(row),
    };
    columns.item.as_ref().is_some_and(of_ids)
        || columns.price.as_ref().is_some_and(|price| price.is_valid(row))
        || columns.groups.iter().any(|group| group.is_valid(row))
        || columns.brand.as_ref().is_some_and(|brand| brand.is_valid(row))
}

/// Whole minor units, half up; an error for what cannot be an amount.
fn money(column: Option<&Float64Array>, row: usize, minor_units: f64) -> std::result::Result<Option<u64>, ()> {
    let Some(column) = column.filter(|column| column.is_valid(row)) else { return Ok(None) };
    let minor = column.value(row) * minor_units + 0.5;
    match minor >= 0.5 && minor <= MAX_MINOR as f64 {
        true => Ok(Some(minor as u64)),
        false => Err(()),
    }
}

/// Whole units, half up, and whether the log's number was one; 1 when the log does not say.
fn quantity(column: Option<&Float64Array>, row: usize) -> (u32, bool) {
    let Some(column) = column.filter(|column| column.is_valid(row)) else { return (1, true) };
    let units = column.value(row) + 0.5;
    match units >= 1.0 && units < MAX_QUANTITY as f64 + 1.0 {
        true => (units as u32, true),
        false => (if units >= 1.0 { MAX_QUANTITY } else { 1 }, false),
    }
}

/// A row as a person would point at it.
fn shown(columns: &Columns, row: usize) -> String {
    let id = match &columns.shopper {
        Ids::Text(texts) if texts.is_valid(row) => texts.value(row).to_string(),
        Ids::Number(numbers) if numbers.is_valid(row) => numbers.value(row).to_string(),
        _ => "none".into(),
    };
    let number = |column: &Option<Float64Array>| {
        let column = column.as_ref().filter(|column| column.is_valid(row));
        column.map_or("none".into(), |column| column.value(row).to_string())
    };
    let time = if columns.time.is_valid(row) { columns.time.value(row).to_string() } else { "none".into() };
    let event = columns.event.is_valid(row).then(|| EVENT_NAMES.get(columns.event.value(row) as usize)).flatten();
    let (price, discount, quantity) = (number(&columns.price), number(&columns.discount), number(&columns.quantity));
    format!(
        "shopper {id}, time {time}, event {}, price {price}, discount {discount}, quantity {quantity}",
        event.unwrap_or(&"unknown")
    )
}
