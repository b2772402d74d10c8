//! Rows whose arms nobody drew: how likely each arm was is fitted, and rows that can be compared with no others are left out.
//!
//! Training rows get probabilities of models that had not seen them, held-out rows those of models of all training rows. Rows
//! for which an arm was all but certain, or impossible, are left out of both (Crump et al. 2009); where they are many, or an
//! arm's other rows too few, the run is refused. Probabilities do not look at rewards, so nothing of a judged row leaks.
//!
//! It does *not* make an experiment: what moved arm and reward and is no feature stays in every figure.

use super::Setup;
use super::trials::Trials;
use crate::error::{Error, Result};
use crate::train::sample::Sample;
use crate::train::table::Prepared;
use crate::train::uplift::{self, EDGE, Overlap, Propensities, is_outside, propensities};

/// Fitted probabilities of the arms, by row.
pub struct Fitted {
    /// Of training rows.
    pub train: Vec<Vec<f64>>,
    /// Of held-out rows.
    pub test: Vec<Vec<f64>>,
}

/// A table without the rows that no comparison can use.
pub struct Observed {
    /// The table.
    pub prepared: Prepared,
    /// How likely arms were.
    pub fitted: Fitted,
    /// How many training rows were left out by arm, and how sure the others are.
    pub overlap: Overlap,
}

impl Observed {
    /// Fits, leaves out and checks; none where a coin gave the arms.
    ///
    /// # Errors
    /// Rows without overlap: an arm that for too many was all but certain or impossible, or that too few others were given.
    pub fn of(prepared: &Prepared, setup: &Setup) -> Result<Option<Observed>> {
        if !setup.trial.observational {
            return Ok(None);
        }
        let trials = Trials::of(prepared, setup, None)?;
        let folds = uplift::folds(&trials.train, setup.trial.folds, setup.trial.seed)?;
        let train = propensities(&trials.train, &folds)?;
        let test = of_rows(&Propensities::fit(&trials.train)?, &trials.test.features);
        let [kept, judged] = [&train, &test].map(|chances| inside(chances));
        let fitted = Fitted { train: pick(&train, &kept), test: pick(&test, &judged) };
        let outside = Overlap::of(&trials.train, &train).outside;
        let overlap = Overlap { outside, ..Overlap::of(&trials.train.pick(&kept), &fitted.train) };
        let named = |error: Error| Error::new(error.code(), format!("trial.observational: {error}"));
        let (most, least) = (setup.trial.max_outside, setup.trial.min_effective_rows);
        overlap.check(&setup.checked.ids, most, least).map_err(named)?;
        let cause = format!("fitted propensity of an arm outside [{EDGE}, {}]", 1.0 - EDGE);
        Ok(Some(Observed { prepared: prepared.keep(&kept, &judged, &cause), fitted, overlap }))
    }
}

fn of_rows(fitted: &Propensities, sample: &Sample) -> Vec<Vec<f64>> {
    (0..sample.rows()).map(|row| fitted.of(&sample.row(row))).collect()
}

fn inside(chances: &[Vec<f64>]) -> Vec<usize> {
    (0..chances.len()).filter(|row| !is_outside(&chances[*row])).collect()
}

fn pick(chances: &[Vec<f64>], rows: &[usize]) -> Vec<Vec<f64>> {
    rows.iter().map(|row| chances[*row].clone()).collect()
}
