//! What was lost, as plain data to draw.

use super::Visit;
use super::play::Plan;
use crate::evaluate::metrics::mean_and_half;
use crate::math::ordered_sum;
use serde::Serialize;

/// One policy's run through one seed.
#[derive(Clone, Debug, Default)]
pub struct Game {
    regret: f64,
    reward: f64,
    given: Vec<usize>,
    /// The regret so far, at each point of the curve.
    curve: Vec<f64>,
}

impl Game {
    pub fn count(&mut self, visit: &Visit, arm: usize) {
        let open = visit.expected.iter().zip(&visit.allowed).filter(|(_, allowed)| **allowed);
        let best = open.fold(f64::NEG_INFINITY, |best, (expected, _)| best.max(*expected));
        self.regret += best - visit.expected[arm];
        self.reward += visit.expected[arm];
        self.given.resize(visit.expected.len(), 0);
        self.given[arm] += 1;
    }

    pub fn mark(&mut self) {
        self.curve.push(self.regret);
    }
}

/// One policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curve {
    /// What it is called.
    pub name: String,
    /// Mean regret so far over seeds, by point.
    pub mean: Vec<f64>,
    /// The lower end of its 95 % interval, 1.96 standard errors over seeds.
    pub low: Vec<f64>,
    /// The upper end.
    pub high: Vec<f64>,
    /// Regret at the end, by seed: two policies of one result met the same visits, so these are pairs.
    pub by_seed: Vec<f64>,
    /// What was brought on average per visit, mean over seeds.
    pub reward: f64,
    /// The share of visits that each arm was given in.
    pub given: Vec<f64>,
}

/// All policies against one world.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Regrets {
    /// After how many visits the points of the curves are.
    pub rounds: Vec<usize>,
    /// In the order of the players.
    pub curves: Vec<Curve>,
}

impl Regrets {
    pub(super) fn of(names: &[String], plan: &Plan, games: &[Game]) -> Regrets {
        let rounds = (1..=plan.rounds / plan.every).map(|point| point * plan.every).collect();
        let curve = |(name, games): (&String, &[Game])| Curve::of(name, games, plan.rounds);
        Regrets { rounds, curves: names.iter().zip(games.chunks(plan.seeds)).map(curve).collect() }
    }

    /// The policy of that name.
    pub fn curve(&self, name: &str) -> Option<&Curve> {
        self.curves.iter().find(|curve| curve.name == name)
    }
}

impl Curve {
    fn of(name: &str, games: &[Game], rounds: usize) -> Curve {
        let points = games[0].curve.len();
        let at = |point: usize| mean_and_half(&games.iter().map(|game| game.curve[point]).collect::<Vec<_>>());
        let spreads: Vec<(f64, f64)> = (0..points).map(at).collect();
        let visits = (rounds * games.len()) as f64;
        let arms = games[0].given.len();
        let given = |arm: usize| games.iter().map(|game| game.given[arm]).sum::<usize>() as f64 / visits;
        Curve {
            name: name.to_string(),
            mean: spreads.iter().map(|(mean, _)| *mean).collect(),
            low: spreads.iter().map(|(mean, half)| mean - half).collect(),
            high: spreads.iter().map(|(mean, half)| mean + half).collect(),
            by_seed: games.iter().map(|game| game.regret).collect(),
            reward: ordered_sum(games.iter().map(|game| game.reward)) / visits,
            given: (0..arms).map(given).collect(),
        }
    }

    /// By how much less this policy lost than `other`, met by the same visits: mean and half width of the 95 % interval.
    pub fn below(&self, other: &Curve) -> (f64, f64) {
        mean_and_half(&other.by_seed.iter().zip(&self.by_seed).map(|(other, this)| other - this).collect::<Vec<_>>())
    }
}
