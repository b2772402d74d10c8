//! What is tried next, given what was tried.

use super::history::Trial;
use super::params::{CheckedSearch, Method};
use super::space::{Axis, Point};
use crate::train::random::{Random, shuffle};
use rand_core::TryRng;
use std::collections::BTreeSet;
use std::convert::Infallible;
use tpe::density_estimation::DefaultEstimatorBuilder;
use tpe::{TpeOptimizer, TpeOptimizerBuilder};

/// Draws of the Parzen estimator before chance takes over, where all of them were tried before.
const ASKED: usize = 20;
/// Draws by chance before a space counts as exhausted.
const DRAWN: usize = 200;
/// Share of trials that count as good. Bergstra takes 15 %; a search here is short, and with fewer the estimator would go
/// by one or two points.
const GOOD: f64 = 0.2;

/// Proposes points. The next one follows from the search's settings and the trials alone.
pub(super) struct Proposer<'a> {
    search: &'a CheckedSearch,
    /// The order of the grid; empty for other methods.
    order: Vec<usize>,
    seen: BTreeSet<String>,
}

impl<'a> Proposer<'a> {
    pub(super) fn new(search: &'a CheckedSearch) -> Self {
        let size = if search.params().method == Method::Grid { search.space().grid_size().unwrap_or(0) } else { 0 };
        let mut order: Vec<usize> = (0..size).collect();
        shuffle(&mut order, &mut Random::new(search.params().seed));
        Proposer { search, order, seen: BTreeSet::new() }
    }

    /// A point that was not tried; none if there is none left, as far as chance can tell.
    pub(super) fn next(&mut self, trials: &[Trial]) -> Option<Point> {
        let params = self.search.params();
        // Each trial draws from its own sequence: a search that goes on needs to know no more than its number.
        let seed = Random::new(Random::new(params.seed).bits() ^ trials.len() as u64).bits();
        let mut draws = Draws(Random::new(seed));
        let point = match params.method {
            Method::Grid => Some(self.search.space().grid_point(*self.order.get(trials.len())?)),
            Method::Bayes if trials.len() >= params.startup => self.learnt(trials, &mut draws),
            _ => None,
        };
        let point = point.or_else(|| self.by_chance(&mut draws))?;
        self.seen.insert(point.to_string());
        Some(point)
    }

    fn is_new(&self, point: &Point) -> bool {
        !self.seen.contains(&point.to_string())
    }

    fn by_chance(&self, draws: &mut Draws) -> Option<Point> {
        let space = self.search.space();
        let mut draw = || space.at(&space.axes.iter().map(|_| draws.unit()).collect::<Vec<f64>>());
        (0..DRAWN).map(|_| draw()).find(|point| self.is_new(point))
    }

    /// Each parameter from where the good trials are and the others are not.
    fn learnt(&self, trials: &[Trial], draws: &mut Draws) -> Option<Point> {
        let axes = &self.search.space().axes;
        let mut estimators: Vec<Estimator> =
            axes.iter().map(|(name, axis)| Estimator::of(name, axis, trials, self.search)).collect::<Option<_>>()?;
        for _ in 0..ASKED {
            let asked = estimators.iter_mut().map(|estimator| estimator.ask(draws));
            let point = self.search.space().at(&asked.collect::<Option<Vec<f64>>>()?);
            if self.is_new(&point) {
                return Some(point);
            }
        }
        None
    }
}

/// The Parzen estimator of one parameter, or the histogram of a list.
struct Estimator {
    optimizer: TpeOptimizer<DefaultEstimatorBuilder>,
    /// How many values a list has; 1 for an interval.
    levels: f64,
}

impl Estimator {
    fn of(name: &str, axis: &Axis, trials: &[Trial], search: &CheckedSearch) -> Option<Estimator> {
        let (builder, levels) = match axis {
            Axis::List(values) => (tpe::histogram_estimator(), values.len()),
            Axis::Interval(_) => (tpe::parzen_estimator(), 1),
        };
        let range = tpe::range(0.0, levels as f64).ok()?;
        let mut optimizer = TpeOptimizerBuilder::new().gamma(GOOD).build(builder, range).ok()?;
        let levels = levels as f64;
        for trial in trials {
            let place = axis.place(trial.point.values.get(name)?) * levels;
            let place = if levels > 1.0 { place.floor() } else { place };
            // A failed trial is worse than any other.
            let loss = trial.value.map_or(f64::INFINITY, |value| search.loss(value));
            optimizer.tell(place, loss).ok()?;
        }
        Some(Estimator { optimizer, levels })
    }

    /// A place from 0 to 1.
    fn ask(&mut self, draws: &mut Draws) -> Option<f64> {
        let asked = self.optimizer.ask(draws).ok()?;
        Some(if self.levels > 1.0 { (asked.floor() + 0.5) / self.levels } else { asked })
    }
}

/// The house's draws, as `tpe` takes them.
struct Draws(Random);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0.uniform()
    }
}

impl TryRng for Draws {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.0.bits() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.bits())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.chunks_mut(8).for_each(|chunk| chunk.copy_from_slice(&self.0.bits().to_le_bytes()[..chunk.len()]));
        Ok(())
    }
}
