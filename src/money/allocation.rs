//! Sharing one amount out among many, to the last minor unit.
//!
//! Largest remainder (Hamilton's method): everyone gets the whole part of the exact share, what is left goes one unit
//! each to the largest remainders, equal remainders in order. Where a share is more than there is room for, the room
//! is filled and the rest shared among the others. *Not* here: any idea of what is being shared.

use alloc::vec::Vec;
use core::cmp::Reverse;

/// One of those among whom an amount is shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The share is in proportion to this; nothing below 1 gets anything.
    pub weight: i64,
    /// The most it takes; taken as 0 when negative.
    pub room: i64,
}

/// Shares `amount` in proportion to the weights.
///
/// The parts add up to `amount` exactly, or to all the room there is if that is less; none exceeds its room. Weights
/// and rooms up to 10^12 each are exact.
pub fn allocate(amount: i64, shares: &[Share]) -> Vec<i64> {
    let mut parts = alloc::vec![0; shares.len()];
    let mut open: Vec<usize> = (0..shares.len()).filter(|place| open_to(shares[*place])).collect();
    let room: i128 = open.iter().map(|place| shares[*place].room as i128).sum();
    let mut left = (amount.max(0) as i128).min(room);
    // As when nothing bounds what an offer takes: everyone gets all there is room for.
    if left == room {
        open.iter().for_each(|place| parts[*place] = shares[*place].room);
        return parts;
    }
    loop {
        let weight: i128 = open.iter().map(|place| shares[*place].weight as i128).sum();
        let overflows = |place: &usize| product(left, shares[*place].weight) > product(weight, shares[*place].room);
        let (full, rest): (Vec<usize>, Vec<usize>) = open.iter().partition(|place| overflows(place));
        if full.is_empty() {
            share_out(left, weight, &rest, shares, &mut parts);
            return parts;
        }
        full.iter().for_each(|place| parts[*place] = shares[*place].room);
        left -= full.iter().map(|place| shares[*place].room as i128).sum::<i128>();
        open = rest;
    }
}

fn open_to(share: Share) -> bool {
    share.weight > 0 && share.room > 0
}

/// Hamilton's method where every exact share fits.
fn share_out(amount: i128, weight: i128, open: &[usize], shares: &[Share], parts: &mut [i64]) {
    if weight == 0 {
        return;
    }
    // Each is less than the weight, which has room in 64 bits.
    let mut remainders: Vec<(i64, usize)> = Vec::with_capacity(open.len());
    let mut left = amount;
    for place in open {
        let (share, remainder) = divided(product(amount, shares[*place].weight), weight);
        parts[*place] = share as i64;
        left -= share;
        remainders.push((remainder as i64, *place));
    }
    // Stable, so that equals stay in order.
    remainders.sort_by_key(|(remainder, _)| Reverse(*remainder));
    remainders.iter().take(left as usize).for_each(|(_, place)| parts[*place] += 1);
}

/// Of numbers that are not below 0. What needs more than 64 bits is multiplied in software.
fn product(one: i128, other: i64) -> i128 {
    const NARROW: i64 = 1 << 31;
    match one < NARROW as i128 && other < NARROW {
        true => (one as i64 * other) as i128,
        false => one * other as i128,
    }
}

/// The whole and the rest. Numbers wider than 64 bits are divided in software.
fn divided(number: i128, by: i128) -> (i128, i128) {
    match (i64::try_from(number), i64::try_from(by)) {
        (Ok(number), Ok(by)) => ((number / by) as i128, (number % by) as i128),
        _ => (number / by, number % by),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(amount: i64, shares: &[(i64, i64)], expected: &[i64]) {
        let shares: Vec<Share> = shares.iter().map(|(weight, room)| Share { weight: *weight, room: *room }).collect();
        assert_eq!(allocate(amount, &shares), expected, "{amount} among {shares:?}");
    }

    #[test]
    fn shares_to_the_last_unit() {
        check(100, &[(1, 100), (1, 100), (1, 100)], &[34, 33, 33]);
        check(5, &[(3, 9), (3, 9), (1, 9)], &[2, 2, 1]);
        check(1, &[(10, 10), (20, 20)], &[0, 1]);
        check(0, &[(10, 10)], &[0]);
        check(7, &[], &[]);
    }

    #[test]
    fn fills_no_more_than_the_room() {
        check(100, &[(1, 10), (1, 100), (1, 100)], &[10, 45, 45]);
        check(100, &[(1, 10), (2, 20)], &[10, 20]);
        check(100, &[(0, 50), (1, 30), (5, 0)], &[0, 30, 0]);
        check(-4, &[(1, 30)], &[0]);
        check(3, &[(1, -5), (1, 9)], &[0, 3]);
    }

    #[test]
    fn the_largest_amounts_stay_exact() {
        let most = crate::money::MAX_MINOR;
        check(most, &[(most, most), (most, most)], &[most / 2, most / 2]);
    }
}
