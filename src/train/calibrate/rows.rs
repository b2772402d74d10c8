//! What a calibration is fitted on.

use crate::error::{Code, Error, Result};
use crate::model::MAX_ARMS;

/// Rows scored by models that did not see them.
#[derive(Clone, Copy, Debug)]
pub struct Uncalibrated<'a> {
    /// What the scorer said.
    pub raw: &'a [f64],
    /// What the model said: the log-odds without a calibration.
    pub score: &'a [f64],
    /// 0 or 1.
    pub outcome: &'a [f64],
    /// What each row counts for; positive.
    pub weight: &'a [f64],
    /// The arm that each row was under, and how many arms there are; none to calibrate all alike.
    pub arms: Option<(&'a [usize], usize)>,
    /// Rows of one group are kept together when `auto` chooses.
    pub group: Option<&'a [u64]>,
}

impl Uncalibrated<'_> {
    pub(super) fn check(&self) -> Result<()> {
        let count = self.outcome.len();
        let optional = [self.arms.map(|(arm, _)| arm.len()), self.group.map(<[u64]>::len)];
        let lengths = [self.raw.len(), self.score.len(), self.weight.len()];
        let mut lengths = lengths.into_iter().chain(optional.into_iter().flatten());
        if let Some(length) = lengths.find(|length| *length != count) {
            return Err(Error::limit(Code::BadIndex, "values beside as many outcomes", count as u64, length as u64));
        }
        if let Some(row) = (0..count).find(|row| !(self.raw[*row].is_finite() && self.score[*row].is_finite())) {
            return Err(Error::new(Code::NotFinite, format!("row {row}: a score must be a number")));
        }
        if let Some(row) = self.weight.iter().position(|weight| !(weight.is_finite() && *weight > 0.0)) {
            let found = self.weight[row];
            return Err(Error::new(Code::OutOfRange, format!("row {row}: a weight is above 0, found {found}")));
        }
        self.check_outcomes().and(self.check_arms())
    }

    fn check_outcomes(&self) -> Result<()> {
        if let Some(row) = self.outcome.iter().position(|outcome| *outcome != 0.0 && *outcome != 1.0) {
            let found = self.outcome[row];
            return Err(Error::new(Code::OutOfRange, format!("row {row}: the outcome must be 0 or 1, found {found}")));
        }
        match self.outcome.contains(&0.0) && self.outcome.contains(&1.0) {
            true => Ok(()),
            false => Err(Error::new(Code::BadData, "a calibration needs rows of both outcomes, found at most one")),
        }
    }

    fn check_arms(&self) -> Result<()> {
        let Some((arm, arms)) = self.arms else { return Ok(()) };
        if arms == 0 || arms > MAX_ARMS {
            return Err(Error::limit(Code::BadConfig, "arms, at least 1", MAX_ARMS as u64, arms as u64));
        }
        match arm.iter().find(|arm| **arm >= arms) {
            Some(arm) => Err(Error::limit(Code::BadIndex, "arm of a row", arms as u64 - 1, *arm as u64)),
            None => Ok(()),
        }
    }
}
