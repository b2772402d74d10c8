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

use super::profile::{MAX_PROMISES, Profile, Promise, Session};
use super::{Cart, CartLine, EventKind, GroupId, Slots, Timestamp, Used};
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::feature::{CounterSet, Program, Schema, bounded};
use crate::money::{BasisPoints, Money};
use crate::words::{DIM, Meaning};
use alloc::vec::Vec;

/// Bytes of a profile before the groups' slots, when everything the program keeps is full.
pub(crate) fn head_bytes(program: &Program) -> usize {
    let memory = &program.memory;
    let fixed = 4 + 8 + 1 + 4 * 8 + 1 + 8 * MAX_PROMISES + 2;
    let session = if memory.session_minutes > 0 { 15 + 4 * program.session.width() } else { 0 };
    let list = |size: usize, most: u8| if most > 0 { 1 + size * most as usize } else { 0 };
    let lists = list(DIM, memory.searches) + list(26, memory.cart_lines) + list(10, memory.offers);
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
        self.write_kept(&mut w, program);
        w.bytes
    }

    fn write_kept(&self, w: &mut Writer, program: &Program) {
        let memory = &program.memory;
        if memory.session_minutes > 0 {
            write_session(w, &self.session, program.session.width());
        }
        if memory.searches > 0 {
            w.u8(self.searches.len() as u8);
            self.searches.iter().for_each(|meaning| w.bytes.extend(meaning.0.map(|part| part as u8)));
        }
        if memory.cart_lines > 0 {
            w.u8(self.cart.lines.len() as u8);
            self.cart.lines.iter().for_each(|line| write_cart_line(w, line));
        }
        if memory.brands > 0 {
            w.u8(self.brands.len() as u8);
            for slot in self.brands.iter() {
                w.u32(slot.key);
                w.u32(slot.updated.seconds());
                write_words(w, slot.words, program.brand.width());
            }
        }
        if memory.offers > 0 {
            w.u8(self.uses.len() as u8);
            for used in &self.uses {
                w.u32(used.offer);
                w.u16(used.count);
                w.u32(used.last.seconds());
            }
        }
    }

    /// Reads a profile kept for the same counters and groups; refuses any other.
    pub fn decode(bytes: &[u8], program: &Program, schema: &Schema) -> Result<Profile> {
        let mut r = Reader::new(bytes);
        if r.u32()? != program.layout_hash() {
            return Err(Error::new(Code::ForeignProfile, "the profile was kept for another feature program"));
        }
        let mut profile = Profile { first: time(&mut r)?, updated: time(&mut r)?, ..Profile::default() };
        same("words of the shopper", r.u8()? as usize, program.shopper.width())?;
        profile.words = read_words(&mut r, &program.shopper)?;
        for hash in &mut profile.recent {
            *hash = r.u32()?;
        }
        profile.promises = read_promises(&mut r, schema)?;
        profile.groups = read_groups(&mut r, program, schema)?;
        profile.read_kept(&mut r, program, schema)?;
        r.finish()?;
        Ok(profile)
    }

    fn read_kept(&mut self, r: &mut Reader, program: &Program, schema: &Schema) -> Result<()> {
        let memory = &program.memory;
        if memory.session_minutes > 0 {
            self.session = read_session(r, &program.session)?;
        }
        if memory.searches > 0 {
            self.searches = read_few(r, "searches of the profile", memory.searches, read_meaning)?;
        }
        if memory.cart_lines > 0 {
            let line = |r: &mut Reader| read_cart_line(r, schema);
            self.cart = Cart { lines: read_few(r, "lines of the cart", memory.cart_lines, line)? };
        }
        if memory.brands > 0 {
            self.brands = read_brands(r, program)?;
        }
        if memory.offers > 0 {
            let used = |r: &mut Reader| Ok(Used { offer: r.u32()?, count: r.u16()?, last: time(r)? });
            self.uses = read_few(r, "offers used", memory.offers, used)?;
        }
        Ok(())
    }
}

/// Words of an owner that was never told anything are zeros.
fn write_words(w: &mut Writer, words: &[u32], width: usize) {
    (0..width).for_each(|index| w.u32(words.get(index).copied().unwrap_or(0)));
}

fn write_session(w: &mut Writer, session: &Session, width: usize) {
    w.u32(session.start.seconds());
    w.u32(session.last.seconds());
    w.u8(session.kind.map_or(u8::MAX, EventKind::index));
    w.u32(session.updated.seconds());
    w.u16(width as u16);
    write_words(w, &session.words, width);
}

