//! What of a line does not fit into forty bytes: its texts, by number, and what the shop said with it.
//!
//! Only what a program reads is coded: with no relevance and no attribute a log carries none of it and pays nothing.
//! Beside each row stand as many 64-bit words, the texts' numbers first and then one word an attribute.

use super::row::Row;
use super::texts::{Coder, NO_TEXT, Texts};
use crate::error::{Code, Error, Result};
use crate::event::hash32;
use crate::feature::{Need, Program};
use crate::train::read::lines::ATTRIBUTE;
use arrow::array::{Array, AsArray, Float64Array, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Schema};
use arrow::record_batch::RecordBatch;

/// Position of `search` among the names of events.
const SEARCH: u8 = 3;
/// An attribute that was not said.
const NOT_SAID: u64 = f64::NAN.to_bits();

/// What is to be coded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Search terms and names of items.
    pub texts: bool,
    /// Names of attributes, and whether each is one of some words.
    pub attributes: Vec<(String, bool)>,
}

/// Where the columns stand.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    texts: Option<(usize, Option<usize>)>,
    attributes: Vec<(usize, bool)>,
}

/// The columns of one batch.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    texts: Option<(StringViewArray, Option<StringViewArray>)>,
    attributes: Vec<Said>,
}

/// A column of an attribute.
#[derive(Clone, Debug)]
enum Said {
    Numbers(Float64Array),
    Texts(StringViewArray),
}

impl Wanted {
    /// What a program reads; texts also where words are to be learnt from them.
    pub fn of(program: &Program, learns_words: bool) -> Wanted {
        let reads = |name: &str| program.features.iter().any(|feature| feature.kind.row().name == name);
        let searches = program.features.iter().any(|feature| feature.kind.row().need == Need::Searches);
        let attributes = program.tables.attributes.iter().filter(|_| reads("attribute"));
        Wanted {
            texts: learns_words || (searches && program.tables.words.is_some()),
            attributes: attributes.map(|known| (known.name.clone(), !known.levels.is_empty())).collect(),
        }
    }

    /// Words beside each row.
    pub fn width(&self) -> usize {
        self.texts as usize + self.attributes.len()
    }

    /// Finds the columns; refuses a log without one of them. Names of items may be absent: searches are not.
    pub fn layout(&self, schema: &Schema) -> Result<Layout> {
        let find = |name: &str| schema.fields().iter().position(|field| field.name() == name);
        let need = |name: &str| find(name).ok_or_else(|| super::column::missing(name, schema));
        let texts = self.texts.then(|| Ok((need("search_term")?, find("item_name")))).transpose()?;
        let attribute = |(name, is_word): &(String, bool)| Ok((need(&format!("{ATTRIBUTE}{name}"))?, *is_word));
        Ok(Layout { texts, attributes: self.attributes.iter().map(attribute).collect::<Result<_>>()? })
    }
}

impl Layout {
    /// The columns of a batch, cast where needed.
    pub fn columns(&self, batch: &RecordBatch) -> Result<Columns> {
        let texts = |at: usize| super::column::texts(batch, at);
        let both = |(query, name): (usize, Option<usize>)| Ok((texts(query)?, name.map(texts).transpose()?));
        let said = |(at, is_word): &(usize, bool)| said(batch, *at, *is_word);
        Ok(Columns {
            texts: self.texts.map(both).transpose()?,
            attributes: self.attributes.iter().map(said).collect::<Result<_>>()?,
        })
    }
}

/// A number is a number, unless the attribute is one of some words; a flag counts as 0 or 1.
fn said(batch: &RecordBatch, at: usize, is_word: bool) -> Result<Said> {
    let column = batch.column(at);
    let number = matches!(column.data_type(), DataType::Boolean | DataType::Null) || column.data_type().is_floating();
    if !number && (is_word || !column.data_type().is_integer()) {
        return super::column::texts(batch, at).map(Said::Texts);
    }
    let name = || batch.schema().field(at).name().clone();
    let numbers = cast(column, &DataType::Float64);
    let numbers = numbers.map_err(|error| Error::new(Code::BadData, format!("column `{}`: {error}", name())))?;
    Ok(Said::Numbers(numbers.as_primitive::<Float64Type>().clone()))
}

impl Columns {
    /// Whether a row has any words.
    pub fn are_wanted(&self) -> bool {
        self.texts.is_some() || !self.attributes.is_empty()
    }

    /// Appends the words of a row of an event of `kind`, with or without a product line.
    pub fn code(
        &self,
        row: usize,
        about: (u8, bool),
        coder: &mut Coder,
        texts: &Texts,
        into: &mut Vec<u64>,
    ) -> Result<()> {
        let (kind, has_line) = about;
        if let Some((queries, names)) = &self.texts {
            let query = if kind == SEARCH { coder.code(queries, row, texts)? } else { NO_TEXT };
            let named = names.as_ref().filter(|_| has_line);
            let name = named.map_or(Ok(NO_TEXT), |names| coder.code(names, row, texts))?;
            into.push((query as u64) << 32 | name as u64);
        }
        into.extend(self.attributes.iter().map(|said| said.word(row)));
        Ok(())
    }
}

impl Said {
    fn word(&self, row: usize) -> u64 {
        match self {
            Said::Numbers(numbers) if numbers.is_valid(row) && !numbers.value(row).is_nan() => {
                numbers.value(row).to_bits()
            }
            Said::Texts(texts) if texts.is_valid(row) && !texts.value(row).is_empty() => {
                (hash32(texts.value(row)) as f64).to_bits()
            }
            _ => NOT_SAID,
        }
    }
}

/// The words beside the rows of a shopper.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras<'a> {
    words: &'a [u64],
    width: usize,
    texts: bool,
}

impl<'a> Extras<'a> {
    /// Of loaded rows, which find theirs by [`Row::place`].
    pub fn new(wanted: &Wanted, words: &'a [u64]) -> Extras<'a> {
        Extras { words, width: wanted.width(), texts: wanted.texts }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.width == 0
    }

    /// The words of the row at a place.
    pub fn at(&self, place: usize) -> &'a [u64] {
        &self.words[place * self.width..][..self.width]
    }

    /// The number of a search's text.
    pub fn query(&self, row: &Row) -> Option<u32> {
        self.text(row, 32)
    }

    /// The number of a product's name.
    pub fn name(&self, row: &Row) -> Option<u32> {
        self.text(row, 0)
    }

    fn text(&self, row: &Row, shift: u32) -> Option<u32> {
        let number = self.texts.then(|| (self.at(row.place())[0] >> shift) as u32)?;
        (number != NO_TEXT).then_some(number)
    }

    /// What the shop said with the row.
    pub fn attributes(&self, row: &Row, into: &mut Vec<Option<f64>>) {
        into.clear();
        if !self.is_empty() {
            let words = &self.at(row.place())[self.texts as usize..];
            into.extend(words.iter().map(|word| Some(f64::from_bits(*word)).filter(|said| !said.is_nan())));
        }
    }
}
