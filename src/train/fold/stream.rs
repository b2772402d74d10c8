//! A log that comes as an Arrow IPC stream, as another engine hands it over, one partition at a time.
//!
//! Checked: column names and types, and that the stream ends with its end marker, so that a pipe that broke is no
//! smaller log. *Not* checked, because it cannot be: that all rows of a shopper are in this one stream.

use super::source::Source;
use crate::error::{Code, Error, Result};
use crate::train::clean::tally::Tallies;
use arrow::datatypes::SchemaRef;
use arrow::ipc::reader::StreamReader;
use arrow::record_batch::RecordBatch;
use std::io::Read;
use std::sync::{Arc, Mutex};

/// What a whole stream ends with: a continuation marker and a length of zero.
const END: [u8; 8] = [255, 255, 255, 255, 0, 0, 0, 0];

/// A stream as a log of one part, which can be read once.
pub struct Stream<R: Read + Send> {
    schema: SchemaRef,
    tail: Arc<Mutex<[u8; 8]>>,
    reader: Mutex<Option<StreamReader<Tail<R>>>>,
}

/// Remembers the last bytes that were read.
struct Tail<R> {
    from: R,
    last: Arc<Mutex<[u8; 8]>>,
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.from.read(into)?;
        let mut last = self.last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let kept: Vec<u8> = last.iter().chain(&into[..count][count.saturating_sub(8)..]).copied().collect();
        last.copy_from_slice(&kept[kept.len() - 8..]);
        Ok(count)
    }
}

impl<R: Read + Send> Stream<R> {
    /// Reads the schema; the rows are read later.
    pub fn new(from: R) -> Result<Stream<R>> {
        let tail = Arc::new(Mutex::new([0; 8]));
        let reader = StreamReader::try_new(Tail { from, last: tail.clone() }, None).map_err(unread)?;
        Ok(Stream { schema: reader.schema(), tail, reader: Mutex::new(Some(reader)) })
    }

    fn is_whole(&self) -> bool {
        *self.tail.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) == END
    }
}

impl<R: Read + Send> Source for Stream<R> {
    fn parts(&self) -> usize {
        1
    }

    fn read(&self, _part: usize, each: &mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<Tallies> {
        let reader = self.reader.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        let reader = reader.ok_or_else(|| Error::new(Code::BadData, "the Arrow stream was read already"))?;
        let mut rows = 0;
        for batch in reader {
            let batch = batch.map_err(unread)?;
            rows += batch.num_rows() as u64;
            each(batch)?;
        }
        match self.is_whole() {
            true => Ok(Tallies::plain(rows)),
            false => Err(Error::new(Code::Truncated, "the Arrow stream ends before its end marker")),
        }
    }

    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

fn unread(error: impl std::fmt::Display) -> Error {
    Error::new(Code::BadData, format!("cannot read the Arrow stream: {error}"))
}
