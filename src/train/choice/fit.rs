//! Newton's method on the log-likelihood: a step solves `information · step = gradient` and is halved until it rises.
//!
//! Data without an answer are refused by name: an alternative that is never chosen, columns that say the same twice
//! ([`scale`](super::scale)), attributes that tell choices apart for certain ([`apart`](super::apart)). There is no penalty
//! that would give an answer to those, since it would be the penalty's.

use super::model::ChoiceModel;
use super::occasions::CheckedOccasions;
use super::scale::{Scale, bad};
use super::sums::Sums;
use super::{apart, panel};
use crate::error::{Code, Error, Result};

/// More steps than any problem here has needed.
const MAX_STEPS: usize = 100;
/// The last step is one that promises to raise the log-likelihood by less than this share of it.
const ENOUGH: f64 = 1e-12;
/// A step is halved no more often.
const HALVINGS: usize = 40;

impl CheckedOccasions {
    /// The parameters under which what was chosen is likeliest, with their errors.
    ///
    /// # Errors
    /// [`Code::BadData`], naming what is to blame: an alternative that is never chosen; an attribute that is the same for all
    /// alternatives, or a weighted sum of others and the intercepts; attributes that tell choices apart.
    pub fn fit(&self) -> Result<ChoiceModel> {
        if let Some(never) = self.counts().iter().position(|count| *count == 0.0) {
            let name = &self.occasions().alternatives[never];
            return Err(bad(format!("alternative `{name}` is never chosen: its intercept has no best value")));
        }
        let start = vec![0.0; self.parameters()];
        let at = Sums::at(self, &start);
        let ascent = Ascent { occasions: self, scale: Scale::of(self, &at)?, reach: apart::reach(self) };
        ascent.climb(start, at)
    }
}

/// A way up.
struct Ascent<'a> {
    occasions: &'a CheckedOccasions,
    scale: Scale,
    reach: Vec<f64>,
}

impl Ascent<'_> {
    fn climb(&self, start: Vec<f64>, first: Sums) -> Result<ChoiceModel> {
        let (mut parameters, mut at) = (start, first);
        for steps in 1..=MAX_STEPS {
            let step = self.scale.solve(&self.scale.factor(&at.information)?, &at.gradient);
            apart::refuse(self.occasions, &step, &self.reach)?;
            if dot(&step, &at.gradient) / 2.0 <= ENOUGH * at.log_likelihood.abs() {
                let goal = moved(&parameters, &step, 1.0);
                let at = Sums::at(self.occasions, &goal);
                return self.model(goal, &at, steps);
            }
            match self.rise(&parameters, &step, at.log_likelihood) {
                Some(next) => (parameters, at) = next,
                // Rounding leaves no higher point on the way: this is the top.
                None => return self.model(parameters, &at, steps),
            }
        }
        Err(Error::limit(Code::BadData, "choices: fitting did not settle; steps", MAX_STEPS as u64, MAX_STEPS as u64))
    }

    /// Takes the step, halved until the log-likelihood rises; none if it no longer does.
    fn rise(&self, from: &[f64], step: &[f64], reached: f64) -> Option<(Vec<f64>, Sums)> {
        let lengths = std::iter::successors(Some(1.0), |length| Some(length / 2.0)).take(HALVINGS);
        let tried = lengths.map(|length| moved(from, step, length));
        let mut tried = tried.map(|next| (Sums::at(self.occasions, &next), next));
        let (sums, next) = tried.find(|(sums, _)| sums.log_likelihood > reached)?;
        Some((next, sums))
    }

    fn model(&self, parameters: Vec<f64>, at: &Sums, steps: usize) -> Result<ChoiceModel> {
        if !parameters.iter().all(|parameter| parameter.is_finite()) {
            return Err(Error::new(Code::NotFinite, "choices: a fitted parameter is not finite"));
        }
        let (factor, size) = (self.scale.factor(&at.information)?, parameters.len());
        let unit = |column: usize| (0..size).map(|row| (row == column) as u8 as f64).collect::<Vec<f64>>();
        let covariance: Vec<f64> = (0..size).flat_map(|column| self.scale.solve(&factor, &unit(column))).collect();
        let occasions = self.occasions.occasions();
        Ok(ChoiceModel {
            alternatives: occasions.alternatives.clone(),
            attributes: occasions.attributes.clone(),
            covariance_by_panel: panel::covariance(self.occasions, &parameters, &covariance),
            parameters,
            covariance,
            log_likelihood: at.log_likelihood,
            steps,
        })
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    crate::math::ordered_sum(left.iter().zip(right).map(|(left, right)| left * right))
}

fn moved(from: &[f64], step: &[f64], length: f64) -> Vec<f64> {
    from.iter().zip(step).map(|(from, step)| from + length * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::choice::planted::drawn;

    /// From zero a whole step has always risen; far on the wrong side choices are all but certain, and one leaps past the top.
    #[test]
    fn a_step_past_the_top_is_halved_until_it_rises() {
        let occasions = drawn(600, 1).check().unwrap();
        let scale = Scale::of(&occasions, &Sums::at(&occasions, &[0.0; 4])).unwrap();
        let ascent = Ascent { occasions: &occasions, scale, reach: apart::reach(&occasions) };
        let far = vec![0.0, 0.0, 8.0, 0.0];
        let at = Sums::at(&occasions, &far);
        let step = ascent.scale.solve(&ascent.scale.factor(&at.information).unwrap(), &at.gradient);
        let whole = Sums::at(&occasions, &moved(&far, &step, 1.0));
        assert!(whole.log_likelihood < at.log_likelihood, "{} {}", whole.log_likelihood, at.log_likelihood);
        let (found, usual) = (ascent.climb(far, at).unwrap(), occasions.fit().unwrap());
        for (found, usual) in found.parameters.iter().zip(&usual.parameters) {
            assert!((found - usual).abs() < 1e-6, "{found} {usual}");
        }
    }
}
