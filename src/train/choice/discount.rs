//! What a discount on one alternative would do: how often it is chosen, and what is paid for it.
//!
//! With the unit cost that the shop knows, an alternative earns `paid − cost · share` on an occasion. It does *not* say
//! whether an occasion comes about because of the discount, nor what shoppers put into the larder.

use super::model::ChoiceModel;
use super::occasions::CheckedOccasions;
use super::response::{Change, Share};
use crate::error::{Code, Error, Result};

/// One depth of a discount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Discounted {
    /// The share of the price taken off.
    pub depth: f64,
    /// How often the alternative would be chosen.
    pub share: Share,
    /// What would be paid for the alternative per occasion, in units of the price: the mean of probability × price.
    pub paid: f64,
}

impl ChoiceModel {
    /// What discounts of those depths on an alternative would do, all else as it was.
    ///
    /// # Errors
    /// As [`shares`](ChoiceModel::shares); a depth outside 0 to 1.
    pub fn discounts(
        &self,
        occasions: &CheckedOccasions,
        price: &str,
        alternative: &str,
        depths: &[f64],
    ) -> Result<Vec<Discounted>> {
        let own = self.alternative(alternative)?;
        let at_depth = |depth: &f64| {
            if !(0.0..=1.0).contains(depth) {
                let what = format!("a discount on `{alternative}`: a depth from 0 to 1, found {depth}");
                return Err(Error::new(Code::OutOfRange, what));
            }
            let change = Change { attribute: price.into(), alternative: alternative.into(), factor: 1.0 - depth };
            let places = self.places(std::slice::from_ref(&change))?;
            let mut paid = 0.0;
            self.each_changed(occasions, &places, |row, values, outlook| {
                paid += occasions.weight(row) * outlook.chance[own] * values[places[0].0];
            })?;
            let share = self.shares(occasions, &[change])?[own];
            Ok(Discounted { depth: *depth, share, paid: paid / occasions.total() })
        };
        depths.iter().map(at_depth).collect()
    }
}
