//! Total validation. What passes here can be scored without any further check.

use super::{Content, MAX_BYTES};
use crate::error::{Code, Error, Result};
use crate::feature::{MAX_GROUPS, Schema, bounded};

/// Most sentences of one kind a language has.
const MAX_WORDS: usize = 64;
/// Most golden vectors an artefact carries.
const MAX_GOLDEN: usize = 64;

/// Checks everything that decoding alone cannot see.
pub(super) fn check(content: &Content) -> Result<()> {
    check_program(content)?;
    content.menu.check()?;
    content.model.check(&content.program, &content.schema, content.menu.arms.len())?;
    check_texts(content)?;
    bounded("golden vectors", content.golden.len(), MAX_GOLDEN)
}

/// Checks the program and the names it speaks of.
pub(super) fn check_program(content: &Content) -> Result<()> {
    content.program.check()?;
    check_schema(&content.schema)?;
    content.program.tables.check_schema(&content.schema)
}

/// Refuses a file larger than the format allows, before anything is read from it.
pub(super) fn check_size(bytes: &[u8]) -> Result<()> {
    bounded("bytes of the artefact", bytes.len(), MAX_BYTES)
}

fn check_schema(schema: &Schema) -> Result<()> {
    bounded("groups", schema.groups.len(), MAX_GROUPS)?;
    if !schema.groups.windows(2).all(|pair| pair[0].name < pair[1].name) {
        return Err(Error::new(Code::DuplicateName, "groups must be sorted by name, each once"));
    }
    for category in &schema.categories {
        check_rate(category.base_rate)?;
    }
    for group in &schema.groups {
        check_rate(group.base_rate)?;
        index("category of a group", group.category, schema.categories.len())?;
        index("department of a group", group.department, schema.departments.len())?;
    }
    Ok(())
}

fn check_rate(rate: f32) -> Result<()> {
    match (0.0..=1.0).contains(&rate) {
        true => Ok(()),
        false => Err(Error::new(Code::OutOfRange, "a base rate is not between 0 and 1")),
    }
}

fn index(what: &'static str, found: u8, length: usize) -> Result<()> {
    match (found as usize) < length {
        true => Ok(()),
        false => Err(Error::limit(Code::BadIndex, what, length as u64, found as u64)),
    }
}

fn check_texts(content: &Content) -> Result<()> {
    for locale in &content.locales {
        let expected = [
            ("arm texts", locale.arms.len(), content.menu.arms.len()),
            ("feature texts", locale.features.len(), content.program.features.len() + 3),
            ("disclosure texts", locale.disclosures.len(), 2),
        ];
        // Reasons, verdicts and changes are only ever appended: an older file has fewer words, a newer one more.
        bounded("reason texts", locale.reasons.len(), MAX_WORDS)?;
        bounded("verdict texts", locale.verdicts.len(), MAX_WORDS)?;
        bounded("change texts", locale.changes.len(), MAX_WORDS)?;
        for (what, found, wanted) in expected {
            if found != wanted {
                return Err(Error::limit(Code::BadIndex, what, wanted as u64, found as u64));
            }
        }
    }
    match content.locales.is_empty() {
        true => Err(Error::limit(Code::BadSection, "languages, at least", 1, 0)),
        false => Ok(()),
    }
}
