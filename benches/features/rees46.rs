//! The replicated log of REES46 as Parquet, with its columns under the names the fold knows.

use arrow::array::{ArrayRef, AsArray, UInt8Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use skonto::error::{Code, Error, Result};
use skonto::train::fold::{Source, Tallies};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct Rees46 {
    parts: Vec<(PathBuf, ArrowReaderMetadata, usize)>,
    shopper: &'static str,
}

fn bad(error: impl std::fmt::Display) -> Error {
    Error::new(Code::BadData, error.to_string())
}

impl Rees46 {
    pub const KINDS: &'static [&'static str] = &["parquet"];

    pub fn open(folder: &Path, _kind: &str, shopper: &'static str) -> Result<Rees46> {
        let mut parts = Vec::new();
        for file in 0..4 {
            let path = folder.join(format!("part-{file}.parquet"));
            let metadata =
                ArrowReaderMetadata::load(&File::open(&path).map_err(bad)?, Default::default()).map_err(bad)?;
            let text = |field: &Arc<Field>| match field.data_type() {
                DataType::Utf8 => Field::new(field.name(), DataType::Utf8View, field.is_nullable()),
                _ => field.as_ref().clone(),
            };
            let fields: Vec<Field> = metadata.schema().fields().iter().map(text).collect();
            let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
            let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options).map_err(bad)?;
            for group in 0..metadata.metadata().num_row_groups() {
                parts.push((path.clone(), metadata.clone(), group));
            }
        }
        Ok(Rees46 { parts, shopper })
    }

    fn names(&self) -> Vec<&'static str> {
        let mut names = vec![self.shopper, "event_time", "event_type", "product_id", "price"];
        if self.shopper == "user_id" {
            names.push("category_code");
        }
        names
    }
}

fn kind(name: Option<&str>) -> Option<u8> {
    match name? {
        "view" => Some(2),
        "cart" => Some(5),
        "remove_from_cart" => Some(6),
        "purchase" => Some(11),
        _ => None,
    }
}

impl Source for Rees46 {
    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn schema(&self) -> SchemaRef {
        let shopper = if self.shopper == "user_id" { DataType::Int64 } else { DataType::Utf8View };
        let types = [shopper, DataType::Int64, DataType::UInt8, DataType::Int64, DataType::Float64, DataType::Utf8View];
        let names = ["shopper", "time", "event", "item_id", "price", "item_category"];
        let fields = names.into_iter().zip(types).map(|(name, kind)| Field::new(name, kind, true));
        Arc::new(Schema::new(fields.take(self.names().len()).collect::<Vec<_>>()))
    }

    fn read(&self, part: usize, each: &mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<Tallies> {
        let (path, metadata, group) = &self.parts[part];
        let file = File::open(path).map_err(bad)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), self.names());
        let reader = builder.with_projection(mask).with_row_groups(vec![*group]).with_batch_size(8_192);
        for batch in reader.build().map_err(bad)? {
            let batch = batch.map_err(bad)?;
            let column = |name: &str| batch.column_by_name(name).cloned().ok_or_else(|| bad(name));
            let seconds = DataType::Timestamp(TimeUnit::Second, None);
            let time = cast(&column("event_time")?, &seconds).map_err(bad)?;
            let events: UInt8Array = column("event_type")?.as_string_view().iter().map(kind).collect();
            let mut columns = self.names().iter().map(|name| column(name)).collect::<Result<Vec<ArrayRef>>>()?;
            columns[1] = cast(&time, &DataType::Int64).map_err(bad)?;
            columns[2] = Arc::new(events);
            each(RecordBatch::try_new(self.schema(), columns).map_err(bad)?)?;
        }
        Ok(Tallies::default())
    }
}
