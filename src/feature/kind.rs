//! The kinds of feature, one row each: its name, the arguments it takes, and how it is computed.
//!
//! The settings, the file format and all checks read [`ROWS`], so a new kind is one row at its end and one small
//! function. Rows are numbered by their position and never move.

use super::counter::Measure;
use super::program::{CounterRef, Program, SCOPES, Scope};
use super::{MAX_BUCKETS, View};
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::event::{KEEPS_MORE, Timestamp};

#[cfg(feature = "full")]
#[path = "found.rs"]
mod found;

/// What this build does not keep, so that no program gets as far as asking for it.
#[cfg(not(feature = "full"))]
mod found {
    use super::{Arguments, View};

    pub(super) fn none(_: &View, _: Arguments) -> Option<f64> {
        None
    }

    pub(super) use none as cart;
    pub(super) use none as relevance;
    pub(super) use none as rule;
    pub(super) use none as session_minutes;
}

/// Most arguments of a kind.
pub const MAX_ARGUMENTS: usize = 4;

/// Which row of [`ROWS`], and with which arguments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kind {
    row: u8,
    arguments: [Argument; MAX_ARGUMENTS],
}

/// One argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Argument {
    /// Not taken.
    Nothing,
    /// A counter.
    Counter(CounterRef),
    /// A number.
    Number(f32),
    /// Where a share starts.
    Base(Base),
    /// One of the words that the row lists, or the position of a table's entry.
    Choice(u8),
}

/// Where a share starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Base {
    /// A fixed share.
    Fixed(f32),
    /// How often the product's group is bought by everyone.
    GroupRate,
    /// How often the product's category is bought by everyone.
    CategoryRate,
}

/// What a row takes as an argument.
#[derive(Clone, Copy, Debug)]
pub enum Take {
    /// A counter of amounts.
    Counter,
    /// A counter that keeps moments.
    Moment,
    /// A number within these limits.
    Number(f32, f32),
    /// Where a share starts.
    Base,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// An attribute of the shop, by name.
    Attribute,
}

/// What a program must keep for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Counters only.
    Nothing,
    /// Sessions.
    Sessions,
    /// The cart.
    Cart,
    /// Searches.
    Searches,
}

type Arguments<'a> = &'a [Argument; MAX_ARGUMENTS];

/// One kind of feature.
pub struct Row {
    /// Its name in settings.
    pub name: &'static str,
    /// Its arguments, by name.
    pub takes: &'static [(&'static str, Take)],
    /// What must be kept.
    pub need: Need,
    value: fn(&View, Arguments) -> Option<f64>,
}

/// What of the product a categorical feature is made of.
const OF_PRODUCT: &[&str] = &["item", "brand", "group", "category"];

/// The row of attributes; the format names it.
const ATTRIBUTE: u8 = 15;

/// All kinds.
pub const ROWS: [Row; 23] = [
    row("count", &[("counter", Take::Counter)], Need::Nothing, |view, a| view.amount(a, 0)),
    row(
        "share",
        &[("part", Take::Counter), ("whole", Take::Counter), ("prior", Take::Number(1e-6, 1e6)), ("base", Take::Base)],
        Need::Nothing,
        share,
    ),
    row("recency", &[("counter", Take::Moment)], Need::Nothing, |view, a| view.days_since(a, 0)),
    row("due", &[("last", Take::Moment), ("counter", Take::Counter)], Need::Nothing, due),
    row("weekend", &[], Need::Nothing, |view, _| Some(view.context.now.is_weekend() as u8 as f64)),
    row("tenure", &[], Need::Nothing, tenure),
    row("mean", &[("part", Take::Counter), ("whole", Take::Counter)], Need::Nothing, mean),
    row("hour", &[], Need::Nothing, |view, _| Some(view.context.now.hour() as f64)),
    row("weekday", &[], Need::Nothing, |view, _| Some(view.context.now.weekday() as f64)),
    row("month", &[], Need::Nothing, |view, _| Some(view.context.now.month() as f64)),
    row("days_to_holiday", &[], Need::Nothing, days_to_holiday),
    row("price", &[], Need::Nothing, |view, _| view.context.price.map(|price| price.minor() as f64)),
    row("price_ratio", &[("part", Take::Counter), ("whole", Take::Counter)], Need::Nothing, price_ratio),
    row("session_minutes", &[], Need::Sessions, found::session_minutes),
    row("cart", &[("of", Take::Choice(&["value", "units", "lines", "deals", "same_group"]))], Need::Cart, found::cart),
    row("attribute", &[("of", Take::Attribute)], Need::Nothing, attribute),
    row(
        "bucket",
        &[("of", Take::Choice(OF_PRODUCT)), ("buckets", Take::Number(1.0, MAX_BUCKETS))],
        Need::Nothing,
        bucket,
    ),
    row("dwell", &[("counter", Take::Counter)], Need::Sessions, |view, a| view.amount(a, 0)),
    row("distinct", &[("counter", Take::Counter)], Need::Nothing, |view, a| view.amount(a, 0)),
    row("relevance", &[("of", Take::Choice(&["product", "group", "category"]))], Need::Searches, found::relevance),
    row("cluster", &[], Need::Nothing, |view, _| view.cluster().map(|(number, _)| number as f64)),
    row("cluster_distance", &[], Need::Nothing, |view, _| view.cluster().map(|(_, distance)| distance)),
    row("rule", &[("measure", Take::Choice(&["confidence", "lift"]))], Need::Cart, found::rule),
];

