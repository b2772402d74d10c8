//! `[data]`: which files, how their bytes become columns, and which column is what.
//!
//! Only what the file may say; what it means together is asked in [`super::log`].

use super::columns::ColumnParams;
use super::join::JoinParams;
use serde::Deserialize;
use std::collections::BTreeMap;

/// More units than this on one line is taken for a mistake where the shop sets no limit of its own.
const MAX_QUANTITY: u32 = crate::event::MAX_QUANTITY;

/// `[data]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataParams {
    /// The reader to use.
    pub source: Source,
    /// Minutes from the recorded time to the shop's local time.
    pub utc_offset_minutes: i32,
    /// Departments (or products) whose lines are not goods that could carry an offer.
    pub not_merchandise: Vec<String>,
    /// More units than this on one line is taken for a mistake.
    pub max_quantity: u32,
    /// Names relative to the data folder; `*` stands for any part of a name.
    pub files: Vec<String>,
    /// How bytes become records; by the ending of the name where absent.
    pub format: Option<Format>,
    /// What a record is.
    pub shape: Shape,
    /// Between two fields; found in the first line where absent.
    pub separator: Option<char>,
    /// Before the decimals of a number.
    pub decimal: char,
    /// Between the thousands of a number.
    pub thousands: Option<char>,
    /// Words for a missing value.
    pub null: Vec<String>,
    /// Whether the first line holds names.
    pub header: bool,
    /// What is mapped to what: `[data.columns]`.
    pub columns: BTreeMap<String, ColumnParams>,
    /// Names of the columns of a file without a header.
    pub names: Vec<String>,
    /// `utf-8`, `latin-1`, `windows-1252`, `utf-16le` or `utf-16be`; a byte order mark is always believed.
    pub encoding: Option<String>,
    /// `iso`, `unix_s`, `unix_ms`, `unix_us`, or a pattern such as `%d/%m/%y`; or a list, tried in order.
    pub time_format: Option<Formats>,
    /// The shop's IANA time zone.
    pub time_zone: Option<String>,
    /// The zone of recorded times that carry none: `local` (the shop's), `utc`, or an IANA name.
    pub recorded_in: Option<String>,
    /// When the log ends, as a date; later rows are in the future.
    pub ends: Option<String>,
    /// Words of the file for GA4 event names, or `ignore`.
    pub events: BTreeMap<String, String>,
    /// Types of the columns of shape `rows`; the others are found from the first rows.
    pub types: BTreeMap<String, Type>,
    /// Free SQL, run by another program that sends its rows.
    pub query: Option<String>,
    /// Side tables.
    pub join: Vec<JoinParams>,
}

impl Default for DataParams {
    fn default() -> Self {
        DataParams {
            source: Source::Files,
            utc_offset_minutes: 0,
            not_merchandise: Vec::new(),
            max_quantity: MAX_QUANTITY,
            files: Vec::new(),
            format: None,
            shape: Shape::Events,
            separator: None,
            decimal: '.',
            thousands: None,
            null: ["", "NA", "N/A", "NULL", "null"].map(String::from).into(),
            header: true,
            columns: BTreeMap::new(),
            names: Vec::new(),
            encoding: None,
            time_format: None,
            time_zone: None,
            recorded_in: None,
            ends: None,
            events: BTreeMap::new(),
            types: BTreeMap::new(),
            query: None,
            join: Vec::new(),
        }
    }
}

/// A known input.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Files told by the other keys of `[data]`.
    #[default]
    Files,
    /// The Parquet files of Complete Journey.
    CompleteJourney,
}

/// How bytes become records.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text with a separator, quoted where needed.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// One JSON object a line.
    JsonLines,
}

/// What a record is.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One product line of an event.
    #[default]
    Events,
    /// One event of the BigQuery export of GA4.
    Ga4,
    /// One `track` call of Segment, RudderStack or PostHog.
    Segment,
    /// One basket: items and nothing else.
    Baskets,
    /// A row of a table without shoppers or time.
    Rows,
}

/// What the values of a column are, in a table of shape `rows`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// A number.
    Number,
    /// One of a few words.
    Category,
    /// Yes or no.
    Flag,
    /// A day or a moment.
    Date,
    /// Any text.
    Text,
}

impl Type {
    /// As the settings write it.
    pub fn name(self) -> &'static str {
        match self {
            Type::Number => "number",
            Type::Category => "category",
            Type::Flag => "flag",
            Type::Date => "date",
            Type::Text => "text",
        }
    }
}

/// One way to write times, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a time format or a list of them")]
pub enum Formats {
    /// All times are written the same.
    One(String),
    /// Each time is written in one of these, tried in order.
    Several(Vec<String>),
}

impl Formats {
    /// In the order in which they are tried.
    pub fn list(&self) -> Vec<&str> {
        match self {
            Formats::One(format) => vec![format],
            Formats::Several(formats) => formats.iter().map(String::as_str).collect(),
        }
    }
}
