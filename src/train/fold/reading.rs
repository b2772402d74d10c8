//! All parts of a log, read on all cores: every thread codes rows into buckets of its own, one for each partition.
//!
//! Whoever is free takes the next part, so what a thread holds differs from run to run; the part is kept beside the
//! rows, and [`partition`](super::partition) puts them back into one order. When the rows outgrow the budget, every
//! thread moves its own to disk.

use super::bucket::{Bucket, Recent};
use super::coded::{Coder, Coding, Whose};
use super::groups::Coder as GroupCoder;
use super::options::CheckedOptions;
use super::row::{EventKey, ROW_BYTES, Row};
use super::source::Source;
use super::spill::{Folder, Spill};
use crate::error::{Error, Result};
use crate::train::clean::tally::Tallies;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What one thread read.
#[derive(Debug)]
pub(super) struct Share {
    pub(super) buckets: Vec<Mutex<Bucket>>,
    pub(super) spill: Option<Spill>,
    pub(super) edges: Vec<Edge>,
    pub(super) groups: GroupCoder,
    pub(super) tallies: Vec<(usize, Tallies)>,
    pub(super) rows: u64,
}

/// The events of the first and the last row of a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    part: usize,
    first: EventKey,
    last: EventKey,
}

/// For every part whose first row is a further line of the event before: the shopper of that row.
pub(super) fn continuing(shares: &[Share], parts: usize) -> Vec<Option<u64>> {
    let mut edges: Vec<&Edge> = shares.iter().flat_map(|share| &share.edges).collect();
    edges.sort_by_key(|edge| edge.part);
    let mut continues = vec![None; parts];
    for pair in edges.windows(2) {
        if pair[0].last == pair[1].first {
            continues[pair[1].part] = Some(pair[1].first.0);
        }
    }
    continues
}

/// One reading of all parts.
pub(super) struct Reading<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) options: &'a CheckedOptions,
    pub(super) coding: &'a Coding<'a>,
    pub(super) folder: &'a Folder,
    pub(super) next: AtomicUsize,
    pub(super) finished: AtomicUsize,
    pub(super) failed: AtomicBool,
    pub(super) done: &'a (dyn Fn(usize) + Sync),
}

/// A part that could not be read, and why.
type Failure = (usize, Error);

impl Reading<'_> {
    /// What every thread read.
    pub(super) fn on_all_threads(&self) -> Result<Vec<Share>> {
        let threads = self.options.threads.min(self.source.parts()).max(1);
        let shares = std::thread::scope(|scope| {
            let run = |thread| self.share(thread, threads);
            let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || run(thread))).collect();
            let mut shares = vec![run(0)];
            for other in others {
                shares.push(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            shares
        });
        // The first part that failed is named, whichever thread stumbled first.
        let failure = shares.iter().filter_map(|share| share.as_ref().err()).min_by_key(|(part, _)| *part);
        match failure {
            Some((_, error)) => Err(error.clone()),
            None => Ok(shares.into_iter().flatten().collect()),
        }
    }

    fn share(&self, thread: usize, threads: usize) -> std::result::Result<Share, Failure> {
        let mut writer = Writer::new(self, thread, threads);
        loop {
            let part = self.next.fetch_add(1, Ordering::Relaxed);
            if part >= self.source.parts() || self.failed.load(Ordering::Relaxed) {
                return Ok(writer.finish());
            }
            if let Err(error) = writer.part(part) {
                self.failed.store(true, Ordering::Relaxed);
                return Err((part, error));
            }
            (self.done)(self.finished.fetch_add(1, Ordering::Relaxed) + 1);
        }
    }
}

/// One thread, coding rows into its buckets.
struct Writer<'a> {
    reading: &'a Reading<'a>,
    coder: Coder<'a>,
    kept: Kept<'a>,
}

/// Buckets, and what they weigh.
struct Kept<'a> {
    folder: &'a Folder,
    thread: usize,
    shift: u32,
    budget: usize,
    bytes: usize,
    buckets: Vec<Bucket>,
    recent: Recent,
    spill: Option<Spill>,
    scratch: Vec<u8>,
    edges: Vec<Edge>,
    tallies: Vec<(usize, Tallies)>,
    rows: u64,
}

impl<'a> Writer<'a> {
    fn new(reading: &'a Reading<'a>, thread: usize, threads: usize) -> Writer<'a> {
        let options = reading.options;
        let kept = Kept {
            folder: reading.folder,
            thread,
            shift: 64 - options.partition_bits,
            // Half of the budget is for what is read and for the partitions loaded later.
            budget: options.memory / 2 / threads,
            bytes: 0,
            buckets: (0..1usize << options.partition_bits).map(|_| Bucket::default()).collect(),
            recent: Recent::default(),
            spill: None,
            scratch: Vec::new(),
            edges: Vec::new(),
            tallies: Vec::new(),
            rows: 0,
        };
        Writer { reading, coder: Coder::new(reading.coding), kept }
    }

    fn part(&mut self, part: usize) -> Result<()> {
        self.coder.start_part();
        let (mut first, mut last) = (None, None);
        let (coder, kept) = (&mut self.coder, &mut self.kept);
        let mut tallies = self.reading.source.read(part, &mut |batch| {
            coder.code(&batch, |row, extras, whose| {
                let event = row.event_key();
                if first.is_none() {
                    first = Some(event);
                }
                last = Some(event);
                kept.take(row, extras, whose);
            })?;
            kept.spill_if_heavy()
        })?;
        tallies.merge(std::mem::take(&mut coder.tallies));
        kept.tallies.push((part, tallies));
        if let (Some(first), Some(last)) = (first, last) {
            kept.edges.push(Edge { part, first, last });
        }
        kept.buckets.iter_mut().for_each(|bucket| bucket.end_part(part as u32));
        Ok(())
    }

    fn finish(self) -> Share {
        let Kept { buckets, spill, edges, tallies, rows, .. } = self.kept;
        let buckets = buckets.into_iter().map(Mutex::new).collect();
        Share { buckets, spill, edges, tallies, rows, groups: self.coder.groups }
    }
}

impl Kept<'_> {
    // Handed over in registers: a row that was just put together in memory is slow to be copied from there.
    #[inline(always)]
    fn take(&mut self, row: Row, extras: &[u64], whose: Whose) {
        let bucket = &mut self.buckets[row.shopper.checked_shr(self.shift).unwrap_or(0) as usize];
        bucket.push(row);
        bucket.push_extras(extras);
        self.rows += 1;
        self.bytes += ROW_BYTES + std::mem::size_of_val(extras);
        if !self.recent.knows(row.shopper, whose.check) {
            whose.id(|id| self.bytes += bucket.name(row.shopper, id));
        }
    }

    fn spill_if_heavy(&mut self) -> Result<()> {
        if self.bytes <= self.budget {
            return Ok(());
        }
        if self.spill.is_none() {
            self.spill = Some(self.folder.file(&format!("rows-{}", self.thread))?);
        }
        if let Some(spill) = &mut self.spill {
            for bucket in &mut self.buckets {
                bucket.spill(spill, &mut self.scratch)?;
            }
        }
        self.bytes = 0;
        Ok(())
    }
}
