//! Logged decisions beside the policy to be judged, and the checked rows that every estimator works on.
//!
//! A log says what was given, how likely that was, and what came of it. It does *not* say what the other arms would have
//! brought: that is what the estimators and the reward model are for.

use super::estimator::{Estimator, Terms};
use crate::error::{Code, Error, Result};
use crate::evaluate::measures::numbered;
use crate::train::trial::check_chances;

/// With which probability the log gave an arm.
#[derive(Clone, Debug, PartialEq)]
pub enum Propensity {
    /// Of the arm given, by row. Whether the log could have given every arm the policy gives is then not known.
    Taken(Vec<f64>),
    /// Of every arm: row by row, as many numbers as there are arms.
    Every(Vec<f64>),
}

/// Logged decisions and the policy to be judged on them. Tables by arm are row by row, one number per arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// How many arms there are.
    pub arms: usize,
    /// What each row brought, its cost taken off.
    pub reward: Vec<f64>,
    /// The arm given, by row.
    pub arm: Vec<u16>,
    /// How likely that was.
    pub propensity: Propensity,
    /// The probability with which the policy to be judged gives each arm: `rows × arms` numbers.
    pub target: Vec<f64>,
    /// What a reward model that has not seen the row expects of each arm: `rows × arms` numbers.
    pub value: Option<Vec<f64>>,
    /// Rows with the same number are one shopper's; without, each row stands for itself.
    pub shopper: Option<Vec<u64>>,
}

/// One row, as estimators read it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// What it brought.
    pub reward: f64,
    /// The policy's probability of the arm given over the log's.
    pub weight: f64,
    /// What the reward model expects of the arm given; 0 without a model.
    pub expected: f64,
    /// What the reward model expects of the policy; 0 without a model.
    pub policy_value: f64,
}

/// Checked rows: weights worked out, shoppers numbered.
#[derive(Clone, Debug)]
pub struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) unit: Vec<u32>,
    pub(super) units: usize,
    pub(super) modelled: bool,
    /// What the policy gives to arms that the log could not have given, by row; none where that is not known.
    pub(super) unsupported: Option<Vec<f64>>,
    /// The largest weight that any arm of any row could have had; none where that is not known.
    pub(super) largest_possible: Option<f64>,
}

impl Logged {
    /// Refuses what no estimate could rest on.
    ///
    /// # Errors
    /// No or uneven rows; no arms; an arm beyond the last; a reward, an expectation or a probability that is no number; a
    /// propensity of the arm given that is not above 0 and at most 1; probabilities of a row that do not add up to 1.
    pub fn check(&self) -> Result<Rows> {
        self.check_lengths()?;
        (0..self.reward.len()).try_for_each(|row| self.check_row(row))?;
        let rows: Vec<Row> = (0..self.reward.len()).map(|row| self.row(row)).collect();
        if let Some(row) = rows.iter().position(|row| !(row.weight.is_finite() && row.policy_value.is_finite())) {
            return Err(Error::new(Code::NotFinite, format!("row {row}: a weight or an expectation is not finite")));
        }
        let (unit, units) = numbered(self.shopper.as_deref(), rows.len());
        let (unsupported, largest_possible) = (self.unsupported(), self.largest_possible());
        Ok(Rows { rows, unit, units, modelled: self.value.is_some(), unsupported, largest_possible })
    }

