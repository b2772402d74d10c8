//! Where a log comes from: parts, each a stream of record batches, in the order of the log.

use crate::error::Result;
use crate::train::clean::tally::Tallies;
use crate::train::read::log::Scan;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

/// A log in parts that can be read at the same time. Part 1 follows part 0.
pub trait Source: Sync {
    /// How many parts.
    fn parts(&self) -> usize;
    /// Hands every batch of a part to `each`, and says what was left out.
    fn read(&self, part: usize, each: &mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<Tallies>;
    /// Columns of every batch.
    fn schema(&self) -> SchemaRef;
}

impl Source for Scan {
    fn parts(&self) -> usize {
        Scan::parts(self)
    }

    fn read(&self, part: usize, each: &mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<Tallies> {
        Scan::read(self, part, each)
    }

    fn schema(&self) -> SchemaRef {
        Scan::schema(self)
    }
}

/// Batches in memory: one part each.
#[derive(Clone, Debug)]
pub struct Batches {
    schema: SchemaRef,
    parts: Vec<Vec<RecordBatch>>,
}

impl Batches {
    /// Parts of batches that all have `schema`.
    pub fn new(schema: SchemaRef, parts: Vec<Vec<RecordBatch>>) -> Batches {
        Batches { schema, parts }
    }
}

impl Source for Batches {
    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn read(&self, part: usize, each: &mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<Tallies> {
        let rows = self.parts[part].iter().map(|batch| batch.num_rows() as u64).sum();
        self.parts[part].iter().cloned().try_for_each(each)?;
        Ok(Tallies::plain(rows))
    }

    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}
