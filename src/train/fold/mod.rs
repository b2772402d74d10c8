//! A log of rows becomes, per shopper and in order of time, events; on all cores, spilling to disk.
//!
//! ```text
//! batches -> coded rows -> partitions of shoppers (memory, or disk beyond the budget) -> sorted -> cleaned -> each shopper
//! ```
//!
//! Shoppers come in the order of the [`key`](key::key) of their ids, whatever the number of threads, partitions,
//! parts or bytes of memory: the result has the same bits. What it does *not* do: it knows no features (that is
//! [`features`]'s), joins nothing to the log, and takes one log to be one machine's; a shopper's rows in two logs are
//! two shoppers. A shopper's own rows must fit into memory.

pub mod bots;
pub mod bucket;
pub mod clean;
pub mod coded;
pub mod column;
pub mod counting;
pub mod extras;
pub mod features;
pub mod fitting;
pub mod given;
pub mod groups;
pub mod in_order;
pub mod key;
pub mod moments;
pub mod options;
pub mod partition;
pub mod preview;
mod reading;
pub mod replay;
pub mod row;
pub mod rules;
pub mod settings;
pub mod shopper;
pub mod sort;
pub mod source;
pub mod spill;
pub mod stream;
pub mod table;
pub mod texts;
pub mod training;

pub use groups::Grouping;
pub use options::{CheckedOptions, Cleaning, Options};
pub use partition::Partitioned;
pub use rules::Cause;
pub use shopper::Shopper;
pub use source::{Batches, Source};
pub use stream::Stream;

use crate::error::{Code, Error, Result};
use crate::train::clean::tally::Tallies;
use clean::Cleaner;
use extras::Extras;
use partition::Loaded;
use row::{ROW_BYTES, Row};
use std::collections::HashMap;

/// What is made of shoppers.
pub trait Folding: Sync {
    /// What grows while the shoppers of one partition are told.
    type Piece;
    /// What becomes of it.
    type Made: Send;
    /// Nothing yet.
    fn start(&self) -> Result<Self::Piece>;
    /// Takes one shopper.
    fn take(&self, piece: &mut Self::Piece, shopper: &Shopper) -> Result<()>;
    /// Ends a piece.
    fn finish(&self, piece: Self::Piece) -> Result<Self::Made>;
}

/// What was counted while folding.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// Shoppers told.
    pub shoppers: u64,
    /// Rows told.
    pub rows: u64,
    /// What was dropped, mended or only counted, reading included.
    pub tallies: Tallies,
}

/// Folds every shopper of a log; `sink` takes what is made of them, in the order of the shoppers.
pub fn fold<F: Folding>(
    log: &Partitioned,
    options: &CheckedOptions,
    folding: &F,
    mut sink: impl FnMut(F::Made) -> Result<()> + Send,
) -> Result<Folded> {
    let mut folded = Folded { tallies: log.tallies.clone(), ..Folded::default() };
    let told = |made, of_partition| {
        folded.merge(of_partition);
        sink(made)
    };
    run(log, options, folding, Pass::All, told)?;
    folded.tallies.kept = folded.tallies.read - folded.tallies.dropped();
    Ok(folded)
}

/// Looks at the training rows as if the log held no others; the log can be folded afterwards.
pub fn survey<F: Folding>(
    log: &Partitioned,
    options: &CheckedOptions,
    folding: &F,
    mut sink: impl FnMut(F::Made) -> Result<()> + Send,
) -> Result<()> {
    run(log, options, folding, Pass::Training, |made, _| sink(made))
}

/// Which rows are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// All, for the last time: what was told is freed.
    All,
    /// Those that may be learnt from.
    Training,
}

fn run<F: Folding>(
    log: &Partitioned,
    options: &CheckedOptions,
    folding: &F,
    pass: Pass,
    mut sink: impl FnMut(F::Made, Folded) -> Result<()> + Send,
) -> Result<()> {
    let work = |partition| {
        let mut telling = Telling::new(folding, options, pass)?;
        let ranges = ranges(log.rows_of(partition), options);
        for range in 0..ranges {
            telling.tell(log.load(partition, range, ranges)?)?;
        }
        if pass == Pass::All {
            log.release(partition);
        }
        let Telling { piece, cleaner, shoppers, told, .. } = telling;
        Ok((folding.finish(piece)?, Folded { shoppers, rows: told, tallies: cleaner.tallies }))
    };
    in_order::in_order(options.threads, log.partitions(), work, |(made, counted)| sink(made, counted))
}

