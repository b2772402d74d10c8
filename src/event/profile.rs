//! What is remembered of a shopper: decayed counters, bounded in size.
//!
//! An event costs one touch per product group it names. A profile holds no identity, no product, no
//! URL, and at most [`MAX_PROFILE_BYTES`]: when full, the group untouched for longest makes room.

use super::{Event, EventKind, GroupId, Timestamp};
use crate::error::{Code, Error, Result};
use crate::feature::{Counter, MAX_GROUP_COUNTERS, MAX_SHOPPER_COUNTERS, Measure, Program};
use crate::math;
use crate::money::BasisPoints;
use alloc::vec::Vec;

/// The most bytes an encoded profile may take.
pub const MAX_PROFILE_BYTES: usize = 4_096;
/// How many transactions are remembered to drop one told twice.
pub(crate) const RECENT_TRANSACTIONS: usize = 8;
/// How many promised offers are remembered.
pub(crate) const MAX_PROMISES: usize = 16;
/// Bytes before the slots: layout hash, two times, counters, transactions, promises, two lengths.
const HEADER_BYTES: usize = 4 + 8 + 4 * MAX_SHOPPER_COUNTERS + 4 * RECENT_TRANSACTIONS + 8 * MAX_PROMISES + 3;

/// Counters of one product group. Each word is the bits of an `f32`, or seconds for [`Measure::Last`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Which group.
    pub group: GroupId,
    /// The moment the counters are decayed to.
    pub(crate) updated: Timestamp,
    pub(crate) words: [u32; MAX_GROUP_COUNTERS],
}

/// An offer the shopper accepted by putting the product into the cart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promise {
    /// For products of this group.
    pub group: GroupId,
    /// The depth promised.
    pub depth: BasisPoints,
    /// When it was made.
    pub made: Timestamp,
}

/// All that is remembered of one shopper.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    pub(crate) first: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) words: [u32; MAX_SHOPPER_COUNTERS],
    pub(crate) recent: [u32; RECENT_TRANSACTIONS],
    pub(crate) promises: Vec<Promise>,
    pub(crate) slots: Vec<Slot>,
}

/// The most slots a profile of this program holds.
pub(crate) fn max_slots(program: &Program) -> usize {
    (MAX_PROFILE_BYTES - HEADER_BYTES) / (6 + 4 * program.group.len())
}

impl Profile {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no event was counted yet.
    pub fn is_empty(&self) -> bool {
        self.first == Timestamp::default()
    }

    /// Takes one event, in any order of time. On an error nothing has changed.
    pub fn observe(&mut self, program: &Program, event: &Event) -> Result<()> {
        if event.transaction != 0 && event.kind == EventKind::PURCHASE {
            self.remember_transaction(event.transaction)?;
        }
        self.track_promises(event);
        if counts(&program.shopper, event.kind) {
            self.count_shopper(program, event);
        }
        if counts(&program.group, event.kind) {
            self.count_groups(program, event);
        }
        Ok(())
    }

    fn remember_transaction(&mut self, transaction: u32) -> Result<()> {
        if self.recent.contains(&transaction) {
            return Err(Error::new(Code::DuplicateEvent, "this transaction was already counted"));
        }
        self.recent.rotate_right(1);
        self.recent[0] = transaction;
        Ok(())
    }

    fn count_shopper(&mut self, program: &Program, event: &Event) {
        let deals = event.lines.iter().filter(|line| line.discount.minor() > 0).count();
        if self.is_empty() || event.time < self.first {
            self.first = event.time;
        }
        let told = Told { kind: event.kind, time: event.time, lines: event.lines.len(), deals };
        told.add_to(&program.shopper, &mut self.updated, &mut self.words);
    }

    fn count_groups(&mut self, program: &Program, event: &Event) {
        for (index, line) in event.lines.iter().enumerate() {
            let Some(group) = line.group else { continue };
            if event.lines[..index].iter().any(|earlier| earlier.group == line.group) {
                continue;
            }
            let of_group = || event.lines[index..].iter().filter(|other| other.group == line.group);
            let deals = of_group().filter(|other| other.discount.minor() > 0).count();
            let told = Told { kind: event.kind, time: event.time, lines: of_group().count(), deals };
            let slot = self.slot_mut(group, event.time, max_slots(program));
            told.add_to(&program.group, &mut slot.updated, &mut slot.words);
        }
    }

    fn slot_mut(&mut self, group: GroupId, time: Timestamp, limit: usize) -> &mut Slot {
        let index = match self.slots.binary_search_by_key(&group, |slot| slot.group) {
            Ok(index) => index,
            Err(_) => {
                if self.slots.len() >= limit {
                    self.evict_oldest();
                }
                let index = self.slots.partition_point(|slot| slot.group < group);
                self.slots.insert(index, Slot { group, updated: time, words: Default::default() });
                index
            }
        };
        &mut self.slots[index]
    }

    fn evict_oldest(&mut self) {
        let oldest = self.slots.iter().enumerate().min_by_key(|(_, slot)| slot.updated);
        if let Some((index, _)) = oldest {
            self.slots.remove(index);
        }
    }

    fn track_promises(&mut self, event: &Event) {
        let ends = event.kind == EventKind::REMOVE_FROM_CART || event.kind == EventKind::PURCHASE;
        if !ends && event.kind != EventKind::ADD_TO_CART {
            return;
        }
        for line in &event.lines {
            let Some(group) = line.group else { continue };
            if ends {
                self.promises.retain(|promise| promise.group != group);
            } else if let Some(depth) = depth_of(line) {
                self.promise(Promise { group, depth, made: event.time });
            }
        }
    }

