//! Examples: one per (trip, group), with the features of the moment before the trip.
//!
//! There are 141 groups and few are bought on a trip, so most examples say "did not buy". They are thinned
//! by a stable hash and carry the weight of those left out: a weighted sum estimates the full one.

use super::random::keeps;
use super::replay::{Moment, Replay};
use super::threads::{ordered, piece};
use super::transform::Columns;
use crate::event::GroupId;

/// Households are replayed in so many pieces; more than any machine has cores.
pub(super) const PIECES: usize = 96;

/// Everything about an example but its features.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Example {
    /// Position of the household.
    pub household: u32,
    /// Group asked about.
    pub group: u16,
    /// Week of the trip.
    pub week: u8,
    /// Whether the trip bought it.
    pub bought: bool,
    /// How many examples this one stands for.
    pub weight: f32,
    /// Earlier trips that bought the group.
    pub times: u16,
    /// Earlier trips.
    pub trips: u16,
}

/// Examples by group and week; within these in the order of households and time.
#[derive(Clone, Debug, Default)]
pub struct Dataset {
    /// Features per example.
    pub width: usize,
    /// Feature values by example, NaN where missing. Single precision: there are tens of millions.
    pub values: Vec<f32>,
    /// The examples.
    pub examples: Vec<Example>,
    /// Examples before thinning.
    pub total: u64,
}

/// What is kept: one in so many.
#[derive(Clone, Copy, Debug)]
pub struct Sampling {
    /// First and last week.
    pub weeks: [u32; 2],
    /// Of purchases.
    pub bought_one_in: u32,
    /// Of non-purchases.
    pub others_one_in: u32,
    /// Which ones.
    pub seed: u64,
}

impl Sampling {
    fn one_in(&self, moment: &Moment, group: usize) -> Option<u32> {
        let one_in = if moment.bought[group] { self.bought_one_in } else { self.others_one_in };
        keeps(self.seed, [moment.trip.basket, group as u64], one_in).then_some(one_in)
    }

    fn covers(&self, week: u8) -> bool {
        (self.weeks[0]..=self.weeks[1]).contains(&(week as u32))
    }
}

impl Dataset {
    /// Replays every household and keeps the sampled examples.
    pub fn collect(replay: &Replay, sampling: &Sampling, done: impl Fn(usize) + Sync) -> Dataset {
        let households = replay.orders.households.len();
        let of_piece = |index| {
            let mut part = Dataset { width: replay.program.features.len(), ..Dataset::default() };
            for household in piece(households, PIECES, index) {
                replay.household(household, |moment| part.take(replay, sampling, moment));
            }
            part
        };
        Dataset::sorted(ordered(PIECES, of_piece, done))
    }

    fn take(&mut self, replay: &Replay, sampling: &Sampling, moment: &Moment) {
        if !sampling.covers(moment.trip.week) {
            return;
        }
        self.total += moment.bought.len() as u64;
        for group in 0..moment.bought.len() {
            let Some(one_in) = sampling.one_in(moment, group) else { continue };
            let features = replay.features(moment, GroupId(group as u16));
            let values = (0..self.width).map(|index| features.get(index).map_or(f32::NAN, |value| value as f32));
            self.values.extend(values);
            self.examples.push(Example {
                household: moment.household as u32,
                group: group as u16,
                week: moment.trip.week,
                bought: moment.bought[group],
                weight: one_in as f32,
                times: moment.history.groups[group].min(u16::MAX as u32) as u16,
                trips: moment.history.trips.min(u16::MAX as u32) as u16,
            });
        }
    }

    /// Joins the parts in order, then sorts by group and week.
    fn sorted(parts: Vec<Dataset>) -> Dataset {
        let mut order: Vec<(u16, u8, usize, usize)> = Vec::new();
        for (part, dataset) in parts.iter().enumerate() {
            let keys = dataset.examples.iter().enumerate();
            order.extend(keys.map(|(row, example)| (example.group, example.week, part, row)));
        }
        order.sort_unstable();
        let mut whole = Dataset { total: parts.iter().map(|part| part.total).sum(), ..Dataset::default() };
        whole.width = parts.first().map_or(0, |part| part.width);
        whole.values.reserve_exact(order.len() * whole.width);
        for (_, _, part, row) in order {
            whole.examples.push(parts[part].examples[row]);
            whole.values.extend_from_slice(parts[part].row(row));
        }
        whole
    }

    /// All features, column by column.
    pub fn columns(&self) -> Columns {
        let column =
            |feature| self.values.iter().skip(feature).step_by(self.width).map(|value| *value as f64).collect();
        Columns { values: (0..self.width).map(column).collect() }
    }

    /// The features of one example.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..(row + 1) * self.width]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::catalogue::{self, tests as small};

    fn collected(others_one_in: u32) -> Dataset {
        let (checked, trips) = (small::checked(), [1u8, 2, 3, 4, 5, 6].map(|week| (week, &[(0, 1, 100, 0)][..])));
        let trips = [&trips[..], &[(7, &[(2, 1, 100, 0)])]].concat();
        let orders = small::orders(&trips);
        let catalogue = catalogue::build(&orders, &checked).unwrap();
        let replay = Replay { orders: &orders, catalogue: &catalogue, program: &checked.declared.program };
        let sampling = Sampling { weeks: [3, 7], bought_one_in: 1, others_one_in, seed: 5 };
        Dataset::collect(&replay, &sampling, |_| {})
    }

    #[test]
    fn keeps_every_purchase_of_the_weeks_asked_for_in_order_of_group_and_week() {
        let dataset = collected(1);
        assert_eq!((dataset.total, dataset.examples.len()), (10, 10));
        let purchases: Vec<(u16, u8)> = dataset
            .examples
            .iter()
            .filter(|example| example.bought)
            .map(|example| (example.group, example.week))
            .collect();
        assert_eq!(purchases, [(0, 3), (0, 4), (0, 5), (0, 6), (1, 7)]);
    }

    #[test]
    fn thins_only_what_was_not_bought_and_weighs_the_rest() {
        let dataset = collected(1_000);
        assert_eq!(dataset.total, 10);
        assert_eq!(dataset.examples.iter().filter(|example| example.bought).count(), 5);
        assert!(dataset.examples.iter().all(|example| example.weight == if example.bought { 1.0 } else { 1_000.0 }));
    }

    #[test]
    fn counts_only_earlier_trips_for_the_baseline() {
        let dataset = collected(1);
        let last = dataset.examples.iter().find(|example| example.group == 0 && example.week == 7).unwrap();
        assert_eq!((last.times, last.trips), (6, 6));
    }
}
