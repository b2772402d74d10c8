//! How well a score ranks rows by what an offer changes: Qini, AUUC, value against cost, gain by band.
//!
//! ```text
//! Targeted (score, outcome, treated, cost, group) -> check -> Ranking -> UpliftScore | Curves | [Band]
//! ```
//! Rows stand by score, highest first; equal scores keep the order of the rows. `Yt, Nt, Yc, Nc` are the sums of outcomes
//! and the numbers of treated and control rows among the first `k` of `n`; a mean over no rows is 0.
//!
//! ```text
//! Q(k) = Yt − Nt · Yc / Nc              Qini      = 1/n · Σ_k [Q(k) − k/n · Q(n)] / Nt(n)
//! U(k) = (Yt / Nt − Yc / Nc) · k/n      AUUC      = 1/n · Σ_k U(k)
//! C(k): U of the costs                  AUUC gain = AUUC − U(n) / 2
//!                                       AUCC      = Σ_k ½ [U(k) + U(k−1)] · [C(k) − C(k−1)] / (U(n) · C(n))
//! ```
//! `Q` is Radcliffe's (2007, *Using control groups to target on predicted lift*); `U` is the cumulative gain of Gutierrez
//! and Gérardy (2017, *Causal inference and uplift modelling*); AUCC is the area under the cost curve of Du, Lee and
//! Ghaffarizadeh (2019, *Improve user retention with causal learning*). Under a random order the expected Qini and AUUC
//! gain are about 0, and AUCC is about ½.
//!
//! Every figure presumes that who was treated was decided by a coin of one bias for all rows. It does *not* correct for
//! anything else, and it does *not* judge a choice among several arms: that is the value of a policy.

mod bands;
mod curves;
mod ranking;

pub use bands::Band;
pub use curves::Curves;
pub use ranking::{Ranking, UpliftScore};

use crate::error::{Code, Error, Result};

/// Rows of an experiment with one offer and a control, beside the score that ranks them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Targeted<'a> {
    /// Predicted gain, or whatever else should put the most persuadable rows first.
    pub score: &'a [f64],
    /// What became of each row: 0 or 1, or an amount.
    pub outcome: &'a [f64],
    /// Whether the row was given the offer.
    pub treated: &'a [bool],
    /// What each row cost as it was given, in any unit; none where value is not held against cost.
    pub cost: Option<&'a [f64]>,
    /// Rows with the same number are drawn together by the bootstrap, such as those of one shopper.
    pub group: Option<&'a [u64]>,
}

impl Targeted<'_> {
    /// Sorts rows that figures can be measured on.
    ///
    /// # Errors
    /// Uneven rows; a score, an outcome or a cost that is no finite number; rows that were all treated, or none.
    pub fn check(&self) -> Result<Ranking> {
        let rows = self.outcome.len();
        let others = [self.score.len(), self.treated.len(), self.cost.map_or(rows, <[f64]>::len)];
        let group = self.group.map_or(rows, <[u64]>::len);
        if let Some(length) = others.into_iter().chain([group]).find(|length| *length != rows) {
            return Err(Error::limit(Code::BadIndex, "values beside outcomes of rows", rows as u64, length as u64));
        }
        let columns = [("a score", self.score), ("an outcome", self.outcome), ("a cost", self.cost.unwrap_or(&[]))];
        columns.into_iter().try_for_each(|(what, values)| finite(what, values))?;
        let treated = self.treated.iter().filter(|treated| **treated).count();
        if treated == 0 || treated == rows {
            let what = format!("a gain needs rows with and without the offer, found {treated} treated of {rows}");
            return Err(Error::new(Code::BadData, what));
        }
        Ok(Ranking::of(self))
    }
}

fn finite(what: &str, values: &[f64]) -> Result<()> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(row) => {
            let found = values[row];
            Err(Error::new(Code::NotFinite, format!("row {row}: {what} must be a finite number, found {found}")))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