const fn row(
    name: &'static str,
    takes: &'static [(&'static str, Take)],
    need: Need,
    value: fn(&View, Arguments) -> Option<f64>,
) -> Row {
    Row { name, takes, need, value }
}

/// `(part + prior · base) / (whole + prior)`: a share that leans on `base` while there is little history.
fn share(view: &View, a: Arguments) -> Option<f64> {
    let prior = number(a, 2);
    Some((view.amount(a, 0)? + prior * view.base(a, 3)) / (view.amount(a, 1)? + prior))
}

/// Days since the latest event times the decayed events a day: 1 means the next is due; missing if there was none.
fn due(view: &View, a: Arguments) -> Option<f64> {
    Some(view.days_since(a, 0)? * (view.amount(a, 1)? * core::f64::consts::LN_2 / view.half_life(a, 1)))
}

/// Days since the shopper's first event; missing for a new shopper.
fn tenure(view: &View, _: Arguments) -> Option<f64> {
    view.profile.first().map(|first| view.context.now.days_since(first).max(0.0))
}

/// `part / whole`; missing while there is nothing of the whole.
fn mean(view: &View, a: Arguments) -> Option<f64> {
    let whole = view.amount(a, 1)?;
    if whole > 0.0 { Some(view.amount(a, 0)? / whole) } else { None }
}

/// The product's price as a multiple of a mean price, such as what the shopper usually pays.
fn price_ratio(view: &View, a: Arguments) -> Option<f64> {
    let usual = mean(view, a).filter(|usual| *usual > 0.0)?;
    Some(view.context.price?.minor() as f64 / usual)
}

/// Days until the next holiday of the program, 0 on one; missing after the last.
fn days_to_holiday(view: &View, _: Arguments) -> Option<f64> {
    let (today, holidays) = (view.context.now.day(), &view.program.tables.holidays);
    let next = holidays.partition_point(|day| (*day as u32) < today);
    holidays.get(next).map(|day| *day as f64 - today as f64)
}

#[inline(always)]
fn attribute(view: &View, a: Arguments) -> Option<f64> {
    let index = choice(a, 0) as usize;
    let told = view.context.attributes.get(index).copied().flatten().filter(|told| told.is_finite())?;
    Some(view.program.tables.attributes.get(index)?.level(told))
}

/// 1 to `buckets` by a hash, so that thousands of values share a few levels; 0 for none.
fn bucket(view: &View, a: Arguments) -> Option<f64> {
    let key = match choice(a, 0) {
        0 => view.context.item,
        1 => view.context.brand,
        2 => view.context.group.map_or(0, |group| group.0 as u32 + 1),
        _ => view.category.map_or(0, |category| category as u32 + 1),
    };
    // Multiplied first: numbers of groups and categories follow one another.
    let mixed = key.wrapping_mul(0x9e37_79b1) >> 8;
    Some(if key == 0 { 0.0 } else { (mixed % number(a, 1) as u32) as f64 + 1.0 })
}

fn number(a: Arguments, index: usize) -> f64 {
    if let Argument::Number(number) = a[index] { number as f64 } else { 0.0 }
}

fn choice(a: Arguments, index: usize) -> u8 {
    if let Argument::Choice(choice) = a[index] { choice } else { 0 }
}

