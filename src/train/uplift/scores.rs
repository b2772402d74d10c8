//! What every row would have brought under every arm, as far as one trial can say: doubly robust scores.
//!
//! ```text
//! score(i, a) = f_a(x_i) + 1[a_i = a] / e_a(x_i) · (y_i − f_a(x_i))          (Robins, Rotnitzky and Zhao 1994)
//! ```
//! `f_a` is fitted without the row's fold. The mean of an arm's scores estimates what giving it to everybody brings; with
//! known propensities it does so without bias however bad `f` is. A single score is very noisy: it is for averages over
//! many rows, not for one.

use super::base::{Base, is_binary};
use super::rows_given;
use crate::error::{Code, Error, Result};
use crate::train::learn::Watch;
use crate::train::trial::Trial;
use crate::train::validate::{Fold, FoldParams, Rows, Scheme};

/// A score for every row and arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmScores {
    arms: usize,
    values: Vec<f64>,
}

impl ArmScores {
    /// Scores row after row, `arms` of each.
    ///
    /// # Errors
    /// No arm, values that do not fill their last row, or that are no finite numbers.
    pub fn new(arms: usize, values: Vec<f64>) -> Result<ArmScores> {
        if arms == 0 || !values.len().is_multiple_of(arms) {
            return Err(Error::limit(
                Code::BadIndex,
                "scores of arms, row after row",
                arms as u64,
                values.len() as u64,
            ));
        }
        match values.iter().position(|value| !value.is_finite()) {
            Some(at) => Err(Error::new(Code::NotFinite, format!("row {}: a score must be finite", at / arms))),
            None => Ok(ArmScores { arms, values }),
        }
    }

    /// The scores of a trial's reward minus `price` times its cost.
    ///
    /// A `price` of 0 leaves costs out, 1 makes scores of profit. Every row must be judged by exactly one fold, see
    /// [`folds`].
    ///
    /// # Errors
    /// What the trial or a learner is refused for; folds that do not judge every row once; a price that is not finite.
    pub fn of(trial: &Trial, base: &Base, folds: &[Fold], price: f64, watch: Watch) -> Result<ArmScores> {
        trial.check()?;
        let arms = trial.arms.len();
        check_folds(folds, trial.rows())?;
        let net: Vec<f64> = (0..trial.rows()).map(|row| trial.reward(row) - price * trial.cost[row]).collect();
        let mut values = cross_fitted(trial, (&net, is_binary(&net)), base, folds, watch)?;
        for (row, of_row) in values.chunks_exact_mut(arms).enumerate() {
            let given = trial.arm[row] as usize;
            of_row[given] += (net[row] - of_row[given]) / trial.chance(row, given);
        }
        ArmScores::new(arms, values)
    }

    /// How many arms there are.
    pub fn arms(&self) -> usize {
        self.arms
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.values.len() / self.arms
    }

    /// The scores of a row, by arm.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.arms..(row + 1) * self.arms]
    }

    /// By row, the score of `arm` minus that of none.
    pub fn gains(&self, arm: usize) -> Vec<f64> {
        self.values.chunks_exact(self.arms).map(|row| row[arm] - row[0]).collect()
    }

    /// The mean score of each arm over all rows.
    pub fn means(&self) -> Vec<f64> {
        let sum = |arm: usize| self.values.chunks_exact(self.arms).fold(0.0, |sum, row| sum + row[arm]);
        (0..self.arms).map(|arm| sum(arm) / self.rows() as f64).collect()
    }

    /// Some rows, in the order given.
    pub fn pick(&self, rows: &[usize]) -> ArmScores {
        ArmScores { arms: self.arms, values: rows.iter().flat_map(|row| self.row(*row)).copied().collect() }
    }
}

/// What each arm is expected to bring on each row by a model of that arm's rows that had not seen it: `rows × arms` numbers,
/// in the unit of `target`, which is by row, and
/// fitted as yes and no if `binary`. Folds must judge every row once.
///
/// # Errors
/// What a learner refuses, such as an arm without rows.
pub fn cross_fitted(
    trial: &Trial,
    (target, binary): (&[f64], bool),
    base: &Base,
    folds: &[Fold],
    watch: Watch,
) -> Result<Vec<f64>> {
    let arms = trial.arms.len();
    let mut expected = vec![0.0; trial.rows() * arms];
    for (number, fold) in folds.iter().enumerate() {
        let mut train = trial.pick(&fold.train);
        train.features.target = fold.train.iter().map(|row| target[*row]).collect();
        for arm in 0..arms {
            let predictor = base.fit(&train.features.pick(&rows_given(&train, &[arm])), binary, &|_, _| {})?;
            for row in &fold.test {
                expected[row * arms + arm] = predictor.predict(&trial.features.row(*row));
            }
        }
        watch(number as u64 + 1, folds.len() as u64);
    }
    Ok(expected)
}

/// Folds that keep the rows of a shopper together, or deal rows by chance where every row stands for itself.
///
/// # Errors
/// Fewer shoppers or rows than folds.
pub fn folds(trial: &Trial, count: usize, seed: u64) -> Result<Vec<Fold>> {
    let scheme = if trial.shopper.is_some() { Scheme::Grouped } else { Scheme::Shuffled };
    let params = FoldParams { scheme, folds: count, seed, ..FoldParams::default() };
    params.check()?.split(&Rows { target: &trial.features.target, group: trial.shopper.as_deref(), moment: None })
}

fn check_folds(folds: &[Fold], rows: usize) -> Result<()> {
    let mut judged = vec![0_u32; rows];
    for row in folds.iter().flat_map(|fold| &fold.test) {
        match judged.get_mut(*row) {
            Some(times) => *times += 1,
            None => return Err(Error::limit(Code::BadIndex, "rows that folds judge", rows as u64, *row as u64)),
        }
    }
    match judged.iter().position(|times| *times != 1) {
        Some(row) => Err(Error::new(Code::BadData, format!("row {row}: one fold judges it, found {}", judged[row]))),
        None => Ok(()),
    }
}
