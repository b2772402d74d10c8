//! A log's quality in a screenful.

use super::{ColumnQuality, LogQuality, day, moment};
use std::fmt::Write;

/// Most causes and columns printed; the page has them all.
const CAUSES: usize = 12;
const COLUMNS: usize = 40;

/// Rows, causes, columns, warnings.
pub fn in_words(quality: &LogQuality) -> String {
    let mut out = String::new();
    let dropped = quality.rows_read - quality.rows_kept;
    let _ = writeln!(out, "{}: {}", quality.shop, quality.files.join(", "));
    let _ = writeln!(out, "{} rows read = {} kept + {dropped} dropped", quality.rows_read, quality.rows_kept);
    if let (Some((first, _)), Some((last, _))) = (quality.days.first(), quality.days.last()) {
        let _ = writeln!(out, "{} to {}", day(*first), day(*last));
    }
    events(&mut out, quality);
    causes(&mut out, quality);
    let _ = writeln!(out, "\n{:<28} {:<10} {:>8} {:>10}  values", "column", "type", "missing", "distinct");
    quality.columns.iter().take(COLUMNS).for_each(|column| line(&mut out, column));
    if quality.columns.len() > COLUMNS {
        let _ = writeln!(out, "… and {} more columns", quality.columns.len() - COLUMNS);
    }
    for warning in &quality.warnings {
        let _ = writeln!(out, "! {warning}");
    }
    out
}

fn events(out: &mut String, quality: &LogQuality) {
    let told: Vec<String> = quality.events.iter().map(|(name, rows)| format!("{name} {rows}")).collect();
    if !told.is_empty() {
        let _ = writeln!(out, "events: {}", told.join(", "));
    }
}

fn causes(out: &mut String, quality: &LogQuality) {
    for cause in quality.causes.iter().take(CAUSES) {
        let example = cause.examples.first().map_or("", String::as_str);
        let _ = writeln!(out, "  {:>9} {:<8} {}\n{:20}{example}", cause.rows, cause.action, cause.cause, "");
    }
}

fn line(out: &mut String, column: &ColumnQuality) {
    let about = if column.distinct_is_estimate { "~" } else { "" };
    let kind = format!("{}{}", column.kind, if column.guessed { "?" } else { "" });
    let missing = format!("{:.1} %", 100.0 * column.missing_share());
    let distinct = format!("{about}{}", column.distinct);
    let _ = writeln!(out, "{:<28} {kind:<10} {missing:>8} {distinct:>10}  {}", column.name, values(column));
}

fn values(column: &ColumnQuality) -> String {
    match column.range {
        Some([low, _, high]) if column.is_time() => format!("{} … {}", moment(low), moment(high)),
        Some([low, middle, high]) if column.kind == "number" => format!("{low} … {middle} … {high}"),
        _ => {
            let short = |text: &str| text.chars().take(24).collect::<String>();
            let common = column.common.iter().take(3).map(|(text, rows)| format!("{} ({rows})", short(text)));
            common.collect::<Vec<_>>().join(", ")
        }
    }
}
