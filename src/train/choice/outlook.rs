//! One occasion under some parameters: how likely each alternative is, and how far its attributes lie from those expected.

use crate::math::{exp, ln, ordered_sum};

/// What an alternative is worth: its intercept, 0 for the first, plus its attributes times their weights.
fn worth(row: &[f64], parameters: &[f64], alternative: usize, alternatives: usize) -> f64 {
    let (intercepts, weights) = parameters.split_at(alternatives - 1);
    let own = if alternative == 0 { 0.0 } else { intercepts[alternative - 1] };
    let attributes = &row[alternative * weights.len()..(alternative + 1) * weights.len()];
    attributes.iter().zip(weights).fold(own, |sum, (value, weight)| sum + value * weight)
}

/// Room for one occasion at a time.
pub struct Outlook {
    /// By alternative, its probability.
    pub chance: Vec<f64>,
    /// By alternative, its attributes minus their expectation.
    pub away: Vec<f64>,
    worths: Vec<f64>,
    attributes: usize,
}

impl Outlook {
    /// For occasions of so many alternatives and attributes.
    pub fn new(alternatives: usize, attributes: usize) -> Outlook {
        let room = || vec![0.0; alternatives];
        Outlook { chance: room(), worths: room(), away: vec![0.0; alternatives * attributes], attributes }
    }

    /// Turns to an occasion. The largest worth is taken off before `exp`, so that nothing overflows.
    pub fn turn(&mut self, row: &[f64], parameters: &[f64]) {
        let alternatives = self.chance.len();
        for (alternative, own) in self.worths.iter_mut().enumerate() {
            *own = worth(row, parameters, alternative, alternatives);
        }
        let top = self.worths.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.worths.iter_mut().for_each(|worth| *worth -= top);
        self.chance.iter_mut().zip(&self.worths).for_each(|(chance, worth)| *chance = exp(*worth));
        let all = ordered_sum(self.chance.iter().copied());
        let log_of_all = ln(all);
        self.chance.iter_mut().for_each(|chance| *chance /= all);
        self.worths.iter_mut().for_each(|worth| *worth -= log_of_all);
        for attribute in 0..self.attributes {
            self.center(row, attribute);
        }
    }

    fn center(&mut self, row: &[f64], attribute: usize) {
        let column = |values: &[f64], alternative: usize| values[alternative * self.attributes + attribute];
        let expected = ordered_sum(self.chance.iter().enumerate().map(|(at, chance)| chance * column(row, at)));
        for at in 0..self.chance.len() {
            self.away[at * self.attributes + attribute] = row[at * self.attributes + attribute] - expected;
        }
    }

    /// The logarithm of an alternative's probability, to full digits where it is near 1 or far from it.
    pub fn log_chance(&self, alternative: usize) -> f64 {
        self.worths[alternative]
    }

    /// An alternative's attributes minus their expectation.
    pub fn away(&self, alternative: usize) -> &[f64] {
        &self.away[alternative * self.attributes..(alternative + 1) * self.attributes]
    }

    /// What the log-likelihood gains by a parameter when this alternative is chosen: its slope on this occasion.
    pub fn score(&self, chosen: usize) -> impl Iterator<Item = f64> {
        let intercepts = self.chance.iter().enumerate().skip(1);
        let intercepts = intercepts.map(move |(at, chance)| (at == chosen) as u8 as f64 - chance);
        intercepts.chain(self.away(chosen).iter().copied())
    }
}
