//! A log read once, on all cores: its rows, coded, in partitions of shoppers.
//!
//! The partition of a shopper is the top bits of the key, so it depends on the id alone, and partitions one after
//! the other are shoppers in the order of their keys, however many partitions there are. Rows of a partition come
//! back in the order of the log, whichever thread read them and wherever a reader cut the log into parts. When the
//! coded rows outgrow the budget, every thread moves its own to disk.

use super::bucket::Bucket;
use super::coded::Coding;
use super::column::Layout;
use super::groups::{Coder as GroupCoder, Values};
use super::options::CheckedOptions;
use super::reading::{Reading, Share, continuing};
use super::row::{NO_GROUP, Row};
use super::source::Source;
use super::spill::{Folder, Spill};
use super::texts::Texts;
use crate::error::{Code, Error, Result};
use crate::train::clean::tally::Tallies;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Mutex, MutexGuard};

/// All rows of a log.
#[derive(Debug)]
pub struct Partitioned {
    /// Names of the product groups; a row's group is a position here.
    pub groups: Vec<String>,
    /// Texts of the log, by number, where they are wanted.
    pub texts: Vec<String>,
    /// What was dropped or mended on the way.
    pub tallies: Tallies,
    /// Rows kept.
    pub rows: u64,
    /// Bytes that went to disk.
    pub spilled: u64,
    /// Whether shoppers are identified by whole numbers.
    pub shopper_is_number: bool,
    shares: Vec<Share>,
    positions: Vec<u32>,
    continues: Vec<Option<u64>>,
    bits: u32,
    width: usize,
    // Last: the files go before their folder.
    _folder: Folder,
}

/// One partition, in memory.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Rows in the order of the log.
    pub rows: Vec<Row>,
    /// The words beside them, row after row.
    pub extras: Vec<u64>,
    /// Whose they are.
    pub ids: Ids,
}

impl Partitioned {
    /// Reads every part; `done` is told how many parts are finished.
    pub fn read(source: &dyn Source, options: &CheckedOptions, done: &(dyn Fn(usize) + Sync)) -> Result<Partitioned> {
        let schema = source.schema();
        let layout = Layout::new(&schema, options.grouping.fields(), &options.extras)?;
        let (values, texts) = (Values::default(), Texts::default());
        let coding = Coding {
            layout: &layout,
            values: &values,
            texts: &texts,
            training: options.training,
            minor_units: options.minor_units,
        };
        let folder = Folder::inside(&options.folder);
        let reading = Reading {
            source,
            options,
            coding: &coding,
            folder: &folder,
            next: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            done,
        };
        let mut shares = reading.on_all_threads()?;
        let mut of_parts: Vec<_> = shares.iter_mut().flat_map(|share| std::mem::take(&mut share.tallies)).collect();
        of_parts.sort_by_key(|(part, _)| *part);
        let mut tallies = Tallies::default();
        of_parts.into_iter().for_each(|(_, of_part)| tallies.merge(of_part));
        let coders: Vec<GroupCoder> = shares.iter_mut().map(|share| std::mem::take(&mut share.groups)).collect();
        let (groups, positions) = values.settle(&options.grouping, &coders);
        Ok(Partitioned {
            groups,
            texts: texts.settle(),
            tallies,
            rows: shares.iter().map(|share| share.rows).sum(),
            spilled: shares.iter().filter_map(|share| share.spill.as_ref()).map(Spill::bytes).sum(),
            shopper_is_number: layout.shopper_is_number(&schema),
            continues: continuing(&shares, source.parts()),
            shares,
            positions,
            bits: options.partition_bits,
            width: options.extras.width(),
            _folder: folder,
        })
    }

    /// How many partitions there are.
    pub fn partitions(&self) -> usize {
        1 << self.bits
    }

    /// Rows of a partition.
    pub fn rows_of(&self, partition: usize) -> usize {
        self.shares.iter().map(|share| lock(&share.buckets[partition]).count()).sum()
    }

    /// Loads the rows of a partition, or those of one of its `of` equal ranges of keys.
    pub fn load(&self, partition: usize, range: usize, of: usize) -> Result<Loaded> {
        let wanted = |key: u64| of == 1 || part_of_partition(key, self.bits, of) == range;
        let (mut rows, extras) = if of == 1 { self.whole(partition)? } else { self.some(partition, &wanted)? };
        if !self.positions.is_empty() {
            rows.iter_mut().for_each(|row| self.settle_group(row));
        }
        Ok(Loaded { rows, extras, ids: self.ids(partition, &wanted)? })
    }

    /// All rows of a partition: whole stretches of every thread's rows, in the order of the parts.
    fn whole(&self, partition: usize) -> Result<(Vec<Row>, Vec<u64>)> {
        let buckets: Vec<_> = self.shares.iter().map(|share| lock(&share.buckets[partition])).collect();
        let mut all = Vec::with_capacity(buckets.len());
        for (bucket, share) in buckets.iter().zip(&self.shares) {
            all.push((bucket.rows(share.spill.as_ref())?, bucket.extras(share.spill.as_ref())?));
        }
        let mut stretches: Vec<(u32, &[Row], &[u64])> = Vec::new();
        for (bucket, (rows, extras)) in buckets.iter().zip(&all) {
            stretches.extend(bucket.stretches().map(|stretch| {
                let beside = &extras[stretch.rows.start * self.width..stretch.rows.end * self.width];
                (stretch.part, &rows[stretch.rows], beside)
            }));
        }
        stretches.sort_by_key(|(part, ..)| *part);
        let mut rows = Vec::with_capacity(all.iter().map(|(rows, _)| rows.len()).sum());
        let mut extras = Vec::with_capacity(rows.capacity() * self.width);
        for (part, stretch, beside) in stretches {
            extras.extend_from_slice(beside);
            let first = rows.len();
            rows.extend_from_slice(stretch);
            if self.continues[part as usize] == Some(rows[first].shopper) {
                rows[first].set_begins(false);
            }
        }
        Ok((rows, extras))
    }

