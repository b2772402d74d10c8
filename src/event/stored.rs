//! The bytes of a profile: what a device keeps between visits, and what golden vectors carry.
//!
//! ```text
//! u32 layout hash · u32 first · u32 updated · u8 s, s × u32 shopper words · 8 × u32 transactions
//! u8 p, p × (u16 group, u16 basis points, u32 made) · u16 n, n × (u16 group, u32 updated, g × u32 words)
//! ```

use super::profile::{MAX_PROMISES, Profile, Promise, Slot, max_slots};
use super::{GroupId, Timestamp};
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::feature::{Measure, Program, Schema, bounded};
use crate::money::BasisPoints;
use alloc::vec::Vec;

impl Profile {
    /// The profile as at most [`MAX_PROFILE_BYTES`](super::MAX_PROFILE_BYTES) bytes.
    pub fn encode(&self, program: &Program) -> Vec<u8> {
        let mut w = Writer::default();
        w.u32(program.layout_hash());
        w.u32(self.first.seconds());
        w.u32(self.updated.seconds());
        w.u8(program.shopper.len() as u8);
        self.words[..program.shopper.len()].iter().for_each(|word| w.u32(*word));
        self.recent.iter().for_each(|hash| w.u32(*hash));
        w.u8(self.promises.len() as u8);
        for promise in &self.promises {
            w.u16(promise.group.0);
            w.u16(promise.depth.get());
            w.u32(promise.made.seconds());
        }
        w.list(&self.slots, |w, slot| {
            w.u16(slot.group.0);
            w.u32(slot.updated.seconds());
            slot.words[..program.group.len()].iter().for_each(|word| w.u32(*word));
        });
        w.bytes
    }

    /// Reads a profile kept for the same counters and groups; refuses any other.
    pub fn decode(bytes: &[u8], program: &Program, schema: &Schema) -> Result<Profile> {
        let mut r = Reader::new(bytes);
        if r.u32()? != program.layout_hash() {
            return Err(Error::new(Code::ForeignProfile, "the profile was kept for another feature program"));
        }
        let mut profile = Profile { first: time(&mut r)?, updated: time(&mut r)?, ..Profile::default() };
        let counters = r.u8()? as usize;
        if counters != program.shopper.len() {
            let (limit, found) = (program.shopper.len() as u64, counters as u64);
            return Err(Error::limit(Code::ForeignProfile, "shopper counters", limit, found));
        }
        for (word, counter) in profile.words.iter_mut().zip(&program.shopper) {
            *word = read_word(&mut r, counter.measure)?;
        }
        for hash in &mut profile.recent {
            *hash = r.u32()?;
        }
        profile.promises = read_promises(&mut r, schema)?;
        profile.slots = r.list(|r| read_slot(r, program, schema))?;
        r.finish()?;
        bounded("slots of the profile", profile.slots.len(), max_slots(program))?;
        match profile.slots.windows(2).all(|pair| pair[0].group < pair[1].group) {
            true => Ok(profile),
            false => Err(Error::new(Code::ForeignProfile, "the profile's groups are not in order")),
        }
    }
}

fn time(r: &mut Reader) -> Result<Timestamp> {
    r.u32().map(Timestamp::from_seconds)
}

/// A counter's word; a decayed count is finite and not negative.
fn read_word(r: &mut Reader, measure: Measure) -> Result<u32> {
    let word = r.u32()?;
    let count = f32::from_bits(word);
    match measure == Measure::Last || (count.is_finite() && count >= 0.0) {
        true => Ok(word),
        false => Err(Error::new(Code::NotFinite, "a count of the profile is negative or not a number")),
    }
}

fn read_group(r: &mut Reader, schema: &Schema) -> Result<GroupId> {
    let index = r.u16()?;
    schema
        .group_at(index as u32)
        .ok_or_else(|| Error::limit(Code::BadIndex, "group of the profile", schema.groups.len() as u64, index as u64))
}

fn read_promises(r: &mut Reader, schema: &Schema) -> Result<Vec<Promise>> {
    let count = r.u8()? as usize;
    bounded("promises of the profile", count, MAX_PROMISES)?;
    let read = |_| Ok(Promise { group: read_group(r, schema)?, depth: BasisPoints::new(r.u16()?)?, made: time(r)? });
    (0..count).map(read).collect()
}

fn read_slot(r: &mut Reader, program: &Program, schema: &Schema) -> Result<Slot> {
    let mut slot = Slot { group: read_group(r, schema)?, updated: time(r)?, words: Default::default() };
    for (word, counter) in slot.words.iter_mut().zip(&program.group) {
        *word = read_word(r, counter.measure)?;
    }
    Ok(slot)
}
