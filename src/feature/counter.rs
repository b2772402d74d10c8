//! Counters: the numbers that events keep up to date, and the words in which a profile holds them.
//!
//! A counter touches a fixed number of 32-bit words, so an event costs the same however long the history is.
//! Nothing here knows whose counter it is or what a feature makes of it.

use crate::error::{Code, Error, Result};
use crate::event::{DAY, EventKind, EventSet, GroupId, Line, Timestamp};
use crate::math;
use alloc::vec::Vec;

/// What a counter adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Measure {
    /// One per event.
    Events = 0,
    /// One per line.
    Lines = 1,
    /// One per line below list price.
    Deals = 2,
    /// The moment of the latest event.
    Last = 3,
    /// Quantities.
    Units = 4,
    /// Price paid times quantity, minor units.
    Spent = 5,
    /// Discount times quantity, minor units.
    Saved = 6,
    /// Price paid per unit, one per line: with [`Measure::Lines`] it gives a mean price.
    Prices = 7,
    /// The lowest price paid per unit.
    Lowest = 8,
    /// The highest price paid per unit.
    Highest = 9,
    /// Different items, exactly, up to the counter's limit.
    DistinctItems = 10,
    /// Different brands, exactly, up to the counter's limit.
    DistinctBrands = 11,
    /// Different product groups, exactly, up to the counter's limit.
    DistinctGroups = 12,
    /// Seconds until the next event of the session, for events of the counter's kinds.
    Dwell = 13,
    /// One per session that an event of the counter's kinds opens.
    Sessions = 14,
}

/// All measures, in the order of their numbers, with the names that settings use.
pub const MEASURES: [(Measure, &str); 15] = [
    (Measure::Events, "events"),
    (Measure::Lines, "lines"),
    (Measure::Deals, "deals"),
    (Measure::Last, "last"),
    (Measure::Units, "units"),
    (Measure::Spent, "spent"),
    (Measure::Saved, "saved"),
    (Measure::Prices, "prices"),
    (Measure::Lowest, "lowest"),
    (Measure::Highest, "highest"),
    (Measure::DistinctItems, "distinct_items"),
    (Measure::DistinctBrands, "distinct_brands"),
    (Measure::DistinctGroups, "distinct_groups"),
    (Measure::Dwell, "dwell"),
    (Measure::Sessions, "sessions"),
];

impl Measure {
    /// Whether it is a sum, which can fade or slide out of a window.
    pub fn adds_up(self) -> bool {
        !matches!(self, Measure::Last | Measure::Lowest | Measure::Highest) && !self.is_distinct()
    }

    /// Whether it counts different things.
    pub fn is_distinct(self) -> bool {
        matches!(self, Measure::DistinctItems | Measure::DistinctBrands | Measure::DistinctGroups)
    }

    /// Whether it needs sessions to be kept.
    pub fn needs_sessions(self) -> bool {
        matches!(self, Measure::Dwell | Measure::Sessions)
    }

    /// Words of one sum: money is held in double precision, so that cents stay whole.
    fn cell(self) -> usize {
        if matches!(self, Measure::Spent | Measure::Saved | Measure::Prices) { 2 } else { 1 }
    }
}

/// How long a counter remembers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Window {
    /// For ever; within a session, until it ends.
    Ever,
    /// An event counts half after so many days.
    HalfLife(f32),
    /// The last so many days, in [`BUCKETS`] steps.
    Days(u16),
}

/// Steps in which a window of days slides.
pub const BUCKETS: usize = 7;
/// Most things a distinct counter tells apart.
pub const MAX_DISTINCT: u8 = 64;

/// One number kept up to date by events of some kinds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counter {
    /// Which events move it.
    pub events: EventSet,
    /// What it adds up.
    pub measure: Measure,
    /// How long it remembers; only sums can forget.
    pub window: Window,
    /// Of distinct counters: how many things are told apart, then it stays.
    pub limit: u8,
}

impl Counter {
    /// A counter of events of one kind.
    pub fn new(event: EventKind, measure: Measure, window: Window) -> Self {
        Counter { events: event.into(), measure, window, limit: 0 }
    }

    /// How many words it takes.
    pub fn width(&self) -> usize {
        match self.window {
            _ if self.measure.is_distinct() => self.limit as usize,
            Window::Days(_) => 1 + BUCKETS * self.measure.cell(),
            _ => self.measure.cell(),
        }
    }