    /// The wanted rows of a partition, without ever holding the others.
    fn some(&self, partition: usize, wanted: &impl Fn(u64) -> bool) -> Result<(Vec<Row>, Vec<u64>)> {
        let mut stretches = Vec::new();
        for share in &self.shares {
            self.stretches(share, partition, wanted, &mut stretches)?;
        }
        stretches.sort_by_key(|(part, ..)| *part);
        let mut rows = Vec::with_capacity(stretches.iter().map(|(_, rows, _)| rows.len()).sum());
        let mut extras = Vec::with_capacity(rows.capacity() * self.width);
        for (_, stretch, beside) in stretches {
            rows.extend_from_slice(&stretch);
            extras.extend_from_slice(&beside);
        }
        Ok((rows, extras))
    }

    /// Frees a partition's memory.
    pub fn release(&self, partition: usize) {
        self.shares.iter().for_each(|share| *lock(&share.buckets[partition]) = Bucket::default());
    }

    /// The wanted rows that one thread coded, by part.
    fn stretches(
        &self,
        share: &Share,
        partition: usize,
        wanted: &impl Fn(u64) -> bool,
        into: &mut Vec<(u32, Vec<Row>, Vec<u64>)>,
    ) -> Result<()> {
        let bucket = lock(&share.buckets[partition]);
        let (first, mut places) = (into.len(), Vec::new());
        let mut stretches = bucket.stretches().peekable();
        bucket.for_each_row(share.spill.as_ref(), |position, mut row| {
            if stretches.peek().is_some_and(|stretch| position >= stretch.rows.end) {
                stretches.next();
            }
            let Some(stretch) = stretches.peek().filter(|_| wanted(row.shopper)) else { return };
            if position == stretch.rows.start && self.continues[stretch.part as usize] == Some(row.shopper) {
                row.set_begins(false);
            }
            if self.width > 0 {
                places.push(position);
            }
            match into[first..].last_mut() {
                Some((part, rows, _)) if *part == stretch.part => rows.push(row),
                _ => into.push((stretch.part, vec![row], Vec::new())),
            }
        })?;
        if self.width == 0 {
            return Ok(());
        }
        // What stands beside the rows is read after them, in the same order.
        let (mut places, mut beside) = (places.into_iter().peekable(), Vec::new());
        bucket.for_each_extra(share.spill.as_ref(), |position, word| {
            while places.peek().is_some_and(|place| (*place + 1) * self.width <= position) {
                places.next();
            }
            if places.peek().is_some_and(|place| place * self.width <= position) {
                beside.push(word);
            }
        })?;
        let mut rest = beside.as_slice();
        for (_, rows, words) in &mut into[first..] {
            let (of_these, others) = rest.split_at(rows.len() * self.width);
            words.extend_from_slice(of_these);
            rest = others;
        }
        Ok(())
    }

    fn settle_group(&self, row: &mut Row) {
        if let Some(line) = row.line()
            && line.group != NO_GROUP
        {
            row.set_group(self.positions[line.group as usize]);
        }
    }

    fn ids(&self, partition: usize, wanted: &impl Fn(u64) -> bool) -> Result<Ids> {
        let mut ids = Ids::default();
        for share in &self.shares {
            let take = |key: u64, id: &[u8]| {
                if wanted(key) {
                    ids.places.push((key, ids.bytes.len(), id.len()));
                    ids.bytes.extend_from_slice(id);
                }
            };
            lock(&share.buckets[partition]).for_each_id(share.spill.as_ref(), take)?;
        }
        ids.settle().map(|()| ids)
    }
}

/// Ids by key, one each.
#[derive(Debug, Default)]
pub struct Ids {
    bytes: Vec<u8>,
    places: Vec<(u64, usize, usize)>,
}

impl Ids {
    /// The ids in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.places.iter().map(|(key, start, length)| (*key, &self.bytes[*start..start + length]))
    }

    /// Sorts, keeps one of each, and refuses two ids with one key.
    fn settle(&mut self) -> Result<()> {
        self.places.sort_unstable();
        let bytes = &self.bytes;
        let id = |place: &(u64, usize, usize)| &bytes[place.1..place.1 + place.2];
        self.places.dedup_by(|later, earlier| later.0 == earlier.0 && id(later) == id(earlier));
        match self.places.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            None => Ok(()),
            Some(pair) => {
                let [one, other] = [&pair[0], &pair[1]].map(|place| String::from_utf8_lossy(id(place)));
                let what = format!("the shoppers `{one}` and `{other}` have the same key: change one id");
                Err(Error::new(Code::BadData, what))
            }
        }
    }
}

/// Which of `of` equal ranges of a partition's keys a key is in.
fn part_of_partition(key: u64, bits: u32, of: usize) -> usize {
    let within = key.checked_shl(bits).unwrap_or(0);
    ((within as u128 * of as u128) >> 64) as usize
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A bucket is whole after every push, so one a failed thread left behind can be looked at.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
