//! The sections of a `.skonto` file, each encoded beside its decoding. `docs/format-v2.md` is the specification.
//!
//! Files of format 1 are read as well: they have fewer sections and an older form of the program.

use super::reader::{Reader, Writer};
use super::texts::Locale;
use super::{Content, Golden};
use crate::decision::hash64;
use crate::error::{Code, Error, Result};
use crate::event::{EventKind, EventSet};
use crate::feature::cluster::Clusters;
use crate::feature::rule::Rules;
use crate::feature::{
    Category, Counter, CounterSet, Department, Feature, Group, Kind, MEASURES, Measure, Memory, Program, Schema, Step,
    Tables, Window,
};
use crate::model::Model;
use crate::money::BasisPoints;
#[cfg(feature = "cart")]
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
    let (format, version) = read_header(&mut reader)?;
    let lengths = read_table(&mut reader, format)?;
    let mut section = || -> [Result<&[u8]>; SECTIONS as usize] { lengths.map(|length| reader.take(length as usize)) };
    let [schema, program, model, menu, locales, card, golden, context, clusters, rules, words, shares] = section();
    let mut content = Content {
        version,
        schema: whole(schema?, read_schema)?,
        program: whole(program?, |r| if format == 1 { read_program_1(r) } else { read_program(r) })?,
        model: whole(model?, if format == 1 { Model::read_1 } else { Model::read })?,
        menu: whole(menu?, |r| read_menu(r, format))?,
        locales: whole(locales?, |r| r.list(|r| read_locale(r, format)))?,
        card: whole(card?, |r| r.text())?,
        golden: whole(golden?, |r| r.list(|r| read_golden(r, format)))?,
    };
    if format > 1 {
        let tables = whole(context?, Tables::read_context)?;
        let (clusters, rules) = (whole(clusters?, Clusters::read)?, whole(rules?, Rules::read)?);
        content.program.tables = Tables { clusters, rules, words: whole(words?, Tables::read_words)?, ..tables };
        whole(shares?, |r| content.model.read_shares(r))?;
    }
    reader.finish()?;
    Ok(content)
}

fn read_header(reader: &mut Reader) -> Result<(u16, u64)> {
    if reader.take(4)? != MAGIC {
        return Err(Error::new(Code::BadMagic, "this is not a skonto artefact"));
    }
    let format = reader.u16()?;
    if !(1..=FORMAT).contains(&format) {
        return Err(Error::limit(Code::UnknownVersion, "format version", FORMAT as u64, format as u64));
    }
    let (sections, wanted) = (reader.u16()?, sections(format));
    if sections != wanted {
        return Err(Error::limit(Code::BadSection, "number of sections", wanted as u64, sections as u64));
    }
    // Against damage on the way; against a forger there will be the manifest's signature.
    if reader.u64()? != hash64(reader.rest().iter().copied()) {
        return Err(Error::new(Code::BadChecksum, "the artefact's bytes were changed or damaged"));
    }
    Ok((format, reader.u64()?))
}

fn sections(format: u16) -> u16 {
    if format == 1 { SECTIONS_OF_1 } else { SECTIONS }
}

/// The lengths of all sections; of one that the format does not have, 0.
fn read_table(reader: &mut Reader, format: u16) -> Result<[u32; SECTIONS as usize]> {
    let mut lengths = [0; SECTIONS as usize];
    for (index, length) in lengths[..sections(format) as usize].iter_mut().enumerate() {
        let id = reader.u16()?;
        if id != index as u16 + 1 {
            return Err(Error::limit(Code::BadSection, "section out of order", index as u64 + 1, id as u64));
        }
        *length = reader.u32()?;
    }
    Ok(lengths)
}

