//! What a model knows by name, and the small program that turns a profile into numbers.
//!
//! A [`Program`] is declared in the shop's TOML, compiled into the artefact and interpreted by
//! [`extract`](super::extract) alike in training and on the device. Nothing here computes a feature.

use crate::error::{Code, Error, Result};
use crate::event::EventKind;
use crate::math;
use crate::money::BasisPoints;
use alloc::string::String;
use alloc::vec::Vec;

/// Most features a program may declare.
pub const MAX_FEATURES: usize = 64;
/// Most counters kept for the shopper as a whole.
pub const MAX_SHOPPER_COUNTERS: usize = 8;
/// Most counters kept per product group.
pub const MAX_GROUP_COUNTERS: usize = 4;
/// Most product groups of one model.
pub const MAX_GROUPS: usize = 1_024;

/// What a counter adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// One per event.
    Events = 0,
    /// One per line.
    Lines = 1,
    /// One per line bought below list price.
    Deals = 2,
    /// The moment of the latest event; does not decay.
    Last = 3,
}

/// One number kept up to date by events of one kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counter {
    /// Which events move it.
    pub event: EventKind,
    /// What it adds up.
    pub measure: Measure,
    /// Days after which an event counts half; ignored by [`Measure::Last`].
    pub half_life_days: f32,
}

/// Whose counters a feature reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All the shopper did.
    Shopper = 0,
    /// What the shopper did in the product's group.
    Group = 1,
    /// The sum over the groups of the product's category.
    Category = 2,
}

/// A counter named by whose it is and its position there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterRef {
    /// Whose.
    pub scope: Scope,
    /// Position among the shopper's or the group's counters.
    pub index: u8,
}

/// How a feature is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// The decayed count now.
    Count(CounterRef),
    /// `(part + prior · base) / (whole + prior)`: a share that leans on `base` while there is little history.
    Share {
        /// Numerator.
        part: CounterRef,
        /// Denominator.
        whole: CounterRef,
        /// How many pseudo-observations `base` is worth.
        prior: f32,
        /// Where the share starts.
        base: Base,
    },
    /// Days since the counter's latest event; missing if there was none.
    Recency(CounterRef),
    /// Days since the latest event times the decayed events a day: 1 means a purchase is due; missing if there was none.
    Due {
        /// A [`Measure::Last`] counter.
        last: CounterRef,
        /// A decaying counter of the same events.
        count: CounterRef,
    },
    /// 1 on Saturday and Sunday, else 0.
    Weekend,
    /// Days since the shopper's first event; missing for a new shopper.
    Tenure,
}

/// Where a [`Kind::Share`] starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Base {
    /// A fixed share.
    Fixed(f32),
    /// How often the product's group is bought by everyone.
    GroupRate,
    /// How often the product's category is bought by everyone.
    CategoryRate,
}

/// What is done to a value before the model sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transform {
    /// Nothing.
    Identity = 0,
    /// `ln(1 + x)`.
    Log1p = 1,
    /// `ln(p / (1 − p))`.
    Logit = 2,
}

impl Transform {
    /// Applies the transform.
    pub fn apply(self, value: f64) -> f64 {
        match self {
            Transform::Identity => value,
            Transform::Log1p => math::ln_1p(value.max(0.0)),
            Transform::Logit => math::logit(value),
        }
    }

    /// Undoes the transform, to show a value in its own unit.
    pub fn invert(self, value: f64) -> f64 {
        match self {
            Transform::Identity => value,
            Transform::Log1p => math::exp(value) - 1.0,
            Transform::Logit => math::sigmoid(value),
        }
    }
}

/// One named feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Unique name, as declared.
    pub name: String,
    /// How it is computed.
    pub kind: Kind,
    /// What is done to it.
    pub transform: Transform,
}

/// Everything needed to keep a profile and to read features from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// Counters of the shopper as a whole.
    pub shopper: Vec<Counter>,
    /// Counters of every product group.
    pub group: Vec<Counter>,
    /// The features, in the order of the model's terms.
    pub features: Vec<Feature>,
}

/// A product group: the level at which demand was learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The GA4 category values joined by `/`.
    pub name: String,
    /// Position in [`Schema::categories`].
    pub category: u8,
    /// Position in [`Schema::departments`].
    pub department: u8,
    /// Share of all training trips that bought it.
    pub base_rate: f32,
    /// Bit `a` is set when arm `a` lies within what training saw for this group.
    pub support: u16,
}

/// A category of groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// Share of all training trips that bought it.
    pub base_rate: f32,
}

/// A department: where the merchandiser states a margin.
#[derive(Clone, Debug, PartialEq)]
pub struct Department {
    /// Its name.
    pub name: String,
    /// Assumed margin on the list price.
    pub margin: BasisPoints,
}

