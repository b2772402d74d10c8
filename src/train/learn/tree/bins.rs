//! A table turned into small codes once, from which any number of trees are grown.
//!
//! An amount becomes the number of its bin, a level the number of its place among the levels seen. Every feature has one
//! more code for missing. What a code stands for is kept, so that a tree over codes becomes a forest over values.

use super::cuts;
use super::tally::MAX_ROWS;
use crate::error::{Code, Error, Result};
use crate::train::sample::{Column, MISSING_LEVEL, Sample};
use crate::train::threads;

/// Most bins of one feature, the one for missing not counted.
pub const MAX_BINS: usize = 254;
/// The code of a level that was not there when the bins were made: never in a set.
const UNSEEN: u8 = u8::MAX;
/// The most features an artefact's forest tells apart.
pub const MAX_FEATURES: usize = crate::feature::MAX_FEATURES - 1;

/// What the codes of one feature stand for.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Code `c` is an amount above `cuts[c - 1]` and at most `cuts[c]`.
    Numbers {
        /// Rising; one fewer than bins.
        cuts: Vec<f64>,
        /// Above all amounts seen: parts every amount from a missing one.
        beyond: f64,
    },
    /// Code `c` is one of `levels[c]`.
    Levels {
        /// By code; all but one hold a single level.
        levels: Vec<Vec<u16>>,
        /// By level.
        codes: Vec<u8>,
    },
}

/// The bins of one feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    /// What the codes stand for.
    pub meaning: Meaning,
    /// Whether a value was missing when the bins were made.
    pub has_missing: bool,
}

impl Bins {
    fn of(column: &Column) -> Bins {
        match column {
            Column::Number(values) => {
                let mut present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
                let has_missing = present.len() < values.len();
                let cuts = cuts::choose(&mut present, MAX_BINS);
                let beyond = beyond(present.first().copied(), present.last().copied());
                Bins { meaning: Meaning::Numbers { cuts, beyond }, has_missing }
            }
            Column::Level { codes, levels } => {
                let has_missing = codes.contains(&MISSING_LEVEL);
                Bins { meaning: level_codes(codes, *levels), has_missing }
            }
        }
    }

    /// How many codes stand for values.
    pub fn values(&self) -> usize {
        match &self.meaning {
            Meaning::Numbers { cuts, .. } => cuts.len() + 1,
            Meaning::Levels { levels, .. } => levels.len(),
        }
    }

    /// The code of a missing value: the first after those of values.
    pub fn missing(&self) -> u8 {
        self.values() as u8
    }

    /// How many codes a histogram has to tell apart.
    pub fn width(&self) -> usize {
        self.values() + self.has_missing as usize
    }

    /// Whether the codes have an order.
    pub fn is_number(&self) -> bool {
        matches!(self.meaning, Meaning::Numbers { .. })
    }

    fn codes(&self, column: &Column) -> Vec<u8> {
        let missing = self.missing();
        match (&self.meaning, column) {
            (Meaning::Numbers { cuts, .. }, Column::Number(values)) => {
                let code = |value: &f64| match value.is_nan() {
                    true => missing,
                    false => cuts.partition_point(|cut| *cut < *value) as u8,
                };
                values.iter().map(code).collect()
            }
            (Meaning::Levels { codes: by_level, .. }, Column::Level { codes, .. }) => {
                let code = |level: &u16| match *level {
                    MISSING_LEVEL => missing,
                    level => by_level.get(level as usize).copied().unwrap_or(UNSEEN),
                };
                codes.iter().map(code).collect()
            }
            (Meaning::Numbers { .. }, Column::Level { codes, .. }) => vec![missing; codes.len()],
            (Meaning::Levels { .. }, Column::Number(values)) => vec![missing; values.len()],
        }
    }
}

/// As far above the largest amount as that is above the smallest, so that a somewhat larger one is still an amount.
fn beyond(least: Option<f64>, most: Option<f64>) -> f64 {
    let (least, most) = (least.unwrap_or(0.0), most.unwrap_or(0.0));
    let reach = (most - least).max(most.abs()).max(1.0);
    let single = (most + reach) as f32 as f64;
    if single.is_finite() && single > most { single } else { most }
}

/// A code for every level that occurs; when there are too many, the rarest share the code of the unknown level.
fn level_codes(column: &[u16], known: u16) -> Meaning {
    let mut counts = vec![0usize; known as usize + 1];
    column.iter().filter(|level| **level != MISSING_LEVEL).for_each(|level| counts[*level as usize] += 1);
    let mut present: Vec<u16> = (0..=known).filter(|level| counts[*level as usize] > 0).collect();
    let mut pooled = Vec::new();
    if present.len() > MAX_BINS {
        present.sort_by_key(|level| (*level != 0, std::cmp::Reverse(counts[*level as usize]), *level));
        pooled = present.split_off(MAX_BINS);
        present.sort_unstable();
    }
    let mut levels: Vec<Vec<u16>> = present.into_iter().map(|level| vec![level]).collect();
    if let Some(first) = levels.first_mut() {
        first.append(&mut pooled);
    }
    let mut codes = vec![UNSEEN; known as usize + 1];
    for (code, levels) in levels.iter().enumerate() {
        levels.iter().for_each(|level| codes[*level as usize] = code as u8);
    }
    Meaning::Levels { levels, codes }
}

