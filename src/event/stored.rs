//! The bytes of a profile: what a device keeps between visits, and what golden vectors carry.
//!
//! ```text
//! u32 layout hash · u32 first · u32 updated · u8 s, s × u32 shopper words · 8 × u32 transactions
//! u8 p, p × (u16 group, u16 basis points, u32 made) · u16 n, n × (u16 group, u32 updated, g × u32 words)
//! ```
//! and then, each only where the program keeps it:
//!
//! ```text
//! session   u32 start · u32 last · u8 kind (255 none) · u32 updated · u16 w, w × u32 words
//! searches  u8 n, n × 16 bytes
//! cart      u8 n, n × (u16 group (65535 none), u32 item, u64 net, u64 discount, u32 quantity)
//! brands    u8 n, n × (u32 brand, u32 updated, b × u32 words)
//! offers    u8 n, n × (u32 offer, u16 uses, u32 last)
//! ```

#[cfg(feature = "full")]
mod kept;

use super::profile::{MAX_PROMISES, Profile, Promise};
use super::{GroupId, Slots, Timestamp};
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::feature::{CounterSet, Program, Schema, bounded};
use crate::money::BasisPoints;
use alloc::vec::Vec;

/// Bytes of a profile before the groups' slots, when everything the program keeps is full.
pub(crate) fn head_bytes(program: &Program) -> usize {
    let memory = &program.memory;
    let fixed = 4 + 8 + 1 + 4 * 8 + 1 + 8 * MAX_PROMISES + 2;
    let session = if memory.session_minutes > 0 { 15 + 4 * program.session.width() } else { 0 };
    let list = |size: usize, most: u8| if most > 0 { 1 + size * most as usize } else { 0 };
    let lists = list(16, memory.searches) + list(26, memory.cart_lines) + list(10, memory.offers);
    fixed + 4 * program.shopper.width() + session + lists + list(8 + 4 * program.brand.width(), memory.brands)
}

/// Bytes of one group's slot.
pub(crate) fn slot_bytes(program: &Program) -> usize {
    6 + 4 * program.group.width()
}

impl Profile {
    /// The profile as at most [`MAX_PROFILE_BYTES`](super::MAX_PROFILE_BYTES) bytes.
    pub fn encode(&self, program: &Program) -> Vec<u8> {
        let mut w = Writer::default();
        w.u32(program.layout_hash());
        w.u32(self.first.seconds());
        w.u32(self.updated.seconds());
        w.u8(program.shopper.width() as u8);
        write_words(&mut w, &self.words, program.shopper.width());
        self.recent.iter().for_each(|hash| w.u32(*hash));
        w.u8(self.promises.len() as u8);
        for promise in &self.promises {
            w.u16(promise.group.0);
            w.u16(promise.depth.get());
            w.u32(promise.made.seconds());
        }
        w.u16(self.groups.len() as u16);
        for slot in self.groups.iter() {
            w.u16(slot.key as u16);
            w.u32(slot.updated.seconds());
            write_words(&mut w, slot.words, program.group.width());
        }
        #[cfg(feature = "full")]
        self.write_kept(&mut w, program);
        w.bytes
    }

    /// Reads a profile kept for the same counters and groups; refuses any other.
    pub fn decode(bytes: &[u8], program: &Program, schema: &Schema) -> Result<Profile> {
        let mut r = Reader::new(bytes);
        let profile = Profile::read(&mut r, program, schema);
        r.finish(profile)
    }

    fn read(r: &mut Reader, program: &Program, schema: &Schema) -> Profile {
        if r.u32() != program.layout_hash() {
            r.fail(Error::new(Code::ForeignProfile, "the profile was kept for another feature program"));
        }
        let mut profile = Profile { first: time(r), updated: time(r), ..Profile::default() };
        let words = r.u8() as usize;
        same(r, "words of the shopper", words, program.shopper.width());
        profile.words = read_words(r, &program.shopper);
        profile.recent.iter_mut().for_each(|hash| *hash = r.u32());
        profile.promises = read_promises(r, schema);
        profile.groups = read_groups(r, program, schema);
        #[cfg(feature = "full")]
        profile.read_kept(r, program, schema);
        profile
    }
}

/// Words of an owner that was never told anything are zeros.
fn write_words(w: &mut Writer, words: &[u32], width: usize) {
    (0..width).for_each(|index| w.u32(words.get(index).copied().unwrap_or(0)));
}

fn time(r: &mut Reader) -> Timestamp {
    Timestamp::from_seconds(r.u32())
}

fn same(r: &mut Reader, what: &'static str, found: usize, expected: usize) {
    if found != expected {
        r.fail(Error::limit(Code::ForeignProfile, what, expected as u64, found as u64));
    }
}

/// The words of one owner; sums are finite and not negative.
#[inline(never)]
fn read_words(r: &mut Reader, set: &CounterSet) -> Vec<u32> {
    let words = r.items(set.width(), Reader::u32);
    let sound = set.check_words(&words);
    r.checked(sound);
    words
}

fn read_few<T>(r: &mut Reader, what: &'static str, limit: u8, read: impl FnMut(&mut Reader) -> T) -> Vec<T> {
    let count = r.count(1);
    let fits = bounded(what, count, limit as usize);
    r.checked(fits);
    r.items(count, read)
}

fn read_group(r: &mut Reader, schema: &Schema) -> GroupId {
    let index = r.u16();
    known_group(r, schema, index)
}

fn known_group(r: &mut Reader, schema: &Schema, index: u16) -> GroupId {
    schema.group_at(index as u32).unwrap_or_else(|| {
        let limit = schema.groups.len() as u64;
        r.fail(Error::limit(Code::BadIndex, "group of the profile", limit, index as u64));
        GroupId(0)
    })
}

fn read_promises(r: &mut Reader, schema: &Schema) -> Vec<Promise> {
    read_few(r, "promises of the profile", MAX_PROMISES as u8, |r| {
        let (group, depth) = (read_group(r, schema), BasisPoints::new(r.u16()));
        Promise { group, depth: r.checked(depth), made: time(r) }
    })
}

fn read_groups(r: &mut Reader, program: &Program, schema: &Schema) -> Slots {
    let count = r.count(2);
    let fits = bounded("slots of the profile", count, program.max_groups());
    r.checked(fits);
    read_slots(r, count, &program.group, |r| read_group(r, schema).0 as u32)
}

fn read_slots(r: &mut Reader, count: usize, set: &CounterSet, mut key: impl FnMut(&mut Reader) -> u32) -> Slots {
    let mut slots = Slots::of_width(set.width());
    for _ in 0..count {
        let (key, updated) = (key(r), time(r));
        if !slots.append(key, updated, &read_words(r, set)) {
            r.fail(Error::new(Code::ForeignProfile, "the profile's groups or brands are not in order"));
        }
    }
    slots
}
