//! [`ChoiceModel`]: the fitted parameters, how sure they are, and what they say of an occasion.

use super::occasions::CheckedOccasions;
use super::outlook::Outlook;
use crate::error::{Code, Error, Result};
use crate::math::{ordered_sum, sqrt};

/// A fitted conditional logit.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceModel {
    /// Names; the first has intercept 0.
    pub alternatives: Vec<String>,
    /// Names.
    pub attributes: Vec<String>,
    /// The intercepts of the alternatives after the first, then the weights of the attributes, in log-odds per unit.
    pub parameters: Vec<f64>,
    /// Of the parameters: the inverse of the information, row after row.
    pub covariance: Vec<f64>,
    /// The same where choices of one panel go together; none without at least two panels.
    pub covariance_by_panel: Option<Vec<f64>>,
    /// Of the occasions it was fitted on.
    pub log_likelihood: f64,
    /// Newton steps taken.
    pub steps: usize,
}

impl ChoiceModel {
    /// What each parameter belongs to: alternatives after the first, then attributes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.alternatives.iter().skip(1).chain(&self.attributes).map(String::as_str)
    }

    /// The weight of an attribute.
    ///
    /// # Errors
    /// [`Code::BadIndex`] for an attribute the model does not have.
    pub fn weight(&self, attribute: &str) -> Result<f64> {
        Ok(self.parameters[self.alternatives.len() - 1 + self.attribute(attribute)?])
    }

    /// By parameter, its standard error as if every choice stood for itself.
    pub fn errors(&self) -> Vec<f64> {
        roots(&self.covariance, self.parameters.len())
    }

    /// By parameter, its standard error where choices of one panel go together; none without at least two panels.
    pub fn errors_by_panel(&self) -> Option<Vec<f64>> {
        self.covariance_by_panel.as_ref().map(|covariance| roots(covariance, self.parameters.len()))
    }

    /// The covariance that asks least of the data.
    pub(super) fn safest(&self) -> &[f64] {
        self.covariance_by_panel.as_ref().unwrap_or(&self.covariance)
    }

    /// By alternative, how likely it is where alternatives have those attributes: alternative after alternative.
    ///
    /// # Errors
    /// Another number of values, or one that is no number.
    pub fn probabilities(&self, values: &[f64]) -> Result<Vec<f64>> {
        let expected = self.alternatives.len() * self.attributes.len();
        if values.len() != expected {
            return Err(Error::limit(Code::BadIndex, "values of an occasion", expected as u64, values.len() as u64));
        }
        if values.iter().any(|value| !value.is_finite()) {
            return Err(Error::new(Code::NotFinite, "values of an occasion: one is not a number"));
        }
        let mut outlook = Outlook::new(self.alternatives.len(), self.attributes.len());
        outlook.turn(values, &self.parameters);
        match outlook.chance.iter().all(|chance| chance.is_finite()) {
            true => Ok(outlook.chance),
            false => Err(Error::new(Code::OutOfRange, "values of an occasion: too large to weigh")),
        }
    }

    /// The log-likelihood of other occasions, such as held-out ones.
    ///
    /// # Errors
    /// Occasions of other alternatives or attributes.
    pub fn log_likelihood_of(&self, occasions: &CheckedOccasions) -> Result<f64> {
        let mut total = 0.0;
        self.each(occasions, |row, outlook| {
            total += occasions.weight(row) * outlook.log_chance(occasions.chosen(row));
        })?;
        Ok(total)
    }

    /// Shows every occasion.
    pub(super) fn each(&self, occasions: &CheckedOccasions, mut see: impl FnMut(usize, &Outlook)) -> Result<()> {
        self.must_know(occasions)?;
        let mut outlook = Outlook::new(self.alternatives.len(), self.attributes.len());
        for row in 0..occasions.occasions().len() {
            outlook.turn(occasions.row(row), &self.parameters);
            see(row, &outlook);
        }
        Ok(())
    }

    pub(super) fn must_know(&self, occasions: &CheckedOccasions) -> Result<()> {
        let other = occasions.occasions();
        match other.alternatives == self.alternatives && other.attributes == self.attributes {
            true => Ok(()),
            false => Err(Error::new(
                Code::BadIndex,
                format!(
                    "occasions of {:?} by {:?} for a model of {:?} by {:?}",
                    other.alternatives, other.attributes, self.alternatives, self.attributes
                ),
            )),
        }
    }

    pub(super) fn attribute(&self, name: &str) -> Result<usize> {
        find("attribute", &self.attributes, name)
    }

    pub(super) fn alternative(&self, name: &str) -> Result<usize> {
        find("alternative", &self.alternatives, name)
    }
}

fn find(what: &str, names: &[String], asked: &str) -> Result<usize> {
    names.iter().position(|name| name == asked).ok_or_else(|| {
        Error::new(Code::BadIndex, format!("no {what} is called `{asked}`; there are {}", names.join(", ")))
    })
}

fn roots(covariance: &[f64], size: usize) -> Vec<f64> {
    (0..size).map(|at| sqrt(covariance[at * size + at].max(0.0))).collect()
}

/// `√(v' · matrix · v)`.
pub(super) fn deviation(matrix: &[f64], vector: &[f64]) -> f64 {
    let moved = crate::train::learn::linear::solve::times(matrix, vector);
    sqrt(ordered_sum(moved.iter().zip(vector).map(|(left, right)| left * right)).max(0.0))
}
