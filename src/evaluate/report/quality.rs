//! The data-quality page of `skonto inspect`: what a log holds and what became of its rows.
//!
//! One self-contained page with the style sheet, charts and tables of the training report. It computes
//! nothing: every number is one of [`LogQuality`].

mod columns;

use super::bars::{self, Mark, Row};
use super::data;
use super::frame::Frame;
use super::number;
use super::panel::{Panel, Table, section};
use crate::evaluate::chart::{Axis, Look, Plot, Point, Scale, Series};
use crate::evaluate::quality::{LogQuality, day};
use maud::{Markup, html};

const CONTENTS: [(&str, &str); 4] =
    [("look", "What to look at"), ("rows", "Rows"), ("time", "Events and days"), ("columns", "Columns")];

/// Draws the whole page.
pub fn quality_page(quality: &LogQuality) -> String {
    page(quality).into_string()
}

fn page(quality: &LogQuality) -> Markup {
    let title = format!("{} – skonto data quality", quality.shop);
    let frame = Frame { title: &title, style: include_str!("quality.css"), skip: "Skip to the page" };
    let is_there = |part: &&(&str, &str)| part.0 != "time" || has_events(quality);
    let contents: Vec<_> = CONTENTS.iter().filter(is_there).copied().collect();
    frame.page(&contents, &html! { (top(quality)) (sections(quality)) (foot(quality)) })
}

fn has_events(quality: &LogQuality) -> bool {
    !quality.events.is_empty() || !quality.days.is_empty()
}

fn top(quality: &LogQuality) -> Markup {
    html! {
        header {
            p.kicker { (quality.shop) span { "Data quality" } }
            h1 { (headline(quality)) }
            div.verdict { p { (files(quality)) } }
            dl.tiles { @for (name, value, note) in tiles(quality) { (super::tile(name, &value, &note)) } }
        }
    }
}

fn headline(quality: &LogQuality) -> String {
    let (read, kept) = (quality.rows_read, quality.rows_kept);
    match (read, read - kept) {
        (0, _) => "There is no row to read.".into(),
        (_, 0) => format!("All {} rows can be used.", number::count(read)),
        _ if kept == 0 => format!("None of the {} rows can be used.", number::count(read)),
        (_, dropped) => {
            let share = number::percent(kept as f64 / read as f64, 1);
            format!("{share} of the rows can be used; {} were dropped.", number::count(dropped))
        }
    }
}

fn files(quality: &LogQuality) -> String {
    const SHOWN: usize = 4;
    let names = quality.files.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = quality.files.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more files") } else { String::new() };
    let seconds = match quality.seconds {
        seconds if seconds > 0.0 => format!(", in {}{}s", number::decimal(seconds, 1), number::THIN),
        _ => String::new(),
    };
    format!("Read from {names}{rest}{seconds}.")
}

fn tiles(quality: &LogQuality) -> Vec<(&'static str, String, String)> {
    let mut tiles = vec![
        ("Rows read", number::count(quality.rows_read), format!("{} kept", number::count(quality.rows_kept))),
        ("Columns", number::count(quality.columns.len() as u64), guessed(quality)),
    ];
    if let Some(shoppers) = quality.columns.iter().find(|column| column.name == "shopper") {
        tiles.push(("Shoppers", columns::distinct(shoppers), "distinct, among kept rows".into()));
    }
    if let (Some((first, _)), Some((last, _))) = (quality.days.first(), quality.days.last()) {
        let note = if first == last { day(*first) } else { format!("{} to {}", day(*first), day(*last)) };
        tiles.push(("Days with rows", number::count(quality.days.len() as u64), note));
    }
    tiles
}

fn guessed(quality: &LogQuality) -> String {
    match quality.columns.iter().filter(|column| column.guessed).count() {
        0 => "all types are told".into(),
        1 => "the type of 1 is guessed".into(),
        count => format!("the types of {count} are guessed"),
    }
}

fn sections(quality: &LogQuality) -> Markup {
    html! {
        (look(&quality.warnings))
        (rows(quality))
        @if has_events(quality) { (time(quality)) }
        (columns::draw(quality))
    }
}

fn look(warnings: &[String]) -> Markup {
    let body = html! {
        @if warnings.is_empty() { p.note { "Nothing stands out." } }
        @else { ul.warnings { @for warning in warnings { li { (warning) } } } }
    };
    section("look", "What to look at", "Shares that are odd, days without rows, columns that say nothing.", body)
}

fn rows(quality: &LogQuality) -> Markup {
    let lead = "Every row that was read is either kept or dropped for a stated cause. What is done by cause is set in \
        the section “cleaning” of the shop's settings.";
    let body = html! {
        (data::equation(quality.rows_read, quality.rows_kept, &quality.causes))
        (data::causes(&quality.causes))
    };
    section("rows", "Rows", lead, body)
}