/// Reads one section to its last byte.
fn whole<T>(bytes: &[u8], read: impl FnOnce(&mut Reader) -> Result<T>) -> Result<T> {
    let mut reader = Reader::new(bytes);
    let value = read(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

/// Picks the variant a byte stands for.
pub(crate) fn variant<T: Clone>(what: &'static str, byte: u8, variants: &[T]) -> Result<T> {
    let limit = variants.len() as u64 - 1;
    variants.get(byte as usize).cloned().ok_or_else(|| Error::limit(Code::BadIndex, what, limit, byte as u64))
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

fn read_schema(r: &mut Reader) -> Result<Schema> {
    Ok(Schema {
        group_fields: r.list(|r| r.text())?,
        departments: r.list(|r| Ok(Department { name: r.text()?, margin: BasisPoints::new(r.u16()?)? }))?,
        categories: r.list(|r| Ok(Category { name: r.text()?, base_rate: r.f32()? }))?,
        groups: r.list(|r| {
            Ok(Group {
                name: r.text()?,
                category: r.u8()?,
                department: r.u8()?,
                base_rate: r.f32()?,
                support: r.u16()?,
            })
        })?,
    })
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

fn read_program(r: &mut Reader) -> Result<Program> {
    let mut set = || r.list(read_counter).map(CounterSet::new);
    let (shopper, group, session, brand) = (set()?, set()?, set()?, set()?);
    let (session_minutes, searches, cart_lines, brands) = (r.u16()?, r.u8()?, r.u8()?, r.u8()?);
    let memory = Memory { session_minutes, searches, cart_lines, brands, offers: r.u8()? };
    let features = r.list(|r| {
        let (name, kind) = (r.text()?, Kind::read(r)?);
        Ok(Feature { name, kind, steps: r.list(Step::read)? })
    })?;
    Ok(Program { shopper, group, session, brand, memory, features, tables: Tables::default() })
}

/// Format 1 had counters of one event kind with a half-life, and one transform before the kind.
fn read_program_1(r: &mut Reader) -> Result<Program> {
    let counter = |r: &mut Reader| {
        let (event, measure, days) = (EventKind::new(r.u8()?)?, read_measure(r)?, r.f32()?);
        Ok(Counter::new(event, measure, if measure == Measure::Last { Window::Ever } else { Window::HalfLife(days) }))
    };
    let (shopper, group) = (CounterSet::new(r.list(counter)?), CounterSet::new(r.list(counter)?));
    let features = r.list(|r| {
        let (name, transform) = (r.text()?, r.u8()?);
        let steps = variant("transform of a feature", transform, &[None, Some(Step::Log1p), Some(Step::Logit)])?;
        Ok(Feature { name, kind: Kind::read(r)?, steps: steps.into_iter().collect() })
    })?;
    Ok(Program { shopper, group, features, ..Program::default() })
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

fn read_counter(r: &mut Reader) -> Result<Counter> {
    let (events, measure) = (EventSet::from_bits(r.u16()?)?, read_measure(r)?);
    let (tag, days) = (r.u8()?, r.f32()?);
    // A cast saturates: what is no number of days is refused by the counter's own check.
    let window = [Window::Ever, Window::HalfLife(days), Window::Days(days as u16)];
    Ok(Counter { events, measure, window: variant("window of a counter", tag, &window)?, limit: r.u8()? })
}

fn read_measure(r: &mut Reader) -> Result<Measure> {
    variant("measure of a counter", r.u8()?, &MEASURES).map(|(measure, _)| measure)
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

fn read_menu(r: &mut Reader, format: u16) -> Result<Menu> {
    let budget = |r: &mut Reader| {
        let (id, price, fallback) = (r.text()?, r.f32()?, r.f32()?);
        Ok(Budget { id, price, fallback, not_after: r.u32()?, arms: r.u16()? })
    };
    let mut menu = Menu {
        arms: r.list(|r| Ok(Arm { id: r.text()?, depth: BasisPoints::new(r.u16()?)? }))?,
        guard: Guard {
            floor_margin: BasisPoints::new(r.u16()?)?,
            max_discount: BasisPoints::new(r.u16()?)?,
            holdout: BasisPoints::new(r.u16()?)?,
            salt: r.u32()?,
            switched_off: variant("switch", r.u8()?, &[false, true])?,
            ..Guard::default()
        },
        budget_price: r.f32()?,
        exploration: r.f32()?,
        promise_minutes: r.u32()?,
        ..Menu::default()
    };
    if format > 1 {
        menu.budgets = r.list(budget)?;
        menu.guard.max_cart_discount = BasisPoints::new(r.u16()?)?;
        read_offers(r, &mut menu)?;
    }
    Ok(menu)
}

#[cfg(feature = "cart")]
fn write_offers(w: &mut Writer, menu: &Menu) {
    menu.stacking.write(w);
    w.list(&menu.offers, |w, offer| offer.write(w));
    w.list(&menu.floors, |w, floor| floor.write(w));
}

#[cfg(feature = "cart")]
fn read_offers(r: &mut Reader, menu: &mut Menu) -> Result<()> {
    menu.stacking = Stacking::read(r)?;
    menu.offers = r.list(Offer::read)?;
    menu.floors = r.list(Floor::read)?;
    Ok(())
}

/// A build without carts writes what it can read: no offers, and none to stack.
#[cfg(not(feature = "cart"))]
fn write_offers(w: &mut Writer, _: &Menu) {
    w.bytes.extend([0; 6]);
}

#[cfg(not(feature = "cart"))]
fn read_offers(r: &mut Reader, _: &mut Menu) -> Result<()> {
    r.take(2)?;
    match (r.u16()?, r.u16()?) {
        (0, 0) => Ok(()),
        _ => Err(Error::new(Code::NotInThisBuild, "the model has offers or floors, which need the build with carts")),
    }
}

fn write_locale(w: &mut Writer, locale: &Locale) {
    w.text(&locale.tag);
    let Locale { arms, features, reasons, verdicts, disclosures, changes, .. } = locale;
    for words in [arms, features, reasons, verdicts, disclosures, changes] {
        w.list(words, |w, word| w.text(word));
    }
}

fn read_locale(r: &mut Reader, format: u16) -> Result<Locale> {
    Ok(Locale {
        tag: r.text()?,
        arms: r.list(|r| r.text())?,
        features: r.list(|r| r.text())?,
        reasons: r.list(|r| r.text())?,
        verdicts: r.list(|r| r.text())?,
        disclosures: r.list(|r| r.text())?,
        changes: if format > 1 { r.list(|r| r.text())? } else { Vec::new() },
    })
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

fn read_golden(r: &mut Reader, format: u16) -> Result<Golden> {
    let length = r.u16()? as usize;
    let profile = r.take(length)?.to_vec();
    let mut golden =
        Golden { profile, group: r.u16()?, price: r.u32()?, now: r.u32()?, hash: r.u64()?, ..Golden::default() };
    if format > 1 {
        (golden.item, golden.brand) = (r.u32()?, r.u32()?);
        golden.attributes = r.list(|r| r.u64().map(|bits| Some(f64::from_bits(bits)).filter(|told| !told.is_nan())))?;
    }
    Ok(golden)
}
