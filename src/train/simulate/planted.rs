//! Worlds whose weights are drawn: each arm's mean reward, or the log-odds of it, is a weighted sum of the context.
//!
//! They are where a method's regret can be compared with its theory and with other programs: benches/policy/bandit.py makes
//! the same visits.

use super::draws::{normal, normals};
use super::{Visit, World};
use crate::error::{Code, Error, Result};
use crate::math::sigmoid;
use crate::model::MAX_ARMS;
use crate::train::bandit::{MAX_FEATURES, Response};
use crate::train::random::Random;
use serde::{Deserialize, Serialize};

/// What is planted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlantedParams {
    /// Whether weights give the mean reward or its log-odds.
    pub response: Response,
    /// How many arms there are; the first is called `none`.
    pub arms: usize,
    /// How many numbers a context has, each of deviation 1.
    pub features: usize,
    /// Deviation of each arm's weights.
    pub spread: f64,
    /// What is added to every arm's constant.
    pub constant: f64,
    /// Linear response: deviation of rewards about their mean.
    pub noise: f64,
    /// After so many visits all weights are drawn anew; 0: never.
    pub switch_every: usize,
}

impl Default for PlantedParams {
    fn default() -> Self {
        PlantedParams {
            response: Response::Linear,
            arms: 5,
            features: 5,
            spread: 0.3,
            constant: 0.0,
            noise: 0.5,
            switch_every: 0,
        }
    }
}

/// A world that can be visited. Only [`PlantedParams::check`] makes one.
#[derive(Clone, Debug)]
pub struct Planted(PlantedParams);

impl PlantedParams {
    /// Refuses worlds without a choice and numbers that are none.
    ///
    /// # Errors
    /// Fewer than 2 or more than 16 arms, more than 64 features, a spread or noise below 0.
    pub fn check(self) -> Result<Planted> {
        if !(2..=MAX_ARMS).contains(&self.arms) || self.features > MAX_FEATURES {
            let what = format!("a world of {} arms and {} features", self.arms, self.features);
            return Err(Error::new(Code::OutOfRange, format!("{what}: 2 to {MAX_ARMS}, at most {MAX_FEATURES}")));
        }
        let is_sound = [self.spread, self.noise].iter().all(|number| *number >= 0.0 && number.is_finite());
        match is_sound && self.constant.is_finite() {
            true => Ok(Planted(self)),
            false => {
                Err(Error::new(Code::OutOfRange, "a world's spread and noise are 0 or more, its constant a number"))
            }
        }
    }
}

impl World for Planted {
    fn arms(&self) -> Vec<(String, f64)> {
        (0..self.0.arms).map(|arm| (if arm == 0 { "none".into() } else { format!("arm {arm}") }, 1.0)).collect()
    }

    fn features(&self) -> usize {
        self.0.features
    }

    fn visits(&self, seed: u64) -> Box<dyn Iterator<Item = Visit> + '_> {
        let mut random = Random::new(seed);
        let mut weights = self.weights(&mut random);
        let mut round = 0;
        Box::new(std::iter::from_fn(move || {
            if self.0.switch_every > 0 && round > 0 && round % self.0.switch_every == 0 {
                weights = self.weights(&mut random);
            }
            round += 1;
            Some(self.visit(&weights, &mut random))
        }))
    }
}

impl Planted {
    /// By arm: the constant, then one per feature.
    fn weights(&self, random: &mut Random) -> Vec<Vec<f64>> {
        let params = &self.0;
        let arm = |_| normals(random, params.features + 1).iter().map(|number| params.spread * number).collect();
        let mut weights: Vec<Vec<f64>> = (0..params.arms).map(arm).collect();
        weights.iter_mut().for_each(|weights| weights[0] += params.constant);
        weights
    }

    fn visit(&self, weights: &[Vec<f64>], random: &mut Random) -> Visit {
        let context = normals(random, self.0.features);
        let sum = |weights: &Vec<f64>| {
            weights[1..].iter().zip(&context).fold(weights[0], |sum, (weight, value)| sum + weight * value)
        };
        let sums: Vec<f64> = weights.iter().map(sum).collect();
        let (expected, reward) = self.answers(sums, random);
        Visit { context, allowed: vec![true; self.0.arms], expected, reward }
    }

    /// One draw decides for all arms, so that a luckier policy is not taken for a better one.
    fn answers(&self, sums: Vec<f64>, random: &mut Random) -> (Vec<f64>, Vec<f64>) {
        match self.0.response {
            Response::Linear => {
                let luck = self.0.noise * normal(random);
                let reward = sums.iter().map(|sum| sum + luck).collect();
                (sums, reward)
            }
            Response::Logistic => {
                let (chances, luck) = (sums.iter().map(|sum| sigmoid(*sum)).collect::<Vec<_>>(), random.uniform());
                let reward = chances.iter().map(|chance| if luck < *chance { 1.0 } else { 0.0 }).collect();
                (chances, reward)
            }
        }
    }
}
