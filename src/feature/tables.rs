//! What features look things up in: the shop's attributes and its holidays.

use super::program::{Program, refuse_protected};
use super::schema::bounded;
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use alloc::string::String;
use alloc::vec::Vec;

/// Most attributes a shop may pass with a request.
pub const MAX_ATTRIBUTES: usize = 32;
/// Most holidays of a program.
pub const MAX_HOLIDAYS: usize = 512;
/// Most levels of one attribute.
pub const MAX_LEVELS: usize = 256;

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
    pub(super) fn check(&self, _program: &Program) -> Result<()> {
        bounded("attributes", self.attributes.len(), MAX_ATTRIBUTES)?;
        bounded("holidays", self.holidays.len(), MAX_HOLIDAYS)?;
        for attribute in &self.attributes {
            refuse_protected(&attribute.name)?;
            bounded("levels of an attribute", attribute.levels.len(), MAX_LEVELS)?;
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

    pub(crate) fn read_context(r: &mut Reader) -> Result<Tables> {
        let attributes = r.list(|r| Ok(Attribute { name: r.text()?, levels: r.list(|r| r.u32())? }))?;
        Ok(Tables { attributes, holidays: r.list(|r| r.u16())? })
    }
}
