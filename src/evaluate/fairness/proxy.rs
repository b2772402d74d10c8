//! How well features tell a protected group: the area under the ROC curve of a cross-fitted model, and of each number alone.
//!
//! A policy that never reads the attribute can still tell the group where others give it away. What is *not* here: leaving
//! such features out, which costs value and is the shop's to decide.

use super::finding::{CheckedFairness, Finding, Test};
use super::offers::Groups;
use crate::error::Result;
use crate::evaluate::measures::{Scored, probabilities};
use crate::evaluate::metrics::Resampling;
use crate::evaluate::summary::Figure;
use crate::train::learn::{Learner, Watch};
use crate::train::sample::{Column, Sample};
use crate::train::validate::{FoldParams, Rows, Scheme, cross_predict};

impl CheckedFairness {
    /// One finding for each group: how well a learner of log-odds tells its members from the features of rows it has not
    /// seen. Five folds, shoppers never parted; the interval is a 95 % one, over shoppers. `from` says what the features are,
    /// such as `all features`, or what is offered.
    ///
    /// # Errors
    /// A group without members, or with all; what the learner refuses.
    pub fn proxy(
        &self,
        (from, features): (&str, &Sample),
        groups: &Groups,
        shopper: Option<&[u64]>,
        learner: &dyn Learner,
        watch: Watch,
    ) -> Result<Vec<Finding>> {
        groups.check(features.rows())?;
        let scheme = if shopper.is_some() { Scheme::StratifiedGrouped } else { Scheme::Stratified };
        let folds = FoldParams { scheme, ..FoldParams::default() }.check()?;
        let find = |(group, name): (usize, &String)| {
            let sample = Sample { target: membership(groups, group), ..features.clone() };
            let folds = folds.split(&Rows { target: &sample.target, group: shopper, moment: None })?;
            let out = cross_predict(learner, &sample, &folds, watch)?;
            let figure = self.auc(&probabilities(&out.score), &sample.target, shopper)?;
            let what = (Test::Proxy, format!("area under the ROC curve of {name} from {from}"));
            Ok(self.up_to(what, figure, self.0.proxy_auc))
        };
        groups.names.iter().enumerate().map(find).collect()
    }

    /// For one group, what each column of numbers tells alone, the one that tells most first. Columns of levels are left to
    /// [`Self::proxy`].
    ///
    /// # Errors
    /// A group without members, or with all.
    pub fn telling(
        &self,
        features: &Sample,
        groups: &Groups,
        group: usize,
        shopper: Option<&[u64]>,
    ) -> Result<Vec<Finding>> {
        groups.check(features.rows())?;
        let is_member = membership(groups, group);
        let mut findings = Vec::new();
        for (name, column) in features.names.iter().zip(&features.columns) {
            let Column::Number(values) = column else { continue };
            let mut figure = self.auc(&as_shares(values), &is_member, shopper)?;
            if figure.value < 0.5 {
                figure = Figure { value: 1.0 - figure.value, low: 1.0 - figure.high, high: 1.0 - figure.low };
            }
            let what = (Test::Proxy, format!("area under the ROC curve from `{name}`"));
            findings.push(self.up_to(what, figure, self.0.proxy_auc));
        }
        findings.sort_by(|one, other| other.figure.value.total_cmp(&one.figure.value));
        Ok(findings)
    }

    fn auc(&self, predicted: &[f64], actual: &[f64], shopper: Option<&[u64]>) -> Result<Figure> {
        let weight = vec![1.0; actual.len()];
        let scored = Scored { predicted, actual, weight: &weight, group: shopper };
        let resampling = Resampling { count: self.0.resamples, seed: self.0.seed };
        Ok(scored.binary(0.5)?.score(resampling).roc_auc)
    }
}

fn membership(groups: &Groups, group: usize) -> Vec<f64> {
    groups.of.iter().map(|of| (*of as usize == group) as u8 as f64).collect()
}

/// The place of each number among the distinct ones, as a share; missing ones come first.
fn as_shares(values: &[f64]) -> Vec<f64> {
    let known = |value: &f64| if value.is_nan() { f64::NEG_INFINITY } else { *value };
    let mut distinct: Vec<f64> = values.iter().map(known).collect();
    distinct.sort_unstable_by(f64::total_cmp);
    distinct.dedup();
    let place = |value: &f64| distinct.partition_point(|other| *other < known(value));
    values.iter().map(|value| place(value) as f64 / distinct.len() as f64).collect()
}
