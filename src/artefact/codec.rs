//! The sections of a `.skonto` file, each encoded beside its decoding. `docs/format-v2.md` is the specification.
//!
//! Files of format 1 are read as well: they have fewer sections and an older form of the program.
//!
//! Sections are read by functions that are not inlined: a browser compiles a function when it is first called, and the whole is
//! smaller for it.

use super::reader::{Reader, Writer};
use super::texts::Locale;
use super::{Content, Golden};
#[cfg(not(feature = "full"))]
use crate::absent::{Clusters, Rules, read_none};
use crate::decision::hash64;
use crate::error::{Code, Error, Part, Result};
use crate::event::{EventKind, EventSet};
#[cfg(feature = "full")]
use crate::feature::cluster::Clusters;
#[cfg(feature = "full")]
use crate::feature::rule::Rules;
use crate::feature::{
    Category, Counter, CounterSet, Department, Feature, Group, Kind, MEASURES, Measure, Memory, Program, Schema, Step,
    Tables, Window,
};
use crate::model::Model;
use crate::money::BasisPoints;
#[cfg(feature = "full")]
use crate::offer::{Floor, Offer, Stacking};
use crate::policy::{Arm, Budget, Guard, Menu};
use alloc::vec::Vec;

/// The first four bytes.
const MAGIC: &[u8; 4] = b"SKNT";
/// The format this build writes; it reads all from 1.
pub const FORMAT: u16 = 2;
/// Sections, in the order and with the ids they have in the file.
const SECTIONS: u16 = 12;
/// Sections of format 1.
const SECTIONS_OF_1: u16 = 7;

/// Writes a whole file.
pub(super) fn encode(content: &Content) -> Vec<u8> {
    let sections: [fn(&mut Writer, &Content); SECTIONS as usize] = [
        |w, c| write_schema(w, &c.schema),
        |w, c| write_program(w, &c.program),
        |w, c| c.model.write(w),
        |w, c| write_menu(w, &c.menu),
        |w, c| w.list(&c.locales, write_locale),
        |w, c| w.text(&c.card),
        |w, c| w.list(&c.golden, write_golden),
        |w, c| c.program.tables.write_context(w),
        |w, c| c.program.tables.clusters.encode(w),
        |w, c| c.program.tables.rules.encode(w),
        |w, c| c.program.tables.write_words(w),
        |w, c| c.model.write_shares(w),
    ];
    let bodies = sections.map(|write| {
        let mut writer = Writer::default();
        write(&mut writer, content);
        writer.bytes
    });
    let mut covered = Writer::default();
    covered.u64(content.version);
    for (index, body) in bodies.iter().enumerate() {
        covered.u16(index as u16 + 1);
        covered.u32(body.len() as u32);
    }
    bodies.iter().for_each(|body| covered.bytes.extend(body));
    let mut out = Writer::default();
    out.bytes.extend(MAGIC);
    out.u16(FORMAT);
    out.u16(SECTIONS);
    out.u64(hash64(covered.bytes.iter().copied()));
    out.bytes.extend(covered.bytes);
    out.bytes
}

/// Reads a whole file. What comes back is well-formed, not yet checked.
pub(super) fn decode(bytes: &[u8]) -> Result<Content> {
    let mut reader = Reader::new(bytes);
    let content = read_content(&mut reader);
    reader.finish(content)
}

fn read_content(reader: &mut Reader) -> Content {
    let (format, version) = read_header(reader);
    let mut sections = Sections { lengths: read_table(reader, format).into_iter(), reader };
    let mut content = Content {
        version,
        schema: sections.next(read_schema),
        program: sections.next(|r| if is_first(format) { read_program_1(r) } else { read_program(r) }),
        model: sections.next(|r| if is_first(format) { Model::read_1(r) } else { Model::read(r) }),
        menu: sections.next(|r| read_menu(r, format)),
        locales: sections.next(|r| r.list(|r| read_locale(r, format))),
        card: sections.next(|r| r.text()),
        golden: sections.next(|r| r.list(|r| read_golden(r, format))),
    };
    if !is_first(format) {
        let (attributes, holidays) = sections.next(Tables::read_context);
        let (clusters, rules) = (sections.next(Clusters::read), sections.next(Rules::read));
        content.program.tables =
            Tables { attributes, holidays, clusters, rules, words: sections.next(Tables::read_words) };
        sections.next(|r| content.model.read_shares(r));
    }
    content
}

