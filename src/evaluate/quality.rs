//! What a log holds, column by column: the numbers behind the quality page of `skonto inspect`.
//!
//! One pass over the batches of a [`Scan`](crate::train::read::log::Scan), bounded memory. Counts are exact;
//! medians, histograms and distinct values are of a sample or an estimate once a column is long, and say so.

mod sketch;
mod terminal;
mod warnings;

pub use terminal::in_words;

use crate::error::Result;
use crate::evaluate::summary::Cause;
use crate::event::EVENT_NAMES;
use crate::train::clean::tally::Tallies;
use crate::train::config::{CheckedLog, Type};
use crate::train::read::lines::IDS;
use crate::train::read::log::Scan;
use crate::train::read::table::TYPE;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimestampSecondType, UInt8Type};
use serde::Serialize;
use sketch::Sketch;
use std::collections::BTreeMap;

/// What a log holds, and what became of its rows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LogQuality {
    /// Name of the shop.
    pub shop: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Files read, in order.
    pub files: Vec<String>,
    /// Rows read.
    pub rows_read: u64,
    /// Rows kept.
    pub rows_kept: u64,
    /// Rows by cause.
    pub causes: Vec<Cause>,
    /// Columns of the batches, in order.
    pub columns: Vec<ColumnQuality>,
    /// Rows by GA4 event, in the order of the vocabulary.
    pub events: Vec<(String, u64)>,
    /// Rows by local day, as days since 1970, without empty days.
    pub days: Vec<(i64, u64)>,
    /// What to look at, in words.
    pub warnings: Vec<String>,
    /// Wall-clock seconds of reading; 0 where nobody measured.
    pub seconds: f64,
}

/// One column.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ColumnQuality {
    /// Name.
    pub name: String,
    /// `number`, `text`, `time` and so on.
    pub kind: String,
    /// Whether the type was guessed from the first rows.
    pub guessed: bool,
    /// Rows without a value.
    pub missing: u64,
    /// Rows.
    pub rows: u64,
    /// Distinct values.
    pub distinct: u64,
    /// Whether that is an estimate.
    pub distinct_is_estimate: bool,
    /// Least, median and greatest, of numbers and times.
    pub range: Option<[f64; 3]>,
    /// Whether the median is that of a sample.
    pub median_is_of_sample: bool,
    /// Counts of equal steps from the least to the greatest, or of their logarithms.
    pub histogram: Vec<u64>,
    /// Whether the steps are of the logarithm.
    pub log_steps: bool,
    /// Most common values and their counts.
    pub common: Vec<(String, u64)>,
}

impl ColumnQuality {
    /// Share of rows without a value.
    pub fn missing_share(&self) -> f64 {
        self.missing as f64 / (self.rows as f64).max(1.0)
    }

    /// Whether values are moments.
    pub fn is_time(&self) -> bool {
        ["time", "date"].contains(&self.kind.as_str())
    }
}

/// Reads all parts of a log. `progress` is told bytes done and bytes there are.
pub fn measure(log: &CheckedLog, scan: &Scan, progress: &dyn Fn(u64, u64)) -> Result<LogQuality> {
    let mut watch = Watch::new(scan);
    let mut tallies = Tallies::default();
    for part in 0..scan.parts() {
        let counted = scan.read(part, &mut |batch| {
            watch.look(&batch);
            let (done, all) = scan.progress();
            progress(done, all);
            Ok(())
        })?;
        tallies.merge(counted);
    }
    Ok(watch.told(log, scan, &tallies))
}

/// The sketches of all columns.
struct Watch {
    columns: Vec<(String, Sketch)>,
    events: [u64; EVENT_NAMES.len()],
    days: BTreeMap<i64, u64>,
}

impl Watch {
    fn new(scan: &Scan) -> Watch {
        let columns = scan.schema().fields().iter().map(|field| (field.name().clone(), Sketch::default())).collect();
        Watch { columns, events: Default::default(), days: BTreeMap::new() }
    }

