//! Parquet row groups → [`Record`]s, only needed columns decoded.
//!
//! Columns are flat: numbers, texts, flags, dates, timestamps, decimals. A nested column is refused by name,
//! never flattened by guesswork.

use super::cell::{Cell, Record};
use super::files::LogFile;
use super::parts::Visitor;
use crate::error::{Code, Error, Result};
use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, PrimitiveArray, RecordBatch, StringViewArray,
};
use arrow::datatypes::*;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const ROWS_AT_A_TIME: usize = 16_384;

fn bad(file: &LogFile, what: impl std::fmt::Display) -> Error {
    Error::new(Code::BadData, format!("{}: {what}", file.name))
}

fn opened(file: &LogFile) -> Result<(File, ArrowReaderMetadata)> {
    let input = super::unpack::file(&file.path, &file.name)?;
    let metadata = ArrowReaderMetadata::load(&input, ArrowReaderOptions::new().with_skip_arrow_metadata(true));
    Ok((input, metadata.map_err(|error| bad(file, format!("not a sound Parquet file: {error}")))?))
}

/// How many row groups a file has.
pub fn row_groups(file: &LogFile) -> Result<usize> {
    Ok(opened(file)?.1.metadata().num_row_groups())
}

/// The columns of a file and their types.
pub fn schema(file: &LogFile) -> Result<SchemaRef> {
    Ok(opened(file)?.1.schema().clone())
}

/// Texts are read as views of the decoded page: no copy per value.
fn with_views(schema: &Schema) -> Schema {
    let viewed = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View)),
        _ => field.clone(),
    };
    Schema::new(schema.fields().iter().map(viewed).collect::<Vec<_>>())
}

fn reader(file: &LogFile, group: usize, needed: &[String]) -> Result<(ParquetRecordBatchReader, u64, u64)> {
    let (input, metadata) = opened(file)?;
    let mut columns = Vec::new();
    for name in needed {
        let index = metadata.schema().index_of(name).map_err(|_| missing(file, name, metadata.schema()))?;
        check_type(file, metadata.schema().field(index))?;
        columns.push(index);
    }
    let options = ArrowReaderOptions::new().with_schema(Arc::new(with_views(metadata.schema())));
    let metadata =
        ArrowReaderMetadata::try_new(metadata.metadata().clone(), options).map_err(|error| bad(file, error))?;
    let groups = metadata.metadata().row_groups();
    let first = groups[..group].iter().map(|group| group.num_rows().max(0) as u64).sum();
    let bytes = groups[group].columns().iter().map(|column| column.compressed_size().max(0) as u64).sum();
    let mask = ProjectionMask::roots(metadata.parquet_schema(), columns);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(input, metadata);
    let builder = builder.with_projection(mask).with_row_groups(vec![group]).with_batch_size(ROWS_AT_A_TIME);
    Ok((builder.build().map_err(|error| bad(file, error))?, first, bytes))
}

fn missing(file: &LogFile, name: &str, schema: &Schema) -> Error {
    let names: Vec<String> = schema.fields().iter().map(|field| format!("`{}`", field.name())).collect();
    bad(file, format!("column `{name}` is missing; there are {}", names.join(", ")))
}

fn check_type(file: &LogFile, field: &Field) -> Result<()> {
    let kind = field.data_type();
    let is_decimal = matches!(kind, DataType::Decimal128(_, _));
    let is_moment = matches!(kind, DataType::Timestamp(_, _) | DataType::Date32);
    let is_text = matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null);
    if kind.is_integer() || kind.is_floating() || *kind == DataType::Boolean || is_decimal || is_moment || is_text {
        return Ok(());
    }
    let what = format!("column `{}`: expected numbers, texts, flags or times, found {kind}", field.name());
    Err(bad(file, what))
}

