//! The rows of one partition that one thread coded: in memory, and on disk once memory is short.
//!
//! Rows keep the order of the log. Beside them stand the shoppers' ids, each about once, and where the parts of the
//! log end, so that the rows of several threads can be put back into one order.

use super::row::{ROW_BYTES, Row};
use super::spill::{Extent, Spill};
use crate::error::Result;
use std::borrow::Cow;

/// Rows up to `end` came from parts up to `part`.
#[derive(Clone, Copy, Debug)]
struct Cut {
    part: u32,
    end: usize,
}

/// Rows of one partition and thread.
#[derive(Debug, Default)]
pub struct Bucket {
    rows: Vec<Row>,
    ids: Vec<u8>,
    cuts: Vec<Cut>,
    spilled_rows: Vec<Extent>,
    extras: Vec<u64>,
    spilled_extras: Vec<Extent>,
    spilled_ids: Vec<Extent>,
    on_disk: usize,
}

/// Rows of one part in the order of the log.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Which part.
    pub part: u32,
    /// Where they stand among the rows of the bucket.
    pub rows: std::ops::Range<usize>,
}

impl Bucket {
    /// Appends a row.
    #[inline(always)]
    pub fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Appends the words beside the row pushed last.
    pub fn push_extras(&mut self, words: &[u64]) {
        self.extras.extend_from_slice(words);
    }

    /// Remembers the id behind a key, and returns the bytes that took.
    pub fn name(&mut self, key: u64, id: &[u8]) -> usize {
        self.ids.extend_from_slice(&key.to_le_bytes());
        self.ids.extend_from_slice(&(id.len() as u32).to_le_bytes());
        self.ids.extend_from_slice(id);
        12 + id.len()
    }

    /// Says that the rows since the last call came from `part`. Parts come in rising order.
    pub fn end_part(&mut self, part: u32) {
        let end = self.count();
        if self.cuts.last().map_or(0, |cut| cut.end) < end {
            self.cuts.push(Cut { part, end });
        }
    }

    /// Rows, wherever they are.
    pub fn count(&self) -> usize {
        self.on_disk + self.rows.len()
    }

    /// Moves everything to disk. Memory is kept for the rows to come.
    pub fn spill(&mut self, to: &mut Spill, scratch: &mut Vec<u8>) -> Result<()> {
        if !self.rows.is_empty() {
            scratch.clear();
            self.rows.iter().for_each(|row| row.write(scratch));
            self.spilled_rows.push(to.append(scratch)?);
            self.on_disk += self.rows.len();
            self.rows.clear();
        }
        if !self.extras.is_empty() {
            scratch.clear();
            self.extras.iter().for_each(|word| scratch.extend_from_slice(&word.to_le_bytes()));
            self.spilled_extras.push(to.append(scratch)?);
            self.extras.clear();
        }
        if !self.ids.is_empty() {
            self.spilled_ids.push(to.append(&self.ids)?);
            self.ids.clear();
        }
        Ok(())
    }

    /// The parts its rows came from.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch> {
        let starts = std::iter::once(0).chain(self.cuts.iter().map(|cut| cut.end));
        self.cuts.iter().zip(starts).map(|(cut, start)| Stretch { part: cut.part, rows: start..cut.end })
    }

    /// All rows in order: as they stand in memory, or read from disk.
    pub fn rows(&self, spill: Option<&Spill>) -> Result<Cow<'_, [Row]>> {
        if self.spilled_rows.is_empty() {
            return Ok(Cow::Borrowed(&self.rows));
        }
        let mut rows = Vec::with_capacity(self.count());
        self.for_each_row(spill, |_, row| rows.push(row))?;
        Ok(Cow::Owned(rows))
    }

    /// Calls `each` with every row and its position, in order.
    pub fn for_each_row(&self, spill: Option<&Spill>, mut each: impl FnMut(usize, Row)) -> Result<()> {
        let (mut position, mut bytes) = (0, Vec::new());
        for extent in &self.spilled_rows {
            let Some(spill) = spill else { break };
            spill.read(*extent, &mut bytes)?;
            for row in bytes.as_chunks::<ROW_BYTES>().0 {
                each(position, Row::read(row));
                position += 1;
            }
        }
        for row in &self.rows {
            each(position, *row);
            position += 1;
        }
        Ok(())
    }

    /// All words beside the rows, in the order of the rows.
    pub fn extras(&self, spill: Option<&Spill>) -> Result<Cow<'_, [u64]>> {
        if self.spilled_extras.is_empty() {
            return Ok(Cow::Borrowed(&self.extras));
        }
        let mut words = Vec::new();
        self.for_each_extra(spill, |_, word| words.push(word))?;
        Ok(Cow::Owned(words))
    }

    /// Calls `each` with every word beside the rows and its position, in order.
    pub fn for_each_extra(&self, spill: Option<&Spill>, mut each: impl FnMut(usize, u64)) -> Result<()> {
        let (mut position, mut bytes) = (0, Vec::new());
        for extent in &self.spilled_extras {
            let Some(spill) = spill else { break };
            spill.read(*extent, &mut bytes)?;
            for word in bytes.as_chunks::<8>().0 {
                each(position, u64::from_le_bytes(*word));
                position += 1;
            }
        }
        for word in &self.extras {
            each(position, *word);
            position += 1;
        }
        Ok(())
    }

    /// Calls `each` with every key and its id.
    pub fn for_each_id(&self, spill: Option<&Spill>, mut each: impl FnMut(u64, &[u8])) -> Result<()> {
        let mut bytes = Vec::new();
        for extent in &self.spilled_ids {
            let Some(spill) = spill else { break };
            spill.read(*extent, &mut bytes)?;
            names(&bytes, &mut each);
        }
        names(&self.ids, &mut each);
        Ok(())
    }
}

fn names(mut bytes: &[u8], each: &mut impl FnMut(u64, &[u8])) {
    while let Some((head, rest)) = bytes.split_first_chunk::<12>() {
        let key = u64::from_le_bytes(std::array::from_fn(|index| head[index]));
        let length = u32::from_le_bytes(std::array::from_fn(|index| head[8 + index])) as usize;
        each(key, &rest[..length]);
        bytes = &rest[length..];
    }
}

/// Keys whose ids were written lately, so that an id is written about once.
#[derive(Debug)]
pub struct Recent {
    places: Vec<(u64, u32)>,
}

/// Sixteen thousand shoppers at a time, in a quarter of a mebibyte.
const PLACES: usize = 1 << 14;

impl Default for Recent {
    fn default() -> Recent {
        Recent { places: vec![(0, 0); PLACES] }
    }
}

impl Recent {
    /// Whether the id with this key and [`check`](super::key::check) was written lately; from now on it was.
    pub fn knows(&mut self, key: u64, check: u32) -> bool {
        let place = &mut self.places[(key as usize) % PLACES];
        std::mem::replace(place, (key, check)) == (key, check)
    }
}
