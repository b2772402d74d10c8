//! An experiment, or logged decisions: what was known, which arm was given and how likely, what it brought, what it cost.
//!
//! Everything that learns or judges a policy starts from here. It does *not* say how arms came to be given: a coin and a
//! logging policy look the same, as long as their probabilities are known.

use super::sample::Sample;
use crate::error::{Code, Error, Result};
use crate::model::MAX_ARMS;

/// How far probabilities of a row may be from adding up to one.
const SLACK: f64 = 1e-6;

/// Rows, column by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trial {
    /// Names of the arms; the first is no offer.
    pub arms: Vec<String>,
    /// What was known about each row. Its target is the reward: what the row brought before the arm's cost.
    pub features: Sample,
    /// The arm given, by row.
    pub arm: Vec<u16>,
    /// The probability of every arm, by row; a single entry holds for all rows.
    pub propensity: Vec<Vec<f64>>,
    /// Whether a log kept the probability of the arm given alone: then it is the one entry of every row.
    pub only_given: bool,
    /// What the arm given cost, by row, in the reward's unit; below zero where it pays for itself.
    pub cost: Vec<f64>,
    /// Rows with the same number are one shopper's and are never parted; none where every row stands for itself.
    pub shopper: Option<Vec<u64>>,
}

impl Trial {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.features.rows()
    }

    /// The probability with which `row` could have been given `arm`; no number where it was not kept.
    pub fn chance(&self, row: usize, arm: usize) -> f64 {
        if self.only_given {
            return if self.arm[row] as usize == arm { self.propensity[row][0] } else { f64::NAN };
        }
        let of_row = if self.propensity.len() == 1 { &self.propensity[0] } else { &self.propensity[row] };
        of_row[arm]
    }

    /// What the row brought before costs.
    pub fn reward(&self, row: usize) -> f64 {
        self.features.target[row]
    }

    /// Some rows, in the order given.
    pub fn pick(&self, rows: &[usize]) -> Trial {
        let same = self.propensity.len() == 1 && !self.only_given;
        let propensity = rows.iter().map(|row| self.propensity[*row].clone());
        Trial {
            arms: self.arms.clone(),
            features: self.features.pick(rows),
            arm: rows.iter().map(|row| self.arm[*row]).collect(),
            propensity: if same { self.propensity.clone() } else { propensity.collect() },
            only_given: self.only_given,
            cost: rows.iter().map(|row| self.cost[*row]).collect(),
            shopper: self.shopper.as_ref().map(|shopper| rows.iter().map(|row| shopper[*row]).collect()),
        }
    }

    /// Refuses what no estimate could rest on.
    ///
    /// # Errors
    /// No or uneven rows; fewer than two or more than 16 arms; an arm that is not named; a row whose arm had no chance, or
    /// whose probabilities do not add up to one; a cost that is no number.
    pub fn check(&self) -> Result<()> {
        self.features.check()?;
        let (rows, arms) = (self.rows(), self.arms.len());
        if !(2..=MAX_ARMS).contains(&arms) {
            return Err(Error::limit(Code::OutOfRange, "arms of a trial, at least 2", MAX_ARMS as u64, arms as u64));
        }
        let lengths = [self.arm.len(), self.cost.len(), self.shopper.as_ref().map_or(rows, Vec::len)];
        if let Some(length) = lengths.into_iter().find(|length| *length != rows) {
            return Err(Error::limit(Code::BadIndex, "arms, costs or shoppers by row", rows as u64, length as u64));
        }
        if self.propensity.len() != rows && (self.only_given || self.propensity.len() != 1) {
            let found = self.propensity.len() as u64;
            return Err(Error::limit(Code::BadIndex, "probabilities by row, or one for all", rows as u64, found));
        }
        let check = |(row, chances): (usize, &Vec<f64>)| match self.only_given {
            true => check_given(row, chances),
            false if chances.len() != arms => {
                let what = format!("row {row}: {} probabilities for {arms} arms", chances.len());
                Err(Error::new(Code::BadIndex, what))
            }
            false => check_chances(row, chances),
        };
        self.propensity.iter().enumerate().try_for_each(check)?;
        (0..rows).try_for_each(|row| self.check_row(row))
    }

    fn check_row(&self, row: usize) -> Result<()> {
        let arm = self.arm[row] as usize;
        let refuse = |code, what: String| Err(Error::new(code, format!("row {row}: {what}")));
        if arm >= self.arms.len() {
            return refuse(Code::BadIndex, format!("arm {arm} of a trial with {} arms", self.arms.len()));
        }
        if self.chance(row, arm) <= 0.0 {
            return refuse(Code::BadData, format!("was given `{}`, which had no chance", self.arms[arm]));
        }
        match self.cost[row].is_finite() {
            true => Ok(()),
            false => refuse(Code::NotFinite, format!("a cost must be a number, found {}", self.cost[row])),
        }
    }
}