fn time(quality: &LogQuality) -> Markup {
    let lead = "Days are those of the shop's own time zone. A hole here is a hole in what can be learnt.";
    section("time", "Events and days", lead, html! { (events(quality)) (days(&quality.days)) })
}

fn events(quality: &LogQuality) -> Markup {
    let row = |(name, rows): &(String, u64)| Row {
        label: name.clone(),
        value: *rows as f64,
        interval: None,
        text: number::count(*rows),
        strong: name == "purchase",
    };
    let rows: Vec<Row> = quality.events.iter().map(row).collect();
    let cells = rows.iter().map(|row| vec![row.label.clone(), row.text.clone()]).collect();
    Panel {
        title: "Rows by event",
        read: "One row is one product of one event, by its GA4 name.",
        body: bars::rows(&rows, Mark::Bar, "rows", &|value, step| number::decimal(value, number::tick_decimals(step))),
        table: Table { head: &["Event", "Rows"], rows: cells },
    }
    .draw()
}

/// Fewer days than this are told, not drawn.
const DRAWN_DAYS: usize = 3;

fn days(days: &[(i64, u64)]) -> Markup {
    if days.len() < DRAWN_DAYS {
        return html! {};
    }
    let cells = days.iter().map(|(at, rows)| vec![day(*at), number::count(*rows)]).collect();
    html! {
        div.days {
            (Panel {
                title: "Rows by day",
                read: "Days without a row are drawn as zero.",
                body: plot(&filled(days)),
                table: Table { head: &["Day", "Rows"], rows: cells },
            }
            .draw())
        }
    }
}

/// With the days that have no row; a log with a wrong date would otherwise be drawn for centuries.
fn filled(days: &[(i64, u64)]) -> Vec<(i64, u64)> {
    const LONGEST: i64 = 4_000;
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    if last.0 - first.0 > LONGEST {
        return days.to_vec();
    }
    let rows = |at| days.binary_search_by_key(&at, |(day, _)| *day).map_or(0, |index| days[index].1);
    (first.0..=last.0).map(|at| (at, rows(at))).collect()
}

fn plot(days: &[(i64, u64)]) -> Option<Markup> {
    let is_long = days.last()?.0 - days.first()?.0 > 120;
    let print_day = |value: f64, _: f64| short_day(value as i64, is_long);
    let point = |(at, rows): &(i64, u64)| Point {
        x: *at as f64,
        y: *rows as f64,
        tip: format!("{}: {} rows", day(*at), number::count(*rows)),
    };
    let x = Scale::between([days.first()?.0 as f64, days.last()?.0 as f64])?;
    let y = Scale::with_zero(days.iter().map(|(_, rows)| *rows as f64))?;
    let series = Series { name: "Rows".into(), look: Look::Area, points: days.iter().map(point).collect() };
    let plot = Plot {
        title: "Rows by day",
        x: Axis { title: "day", scale: x, print: &print_day },
        y: Axis { title: "rows", scale: y, print: &|value, step| number::decimal(value, number::tick_decimals(step)) },
        series: vec![series],
        guide: None,
        band: None,
    };
    Some(plot.draw())
}

/// "18 Mar" within a season, "Mar 2011" beyond.
fn short_day(days: i64, is_long: bool) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let date = day(days);
    let parts: Vec<&str> = date.rsplitn(3, '-').collect();
    let [of_month, month, year] = parts[..] else { return date };
    let month = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1))).unwrap_or(&"");
    if is_long { format!("{month} {year}") } else { format!("{} {month}", of_month.trim_start_matches('0')) }
}

fn foot(quality: &LogQuality) -> Markup {
    let long = quality.columns.iter().any(|column| column.distinct_is_estimate || column.median_is_of_sample);
    html! {
        footer {
            p {
                "Written by skonto inspect. Counts of rows, least and greatest values are exact. "
                @if long {
                    "Medians and histograms of long columns are of an even sample of 20\u{202f}000 rows; numbers of \
                     distinct values marked “about” are estimates within 5\u{202f}%."
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_rows_is_still_a_page() {
        let page = quality_page(&LogQuality { shop: "<Corner>".into(), ..LogQuality::default() });
        assert!(page.contains("&lt;Corner&gt;") && page.contains("There is no row to read."));
        assert!(!page.contains("<script") && !page.contains("http"));
    }

    #[test]
    fn days_without_rows_are_zero_but_not_for_centuries() {
        assert_eq!(filled(&[(1, 5), (4, 2)]), [(1, 5), (2, 0), (3, 0), (4, 2)]);
        assert_eq!(filled(&[(1, 5), (90_000, 2)]).len(), 2);
    }

    #[test]
    fn days_are_named_as_short_as_the_span_allows() {
        assert_eq!(short_day(17_987, false), "1 Apr");
        assert_eq!(short_day(17_987, true), "Apr 2019");
    }
}
