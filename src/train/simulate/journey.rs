//! Households on their trips to a grocer, who respond to a discount on a group of products as was measured on a year of orders.
//!
//! Measured on Complete Journey (tests/reference/journey.py prints every number): how often a trip buys of a group, how much a
//! deeper discount adds to the log-odds of that, how trips per week, loyalty to a group and a taste for discounts move them.
//! Discounts were not drawn by chance there, so slopes are associations within seasons. Taken as given: what a sale earns, that
//! the three differ independently, and that a discount of one household does what a discount of all did. A whole group responds
//! less than one brand does in [`market`](super::market): there rivals lose what a brand wins.

use super::draws::normal;
use super::market::{DEPTHS, Sale, depth_arms};
use super::{Visit, World};
use crate::error::{Code, Error, Result};
use crate::math::{logit, sigmoid};
use crate::train::random::Random;
use serde::{Deserialize, Serialize};

/// Group, the share of trips that buy of it, and the log-odds that its full price off would add.
const GROUPS: [(&str, f64, f64); 30] = [
    ("fluid milk white only", 0.2234, 1.036),
    ("bananas", 0.1112, 0.610),
    ("soft drinks 12/18&15pk can car", 0.0928, 2.949),
    ("sft drnk 2 liter btl carb incl", 0.0836, 2.329),
    ("shredded cheese", 0.0774, 0.523),
    ("potato chips", 0.0652, 1.097),
    ("candy bars (singles)(including", 0.0589, 0.451),
    ("dairy case 100% pure juice - o", 0.0578, 1.674),
    ("premium", 0.0513, 1.097),
    ("yogurt not multi-packs", 0.0469, 1.279),
    ("eggs - large", 0.0458, 2.603),
    ("tortilla/nacho chips", 0.0457, 2.095),
    ("primal", 0.0447, 2.707),
    ("sft drnk sngl srv btl carb (ex", 0.0436, 1.318),
    ("snack cake - multi pack", 0.0403, 3.624),
    ("hamburger buns", 0.0380, 2.122),
    ("all family cereal", 0.0378, 1.704),
    ("paper towels & holders", 0.0377, 1.721),
    ("potatoes russet (bulk&bag)", 0.0354, 1.211),
    ("eggs - x-large", 0.0349, 2.786),
    ("margarine: tubs and bowls", 0.0339, 1.384),
    ("choice beef", 0.0337, 1.649),
    ("snacks/appetizers", 0.0324, 3.237),
    ("lean", 0.0321, 1.969),
    ("sour creams", 0.0321, 1.231),
    ("frzn bagged vegetables - plain", 0.0315, 1.322),
    ("chocolate milk", 0.0311, 2.536),
    ("sugar", 0.0304, 3.259),
    ("cream cheese", 0.0303, 1.133),
    ("hot dog buns", 0.0300, 2.677),
];
/// What one deviation of ln(trips per week) adds to the log-odds: who comes often buys less of everything on each trip.
const FREQUENCY: f64 = -0.173;
/// Deviation between households of the log-odds of buying of a group.
const LOYALTY: f64 = 0.972;
/// By what share a slope rises with one deviation of the share bought on discount before.
const SENSITIVITY: f64 = 0.129;

/// What is taken as given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JourneyParams {
    /// What a sale at the list price earns, as a share of the price. Above 0.2, the deepest offer, and at most 1.
    pub margin: f64,
}

impl Default for JourneyParams {
    fn default() -> Self {
        JourneyParams { margin: 0.35 }
    }
}

/// Trips without end. Only [`JourneyParams::check`] makes one.
#[derive(Clone, Debug)]
pub struct Journey(JourneyParams);

impl JourneyParams {
    /// Refuses margins at which an offer earns nothing.
    ///
    /// # Errors
    /// A margin outside (0.2, 1].
    pub fn check(self) -> Result<Journey> {
        let deepest = DEPTHS[DEPTHS.len() - 1];
        match self.margin > deepest && self.margin <= 1.0 {
            true => Ok(Journey(self)),
            false => Err(Error::new(
                Code::OutOfRange,
                format!("a journey: margin above {deepest}, up to 1; found {}", self.margin),
            )),
        }
    }
}

impl World for Journey {
    fn arms(&self) -> Vec<(String, f64)> {
        depth_arms(self.0.margin)
    }

    fn features(&self) -> usize {
        5
    }

    fn names(&self) -> Vec<String> {
        ["group_share", "group_slope", "frequency", "loyalty", "discounts"].map(String::from).to_vec()
    }

    fn visits(&self, seed: u64) -> Box<dyn Iterator<Item = Visit> + '_> {
        let mut random = Random::new(seed);
        Box::new(std::iter::from_fn(move || Some(self.visit(&mut random))))
    }
}

impl Journey {
    /// The context: the group's log-odds and slope about their middles, then the household's three deviations.
    ///
    /// Trips, not households, are drawn: where trips per week are spread log-normally, that moves their mean and leaves their
    /// deviation, so the deviation of a trip's household is standard about the trips' own mean.
    fn visit(&self, random: &mut Random) -> Visit {
        let (_, share, slope) = GROUPS[random.below(GROUPS.len())];
        let (frequency, loyal, fond) = (normal(random), normal(random), normal(random));
        let context = vec![logit(share) + 3.0, slope - 2.0, frequency, loyal, fond];
        let response = slope * (1.0 + SENSITIVITY * fond).max(0.0);
        let sum = logit(share) + FREQUENCY * frequency + LOYALTY * loyal;
        let sale = Sale { margin: self.0.margin, is_blocked: false, luck: random.uniform() };
        sale.visit(context, |depth| sigmoid(sum + response * depth))
    }
}