impl Folded {
    /// Adds what was counted of later shoppers.
    fn merge(&mut self, later: Folded) {
        self.shoppers += later.shoppers;
        self.rows += later.rows;
        self.tallies.merge(later.tallies);
    }
}

/// Into how many ranges a partition is cut, so that what is loaded stays within the budget.
///
/// A row weighs its own bytes twice (loaded, and for a moment by part) and a place in the sorted order. More ranges
/// than these are of no use: each is one more reading of the partition.
fn ranges(rows: usize, options: &CheckedOptions) -> usize {
    let bytes = rows * (2 * (ROW_BYTES + 8 * options.extras.width()) + 16);
    bytes.div_ceil((options.memory / 2 / options.threads).max(1)).clamp(1, 64)
}

/// Telling the shoppers of a partition.
struct Telling<'a, F: Folding> {
    folding: &'a F,
    options: &'a CheckedOptions,
    pass: Pass,
    piece: F::Piece,
    cleaner: Cleaner<'a>,
    order: Vec<u128>,
    rows: Vec<Row>,
    shoppers: u64,
    told: u64,
}

impl<'a, F: Folding> Telling<'a, F> {
    fn new(folding: &'a F, options: &'a CheckedOptions, pass: Pass) -> Result<Self> {
        let (piece, cleaner) = (folding.start()?, Cleaner::new(&options.cleaning));
        let (order, rows) = (Vec::new(), Vec::new());
        Ok(Telling { folding, options, pass, piece, cleaner, order, rows, shoppers: 0, told: 0 })
    }

    fn tell(&mut self, loaded: Loaded) -> Result<()> {
        if loaded.rows.len() > sort::MAX_ROWS {
            let (limit, found) = (sort::MAX_ROWS as u64, loaded.rows.len() as u64);
            return Err(Error::limit(Code::TooLarge, "rows of one partition", limit, found));
        }
        let mut order = std::mem::take(&mut self.order);
        sort::order(&loaded.rows, &mut order);
        let mut ids = loaded.ids.iter();
        for entries in order.chunk_by(|a, b| sort::shopper(*a) == sort::shopper(*b)) {
            let key = sort::shopper(entries[0]);
            let id = ids.find(|(of, _)| *of == key).map_or(&[][..], |(_, id)| id);
            self.shopper(key, id, entries, &loaded)?;
        }
        self.order = order;
        Ok(())
    }

    fn shopper(&mut self, key: u64, id: &[u8], entries: &[u128], all: &Loaded) -> Result<()> {
        let entries = if self.pass == Pass::Training { self.training(key, entries) } else { entries };
        self.rows.clear();
        self.rows.extend(entries.iter().map(|entry| all.rows[sort::place(*entry)]));
        self.count_out_of_order(entries, id);
        let extras = Extras::new(&self.options.extras, &all.extras);
        if !extras.is_empty() {
            self.place(entries, extras);
        }
        self.cleaner.clean(&mut self.rows, id);
        if self.rows.is_empty() {
            return Ok(());
        }
        self.shoppers += 1;
        self.told += self.rows.len() as u64;
        self.folding.take(&mut self.piece, &Shopper { id, key, rows: &self.rows, extras })
    }

    /// Those that may be learnt from: in order of time they stand first.
    fn training<'e>(&self, key: u64, entries: &'e [u128]) -> &'e [u128] {
        let training = self.options.training;
        &entries[..entries.partition_point(|entry| training.has(key, sort::time(*entry)))]
    }

    /// Says of each row what stands beside it: alike for rows with the same words, so that only such are duplicates.
    ///
    /// Two searches of one moment are two events, though the rows that fold them look like lines of one.
    fn place(&mut self, entries: &[u128], extras: Extras) {
        let mut first = HashMap::new();
        for (row, entry) in self.rows.iter_mut().zip(entries) {
            let place = sort::place(*entry);
            row.set_place(*first.entry(extras.at(place)).or_insert(place));
        }
        for index in 1..self.rows.len() {
            if extras.query(&self.rows[index]) != extras.query(&self.rows[index - 1]) {
                self.rows[index].set_begins(true);
            }
        }
    }

    /// A row was out of order when a later moment stands before it in the log.
    fn count_out_of_order(&mut self, entries: &[u128], id: &[u8]) {
        let mut earliest = usize::MAX;
        for (index, entry) in entries.iter().enumerate().rev() {
            let place = sort::place(*entry);
            if earliest < place {
                let row = self.rows[index];
                self.cleaner.out_of_order(&row, id);
            }
            earliest = earliest.min(place);
        }
    }
}
