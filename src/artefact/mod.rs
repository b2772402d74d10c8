//! The `.skonto` file: everything the device needs, in one checked piece.
//!
//! [`Content`] is plain data that a trainer fills; [`Artefact`] is content that passed every check, and
//! only an artefact can become an [`Engine`](crate::engine::Engine). A signature is not part of this file:
//! it will live in a manifest beside it, so that the bytes checked here are the bytes that were signed.

mod check;
mod codec;
pub(crate) mod reader;
mod texts;

pub use codec::FORMAT;
pub use texts::{Locale, Word};

use crate::error::Result;
use crate::feature::{Program, Schema};
#[cfg(feature = "train")]
use crate::model::Linear;
use crate::model::Model;
use crate::policy::Menu;
use alloc::string::String;
use alloc::vec::Vec;

/// The most bytes an artefact may have.
pub const MAX_BYTES: usize = 256 * 1024;

/// One decision that must come out the same, bit for bit, wherever the model is loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Golden {
    /// An encoded profile.
    pub profile: Vec<u8>,
    /// Group of the product.
    pub group: u16,
    /// List price in minor units.
    pub price: u32,
    /// Moment, seconds since 1970.
    pub now: u32,
    /// Hash of the decision.
    pub hash: u64,
    /// The number that stands for the product, 0 for none.
    pub item: u32,
    /// The number that stands for its brand, 0 for none.
    pub brand: u32,
    /// What the shop says, in the order of the program's attributes.
    pub attributes: Vec<Option<f64>>,
}

/// What an artefact holds, before it is checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// Rises with every release; a device never goes back.
    pub version: u64,
    /// Names.
    pub schema: Schema,
    /// How profiles become features.
    pub program: Program,
    /// How features become scores.
    pub model: Model,
    /// What may be offered.
    pub menu: Menu,
    /// Words, by language.
    pub locales: Vec<Locale>,
    /// What the model is, from what data, and what it is not for.
    pub card: String,
    /// Test vectors.
    pub golden: Vec<Golden>,
}

/// Content that passed every check. Traversal of it cannot fail.
#[derive(Clone, Debug)]
pub struct Artefact(Content);

/// A program and its schema, as an artefact without a model, which no device takes.
#[cfg(feature = "train")]
pub(crate) fn encode_program(program: &Program, schema: &Schema) -> Vec<u8> {
    let (program, schema) = (program.clone(), schema.clone());
    let (model, menu) = (Model::from(Linear::default()), Menu::default());
    let (locales, card, golden) = (Vec::new(), String::new(), Vec::new());
    codec::encode(&Content { version: 0, schema, program, model, menu, locales, card, golden })
}

/// Reads and checks what [`encode_program`] wrote.
#[cfg(feature = "train")]
pub(crate) fn decode_program(bytes: &[u8]) -> Result<(Program, Schema)> {
    let content = codec::decode(bytes)?;
    check::check_program(&content)?;
    Ok((content.program, content.schema))
}

impl Artefact {
    /// Checks content built in memory.
    pub fn new(content: Content) -> Result<Self> {
        check::check(&content)?;
        Ok(Artefact(content))
    }

    /// Reads and checks a file.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        check::check_size(bytes)?;
        Artefact::new(codec::decode(bytes)?)
    }

    /// Writes the file.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(&self.0)
    }

    /// What it holds.
    pub fn content(&self) -> &Content {
        &self.0
    }

    /// Gives the content back, to be changed and checked again.
    pub fn into_content(self) -> Content {
        self.0
    }
}
