//! The sections of a `.skonto` file, each encoded beside its decoding. `docs/format-v1.md` is the specification.

use super::reader::{Reader, Writer};
use super::texts::Locale;
use super::{Content, Golden};
use crate::decision::hash64;
use crate::error::{Code, Error, Result};
use crate::event::EventKind;
use crate::feature::{
    Base, Category, Counter, CounterRef, Department, Feature, Group, Kind, Measure, Program, Schema, Scope, Transform,
};
use crate::model::{Line, Logistic, Model, Term};
use crate::money::BasisPoints;
use crate::policy::{Arm, Guard, Menu};
use alloc::vec::Vec;

/// The first four bytes.
const MAGIC: &[u8; 4] = b"SKNT";
/// The format this build reads and writes.
pub const FORMAT: u16 = 1;
/// Sections, in the order and with the ids they have in the file.
const SECTIONS: u16 = 7;

/// Writes a whole file.
pub(super) fn encode(content: &Content) -> Vec<u8> {
    let sections: [fn(&mut Writer, &Content); SECTIONS as usize] = [
        |w, c| write_schema(w, &c.schema),
        |w, c| write_program(w, &c.program),
        |w, c| write_model(w, &c.model),
        |w, c| write_menu(w, &c.menu),
        |w, c| w.list(&c.locales, write_locale),
        |w, c| w.text(&c.card),
        |w, c| w.list(&c.golden, write_golden),
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
    let version = read_header(&mut reader)?;
    let lengths = read_table(&mut reader)?;
    let mut section = || -> [Result<&[u8]>; SECTIONS as usize] { lengths.map(|length| reader.take(length as usize)) };
    let [schema, program, model, menu, locales, card, golden] = section();
    let content = Content {
        version,
        schema: whole(schema?, read_schema)?,
        program: whole(program?, read_program)?,
        model: whole(model?, read_model)?,
        menu: whole(menu?, read_menu)?,
        locales: whole(locales?, |r| r.list(read_locale))?,
        card: whole(card?, |r| r.text())?,
        golden: whole(golden?, |r| r.list(read_golden))?,
    };
    reader.finish()?;
    Ok(content)
}

fn read_header(reader: &mut Reader) -> Result<u64> {
    if reader.take(4)? != MAGIC {
        return Err(Error::new(Code::BadMagic, "this is not a skonto artefact"));
    }
    let format = reader.u16()?;
    if format != FORMAT {
        return Err(Error::limit(Code::UnknownVersion, "format version", FORMAT as u64, format as u64));
    }
    let sections = reader.u16()?;
    if sections != SECTIONS {
        return Err(Error::limit(Code::BadSection, "number of sections", SECTIONS as u64, sections as u64));
    }
    // Against damage on the way; against a forger there will be the manifest's signature.
    if reader.u64()? != hash64(reader.rest().iter().copied()) {
        return Err(Error::new(Code::BadChecksum, "the artefact's bytes were changed or damaged"));
    }
    reader.u64()
}

fn read_table(reader: &mut Reader) -> Result<[u32; SECTIONS as usize]> {
    let mut lengths = [0; SECTIONS as usize];
    for (index, length) in lengths.iter_mut().enumerate() {
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
fn variant<T: Copy>(what: &'static str, byte: u8, variants: &[T]) -> Result<T> {
    let limit = variants.len() as u64 - 1;
    variants.get(byte as usize).copied().ok_or_else(|| Error::limit(Code::BadIndex, what, limit, byte as u64))
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
    for counters in [&program.shopper, &program.group] {
        w.list(counters, |w, counter| {
            w.u8(counter.event.index());
            w.u8(counter.measure as u8);
            w.f32(counter.half_life_days);
        });
    }
    w.list(&program.features, |w, feature| {
        w.text(&feature.name);
        w.u8(feature.transform as u8);
        write_kind(w, feature.kind);
    });
}

fn read_program(r: &mut Reader) -> Result<Program> {
    let counter = |r: &mut Reader| {
        let measures = [Measure::Events, Measure::Lines, Measure::Deals, Measure::Last];
        Ok(Counter {
            event: EventKind::new(r.u8()?)?,
            measure: variant("measure of a counter", r.u8()?, &measures)?,
            half_life_days: r.f32()?,
        })
    };
    let feature = |r: &mut Reader| {
        let transforms = [Transform::Identity, Transform::Log1p, Transform::Logit];
        let name = r.text()?;
        let transform = variant("transform of a feature", r.u8()?, &transforms)?;
        Ok(Feature { name, transform, kind: read_kind(r)? })
    };
    Ok(Program { shopper: r.list(counter)?, group: r.list(counter)?, features: r.list(feature)? })
}

fn write_kind(w: &mut Writer, kind: Kind) {
    match kind {
        Kind::Count(counter) => {
            w.u8(0);
            write_ref(w, counter);
        }
        Kind::Share { part, whole, prior, base } => {
            w.u8(1);
            write_ref(w, part);
            write_ref(w, whole);
            w.f32(prior);
            let (tag, fixed) = match base {
                Base::Fixed(share) => (0, share),
                Base::GroupRate => (1, 0.0),
                Base::CategoryRate => (2, 0.0),
            };
            w.u8(tag);
            w.f32(fixed);
        }
        Kind::Recency(counter) => {
            w.u8(2);
            write_ref(w, counter);
        }
        Kind::Due { last, count } => {
            w.u8(3);
            write_ref(w, last);
            write_ref(w, count);
        }
        Kind::Weekend => w.u8(4),
        Kind::Tenure => w.u8(5),
    }
}

fn read_kind(r: &mut Reader) -> Result<Kind> {
    Ok(match r.u8()? {
        0 => Kind::Count(read_ref(r)?),
        1 => {
            let (part, whole, prior) = (read_ref(r)?, read_ref(r)?, r.f32()?);
            let (tag, fixed) = (r.u8()?, r.f32()?);
            let base = variant("base of a share", tag, &[Base::Fixed(fixed), Base::GroupRate, Base::CategoryRate])?;
            Kind::Share { part, whole, prior, base }
        }
        2 => Kind::Recency(read_ref(r)?),
        3 => Kind::Due { last: read_ref(r)?, count: read_ref(r)? },
        4 => Kind::Weekend,
        5 => Kind::Tenure,
        other => return Err(Error::limit(Code::BadIndex, "kind of a feature", 5, other as u64)),
    })
}

fn write_ref(w: &mut Writer, reference: CounterRef) {
    w.u8(reference.scope as u8);
    w.u8(reference.index);
}

fn read_ref(r: &mut Reader) -> Result<CounterRef> {
    let scopes = [Scope::Shopper, Scope::Group, Scope::Category];
    Ok(CounterRef { scope: variant("scope of a counter", r.u8()?, &scopes)?, index: r.u8()? })
}

/// Tag of [`Model::Logistic`].
const LOGISTIC: u8 = 0;

fn write_model(w: &mut Writer, model: &Model) {
    let Model::Logistic(logistic) = model;
    w.u8(LOGISTIC);
    write_line(w, &logistic.bias);
    w.list(&logistic.terms, |w, term| {
        let Term { center, scale, low, high, weight, slope, missing_weight, missing_slope } = *term;
        for number in [center, scale, low, high, weight, slope, missing_weight, missing_slope] {
            w.f32(number);
        }
    });
    w.list(&logistic.categories, write_line);
    w.list(&logistic.groups, write_line);
}

fn read_model(r: &mut Reader) -> Result<Model> {
    variant("kind of model", r.u8()?, &[LOGISTIC])?;
    let term = |r: &mut Reader| {
        Ok(Term {
            center: r.f32()?,
            scale: r.f32()?,
            low: r.f32()?,
            high: r.f32()?,
            weight: r.f32()?,
            slope: r.f32()?,
            missing_weight: r.f32()?,
            missing_slope: r.f32()?,
        })
    };
    Ok(Model::Logistic(Logistic {
        bias: read_line(r)?,
        terms: r.list(term)?,
        categories: r.list(read_line)?,
        groups: r.list(read_line)?,
    }))
}

fn write_line(w: &mut Writer, line: &Line) {
    w.f32(line.weight);
    w.f32(line.slope);
}

fn read_line(r: &mut Reader) -> Result<Line> {
    Ok(Line { weight: r.f32()?, slope: r.f32()? })
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
}

fn read_menu(r: &mut Reader) -> Result<Menu> {
    Ok(Menu {
        arms: r.list(|r| Ok(Arm { id: r.text()?, depth: BasisPoints::new(r.u16()?)? }))?,
        guard: Guard {
            floor_margin: BasisPoints::new(r.u16()?)?,
            max_discount: BasisPoints::new(r.u16()?)?,
            holdout: BasisPoints::new(r.u16()?)?,
            salt: r.u32()?,
            switched_off: variant("switch", r.u8()?, &[false, true])?,
        },
        budget_price: r.f32()?,
        exploration: r.f32()?,
        promise_minutes: r.u32()?,
    })
}

fn write_locale(w: &mut Writer, locale: &Locale) {
    w.text(&locale.tag);
    for words in [&locale.arms, &locale.features, &locale.reasons, &locale.verdicts, &locale.disclosures] {
        w.list(words, |w, word| w.text(word));
    }
}

fn read_locale(r: &mut Reader) -> Result<Locale> {
    Ok(Locale {
        tag: r.text()?,
        arms: r.list(|r| r.text())?,
        features: r.list(|r| r.text())?,
        reasons: r.list(|r| r.text())?,
        verdicts: r.list(|r| r.text())?,
        disclosures: r.list(|r| r.text())?,
    })
}

fn write_golden(w: &mut Writer, golden: &Golden) {
    w.u16(golden.profile.len() as u16);
    w.bytes.extend(&golden.profile);
    w.u16(golden.group);
    w.u32(golden.price);
    w.u32(golden.now);
    w.u64(golden.hash);
}

fn read_golden(r: &mut Reader) -> Result<Golden> {
    let length = r.u16()? as usize;
    Ok(Golden { profile: r.take(length)?.to_vec(), group: r.u16()?, price: r.u32()?, now: r.u32()?, hash: r.u64()? })
}