/// The version of the format and of the file; 0 for a format that is none.
#[inline(never)]
fn read_header(reader: &mut Reader) -> (u16, u64) {
    if reader.take(4) != MAGIC {
        reader.fail(Error::new(Code::BadMagic, "this is not a skonto artefact"));
    }
    let format = reader.u16();
    if format == 1 && !is_first(format) {
        reader.fail(Error::absent(Part::FirstFormat));
    }
    if !(1..=FORMAT).contains(&format) {
        reader.fail(Error::limit(Code::UnknownVersion, "format version", FORMAT as u64, format as u64));
    }
    let (sections, wanted) = (reader.u16(), sections(format));
    if sections != wanted {
        reader.fail(Error::limit(Code::BadSection, "number of sections", wanted as u64, sections as u64));
    }
    // Against damage on the way; against a forger there will be the manifest's signature.
    if reader.u64() != hash64(reader.rest().iter().copied()) {
        reader.fail(Error::new(Code::BadChecksum, "the artefact's bytes were changed or damaged"));
    }
    (format, reader.u64())
}

/// Whether it is format 1, of which a build without the feature `full` knows nothing.
fn is_first(format: u16) -> bool {
    format == 1 && cfg!(feature = "full")
}

fn sections(format: u16) -> u16 {
    if is_first(format) { SECTIONS_OF_1 } else { SECTIONS }
}

/// The sections that are still to be read.
struct Sections<'r, 'a> {
    reader: &'r mut Reader<'a>,
    lengths: core::array::IntoIter<u32, { SECTIONS as usize }>,
}

impl Sections<'_, '_> {
    /// Reads the next one to its last byte.
    fn next<T>(&mut self, read: impl FnOnce(&mut Reader) -> T) -> T {
        let length = self.lengths.next().unwrap_or_default();
        let whole = self.reader.enter(length as usize);
        let value = read(self.reader);
        self.reader.leave(whole);
        value
    }
}

/// The lengths of all sections; of one that the format does not have, 0.
fn read_table(reader: &mut Reader, format: u16) -> [u32; SECTIONS as usize] {
    let mut lengths = [0; SECTIONS as usize];
    for (index, length) in lengths[..sections(format) as usize].iter_mut().enumerate() {
        let id = reader.u16();
        if id != index as u16 + 1 {
            reader.fail(Error::limit(Code::BadSection, "section out of order", index as u64 + 1, id as u64));
        }
        *length = reader.u32();
    }
    lengths
}

fn write_schema(w: &mut Writer, schema: &Schema) {
    w.list(&schema.group_fields, |w, field| w.text(field));
    w.list(&schema.departments, |w, department| {
        w.text(&department.name);
        w.u16(department.margin.get());
    });
    w.list(&schema.categories, |w, category| {
        w.text(&category.name);
        w.f32(category.base_rate);
    });
    w.list(&schema.groups, |w, group| {
        w.text(&group.name);
        w.u8(group.category);
        w.u8(group.department);
        w.f32(group.base_rate);
        w.u16(group.support);
    });
}

#[inline(never)]
fn read_schema(r: &mut Reader) -> Schema {
    Schema {
        group_fields: r.list(Reader::text),
        departments: r.list(|r| Department { name: r.text(), margin: read_share(r) }),
        categories: r.list(|r| Category { name: r.text(), base_rate: r.f32() }),
        groups: r.list(|r| Group {
            name: r.text(),
            category: r.u8(),
            department: r.u8(),
            base_rate: r.f32(),
            support: r.u16(),
        }),
    }
}

