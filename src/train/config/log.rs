//! [`CheckedLog`]: settings of a log that make sense together, and the only thing that can be read.
//!
//! Shapes with published names (GA4, Segment) are the plain mapped table with those names filled in; the
//! shop's own `[data.columns]` and `[data.events]` go before them.

use super::ShopParams;
use super::cleaning::CleaningParams;
use super::columns::{ColumnParams, Constant};
use super::data::{DataParams, Format, Shape, Source, Type};
use super::join::JoinParams;
use crate::error::{Code, Error, Result};
use crate::event::EventKind;
use crate::train::clean::tally::Actions;
use crate::train::read::known;
use crate::train::read::lines::COLUMNS;
use crate::train::read::moment::Clock;
use crate::train::read::unpack::Encoding;
use std::collections::BTreeMap;

/// What a word of the event column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// That event.
    Kind(u8),
    /// Nothing the log is read for.
    Ignored,
}

/// How text becomes fields.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Between two fields, where the shop says so.
    pub separator: Option<u8>,
    /// Before the decimals of a number.
    pub decimal: u8,
    /// Between the thousands of a number.
    pub thousands: Option<u8>,
    /// Words for a missing value.
    pub null: Vec<Vec<u8>>,
    /// The longest of them.
    pub longest_null: usize,
    /// Whether the first line holds names.
    pub header: bool,
    /// Names of the columns of a file without a header.
    pub names: Vec<String>,
    /// Told, or found by the byte order mark.
    pub encoding: Option<Encoding>,
}

/// Settings of a log that passed every check.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckedLog {
    /// Name of the shop.
    pub shop: String,
    /// Its ISO 4217 code.
    pub currency: String,
    /// Names relative to the data folder.
    pub files: Vec<String>,
    /// By the ending where absent.
    pub format: Option<Format>,
    /// What a record is.
    pub shape: Shape,
    /// How text becomes fields.
    pub layout: Layout,
    /// How times are written and where the shop is.
    pub clock: Clock,
    /// What fields are filled from, by name.
    pub columns: BTreeMap<String, ColumnParams>,
    /// Columns kept as attributes.
    pub attributes: Vec<String>,
    /// Words of the event column.
    pub events: BTreeMap<String, Word>,
    /// Told types.
    pub types: BTreeMap<String, Type>,
    /// Side tables.
    pub joins: Vec<JoinParams>,
    /// Free SQL that another program runs.
    pub query: Option<String>,
    /// What is done by rule.
    pub actions: Actions,
    /// Departments and products that are no goods.
    pub not_merchandise: Vec<String>,
    /// More units on a line are a mistake.
    pub max_quantity: f64,
    /// How many interquartile ranges away a price is far off.
    pub price_outlier_iqr: f64,
    /// Last second of the log, local.
    pub ends: i64,
    /// Whether a dropped row is an error.
    pub strict: bool,
}

impl CheckedLog {
    /// The same, with any faulty row that would be dropped an error.
    pub fn strict(self) -> CheckedLog {
        CheckedLog { strict: true, ..self }
    }

    /// The same, with rows after that moment (seconds since 1970, UTC) in the future, unless the file says when
    /// the log ends. The clock is the caller's.
    pub fn at(self, now: i64) -> CheckedLog {
        // A shop may be up to 14 hours ahead of UTC.
        let ends = self.ends.min(now.saturating_add(14 * 3_600));
        CheckedLog { ends, ..self }
    }
}

/// Times after 2105 do not fit an event.
const LAST_SECOND: i64 = (u32::MAX - 86_400) as i64;

pub(super) fn check(shop: &ShopParams, data: &DataParams, cleaning: &CleaningParams) -> Result<CheckedLog> {
    let preset = known::preset(data.shape);
    if data.source == Source::CompleteJourney {
        let what =
            "data.source: `complete_journey` is for training; examples/complete_journey reads the same files as a log";
        return Err(bad(what));
    }
    if data.files.is_empty() && data.query.is_none() {
        return Err(bad("data.files: expected at least one file, found none"));
    }
    let mut columns = preset.columns();
    if data.shape == Shape::Baskets {
        columns.insert("event".into(), ColumnParams::Constant(Constant { value: "purchase".into() }));
    }
    columns.extend(data.columns.clone());
    let attributes = columns.remove("attributes").map_or(Vec::new(), |listed| listed.names());
    check_columns(&columns, data.shape)?;
    let clock = Clock::new(data, preset.time_format)?;
    let ends = data.ends.as_deref().map(|text| end_of(&clock, text)).transpose()?.unwrap_or(LAST_SECOND);
    check_quantity(data.max_quantity)?;
    data.join.iter().try_for_each(JoinParams::check)?;
    Ok(CheckedLog {
        shop: shop.name.clone(),
        currency: shop.currency.clone(),
        files: data.files.clone(),
        format: data.format.or(preset.format),
        shape: data.shape,
        layout: layout(data)?,
        clock,
        columns,
        attributes,
        events: words(data, preset.events)?,
        types: data.types.clone(),
        joins: data.join.clone(),
        query: data.query.clone(),
        actions: cleaning.check(data.shape)?,
        not_merchandise: data.not_merchandise.clone(),
        max_quantity: data.max_quantity as f64,
        price_outlier_iqr: cleaning.price_outlier_iqr,
        ends,
        strict: false,
    })
}

