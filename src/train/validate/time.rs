//! Folds that follow each other in time: nothing is predicted from what came after it.

use super::{Fold, Rows};
use crate::error::{Code, Error, Result};

/// Time is cut into `folds + 1` stretches of about as many rows each; a fold is judged by one stretch and fitted on all
/// rows that happened more than the gap before its first moment. Rows of one moment are never parted.
pub(super) fn expanding(rows: &Rows, folds: usize, gap: i64) -> Result<Vec<Fold>> {
    let moments = rows.moments()?;
    let starts = starts(moments, folds)?;
    let fold = |number: usize| {
        let (start, end) = (starts[number], starts.get(number + 1));
        let is_test = |moment: i64| moment >= start && end.is_none_or(|end| moment < *end);
        Fold { train: pick(moments, |moment| moment < start.saturating_sub(gap)), test: pick(moments, is_test) }
    };
    Ok((0..folds).map(fold).collect())
}

/// Rows whose moment `wanted` takes.
pub(super) fn pick(moments: &[i64], wanted: impl Fn(i64) -> bool) -> Vec<usize> {
    (0..moments.len()).filter(|row| wanted(moments[*row])).collect()
}

/// The first moment of every stretch but the first. Each comes after the one before, whatever the ties.
fn starts(moments: &[i64], folds: usize) -> Result<Vec<i64>> {
    let mut sorted = moments.to_vec();
    sorted.sort_unstable();
    let mut starts: Vec<i64> = Vec::with_capacity(folds);
    for number in 1..=folds {
        let at = sorted.len() * number / (folds + 1);
        let after = starts.last().copied().or(sorted.first().copied());
        // A stretch starts at the moment due, or, where ties have swallowed that, at the next moment there is.
        let due = sorted
            .get(at)
            .copied()
            .zip(after)
            .map(|(due, after)| if due > after { Some(due) } else { next(&sorted, after) });
        match due.flatten() {
            Some(start) => starts.push(start),
            None => {
                let what = "moments that differ, at least one more than folds in time";
                sorted.dedup();
                return Err(Error::limit(Code::BadData, what, folds as u64 + 1, sorted.len() as u64));
            }
        }
    }
    Ok(starts)
}

fn next(sorted: &[i64], after: i64) -> Option<i64> {
    sorted.get(sorted.partition_point(|moment| *moment <= after)).copied()
}