    /// Refuses what cannot be kept.
    pub fn check(&self) -> Result<()> {
        if self.events == EventSet::NONE {
            return Err(Error::new(Code::OutOfRange, "a counter counts no kind of event"));
        }
        if self.measure.is_distinct() != (1..=MAX_DISTINCT).contains(&self.limit) {
            let found = self.limit as u64;
            return Err(Error::limit(Code::OutOfRange, "limit of a distinct counter", MAX_DISTINCT as u64, found));
        }
        match self.window {
            Window::Ever => Ok(()),
            _ if !self.measure.adds_up() => Err(Error::new(Code::BadConfig, "only sums fade or slide out of a window")),
            Window::HalfLife(days) if !(0.01..=10_000.0).contains(&days) => {
                Err(Error::new(Code::OutOfRange, "a half-life is not between 0.01 and 10000 days"))
            }
            Window::Days(days) if !(1..=3_650).contains(&days) => {
                Err(Error::limit(Code::OutOfRange, "days of a window", 3_650, days as u64))
            }
            _ => Ok(()),
        }
    }

    /// The value at `now`, which is taken as no earlier than `updated`; none for a lowest or highest of nothing.
    pub(crate) fn value(&self, words: &[u32], updated: Timestamp, now: Timestamp) -> Option<f64> {
        match self.measure {
            Measure::Lowest | Measure::Highest => words[0].checked_sub(1).map(|minor| minor as f64),
            Measure::Last => Some(words[0] as f64),
            measure if measure.is_distinct() => Some(words.iter().filter(|word| **word != 0).count() as f64),
            _ => Some(self.sum(words, updated, now)),
        }
    }

    fn sum(&self, words: &[u32], updated: Timestamp, now: Timestamp) -> f64 {
        match self.window {
            Window::Ever => cell(words, 0, self.measure.cell()),
            Window::HalfLife(half_life) => {
                let (days, held) = (now.days_since(updated).max(0.0), cell(words, 0, self.measure.cell()));
                // The factor of no time is exactly 1, and most features are read at the last event.
                if days == 0.0 { held } else { held * math::decay(days, half_life as f64) }
            }
            Window::Days(_) if words[0] == 0 => 0.0,
            Window::Days(days) => {
                let (newest, now) = (words[0], step(now, days).max(words[0]));
                // A bucket holds the one step, of the last seven, that falls on it.
                let live = |bucket: &usize| newest - back(newest, *bucket) + BUCKETS as u32 > now;
                let held = |bucket| cell(&words[1..], bucket, self.measure.cell());
                math::ordered_sum((0..BUCKETS).filter(live).map(held))
            }
        }
    }
}

/// How many steps before `newest` the bucket was filled.
fn back(newest: u32, bucket: usize) -> u32 {
    (newest + BUCKETS as u32 - bucket as u32) % BUCKETS as u32
}

/// The number of the step that `time` falls into; from 8, so that the steps before it exist.
fn step(time: Timestamp, days: u16) -> u32 {
    (time.seconds() as f64 * BUCKETS as f64 / (days as f64 * DAY)) as u32 + BUCKETS as u32 + 1
}

fn cell(words: &[u32], index: usize, size: usize) -> f64 {
    match size {
        1 => f32::from_bits(words[index]) as f64,
        _ => f64::from_bits(words[2 * index] as u64 | (words[2 * index + 1] as u64) << 32),
    }
}

fn set_cell(words: &mut [u32], index: usize, size: usize, value: f64) {
    match size {
        1 => words[index] = (value as f32).to_bits(),
        _ => {
            let bits = value.to_bits();
            words[2 * index] = bits as u32;
            words[2 * index + 1] = (bits >> 32) as u32;
        }
    }
}

/// What one event tells the counters of one owner.
pub(crate) struct Told<'a> {
    pub(crate) kind: EventKind,
    pub(crate) time: Timestamp,
    /// All lines of the event; only some are the owner's.
    pub(crate) lines: &'a [Line],
    /// The kind of the event before it in the session, and the seconds since.
    pub(crate) dwell: Option<(EventKind, f64)>,
    pub(crate) opens_session: bool,
}

/// Whose counters are told an event, so which of its lines count.
#[derive(Clone, Copy)]
pub(crate) enum Owner {
    /// The shopper's or the session's: all lines.
    Shopper,
    /// A product group's.
    Group(GroupId),
    /// A brand's.
    Brand(u32),
}

impl Owner {
    fn has(self, line: &Line) -> bool {
        match self {
            Owner::Shopper => true,
            Owner::Group(group) => line.group == Some(group),
            Owner::Brand(brand) => line.brand == brand,
        }
    }
}

/// Sums over the owner's lines of an event.
#[derive(Clone, Copy, Default)]
struct Amounts {
    lines: f64,
    deals: f64,
    units: f64,
    spent: f64,
    saved: f64,
    prices: f64,
    lowest: u32,
    highest: u32,
}

