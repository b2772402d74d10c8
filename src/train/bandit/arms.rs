//! One arm of a bandit, and what a new one starts from.

use super::evidence::{Evidence, Posterior, Prior};
use crate::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};

/// What an arm that is added is taken to be like.
#[derive(Clone, Debug, PartialEq)]
pub enum Start<'a> {
    /// Nothing is known: weights about zero, or about what arms have in common where that is learned.
    Blank,
    /// The mean of all arms' weights.
    Pooled,
    /// The mean of these arms' weights, by name: the neighbouring depths, say.
    Like(&'a [&'a str]),
}

/// One arm: its name and all that was learned of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// Never used twice by one bandit, so that a late outcome finds its arm, or finds it gone.
    pub id: u32,
    pub name: String,
    /// What a success brings.
    pub worth: f64,
    /// What weights were taken to be when the arm was added; none: the rule for all.
    pub start: Option<Vec<f64>>,
    pub evidence: Evidence,
    /// Derived from the above; rebuilt after reading.
    #[serde(skip)]
    pub belief: Posterior,
    /// Squares left and rows, at the first guess of the noise.
    #[serde(skip)]
    pub residual: (f64, f64),
}

impl Arm {
    pub fn blank(id: u32, name: &str, worth: f64, size: usize) -> Arm {
        Arm {
            id,
            name: name.to_string(),
            worth,
            start: None,
            evidence: Evidence::none(size),
            belief: Posterior::default(),
            residual: (0.0, 0.0),
        }
    }

    /// The arm's own prior, or that of all.
    pub fn prior(&self, common: &Prior) -> Prior {
        let mean = self.start.as_ref().unwrap_or(&common.mean).clone();
        Prior { mean, precision: common.precision }
    }

    /// Refuses an arm that could not have been learned.
    pub fn check(&self, size: usize) -> Result<()> {
        let sums = &self.evidence;
        let start = self.start.as_ref().map_or(size, Vec::len);
        if [sums.moment.len(), start].iter().any(|length| *length != size) || sums.gram.len() != size * size {
            return Err(Error::new(
                Code::BadIndex,
                format!("arm `{}`: its sums are not for {size} numbers", self.name),
            ));
        }
        let numbers = sums.gram.iter().chain(&sums.moment).chain(self.start.iter().flatten());
        let all_finite = numbers.chain([&sums.squares, &sums.rows]).all(|number| number.is_finite());
        if !all_finite {
            return Err(Error::new(Code::NotFinite, format!("arm `{}`: a sum is not a number", self.name)));
        }
        match self.worth > 0.0 && self.worth.is_finite() {
            true => Ok(()),
            false => {
                let what = format!("arm `{}`: a worth is above 0, found {}", self.name, self.worth);
                Err(Error::new(Code::OutOfRange, what))
            }
        }
    }
}
