//! [`Columns`]: a batch of Parquet columns → columns of the line table, without a look at most rows.
//!
//! Every field must be filled from one column of a usable type; else the batch is [`Unfit`] and read row by row. A row
//! with any value that the reading of [`reading`](super::reading) would not pass on uncounted is marked as odd: what
//! stands here in its place means nothing, and it is read by itself. So nothing is dropped, repaired or counted here,
//! and rows, counts and quoted rows are the same either way.

use super::cell::Cell;
use super::lines::{ATTRIBUTE, CURRENCY, IDS, TEXTS};
use super::mapping::{FieldPlan, Filled, Plan};
use super::moment::Lately;
use super::parquet::Decoded;
use super::reading::{FIRST_SECOND, LARGEST, is_about_item, is_sale};
use crate::event::EventKind;
use crate::train::config::{CheckedLog, Word};
use arrow::array::{
    Array, ArrayRef, Float64Array, Int64Array, PrimitiveArray, RecordBatch, StringViewArray, UInt8Array,
};
use arrow::datatypes::{DataType, Field, Int64Type, SchemaRef};
use std::sync::Arc;

/// The batch is to be read row by row.
#[derive(Debug)]
pub struct Unfit;

type Fit<T> = Result<T, Unfit>;

/// Event words are few; more than these are looked up each time.
const FEW_WORDS: usize = 16;

/// One batch as it was decoded.
pub struct Columns<'a> {
    /// The settings.
    pub log: &'a CheckedLog,
    /// What is where.
    pub plan: &'a Plan,
    /// The ends of usual prices.
    pub prices: Option<(f64, f64)>,
    /// In the order of the plan's slots.
    pub decoded: &'a [Decoded<'a>],
    /// How many.
    pub rows: usize,
    /// Rows to be read by themselves, some more than once.
    pub odd: Vec<usize>,
}

