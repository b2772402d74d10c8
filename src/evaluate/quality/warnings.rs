//! What to look at, in words: shares that are odd, days without rows, columns that say nothing.

use super::{ColumnQuality, LogQuality};

/// A share from which it is worth a word.
const NOTABLE: f64 = 0.2;

/// All warnings, the gravest first.
pub fn of(quality: &LogQuality) -> Vec<String> {
    let mut told = Vec::new();
    let read = quality.rows_read.max(1) as f64;
    if quality.rows_read == 0 {
        return vec!["There is no row at all.".into()];
    }
    if quality.rows_kept == 0 {
        told.push("No row is left after cleaning: the mapping is probably wrong.".into());
    }
    for cause in &quality.causes {
        // Several columns of a row may be repaired, and what the settings ask for is no news.
        let share = (cause.rows as f64 / read).min(1.0);
        if cause.action != "kept" && share >= 0.01 && !cause.cause.contains("by the settings") {
            told.push(format!("{} of the rows were {}: {}.", percent(share), cause.action, cause.cause));
        }
    }
    told.extend(quality.columns.iter().filter_map(column));
    told.extend(gap(&quality.days));
    told.extend(lopsided(quality));
    told
}

fn percent(share: f64) -> String {
    match share {
        share if share >= 0.995 => "All".into(),
        share if share >= 0.01 => format!("{:.0}\u{202f}%", share * 100.0),
        share => format!("{:.1}\u{202f}%", share * 100.0),
    }
}

/// Levels below the first are often empty, and a coupon is rare: that is no news.
fn is_often_empty(name: &str) -> bool {
    let ends = ["2", "3", "4", "5"];
    (name.starts_with("item_category") && ends.iter().any(|end| name.ends_with(end)))
        || ["coupon", "search_term", "transaction_id"].contains(&name)
}

fn column(column: &ColumnQuality) -> Option<String> {
    let name = column.name.strip_prefix("attribute.").unwrap_or(&column.name);
    let share = column.missing_share();
    if column.rows > 0 && column.missing == column.rows && !is_often_empty(name) {
        return Some(format!("Column {name} has no value in any row."));
    }
    if share >= NOTABLE && !is_often_empty(name) {
        return Some(format!("{} of the rows have no {name}.", percent(share)));
    }
    if column.distinct == 1 && column.missing == 0 && column.rows > 100 && !["currency", "event"].contains(&name) {
        return Some(format!("Column {name} has the same value in every row."));
    }
    None
}

fn gap(days: &[(i64, u64)]) -> Option<String> {
    let (longest, after) = days.windows(2).map(|pair| (pair[1].0 - pair[0].0 - 1, pair[0].0)).max()?;
    (longest >= 7).then(|| format!("There is no row for {longest} days after {}.", super::day(after)))
}

fn lopsided(quality: &LogQuality) -> Option<String> {
    let total: u64 = quality.events.iter().map(|(_, rows)| rows).sum();
    let of = |name: &str| quality.events.iter().find(|(known, _)| known == name).map_or(0, |(_, rows)| *rows);
    (total > 0 && of("purchase") == 0).then(|| "Nothing was bought: no row is a purchase.".into())
}
