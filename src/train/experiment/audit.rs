//! Whom a policy treats how, on the held-out rows of an experiment: what [`fairness`](crate::evaluate::fairness) finds there.
//!
//! Where arms take nothing off a price, such as letters, there is no discount to compare: whether anything is offered is then
//! what the loyal may not have less of. It does *not* look at training rows, and mends nothing.

use super::Setup;
use crate::error::Result;
use crate::evaluate::fairness::{CheckedFairness, Finding, Groups, Offers, Test};
use crate::train::learn::linear::LogisticRegressionParams;
use crate::train::sample::{Column, Sample};
use crate::train::table::{Prepared, Watched};

/// How the report calls what the proxy test reads.
const FROM: [&str; 2] = ["all features", "what is offered"];

/// What the tests find of a policy that gives each arm with these chances: `rows × arms`. Empty where nothing is asked.
///
/// # Errors
/// Settings that make no sense; what a test refuses.
pub fn findings(prepared: &Prepared, setup: &Setup, chances: &[f64]) -> Result<Vec<Finding>> {
    if !setup.fairness.is_asked() {
        return Ok(Vec::new());
    }
    let fairness = setup.fairness.check(setup.trial.resamples, setup.trial.seed)?;
    let given = Given::of(setup, chances);
    let audit = Audit { prepared, fairness, given, shopper: shoppers(prepared) };
    let mut found = Vec::new();
    for watched in &prepared.test_audited.watched {
        found.extend(audit.gaps(watched)?);
        found.extend(audit.proxies(watched)?);
    }
    found.extend(audit.loyalty(setup)?);
    Ok(found.into_iter().map(|finding| setup.fairness.limited(finding)).collect())
}

/// What a policy gives to every row.
struct Given {
    offered: Vec<f64>,
    /// What counts as generous: the discount as a fraction of the price, or whether anything is offered.
    worth: Vec<f64>,
    /// Whether arms take anything off a price.
    discounts: bool,
    /// By arm but the first, the chance of it.
    by_arm: Sample,
}

struct Audit<'a> {
    prepared: &'a Prepared,
    fairness: CheckedFairness,
    given: Given,
    shopper: Option<Vec<u64>>,
}

impl Given {
    fn of(setup: &Setup, chances: &[f64]) -> Given {
        let depth: Vec<f64> = setup.menu.arms.iter().map(|arm| arm.percent / 100.0).collect();
        let discounts = depth.iter().any(|depth| *depth > 0.0);
        let of_rows = chances.chunks_exact(depth.len());
        let offered: Vec<f64> = of_rows.clone().map(|of_row| (1.0 - of_row[0]).clamp(0.0, 1.0)).collect();
        let mean = |of_row: &[f64]| of_row.iter().zip(&depth).fold(0.0, |sum, (chance, depth)| sum + chance * depth);
        let worth = if discounts { of_rows.clone().map(mean).collect() } else { offered.clone() };
        let column = |arm: usize| Column::Number(of_rows.clone().map(|of_row| of_row[arm]).collect());
        let by_arm = Sample {
            names: setup.menu.arms.iter().skip(1).map(|arm| arm.id.clone()).collect(),
            columns: (1..depth.len()).map(column).collect(),
            target: vec![0.0; offered.len()],
            weight: vec![1.0; offered.len()],
        };
        Given { offered, worth, discounts, by_arm }
    }
}

impl Audit<'_> {
    fn offers(&self) -> Offers<'_> {
        Offers { offered: &self.given.offered, discount: &self.given.worth, shopper: self.shopper.as_deref() }
    }

    fn gaps(&self, watched: &Watched) -> Result<Vec<Finding>> {
        let found = self.fairness.gaps(&self.offers(), &groups(watched))?;
        let told = found.into_iter().filter(|finding| self.given.discounts || finding.test != Test::Discount);
        Ok(once_of_two(told.collect(), watched))
    }

    /// How well the features, and how well the offers alone, tell the groups.
    fn proxies(&self, watched: &Watched) -> Result<Vec<Finding>> {
        let learner = LogisticRegressionParams::default().check()?;
        let told = |(from, sample): (&str, &Sample)| {
            let (groups, shopper) = (groups(watched), self.shopper.as_deref());
            let found = self.fairness.proxy((from, sample), &groups, shopper, &learner, &|_, _| ())?;
            Ok(once_of_two(found, watched))
        };
        let (features, offered) = (told((FROM[0], &self.prepared.test))?, told((FROM[1], &self.given.by_arm))?);
        Ok(features.into_iter().chain(offered).collect())
    }

    /// Rows whose history is not known say nothing.
    fn loyalty(&self, setup: &Setup) -> Result<Option<Finding>> {
        let (Some(history), Some(name)) = (&self.prepared.test_audited.history, &setup.fairness.history) else {
            return Ok(None);
        };
        let rows: Vec<usize> = (0..history.len()).filter(|row| history[*row].is_finite()).collect();
        let pick = |of: &[f64]| rows.iter().map(|row| of[*row]).collect::<Vec<f64>>();
        let (offered, worth) = (pick(&self.given.offered), pick(&self.given.worth));
        let shopper: Option<Vec<u64>> =
            self.shopper.as_ref().map(|shopper| rows.iter().map(|row| shopper[*row]).collect());
        let strata = &self.prepared.test_audited.strata;
        let strata: Option<Vec<u32>> = strata.as_ref().map(|strata| rows.iter().map(|row| strata[*row]).collect());
        let offers = Offers { offered: &offered, discount: &worth, shopper: shopper.as_deref() };
        let found = self.fairness.loyalty(&offers, &pick(history), strata.as_deref())?;
        let worth = if self.given.discounts { "the discount" } else { "being offered anything" };
        Ok(Some(Finding { what: format!("rank correlation of {worth} and `{name}`"), ..found }))
    }
}

fn groups(watched: &Watched) -> Groups<'_> {
    Groups { names: &watched.names, of: &watched.of }
}

/// Of two groups the second says what the first would say again.
fn once_of_two(found: Vec<Finding>, watched: &Watched) -> Vec<Finding> {
    let again = if watched.names.len() == 2 { found.len() / 2 } else { 0 };
    found.into_iter().skip(again).collect()
}

fn shoppers(prepared: &Prepared) -> Option<Vec<u64>> {
    super::trials::shoppers(&prepared.test_groups)
}
