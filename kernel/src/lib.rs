//! The innermost loops of skonto's forests. They are a crate of their own so that a page's module can have them compiled for
//! speed and all else for size; what they mean is said where they are used, in `src/model/masks.rs` of skonto.
//!
//! Nothing here is generic over types and nothing is inlined elsewhere: it would be compiled for size again. Loops are written
//! so that compilers make vector instructions of them, on every machine in the same order of additions.
#![no_std]

use core::hint::select_unpredictable;

/// Words of a row: as many as stay in sixteen registers of 16 bytes, with room to load.
pub const WORDS: usize = 16;
/// Blocks of words that are scored together.
pub const BLOCKS: usize = 8;
/// The most arms a leaf can have values for.
pub const WIDEST: usize = 16;

/// The leaves of some trees, a bit each.
pub type Row = [u64; WORDS];

/// Where a tree's leaves are: some bits of one word, or, of a tree with more than 64, from the lowest of a word on.
#[derive(Clone, Copy, Debug)]
pub struct Tree {
    /// Its first word.
    pub word: u16,
    /// Its first bit there.
    pub shift: u16,
    /// The number of its first leaf among those of all trees.
    pub first: u32,
}

impl Tree {
    /// The first leaf that is left. There is one, so the search ends within the tree's own words.
    fn leaf(&self, words: &[u64]) -> usize {
        let (mut word, mut first) = (self.word as usize, self.first);
        let mut left = words[word] >> self.shift;
        while left == 0 {
            (word, first) = (word + 1, first + u64::BITS);
            left = words[word];
        }
        (first + left.trailing_zeros()) as usize
    }
}

/// A feature that some tree asks about, its codes and those of all others standing in one row.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Which feature.
    pub feature: u8,
    /// Whether it is an amount, held against cuts; else it is a level, and its own code.
    pub is_amount: bool,
    /// How many codes its values have; the one after them is that of a missing value.
    pub known: u16,
    /// Its first code among those of all features.
    pub start: u32,
    /// Its first cut among those of all features.
    pub first_cut: u32,
}

/// Feature values as they come.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    /// By feature.
    pub values: &'a [f64],
    /// Bit `i mod 64` of word `i div 64` is set where feature `i` has a value.
    pub present: &'a [u64],
    /// Whether amounts are rounded to single precision first.
    pub single: bool,
}

/// Writes the code of every feature asked about, but for amounts below all their cuts, which rule nothing out. Says how many.
///
/// # Panics
/// If a feature or a cut is not there, or there is no room.
#[inline(never)]
pub fn codes(asked: &[Asked], cuts: &[f64], values: Values, out: &mut [u32]) -> usize {
    let mut count = 0;
    for asked in asked {
        let at = asked.feature as usize;
        let is_present = values.present[at / 64] >> (at % 64) & 1 == 1;
        let value = values.values[at];
        let code = match (is_present, asked.is_amount) {
            (false, _) => asked.known as usize,
            (true, false) => level(value).min(asked.known as usize - 1),
            (true, true) => {
                let value = if values.single { value as f32 as f64 } else { value };
                below(&cuts[asked.first_cut as usize..][..asked.known as usize - 1], value)
            }
        };
        out[count] = asked.start + code as u32;
        count += usize::from(code > 0 || !asked.is_amount);
    }
    count
}

/// A cast saturates; a level beyond the last there can be is one not seen.
fn level(value: f64) -> usize {
    let level = value as u16;
    if level <= 256 { level as usize } else { 0 }
}

/// How many of the rising `cuts` lie below `value`, found without a branch that depends on them.
fn below(cuts: &[f64], value: f64) -> usize {
    let (mut first, mut size) = (0, cuts.len());
    while size > 1 {
        let half = size / 2;
        first = select_unpredictable(cuts[first + half] < value, first + half, first);
        size -= half;
    }
    first + usize::from(size > 0 && cuts[first] < value)
}

/// By block, the bits that every feature's row has, which row being said by block and code.
///
/// # Panics
/// If a code is beyond the places of a block, or a place beyond the rows.
#[inline(never)]
pub fn common(rows: &[Row], places: &[u16], of_block: usize, codes: &[u32], words: &mut [Row; BLOCKS]) {
    for (words, places) in words.iter_mut().zip(places.chunks_exact(of_block)) {
        // In a place of its own, which stays in registers.
        let mut left = [u64::MAX; WORDS];
        for code in codes {
            let row = &rows[places[*code as usize] as usize];
            left.iter_mut().zip(row).for_each(|(left, mask)| *left &= mask);
        }
        *words = left;
    }
}

/// Adds the values of every tree's leaf, tree by tree, `width` arms to a leaf: 1, 8 or 16.
///
/// # Panics
/// If a tree or a leaf is not there.
#[inline(never)]
pub fn add(trees: &[Tree], words: &[Row; BLOCKS], values: &[f32], width: usize, sums: &mut [f64; WIDEST]) {
    match width {
        1 => add_wide::<1>(trees, words, values, sums),
        8 => add_wide::<8>(trees, words, values, sums),
        _ => add_wide::<WIDEST>(trees, words, values, sums),
    }
}

fn add_wide<const WIDTH: usize>(trees: &[Tree], words: &[Row; BLOCKS], values: &[f32], sums: &mut [f64; WIDEST]) {
    let words = words.as_flattened();
    let (values, _) = values.as_chunks::<WIDTH>();
    let mut total = [0.0; WIDTH];
    total.copy_from_slice(&sums[..WIDTH]);
    for tree in trees {
        let value = &values[tree.leaf(words)];
        total.iter_mut().zip(value).for_each(|(sum, value)| *sum += *value as f64);
    }
    sums[..WIDTH].copy_from_slice(&total);
}
