//! What may be offered, and the rules the merchandiser set.

use crate::error::{Code, Error, Result};
use crate::feature::bounded;
use crate::model::MAX_ARMS;
use crate::money::BasisPoints;
use alloc::string::String;
use alloc::vec::Vec;

/// One thing that can be offered.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Stable name, e.g. `pct10`; the first arm is always `none`.
    pub id: String,
    /// How much is taken off the list price.
    pub depth: BasisPoints,
}

/// Limits that hold whatever the model says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Guard {
    /// An offer must leave at least this share of the list price as margin.
    pub floor_margin: BasisPoints,
    /// No offer is deeper than this.
    pub max_discount: BasisPoints,
    /// Share of shoppers who never get an offer, so that offers can be measured.
    pub holdout: BasisPoints,
    /// Mixed into the holdout's hash, so that two campaigns hold out different shoppers.
    pub salt: u32,
    /// Personalised offers are off: everyone gets the list price.
    pub switched_off: bool,
}

/// The arms and the merchandiser's settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Menu {
    /// `none` first, then by rising depth.
    pub arms: Vec<Arm>,
    /// Limits.
    pub guard: Guard,
    /// The price λ of one unit of budget: an arm must gain more than λ times its cost.
    pub budget_price: f32,
    /// Share of decisions drawn evenly from the allowed arms, to learn from.
    pub exploration: f32,
    /// Minutes for which an accepted offer holds.
    pub promise_minutes: u32,
}

impl Menu {
    /// Refuses an empty or contradictory menu.
    pub fn check(&self) -> Result<()> {
        bounded("arms", self.arms.len(), MAX_ARMS)?;
        match self.arms.first() {
            Some(first) if first.id == "none" && first.depth.get() == 0 => {}
            _ => return Err(Error::new(Code::BadConfig, "the first arm must be `none` with no discount")),
        }
        let rising = self.arms.windows(2).all(|pair| pair[0].depth < pair[1].depth);
        if !rising {
            return Err(Error::new(Code::BadConfig, "arms must be in order of rising depth, each once"));
        }
        for (index, arm) in self.arms.iter().enumerate() {
            if self.arms[..index].iter().any(|earlier| earlier.id == arm.id) {
                return Err(Error::new(Code::DuplicateName, "two arms carry the same id"));
            }
        }
        in_range("the budget price is negative, beyond 1000 or not a number", self.budget_price, 1_000.0)?;
        in_range("exploration is not between 0 and 1", self.exploration, 1.0)
    }
}

fn in_range(what: &'static str, value: f32, high: f32) -> Result<()> {
    match value >= 0.0 && value <= high {
        true => Ok(()),
        false => Err(Error::new(Code::OutOfRange, what)),
    }
}
