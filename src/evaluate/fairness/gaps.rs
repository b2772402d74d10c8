//! Offer-rate and mean-discount gaps: a group's mean less that of all others, with a bootstrap over shoppers.
//!
//! A gap is about what is given, not about why. It does *not* account for what else differs between the groups.

use super::finding::{CheckedFairness, Finding, Test};
use super::offers::{Groups, Offers};
use crate::error::Result;
use crate::evaluate::metrics::Resampling;
use crate::evaluate::off_policy::{Terms, draws, percentiles};
use crate::evaluate::summary::Figure;

impl CheckedFairness {
    /// Two findings for each group: its offer rate and its mean discount, less those of all others.
    ///
    /// # Errors
    /// No or uneven rows, a chance outside 0 to 1, a discount that is no number; a group without members, or with all.
    pub fn gaps(&self, offers: &Offers, groups: &Groups) -> Result<Vec<Finding>> {
        let (unit, units) = offers.shoppers()?;
        groups.check(unit.len())?;
        let mut findings = Vec::new();
        for (group, name) in groups.names.iter().enumerate() {
            let is_member: Vec<bool> = groups.of.iter().map(|of| *of as usize == group).collect();
            let gap = |values: &[f64]| self.gap(values, &is_member, (&unit, units));
            let what = |test: Test, what: &str| (test, format!("{what}, {name} less all others"));
            let (rate, depth) = (what(Test::OfferRate, "offer rate"), what(Test::Discount, "mean discount"));
            findings.push(self.two_sided(rate, gap(offers.offered), self.0.offer_rate_gap));
            findings.push(self.two_sided(depth, gap(offers.discount), self.0.discount_gap));
        }
        Ok(findings)
    }

    fn gap(&self, values: &[f64], is_member: &[bool], (unit, units): (&[u32], usize)) -> Figure {
        let mut terms = vec![Terms::default(); 2 * units];
        let mut all = [Terms::default(); 2];
        for (row, value) in values.iter().enumerate() {
            let (term, side) = (Terms { above: *value, below: 1.0 }, !is_member[row] as usize);
            let sum = &mut terms[2 * unit[row] as usize + side];
            *sum = sum.plus(term);
            all[side] = all[side].plus(term);
        }
        let value = all[0].ratio().unwrap_or(f64::NAN) - all[1].ratio().unwrap_or(f64::NAN);
        self.figure(value, &terms, 2, |ratios| ratios[0] - ratios[1])
    }

    /// The value with percentiles of what `of` makes of each resample's ratios.
    pub(super) fn figure(&self, value: f64, terms: &[Terms], ratios: usize, of: impl Fn(&[f64]) -> f64) -> Figure {
        let resampling = Resampling { count: self.0.resamples, seed: self.0.seed };
        let found = draws(terms, ratios, resampling);
        percentiles(value, found.chunks(ratios).map(of), (1.0 - self.0.confidence) / 2.0)
    }
}
