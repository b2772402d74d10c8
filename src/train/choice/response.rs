//! What other prices would change: shares of choices with their errors, elasticities, slopes.
//!
//! ```text
//! ∂P_j / ∂x_l = weight · P_l · (1{j = l} − P_j)            own elasticity    weight · x_j · (1 − P_j)
//!                                                          cross elasticity −weight · x_l · P_l, for every other alternative
//! ```
//! Each is worked out on every occasion and then averaged. What it is *not*: a promise beyond the prices that were seen.

use super::model::{ChoiceModel, deviation};
use super::occasions::CheckedOccasions;
use super::outlook::Outlook;
use crate::error::{Code, Error, Result};

/// One attribute of one alternative, changed on every occasion.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Such as `price`.
    pub attribute: String,
    /// Whose.
    pub alternative: String,
    /// What the value is multiplied by: 0.9 for a tenth off a price. At least 0.
    pub factor: f64,
}

/// A predicted share of choices.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// From 0 to 1.
    pub value: f64,
    /// Its standard error from that of the parameters (delta method), by panel where panels are known. What people would do
    /// differently on another sample of occasions is not in it.
    pub error: f64,
}

/// By how many percent choices change when an attribute changes by one.
#[derive(Clone, Debug, PartialEq)]
pub struct Elasticities {
    /// By alternative: of its own probability by its own attribute, the mean over occasions.
    pub own: Vec<f64>,
    /// The same, each occasion counted by how likely the alternative was.
    pub own_by_chance: Vec<f64>,
    /// By alternative: of the probability of any other one by this one's attribute, the mean over occasions.
    pub cross: Vec<f64>,
    /// Row after row: what an attribute of the column's alternative adds to the row's probability per unit, the mean.
    pub slopes: Vec<f64>,
}

impl ChoiceModel {
    /// By alternative, its share of choices after those changes; none of them: as things are.
    ///
    /// # Errors
    /// Occasions of other alternatives or attributes, a name the model does not have, a factor below 0 or no number.
    pub fn shares(&self, occasions: &CheckedOccasions, changes: &[Change]) -> Result<Vec<Share>> {
        let changed = self.places(changes)?;
        let (count, size) = (self.alternatives.len(), self.parameters.len());
        let (mut value, mut slope) = (vec![0.0; count], vec![0.0; count * size]);
        self.each_changed(occasions, &changed, |row, _, outlook| {
            let weight = occasions.weight(row);
            for alternative in 0..count {
                let chance = weight * outlook.chance[alternative];
                value[alternative] += chance;
                let slopes = slope[alternative * size..(alternative + 1) * size].iter_mut();
                slopes.zip(outlook.score(alternative)).for_each(|(sum, score)| *sum += chance * score);
            }
        })?;
        let total = occasions.total();
        let share = |(value, slope): (&f64, &[f64])| Share {
            value: value / total,
            error: deviation(self.safest(), slope) / total,
        };
        Ok(value.iter().zip(slope.chunks_exact(size)).map(share).collect())
    }

    /// Positions of changed values within an occasion, and their factors.
    pub(super) fn places(&self, changes: &[Change]) -> Result<Vec<(usize, f64)>> {
        let place = |change: &Change| {
            let alternative = self.alternative(&change.alternative)?;
            let at = alternative * self.attributes.len() + self.attribute(&change.attribute)?;
            match change.factor >= 0.0 && change.factor.is_finite() {
                true => Ok((at, change.factor)),
                false => Err(Error::new(
                    Code::OutOfRange,
                    format!(
                        "a change of `{}` of `{}`: a factor of at least 0, found {}",
                        change.attribute, change.alternative, change.factor
                    ),
                )),
            }
        };
        changes.iter().map(place).collect()
    }

    /// Shows every occasion as it would be, with its values.
    pub(super) fn each_changed(
        &self,
        occasions: &CheckedOccasions,
        changed: &[(usize, f64)],
        mut see: impl FnMut(usize, &[f64], &Outlook),
    ) -> Result<()> {
        self.must_know(occasions)?;
        let mut outlook = Outlook::new(self.alternatives.len(), self.attributes.len());
        for row in 0..occasions.occasions().len() {
            let mut values = occasions.row(row).to_vec();
            changed.iter().for_each(|(at, factor)| values[*at] *= factor);
            outlook.turn(&values, &self.parameters);
            see(row, &values, &outlook);
        }
        Ok(())
    }

    /// How choices answer to an attribute such as the price.
    ///
    /// # Errors
    /// Occasions of other alternatives or attributes, an attribute the model does not have.
    pub fn elasticities(&self, occasions: &CheckedOccasions, attribute: &str) -> Result<Elasticities> {
        let (at, effect) = (self.attribute(attribute)?, self.weight(attribute)?);
        let (count, width) = (self.alternatives.len(), self.attributes.len());
        let mut sums = Elasticities {
            own: vec![0.0; count],
            own_by_chance: vec![0.0; count],
            cross: vec![0.0; count],
            slopes: vec![0.0; count * count],
        };
        let mut chances = vec![0.0; count];
        self.each(occasions, |row, outlook| {
            let (values, weight) = (occasions.row(row), occasions.weight(row));
            for (own, chance) in outlook.chance.iter().enumerate() {
                let percent = effect * values[own * width + at];
                chances[own] += weight * chance;
                sums.own[own] += weight * percent * (1.0 - chance);
                sums.own_by_chance[own] += weight * chance * percent * (1.0 - chance);
                sums.cross[own] -= weight * percent * chance;
                for (of, other) in outlook.chance.iter().enumerate() {
                    sums.slopes[of * count + own] += weight * effect * chance * ((of == own) as u8 as f64 - other);
                }
            }
        })?;
        let total = occasions.total();
        sums.own_by_chance.iter_mut().zip(chances).for_each(|(sum, chance)| *sum /= chance);
        [&mut sums.own, &mut sums.cross, &mut sums.slopes].into_iter().flatten().for_each(|sum| *sum /= total);
        Ok(sums)
    }
}