/// What the rows ask of a profile.
impl View<'_> {
    fn cluster(&self) -> Option<(u8, f64)> {
        self.program.tables.clusters.assign(|index| self.before.get(index))
    }

    fn reference(a: Arguments, index: usize) -> CounterRef {
        match a[index] {
            Argument::Counter(reference) => reference,
            // A checked program has a counter wherever a row takes one.
            _ => CounterRef { scope: Scope::Shopper, index: 0 },
        }
    }

    fn amount(&self, a: Arguments, index: usize) -> Option<f64> {
        self.counter(Self::reference(a, index))
    }

    fn days_since(&self, a: Arguments, index: usize) -> Option<f64> {
        let seconds = self.counter(Self::reference(a, index)).filter(|seconds| *seconds > 0.0)?;
        Some(self.context.now.days_since(Timestamp::from_seconds(seconds as u32)).max(0.0))
    }

    fn base(&self, a: Arguments, index: usize) -> f64 {
        let Argument::Base(base) = a[index] else { return 0.0 };
        let group = self.context.group.map(|group| &self.schema.groups[group.0 as usize]);
        match base {
            Base::Fixed(share) => share as f64,
            Base::GroupRate => group.map_or(0.0, |group| group.base_rate as f64),
            Base::CategoryRate => {
                group.map_or(0.0, |group| self.schema.categories[group.category as usize].base_rate as f64)
            }
        }
    }

    fn half_life(&self, a: Arguments, index: usize) -> f64 {
        self.program.counter(Self::reference(a, index)).map_or(1.0, |counter| counter.window.days() as f64)
    }

    fn counter(&self, reference: CounterRef) -> Option<f64> {
        let index = reference.index as usize;
        let (set, profile, now) = (self.program.counters(reference.scope), self.profile, self.context.now);
        let of_slot = |slot: crate::event::Slot| set.value(slot.words, index, slot.updated, now);
        match reference.scope {
            Scope::Shopper => set.value(&profile.words, index, profile.updated, now),
            Scope::Session | Scope::Brand if !KEEPS_MORE => None,
            Scope::Session => match profile.session(self.program, now) {
                Some(session) => set.value(&session.words, index, session.updated, now),
                None => set.value(&[], index, now, now),
            },
            Scope::Category => self.category_value(index),
            Scope::Group => {
                let slot = self.context.group.and_then(|group| profile.groups().get(group.0 as u32));
                slot.map_or_else(|| set.value(&[], index, now, now), of_slot)
            }
            Scope::Brand => {
                let slot = profile.brands().get(self.context.brand);
                slot.map_or_else(|| set.value(&[], index, now, now), of_slot)
            }
        }
    }

    /// Over the groups of the product's category, in the order of the groups, so that sums have one order.
    fn category_value(&self, index: usize) -> Option<f64> {
        let set = &self.program.group;
        let in_category = |key: u32| {
            let group = self.schema.groups.get(key as usize);
            self.category.is_some() && group.map(|group| group.category) == self.category
        };
        let measure = set.counters()[index].measure;
        let mut whole: Option<f64> = None;
        for slot in self.profile.groups().iter().filter(|slot| in_category(slot.key)) {
            if let Some(value) = set.value(slot.words, index, slot.updated, self.context.now) {
                whole = Some(match (measure, whole) {
                    (_, None) => value,
                    (Measure::Last | Measure::Highest, Some(highest)) => highest.max(value),
                    (Measure::Lowest, Some(lowest)) => lowest.min(value),
                    (_, Some(sum)) => sum + value,
                });
            }
        }
        match measure {
            Measure::Last | Measure::Highest => {
                whole.or_else(|| set.value(&[], index, Timestamp::default(), Timestamp::default()))
            }
            Measure::Lowest => whole,
            _ => Some(whole.unwrap_or(0.0)),
        }
    }
}

impl Kind {
    /// The kind of that name, with its arguments in the order of its row; no check is made yet.
    pub fn new(name: &str, arguments: &[Argument]) -> Option<Kind> {
        let row = ROWS.iter().position(|row| row.name == name)? as u8;
        let mut all = [Argument::Nothing; MAX_ARGUMENTS];
        all.iter_mut().zip(arguments).for_each(|(place, argument)| *place = *argument);
        Some(Kind { row, arguments: all })
    }

