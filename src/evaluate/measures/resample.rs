//! Draws with replacement, eight at a time, and sums that a draw only reweights.

use crate::evaluate::metrics::{LANES, Lanes, Resampling};
use crate::train::random::Random;
use crate::train::threads::ordered;

/// What `measure` finds on every resample of `units` things, in order. `measure` is given, by unit, how often it was drawn
/// in each of eight resamples. Memory holds one pass per thread, not all draws.
pub(super) fn resampled<T: Send>(
    units: usize,
    resampling: Resampling,
    measure: impl Fn(&[Lanes]) -> [T; LANES] + Sync,
) -> Vec<T> {
    let passes = resampling.count.div_ceil(LANES);
    let measured = ordered(passes, |pass| measure(&lanes(units, resampling, pass * LANES)), |_| {});
    measured.into_iter().flatten().take(resampling.count).collect()
}

/// Everything counted once, in every lane.
pub(super) fn everything(units: usize) -> Vec<Lanes> {
    vec![[1.0; LANES]; units]
}

/// Each resample draws from its own sequence, so that the number of resamples does not show in any of them.
fn lanes(units: usize, resampling: Resampling, first: usize) -> Vec<Lanes> {
    let mut lanes = vec![[0.0; LANES]; units];
    let draw = |lane: usize| {
        let mut random = Random::new(Random::new(resampling.seed ^ (first + lane) as u64).bits());
        (0..units).for_each(|_| lanes[random.below(units)][lane] += 1.0);
    };
    (0..LANES).for_each(draw);
    lanes
}

/// Sums by unit of `K` amounts, from which figures are worked out.
#[derive(Clone, Debug)]
pub(super) struct Sums<const K: usize> {
    by_unit: Vec<[f64; K]>,
}

impl<const K: usize> Sums<K> {
    pub(super) fn new(units: usize) -> Self {
        Sums { by_unit: vec![[0.0; K]; units] }
    }

    pub(super) fn add(&mut self, unit: u32, amounts: [f64; K]) {
        self.by_unit[unit as usize].iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
    }

    /// The totals of eight draws.
    pub(super) fn totals(&self, draws: &[Lanes]) -> [[f64; K]; LANES] {
        let mut totals = [[0.0; K]; LANES];
        for (sums, draw) in self.by_unit.iter().zip(draws) {
            for (totals, times) in totals.iter_mut().zip(draw) {
                totals.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum * times);
            }
        }
        totals
    }
}