impl Amounts {
    fn of<'a>(lines: impl Iterator<Item = &'a Line>) -> Amounts {
        let mut sums = Amounts::default();
        for line in lines {
            let (net, discount, units) = (line.net.minor() as f64, line.discount.minor() as f64, line.quantity as f64);
            let price = line.net.minor().min(u32::MAX as i64 - 1) as u32 + 1;
            sums.lines += 1.0;
            sums.deals += (discount > 0.0) as u8 as f64;
            sums.units += units;
            sums.spent += net * units;
            sums.saved += discount * units;
            sums.prices += net;
            sums.lowest = if sums.lowest == 0 { price } else { sums.lowest.min(price) };
            sums.highest = sums.highest.max(price);
        }
        sums
    }
}

/// The counters of one kind of owner, and where their words lie.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CounterSet {
    counters: Vec<Counter>,
    places: Vec<Place>,
    width: usize,
    events: EventSet,
    has_dwell: bool,
}

impl CounterSet {
    /// Lays the counters out one after the other.
    pub fn new(counters: Vec<Counter>) -> Self {
        let (mut set, mut half_lives) = (CounterSet::default(), Vec::new());
        for counter in &counters {
            set.places.push(Place { offset: set.width as u16, fades: place_among(&mut half_lives, counter.window) });
            set.width += counter.width();
            set.events = set.events.with(counter.events);
            set.has_dwell |= counter.measure == Measure::Dwell;
        }
        set.counters = counters;
        set
    }

    /// The counters.
    pub fn counters(&self) -> &[Counter] {
        &self.counters
    }

    /// Words of one owner.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.counters.is_empty()
    }

    /// Whether an event of that kind moves any of them.
    pub(crate) fn counts(&self, kind: EventKind) -> bool {
        self.events.contains(kind)
    }

    /// Whether the time since the event before matters to any of them.
    pub(crate) fn has_dwell(&self) -> bool {
        self.has_dwell
    }

    /// The words of one counter; none of an owner that was never told anything.
    pub(crate) fn words<'a>(&self, words: &'a [u32], index: usize) -> Option<&'a [u32]> {
        let start = self.places[index].offset as usize;
        words.get(start..start + self.counters[index].width())
    }

    /// A counter's value at `now`.
    pub(crate) fn value(&self, words: &[u32], index: usize, updated: Timestamp, now: Timestamp) -> Option<f64> {
        let counter = &self.counters[index];
        match self.words(words, index) {
            Some(words) => counter.value(words, updated, now),
            None if matches!(counter.measure, Measure::Lowest | Measure::Highest) => None,
            None => Some(0.0),
        }
    }

    /// Tells an event to the owner of `words`. An event older than `updated` is decayed instead of the words.
    // One copy of it in the module, for four callers.
    #[inline(never)]
    pub(crate) fn tell(&self, words: &mut [u32], updated: &mut Timestamp, told: &Told, owner: Owner) {
        let amounts = Amounts::of(told.lines.iter().filter(|line| owner.has(line)));
        let mut fading = Fading { days: told.time.days_since(*updated), known: [0.0; KNOWN] };
        for (counter, place) in self.counters.iter().zip(&self.places) {
            let hit = counter.events.contains(told.kind);
            // Most counters are of other kinds of event, and only those that fade have to know of this one.
            if !hit && place.fades == NEVER && counter.measure != Measure::Dwell {
                continue;
            }
            let words = &mut words[place.offset as usize..];
            let amount = match counter.measure {
                Measure::Events => 1.0,
                Measure::Lines => amounts.lines,
                Measure::Deals => amounts.deals,
                Measure::Units => amounts.units,
                Measure::Spent => amounts.spent,
                Measure::Saved => amounts.saved,
                Measure::Prices => amounts.prices,
                Measure::Sessions => told.opens_session as u8 as f64,
                Measure::Dwell => {
                    let seconds = told.dwell.filter(|(kind, _)| counter.events.contains(*kind)).map(|dwell| dwell.1);
                    counter.add(words, told.time, seconds.unwrap_or(0.0), place.fades, &mut fading);
                    continue;
                }
                _ => {
                    counter.note(words, told, &amounts, owner);
                    continue;
                }
            };
            counter.add(words, told.time, if hit { amount } else { 0.0 }, place.fades, &mut fading);
        }
        *updated = (*updated).max(told.time);
    }
}

/// The position of a window's half-life among those known so far.
fn place_among(half_lives: &mut Vec<f32>, window: Window) -> u8 {
    let Window::HalfLife(half_life) = window else { return NEVER };
    let known = half_lives.iter().position(|known| *known == half_life).unwrap_or_else(|| {
        half_lives.push(half_life);
        half_lives.len() - 1
    });
    known.min(KNOWN) as u8
}

/// Where a counter's words lie, and which of the set's half-lives it fades by.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    offset: u16,
    fades: u8,
}

