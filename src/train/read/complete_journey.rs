//! Complete Journey: a year of orders of 2,469 households, published by dunnhumby, as Parquet files.
//!
//! Reads `transactions.parquet` and `products.parquet`. It does *not* fetch them, and it leaves the
//! campaign, coupon and demographic tables alone: no feature is built from who a household is.

use super::{Raw, RawLine, RawProduct};
use crate::error::{Code, Error, Result};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimestampNanosecondType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::path::Path;

const TRANSACTIONS: &str = "transactions.parquet";
const PRODUCTS: &str = "products.parquet";
const ROWS_AT_A_TIME: usize = 65_536;

/// Reads both tables from `folder`.
pub fn read(folder: &Path, progress: &dyn Fn(u64, u64)) -> Result<Raw> {
    let mut raw = Raw::default();
    each_batch(folder, PRODUCTS, &|_, _| {}, |table| read_products(table, &mut raw.products))?;
    each_batch(folder, TRANSACTIONS, progress, |table| read_lines(table, &mut raw.lines))?;
    Ok(raw)
}

/// One batch of rows and the file it came from, for messages.
struct Table<'a> {
    file: &'static str,
    batch: &'a RecordBatch,
}

fn each_batch(
    folder: &Path,
    file: &'static str,
    progress: &dyn Fn(u64, u64),
    mut take: impl FnMut(Table) -> Result<()>,
) -> Result<()> {
    let bad = |what: String| Error::new(Code::BadData, format!("{file}: {what}"));
    let path = folder.join(file);
    let advice = "`tools/setup data` fetches the orders into the cache that `make demo` reads";
    let closed = |error| Error::new(Code::Io, format!("cannot read {}: {error}; {advice}", path.display()));
    let opened = File::open(&path).map_err(closed)?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(opened).map_err(|error| bad(error.to_string()))?;
    let rows = builder.metadata().file_metadata().num_rows().max(0) as u64;
    let reader = builder.with_batch_size(ROWS_AT_A_TIME).build().map_err(|error| bad(error.to_string()))?;
    let mut done = 0;
    for batch in reader {
        let batch = batch.map_err(|error| bad(error.to_string()))?;
        take(Table { file, batch: &batch })?;
        done += batch.num_rows() as u64;
        progress(done, rows);
    }
    Ok(())
}

impl<'a> Table<'a> {
    fn column(&self, name: &str, expected: &DataType) -> Result<&'a ArrayRef> {
        let Some(column) = self.batch.column_by_name(name) else {
            return Err(Error::new(Code::BadData, format!("{}: column `{name}` is missing", self.file)));
        };
        match column.data_type() == expected {
            true => Ok(column),
            false => Err(Error::new(
                Code::BadData,
                format!("{}: column `{name}`: expected {expected}, found {}", self.file, column.data_type()),
            )),
        }
    }

    /// A column in which every row must have a value.
    fn full(&self, name: &str, expected: &DataType) -> Result<&'a ArrayRef> {
        let column = self.column(name, expected)?;
        match column.null_count() {
            0 => Ok(column),
            empty => Err(Error::limit(
                Code::BadData,
                format!("{}: column `{name}` has rows without a value", self.file),
                0,
                empty as u64,
            )),
        }
    }

    fn integers(&self, name: &str) -> Result<&'a [i64]> {
        Ok(self.full(name, &DataType::Int64)?.as_primitive::<Int64Type>().values())
    }

    fn numbers(&self, name: &str) -> Result<&'a [f64]> {
        Ok(self.full(name, &DataType::Float64)?.as_primitive::<Float64Type>().values())
    }

    fn times(&self, name: &str) -> Result<&'a [i64]> {
        let expected = DataType::Timestamp(arrow::datatypes::TimeUnit::Nanosecond, None);
        Ok(self.full(name, &expected)?.as_primitive::<TimestampNanosecondType>().values())
    }

    fn texts(&self, name: &str) -> Result<impl Fn(usize) -> Option<String> + use<'a>> {
        let column = self.column(name, &DataType::Utf8)?.as_string::<i32>();
        Ok(move |row| column.is_valid(row).then(|| column.value(row).to_string()))
    }
}

