//! Choices of shoppers whose tastes are known: the alternative with the highest worth plus a Gumbel draw (McFadden 1974).

use super::occasions::{Occasions, Panels};
use crate::math::ln;
use crate::train::random::Random;

/// The intercepts of the second and third of three alternatives, the weights of price and display.
pub const TRUTH: [f64; 4] = [0.5, -1.0, -1.5, 0.8];

pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

/// So many occasions; prices from 1 to 3, a display one time in four.
pub fn drawn(rows: usize, seed: u64) -> Occasions {
    let mut random = Random::new(seed);
    let (mut values, mut chosen) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let mut worths = [0.0; 3];
        for (alternative, worth) in worths.iter_mut().enumerate() {
            let (price, display) = (1.0 + 2.0 * random.uniform(), (random.below(4) == 0) as u8 as f64);
            let own = if alternative == 0 { 0.0 } else { TRUTH[alternative - 1] };
            *worth = own + TRUTH[2] * price + TRUTH[3] * display - ln(-ln(1.0 - random.uniform()));
            values.extend([price, display]);
        }
        chosen.push((1..3).fold(0, |best, next| if worths[next] > worths[best] { next } else { best }) as u16);
    }
    let (alternatives, attributes) = (names(&["own", "other", "third"]), names(&["price", "display"]));
    Occasions { alternatives, attributes, values, chosen, panels: None }
}

/// The same, so many occasions in a row by one household.
pub fn drawn_by_households(rows: usize, each: u64, seed: u64) -> Occasions {
    let who: Vec<u64> = (0..rows as u64).map(|row| row / each).collect();
    Occasions { panels: Some(Panels::plain(&who)), ..drawn(rows, seed) }
}