fn read_share(r: &mut Reader) -> BasisPoints {
    let share = BasisPoints::new(r.u16());
    r.checked(share)
}

fn write_program(w: &mut Writer, program: &Program) {
    for set in [&program.shopper, &program.group, &program.session, &program.brand] {
        w.list(set.counters(), write_counter);
    }
    let Memory { session_minutes, searches, cart_lines, brands, offers } = program.memory;
    w.u16(session_minutes);
    [searches, cart_lines, brands, offers].into_iter().for_each(|limit| w.u8(limit));
    w.list(&program.features, |w, feature| {
        w.text(&feature.name);
        feature.kind.write(w);
        w.list(&feature.steps, |w, step| step.write(w));
    });
}

#[inline(never)]
fn read_program(r: &mut Reader) -> Program {
    let [shopper, group, session, brand] = core::array::from_fn(|_| CounterSet::new(r.list(read_counter)));
    let session_minutes = r.u16();
    let [searches, cart_lines, brands, offers] = core::array::from_fn(|_| r.u8());
    let memory = Memory { session_minutes, searches, cart_lines, brands, offers };
    let features = r.list(|r| Feature { name: r.text(), kind: Kind::read(r), steps: r.list(Step::read) });
    Program { shopper, group, session, brand, memory, features, tables: Tables::default() }
}

/// Format 1 had counters of one event kind with a half-life, and one transform before the kind.
fn read_program_1(r: &mut Reader) -> Program {
    let counter = |r: &mut Reader| {
        let event = EventKind::new(r.u8()).map(EventSet::from);
        let (events, measure, days) = (r.checked(event), read_measure(r), r.f32());
        let window = if measure == Measure::Last { Window::Ever } else { Window::HalfLife(days) };
        Counter { events, measure, window, limit: 0 }
    };
    let (shopper, group) = (CounterSet::new(r.list(counter)), CounterSet::new(r.list(counter)));
    let features = r.list(|r| {
        let (name, transform) = (r.text(), r.index("transform of a feature", 3));
        let steps = [None, Some(Step::Log1p), Some(Step::Logit)][transform].clone();
        Feature { name, kind: Kind::read(r), steps: steps.into_iter().collect() }
    });
    Program { shopper, group, features, ..Program::default() }
}

fn write_counter(w: &mut Writer, counter: &Counter) {
    w.u16(counter.events.bits());
    w.u8(counter.measure as u8);
    let (tag, days) = match counter.window {
        Window::Ever => (0, 0.0),
        Window::HalfLife(days) => (1, days),
        Window::Days(days) => (2, days as f32),
    };
    w.u8(tag);
    w.f32(days);
    w.u8(counter.limit);
}

fn read_counter(r: &mut Reader) -> Counter {
    let events = EventSet::from_bits(r.u16());
    let (events, measure) = (r.checked(events), read_measure(r));
    let (tag, days) = (r.index("window of a counter", 3), r.f32());
    // A cast saturates: what is no number of days is refused by the counter's own check.
    let window = [Window::Ever, Window::HalfLife(days), Window::Days(days as u16)][tag];
    Counter { events, measure, window, limit: r.u8() }
}

fn read_measure(r: &mut Reader) -> Measure {
    r.variant("measure of a counter", &MEASURES).0
}

fn write_menu(w: &mut Writer, menu: &Menu) {
    w.list(&menu.arms, |w, arm| {
        w.text(&arm.id);
        w.u16(arm.depth.get());
    });
    w.u16(menu.guard.floor_margin.get());
    w.u16(menu.guard.max_discount.get());
    w.u16(menu.guard.holdout.get());
    w.u32(menu.guard.salt);
    w.u8(menu.guard.switched_off as u8);
    w.f32(menu.budget_price);
    w.f32(menu.exploration);
    w.u32(menu.promise_minutes);
    w.list(&menu.budgets, |w, budget| {
        w.text(&budget.id);
        w.f32(budget.price);
        w.f32(budget.fallback);
        w.u32(budget.not_after);
        w.u16(budget.arms);
    });
    w.u16(menu.guard.max_cart_discount.get());
    write_offers(w, menu);
}

