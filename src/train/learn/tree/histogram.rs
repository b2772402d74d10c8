//! Sums per bin of some rows, for all features of a block in one pass.

use super::bins::Block;
use super::tally::Tally;

/// Adds the rows named to a block's histogram, which must have the block's number of bins.
pub fn add_rows(histogram: &mut [Tally], block: &Block, rows: &[u32], tallies: &[Tally]) {
    let (width, codes) = (block.width(), block.codes());
    let offsets = &block.offsets[..width];
    for row in rows {
        let row = *row as usize;
        let tally = tallies[row];
        let codes = &codes[row * width..(row + 1) * width];
        for (code, offset) in codes.iter().zip(offsets) {
            histogram[offset + *code as usize] += tally;
        }
    }
}

/// Adds the rows named to one feature's histogram.
pub fn add_column(histogram: &mut [Tally], codes: &[u8], rows: &[u32], tallies: &[Tally]) {
    for row in rows {
        histogram[codes[*row as usize] as usize] += tallies[*row as usize];
    }
}

/// Leaves in `whole` what is not in `part`.
pub fn subtract(whole: &mut [Tally], part: &[Tally]) {
    whole.iter_mut().zip(part).for_each(|(whole, part)| *whole = *whole - *part);
}