/// A decoded column, its type settled once per batch.
pub enum Decoded<'a> {
    /// Texts.
    Text(&'a StringViewArray),
    /// Whole numbers.
    I64(&'a PrimitiveArray<Int64Type>),
    /// Whole numbers that may be too large.
    U64(&'a PrimitiveArray<UInt64Type>),
    /// Small whole numbers.
    I32(&'a PrimitiveArray<Int32Type>),
    /// Numbers.
    F64(&'a PrimitiveArray<Float64Type>),
    /// Yes or no.
    Flag(&'a BooleanArray),
    /// Units in a second, and whether of an instant.
    Moment(PrimitiveArray<Int64Type>, i64, bool),
    /// Days since 1970.
    Date(&'a PrimitiveArray<Date32Type>),
    /// Whole numbers, and what to divide them by.
    Decimal(&'a Decimal128Array, f64),
    /// Nothing at all.
    Void,
}

impl<'a> Decoded<'a> {
    /// A column, and the same with a rare width made the common one.
    fn new(column: &'a ArrayRef, widened: &'a ArrayRef) -> Decoded<'a> {
        match column.data_type() {
            DataType::Utf8View => Decoded::Text(column.as_string_view()),
            DataType::Int64 => Decoded::I64(column.as_primitive()),
            DataType::UInt64 => Decoded::U64(column.as_primitive()),
            DataType::Int32 => Decoded::I32(column.as_primitive()),
            DataType::Float64 => Decoded::F64(column.as_primitive()),
            DataType::Boolean => Decoded::Flag(column.as_boolean()),
            DataType::Date32 => Decoded::Date(column.as_primitive()),
            DataType::Decimal128(_, scale) => Decoded::Decimal(column.as_primitive(), 10f64.powi(*scale as i32)),
            DataType::Timestamp(unit, zone) => moment(column, unit, zone.is_some()),
            kind if kind.is_integer() => Decoded::I64(widened.as_primitive()),
            kind if kind.is_floating() => Decoded::F64(widened.as_primitive()),
            _ => Decoded::Void,
        }
    }

    /// The value of a row.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Decoded::Text(column) if column.is_valid(row) => Cell::Text(column.value(row)),
            Decoded::I64(column) if column.is_valid(row) => Cell::Whole(column.value(row)),
            Decoded::U64(column) if column.is_valid(row) => i64::try_from(column.value(row))
                .map_or(Cell::Other("a whole number too large for 64 bits with a sign"), Cell::Whole),
            Decoded::I32(column) if column.is_valid(row) => Cell::Whole(column.value(row) as i64),
            Decoded::F64(column) if column.is_valid(row) => Cell::Number(column.value(row)),
            Decoded::Flag(column) if column.is_valid(row) => Cell::Flag(column.value(row)),
            Decoded::Date(column) if column.is_valid(row) => {
                Cell::Moment { micros: column.value(row) as i64 * 86_400_000_000, zoned: false }
            }
            Decoded::Decimal(column, scale) if column.is_valid(row) => Cell::Number(column.value(row) as f64 / scale),
            Decoded::Moment(column, units, zoned) if column.is_valid(row) => {
                let value = column.value(row);
                // Seconds first: nanoseconds of year 9999 do not fit, and no event is told finer than that.
                Cell::Moment { micros: value.div_euclid(*units).saturating_mul(1_000_000), zoned: *zoned }
            }
            _ => Cell::Missing,
        }
    }
}

fn moment(column: &ArrayRef, unit: &TimeUnit, zoned: bool) -> Decoded<'static> {
    let (whole, units) = match unit {
        TimeUnit::Second => (column.as_primitive::<TimestampSecondType>().reinterpret_cast(), 1),
        TimeUnit::Millisecond => (column.as_primitive::<TimestampMillisecondType>().reinterpret_cast(), 1_000),
        TimeUnit::Microsecond => (column.as_primitive::<TimestampMicrosecondType>().reinterpret_cast(), 1_000_000),
        TimeUnit::Nanosecond => (column.as_primitive::<TimestampNanosecondType>().reinterpret_cast(), 1_000_000_000),
    };
    Decoded::Moment(whole, units, zoned)
}

/// Rare widths become the common one, a column at a time.
fn widened(column: &ArrayRef) -> ArrayRef {
    macro_rules! widen {
        ($from:ty, $to:ty) => {
            Arc::new(column.as_primitive::<$from>().unary::<_, $to>(|value| value as _))
        };
    }
    match column.data_type() {
        DataType::Int8 => widen!(Int8Type, Int64Type),
        DataType::Int16 => widen!(Int16Type, Int64Type),
        DataType::UInt8 => widen!(UInt8Type, Int64Type),
        DataType::UInt16 => widen!(UInt16Type, Int64Type),
        DataType::UInt32 => widen!(UInt32Type, Int64Type),
        DataType::Float32 => widen!(Float32Type, Float64Type),
        _ => column.clone(),
    }
}

struct ParquetRecord<'a> {
    columns: &'a [Decoded<'a>],
    row: usize,
    file: &'a str,
    /// Row of the file, from 1.
    number: u64,
}

impl Record for ParquetRecord<'_> {
    fn cell(&self, slot: usize) -> Cell<'_> {
        self.columns[slot].cell(self.row)
    }

    fn place(&self) -> String {
        format!("{}, row {}", self.file, self.number)
    }
}

/// Reads one row group; its bytes are added to `done` as it goes.
pub fn read<V: Visitor>(
    file: &LogFile,
    group: usize,
    needed: &[String],
    done: &Arc<AtomicU64>,
    visitor: &mut V,
) -> Result<()> {
    let (reader, mut number, bytes) = reader(file, group, needed)?;
    for batch in reader {
        let batch = batch.map_err(|error| bad(file, format!("not a sound Parquet file: {error}")))?;
        visit_batch(&batch, needed, &file.name, number, visitor)?;
        number += batch.num_rows() as u64;
        if visitor.is_done() {
            break;
        }
    }
    done.fetch_add(bytes, Ordering::Relaxed);
    Ok(())
}

/// Hands over a batch as a whole, or row by row; `first` rows of the file stand before it.
pub fn visit_batch<V: Visitor>(
    batch: &RecordBatch,
    needed: &[String],
    file: &str,
    first: u64,
    visitor: &mut V,
) -> Result<()> {
    let arrays: Vec<ArrayRef> = needed.iter().filter_map(|name| batch.column_by_name(name).cloned()).collect();
    let wide: Vec<ArrayRef> = arrays.iter().map(widened).collect();
    let columns: Vec<Decoded> = arrays.iter().zip(&wide).map(|(column, wide)| Decoded::new(column, wide)).collect();
    let record = |row: usize| ParquetRecord { columns: &columns, row, file, number: first + row as u64 + 1 };
    if visitor.visit_columns(&columns, batch.num_rows(), record)? {
        return Ok(());
    }
    for row in 0..batch.num_rows() {
        visitor.visit(&record(row))?;
    }
    Ok(())
}