    fn look(&mut self, batch: &RecordBatch) {
        for ((name, sketch), column) in self.columns.iter_mut().zip(batch.columns()) {
            look_at(sketch, column, IDS.contains(&name.as_str()));
        }
        if batch.schema_ref().fields().iter().any(|field| field.metadata().contains_key(TYPE)) {
            // A table of rows may call any column `event`.
            return;
        }
        if let Some(events) = batch.column_by_name("event") {
            let events = events.as_primitive::<UInt8Type>();
            events.iter().flatten().for_each(|event| self.events[event as usize] += 1);
        }
        if let Some(times) = batch.column_by_name("time") {
            for time in times.as_primitive::<Int64Type>().iter().flatten() {
                *self.days.entry(time.div_euclid(86_400)).or_default() += 1;
            }
        }
    }

    fn told(self, log: &CheckedLog, scan: &Scan, tallies: &Tallies) -> LogQuality {
        let schema = scan.schema();
        let guessed = |name: &str| scan.types().any(|(known, _, told)| !told && name.ends_with(known));
        let columns = self.columns.into_iter().zip(schema.fields()).map(|((name, sketch), field)| {
            let kind = field.metadata().get(TYPE).cloned().unwrap_or_else(|| kind(&name, field.data_type()).into());
            let is_own = field.metadata().contains_key(TYPE) || name.starts_with(crate::train::read::lines::ATTRIBUTE);
            let guessed = is_own && guessed(&name);
            sketch.told(name, kind, guessed)
        });
        let named = EVENT_NAMES.iter().zip(self.events).filter(|(_, rows)| *rows > 0);
        let mut quality = LogQuality {
            shop: log.shop.clone(),
            currency: log.currency.clone(),
            files: scan.files().map(String::from).collect(),
            rows_read: tallies.read,
            rows_kept: tallies.kept,
            causes: tallies.causes(),
            columns: columns.collect(),
            events: named.map(|(name, rows)| (name.to_string(), rows)).collect(),
            days: self.days.into_iter().collect(),
            ..LogQuality::default()
        };
        quality.warnings = warnings::of(&quality);
        quality
    }
}

fn kind(name: &str, kind: &DataType) -> &'static str {
    match (name, kind) {
        ("time", _) => "time",
        ("event", _) => "event",
        ("shopper" | "transaction_id" | "item_id", _) => "identity",
        (_, DataType::Float64) => Type::Number.name(),
        _ => Type::Text.name(),
    }
}

fn look_at(sketch: &mut Sketch, column: &ArrayRef, is_identity: bool) {
    sketch.rows(column.len() as u64, column.null_count() as u64);
    match column.data_type() {
        // The digits of an identity are a name: their median would say nothing.
        DataType::Int64 if is_identity => {
            column.as_primitive::<Int64Type>().iter().flatten().for_each(|value| sketch.text(&value.to_string()))
        }
        DataType::Float64 => {
            column.as_primitive::<Float64Type>().iter().flatten().for_each(|value| sketch.number(value))
        }
        DataType::Int64 => column.as_primitive::<Int64Type>().iter().flatten().for_each(|value| sketch.whole(value)),
        DataType::Timestamp(_, _) => {
            column.as_primitive::<TimestampSecondType>().iter().flatten().for_each(|value| sketch.whole(value))
        }
        DataType::UInt8 => column
            .as_primitive::<UInt8Type>()
            .iter()
            .flatten()
            .for_each(|value| sketch.text(EVENT_NAMES[value as usize])),
        DataType::Boolean => {
            column.as_boolean().iter().flatten().for_each(|value| sketch.text(if value { "yes" } else { "no" }))
        }
        _ => column.as_string_view().iter().flatten().for_each(|value| sketch.text(value)),
    }
}

/// A day since 1970 as a date.
pub fn day(days: i64) -> String {
    use jiff::ToSpan;
    let first = jiff::civil::Date::constant(1970, 1, 1);
    first.checked_add(days.clamp(-700_000, 2_900_000).days()).map_or_else(|_| days.to_string(), |date| date.to_string())
}

/// A second since 1970 as a date and a time.
pub fn moment(seconds: f64) -> String {
    let of_day = seconds.rem_euclid(86_400.0);
    let date = day((seconds / 86_400.0).floor() as i64);
    format!("{date} {:02}:{:02}", (of_day / 3_600.0) as u32, (of_day % 3_600.0 / 60.0) as u32)
}
