//! One row of the page for every column: type, missing share, distinct values, and what the values are.

use super::super::number;
use super::super::panel::section;
use crate::evaluate::chart::pct;
use crate::evaluate::quality::{ColumnQuality, LogQuality, moment};
use maud::{Markup, html};

/// Columns shown before the fold.
const SHOWN: usize = 30;
/// Values listed of a column.
const LISTED: usize = 5;
/// So many different numbers are listed rather than drawn.
const FEW: u64 = 5;
/// Height of a small histogram, in pixels.
const HEIGHT: f64 = 34.0;

/// The section.
pub fn draw(quality: &LogQuality) -> Markup {
    let lead = "What the kept rows hold. A bar in the first figure is the share of rows without a value.";
    let (first, rest) = quality.columns.split_at(quality.columns.len().min(SHOWN));
    let body = html! {
        (table(first, quality))
        @if !rest.is_empty() { details.more { summary { (rest.len()) " more columns" } (table(rest, quality)) } }
    };
    section("columns", "Columns", lead, body)
}

fn table(columns: &[ColumnQuality], quality: &LogQuality) -> Markup {
    html! {
        table.columns {
            thead { tr {
                th scope="col" { "Column" } th.share scope="col" { "Missing" } th scope="col" { "Distinct" }
                th.values scope="col" { "Values" }
            } }
            tbody { @for column in columns { (row(column, quality.rows_kept)) } }
        }
    }
}

fn row(column: &ColumnQuality, rows: u64) -> Markup {
    html! {
        tr {
            th scope="row" { (column.name) small { (column.kind) @if column.guessed { ", guessed" } } }
            td.share { (share(column)) }
            td.distinct { (distinct(column)) }
            td.values {
                @match column.range {
                    _ if column.missing == rows => { span.none { "no value" } }
                    Some(range) if column.is_time() || column.distinct > FEW => (numbers(column, range)),
                    _ => (words(column)),
                }
            }
        }
    }
}

/// A share that is not nothing is never printed as nothing, nor one that is not all as all.
fn exact_percent(share: f64) -> String {
    match share {
        share if share > 0.0 && share < 0.001 => format!("<{}", number::percent(0.001, 1)),
        share if share < 1.0 && share > 0.999 => format!(">{}", number::percent(0.999, 1)),
        share if share == 0.0 || share == 1.0 => number::percent(share, 0),
        share => number::percent(share, 1),
    }
}

fn share(column: &ColumnQuality) -> Markup {
    let share = column.missing_share();
    html! {
        span { (exact_percent(share)) }
        svg.gauge width="100%" height="6" aria-hidden="true" {
            rect.whole width="100%" height="6" rx="3" {}
            @if share > 0.0 { rect.part width=(pct((share * 100.0).max(2.0))) height="6" rx="3" {} }
        }
    }
}

/// How many distinct values, marked where it is an estimate.
pub fn distinct(column: &ColumnQuality) -> String {
    let count = match column.distinct_is_estimate {
        // Two digits of an estimate are meant.
        true => rounded(column.distinct),
        false => column.distinct,
    };
    let about = if column.distinct_is_estimate { "about " } else { "" };
    format!("{about}{}", number::count(count))
}

fn rounded(count: u64) -> u64 {
    let unit = 10u64.pow(count.checked_ilog10().unwrap_or(0).saturating_sub(1));
    (count + unit / 2) / unit * unit
}

fn numbers(column: &ColumnQuality, [least, median, greatest]: [f64; 3]) -> Markup {
    let print = |value: f64| if column.is_time() { moment(value) } else { plain(value) };
    if least == greatest {
        return html! { "always " (print(least)) };
    }
    html! {
        (histogram(column))
        div.ends {
            span { (print(least)) } span.middle { "median " (print(median)) } span { (print(greatest)) }
        }
        @if column.log_steps { small { "steps of the logarithm" } }
    }
}

fn histogram(column: &ColumnQuality) -> Markup {
    let highest = column.histogram.iter().max().copied().unwrap_or(0).max(1) as f64;
    let width = 100.0 / column.histogram.len().max(1) as f64;
    let height = |rows: u64| if rows > 0 { (rows as f64 / highest * HEIGHT).max(1.5) } else { 0.0 };
    html! {
        svg.histogram width="100%" height=(HEIGHT) role="img" aria-label={ "Distribution of " (column.name) } {
            @for (index, rows) in column.histogram.iter().enumerate() {
                @let tall = height(*rows);
                @if tall > 0.0 {
                    rect x=(pct(index as f64 * width)) width=(pct(width * 0.86)) y=(HEIGHT - tall) height=(tall) {}
                }
            }
            line x1="0" x2="100%" y1=(HEIGHT) y2=(HEIGHT) {}
        }
    }
}

/// As many digits as say something.
fn plain(value: f64) -> String {
    let size = value.abs().max(1e-6).log10().floor();
    let decimals = (3.0 - size).clamp(0.0, 6.0) as usize;
    let whole = value.fract() == 0.0;
    let text = number::decimal(value, if whole { 0 } else { decimals });
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

fn words(column: &ColumnQuality) -> Markup {
    if column.common.is_empty() {
        return html! { span.none { "no value comes twice" } };
    }
    let filled = (column.rows - column.missing).max(1) as f64;
    let shown: u64 = column.common.iter().take(LISTED).map(|(_, rows)| rows).sum();
    let others = column.rows - column.missing - shown;
    html! {
        ol.common {
            @for (text, rows) in column.common.iter().take(LISTED) {
                li { (word(text, *rows, *rows as f64 / filled)) }
            }
            @if others > 0 { li.others { (word("others", others, others as f64 / filled)) } }
        }
    }
}

fn word(text: &str, rows: u64, share: f64) -> Markup {
    const LONGEST: usize = 42;
    let short: String = text.chars().take(LONGEST).collect();
    let is_cut = short.len() < text.len();
    html! {
        span.word title=[is_cut.then_some(text)] { (short) @if is_cut { "…" } }
        svg.gauge width="100%" height="8" aria-hidden="true" {
            rect.bar width=(pct((share * 100.0).max(0.6))) height="8" rx="1" {}
        }
        span.rows { (number::count(rows)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_say_something() {
        let rows = [(0.0, "0"), (1040.0, "1\u{202f}040"), (154.42, "154.4"), (0.0294117, "0.02941"), (-3.5, "−3.5")];
        for (value, text) in rows {
            assert_eq!(plain(value), text);
        }
    }

    #[test]
    fn a_share_is_never_rounded_to_nothing_or_all() {
        assert_eq!(exact_percent(0.00001), "<0.1\u{202f}%");
        assert_eq!(exact_percent(0.99999), ">99.9\u{202f}%");
        assert_eq!(exact_percent(0.0), "0\u{202f}%");
        assert_eq!(exact_percent(0.3301), "33.0\u{202f}%");
    }

    #[test]
    fn an_estimate_is_printed_with_two_digits() {
        assert_eq!(rounded(141_890), 140_000);
        assert_eq!(rounded(7), 7);
    }
}
