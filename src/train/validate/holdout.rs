//! Splits of one fold.

use super::time::pick;
use super::{Fold, Rows};
use crate::error::Result;
use crate::train::random::Random;

/// Of every so many rows the last is judged.
pub(super) fn every(rows: usize, every: usize) -> Fold {
    parted(rows, |row| row % every == every - 1)
}

/// A group is judged if its hash falls into the share. Which groups are depends on the seed and on nothing else, so that a
/// shopper stays on one side when rows are added.
pub(super) fn group_share(rows: &Rows, share: f64, seed: u64) -> Result<Fold> {
    let groups = rows.groups()?;
    let limit = (share * u64::MAX as f64) as u64;
    let hash = |group: u64| Random::new(Random::new(seed).bits() ^ group).bits();
    Ok(parted(rows.count(), |row| hash(groups[row]) < limit))
}

/// Judged from a moment on, fitted on what happened more than the gap before.
pub(super) fn moment(rows: &Rows, from: i64, gap: i64) -> Result<Fold> {
    let moments = rows.moments()?;
    let train = pick(moments, |moment| moment < from.saturating_sub(gap));
    Ok(Fold { train, test: pick(moments, |moment| moment >= from) })
}

fn parted(rows: usize, is_test: impl Fn(usize) -> bool) -> Fold {
    let (test, train) = (0..rows).partition(|row| is_test(*row));
    Fold { train, test }
}
