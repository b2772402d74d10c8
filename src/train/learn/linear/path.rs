//! How weights enter as an L1 penalty is loosened: the path of logistic regression, from which features can be selected.

use super::design::Design;
use super::logistic::{CheckedLogisticRegression, Logistic};
use super::newton::Loss;
use super::sums::{RowTerms, Sums};
use crate::error::{Code, Error, Result};
use crate::math;
use crate::train::sample::Sample;

/// Weights by strength.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// `C`, rising: the first leaves every weight at zero, the last is the setting's own or the one that was asked for.
    pub strengths: Vec<f64>,
    /// For each strength the weights by column; column 0 is the starting point.
    pub coefficients: Vec<Vec<f64>>,
    /// For each feature its columns.
    pub columns: Vec<Vec<usize>>,
}

impl Path {
    /// The largest weight of each feature at one strength; 0 where the feature takes no part.
    pub fn importance(&self, index: usize) -> Vec<f64> {
        let weights = &self.coefficients[index];
        let largest =
            |columns: &Vec<usize>| columns.iter().fold(0.0, |most: f64, column| most.max(weights[*column].abs()));
        self.columns.iter().map(largest).collect()
    }

    /// For each feature the position of the first strength that gives it a weight; none if no strength does.
    pub fn entered(&self) -> Vec<Option<usize>> {
        let enters = |columns: &Vec<usize>| {
            self.coefficients.iter().position(|weights| columns.iter().any(|column| weights[*column] != 0.0))
        };
        self.columns.iter().map(enters).collect()
    }
}

impl CheckedLogisticRegression {
    /// Fits at `count` strengths, in equal ratios from the largest that leaves all weights at zero up to the setting's own
    /// `c`. Each starts where the one before ended.
    ///
    /// # Errors
    /// A ratio of 0, under which no weight is ever zero; fewer than two strengths; a sample of one outcome.
    pub fn path(&self, sample: &Sample, count: usize) -> Result<Path> {
        sample.check_binary()?;
        if self.0.l1_ratio == 0.0 || count < 2 {
            let what =
                format!("a path needs `l1_ratio` above 0 and two strengths, found {} and {count}", self.0.l1_ratio);
            return Err(Error::new(Code::BadConfig, what));
        }
        let design = Design::of(sample, 0.0)?;
        let (first, start) = self.first(&design, sample)?;
        let last = self.0.c.max(first);
        let columns = design.parts().iter().map(|part| part.columns().collect()).collect();
        let mut path = Path { strengths: vec![first], coefficients: vec![start], columns };
        for index in 1..count {
            let share = index as f64 / (count - 1) as f64;
            let c = math::exp(math::ln(first) + share * (math::ln(last) - math::ln(first)));
            let at = CheckedLogisticRegression(super::LogisticRegressionParams { c, ..self.0 });
            let weights = at.weights(&design, sample, path.coefficients[index - 1].clone())?;
            path.strengths.push(c);
            path.coefficients.push(weights);
        }
        Ok(path)
    }

    /// The largest `C` without any weight, and the starting point that stands alone there.
    fn first(&self, design: &Design, sample: &Sample) -> Result<(f64, Vec<f64>)> {
        let weight = self.0.class_weight.weights(sample);
        let total = math::ordered_sum(weight.iter().copied());
        let ones = math::ordered_sum(weight.iter().zip(&sample.target).map(|(weight, target)| weight * target));
        let mut start = vec![0.0; design.columns()];
        start[0] = math::ln(ones / (total - ones));
        let sums = Sums::of(design, |row| {
            let [_, slope, _] = Logistic.at(start[0], sample.target[row]);
            RowTerms { slope: weight[row] * slope, ..RowTerms::default() }
        });
        let steepest = sums.gradient[1..].iter().fold(0.0, |most: f64, slope| most.max(slope.abs()));
        match steepest > 0.0 {
            true => Ok((self.0.l1_ratio / steepest, start)),
            false => Err(Error::new(Code::BadData, "no feature tells the outcomes apart: there is no path")),
        }
    }
}
