//! [`Prepared`]: what a learner is fitted and judged on, and the program that a device computes the same values with.

use super::{Audited, Given};
use crate::evaluate::summary::Cause;
use crate::feature::{Program, Schema};
use crate::train::config::Predicts;
use crate::train::sample::Sample;
use std::collections::BTreeMap;

/// A table made ready: a fitted program, the training rows, the test rows, and how they came about.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// Name of the shop.
    pub shop: String,
    /// ISO 4217 code.
    pub currency: String,
    /// What a score is about.
    pub predicts: Predicts,
    /// What is predicted, in the words of the file: the column, or the event.
    pub target: String,
    /// How a device computes the features; every number in it was fitted on training rows.
    pub program: Program,
    /// One group without a name, in which a request about any product falls; the log's groups where `[groups]` has fields.
    pub schema: Schema,
    /// Rows to fit. A feature of [`Sample`] is the feature of the program at the same position.
    pub train: Sample,
    /// Rows to judge by: no number of the program depends on them.
    pub test: Sample,
    /// Rows of one number belong together, by training row: a shopper, or the line of the file they came from.
    pub train_groups: Vec<u32>,
    /// The same numbers, by test row.
    pub test_groups: Vec<u32>,
    /// When, in local seconds since 1970, by training row; none where the table knows no time.
    pub train_times: Option<Vec<i64>>,
    /// By test row, what a request would pass: in the order of the program's attributes, a word as its hash. Empty for a
    /// log of events, whose rows need the profile as well.
    pub test_attributes: Vec<Vec<Option<f64>>>,
    /// By test row, the price before any offer in minor units; empty unless a price is predicted.
    pub test_list_prices: Vec<u64>,
    /// English and Chinese, by feature, where the settings have them.
    pub labels: BTreeMap<String, (String, String)>,
    /// By attribute, the words of levels 1, 2 and so on; a number has none.
    pub words: BTreeMap<String, Vec<String>>,
    /// What became of the rows.
    pub counts: Counts,
    /// Which arms training rows were given; empty unless gains are learnt.
    pub train_given: Given,
    /// The same of test rows.
    pub test_given: Given,
    /// What an audit reads of test rows; no feature does.
    pub test_audited: Audited,
}

impl Prepared {
    /// Only these training rows and test rows, for `cause`; the others are counted under it. The program stays as it was fitted.
    pub fn keep(&self, train: &[usize], test: &[usize], cause: &str) -> Prepared {
        fn pick<T: Clone>(of: &[T], rows: &[usize]) -> Vec<T> {
            if of.is_empty() { Vec::new() } else { rows.iter().map(|row| of[*row].clone()).collect() }
        }
        let left_out = self.train.rows() + self.test.rows() - train.len() - test.len();
        let found = Cause { cause: cause.into(), action: "dropped".into(), rows: left_out as u64, ..Cause::default() };
        let causes = self.counts.causes.iter().cloned().chain((left_out > 0).then_some(found)).collect();
        let (train_rows, test_rows) = (train.len() as u64, test.len() as u64);
        Prepared {
            train: self.train.pick(train),
            test: self.test.pick(test),
            train_groups: pick(&self.train_groups, train),
            test_groups: pick(&self.test_groups, test),
            train_times: self.train_times.as_ref().map(|times| pick(times, train)),
            test_attributes: pick(&self.test_attributes, test),
            test_list_prices: pick(&self.test_list_prices, test),
            train_given: self.train_given.pick(train),
            test_given: self.test_given.pick(test),
            test_audited: self.test_audited.pick(test),
            counts: Counts { train: train_rows, test: test_rows, causes, ..self.counts.clone() },
            ..self.clone()
        }
    }
}

/// What became of the rows.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Rows read from the files, test files included.
    pub read: u64,
    /// Rows of the table before any was dropped for its own sake: more than read where a row holds several.
    pub made: u64,
    /// Training rows.
    pub train: u64,
    /// Test rows.
    pub test: u64,
    /// By cause, with examples: what reading found, then what the table cannot use.
    pub causes: Vec<Cause>,
}

impl Counts {
    /// Rows that were made and then left out, whatever the cause.
    pub fn left_out(&self) -> u64 {
        self.made - self.train - self.test
    }
}