fn read_lines(table: Table, lines: &mut Vec<RawLine>) -> Result<()> {
    let households = table.integers("household_id")?;
    let baskets = table.integers("basket_id")?;
    let products = table.integers("product_id")?;
    let quantities = table.integers("quantity")?;
    let sales = table.numbers("sales_value")?;
    let discounts = table.numbers("retail_disc")?;
    let coupons = table.numbers("coupon_disc")?;
    let matches = table.numbers("coupon_match_disc")?;
    let weeks = table.integers("week")?;
    let times = table.times("transaction_timestamp")?;
    lines.extend((0..table.batch.num_rows()).map(|row| RawLine {
        household: households[row],
        basket: baskets[row],
        product: products[row],
        quantity: quantities[row],
        sales: sales[row],
        discount: discounts[row],
        coupons: coupons[row] + matches[row],
        week: weeks[row],
        seconds: times[row].div_euclid(1_000_000_000),
    }));
    Ok(())
}

fn read_products(table: Table, products: &mut Vec<RawProduct>) -> Result<()> {
    let ids = table.integers("product_id")?;
    let departments = table.texts("department")?;
    let brands = table.texts("brand")?;
    let categories = table.texts("product_category")?;
    let kinds = table.texts("product_type")?;
    let sizes = table.texts("package_size")?;
    products.extend((0..table.batch.num_rows()).map(|row| RawProduct {
        id: ids[row],
        department: departments(row),
        brand: brands(row),
        category: categories(row),
        kind: kinds(row),
        size: sizes(row),
    }));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Float64Array, Int64Array, StringArray};
    use std::sync::Arc;

    fn table_of(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
            .unwrap()
    }

    fn refusal(batch: &RecordBatch) -> String {
        read_lines(Table { file: TRANSACTIONS, batch }, &mut Vec::new()).unwrap_err().to_string()
    }

    #[test]
    fn refuses_a_column_of_another_type_and_says_which() {
        let batch = table_of(vec![("household_id", Arc::new(StringArray::from(vec!["900"])))]);
        let message = refusal(&batch);
        assert_eq!(message, "transactions.parquet: column `household_id`: expected Int64, found Utf8");
    }

    #[test]
    fn refuses_a_missing_column_by_name() {
        let batch = table_of(vec![("household_id", Arc::new(Int64Array::from(vec![900])))]);
        assert_eq!(refusal(&batch), "transactions.parquet: column `basket_id` is missing");
    }

    #[test]
    fn refuses_rows_without_a_value_and_counts_them() {
        let batch = table_of(vec![("household_id", Arc::new(Int64Array::from(vec![Some(900), None])))]);
        let message = refusal(&batch);
        assert!(message.ends_with("has rows without a value: limit 0, found 1"), "{message}");
    }

    #[test]
    fn keeps_a_missing_package_size_missing() {
        let text = |value: Option<&str>| Arc::new(StringArray::from(vec![value])) as ArrayRef;
        let batch = table_of(vec![
            ("product_id", Arc::new(Int64Array::from(vec![1]))),
            ("department", text(Some("GROCERY"))),
            ("brand", text(Some("National"))),
            ("product_category", text(Some("SOUP"))),
            ("product_type", text(Some("CONDENSED SOUP"))),
            ("package_size", text(None)),
            ("unused", Arc::new(Float64Array::from(vec![0.0]))),
        ]);
        let mut products = Vec::new();
        read_products(Table { file: PRODUCTS, batch: &batch }, &mut products).unwrap();
        assert_eq!(products[0].size, None);
        assert_eq!(products[0].kind.as_deref(), Some("CONDENSED SOUP"));
    }

    #[test]
    fn says_which_file_is_not_there() {
        let error = read(Path::new("no_such_folder"), &|_, _| {}).unwrap_err();
        assert_eq!(error.code(), Code::Io);
        assert!(error.to_string().starts_with("cannot read no_such_folder/products.parquet: "), "{error}");
    }
}
