//! Whether those who bought more are offered less: the rank correlation of discount and history within strata.
//!
//! Ranks are taken within each stratum, ties sharing their mean rank, and centred there; the correlation is over all rows.
//! Strata hold what may rightly make a difference, such as the basket or the category. It does *not* say what causes it.

use super::finding::{CheckedFairness, Finding, Test};
use super::offers::Offers;
use crate::error::{Code, Error, Result};
use crate::evaluate::off_policy::Terms;
use crate::evaluate::summary::Figure;
use std::collections::BTreeMap;

impl CheckedFairness {
    /// The rank correlation of discount and history (orders, or days since the first one), by row. It is beyond its limit
    /// where it is further below 0 than that; a discount that is the same for all gives 0.
    ///
    /// # Errors
    /// No or uneven rows, a history that is no number.
    pub fn loyalty(&self, offers: &Offers, history: &[f64], strata: Option<&[u32]>) -> Result<Finding> {
        let (unit, units) = offers.shoppers()?;
        let rows = unit.len();
        if let Some(found) = [history.len(), strata.map_or(rows, <[u32]>::len)].into_iter().find(|found| *found != rows)
        {
            return Err(Error::limit(Code::BadIndex, "histories or strata by row", rows as u64, found as u64));
        }
        if let Some(row) = history.iter().position(|history| !history.is_finite()) {
            return Err(Error::new(Code::NotFinite, format!("row {row}: a history must be a number")));
        }
        let (discount, history) = (ranks(offers.discount, strata), ranks(history, strata));
        let figure = self.correlation(&discount, &history, (&unit, units));
        // A finding lies up to its limit, so that what counts against the loyal is above 0 here.
        let against = Figure { value: -figure.value, low: -figure.high, high: -figure.low };
        let what = (Test::Loyalty, "rank correlation of discount and history".to_string());
        let finding = self.up_to(what, against, self.0.loyalty);
        Ok(Finding { figure, limit: -finding.limit, ..finding })
    }

    /// `Σxy/√(Σxx·Σyy)`, from two ratios that a bootstrap can draw.
    fn correlation(&self, x: &[f64], y: &[f64], (unit, units): (&[u32], usize)) -> Figure {
        let mut terms = vec![Terms::default(); 2 * units];
        let mut all = [Terms::default(); 2];
        for (row, (x, y)) in x.iter().zip(y).enumerate() {
            for (side, below) in [x * x, y * y].into_iter().enumerate() {
                let (term, sum) = (Terms { above: x * y, below }, &mut terms[2 * unit[row] as usize + side]);
                *sum = sum.plus(term);
                all[side] = all[side].plus(term);
            }
        }
        let of = |ratios: &[f64]| {
            let found = (ratios[0] * ratios[1]).max(0.0).sqrt();
            if ratios.iter().any(|ratio| ratio.is_nan()) { 0.0 } else { found.copysign(ratios[0]) }
        };
        let value = of(&all.map(|terms| terms.ratio().unwrap_or(f64::NAN)));
        self.figure(value, &terms, 2, of)
    }
}

/// Ranks within strata as fractions, centred, ties sharing their mean.
fn ranks(values: &[f64], strata: Option<&[u32]>) -> Vec<f64> {
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    (0..values.len()).for_each(|row| members.entry(strata.map_or(0, |strata| strata[row])).or_default().push(row));
    let mut ranks = vec![0.0; values.len()];
    for rows in members.values_mut() {
        rows.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
        let mut start = 0;
        while start < rows.len() {
            let ties = rows[start..].iter().take_while(|row| values[**row] == values[rows[start]]).count();
            let rank = (start as f64 + (ties as f64 - 1.0) / 2.0 + 0.5) / rows.len() as f64 - 0.5;
            rows[start..start + ties].iter().for_each(|row| ranks[*row] = rank);
            start += ties;
        }
    }
    ranks
}