    fn promise(&mut self, promise: Promise) {
        self.promises.retain(|earlier| earlier.group != promise.group);
        if self.promises.len() >= MAX_PROMISES {
            self.promises.remove(0);
        }
        self.promises.push(promise);
    }

    /// The offer promised for `group`, if one was made at most `minutes` before `now`.
    pub fn promised(&self, group: GroupId, now: Timestamp, minutes: u32) -> Option<BasisPoints> {
        let valid = |promise: &&Promise| {
            promise.group == group && now.seconds().saturating_sub(promise.made.seconds()) <= minutes.saturating_mul(60)
        };
        self.promises.iter().find(valid).map(|promise| promise.depth)
    }

    /// The slots, by group.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The slot of a group, if it was ever touched.
    pub fn slot(&self, group: GroupId) -> Option<&Slot> {
        let index = self.slots.binary_search_by_key(&group, |slot| slot.group).ok()?;
        Some(&self.slots[index])
    }

    /// A shopper counter's value at `now`.
    pub fn shopper_value(&self, program: &Program, index: usize, now: Timestamp) -> f64 {
        value_at(&program.shopper[index], self.words[index], self.updated, now)
    }

    /// The profile for a person to look at: trips and days since the last event, then, per group, its number,
    /// purchases, purchases on offer and days since the last; NaN where the program keeps no such counter.
    pub fn numbers(&self, program: &Program, now: Timestamp) -> Vec<f64> {
        // The longest memory of each kind: nearest to a plain count.
        let of = |counters: &[Counter], measure| {
            let kept = counters.iter().enumerate().filter(|(_, counter)| counter.measure == measure);
            kept.max_by(|a, b| a.1.half_life_days.total_cmp(&b.1.half_life_days)).map(|(index, _)| index)
        };
        let trips = of(&program.shopper, Measure::Events).map(|index| self.shopper_value(program, index, now));
        let days = (!self.is_empty()).then(|| now.days_since(self.updated));
        let mut numbers = alloc::vec![trips.unwrap_or(f64::NAN), days.unwrap_or(f64::NAN)];
        for slot in &self.slots {
            let count = |measure| of(&program.group, measure).map(|index| slot.value(program, index, now));
            let last = of(&program.group, Measure::Last).map(|index| Timestamp::from_seconds(slot.word(index)));
            let days = last.map(|last| now.days_since(last));
            let row = [Some(slot.group.0 as f64), count(Measure::Events), count(Measure::Deals), days];
            numbers.extend(row.map(|number| number.unwrap_or(f64::NAN)));
        }
        numbers
    }

    /// When the first counted event was.
    pub fn first(&self) -> Option<Timestamp> {
        (!self.is_empty()).then_some(self.first)
    }

    /// The raw word of a shopper counter: seconds for [`Measure::Last`].
    pub(crate) fn shopper_word(&self, index: usize) -> u32 {
        self.words[index]
    }
}

impl Slot {
    /// A group counter's value at `now`.
    pub fn value(&self, program: &Program, index: usize, now: Timestamp) -> f64 {
        value_at(&program.group[index], self.words[index], self.updated, now)
    }

    /// The raw word of a counter: seconds for [`Measure::Last`].
    pub(crate) fn word(&self, index: usize) -> u32 {
        self.words[index]
    }
}

/// What one event tells one set of counters.
struct Told {
    kind: EventKind,
    time: Timestamp,
    lines: usize,
    deals: usize,
}

impl Told {
    /// Decays `words` to this event and adds it; an event older than `updated` is decayed instead.
    fn add_to(&self, counters: &[Counter], updated: &mut Timestamp, words: &mut [u32]) {
        let days = self.time.days_since(*updated);
        for (counter, word) in counters.iter().zip(words) {
            let hit = counter.event == self.kind;
            let amount = match counter.measure {
                Measure::Last => {
                    *word = if hit { (*word).max(self.time.seconds()) } else { *word };
                    continue;
                }
                Measure::Events => 1.0,
                Measure::Lines => self.lines as f64,
                Measure::Deals => self.deals as f64,
            };
            let added = if hit { amount } else { 0.0 };
            let old = f32::from_bits(*word) as f64;
            let half_life = counter.half_life_days as f64;
            let new = match days >= 0.0 {
                true => old * math::decay(days, half_life) + added,
                false => old + added * math::decay(-days, half_life),
            };
            *word = (new as f32).to_bits();
        }
        *updated = (*updated).max(self.time);
    }
}

fn counts(counters: &[Counter], kind: EventKind) -> bool {
    counters.iter().any(|counter| counter.event == kind)
}

/// A counter's value at `now`, which is taken as no earlier than the last event.
fn value_at(counter: &Counter, word: u32, updated: Timestamp, now: Timestamp) -> f64 {
    let days = now.days_since(updated).max(0.0);
    f32::from_bits(word) as f64 * math::decay(days, counter.half_life_days as f64)
}

/// The depth of a line's discount, to the nearest basis point; none without a discount.
fn depth_of(line: &super::Line) -> Option<BasisPoints> {
    let list = line.list().ok()?.minor();
    let discount = line.discount.minor();
    if discount == 0 || list == 0 {
        return None;
    }
    BasisPoints::new(((discount * 10_000 + list / 2) / list) as u16).ok()
}