/// Half-lives of a set whose factors are computed once per event; others once per counter.
const KNOWN: usize = 8;
/// Of a counter that does not fade.
const NEVER: u8 = u8::MAX;

/// The factors by which this event's step of time fades counters: few half-lives, many counters.
struct Fading {
    days: f64,
    /// 0 until asked for.
    known: [f64; KNOWN],
}

impl Fading {
    fn factor(&mut self, half_life: f32, index: u8) -> f64 {
        if self.days == 0.0 {
            return 1.0;
        }
        match self.known.get(index as usize) {
            Some(known) if *known != 0.0 => return *known,
            _ => {}
        }
        let factor = math::decay(if self.days > 0.0 { self.days } else { -self.days }, half_life as f64);
        if let Some(known) = self.known.get_mut(index as usize) {
            *known = factor;
        }
        factor
    }
}

impl Counter {
    #[inline]
    fn add(&self, words: &mut [u32], time: Timestamp, amount: f64, fades: u8, fading: &mut Fading) {
        let size = self.measure.cell();
        match self.window {
            Window::Ever if amount == 0.0 => {}
            Window::Ever => set_cell(words, 0, size, cell(words, 0, size) + amount),
            Window::HalfLife(half_life) => {
                let old = cell(words, 0, size);
                // Nothing fades to nothing.
                if old == 0.0 && amount == 0.0 {
                    return;
                }
                let factor = fading.factor(half_life, fades);
                let new = if fading.days >= 0.0 { old * factor + amount } else { old + amount * factor };
                set_cell(words, 0, size, new);
            }
            Window::Days(days) if amount != 0.0 => add_to_step(words, step(time, days), size, amount),
            Window::Days(_) => {}
        }
    }

    /// What is not a sum.
    fn note(&self, words: &mut [u32], told: &Told, amounts: &Amounts, owner: Owner) {
        match self.measure {
            Measure::Last => words[0] = words[0].max(told.time.seconds()),
            Measure::Lowest if amounts.lowest > 0 => {
                words[0] = if words[0] == 0 { amounts.lowest } else { words[0].min(amounts.lowest) };
            }
            Measure::Highest => words[0] = words[0].max(amounts.highest),
            Measure::DistinctItems | Measure::DistinctBrands | Measure::DistinctGroups => {
                let told = told.lines.iter().filter(|line| owner.has(line)).map(|line| self.thing(line));
                told.filter(|thing| *thing != 0).for_each(|thing| insert(&mut words[..self.limit as usize], thing));
            }
            _ => {}
        }
    }

    fn thing(&self, line: &Line) -> u32 {
        match self.measure {
            Measure::DistinctItems => line.item,
            Measure::DistinctBrands => line.brand,
            _ => line.group.map_or(0, |group| group.0 as u32 + 1),
        }
    }
}

/// Adds to the bucket of `at`, emptying the buckets of the steps that passed since the newest.
fn add_to_step(words: &mut [u32], at: u32, size: usize, amount: f64) {
    let newest = words[0];
    if at + BUCKETS as u32 <= newest {
        return;
    }
    if at > newest {
        let passed = (at - newest).min(BUCKETS as u32);
        (0..passed).for_each(|back| set_cell(&mut words[1..], (at - back) as usize % BUCKETS, size, 0.0));
        words[0] = at;
    }
    let bucket = at as usize % BUCKETS;
    let sum = cell(&words[1..], bucket, size) + amount;
    set_cell(&mut words[1..], bucket, size, sum);
}

/// Puts a thing into the first free place, unless it is there or all places are taken.
fn insert(places: &mut [u32], thing: u32) {
    for place in places {
        if *place == thing {
            return;
        }
        if *place == 0 {
            *place = thing;
            return;
        }
    }
}

impl Window {
    /// How many days it remembers, to compare windows by.
    pub(crate) fn days(self) -> f32 {
        match self {
            Window::Ever => f32::INFINITY,
            Window::HalfLife(days) => days,
            Window::Days(days) => days as f32,
        }
    }
}

impl CounterSet {
    /// Refuses words that telling events could not have left: sums are finite and not negative.
    pub(crate) fn check_words(&self, words: &[u32]) -> Result<()> {
        for (index, counter) in self.counters.iter().enumerate().filter(|(_, counter)| counter.measure.adds_up()) {
            let words = self.words(words, index).unwrap_or_default();
            let (sums, size) = match counter.window {
                Window::Days(_) => (&words[1..], counter.measure.cell()),
                _ => (words, counter.measure.cell()),
            };
            let possible = |index| {
                let sum = cell(sums, index, size);
                sum.is_finite() && sum >= 0.0
            };
            if !(0..sums.len() / size).all(possible) {
                return Err(Error::new(Code::NotFinite, "a count of the profile is negative or not a number"));
            }
        }
        Ok(())
    }
}
