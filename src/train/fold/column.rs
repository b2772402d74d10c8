//! The columns of a record batch the fold knows by name, in the few types it reads.
//!
//! Readers hand over the right types already; a stream from elsewhere may carry plain or dictionary texts, smaller
//! numbers or timestamps, and those are cast. A nested column is refused by name, a column of another name is left
//! alone. Nothing is judged here but types.

use super::extras::{self, Wanted};
use super::key::Digits;
use crate::error::{Code, Error, Result};
use crate::event::EVENT_NAMES;
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringViewArray, UInt8Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, Schema, TimeUnit, UInt8Type};
use arrow::record_batch::RecordBatch;

/// Where each known column stands, checked once for a whole log.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    shopper: usize,
    time: usize,
    event: usize,
    transaction: Option<usize>,
    item: Option<usize>,
    brand: Option<usize>,
    price: Option<usize>,
    discount: Option<usize>,
    quantity: Option<usize>,
    groups: Vec<usize>,
    extras: extras::Layout,
}

/// Texts or whole numbers that identify something.
#[derive(Clone, Debug)]
pub enum Ids {
    /// Texts.
    Text(StringViewArray),
    /// Whole numbers, which count as their digits.
    Number(Int64Array),
}

/// The columns of one batch.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Rows.
    pub rows: usize,
    /// Who.
    pub shopper: Ids,
    /// Seconds since 1970, local.
    pub time: Int64Array,
    /// Positions in [`EVENT_NAMES`].
    pub event: UInt8Array,
    /// The order's id.
    pub transaction: Option<Ids>,
    /// The product's id.
    pub item: Option<Ids>,
    /// The product's brand.
    pub brand: Option<StringViewArray>,
    /// Net per unit, in major units.
    pub price: Option<Float64Array>,
    /// Taken off per unit, in major units.
    pub discount: Option<Float64Array>,
    /// Units.
    pub quantity: Option<Float64Array>,
    /// The fields that name a group.
    pub groups: Vec<StringViewArray>,
    /// Texts and attributes.
    pub extras: extras::Columns,
}

impl Layout {
    /// Finds the columns; refuses a log without `shopper`, `time`, `event` or a field that groups are named by,
    /// or what of texts and attributes is wanted.
    pub fn new(schema: &Schema, group_fields: &[String], extras: &Wanted) -> Result<Layout> {
        let find = |name: &str| schema.fields().iter().position(|field| field.name() == name);
        let need = |name: &str| find(name).ok_or_else(|| missing(name, schema));
        Ok(Layout {
            shopper: need("shopper")?,
            time: need("time")?,
            event: need("event")?,
            transaction: find("transaction_id"),
            item: find("item_id"),
            brand: find("item_brand"),
            price: find("price"),
            discount: find("discount"),
            quantity: find("quantity"),
            groups: group_fields.iter().map(|field| need(field)).collect::<Result<_>>()?,
            extras: extras.layout(schema)?,
        })
    }

    /// Whether shoppers are identified by whole numbers.
    pub fn shopper_is_number(&self, schema: &Schema) -> bool {
        schema.field(self.shopper).data_type().is_integer()
    }

    /// The columns of a batch, cast where needed.
    pub fn columns(&self, batch: &RecordBatch) -> Result<Columns> {
        let floats = |at: Option<usize>| at.map(|at| floats(batch, at)).transpose();
        Ok(Columns {
            rows: batch.num_rows(),
            shopper: ids(batch, self.shopper)?,
            time: times(batch, self.time)?,
            event: events(batch, self.event)?,
            transaction: self.transaction.map(|at| ids(batch, at)).transpose()?,
            item: self.item.map(|at| ids(batch, at)).transpose()?,
            brand: self.brand.map(|at| texts(batch, at)).transpose()?,
            price: floats(self.price)?,
            discount: floats(self.discount)?,
            quantity: floats(self.quantity)?,
            groups: self.groups.iter().map(|at| texts(batch, *at)).collect::<Result<_>>()?,
            extras: self.extras.columns(batch)?,
        })
    }
}

impl Ids {
    /// Calls `each` with the bytes of every id; none for a missing or empty one.
    pub fn for_each(&self, mut each: impl FnMut(Option<&[u8]>)) {
        match self {
            Ids::Text(texts) => {
                for row in 0..texts.len() {
                    let text = texts.is_valid(row).then(|| texts.value(row).as_bytes());
                    each(text.filter(|text| !text.is_empty()));
                }
            }
            Ids::Number(numbers) => {
                for row in 0..numbers.len() {
                    let digits = numbers.is_valid(row).then(|| Digits::new(numbers.value(row)));
                    each(digits.as_ref().map(Digits::as_bytes));
                }
            }
        }
    }

