//! Policies meet a world's visits.

use super::regrets::{Game, Regrets};
use super::{Visit, World};
use crate::error::{Code, Error, Result};
use crate::train::bandit::{Bandit, BanditParams, Decision, Draw, LearnedBandit, Observation, Pending};
use crate::train::learn::Watch;
use crate::train::random::Random;
use crate::train::threads::ordered;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Who decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Player {
    /// One that learns. The world says how many features there are.
    Bandit {
        /// What it is called in the result.
        name: String,
        /// How it learns and explores.
        settings: BanditParams,
    },
    /// One that gives the same arm to everyone it may be given to; otherwise the first that is allowed.
    Always {
        /// By position.
        arm: usize,
    },
    /// One that gives every allowed arm equally often: an experiment that never ends.
    Evenly,
}

/// How long, how often, and how late answers come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    /// Visits of one run.
    pub rounds: usize,
    /// Runs; each has its own world and shoppers. At least 2: intervals are over them.
    pub seeds: usize,
    /// The first run's seed.
    pub first_seed: u64,
    /// Visits between a decision and its outcome; 0: at once.
    pub delay: usize,
    /// Visits between two points of a curve.
    pub every: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { rounds: 2_000, seeds: 20, first_seed: 1, delay: 0, every: 50 }
    }
}

impl Plan {
    fn check(&self) -> Result<()> {
        match self.seeds >= 2 && self.every >= 1 && self.rounds >= self.every {
            true => Ok(()),
            false => Err(Error::new(
                Code::BadConfig,
                format!(
                    "a simulation needs 2 seeds and a point of its curves: found {} seeds, {} rounds, a point every {}",
                    self.seeds, self.rounds, self.every
                ),
            )),
        }
    }
}

/// Plays every policy against the same visits of every seed. `watch` is told runs that are over, of how many.
///
/// # Errors
/// A plan without two seeds or one point of a curve, settings that a bandit refuses, an arm there is not.
pub fn simulate(world: &dyn World, players: &[Player], plan: &Plan, watch: Watch) -> Result<Regrets> {
    plan.check()?;
    players.iter().try_for_each(|player| player.seat(world).map(drop))?;
    let play = |index: usize| {
        let seed = plan.first_seed + (index % plan.seeds) as u64;
        players[index / plan.seeds].seated(world, plan.delay, plan.rounds)?.play(world, seed, plan)
    };
    let count = players.len() * plan.seeds;
    let games =
        ordered(count, play, |done| watch(done as u64, count as u64)).into_iter().collect::<Result<Vec<Game>>>()?;
    let names: Vec<String> = players.iter().map(|player| player.name(world)).collect();
    Ok(Regrets::of(&names, plan, &games))
}

/// Somebody at the table, and rewards that nobody has heard of yet.
pub(super) struct Seat {
    who: Who,
    late: VecDeque<(usize, f64)>,
}

enum Who {
    Learns(Box<LearnedBandit>, Option<Pending>),
    Always(usize),
    Evenly,
}

impl Player {
    fn name(&self, world: &dyn World) -> String {
        match self {
            Player::Bandit { name, .. } => name.clone(),
            Player::Always { arm } => format!("always {}", world.arms()[*arm].0),
            Player::Evenly => "evenly".into(),
        }
    }

    /// Takes a seat in a game of so many rounds whose answers come late.
    pub(super) fn seated(&self, world: &dyn World, delay: usize, rounds: usize) -> Result<Seat> {
        let mut who = self.seat(world)?;
        if let (Who::Learns(_, pending), true) = (&mut who, delay > 0) {
            *pending = Some(Pending::new(rounds as f64 + 1.0, delay + 1)?);
        }
        Ok(Seat { who, late: VecDeque::new() })
    }

    fn seat(&self, world: &dyn World) -> Result<Who> {
        let arms = world.arms();
        match self {
            Player::Bandit { settings, .. } => {
                let settings = BanditParams { features: world.features(), ..settings.clone() }.check()?;
                let arms: Vec<(&str, f64)> = arms.iter().map(|(name, worth)| (name.as_str(), *worth)).collect();
                Ok(Who::Learns(Box::new(settings.start_worth(&arms)?), None))
            }
            Player::Always { arm } if *arm >= arms.len() => {
                Err(Error::new(Code::BadIndex, format!("arm {arm} of a world with {} arms", arms.len())))
            }
            Player::Always { arm } => Ok(Who::Always(*arm)),
            Player::Evenly => Ok(Who::Evenly),
        }
    }
}

impl Seat {
    fn play(mut self, world: &dyn World, seed: u64, plan: &Plan) -> Result<Game> {
        let mut luck = Random::new(seed ^ 0x5eed_d2a3);
        let mut game = Game::default();
        for (round, visit) in world.visits(seed).take(plan.rounds).enumerate() {
            let arm = self.give(&visit, round, luck.bits(), plan.delay)?.arm;
            game.count(&visit, arm);
            if (round + 1) % plan.every == 0 {
                game.mark();
            }
        }
        Ok(game)
    }

    /// The arm given, with the probability of every arm; then what was given `delay` rounds ago is heard of.
    pub(super) fn give(&mut self, visit: &Visit, round: usize, seed: u64, delay: usize) -> Result<Draw> {
        let draw = self.who.decide(visit, round, seed)?;
        self.late.push_back((round, visit.reward[draw.arm]));
        if self.late.len() > delay
            && let Some((decided, reward)) = self.late.pop_front()
        {
            self.who.hear(decided as u64, reward)?;
        }
        Ok(draw)
    }
}

impl Who {
    /// The arm given. What is answered at once is learned at once; otherwise the decision waits.
    fn decide(&mut self, visit: &Visit, round: usize, seed: u64) -> Result<Draw> {
        let open = || visit.allowed.iter().enumerate().filter(|(_, allowed)| **allowed).map(|(arm, _)| arm);
        let count = open().count();
        let share = |arm: usize, of: f64| if visit.allowed[arm] { of } else { 0.0 };
        match self {
            Who::Always(arm) => {
                let arm = if visit.allowed[*arm] { *arm } else { open().next().unwrap_or(0) };
                let propensities = (0..visit.allowed.len()).map(|other| f64::from(other == arm)).collect();
                Ok(Draw { arm, propensities })
            }
            Who::Evenly => {
                let arm = open().nth(Random::new(seed).below(count)).unwrap_or(0);
                let propensities = (0..visit.allowed.len()).map(|arm| share(arm, 1.0 / count as f64)).collect();
                Ok(Draw { arm, propensities })
            }
            Who::Learns(bandit, pending) => {
                let drawn = bandit.draw(&visit.context, &visit.allowed, seed)?;
                let (arm, propensity, when) = (drawn.arm, drawn.propensities[drawn.arm], round as f64);
                match pending {
                    None => {
                        let (context, reward) = (&visit.context[..], visit.reward[arm]);
                        bandit.learn(&Observation { context, arm, reward, propensity, when })?;
                    }
                    Some(pending) => {
                        let arm = bandit.id(arm).unwrap_or_default();
                        pending
                            .open(round as u64, Decision { context: visit.context.clone(), arm, propensity, when })?;
                    }
                }
                Ok(drawn)
            }
        }
    }

    fn hear(&mut self, decided: u64, reward: f64) -> Result<()> {
        if let Who::Learns(bandit, Some(pending)) = self {
            pending.settle(decided, reward, bandit)?;
        }
        Ok(())
    }
}
