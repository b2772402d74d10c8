//! What features look things up in: attributes, holidays, clusters, rules and words.

#[cfg(feature = "full")]
use super::cluster::Clusters;
use super::program::refuse_protected;
#[cfg(feature = "full")]
use super::rule::Rules;
use super::schema::{Schema, bounded};
#[cfg(not(feature = "full"))]
use crate::absent::{Clusters, Rules};
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::words::Words;
use alloc::string::String;
use alloc::vec::Vec;

/// Most attributes a shop may pass with a request.
pub const MAX_ATTRIBUTES: usize = 32;
/// Most holidays of a program.
pub const MAX_HOLIDAYS: usize = 512;
/// Most levels that a model tells apart by themselves.
pub const MAX_LEVELS: usize = 256;
/// Most words known of one attribute. Beyond [`MAX_LEVELS`] they are read as rates, one number each.
pub const MAX_KNOWN: usize = 2_047;

/// Something the shop says with a request: a number, or one of a few words.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// The numbers that stand for the words known from training, in rising order; none for an attribute that is
    /// a number.
    pub levels: Vec<u32>,
}

/// All tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// In the order in which a request passes them.
    pub attributes: Vec<Attribute>,
    /// Days since 1970, rising.
    pub holidays: Vec<u16>,
    /// Groups of similar shoppers.
    pub clusters: Clusters,
    /// What goes with what.
    pub rules: Rules,
    /// What texts are about.
    pub words: Option<Words>,
}

impl Attribute {
    /// Its value as a feature reads it: a number as it is; of a word its level, from 1, or 0 for an unknown one.
    pub(super) fn level(&self, told: f64) -> f64 {
        match self.levels.is_empty() {
            true => told,
            false => self.levels.binary_search(&(told as u32)).map_or(0.0, |index| index as f64 + 1.0),
        }
    }
}

impl Tables {
    /// Refuses tables that are too long or out of order.
    pub(super) fn check(&self, features: usize) -> Result<()> {
        self.clusters.check(features)?;
        self.words.as_ref().map_or(Ok(()), Words::check)?;
        bounded("attributes", self.attributes.len(), MAX_ATTRIBUTES)?;
        bounded("holidays", self.holidays.len(), MAX_HOLIDAYS)?;
        for attribute in &self.attributes {
            refuse_protected(&attribute.name)?;
            bounded("words of an attribute", attribute.levels.len(), MAX_KNOWN)?;
        }
        let rise = self.attributes.iter().all(|attribute| attribute.levels.windows(2).all(|pair| pair[0] < pair[1]));
        match rise && self.holidays.windows(2).all(|pair| pair[0] < pair[1]) {
            true => Ok(()),
            false => Err(Error::new(Code::OutOfRange, "levels and holidays must rise, each once")),
        }
    }

    pub(crate) fn write_context(&self, w: &mut Writer) {
        w.list(&self.attributes, |w, attribute| {
            w.text(&attribute.name);
            w.list(&attribute.levels, |w, level| w.u32(*level));
        });
        w.list(&self.holidays, |w, day| w.u16(*day));
    }

    /// Attributes and holidays.
    pub(crate) fn read_context(r: &mut Reader) -> (Vec<Attribute>, Vec<u16>) {
        let attributes = r.list(|r| Attribute { name: r.text(), levels: r.list(Reader::u32) });
        (attributes, r.list(Reader::u16))
    }

    /// An empty section stands for no words.
    pub(crate) fn write_words(&self, w: &mut Writer) {
        if let Some(words) = &self.words {
            words.encode(w);
        }
    }

    pub(crate) fn read_words(r: &mut Reader) -> Option<Words> {
        if r.rest().is_empty() { None } else { Words::read(r) }
    }

    /// Refuses tables that speak of other groups than the schema's.
    pub(crate) fn check_schema(&self, schema: &Schema) -> Result<()> {
        self.rules.check(schema.groups.len())?;
        self.words.as_ref().map_or(Ok(()), |words| words.check_counts(schema))
    }
}
