//! What is remembered of a shopper: counters, bounded in size.
//!
//! An event costs one touch per product group and brand it names. A profile holds no identity, no URL and no
//! search word, and at most [`MAX_PROFILE_BYTES`]: when full, the group untouched for longest makes room.

#[cfg(feature = "full")]
use super::id_number;
use super::uses::{self, Used};
use super::{Cart, Event, EventKind, GroupId, Slots, Timestamp};
use crate::error::{Code, Error, Result};
use crate::feature::{CounterSet, Measure, Owner, Program, Told};
use crate::money::BasisPoints;
#[cfg(feature = "full")]
use crate::offer::{CheckedOffers, Uses};
use crate::words::Meaning;
use alloc::vec::Vec;

/// The most bytes an encoded profile may take.
pub const MAX_PROFILE_BYTES: usize = 4_096;
/// Most searches that are remembered.
pub const MAX_SEARCHES: u8 = 4;
/// Whether this build keeps more than counters of the shopper and of groups; one that does not takes no program that wants it.
pub(crate) const KEEPS_MORE: bool = cfg!(feature = "full");
/// How many transactions are remembered to drop one told twice.
pub(crate) const RECENT_TRANSACTIONS: usize = 8;
/// How many promised offers are remembered.
pub(crate) const MAX_PROMISES: usize = 16;

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

/// The visit that is going on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    /// Its first event; 1970 before any.
    pub start: Timestamp,
    /// Its latest event.
    pub last: Timestamp,
    /// What the latest event was.
    pub(crate) kind: Option<EventKind>,
    pub(crate) updated: Timestamp,
    pub(crate) words: Vec<u32>,
}

/// All that is remembered of one shopper.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    pub(crate) first: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) words: Vec<u32>,
    pub(crate) recent: [u32; RECENT_TRANSACTIONS],
    pub(crate) promises: Vec<Promise>,
    pub(crate) groups: Slots,
    pub(crate) brands: Slots,
    pub(crate) session: Session,
    pub(crate) searches: Vec<Meaning>,
    pub(crate) cart: Cart,
    pub(crate) uses: Vec<Used>,
}

impl Profile {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything, but keeps the memory for the next shopper.
    pub fn clear(&mut self) {
        let kept = core::mem::take(self);
        let (mut words, mut of_session, mut groups) = (kept.words, kept.session.words, kept.groups);
        words.clear();
        of_session.clear();
        groups.clear();
        let session = Session { words: of_session, ..Session::default() };
        *self = Profile { words, groups, session, ..Profile::default() };
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
        let (dwell, opens_session) = if KEEPS_MORE { self.visit(program, event) } else { (None, false) };
        let told = Told { kind: event.kind, time: event.time, lines: &event.lines, dwell, opens_session };
        self.count_shopper(&program.shopper, &told);
        if program.group.counts(event.kind) {
            self.count_groups(program, &told);
        }
        if KEEPS_MORE {
            self.count_more(program, event, &told);
        }
        Ok(())
    }

    fn count_more(&mut self, program: &Program, event: &Event, told: &Told) {
        self.count_session(&program.session, told);
        if program.memory.brands > 0 && program.brand.counts(event.kind) {
            self.count_brands(program, told);
        }
        if program.memory.cart_lines > 0 {
            self.cart.observe(event, program.memory.cart_lines as usize);
        }
        self.remember_search(event.query, program.memory.searches);
        uses::count(&mut self.uses, event, program.memory.offers);
    }

    fn remember_transaction(&mut self, transaction: u32) -> Result<()> {
        if self.recent.contains(&transaction) {
            return Err(Error::new(Code::DuplicateEvent, "this transaction was already counted"));
        }
        self.recent.rotate_right(1);
        self.recent[0] = transaction;
        Ok(())
    }

    /// Moves the session on: what the time since its latest event is worth, and whether this event opens a new one.
    fn visit(&mut self, program: &Program, event: &Event) -> (Option<(EventKind, f64)>, bool) {
        let limit = program.memory.session_minutes as u32 * 60;
        let session = &mut self.session;
        if limit == 0 || (session.kind.is_some() && event.time < session.last) {
            return (None, false);
        }
        let pause = event.time.seconds() - session.last.seconds();
        let goes_on = session.kind.filter(|_| pause <= limit).map(|kind| (kind, pause as f64));
        if goes_on.is_none() {
            let mut words = core::mem::take(&mut session.words);
            words.clear();
            *session = Session { start: event.time, updated: event.time, words, ..Session::default() };
        }
        (session.last, session.kind) = (event.time, Some(event.kind));
        (goes_on, goes_on.is_none())
    }

    fn count_shopper(&mut self, set: &CounterSet, told: &Told) {
        let counts = set.counts(told.kind);
        if counts && (self.is_empty() || told.time < self.first) {
            self.first = told.time;
        }
        if counts || (set.has_dwell() && told.dwell.is_some()) {
            self.words.resize(set.width(), 0);
            set.tell(&mut self.words, &mut self.updated, told, Owner::Shopper);
        }
    }