#[inline(never)]
fn read_menu(r: &mut Reader, format: u16) -> Menu {
    let budget =
        |r: &mut Reader| Budget { id: r.text(), price: r.f32(), fallback: r.f32(), not_after: r.u32(), arms: r.u16() };
    let mut menu = Menu {
        arms: r.list(|r| Arm { id: r.text(), depth: read_share(r) }),
        guard: Guard {
            floor_margin: read_share(r),
            max_discount: read_share(r),
            holdout: read_share(r),
            salt: r.u32(),
            switched_off: r.index("switch", 2) == 1,
            ..Guard::default()
        },
        budget_price: r.f32(),
        exploration: r.f32(),
        promise_minutes: r.u32(),
        ..Menu::default()
    };
    if !is_first(format) {
        menu.budgets = r.list(budget);
        menu.guard.max_cart_discount = read_share(r);
        read_offers(r, &mut menu);
    }
    menu
}

#[cfg(feature = "full")]
fn write_offers(w: &mut Writer, menu: &Menu) {
    menu.stacking.write(w);
    w.list(&menu.offers, |w, offer| offer.write(w));
    w.list(&menu.floors, |w, floor| floor.write(w));
}

#[cfg(feature = "full")]
fn read_offers(r: &mut Reader, menu: &mut Menu) {
    menu.stacking = Stacking::read(r);
    menu.offers = r.list(Offer::read);
    menu.floors = r.list(Floor::read);
}

/// A build without carts writes what it can read: no offers, and none to stack.
#[cfg(not(feature = "full"))]
fn write_offers(w: &mut Writer, _: &Menu) {
    w.bytes.extend([0; 6]);
}

#[cfg(not(feature = "full"))]
fn read_offers(r: &mut Reader, _: &mut Menu) {
    r.take(2);
    read_none(r, 2, Part::Offers);
}

fn write_locale(w: &mut Writer, locale: &Locale) {
    w.text(&locale.tag);
    let Locale { arms, features, reasons, verdicts, disclosures, changes, .. } = locale;
    for words in [arms, features, reasons, verdicts, disclosures, changes] {
        w.list(words, |w, word| w.text(word));
    }
}

fn read_locale(r: &mut Reader, format: u16) -> Locale {
    let tag = r.text();
    let [arms, features, reasons, verdicts, disclosures] = core::array::from_fn(|_| r.list(Reader::text));
    let changes = if is_first(format) { Vec::new() } else { r.list(Reader::text) };
    Locale { tag, arms, features, reasons, verdicts, disclosures, changes }
}

fn write_golden(w: &mut Writer, golden: &Golden) {
    w.u16(golden.profile.len() as u16);
    w.bytes.extend(&golden.profile);
    w.u16(golden.group);
    w.u32(golden.price);
    w.u32(golden.now);
    w.u64(golden.hash);
    w.u32(golden.item);
    w.u32(golden.brand);
    w.list(&golden.attributes, |w, told| w.u64(told.unwrap_or(f64::NAN).to_bits()));
}

#[inline(never)]
fn read_golden(r: &mut Reader, format: u16) -> Golden {
    let length = r.u16() as usize;
    let profile = r.take(length).to_vec();
    let mut golden =
        Golden { profile, group: r.u16(), price: r.u32(), now: r.u32(), hash: r.u64(), ..Golden::default() };
    if !is_first(format) {
        (golden.item, golden.brand) = (r.u32(), r.u32());
        golden.attributes = r.list(|r| Some(f64::from_bits(r.u64())).filter(|told| !told.is_nan()));
    }
    golden
}
