//! A table on its way out: Parquet, CSV or an Arrow stream, batch by batch, in order.
//!
//! Row groups and chunks are cut by the number of rows alone, so a file has the same bytes whatever made its
//! batches. A file is written beside its name and moved there when whole: an error leaves no half table behind.

use crate::error::{Code, Error, Result};
use arrow::array::{Array, AsArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Float64Type, Int64Type, SchemaRef};
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Rows written at a time, and of a stream's batch: few, so that little is left to write when all threads are done.
const CHUNK_ROWS: usize = 1 << 14;
/// Rows of a row group: whole chunks.
const GROUP_ROWS: usize = 8 * CHUNK_ROWS;
/// Cheap compression: a table is read once or twice.
const ZSTD_LEVEL: i32 = 1;

/// Where rows go.
pub struct TableWriter<W: Write + Send> {
    format: Format<W>,
    schema: SchemaRef,
    waiting: Vec<RecordBatch>,
    waiting_rows: usize,
    /// Rows written or waiting.
    pub rows: u64,
}

/// How rows are written.
enum Format<W: Write + Send> {
    Parquet(Box<ArrowWriter<W>>),
    Csv(Box<csv::Writer<W>>),
    Stream(Box<StreamWriter<W>>),
}

/// A file that appears when whole.
#[derive(Debug)]
pub struct Pending {
    path: PathBuf,
    beside: PathBuf,
    whole: bool,
}

impl Pending {
    /// Opens a file beside `path`.
    pub fn create(path: &Path) -> Result<(Pending, BufWriter<File>)> {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{}.part", std::process::id()));
        let beside = path.with_file_name(name);
        let file = File::create(&beside).map_err(|error| failed("make", &beside, &error))?;
        Ok((Pending { path: path.into(), beside, whole: false }, BufWriter::with_capacity(1 << 20, file)))
    }

    /// Moves the file to its name.
    pub fn finish(mut self) -> Result<()> {
        fs::rename(&self.beside, &self.path).map_err(|error| failed("move to", &self.path, &error))?;
        self.whole = true;
        Ok(())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.whole {
            // An error is on its way already, and says more than this one could.
            let _ = fs::remove_file(&self.beside);
        }
    }
}

fn failed(verb: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::new(Code::Io, format!("cannot {verb} {}: {error}", path.display()))
}

impl<W: Write + Send> TableWriter<W> {
    /// By the ending of a file's name: `.parquet` or `.csv`.
    pub fn for_name(name: &Path, schema: SchemaRef, to: W) -> Result<Self> {
        match name.extension().and_then(|ending| ending.to_str()) {
            Some("parquet") => Self::parquet(schema, to),
            Some("csv") => Self::csv(schema, to),
            _ => {
                let what = format!("{}: expected a name that ends in .parquet or .csv", name.display());
                Err(Error::new(Code::BadConfig, what))
            }
        }
    }

    /// Parquet.
    pub fn parquet(schema: SchemaRef, to: W) -> Result<Self> {
        let level = ZstdLevel::try_new(ZSTD_LEVEL).map_err(unwritten)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            // Ids hardly repeat: a dictionary of them would be built to be thrown away.
            .set_column_dictionary_enabled("shopper".into(), false)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        let writer = ArrowWriter::try_new(to, schema.clone(), Some(properties)).map_err(unwritten)?;
        Ok(Self::new(Format::Parquet(Box::new(writer)), schema))
    }

    /// CSV with a header; a missing value is an empty field.
    pub fn csv(schema: SchemaRef, to: W) -> Result<Self> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(schema.fields().iter().map(|field| field.name())).map_err(unwritten)?;
        Ok(Self::new(Format::Csv(Box::new(writer)), schema))
    }

    /// An Arrow IPC stream.
    pub fn stream(schema: SchemaRef, to: W) -> Result<Self> {
        let writer = StreamWriter::try_new(to, &schema).map_err(unwritten)?;
        Ok(Self::new(Format::Stream(Box::new(writer)), schema))
    }

    fn new(format: Format<W>, schema: SchemaRef) -> Self {
        TableWriter { format, schema, waiting: Vec::new(), waiting_rows: 0, rows: 0 }
    }

    /// Appends rows.
    pub fn write(&mut self, mut batch: RecordBatch) -> Result<()> {
        self.rows += batch.num_rows() as u64;
        while self.waiting_rows + batch.num_rows() >= CHUNK_ROWS {
            let room = CHUNK_ROWS - self.waiting_rows;
            let left = batch.num_rows() - room;
            self.waiting.push(batch.slice(0, room));
            batch = batch.slice(room, left);
            self.flush()?;
        }
        self.waiting_rows += batch.num_rows();
        self.waiting.push(batch);
        Ok(())
    }

    /// Writes what waits and the end of the table; gives back what it was written to.
    pub fn finish(mut self) -> Result<W> {
        if self.waiting_rows > 0 {
            self.flush()?;
        }
        match self.format {
            Format::Parquet(writer) => writer.into_inner().map_err(unwritten),
            Format::Csv(writer) => writer.into_inner().map_err(|error| unwritten(error.error())),
            Format::Stream(writer) => writer.into_inner().map_err(unwritten),
        }
    }

    fn flush(&mut self) -> Result<()> {
        let batch = concat_batches(&self.schema, &self.waiting).map_err(unwritten)?;
        self.waiting.clear();
        self.waiting_rows = 0;
        match &mut self.format {
            Format::Parquet(writer) => writer.write(&batch).map_err(unwritten),
            Format::Csv(writer) => records(&batch, writer),
            Format::Stream(writer) => writer.write(&batch).map_err(unwritten),
        }
    }
}

fn records<W: Write>(batch: &RecordBatch, writer: &mut csv::Writer<W>) -> Result<()> {
    let mut text = String::new();
    for row in 0..batch.num_rows() {
        for column in batch.columns() {
            text.clear();
            field(column.as_ref(), row, &mut text);
            writer.write_field(&text).map_err(unwritten)?;
        }
        writer.write_record(None::<&[u8]>).map_err(unwritten)?;
    }
    Ok(())
}

/// A value as text; the shortest number that reads back to the same bits.
pub fn field(column: &dyn Array, row: usize, into: &mut String) {
    if column.is_null(row) {
        return;
    }
    match column.data_type() {
        DataType::Utf8 => into.push_str(column.as_string::<i32>().value(row)),
        DataType::Int64 => into.push_str(&column.as_primitive::<Int64Type>().value(row).to_string()),
        DataType::Float64 => into.push_str(&column.as_primitive::<Float64Type>().value(row).to_string()),
        other => into.push_str(&format!("{other}?")),
    }
}

fn unwritten(error: impl std::fmt::Display) -> Error {
    Error::new(Code::Io, format!("cannot write the table: {error}"))
}