/// The names a model knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// GA4 item fields whose values, joined by `/`, name a group.
    pub group_fields: Vec<String>,
    /// Departments.
    pub departments: Vec<Department>,
    /// Categories.
    pub categories: Vec<Category>,
    /// Groups, sorted by name.
    pub groups: Vec<Group>,
}

impl Schema {
    /// The group with that name.
    pub fn group(&self, name: &str) -> Option<crate::event::GroupId> {
        let found = self.groups.binary_search_by(|group| group.name.as_str().cmp(name));
        found.ok().map(|index| crate::event::GroupId(index as u16))
    }

    /// The group at `index`, if there is one.
    pub fn group_at(&self, index: u32) -> Option<crate::event::GroupId> {
        ((index as usize) < self.groups.len()).then_some(crate::event::GroupId(index as u16))
    }
}

/// Words that name a protected attribute; a feature that carries one is refused in training and on load.
///
/// Source: the grounds of Article 21 of the EU Charter that shop data could name.
const PROTECTED: [&str; 12] = [
    "gender",
    "sex",
    "race",
    "ethnic",
    "religion",
    "belief",
    "disab",
    "orientation",
    "nationality",
    "marital",
    "pregnan",
    "birth",
];

impl Program {
    /// Refuses a program that reads a counter it does not keep or names a protected attribute.
    pub fn check(&self) -> Result<()> {
        bounded("features", self.features.len(), MAX_FEATURES)?;
        bounded("shopper counters", self.shopper.len(), MAX_SHOPPER_COUNTERS)?;
        bounded("group counters", self.group.len(), MAX_GROUP_COUNTERS)?;
        for counter in self.shopper.iter().chain(&self.group) {
            check_counter(counter)?;
        }
        for (index, feature) in self.features.iter().enumerate() {
            self.check_feature(feature)?;
            if self.features[..index].iter().any(|earlier| earlier.name == feature.name) {
                return Err(Error::new(Code::DuplicateName, "two features carry the same name"));
            }
        }
        Ok(())
    }

    fn check_feature(&self, feature: &Feature) -> Result<()> {
        if PROTECTED.iter().any(|word| mentions(&feature.name, word)) {
            return Err(Error::new(Code::ProtectedAttribute, "a feature names a protected attribute"));
        }
        match feature.kind {
            Kind::Count(counter) => self.check_ref(counter, false),
            Kind::Recency(counter) => self.check_ref(counter, true),
            Kind::Due { last, count } => self.check_ref(last, true).and(self.check_ref(count, false)),
            Kind::Share { part, whole, prior, base } => {
                let base_ok = !matches!(base, Base::Fixed(share) if !(0.0..=1.0).contains(&share));
                if !(prior > 0.0 && prior.is_finite() && base_ok) {
                    return Err(Error::new(Code::OutOfRange, "a share needs a positive prior and a base within 0..1"));
                }
                self.check_ref(part, false).and(self.check_ref(whole, false))
            }
            Kind::Weekend | Kind::Tenure => Ok(()),
        }
    }

    fn check_ref(&self, reference: CounterRef, wants_last: bool) -> Result<()> {
        let counters = match reference.scope {
            Scope::Shopper => &self.shopper,
            Scope::Group | Scope::Category => &self.group,
        };
        let Some(counter) = counters.get(reference.index as usize) else {
            let (limit, found) = (counters.len() as u64, reference.index as u64);
            return Err(Error::limit(Code::BadIndex, "a feature reads a counter that is not kept", limit, found));
        };
        match (counter.measure == Measure::Last) == wants_last {
            true => Ok(()),
            false => {
                Err(Error::new(Code::BadConfig, "recency reads a `last` counter, counts and shares read the others"))
            }
        }
    }

    /// Identifies the layout of a profile, so that one kept for another program is not misread.
    pub fn layout_hash(&self) -> u32 {
        let mut hash = 0x811c_9dc5u32;
        for counters in [&self.shopper, &self.group] {
            let fields = counters.iter().flat_map(|counter| {
                [counter.event.index() as u32, counter.measure as u32, counter.half_life_days.to_bits()]
            });
            for field in core::iter::once(counters.len() as u32).chain(fields) {
                hash = (hash ^ field).wrapping_mul(0x0100_0193);
            }
        }
        hash
    }
}

/// Whether `name` contains `word`, whatever its case.
fn mentions(name: &str, word: &str) -> bool {
    name.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

fn check_counter(counter: &Counter) -> Result<()> {
    let decays = counter.measure != Measure::Last;
    match decays && !(counter.half_life_days >= 0.01 && counter.half_life_days <= 10_000.0) {
        true => Err(Error::new(Code::OutOfRange, "a half-life is not between 0.01 and 10000 days")),
        false => Ok(()),
    }
}

/// Refuses more than `limit` of something.
pub(crate) fn bounded(what: &'static str, found: usize, limit: usize) -> Result<()> {
    match found <= limit {
        true => Ok(()),
        false => Err(Error::limit(Code::TooLarge, what, limit as u64, found as u64)),
    }
}