    /// Its row.
    pub fn row(&self) -> &'static Row {
        &ROWS[self.row as usize]
    }

    /// Its value before any step.
    pub(super) fn value(&self, view: &View) -> Option<f64> {
        // A shop's own tables are all attributes, and the call through the table costs more than what it does.
        match self.row {
            ATTRIBUTE => attribute(view, &self.arguments),
            _ => (self.row().value)(view, &self.arguments),
        }
    }

    /// Refuses arguments that the row does not take or the program does not have.
    pub(super) fn check(&self, program: &Program, position: usize) -> Result<()> {
        if !program.keeps(self.row().need) {
            return Err(Error::new(Code::BadConfig, "a feature needs sessions, searches or a cart that are not kept"));
        }
        for ((_, take), argument) in self.row().takes.iter().zip(&self.arguments) {
            check_argument(*take, *argument, program)?;
        }
        let looks_ahead = program.tables.clusters.look_from(position);
        if self.reads_clusters() && looks_ahead {
            return Err(Error::new(Code::BadConfig, "a cluster is told by features that stand before it"));
        }
        let due_fades = self.row().name != "due" || {
            let counter = program.counter(View::reference(&self.arguments, 1));
            counter.is_some_and(|counter| matches!(counter.window, super::Window::HalfLife(_)))
        };
        match due_fades {
            true => Ok(()),
            false => Err(Error::new(Code::BadConfig, "`due` needs a counter with a half-life")),
        }
    }

    /// Whether its value depends on the clusters.
    pub fn reads_clusters(&self) -> bool {
        ["cluster", "cluster_distance"].contains(&self.row().name)
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.u8(self.row);
        for ((_, take), argument) in self.row().takes.iter().zip(&self.arguments) {
            write_argument(w, *take, *argument);
        }
    }

    pub(crate) fn read(r: &mut Reader) -> Kind {
        let row = r.index("kind of a feature", ROWS.len());
        let mut arguments = [Argument::Nothing; MAX_ARGUMENTS];
        for (place, (_, take)) in arguments.iter_mut().zip(ROWS[row].takes) {
            *place = read_argument(r, *take);
        }
        Kind { row: row as u8, arguments }
    }
}

fn check_argument(take: Take, argument: Argument, program: &Program) -> Result<()> {
    let sound = match (take, argument) {
        (Take::Counter | Take::Moment, Argument::Counter(reference)) => {
            let Some(counter) = program.counter(reference) else {
                let (limit, found) = (program.counters(reference.scope).counters().len(), reference.index);
                let what = "a feature reads a counter that is not kept";
                return Err(Error::limit(Code::BadIndex, what, limit as u64, found as u64));
            };
            if super::program::keeps_moments(counter) != matches!(take, Take::Moment) {
                let what = "recency reads a `last` counter, counts and shares read the others";
                return Err(Error::new(Code::BadConfig, what));
            }
            true
        }
        (Take::Number(low, high), Argument::Number(number)) => (low..=high).contains(&number),
        (Take::Base, Argument::Base(Base::Fixed(share))) => (0.0..=1e9).contains(&share),
        (Take::Base, Argument::Base(_)) => true,
        (Take::Choice(words), Argument::Choice(choice)) => (choice as usize) < words.len(),
        (Take::Attribute, Argument::Choice(index)) => (index as usize) < program.tables.attributes.len(),
        _ => false,
    };
    match sound {
        true => Ok(()),
        false => Err(Error::new(Code::OutOfRange, "a feature's argument is missing, of another kind, or out of range")),
    }
}

fn write_argument(w: &mut Writer, take: Take, argument: Argument) {
    match (take, argument) {
        (_, Argument::Counter(reference)) => {
            w.u8(reference.scope as u8);
            w.u8(reference.index);
        }
        (_, Argument::Number(number)) => w.f32(number),
        (_, Argument::Base(base)) => {
            let (tag, fixed) = match base {
                Base::Fixed(share) => (0, share),
                Base::GroupRate => (1, 0.0),
                Base::CategoryRate => (2, 0.0),
            };
            w.u8(tag);
            w.f32(fixed);
        }
        (_, Argument::Choice(choice)) => w.u8(choice),
        (_, Argument::Nothing) => {}
    }
}

fn read_argument(r: &mut Reader, take: Take) -> Argument {
    match take {
        Take::Counter | Take::Moment => {
            let (scope, _) = r.variant("scope of a counter", &SCOPES);
            Argument::Counter(CounterRef { scope, index: r.u8() })
        }
        Take::Number(..) => Argument::Number(r.f32()),
        Take::Base => {
            let (base, fixed) = (r.index("base of a share", 3), r.f32());
            Argument::Base([Base::Fixed(fixed), Base::GroupRate, Base::CategoryRate][base])
        }
        Take::Choice(_) | Take::Attribute => Argument::Choice(r.u8()),
    }
}
