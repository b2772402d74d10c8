//! The small program that turns what a shopper did into numbers.
//!
//! It is declared in the shop's TOML, compiled into the artefact, and interpreted by
//! [`extract`](super::extract) alike in training and on the device. Nothing here computes a feature.

use super::counter::{Counter, CounterSet, Measure, Window};
use super::kind::{Kind, Need};
use super::schema::bounded;
use super::step::Step;
use super::tables::Tables;
use crate::error::{Code, Error, Part, Result};
use crate::event::{
    KEEPS_MORE, MAX_CART_LINES, MAX_PROFILE_BYTES, MAX_SEARCHES, MAX_USED_OFFERS, head_bytes, slot_bytes,
};
use alloc::string::String;
use alloc::vec::Vec;

/// Most features a program may declare.
pub const MAX_FEATURES: usize = 128;
/// Most words that all counters of the shopper, of the session, or of one group or brand may take.
pub const MAX_WORDS: usize = 255;
/// Most steps of one feature.
pub const MAX_STEPS: usize = 8;
/// A profile has room for at least so many product groups.
pub const MIN_GROUPS: usize = 16;
/// Most brands that are remembered.
pub const MAX_BRANDS: u8 = 32;

/// Whose counters a feature reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Scope {
    /// All the shopper did.
    Shopper = 0,
    /// What the shopper did in the product's group.
    Group = 1,
    /// The sum over the groups of the product's category.
    Category = 2,
    /// What the shopper did in this session.
    Session = 3,
    /// What the shopper did with the product's brand.
    Brand = 4,
}

/// All scopes, in the order of their numbers, with the names that settings use.
pub const SCOPES: [(Scope, &str); 5] = [
    (Scope::Shopper, "shopper"),
    (Scope::Group, "group"),
    (Scope::Category, "category"),
    (Scope::Session, "session"),
    (Scope::Brand, "brand"),
];

/// A counter named by whose it is and its position there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterRef {
    /// Whose.
    pub scope: Scope,
    /// Position among the counters of that scope; the category's are the group's.
    pub index: u8,
}

/// What a profile keeps besides counters. Zero: nothing of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// A session ends after so many minutes without an event.
    pub session_minutes: u16,
    /// The latest searches.
    pub searches: u8,
    /// Lines of the cart.
    pub cart_lines: u8,
    /// Brands with counters of their own.
    pub brands: u8,
    /// Offers whose uses are counted.
    pub offers: u8,
}

/// One named feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Unique name, as declared.
    pub name: String,
    /// How it is computed.
    pub kind: Kind,
    /// What is then done to it, in this order.
    pub steps: Vec<Step>,
}

impl Feature {
    /// Undoes the steps that can be undone, to show a value in its own unit.
    pub fn show(&self, value: f64) -> f64 {
        self.steps.iter().rev().fold(value, |value, step| step.undo(value))
    }

    /// The value seen where [`Self::show`]'s number comes in, which rounding may move a little; `value` itself where steps
    /// cannot be undone.
    pub fn seen(&self, value: f64) -> f64 {
        let again = |value, step: &Step| step.apply(value);
        let is_undone =
            |step: &Step| matches!(step, Step::Log1p | Step::Logit | Step::Scale { .. } | Step::Clip { .. });
        let told = self.steps.iter().all(is_undone).then(|| self.show(value));
        told.and_then(|told| self.steps.iter().fold(Some(told), again)).unwrap_or(value)
    }
}

