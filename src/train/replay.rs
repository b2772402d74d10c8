//! A year of orders told again, event by event, through the profile code that runs on the device.
//!
//! Everything a feature may know at a trip is what [`Profile::observe`] learnt from the trips before it:
//! the caller sees a trip first, then the profile does. Trips are *not* told twice, and no household
//! knows of another.

use super::catalogue::Catalogue;
use super::orders::{Orders, Trip};
use crate::event::{GroupId, Profile};
use crate::feature::{Context, FeatureVector, Program, extract};

/// What is replayed, and for which model.
#[derive(Clone, Copy, Debug)]
pub struct Replay<'a> {
    /// Whose trips.
    pub orders: &'a Orders,
    /// Groups of their products.
    pub catalogue: &'a Catalogue,
    /// What profiles keep.
    pub program: &'a Program,
}

/// The moment before a trip is told.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Position in [`Orders::households`].
    pub household: usize,
    /// The trip that is about to be told.
    pub trip: &'a Trip,
    /// What is known from the trips before.
    pub profile: &'a Profile,
    /// Whether the trip buys each group.
    pub bought: &'a [bool],
    /// Plain counts of the trips before, for the baseline.
    pub history: &'a History,
}

/// Undecayed counts of one household.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Trips so far.
    pub trips: u32,
    /// Trips that bought each group.
    pub groups: Vec<u32>,
}

impl Replay<'_> {
    /// Tells the trips of one household, calling `each` before every one.
    pub fn household(&self, household: usize, mut each: impl FnMut(&Moment)) {
        let groups = self.catalogue.schema.groups.len();
        let mut profile = Profile::new();
        let mut bought = vec![false; groups];
        let mut history = History { trips: 0, groups: vec![0; groups] };
        for trip in self.orders.trips_of(household) {
            self.mark(trip, &mut bought);
            each(&Moment { household, trip, profile: &profile, bought: &bought, history: &history });
            // A refusal means the transaction was told before, and the device would skip it as well.
            let _ = profile.observe(self.program, &self.orders.event(trip, &self.catalogue.group_of));
            history.trips += 1;
            history.groups.iter_mut().zip(&bought).for_each(|(count, bought)| *count += *bought as u32);
        }
    }

    fn mark(&self, trip: &Trip, bought: &mut [bool]) {
        bought.fill(false);
        for line in &self.orders.lines[trip.lines.clone()] {
            if let Some(group) = self.catalogue.group_of[line.product as usize] {
                bought[group.0 as usize] = true;
            }
        }
    }

    fn context(&self, moment: &Moment, group: GroupId) -> Context<'static> {
        let price = self.catalogue.prices.get(group.0 as usize).copied();
        Context { price, ..Context::of_group(group, moment.trip.time) }
    }

    /// The features of one group at that moment.
    pub fn features(&self, moment: &Moment, group: GroupId) -> FeatureVector {
        extract(self.program, &self.catalogue.schema, moment.profile, &self.context(moment, group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::catalogue::{self, tests as small};

    type Lines = small::Lines<'static>;

    /// All feature values of every trip, by trip.
    fn told(trips: &[(u8, Lines)]) -> Vec<Vec<Option<f64>>> {
        let (orders, checked) = (small::orders(trips), small::checked());
        // The catalogue is fixed: base rates belong to the model, not to a shopper's past.
        let fixed: [(u8, Lines); 2] = [(1, &[(0, 1, 100, 0), (2, 1, 100, 0)]), (2, &[(0, 1, 100, 0)])];
        let catalogue = catalogue::build(&small::orders(&fixed), &checked).unwrap();
        let replay = Replay { orders: &orders, catalogue: &catalogue, program: &checked.declared.program };
        let mut seen = Vec::new();
        replay.household(0, |moment| {
            let vectors = [0, 1].map(|group| replay.features(moment, GroupId(group)));
            seen.push(vectors.iter().flat_map(|vector| (0..vector.len()).map(|index| vector.get(index))).collect());
        });
        seen
    }

    #[test]
    fn no_feature_sees_its_own_trip_or_a_later_one() {
        let first: [(u8, Lines); 2] = [(1, &[(0, 1, 100, 0)]), (2, &[(2, 1, 100, 30)])];
        let one = told(&[first[0], first[1], (3, &[(0, 1, 100, 50)]), (4, &[(0, 1, 100, 0)])]);
        let other = told(&[first[0], first[1], (3, &[(2, 4, 400, 0), (1, 1, 100, 0)]), (9, &[(2, 1, 100, 0)])]);
        assert_eq!(one[..3], other[..3]);
        assert_ne!(one[3], other[3]);
    }

    #[test]
    fn a_shopper_starts_with_nothing_known() {
        let seen = told(&[(1, &[(0, 1, 100, 0)])]);
        let checked = small::checked();
        let tenure = checked.declared.program.features.iter().position(|feature| feature.name == "tenure").unwrap();
        assert_eq!(seen[0][tenure], None);
    }
}