    fn check_lengths(&self) -> Result<()> {
        let (rows, arms) = (self.reward.len(), self.arms);
        if rows == 0 || arms == 0 {
            let what = format!("an evaluation needs rows and arms, found {rows} rows and {arms} arms");
            return Err(Error::new(Code::BadData, what));
        }
        let uneven = |what: &'static str, limit: usize, found: usize| match limit == found {
            true => Ok(()),
            false => Err(Error::limit(Code::BadIndex, what, limit as u64, found as u64)),
        };
        uneven("arms given beside rewards", rows, self.arm.len())?;
        match &self.propensity {
            Propensity::Taken(taken) => uneven("propensities beside rewards", rows, taken.len())?,
            Propensity::Every(every) => uneven("propensities of every arm and row", rows * arms, every.len())?,
        }
        uneven("probabilities of the policy, of every arm and row", rows * arms, self.target.len())?;
        uneven("expectations of every arm and row", rows * arms, self.value.as_ref().map_or(rows * arms, Vec::len))?;
        uneven("shoppers beside rewards", rows, self.shopper.as_ref().map_or(rows, Vec::len))
    }

    fn check_row(&self, row: usize) -> Result<()> {
        let refuse = |code, what: String| Err(Error::new(code, format!("row {row}: {what}")));
        let arm = self.arm[row] as usize;
        if arm >= self.arms {
            return refuse(Code::BadIndex, format!("arm {arm} of {} arms", self.arms));
        }
        if !self.reward[row].is_finite() {
            return refuse(Code::NotFinite, format!("a reward must be a number, found {}", self.reward[row]));
        }
        let taken = self.taken(row);
        if !(taken > 0.0 && taken <= 1.0) {
            return refuse(
                Code::OutOfRange,
                format!("the arm given has a propensity above 0, at most 1, found {taken}"),
            );
        }
        check_chances(row, self.of_row(&self.target, row))?;
        if let Propensity::Every(every) = &self.propensity {
            check_chances(row, self.of_row(every, row))?;
        }
        let expected = self.value.as_ref().map_or(&[][..], |value| self.of_row(value, row));
        match expected.iter().find(|expected| !expected.is_finite()) {
            Some(found) => refuse(Code::NotFinite, format!("an expectation must be a number, found {found}")),
            None => Ok(()),
        }
    }

    fn of_row<'a>(&self, table: &'a [f64], row: usize) -> &'a [f64] {
        &table[row * self.arms..(row + 1) * self.arms]
    }

    fn taken(&self, row: usize) -> f64 {
        match &self.propensity {
            Propensity::Taken(taken) => taken[row],
            Propensity::Every(every) => every[row * self.arms + self.arm[row] as usize],
        }
    }

    fn row(&self, row: usize) -> Row {
        let (arm, target) = (self.arm[row] as usize, self.of_row(&self.target, row));
        let value = self.value.as_ref().map(|value| self.of_row(value, row));
        let policy_value = value.map_or(0.0, |value| target.iter().zip(value).fold(0.0, |sum, (p, v)| sum + p * v));
        let expected = value.map_or(0.0, |value| value[arm]);
        Row { reward: self.reward[row], weight: target[arm] / self.taken(row), expected, policy_value }
    }

    fn unsupported(&self) -> Option<Vec<f64>> {
        let Propensity::Every(every) = &self.propensity else { return None };
        let mass = |(target, chance): (&[f64], &[f64])| {
            target.iter().zip(chance).filter(|(_, chance)| **chance <= 0.0).fold(0.0, |sum, (target, _)| sum + target)
        };
        Some(self.target.chunks(self.arms).zip(every.chunks(self.arms)).map(mass).collect())
    }

    fn largest_possible(&self) -> Option<f64> {
        let Propensity::Every(every) = &self.propensity else { return None };
        let given = self.target.iter().zip(every).filter(|(_, chance)| **chance > 0.0);
        Some(given.fold(0.0, |largest: f64, (target, chance)| largest.max(target / chance)))
    }
}

impl Rows {
    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// How many shoppers there are; as many as rows where rows stand for themselves.
    pub fn shoppers(&self) -> usize {
        self.units
    }

    /// The rows in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Adds each shopper's terms to column `place` of a table with `ratios` columns and a line per shopper: what
    /// [`draws`](super::draws) takes.
    pub fn add_terms(&self, estimator: Estimator, table: &mut [Terms], ratios: usize, place: usize) {
        for (row, unit) in self.rows.iter().zip(&self.unit) {
            let sum = &mut table[*unit as usize * ratios + place];
            *sum = sum.plus(estimator.terms(row));
        }
    }

    /// Whether a reward model's expectations are there.
    pub fn is_modelled(&self) -> bool {
        self.modelled
    }
}