/// Everything needed to keep a profile and to read features from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// Counters of the shopper as a whole.
    pub shopper: CounterSet,
    /// Counters of every product group.
    pub group: CounterSet,
    /// Counters that start anew with every session.
    pub session: CounterSet,
    /// Counters of every brand.
    pub brand: CounterSet,
    /// What else is kept.
    pub memory: Memory,
    /// The features, in the order of the model's terms.
    pub features: Vec<Feature>,
    /// What features look things up in.
    pub tables: Tables,
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
    /// The counters of a scope.
    pub fn counters(&self, scope: Scope) -> &CounterSet {
        match scope {
            Scope::Shopper => &self.shopper,
            Scope::Group | Scope::Category => &self.group,
            Scope::Session => &self.session,
            Scope::Brand => &self.brand,
        }
    }

    /// The counter a reference names, if it is kept.
    pub fn counter(&self, reference: CounterRef) -> Option<&Counter> {
        self.counters(reference.scope).counters().get(reference.index as usize)
    }

    /// Whether anything in it looks at items, brands or words: if not, a border need not tell them.
    pub fn tells_products_apart(&self) -> bool {
        let distinct = |set: &CounterSet| set.counters().iter().any(|counter| counter.measure.is_distinct());
        let Memory { cart_lines, brands, .. } = self.memory;
        cart_lines > 0
            || brands > 0
            || self.tables.words.is_some()
            || distinct(&self.shopper)
            || distinct(&self.session)
            || self.features.iter().any(|feature| feature.kind.row().name == "bucket")
    }

    /// The most product groups a profile of this program holds.
    pub fn max_groups(&self) -> usize {
        MAX_PROFILE_BYTES.saturating_sub(head_bytes(self)) / slot_bytes(self)
    }

    /// Refuses a program that reads what it does not keep, outgrows a profile, or names a protected attribute.
    pub fn check(&self) -> Result<()> {
        bounded("features", self.features.len(), MAX_FEATURES)?;
        self.check_counters()?;
        self.check_memory()?;
        self.tables.check(self.features.len())?;
        for (index, feature) in self.features.iter().enumerate() {
            self.check_feature(index, feature)?;
            if self.features[..index].iter().any(|earlier| earlier.name == feature.name) {
                return Err(Error::new(Code::DuplicateName, "two features carry the same name"));
            }
        }
        Ok(())
    }

    fn check_counters(&self) -> Result<()> {
        let sets = [
            ("words of the shopper's counters", &self.shopper),
            ("words of a group's counters", &self.group),
            ("words of the session's counters", &self.session),
            ("words of a brand's counters", &self.brand),
        ];
        for (what, set) in sets {
            bounded(what, set.width(), MAX_WORDS)?;
            set.counters().iter().try_for_each(Counter::check)?;
        }
        let by_key = [&self.group, &self.brand].into_iter().flat_map(CounterSet::counters);
        match by_key.into_iter().any(|counter| counter.measure.needs_sessions()) {
            true => {
                Err(Error::new(Code::BadConfig, "dwell and sessions are kept for the shopper and the session only"))
            }
            false => Ok(()),
        }
    }

    fn check_memory(&self) -> Result<()> {
        if !KEEPS_MORE && self.memory != Memory::default() {
            return Err(Error::absent(Part::Memory));
        }
        let Memory { session_minutes, searches, cart_lines, brands, offers } = self.memory;
        bounded("offers whose uses are counted", offers as usize, MAX_USED_OFFERS as usize)?;
        bounded("searches remembered", searches as usize, MAX_SEARCHES as usize)?;
        bounded("cart lines remembered", cart_lines as usize, MAX_CART_LINES as usize)?;
        bounded("brands remembered", brands as usize, MAX_BRANDS as usize)?;
        bounded("minutes of a session", session_minutes as usize, 24 * 60)?;
        let mut counters = [&self.shopper, &self.session].into_iter().flat_map(CounterSet::counters);
        let needs_sessions = !self.session.is_empty() || counters.any(|counter| counter.measure.needs_sessions());
        if (needs_sessions && session_minutes == 0) || (!self.brand.is_empty() && brands == 0) {
            return Err(Error::new(Code::BadConfig, "counters of sessions or brands, but none are remembered"));
        }
        match self.max_groups() {
            MIN_GROUPS.. => Ok(()),
            found => Err(Error::limit(
                Code::TooLarge,
                "room for groups in a profile, at least",
                MIN_GROUPS as u64,
                found as u64,
            )),
        }
    }

    fn check_feature(&self, index: usize, feature: &Feature) -> Result<()> {
        refuse_protected(&feature.name)?;
        bounded("steps of a feature", feature.steps.len(), MAX_STEPS)?;
        feature.steps.iter().try_for_each(Step::check)?;
        feature.kind.check(self, index)
    }

    /// Whether the program keeps what a kind of feature needs.
    pub(super) fn keeps(&self, need: Need) -> bool {
        match need {
            Need::Nothing => true,
            Need::Sessions => self.memory.session_minutes > 0,
            Need::Cart => self.memory.cart_lines > 0,
            Need::Searches => self.memory.searches > 0,
        }
    }

    /// Identifies the layout of a profile, so that one kept for another program is not misread.
    pub fn layout_hash(&self) -> u32 {
        let mut hash = 0x811c_9dc5u32;
        let mut add = |field: u32| hash = (hash ^ field).wrapping_mul(0x0100_0193);
        let later = [&self.session, &self.brand].into_iter().filter(|set| !set.is_empty());
        for set in [&self.shopper, &self.group].into_iter().chain(later) {
            add(set.counters().len() as u32);
            set.counters().iter().flat_map(layout).for_each(&mut add);
        }
        let Memory { session_minutes, searches, cart_lines, brands, offers } = self.memory;
        // A program of format 1 keeps none of these, and its profiles keep their hash.
        if self.memory != Memory::default() {
            let kept = [session_minutes as u32, searches as u32, cart_lines as u32, brands as u32, offers as u32];
            kept.into_iter().for_each(add);
        }
        hash
    }
}

/// What of a counter decides how its words are read. A counter that format 1 had gives what it gave then.
fn layout(counter: &Counter) -> impl Iterator<Item = u32> {
    let events = match counter.events.only() {
        Some(kind) => kind.index() as u32,
        None => 0x1_0000 | counter.events.bits() as u32,
    };
    let window = match counter.window {
        Window::Ever => 0,
        Window::HalfLife(days) => days.to_bits(),
        Window::Days(days) => 0xffff_0000 | days as u32,
    };
    let limit = (counter.limit > 0).then_some(counter.limit as u32);
    [events, counter.measure as u32, window].into_iter().chain(limit)
}

/// Refuses a name that carries one of [`PROTECTED`], whatever its case.
pub(crate) fn refuse_protected(name: &str) -> Result<()> {
    let mentions =
        |word: &&str| name.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
    match PROTECTED.iter().any(mentions) {
        true => Err(Error::new(Code::ProtectedAttribute, "a feature names a protected attribute")),
        false => Ok(()),
    }
}

/// Whether a counter keeps moments instead of amounts.
pub(super) fn keeps_moments(counter: &Counter) -> bool {
    counter.measure == Measure::Last
}
