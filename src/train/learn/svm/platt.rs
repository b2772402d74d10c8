//! From decision values to log-odds: a line fitted to outcomes of rows that took no part in the fit.
//!
//! Source: Platt (1999). The line itself is fitted by [`platt`](crate::train::calibrate::platt), as every other calibration is.

use crate::error::{Code, Error, Result};
use crate::model::Link;
use crate::train::calibrate::platt;
use crate::train::sample::Sample;
use crate::train::threads::ordered;

/// How many parts the rows are cut into.
pub const FOLDS: usize = 5;

/// The fold of each row: rows of either outcome are dealt out in turn.
///
/// # Errors
/// Fewer than two rows of an outcome: without it there would be nothing to tell apart.
pub fn folds(target: &[f64]) -> Result<Vec<usize>> {
    let ones = target.iter().filter(|target| **target == 1.0).count();
    let fewest = ones.min(target.len() - ones);
    if fewest < 2 {
        let what = "calibration needs two rows of each outcome; rows of the rarer one";
        return Err(Error::limit(Code::BadData, what, 2, fewest as u64));
    }
    let (mut dealt, folds) = ([0; 2], FOLDS.min(fewest));
    let mut deal = |target: &f64| {
        let count = &mut dealt[*target as usize];
        *count += 1;
        (*count - 1) % folds
    };
    Ok(target.iter().map(&mut deal).collect())
}

/// The link of a machine. `decide` fits one to all rows outside a fold and returns decision values of the rows inside.
pub fn calibrated(
    sample: &Sample,
    folds: &[usize],
    decide: impl Fn(&[usize], &[usize]) -> Result<Vec<f64>> + Sync,
) -> Result<Link> {
    let count = folds.iter().max().map_or(0, |last| last + 1);
    let rows_of =
        |wanted: &dyn Fn(usize) -> bool| -> Vec<usize> { (0..folds.len()).filter(|row| wanted(folds[*row])).collect() };
    let values = ordered(
        count,
        |fold| {
            let (inside, outside) = (rows_of(&|other| other == fold), rows_of(&|other| other != fold));
            decide(&outside, &inside).map(|values| (inside, values))
        },
        |_| {},
    );
    let mut decisions = vec![0.0; sample.rows()];
    for result in values {
        let (rows, values) = result?;
        rows.into_iter().zip(values).for_each(|(row, value)| decisions[row] = value);
    }
    Ok(platt(&decisions, &sample.target, &sample.weight).link())
}
