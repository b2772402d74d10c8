//! The measure of every column: what it tells apart at zero, so that units do not matter. Columns that tell nothing of their
//! own are refused by name here.

use super::occasions::CheckedOccasions;
use super::sums::Sums;
use crate::error::{Code, Error, Result};
use crate::math::sqrt;
use crate::train::learn::linear::solve::Factor;

/// What a column must tell that those before it do not, as a share of what it tells.
const OWN: f64 = 1e-10;
/// Spread below this share of the values is rounding.
const SPREAD: f64 = 1e-14;

/// By parameter, one over the square root of its information at zero.
pub struct Scale(Vec<f64>);

impl Scale {
    /// Measures every column; `at` holds the sums at zero.
    pub fn of(occasions: &CheckedOccasions, at: &Sums) -> Result<Scale> {
        let (size, intercepts) = (occasions.parameters(), occasions.alternatives() - 1);
        let told: Vec<f64> = (0..size).map(|column| at.information[column * size + column]).collect();
        let attributes = told[intercepts..].iter().zip(squares(occasions));
        if let Some(same) = { attributes }.position(|(told, squares)| *told <= SPREAD * SPREAD * squares) {
            let name = &occasions.occasions().attributes[same];
            return Err(bad(format!("attribute `{name}` is the same for every alternative")));
        }
        let scale = Scale(told.into_iter().map(|told| 1.0 / sqrt(told)).collect());
        match (1..=size).find(|first| scale.least_own(&at.information, *first).is_none_or(|own| own < OWN)) {
            None => Ok(scale),
            Some(first) => {
                let name = occasions.name(first - 1);
                Err(bad(format!("attribute `{name}` is a weighted sum of the intercepts and the attributes before it")))
            }
        }
    }

    /// What the column that tells least tells beyond those before it, among the first; none where the matrix has no factor.
    fn least_own(&self, information: &[f64], first: usize) -> Option<f64> {
        let factor = self.first(information, first).ok()?;
        Some(factor.diagonal().map(|pivot| pivot * pivot).fold(f64::INFINITY, f64::min))
    }

    /// The factor of the first rows and columns, in this measure.
    fn first(&self, information: &[f64], first: usize) -> Result<Factor> {
        let size = self.0.len();
        let cell = |at: usize| {
            let (row, column) = (at / first, at % first);
            information[row * size + column] * self.0[row] * self.0[column]
        };
        Factor::of(&(0..first * first).map(cell).collect::<Vec<f64>>(), &vec![0.0; first])
    }

    /// The factor of an information matrix, in this measure.
    ///
    /// # Errors
    /// A matrix that cannot be inverted.
    pub fn factor(&self, information: &[f64]) -> Result<Factor> {
        let why = "the attributes leave too little open to tell how much each of them weighs";
        self.first(information, self.0.len()).map_err(|_| bad(why.into()))
    }

    /// `information⁻¹ · right`, measure taken off.
    pub fn solve(&self, factor: &Factor, right: &[f64]) -> Vec<f64> {
        let right: Vec<f64> = right.iter().zip(&self.0).map(|(value, scale)| value * scale).collect();
        factor.solve(&right).iter().zip(&self.0).map(|(value, scale)| value * scale).collect()
    }
}

/// A refusal of data.
pub fn bad(what: String) -> Error {
    Error::new(Code::BadData, format!("choices: {what}"))
}

/// By attribute, the sum of squares of its values.
fn squares(occasions: &CheckedOccasions) -> Vec<f64> {
    let mut sums = vec![0.0; occasions.occasions().attributes.len()];
    for row in 0..occasions.occasions().len() {
        let weight = occasions.weight(row);
        let alternatives = occasions.row(row).chunks_exact(sums.len().max(1));
        alternatives.for_each(|own| sums.iter_mut().zip(own).for_each(|(sum, x)| *sum += weight * x * x));
    }
    sums
}