impl<'a> Columns<'a> {
    /// The rows as columns of the line table; what an odd row holds there means nothing.
    pub fn batch(&mut self, schema: SchemaRef, lately: &mut Lately) -> Fit<RecordBatch> {
        let plan = self.plan;
        let is_plain = plan.side.is_empty() && plan.split.is_none() && !plan.list_price.field.from.is_mapped();
        if !is_plain || !self.log.not_merchandise.is_empty() {
            return Err(Unfit);
        }
        let event = self.event()?;
        let of_event = |row: usize| event.as_ref().map(|event| event.value(row));
        let mut attributes = plan.attributes.iter();
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            columns.push(match field.name().as_str() {
                "time" => Arc::new(self.time(lately)?),
                "event" => Arc::new(event.clone().ok_or(Unfit)?),
                "price" => Arc::new(self.price(&of_event)?),
                "discount" => Arc::new(self.discount()?),
                "quantity" => Arc::new(self.quantity()?),
                name if name.starts_with(ATTRIBUTE) => self.attribute(attributes.next().ok_or(Unfit)?, field)?,
                name => self.named(name, field.data_type(), &of_event)?,
            });
        }
        RecordBatch::try_new(schema, columns).map_err(|_| Unfit)
    }

    fn column(&self, field: &FieldPlan) -> Fit<&'a Decoded<'a>> {
        match field.from {
            Filled::Column(slot) => self.decoded.get(slot).ok_or(Unfit),
            _ => Err(Unfit),
        }
    }

    fn event(&mut self) -> Fit<Option<UInt8Array>> {
        let kinds = match &self.plan.event.from {
            Filled::Nothing => return Ok(None),
            Filled::Constant(word) => vec![self.kind(word).ok_or(Unfit)?; self.rows],
            _ => match self.column(&self.plan.event)? {
                Decoded::Text(words) => self.kinds(words),
                _ => return Err(Unfit),
            },
        };
        Ok(Some(kinds.into()))
    }

    fn kinds(&mut self, words: &StringViewArray) -> Vec<u8> {
        // Equal views of one column are equal texts.
        let mut known: Vec<(u128, Option<u8>)> = Vec::with_capacity(FEW_WORDS);
        let mut kinds = Vec::with_capacity(self.rows);
        for (row, view) in words.views().iter().enumerate() {
            let kind = match known.iter().find(|(known, _)| known == view) {
                Some((_, kind)) => *kind,
                None => self.kind(words.value(row)).inspect(|kind| {
                    if known.len() < FEW_WORDS {
                        known.push((*view, Some(*kind)));
                    }
                }),
            };
            if kind.is_none() || words.is_null(row) {
                self.odd.push(row);
            }
            kinds.push(kind.unwrap_or(0));
        }
        kinds
    }

    fn kind(&self, word: &str) -> Option<u8> {
        let word = self.text(word)?;
        match self.log.events.get(word) {
            Some(Word::Kind(kind)) => Some(*kind),
            Some(Word::Ignored) => None,
            None => EventKind::from_name(word).map(|kind| kind.index()).ok(),
        }
    }

    fn time(&mut self, lately: &mut Lately) -> Fit<Int64Array> {
        let (column, log) = (self.column(&self.plan.time)?, self.log);
        let mut read = |row: usize| match column.cell(row) {
            Cell::Text(text) => self.text(text).and_then(|_| log.clock.read(Cell::Text(text), lately)),
            cell => log.clock.read(cell, lately),
        };
        let times: Vec<i64> = match column {
            Decoded::Moment(moments, units, zoned) if log.clock.is_local(*zoned) && moments.null_count() == 0 => {
                seconds(moments, *units)
            }
            _ => (0..self.rows).map(|row| read(row).unwrap_or(0)).collect(),
        };
        let times = Int64Array::from(times);
        self.mark(&times, |time| time >= FIRST_SECOND && time <= log.ends);
        Ok(times)
    }

    /// Identities and texts.
    fn named(&mut self, name: &str, kind: &DataType, event: &dyn Fn(usize) -> Option<u8>) -> Fit<ArrayRef> {
        let Some(index) = IDS.iter().position(|known| *known == name) else {
            let index = TEXTS.iter().position(|known| *known == name).ok_or(Unfit)?;
            let texts = self.texts(&self.plan.texts[index])?;
            let is_foreign = |row: &usize| texts.is_valid(*row) && texts.value(*row) != self.log.currency;
            if index == CURRENCY {
                self.odd.extend((0..self.rows).filter(is_foreign));
            }
            return Ok(Arc::new(texts));
        };
        let field = &self.plan.ids[index];
        let ids: ArrayRef = match (self.column(field)?, kind) {
            (Decoded::I64(ids), DataType::Int64) => Arc::new((*ids).clone()),
            (Decoded::I32(ids), DataType::Int64) => Arc::new(ids.unary::<_, Int64Type>(i64::from)),
            (Decoded::Text(_), DataType::Utf8View) => Arc::new(self.texts(field)?),
            _ => return Err(Unfit),
        };
        self.mark_missing(&ids, |row| index == 0 || (index == 2 && is_about_item(event(row))));
        Ok(ids)
    }

    fn attribute(&mut self, field: &FieldPlan, column: &Field) -> Fit<ArrayRef> {
        match column.data_type() {
            DataType::Float64 => Ok(Arc::new(self.numbers(field, |number| number.abs() <= f64::MAX)?)),
            _ => Ok(Arc::new(self.texts(field)?)),
        }
    }

    fn text<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.log.layout.bytes(text.as_bytes()).map(|_| text.trim_ascii())
    }

    /// Trimmed, and missing where they say so; a column that is so already is not copied.
    fn texts(&self, field: &FieldPlan) -> Fit<StringViewArray> {
        let Decoded::Text(texts) = self.column(field)? else { return Err(Unfit) };
        let is_so = |text: &str| self.text(text).is_some_and(|read| read.len() == text.len());
        match texts.iter().flatten().all(is_so) {
            true => Ok((*texts).clone()),
            false => Ok(texts.iter().map(|text| text.and_then(|text| self.text(text))).collect()),
        }
    }

    fn numbers(&mut self, field: &FieldPlan, is_good: impl Fn(f64) -> bool) -> Fit<Float64Array> {
        let numbers: Float64Array = match self.column(field)? {
            Decoded::F64(numbers) => (*numbers).clone(),
            Decoded::I64(numbers) => numbers.unary(|number| number as f64),
            Decoded::I32(numbers) => numbers.unary(|number| number as f64),
            Decoded::Decimal(numbers, scale) => numbers.unary(|number| number as f64 / scale),
            _ => return Err(Unfit),
        };
        self.mark(&numbers, is_good);
        Ok(numbers)
    }

    fn quantity(&mut self) -> Fit<Float64Array> {
        let most = self.log.max_quantity.min(LARGEST);
        self.numbers(&self.plan.quantity, |units| units > 0.0 && units <= most)
    }

    fn price(&mut self, event: &dyn Fn(usize) -> Option<u8>) -> Fit<Float64Array> {
        let (low, high) = self.prices.unwrap_or((0.0, LARGEST));
        if self.plan.price.of_line {
            return Err(Unfit);
        }
        let is_usual = |price| price > 0.0 && price >= low && price <= high.min(LARGEST);
        let prices = self.numbers(&self.plan.price.field, is_usual)?;
        self.mark_missing(&prices, |row| is_sale(event(row)));
        Ok(prices)
    }

    fn discount(&mut self) -> Fit<Float64Array> {
        match self.plan.discount.of_line {
            true => Err(Unfit),
            false => self.numbers(&self.plan.discount.field, |off| (0.0..=LARGEST).contains(&off)),
        }
    }

    /// Marks rows whose value is there and not good.
    fn mark<T: arrow::datatypes::ArrowPrimitiveType>(
        &mut self,
        column: &PrimitiveArray<T>,
        is_good: impl Fn(T::Native) -> bool,
    ) {
        // First without a way out in the middle, so that several values are looked at in one instruction.
        if !column.values().iter().fold(true, |all, value| all & is_good(*value)) {
            let is_bad = |row: &usize| column.is_valid(*row) && !is_good(column.value(*row));
            self.odd.extend((0..column.len()).filter(is_bad));
        }
    }

    fn mark_missing(&mut self, column: &dyn Array, is_odd: impl Fn(usize) -> bool) {
        if column.null_count() > 0 {
            self.odd.extend((0..column.len()).filter(|row| column.is_null(*row) && is_odd(*row)));
        }
    }
}

/// A division by a number the compiler knows is several times faster.
fn seconds(moments: &PrimitiveArray<Int64Type>, units: i64) -> Vec<i64> {
    let moments = moments.values().iter();
    match units {
        1 => moments.copied().collect(),
        1_000 => moments.map(|moment| moment.div_euclid(1_000)).collect(),
        1_000_000 => moments.map(|moment| moment.div_euclid(1_000_000)).collect(),
        units => moments.map(|moment| moment.div_euclid(units)).collect(),
    }
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