/// A table as codes, by column and, in blocks of columns, by row.
#[derive(Clone, Debug)]
pub struct Binned {
    /// By feature.
    pub bins: Vec<Bins>,
    rows: usize,
    columns: Vec<Vec<u8>>,
    blocks: Vec<Block>,
}

/// Some neighbouring features, row by row: one pass over the rows fills the histograms of all of them.
#[derive(Clone, Debug)]
pub struct Block {
    /// The first feature.
    pub first: usize,
    /// Where each feature's histogram begins in that of the block; its end is the last entry.
    pub offsets: Vec<usize>,
    codes: Vec<u8>,
}

/// Histograms of a block should stay in the nearest cache: 2,048 bins are 32 KiB.
const BLOCK_BINS: usize = 1_536;
/// The least number of blocks: what two threads can share.
const MIN_BLOCKS: usize = 2;

impl Binned {
    /// Bins a table. Deterministic, columns in parallel.
    ///
    /// # Errors
    /// More features or rows than a forest or its sums can hold.
    pub fn new(sample: &Sample) -> Result<Binned> {
        fits("features of a forest", MAX_FEATURES, sample.columns.len())?;
        fits("rows of a table for trees", MAX_ROWS, sample.rows())?;
        let bins = threads::ordered(sample.columns.len(), |feature| Bins::of(&sample.columns[feature]), |_| {});
        Ok(Binned::coded(bins, sample))
    }

    /// Another table in the bins of this one: rows that are watched but not learnt from.
    pub fn like(&self, sample: &Sample) -> Result<Binned> {
        if sample.columns.len() != self.bins.len() {
            let (limit, found) = (self.bins.len() as u64, sample.columns.len() as u64);
            return Err(Error::limit(Code::BadIndex, "columns of the table that is watched", limit, found));
        }
        Ok(Binned::coded(self.bins.clone(), sample))
    }

    fn coded(bins: Vec<Bins>, sample: &Sample) -> Binned {
        let code = |feature: usize| bins[feature].codes(&sample.columns[feature]);
        let columns = threads::ordered(bins.len(), code, |_| {});
        let ranges = block_ranges(&bins);
        let block = |index: usize| Block::new(&bins, &columns, ranges[index].clone(), sample.rows());
        let blocks = threads::ordered(ranges.len(), block, |_| {});
        Binned { rows: sample.rows(), columns, blocks, bins }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many features there are.
    pub fn features(&self) -> usize {
        self.bins.len()
    }

    /// The codes of one feature, row by row.
    pub fn column(&self, feature: usize) -> &[u8] {
        &self.columns[feature]
    }

    /// All features, in blocks.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }
}

fn fits(what: &'static str, limit: usize, found: usize) -> Result<()> {
    match found <= limit {
        true => Ok(()),
        false => Err(Error::limit(Code::TooLarge, what, limit as u64, found as u64)),
    }
}

/// Cuts the features into runs of nearly equally many bins.
fn block_ranges(bins: &[Bins]) -> Vec<std::ops::Range<usize>> {
    let total: usize = bins.iter().map(Bins::width).sum();
    let blocks = total.div_ceil(BLOCK_BINS).max(MIN_BLOCKS).min(bins.len().max(1));
    let (mut ranges, mut start, mut filled) = (Vec::new(), 0, 0);
    for (feature, bin) in bins.iter().enumerate() {
        filled += bin.width();
        let is_full = filled * blocks >= total * (ranges.len() + 1);
        if is_full || feature + 1 == bins.len() {
            ranges.push(start..feature + 1);
            start = feature + 1;
        }
    }
    ranges
}

impl Block {
    fn new(bins: &[Bins], columns: &[Vec<u8>], features: std::ops::Range<usize>, rows: usize) -> Block {
        let (first, width) = (features.start, features.len());
        let mut offsets = vec![0];
        for feature in features.clone() {
            offsets.push(offsets[offsets.len() - 1] + bins[feature].width());
        }
        let mut codes = vec![0; rows * width];
        for (place, feature) in features.enumerate() {
            let cells = codes.iter_mut().skip(place).step_by(width);
            cells.zip(&columns[feature]).for_each(|(cell, code)| *cell = *code);
        }
        Block { first, offsets, codes }
    }

    /// How many features it has.
    pub fn width(&self) -> usize {
        self.offsets.len() - 1
    }

    /// How many bins all its features have.
    pub fn bins(&self) -> usize {
        self.offsets[self.width()]
    }

    /// The codes of all its features, row by row.
    pub fn codes(&self) -> &[u8] {
        &self.codes
    }
}
