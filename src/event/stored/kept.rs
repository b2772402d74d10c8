//! What a profile keeps besides the counters of the shopper and of groups, each only where the program keeps it.

use super::{known_group, read_few, read_slots, read_words, same, time, write_words};
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error};
use crate::event::profile::{Profile, Session};
use crate::event::{Cart, CartLine, EventKind, Slots, Used};
use crate::feature::{CounterSet, Program, Schema, bounded};
use crate::money::Money;
use crate::words::Meaning;

impl Profile {
    pub(super) fn write_kept(&self, w: &mut Writer, program: &Program) {
        let memory = &program.memory;
        if memory.session_minutes > 0 {
            write_session(w, &self.session, program.session.width());
        }
        if memory.searches > 0 {
            w.u8(self.searches.len() as u8);
            self.searches.iter().for_each(|meaning| meaning.write(w));
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

    pub(super) fn read_kept(&mut self, r: &mut Reader, program: &Program, schema: &Schema) {
        let memory = &program.memory;
        if memory.session_minutes > 0 {
            self.session = read_session(r, &program.session);
        }
        if memory.searches > 0 {
            self.searches = read_few(r, "searches of the profile", memory.searches, Meaning::read);
        }
        if memory.cart_lines > 0 {
            let line = |r: &mut Reader| read_cart_line(r, schema);
            self.cart = Cart { lines: read_few(r, "lines of the cart", memory.cart_lines, line) };
        }
        if memory.brands > 0 {
            self.brands = read_brands(r, program);
        }
        if memory.offers > 0 {
            let used = |r: &mut Reader| Used { offer: r.u32(), count: r.u16(), last: time(r) };
            self.uses = read_few(r, "offers used", memory.offers, used);
        }
    }
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

fn read_brands(r: &mut Reader, program: &Program) -> Slots {
    let count = r.count(1);
    let fits = bounded("brands of the profile", count, program.memory.brands as usize);
    r.checked(fits);
    read_slots(r, count, &program.brand, |r| r.u32())
}

fn read_session(r: &mut Reader, set: &CounterSet) -> Session {
    let (start, last, kind, updated) = (time(r), time(r), r.u8(), time(r));
    let words = r.u16() as usize;
    same(r, "words of the session", words, set.width());
    let kind = if kind == u8::MAX { Ok(None) } else { EventKind::new(kind).map(Some) };
    if start > last {
        r.fail(Error::new(Code::ForeignProfile, "the profile's session ends before it starts"));
    }
    Session { start, last, kind: r.checked(kind), updated, words: read_words(r, set) }
}

fn read_cart_line(r: &mut Reader, schema: &Schema) -> CartLine {
    let index = r.u16();
    let group = if index == u16::MAX { None } else { Some(known_group(r, schema, index)) };
    let item = r.u32();
    let mut money = || {
        let minor = Money::new(i64::try_from(r.u64()).unwrap_or(i64::MAX));
        r.checked(minor)
    };
    let (net, discount) = (money(), money());
    let line = CartLine { group, item, net, discount, quantity: r.u32() };
    let sound = line.check();
    r.checked(sound);
    line
}
