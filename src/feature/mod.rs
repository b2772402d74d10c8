//! Profile + product group + moment → [`FeatureVector`], the same function in training and on the device.
//!
//! A missing value is missing, never zero: the model holds a weight of its own for it.

pub mod cluster;
pub mod rule;
mod schema;

pub(crate) use schema::bounded;
pub use schema::{
    Base, Category, Counter, CounterRef, Department, Feature, Group, Kind, MAX_FEATURES, MAX_GROUP_COUNTERS,
    MAX_GROUPS, MAX_SHOPPER_COUNTERS, Measure, Program, Schema, Scope, Transform,
};

use crate::event::{GroupId, Profile, Timestamp};

/// The features of one shopper, one product group and one moment.
#[derive(Clone, Copy, Debug)]
pub struct FeatureVector {
    values: [f64; MAX_FEATURES],
    present: u64,
    length: usize,
    /// The product's group.
    pub group: GroupId,
    /// The group's category.
    pub category: u8,
}

impl FeatureVector {
    /// No features yet, for a product of `group`.
    pub fn new(group: GroupId, category: u8) -> Self {
        FeatureVector { values: [0.0; MAX_FEATURES], present: 0, length: 0, group, category }
    }

    /// Appends a value. At most [`MAX_FEATURES`]; a checked program cannot exceed it.
    pub fn push(&mut self, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.values[self.length] = value;
            self.present |= 1 << self.length;
        }
        self.length += 1;
    }

    /// The value at `index`, none when missing.
    pub fn get(&self, index: usize) -> Option<f64> {
        (self.present >> index & 1 == 1).then(|| self.values[index])
    }

    /// Replaces the value at `index`, for what-if questions.
    pub fn set(&mut self, index: usize, value: f64) {
        self.values[index] = value;
        self.present |= 1 << index;
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

/// Computes every feature of `program`.
pub fn extract(program: &Program, schema: &Schema, profile: &Profile, group: GroupId, now: Timestamp) -> FeatureVector {
    let category = schema.groups[group.0 as usize].category;
    let reader = Reader { program, schema, profile, group, category, now };
    let mut vector = FeatureVector::new(group, category);
    for feature in &program.features {
        vector.push(reader.value(feature.kind).map(|value| feature.transform.apply(value)));
    }
    vector
}

struct Reader<'a> {
    program: &'a Program,
    schema: &'a Schema,
    profile: &'a Profile,
    group: GroupId,
    category: u8,
    now: Timestamp,
}

impl Reader<'_> {
    fn value(&self, kind: Kind) -> Option<f64> {
        match kind {
            Kind::Count(counter) => Some(self.count(counter)),
            Kind::Share { part, whole, prior, base } => {
                let prior = prior as f64;
                Some((self.count(part) + prior * self.base(base)) / (self.count(whole) + prior))
            }
            Kind::Recency(counter) => self.days_since(counter),
            Kind::Due { last, count } => self.days_since(last).map(|days| days * self.daily(count)),
            Kind::Weekend => Some(if self.now.is_weekend() { 1.0 } else { 0.0 }),
            Kind::Tenure => self.profile.first().map(|first| self.now.days_since(first).max(0.0)),
        }
    }

    fn base(&self, base: Base) -> f64 {
        match base {
            Base::Fixed(share) => share as f64,
            Base::GroupRate => self.schema.groups[self.group.0 as usize].base_rate as f64,
            Base::CategoryRate => self.schema.categories[self.category as usize].base_rate as f64,
        }
    }

    fn count(&self, counter: CounterRef) -> f64 {
        let index = counter.index as usize;
        match counter.scope {
            Scope::Shopper => self.profile.shopper_value(self.program, index, self.now),
            Scope::Group => self.profile.slot(self.group).map_or(0.0, |slot| slot.value(self.program, index, self.now)),
            Scope::Category => {
                let values = self.category_slots().map(|slot| slot.value(self.program, index, self.now));
                crate::math::ordered_sum(values)
            }
        }
    }

    fn days_since(&self, counter: CounterRef) -> Option<f64> {
        let index = counter.index as usize;
        let seconds = match counter.scope {
            Scope::Shopper => self.profile.shopper_word(index),
            Scope::Group => self.profile.slot(self.group).map_or(0, |slot| slot.word(index)),
            Scope::Category => self.category_slots().map(|slot| slot.word(index)).max().unwrap_or(0),
        };
        (seconds > 0).then(|| self.now.days_since(Timestamp::from_seconds(seconds)).max(0.0))
    }

    /// Events a day in the long run: a decayed count is the rate times `half-life / ln 2`.
    fn daily(&self, counter: CounterRef) -> f64 {
        let counters = if counter.scope == Scope::Shopper { &self.program.shopper } else { &self.program.group };
        let half_life = counters[counter.index as usize].half_life_days as f64;
        self.count(counter) * core::f64::consts::LN_2 / half_life
    }

    /// Slots of the category in the order of their groups, so that sums have one order.
    fn category_slots(&self) -> impl Iterator<Item = &crate::event::Slot> {
        let in_category =
            |slot: &&crate::event::Slot| self.schema.groups[slot.group.0 as usize].category == self.category;
        self.profile.slots().iter().filter(in_category)
    }
}