    /// Hands the bytes of one id to `take`, unless it is missing.
    pub fn at(&self, row: usize, mut take: impl FnMut(&[u8])) {
        match self {
            Ids::Text(texts) if texts.is_valid(row) => take(texts.value(row).as_bytes()),
            Ids::Number(numbers) if numbers.is_valid(row) => take(Digits::new(numbers.value(row)).as_bytes()),
            _ => {}
        }
    }

    /// Whether they are whole numbers.
    pub fn are_numbers(&self) -> bool {
        matches!(self, Ids::Number(_))
    }
}

pub(super) fn missing(name: &str, schema: &Schema) -> Error {
    let found: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    Error::new(Code::BadData, format!("the log has no column `{name}`; found {}", found.join(", ")))
}

/// Whether a type holds texts, plain or by dictionary.
fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}

fn ids(batch: &RecordBatch, at: usize) -> Result<Ids> {
    let column = batch.column(at);
    match column.data_type() {
        kind if is_text(kind) => texts(batch, at).map(Ids::Text),
        DataType::Null => texts(batch, at).map(Ids::Text),
        kind if kind.is_integer() => {
            Ok(Ids::Number(converted(batch, at, &DataType::Int64)?.as_primitive::<Int64Type>().clone()))
        }
        _ => Err(refused(batch, at, "texts or whole numbers")),
    }
}

pub(super) fn texts(batch: &RecordBatch, at: usize) -> Result<StringViewArray> {
    let kind = batch.column(at).data_type();
    match is_text(kind) || kind.is_integer() || *kind == DataType::Null {
        true => Ok(converted(batch, at, &DataType::Utf8View)?.as_string_view().clone()),
        false => Err(refused(batch, at, "texts")),
    }
}

fn times(batch: &RecordBatch, at: usize) -> Result<Int64Array> {
    let seconds = DataType::Timestamp(TimeUnit::Second, None);
    let column = match batch.column(at).data_type() {
        kind if kind.is_integer() => converted(batch, at, &DataType::Int64)?,
        DataType::Timestamp(_, None) => {
            let whole = converted(batch, at, &seconds)?;
            cast(&whole, &DataType::Int64).map_err(|error| uncast(batch, at, &error))?
        }
        _ => return Err(refused(batch, at, "seconds since 1970 or timestamps in the shop's local time")),
    };
    Ok(column.as_primitive::<Int64Type>().clone())
}

/// Positions of event names; one that is not known becomes missing.
fn events(batch: &RecordBatch, at: usize) -> Result<UInt8Array> {
    let kind = batch.column(at).data_type();
    if kind.is_integer() {
        return Ok(converted(batch, at, &DataType::UInt8)?.as_primitive::<UInt8Type>().clone());
    }
    if !is_text(kind) {
        return Err(refused(batch, at, "names of GA4 events or their positions"));
    }
    let position = |name: &str| EVENT_NAMES.iter().position(|known| *known == name).map(|index| index as u8);
    Ok(texts(batch, at)?.iter().map(|name| name.and_then(position)).collect())
}

fn floats(batch: &RecordBatch, at: usize) -> Result<Float64Array> {
    let kind = batch.column(at).data_type();
    match kind.is_numeric() || *kind == DataType::Null {
        true => Ok(converted(batch, at, &DataType::Float64)?.as_primitive::<Float64Type>().clone()),
        false => Err(refused(batch, at, "numbers")),
    }
}

fn converted(batch: &RecordBatch, at: usize, wanted: &DataType) -> Result<ArrayRef> {
    let column = batch.column(at);
    if column.data_type() == wanted {
        return Ok(column.clone());
    }
    cast(column, wanted).map_err(|error| uncast(batch, at, &error))
}

fn refused(batch: &RecordBatch, at: usize, expected: &str) -> Error {
    let schema = batch.schema();
    let (name, kind) = (schema.field(at).name(), batch.column(at).data_type());
    Error::new(Code::BadData, format!("column `{name}`: expected {expected}, found {kind}"))
}

fn uncast(batch: &RecordBatch, at: usize, error: &arrow::error::ArrowError) -> Error {
    let schema = batch.schema();
    Error::new(Code::BadData, format!("column `{}`: {error}", schema.field(at).name()))
}
