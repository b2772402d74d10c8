//! The innermost loops of skonto's forests. They are a crate of their own so that a page's module can have them compiled for
//! speed and all else for size; what they mean is said where they are used, in `src/model/masks.rs` of skonto.
//!
//! Nothing here is generic over types and nothing is inlined elsewhere: it would be compiled for size again. Loops are written
//! so that compilers make vector instructions of them, on every machine in the same order of additions.
#![no_std]

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

/// How many of the rising `cuts` lie below `value`.
#[inline(never)]
pub fn below(cuts: &[f64], value: f64) -> usize {
    cuts.partition_point(|cut| *cut < value)
}

/// By block, the bits that every feature's row has, which row being said by block and code.
///
/// # Panics
/// If a code is beyond the places of a block, or a place beyond the rows.
#[inline(never)]
pub fn common(rows: &[Row], places: &[u16], of_block: usize, codes: &[usize], words: &mut [Row; BLOCKS]) {
    for (words, places) in words.iter_mut().zip(places.chunks_exact(of_block)) {
        // In a place of its own, which stays in registers.
        let mut left = [u64::MAX; WORDS];
        for code in codes {
            let row = &rows[places[*code] as usize];
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