fn check_given(row: usize, chances: &[f64]) -> Result<()> {
    match chances {
        [chance] if *chance > 0.0 && *chance <= 1.0 => Ok(()),
        found => Err(Error::new(
            Code::OutOfRange,
            format!("row {row}: one probability of the arm given, above 0 and at most 1; found {found:?}"),
        )),
    }
}

/// Refuses what cannot be the probabilities of all arms of row `row`: 0 to 1 each, together 1, rounding aside.
///
/// # Errors
/// [`Code::OutOfRange`] with their sum.
pub fn check_chances(row: usize, chances: &[f64]) -> Result<()> {
    let sum = crate::math::ordered_sum(chances.iter().copied());
    let sound = chances.iter().all(|chance| (0.0..=1.0 + SLACK).contains(chance)) && (sum - 1.0).abs() <= SLACK;
    match sound {
        true => Ok(()),
        false => {
            let what = format!("row {row}: probabilities of the arms are 0 to 1 and add up to 1, found a sum of {sum}");
            Err(Error::new(Code::OutOfRange, what))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::sample::Column;

    fn trial() -> Trial {
        Trial {
            arms: vec!["none".into(), "mail".into()],
            features: Sample {
                names: vec!["recency".into()],
                columns: vec![Column::Number(vec![1.0, 2.0, 3.0])],
                target: vec![0.0, 5.0, 0.0],
                weight: vec![1.0; 3],
            },
            arm: vec![0, 1, 1],
            propensity: vec![vec![0.5, 0.5]],
            only_given: false,
            cost: vec![0.0, 0.1, 0.1],
            shopper: None,
        }
    }

    #[test]
    fn refuses_what_no_estimate_could_rest_on() {
        let check = |spoil: fn(&mut Trial), says: &str| {
            let mut spoilt = trial();
            spoil(&mut spoilt);
            let error = spoilt.check().expect_err(says).to_string();
            assert!(error.contains(says), "{error} does not say {says}");
        };
        assert_eq!(trial().check(), Ok(()));
        check(|trial| trial.arm[1] = 2, "row 1: arm 2");
        check(|trial| trial.cost[2] = f64::NAN, "row 2: a cost must be a number");
        check(|trial| trial.propensity[0] = vec![1.0, 0.0], "row 1: was given `mail`, which had no chance");
        check(|trial| trial.propensity[0] = vec![0.5, 0.6], "found a sum of 1.1");
        check(|trial| trial.propensity[0] = vec![f64::NAN, 0.5], "found a sum of NaN");
        check(|trial| trial.propensity.push(vec![0.5, 0.5]), "probabilities by row");
        check(|trial| trial.arms.truncate(1), "arms of a trial");
        check(|trial| trial.cost.truncate(2), "by row");
        check(|trial| trial.features.target[0] = f64::INFINITY, "the outcome must be a number");
    }

    #[test]
    fn a_log_may_have_kept_the_chance_of_the_arm_given_alone() {
        let mut log = Trial { propensity: vec![vec![0.2], vec![0.7], vec![1.0]], only_given: true, ..trial() };
        assert_eq!(log.check(), Ok(()));
        assert_eq!(
            (log.chance(1, 1), log.chance(0, 1).is_nan(), log.pick(&[1]).propensity),
            (0.7, true, vec![vec![0.7]])
        );
        log.propensity[2] = vec![0.0];
        assert!(log.check().unwrap_err().to_string().contains("row 2: one probability of the arm given"));
    }

    #[test]
    fn picks_rows_with_everything_that_belongs_to_them() {
        let mut whole = trial();
        whole.shopper = Some(vec![7, 8, 9]);
        let picked = whole.pick(&[2, 1]);
        assert_eq!(picked.shopper, Some(vec![9, 8]));
        assert_eq!((picked.reward(1), picked.cost[1], picked.chance(0, 1)), (5.0, 0.1, 0.5));
        assert_eq!(picked.check(), Ok(()));
    }
}
