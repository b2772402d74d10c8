//! [`Columns`]: a batch of Parquet columns → a batch of the line table, without a look at single rows.
//!
//! Only a batch of which nothing has to be said: every field is filled from one column of a usable type, and every
//! value is what the row by row reading of [`reading`](super::reading) would pass on uncounted. Whatever else there
//! is makes the whole batch [`Odd`], and it is read row by row. So nothing is dropped, repaired or counted here, and
//! the rows that come out are the same either way.

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

/// Something of the batch needs a second look.
#[derive(Debug)]
pub struct Odd;

type Clean<T> = Result<T, Odd>;

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
}

impl Columns<'_> {
    /// The same rows as columns of the line table.
    pub fn batch(&self, schema: SchemaRef, lately: &mut Lately) -> Clean<RecordBatch> {
        let plan = self.plan;
        let is_plain = plan.side.is_empty() && plan.split.is_none() && !plan.list_price.field.from.is_mapped();
        clean(is_plain && self.log.not_merchandise.is_empty())?;
        let event = self.event()?;
        let of_event = |row: usize| event.as_ref().map(|event| event.value(row));
        let mut attributes = plan.attributes.iter();
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            columns.push(match field.name().as_str() {
                "time" => Arc::new(self.time(lately)?),
                "event" => Arc::new(event.clone().ok_or(Odd)?),
                "price" => Arc::new(self.price(&of_event)?),
                "discount" => Arc::new(self.discount()?),
                "quantity" => Arc::new(self.quantity()?),
                name if name.starts_with(ATTRIBUTE) => self.attribute(attributes.next().ok_or(Odd)?, field)?,
                name => self.named(name, field.data_type(), &of_event)?,
            });
        }
        RecordBatch::try_new(schema, columns).map_err(|_| Odd)
    }

    fn column(&self, field: &FieldPlan) -> Clean<&Decoded<'_>> {
        match field.from {
            Filled::Column(slot) => self.decoded.get(slot).ok_or(Odd),
            _ => Err(Odd),
        }
    }

    fn event(&self) -> Clean<Option<UInt8Array>> {
        let kinds = match &self.plan.event.from {
            Filled::Nothing => return Ok(None),
            Filled::Constant(word) => vec![self.kind(word)?; self.rows],
            _ => match self.column(&self.plan.event)? {
                Decoded::Text(words) => self.kinds(words)?,
                _ => return Err(Odd),
            },
        };
        Ok(Some(kinds.into()))
    }

    fn kinds(&self, words: &StringViewArray) -> Clean<Vec<u8>> {
        clean(words.null_count() == 0)?;
        // Equal views of one column are equal texts.
        let mut known: Vec<(u128, u8)> = Vec::with_capacity(FEW_WORDS);
        let mut kind = |(row, view): (usize, &u128)| {
            if let Some((_, kind)) = known.iter().find(|(known, _)| known == view) {
                return Ok(*kind);
            }
            let kind = self.kind(words.value(row))?;
            if known.len() < FEW_WORDS {
                known.push((*view, kind));
            }
            Ok(kind)
        };
        words.views().iter().enumerate().map(&mut kind).collect()
    }

    fn kind(&self, word: &str) -> Clean<u8> {
        let word = self.text(word).ok_or(Odd)?;
        match self.log.events.get(word) {
            Some(Word::Kind(kind)) => Ok(*kind),
            Some(Word::Ignored) => Err(Odd),
            None => EventKind::from_name(word).map(|kind| kind.index()).map_err(|_| Odd),
        }
    }

    fn time(&self, lately: &mut Lately) -> Clean<Int64Array> {
        let column = self.column(&self.plan.time)?;
        let mut read = |row: usize| match column.cell(row) {
            Cell::Text(text) if self.text(text).is_none() => Err(Odd),
            cell => self.log.clock.read(cell, lately).ok_or(Odd),
        };
        let times = match column {
            Decoded::Moment(moments, units, zoned) if self.log.clock.is_local(*zoned) && moments.null_count() == 0 => {
                seconds(moments, *units)
            }
            _ => (0..self.rows).map(&mut read).collect::<Clean<Vec<i64>>>()?,
        };
        clean(every(&times, |time| time >= FIRST_SECOND && time <= self.log.ends))?;
        Ok(times.into())
    }

    /// Identities and texts.
    fn named(&self, name: &str, kind: &DataType, event: &dyn Fn(usize) -> Option<u8>) -> Clean<ArrayRef> {
        let Some(index) = IDS.iter().position(|known| *known == name) else {
            let index = TEXTS.iter().position(|known| *known == name).ok_or(Odd)?;
            let texts = self.texts(&self.plan.texts[index])?;
            let is_ours = |text: Option<&str>| text.is_none_or(|code| code == self.log.currency);
            return clean(index != CURRENCY || texts.iter().all(is_ours)).map(|()| Arc::new(texts) as ArrayRef);
        };
        let field = &self.plan.ids[index];
        let ids: ArrayRef = match (self.column(field)?, kind) {
            (Decoded::I64(ids), DataType::Int64) => Arc::new((*ids).clone()),
            (Decoded::I32(ids), DataType::Int64) => Arc::new(ids.unary::<_, Int64Type>(i64::from)),
            (Decoded::Text(_), DataType::Utf8View) => Arc::new(self.texts(field)?),
            _ => return Err(Odd),
        };
        let may_miss = |row: usize| index == 1 || (index == 2 && !is_about_item(event(row)));
        clean(none_missing_but(&ids, may_miss)).map(|()| ids)
    }

    fn attribute(&self, field: &FieldPlan, column: &Field) -> Clean<ArrayRef> {
        match column.data_type() {
            DataType::Float64 => Ok(Arc::new(self.numbers(field, f64::MAX)?)),
            _ => Ok(Arc::new(self.texts(field)?)),
        }
    }

    fn text<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.log.layout.bytes(text.as_bytes()).map(|_| text.trim_ascii())
    }

    /// Trimmed, and missing where they say so; a column that is so already is not copied.
    fn texts(&self, field: &FieldPlan) -> Clean<StringViewArray> {
        let Decoded::Text(texts) = self.column(field)? else { return Err(Odd) };
        let is_so = |text: &str| self.text(text).is_some_and(|read| read.len() == text.len());
        match texts.iter().flatten().all(is_so) {
            true => Ok((*texts).clone()),
            false => Ok(texts.iter().map(|text| text.and_then(|text| self.text(text))).collect()),
        }
    }

    fn numbers(&self, field: &FieldPlan, largest: f64) -> Clean<Float64Array> {
        let numbers: Float64Array = match self.column(field)? {
            Decoded::F64(numbers) => (*numbers).clone(),
            Decoded::I64(numbers) => numbers.unary(|number| number as f64),
            Decoded::I32(numbers) => numbers.unary(|number| number as f64),
            Decoded::Decimal(numbers, scale) => numbers.unary(|number| number as f64 / scale),
            _ => return Err(Odd),
        };
        clean(all(&numbers, |number| number.abs() <= largest)).map(|()| numbers)
    }

    fn quantity(&self) -> Clean<Float64Array> {
        let units = self.numbers(&self.plan.quantity, LARGEST)?;
        clean(all(&units, |units| units > 0.0 && units <= self.log.max_quantity)).map(|()| units)
    }

    fn price(&self, event: &dyn Fn(usize) -> Option<u8>) -> Clean<Float64Array> {
        clean(!self.plan.price.of_line)?;
        let prices = self.numbers(&self.plan.price.field, LARGEST)?;
        let (low, high) = self.prices.unwrap_or((0.0, LARGEST));
        clean(all(&prices, |price| price > 0.0 && price >= low && price <= high))?;
        clean(none_missing_but(&prices, |row| !is_sale(event(row)))).map(|()| prices)
    }

    fn discount(&self) -> Clean<Float64Array> {
        clean(!self.plan.discount.of_line)?;
        let off = self.numbers(&self.plan.discount.field, LARGEST)?;
        clean(all(&off, |off| off >= 0.0)).map(|()| off)
    }
}

fn clean(is_clean: bool) -> Clean<()> {
    if is_clean { Ok(()) } else { Err(Odd) }
}

/// Without a way out in the middle, so that several values are looked at in one instruction.
fn every<T: Copy>(values: &[T], is_good: impl Fn(T) -> bool) -> bool {
    values.iter().fold(true, |all, value| all & is_good(*value))
}

fn all(numbers: &Float64Array, is_good: impl Fn(f64) -> bool) -> bool {
    match numbers.null_count() {
        0 => every(numbers.values(), is_good),
        _ => numbers.iter().flatten().all(is_good),
    }
}

fn none_missing_but(column: &dyn Array, may_miss: impl Fn(usize) -> bool) -> bool {
    column.null_count() == 0 || (0..column.len()).all(|row| column.is_valid(row) || may_miss(row))
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
