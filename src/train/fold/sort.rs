//! Rows into the order of the fold: by shopper's key, then time, then place in the log.
//!
//! One 128-bit number per row holds all three, so that comparing is one instruction and the order is stable by
//! construction. Cost: `n log n` compares of numbers in cache; rows themselves are touched once, when they are told.

use super::row::Row;

/// Places of `rows` in the order of the fold, each behind its shopper and time; into `order`, which is reused.
pub fn order(rows: &[Row], order: &mut Vec<u128>) {
    order.clear();
    order.extend(
        rows.iter()
            .enumerate()
            .map(|(place, row)| (row.shopper as u128) << 64 | (row.time as u128) << 32 | place as u128),
    );
    order.sort_unstable();
}

/// The place in an entry of [`order`].
pub fn place(entry: u128) -> usize {
    entry as u32 as usize
}

/// The time in an entry of [`order`].
pub fn time(entry: u128) -> u32 {
    (entry >> 32) as u32
}

/// The shopper in an entry of [`order`].
pub fn shopper(entry: u128) -> u64 {
    (entry >> 64) as u64
}

/// Rows of a partition a place can name.
pub const MAX_ROWS: usize = u32::MAX as usize;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_by_shopper_then_time_then_place_in_the_log() {
        let rows = [(2, 5), (1, 9), (2, 5), (1, 3), (2, 1)].map(|(key, time)| Row::new(key, time, 0, 0));
        let mut entries = vec![7];
        order(&rows, &mut entries);
        assert_eq!(entries.iter().map(|entry| place(*entry)).collect::<Vec<_>>(), [3, 1, 4, 0, 2]);
        assert_eq!(entries.iter().map(|entry| shopper(*entry)).collect::<Vec<_>>(), [1, 1, 2, 2, 2]);
    }
}
