//! Counters by product group or by brand: a small table, sorted by key, of fixed rows.
//!
//! A row is a key, the moment its counters are decayed to, and their words. When the table is full, the row
//! untouched for longest makes room.

use super::Timestamp;
use alloc::vec::Vec;

/// Words of a row before its counters.
const HEAD: usize = 2;

/// The rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slots {
    stride: usize,
    words: Vec<u32>,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a> {
    /// Whose counters: a group's or a brand's number.
    pub key: u32,
    /// The moment the counters are decayed to.
    pub updated: Timestamp,
    /// The counters' words.
    pub(crate) words: &'a [u32],
}

impl Slots {
    /// An empty table for counters of `width` words.
    pub(crate) fn of_width(width: usize) -> Self {
        Slots { stride: HEAD + width, words: Vec::new() }
    }

    /// Forgets the rows, but keeps their memory.
    pub(crate) fn clear(&mut self) {
        self.stride = 0;
        self.words.clear();
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.words.len().checked_div(self.stride).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The rows, by key.
    pub fn iter(&self) -> impl Iterator<Item = Slot<'_>> {
        self.words.chunks_exact(self.stride.max(1)).map(slot)
    }

    /// The row of a key.
    pub fn get(&self, key: u32) -> Option<Slot<'_>> {
        let start = self.find(key).ok()?;
        Some(slot(&self.words[start..start + self.stride]))
    }

    /// Where the row of a key begins, or would.
    fn find(&self, key: u32) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            match self.words[middle * self.stride].cmp(&key) {
                core::cmp::Ordering::Equal => return Ok(middle * self.stride),
                core::cmp::Ordering::Less => low = middle + 1,
                core::cmp::Ordering::Greater => high = middle,
            }
        }
        Err(low * self.stride)
    }

    /// Lets `change` work on the row of a key, which is made where missing. At most `limit` rows stay.
    pub(crate) fn touch(
        &mut self,
        width: usize,
        key: u32,
        time: Timestamp,
        limit: usize,
        change: impl FnOnce(&mut Timestamp, &mut [u32]),
    ) {
        self.stride = HEAD + width;
        let start = match self.find(key) {
            Ok(start) => start,
            Err(start) => self.insert(start, key, time, limit),
        };
        let row = &mut self.words[start..start + self.stride];
        let mut updated = Timestamp::from_seconds(row[1]);
        change(&mut updated, &mut row[HEAD..]);
        row[1] = updated.seconds();
    }

    fn insert(&mut self, mut start: usize, key: u32, time: Timestamp, limit: usize) -> usize {
        if self.len() >= limit.max(1) {
            let oldest = self.evict_oldest();
            start -= if oldest < start { self.stride } else { 0 };
        }
        let end = self.words.len();
        self.words.resize(end + self.stride, 0);
        self.words.copy_within(start..end, start + self.stride);
        let row = &mut self.words[start..start + self.stride];
        row.fill(0);
        (row[0], row[1]) = (key, time.seconds());
        start
    }

    /// Where the removed row began.
    fn evict_oldest(&mut self) -> usize {
        let rows = self.words.chunks_exact(self.stride).enumerate();
        let oldest = rows.min_by_key(|(_, row)| row[1]).map_or(0, |(index, _)| index * self.stride);
        self.words.copy_within(oldest + self.stride.., oldest);
        self.words.truncate(self.words.len() - self.stride);
        oldest
    }

    /// Appends a row that was read; whether it follows the last one.
    pub(crate) fn append(&mut self, key: u32, updated: Timestamp, words: &[u32]) -> bool {
        let last = self.words.len().checked_sub(self.stride).map(|start| self.words[start]);
        self.words.extend([key, updated.seconds()]);
        self.words.extend(words);
        last.is_none_or(|last| last < key)
    }
}

fn slot(row: &[u32]) -> Slot<'_> {
    Slot { key: row[0], updated: Timestamp::from_seconds(row[1]), words: &row[HEAD..] }
}
