//! Shoppers of supermarket brands, whose response to a lower price is the one measured on scanner panels.
//!
//! Measured: how often each brand is chosen, and how much a lower price adds to the log-odds of choosing it, from the
//! conditional logits on the scanner-choice tables (Yogurt, Catsup, Cracker, Tuna, Ketchup; tests/reference/market.py prints
//! them). Taken as given: that rivals' prices stay, what a sale earns, how far shoppers differ from one another, how well
//! that is known beforehand, and how often the deepest offer is blocked.

use super::draws::normal;
use super::{Visit, World};
use crate::error::{Code, Error, Result};
use crate::math::{exp, logit, sigmoid};
use crate::train::random::Random;
use serde::{Deserialize, Serialize};

/// Brand, the share of shoppers who choose it, and the log-odds that its full price off would add.
const BRANDS: [(&str, f64, f64); 21] = [
    ("yogurt yoplait", 0.3391, 3.916),
    ("yogurt dannon", 0.4022, 2.993),
    ("yogurt hiland", 0.0294, 1.966),
    ("yogurt weight", 0.2293, 2.914),
    ("catsup heinz41", 0.0650, 6.499),
    ("catsup heinz32", 0.5211, 4.408),
    ("catsup heinz28", 0.3041, 6.053),
    ("catsup hunts32", 0.1097, 4.706),
    ("cracker sunshine", 0.0726, 2.991),
    ("cracker kleebler", 0.0687, 3.519),
    ("cracker nabisco", 0.5443, 3.373),
    ("cracker private", 0.3144, 2.127),
    ("tuna skw", 0.4418, 4.405),
    ("tuna cosw", 0.1633, 4.751),
    ("tuna sko", 0.1780, 4.615),
    ("tuna coso", 0.1403, 4.476),
    ("tuna pw", 0.0766, 4.028),
    ("ketchup heinz", 0.5097, 5.397),
    ("ketchup hunts", 0.2056, 5.807),
    ("ketchup delmonte", 0.0517, 6.166),
    ("ketchup stb", 0.2331, 3.981),
];
/// Offers, as shares of the list price: none first.
pub(super) const DEPTHS: [f64; 5] = [0.0, 0.05, 0.1, 0.15, 0.2];

/// What is taken as given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MarketParams {
    /// What a sale at the list price earns, as a share of the price. Above 0.2, the deepest offer, and at most 1.
    pub margin: f64,
    /// Deviation between shoppers of the log-odds of choosing a brand.
    pub loyalty: f64,
    /// Deviation between shoppers of the logarithm of how much price means to them.
    pub sensitivity: f64,
    /// Deviation of the error with which that is known, in deviations of it.
    pub blur: f64,
    /// The share of visits in which the deepest offer is blocked.
    pub blocked: f64,
}

impl Default for MarketParams {
    fn default() -> Self {
        MarketParams { margin: 0.35, loyalty: 0.7, sensitivity: 0.4, blur: 0.5, blocked: 0.2 }
    }
}

/// A market that can be visited. Only [`MarketParams::check`] makes one.
#[derive(Clone, Debug)]
pub struct Market(MarketParams);

impl MarketParams {
    /// Refuses markets in which an offer earns nothing, and numbers outside their range.
    ///
    /// # Errors
    /// A margin outside (0.2, 1], a deviation below 0 or above 10, a share outside [0, 1].
    pub fn check(self) -> Result<Market> {
        let deepest = DEPTHS[DEPTHS.len() - 1];
        let deviations = [self.loyalty, self.sensitivity, self.blur];
        let is_sound = deviations.iter().all(|deviation| (0.0..=10.0).contains(deviation))
            && (0.0..=1.0).contains(&self.blocked)
            && self.margin > deepest
            && self.margin <= 1.0;
        match is_sound {
            true => Ok(Market(self)),
            false => {
                let what =
                    format!("a market: margin above {deepest}, deviations 0 to 10, shares 0 to 1; found {self:?}");
                Err(Error::new(Code::OutOfRange, what))
            }
        }
    }
}

impl World for Market {
    fn arms(&self) -> Vec<(String, f64)> {
        depth_arms(self.0.margin)
    }

    fn features(&self) -> usize {
        4
    }

    fn names(&self) -> Vec<String> {
        ["brand_share", "brand_slope", "loyalty", "price_means"].map(String::from).to_vec()
    }

    fn visits(&self, seed: u64) -> Box<dyn Iterator<Item = Visit> + '_> {
        let mut random = Random::new(seed);
        Box::new(std::iter::from_fn(move || Some(self.visit(&mut random))))
    }
}

impl Market {
    /// The context: the brand's log-odds and slope, the shopper's loyalty, and roughly what price means to them.
    fn visit(&self, random: &mut Random) -> Visit {
        let params = &self.0;
        let (_, share, slope) = BRANDS[random.below(BRANDS.len())];
        let (loyal, keen) = (normal(random), normal(random));
        let context = vec![logit(share), slope - 4.0, loyal, keen + params.blur * normal(random)];
        let response = slope * exp(params.sensitivity * keen);
        let chance = |depth: f64| sigmoid(logit(share) + params.loyalty * loyal + response * depth);
        let is_blocked = random.uniform() < params.blocked;
        let sale = Sale { margin: params.margin, is_blocked, luck: random.uniform() };
        sale.visit(context, chance)
    }
}

/// Names of the offers and what a sale earns under each.
pub(super) fn depth_arms(margin: f64) -> Vec<(String, f64)> {
    let name = |depth: f64| if depth == 0.0 { "none".into() } else { format!("{:.0} % off", 100.0 * depth) };
    DEPTHS.iter().map(|depth| (name(*depth), margin - depth)).collect()
}

/// One chance to sell.
pub(super) struct Sale {
    /// What a sale at the list price earns, as a share of the price.
    pub margin: f64,
    /// Whether the deepest offer may not be made.
    pub is_blocked: bool,
    /// One draw for all offers: who buys at one price buys at every lower one.
    pub luck: f64,
}

impl Sale {
    /// A visit whose shopper buys with a chance that depends on the offer's depth.
    pub(super) fn visit(&self, context: Vec<f64>, chance: impl Fn(f64) -> f64) -> Visit {
        let earns = |depth: f64| self.margin - depth;
        Visit {
            context,
            allowed: (0..DEPTHS.len()).map(|arm| !(self.is_blocked && arm + 1 == DEPTHS.len())).collect(),
            expected: DEPTHS.iter().map(|depth| chance(*depth) * earns(*depth)).collect(),
            reward: DEPTHS.iter().map(|depth| if self.luck < chance(*depth) { earns(*depth) } else { 0.0 }).collect(),
        }
    }
}
