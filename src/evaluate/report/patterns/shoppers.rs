//! Segments: shares of shoppers and of money as bars, everything else as a table.

use crate::evaluate::chart::Print;
use crate::evaluate::patterns::{SegmentRow, Segments};
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::number::{self, Currency};
use crate::evaluate::report::panel::{Panel, Table};
use maud::{Markup, html};

/// What the section is about.
pub const LEAD: &str = "Every shopper gets a grade from 1 to 5 for how lately, how often and for how much they bought, \
    against the other shoppers of this shop; the three grades together have a name.";

/// The whole section.
pub fn draw(segments: &Segments, currency: &str) -> Markup {
    let money = Currency::of(currency);
    html! {
        div.pair {
            (shares("Share of shoppers", "How many of all shoppers are in the segment.", segments, |row| row.share_of_shoppers))
            (shares("Share of the money", "How much of all that was paid came from them.", segments, |row| row.share_of_revenue))
        }
        (table(segments, &money))
        (refunds(segments, &money))
    }
}

/// Shares are printed in percent.
pub(super) const PERCENT: Print<'static> = &|value, step| number::percent(value, number::tick_decimals(step * 100.0));

fn shares(title: &str, read: &str, segments: &Segments, share: fn(&SegmentRow) -> f64) -> Markup {
    let most = segments.rows.iter().map(share).fold(0.0, f64::max);
    let row = |row: &SegmentRow| Row {
        label: row.name.to_string(),
        value: share(row),
        interval: None,
        text: number::percent(share(row), 1),
        strong: share(row) == most,
    };
    let rows: Vec<Row> = segments.rows.iter().map(row).collect();
    let cells = rows.iter().map(|row| vec![row.label.clone(), row.text.clone()]).collect();
    let body = bars::rows(&rows, Mark::Bar, "", PERCENT);
    Panel { title, read, body, table: Table { head: &["Segment", "Share"], rows: cells } }.draw()
}

fn table(segments: &Segments, money: &Currency) -> Markup {
    html! {
        h3 { "What they do" }
        p.read { "Means over the shoppers of a segment; best segment first." }
        div.scroll.body tabindex="0" role="group" aria-label="Segments" {
            table.cards {
                caption.known { "Segments" }
                thead { tr {
                    th scope="col" { "Segment" }
                    th scope="col" { "Shoppers" }
                    th scope="col" { "Days since last order" }
                    th scope="col" { "Orders" }
                    th scope="col" { "Spend" }
                    th scope="col" { "Paid in all" }
                } }
                tbody { @for row in &segments.rows { (line(row, money)) } (whole(segments, money)) }
            }
        }
    }
}

fn line(row: &SegmentRow, money: &Currency) -> Markup {
    html! {
        tr {
            th scope="row" { (row.name) small lang="zh" { (row.name_zh) } }
            td data-name="shoppers" { (number::count(row.shoppers)) }
            td data-name="days" { (number::decimal(row.mean_recency_days, 0)) }
            td data-name="orders" { (number::decimal(row.mean_orders, 1)) }
            td data-name="spend" { (money.major_amount(row.mean_spend)) }
            td data-name="paid" { (money.major_amount(row.revenue)) }
        }
    }
}

fn whole(segments: &Segments, money: &Currency) -> Markup {
    html! {
        tr.whole {
            th scope="row" { "all shoppers" small lang="zh" { "全部顾客" } }
            td data-name="shoppers" { (number::count(segments.shoppers)) }
            td data-name="days" { (number::decimal(segments.mean_recency_days, 0)) }
            td data-name="orders" { (number::decimal(segments.mean_orders, 1)) }
            td data-name="spend" { (money.major_amount(segments.mean_spend)) }
            td data-name="paid" { (money.major_amount(segments.revenue)) }
        }
    }
}

fn refunds(segments: &Segments, money: &Currency) -> Markup {
    html! {
        @if segments.orders == segments.shoppers {
            p.note { "Nobody ordered twice, so how often they bought tells nobody apart." }
        }
        @if segments.refunded + segments.refunded_beyond > 0.0 {
            p.note {
                "Refunds of " (money.major_amount(segments.refunded)) " are taken off."
                @if segments.refunded_beyond > 0.0 {
                    " Another " (money.major_amount(segments.refunded_beyond))
                    " went to shoppers who had paid less than that in this log, and is not."
                }
            }
        }
    }
}