fn write_cart_line(w: &mut Writer, line: &CartLine) {
    w.u16(line.group.map_or(u16::MAX, |group| group.0));
    w.u32(line.item);
    w.u64(line.net.minor() as u64);
    w.u64(line.discount.minor() as u64);
    w.u32(line.quantity);
}

fn time(r: &mut Reader) -> Result<Timestamp> {
    r.u32().map(Timestamp::from_seconds)
}

fn same(what: &'static str, found: usize, expected: usize) -> Result<()> {
    match found == expected {
        true => Ok(()),
        false => Err(Error::limit(Code::ForeignProfile, what, expected as u64, found as u64)),
    }
}

/// The words of one owner; sums are finite and not negative.
fn read_words(r: &mut Reader, set: &CounterSet) -> Result<Vec<u32>> {
    let words: Vec<u32> = (0..set.width()).map(|_| r.u32()).collect::<Result<_>>()?;
    set.check_words(&words)?;
    Ok(words)
}

fn read_few<T>(
    r: &mut Reader,
    what: &'static str,
    limit: u8,
    mut read: impl FnMut(&mut Reader) -> Result<T>,
) -> Result<Vec<T>> {
    let count = r.u8()?;
    bounded(what, count as usize, limit as usize)?;
    (0..count).map(|_| read(r)).collect()
}

fn read_group(r: &mut Reader, schema: &Schema) -> Result<GroupId> {
    let index = r.u16()?;
    schema
        .group_at(index as u32)
        .ok_or_else(|| Error::limit(Code::BadIndex, "group of the profile", schema.groups.len() as u64, index as u64))
}

fn read_promises(r: &mut Reader, schema: &Schema) -> Result<Vec<Promise>> {
    read_few(r, "promises of the profile", MAX_PROMISES as u8, |r| {
        Ok(Promise { group: read_group(r, schema)?, depth: BasisPoints::new(r.u16()?)?, made: time(r)? })
    })
}

fn read_groups(r: &mut Reader, program: &Program, schema: &Schema) -> Result<Slots> {
    let count = r.u16()? as usize;
    bounded("slots of the profile", count, program.max_groups())?;
    read_slots(r, count, &program.group, |r| Ok(read_group(r, schema)?.0 as u32))
}

fn read_brands(r: &mut Reader, program: &Program) -> Result<Slots> {
    let count = r.u8()? as usize;
    bounded("brands of the profile", count, program.memory.brands as usize)?;
    read_slots(r, count, &program.brand, |r| r.u32())
}

fn read_slots(
    r: &mut Reader,
    count: usize,
    set: &CounterSet,
    mut key: impl FnMut(&mut Reader) -> Result<u32>,
) -> Result<Slots> {
    let mut slots = Slots::of_width(set.width());
    for _ in 0..count {
        let (key, updated) = (key(r)?, time(r)?);
        if !slots.append(key, updated, read_words(r, set)?.into_iter()) {
            return Err(Error::new(Code::ForeignProfile, "the profile's groups or brands are not in order"));
        }
    }
    Ok(slots)
}

fn read_session(r: &mut Reader, set: &CounterSet) -> Result<Session> {
    let (start, last, kind, updated) = (time(r)?, time(r)?, r.u8()?, time(r)?);
    same("words of the session", r.u16()? as usize, set.width())?;
    let kind = if kind == u8::MAX { None } else { Some(EventKind::new(kind)?) };
    let session = Session { start, last, kind, updated, words: read_words(r, set)? };
    match start <= last {
        true => Ok(session),
        false => Err(Error::new(Code::ForeignProfile, "the profile's session ends before it starts")),
    }
}

fn read_meaning(r: &mut Reader) -> Result<Meaning> {
    let mut parts = [0; DIM];
    parts.iter_mut().zip(r.take(DIM)?).for_each(|(part, byte)| *part = *byte as i8);
    Ok(Meaning(parts))
}

fn read_cart_line(r: &mut Reader, schema: &Schema) -> Result<CartLine> {
    let mut peek = Reader::new(r.rest());
    let group = if peek.u16()? == u16::MAX { r.u16().map(|_| None)? } else { Some(read_group(r, schema)?) };
    let item = r.u32()?;
    let mut money = || Money::new(i64::try_from(r.u64()?).unwrap_or(i64::MAX));
    let (net, discount) = (money()?, money()?);
    CartLine { group, item, net, discount, quantity: r.u32()? }.check()
}
