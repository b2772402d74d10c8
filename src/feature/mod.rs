//! Profile + product + moment → [`FeatureVector`], the same function in training and on the device.
//!
//! A missing value is missing, never zero: the model holds a weight of its own for it.

#[cfg(feature = "full")]
pub mod cluster;
mod counter;
mod kind;
mod program;
#[cfg(feature = "full")]
pub mod rule;
mod schema;
mod step;
mod tables;

pub use counter::{BUCKETS, Counter, CounterSet, MAX_DISTINCT, MEASURES, Measure, Window};
pub(crate) use counter::{Owner, Told};
pub use kind::{Argument, Base, Kind, MAX_ARGUMENTS, Need, ROWS, Row, Take};
#[cfg(feature = "train")]
pub(crate) use program::refuse_protected;
pub use program::{
    CounterRef, Feature, MAX_BRANDS, MAX_FEATURES, MAX_STEPS, MAX_WORDS, MIN_GROUPS, Memory, Program, SCOPES, Scope,
};
pub(crate) use schema::bounded;
pub use schema::{Category, Department, Group, MAX_GROUPS, Schema};
pub use step::{MAX_ENTRIES, Step};
pub use tables::{Attribute, MAX_ATTRIBUTES, MAX_HOLIDAYS, MAX_KNOWN, MAX_LEVELS, Tables};

use crate::event::{GroupId, Profile, Timestamp};
use crate::money::Money;
use crate::words::Meaning;

/// Most buckets of a hashed feature.
pub const MAX_BUCKETS: f32 = 512.0;

/// What a decision is about, besides the shopper.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The product's group.
    pub group: Option<GroupId>,
    /// The number that stands for the product, 0 for none.
    pub item: u32,
    /// The number that stands for its brand, 0 for none.
    pub brand: u32,
    /// Its price before any offer.
    pub price: Option<Money>,
    /// Where the words of its name point to.
    pub name: Option<Meaning>,
    /// What the shop says, in the order of the program's attributes: a number, or the number that stands for a word.
    pub attributes: &'a [Option<f64>],
    /// When.
    pub now: Timestamp,
}

impl Context<'_> {
    /// A product of a group at a moment, of which nothing else is known.
    pub fn of_group(group: GroupId, now: Timestamp) -> Self {
        Context { group: Some(group), now, ..Context::default() }
    }
}

/// The features of one shopper, one product group and one moment.
#[derive(Clone, Copy, Debug)]
pub struct FeatureVector {
    values: [f64; MAX_FEATURES],
    present: [u64; MAX_FEATURES / 64],
    length: usize,
    /// The product's group.
    pub group: GroupId,
    /// The group's category.
    pub category: u8,
}

impl FeatureVector {
    /// No features yet, for a product of `group`.
    pub fn new(group: GroupId, category: u8) -> Self {
        FeatureVector { values: [0.0; MAX_FEATURES], present: [0; MAX_FEATURES / 64], length: 0, group, category }
    }

    /// Appends a value. At most [`MAX_FEATURES`]; a checked program cannot exceed it.
    pub fn push(&mut self, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.values[self.length] = value;
            self.present[self.length / 64] |= 1 << (self.length % 64);
        }
        self.length += 1;
    }

    /// The value at `index`, none when missing.
    pub fn get(&self, index: usize) -> Option<f64> {
        (self.present[index / 64] >> (index % 64) & 1 == 1).then(|| self.values[index])
    }

    /// Replaces the value at `index`, for what-if questions.
    pub fn set(&mut self, index: usize, value: f64) {
        self.values[index] = value;
        self.present[index / 64] |= 1 << (index % 64);
    }

    /// All values and, a bit each, which of them are there.
    pub(crate) fn raw(&self) -> (&[f64; MAX_FEATURES], &[u64; MAX_FEATURES / 64]) {
        (&self.values, &self.present)
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

/// Computes every feature of `program`. A group that the schema does not have counts as none.
pub fn extract(program: &Program, schema: &Schema, profile: &Profile, context: &Context) -> FeatureVector {
    let group = context.group.filter(|group| (group.0 as usize) < schema.groups.len());
    let category = group.map(|group| schema.groups[group.0 as usize].category);
    let mut vector = FeatureVector::new(group.unwrap_or(GroupId(0)), category.unwrap_or(0));
    let context = &Context { group, ..*context };
    for feature in &program.features {
        let view = View { program, schema, profile, context, category, before: &vector };
        let raw = feature.kind.value(&view).filter(|value| value.is_finite());
        vector.push(feature.steps.iter().fold(raw, |value, step| step.apply(value)));
    }
    vector
}

/// All that a feature may look at.
struct View<'a> {
    program: &'a Program,
    schema: &'a Schema,
    profile: &'a Profile,
    context: &'a Context<'a>,
    category: Option<u8>,
    /// The features that stand before this one.
    before: &'a FeatureVector,
}