    /// An event from before the session is none of it.
    fn count_session(&mut self, set: &CounterSet, told: &Told) {
        let session = &mut self.session;
        let concerns = set.counts(told.kind) || (set.has_dwell() && told.dwell.is_some());
        if concerns && session.kind.is_some() && told.time >= session.start {
            session.words.resize(set.width(), 0);
            set.tell(&mut session.words, &mut session.updated, told, Owner::Shopper);
        }
    }

    fn count_groups(&mut self, program: &Program, told: &Told) {
        let (width, limit) = (program.group.width(), program.max_groups());
        for (index, line) in told.lines.iter().enumerate() {
            let Some(group) = line.group else { continue };
            if told.lines[..index].iter().any(|earlier| earlier.group == line.group) {
                continue;
            }
            self.groups.touch(width, group.0 as u32, told.time, limit, |updated, words| {
                program.group.tell(words, updated, told, Owner::Group(group));
            });
        }
    }

    fn count_brands(&mut self, program: &Program, told: &Told) {
        let (width, limit) = (program.brand.width(), program.memory.brands as usize);
        for (index, line) in told.lines.iter().enumerate() {
            let brand = line.brand;
            if brand == 0 || told.lines[..index].iter().any(|earlier| earlier.brand == brand) {
                continue;
            }
            self.brands.touch(width, brand, told.time, limit, |updated, words| {
                program.brand.tell(words, updated, told, Owner::Brand(brand));
            });
        }
    }

    fn remember_search(&mut self, query: Option<Meaning>, limit: u8) {
        if let Some(meaning) = query
            && limit > 0
        {
            self.searches.insert(0, meaning);
            self.searches.truncate(limit as usize);
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

    /// Counters by product group.
    pub fn groups(&self) -> &Slots {
        &self.groups
    }

    /// Counters by brand.
    pub fn brands(&self) -> &Slots {
        &self.brands
    }

    /// What lies in the cart.
    pub fn cart(&self) -> &Cart {
        &self.cart
    }

    /// Where the latest searches point to, the latest first.
    pub fn searches(&self) -> &[Meaning] {
        &self.searches
    }

    /// The session that was going on at `now`, if it had not ended.
    pub fn session(&self, program: &Program, now: Timestamp) -> Option<&Session> {
        let limit = program.memory.session_minutes as u32 * 60;
        let goes_on = now.seconds().saturating_sub(self.session.last.seconds()) <= limit;
        (self.session.kind.is_some() && goes_on).then_some(&self.session)
    }

    /// The profile for a person to look at: trips and days since the last event, then, per group, its number,
    /// purchases, purchases on offer and days since the last; NaN where the program keeps no such counter.
    pub fn numbers(&self, program: &Program, now: Timestamp) -> Vec<f64> {
        let trips = longest(&program.shopper, Measure::Events);
        let trips = trips.and_then(|index| self.shopper_value(program, index, now));
        let days = (!self.is_empty()).then(|| now.days_since(self.updated));
        let mut numbers = alloc::vec![trips.unwrap_or(f64::NAN), days.unwrap_or(f64::NAN)];
        let set = &program.group;
        let [bought, deals, last] = [Measure::Events, Measure::Deals, Measure::Last].map(|kind| longest(set, kind));
        for slot in self.groups.iter() {
            let count = |index: usize| set.value(slot.words, index, slot.updated, now);
            let last = last.and_then(count).map(|last| now.days_since(Timestamp::from_seconds(last as u32)));
            let row = [Some(slot.key as f64), bought.and_then(count), deals.and_then(count), last];
            numbers.extend(row.map(|number| number.unwrap_or(f64::NAN)));
        }
        numbers
    }

    /// A shopper counter's value at `now`.
    pub fn shopper_value(&self, program: &Program, index: usize, now: Timestamp) -> Option<f64> {
        program.shopper.value(&self.words, index, self.updated, now)
    }

    /// When the first counted event was.
    pub fn first(&self) -> Option<Timestamp> {
        (!self.is_empty()).then_some(self.first)
    }
}

impl Profile {
    #[cfg(feature = "full")]
    /// How often this shopper used each of `offers` that counts its uses; none where the program keeps none.
    pub fn uses(&self, offers: &CheckedOffers, program: &Program) -> Option<Vec<Uses>> {
        let is_counted = |used: &&Used, id: &str| used.offer == id_number(id);
        let told = offers.get().offers.iter().filter_map(|offer| {
            let used = self.uses.iter().find(|used| is_counted(used, &offer.id))?;
            let last = Some(used.last.seconds() as i64 * 1_000);
            Some(Uses { offer: offer.id.clone(), count: used.count as u32, last })
        });
        (program.memory.offers > 0).then(|| told.collect())
    }

    /// How many orders are known, if any is: a device that saw none cannot tell a new shopper from an old one.
    pub fn orders_known(&self) -> Option<u32> {
        let orders = self.recent.iter().filter(|transaction| **transaction != 0).count() as u32;
        (orders > 0).then_some(orders)
    }
}

/// The counter of that measure with the longest memory: nearest to a plain count.
fn longest(set: &CounterSet, measure: Measure) -> Option<usize> {
    let kept = set.counters().iter().enumerate().filter(|(_, counter)| counter.measure == measure);
    kept.max_by(|a, b| a.1.window.days().total_cmp(&b.1.window.days())).map(|(index, _)| index)
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