fn bad(what: impl Into<String>) -> Error {
    Error::new(Code::BadConfig, what.into())
}

/// Fields that are filled from a column without being one of the line table.
const FIELDS: [&str; 2] = ["list_price", "discounted_price"];

fn check_columns(columns: &BTreeMap<String, ColumnParams>, shape: Shape) -> Result<()> {
    let known = |name: &str| COLUMNS.contains(&name) || FIELDS.contains(&name);
    if let Some(name) = columns.keys().find(|name| !known(name)) {
        let names = [&COLUMNS[..], &FIELDS[..], &["attributes"]].concat().join(", ");
        return Err(bad(format!("data.columns: expected one of {names}, found `{name}`")));
    }
    if shape == Shape::Rows {
        return match columns.keys().next() {
            None => Ok(()),
            Some(name) => Err(bad(format!("data.columns.{name}: a table of shape `rows` has no events to map to"))),
        };
    }
    let asked: &[&str] = if shape == Shape::Baskets { &[] } else { &["shopper", "time", "event"] };
    for name in asked {
        if !columns.contains_key(*name) {
            return Err(bad(format!("data.columns: `{name}` is missing; a table without it has shape = \"rows\"")));
        }
    }
    columns.iter().try_for_each(|(name, column)| check_column(name, column))
}

fn check_column(name: &str, column: &ColumnParams) -> Result<()> {
    let is_amount = ["price", "discount"].contains(&name) || FIELDS.contains(&name);
    if column.of() != super::Of::Unit && !is_amount {
        return Err(bad(format!("data.columns.{name}: only a price or a discount is `of` a line")));
    }
    match column.split() {
        Some(_) if name != "item_category" => Err(bad(format!("data.columns.{name}: only item_category is split"))),
        Some("") => Err(bad("data.columns.item_category: `split` is empty")),
        _ => Ok(()),
    }
}

fn check_quantity(limit: u32) -> Result<()> {
    match limit {
        0 => Err(bad("data.max_quantity: at least 1, found 0")),
        _ => Ok(()),
    }
}

fn end_of(clock: &Clock, text: &str) -> Result<i64> {
    let day =
        clock.day(text).ok_or_else(|| bad(format!("data.ends: expected a date like 2019-10-31, found `{text}`")))?;
    Ok(day + 86_399)
}

fn words(data: &DataParams, preset: &[(&str, &str)]) -> Result<BTreeMap<String, Word>> {
    let told = data.events.iter().map(|(word, name)| (word.as_str(), name.as_str()));
    let mut words = BTreeMap::new();
    for (word, name) in preset.iter().copied().chain(told) {
        let meaning = match name {
            "ignore" => Word::Ignored,
            name => Word::Kind(EventKind::from_name(name).map_err(|_| unknown_event(word, name))?.index()),
        };
        words.insert(word.to_string(), meaning);
    }
    Ok(words)
}

fn unknown_event(word: &str, name: &str) -> Error {
    let names = crate::event::EVENT_NAMES.join(", ");
    bad(format!("data.events: `{word}`: expected `ignore` or one of {names}, found `{name}`"))
}

fn layout(data: &DataParams) -> Result<Layout> {
    let byte = |key: &str, letter: char| {
        u8::try_from(letter).ok().filter(|byte| byte.is_ascii() && *byte != b'"' && *byte != b'\n').ok_or_else(|| {
            bad(format!("data.{key}: expected one ASCII character that is neither a quote nor a line end"))
        })
    };
    let decimal = byte("decimal", data.decimal)?;
    let thousands = data.thousands.map(|letter| byte("thousands", letter)).transpose()?;
    if ![b'.', b','].contains(&decimal) || thousands == Some(decimal) {
        return Err(bad("data.decimal: expected `.` or `,`, and another character between thousands"));
    }
    if data.header != data.names.is_empty() && data.shape != Shape::Baskets {
        return Err(bad("data.names: needed with `header = false`, and only then"));
    }
    // What GA4 writes for a value nobody set.
    let not_set = (data.shape == Shape::Ga4).then(|| "(not set)".to_string());
    let null: Vec<Vec<u8>> = data.null.iter().chain(&not_set).map(|word| word.as_bytes().to_vec()).collect();
    Ok(Layout {
        separator: data.separator.map(|letter| byte("separator", letter)).transpose()?,
        decimal,
        thousands,
        longest_null: null.iter().map(Vec::len).max().unwrap_or(0),
        null,
        header: data.header && data.shape != Shape::Baskets,
        names: data.names.clone(),
        encoding: data.encoding.as_deref().map(Encoding::from_name).transpose()?,
    })
}
