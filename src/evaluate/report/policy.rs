//! What each policy is expected to earn, what the learned one offers, and how that moves with the margin.

use super::bars::{self, Mark, Row, Stack};
use super::number::{self, Currency};
use super::panel::{Panel, Table, section};
use super::verdict;
use crate::evaluate::chart::{Axis, Band, Look, Plot, Point, Print, Scale, Series};
use crate::evaluate::summary::{CategoryShares, MarginPoint, Summary};
use maud::{Markup, html};

/// Categories shown before the fold.
const SHOWN_CATEGORIES: usize = 12;

/// The section.
pub fn draw(summary: &Summary) -> Markup {
    let currency = Currency::of(&summary.currency);
    let lead = "What each way of deciding is expected to earn on the same held-out decisions, \
        and what the learned policy would do.";
    let body = html! {
        (earnings(summary, &currency))
        div.pair { (chosen(summary)) (assumed(summary)) }
        (by_category(summary))
        (margins(summary, &currency))
    };
    section("policy", "What it decides and earns", lead, body)
}

fn earnings(summary: &Summary, currency: &Currency) -> Markup {
    let rows: Vec<Row> = summary
        .policies
        .iter()
        .enumerate()
        .map(|(i, policy)| Row {
            label: policy.name.clone(),
            value: policy.over_none.value,
            interval: (!verdict::is_none(&policy.name)).then_some((policy.over_none.low, policy.over_none.high)),
            text: currency.signed(policy.over_none.value),
            strong: i == 0,
        })
        .collect();
    let unit = format!("above none, per 1{}000", number::THIN);
    let body = bars::rows(&rows, Mark::Bar, &unit, &|v, step| currency.tick(v, step));
    Panel {
        title: "Expected profit above offering nothing",
        read: "A bar to the right of zero earns more than no offer, to the left less; the line with ends is \
            the 95\u{202f}% interval of the difference, per thousand decisions. A depth for all is offered only where there \
            is enough evidence for it; the other decisions stay none, which is why a rare depth costs little.",
        body,
        table: earnings_table(summary, currency),
    }
    .draw_with_table_shown()
}

fn earnings_table<'a>(summary: &Summary, currency: &Currency) -> Table<'a> {
    let amount = |v: f64| currency.amount(v);
    let signed = |v: f64| currency.signed(v);
    let rows = summary.policies.iter().map(|p| {
        let none = verdict::is_none(&p.name);
        vec![
            p.name.clone(),
            if none { number::DASH.to_string() } else { number::with_interval(&p.over_none, &signed) },
            number::with_interval(&p.profit, &amount),
            currency.amount(p.cost),
            number::percent(p.offered, 1),
        ]
    });
    Table {
        head: &[
            "Policy",
            "Above none (95\u{202f}% interval)",
            "Profit (95\u{202f}% interval)",
            "Discount given",
            "Offers made",
        ],
        rows: rows.collect(),
    }
}

fn chosen(summary: &Summary) -> Markup {
    let rows: Vec<Row> =
        summary.chosen.iter().map(|arm| share_row(verdict::arm_name(summary, &arm.arm), arm.share)).collect();
    let cells = rows.iter().map(|r| vec![r.label.clone(), r.text.clone()]).collect();
    Panel {
        title: "How often each depth is chosen",
        read: "Each bar is the share of held-out decisions in which the learned policy picks that arm.",
        body: bars::rows(&rows, Mark::Bar, "", &percent_tick),
        table: Table { head: &["Arm", "Share of decisions"], rows: cells },
    }
    .draw()
}

fn share_row(label: String, share: f64) -> Row {
    Row { label, value: share, interval: None, text: number::percent(share, 1), strong: false }
}

fn assumed(summary: &Summary) -> Markup {
    let mut margins = summary.assumed_margins.clone();
    margins.sort_by(|a, b| b.1.total_cmp(&a.1));
    let rows: Vec<Row> = margins.iter().map(|(department, margin)| share_row(department.clone(), *margin)).collect();
    let cells = rows.iter().map(|r| vec![r.label.clone(), r.text.clone()]).collect();
    Panel {
        title: "Margins assumed",
        read: "Not measured: what the shop’s settings say is left of the shelf price after the goods are paid.",
        body: bars::rows(&rows, Mark::Bar, "", &percent_tick),
        table: Table { head: &["Department", "Margin"], rows: cells },
    }
    .draw()
}

fn by_category(summary: &Summary) -> Markup {
    let labels: Vec<String> = summary.chosen.iter().map(|c| verdict::arm_name(summary, &c.arm)).collect();
    let names: Vec<&str> = labels.iter().map(String::as_str).collect();
    let head: Vec<&str> = ["Category", "Decisions"].into_iter().chain(names.iter().copied()).collect();
    let shown = summary.chosen_by_category.len().min(SHOWN_CATEGORIES);
    let (first, rest) = summary.chosen_by_category.split_at(shown);
    let body = html! {
        (bars::stack_legend(&names))
        (stacks(&names, first))
        @if !rest.is_empty() {
            details.more { summary { (rest.len()) " more categories" } (stacks(&names, rest)) }
        }
    };
    Panel {
        title: "Chosen depth by category",
        read: "Each bar is one category, cut from left to right in the order of the legend; the number after it \
            is how many decisions it stands for.",
        body: (!first.is_empty()).then_some(body),
        table: Table { head: &head, rows: summary.chosen_by_category.iter().map(category_cells).collect() },
    }
    .draw()
}

fn stacks(names: &[&str], categories: &[CategoryShares]) -> Markup {
    let stacks: Vec<Stack> = categories
        .iter()
        .map(|c| Stack { label: c.category.clone(), note: number::count(c.decisions), shares: c.shares.clone() })
        .collect();
    bars::stacks(names, &stacks, &|share| number::percent(share, 0))
}

fn category_cells(category: &CategoryShares) -> Vec<String> {
    let shares = category.shares.iter().map(|s| number::percent(*s, 1));
    [category.category.clone(), number::count(category.decisions)].into_iter().chain(shares).collect()
}

fn margins(summary: &Summary, currency: &Currency) -> Markup {
    let offered = |m: &MarginPoint| m.offered;
    let gain = |m: &MarginPoint| m.over_none;
    html! {
        div.pair {
            (margin_panel(summary, "Offers made, by margin", "share of decisions with an offer",
                "Each disc supposes one margin for the whole shop: the higher it is, the more a sale is worth \
                giving something away for. Shaded: the margins assumed in this run.",
                &offered, &percent_tick))
            (margin_panel(summary, "Gain over none, by margin", "profit above none, per thousand decisions",
                "Same margins, now what the learned policy is expected to earn above offering nothing. Where \
                the line lies on zero, none is the answer.",
                &gain, &|v, step| currency.tick(v, step)))
        }
    }
}

fn margin_panel(
    summary: &Summary,
    title: &str,
    unit: &str,
    read: &str,
    value: &dyn Fn(&MarginPoint) -> f64,
    print: Print,
) -> Markup {
    let show = |m: &MarginPoint| [number::percent(m.margin, 0), print(value(m), 0.001)];
    let points = summary.margins.iter().map(|m| Point {
        x: m.margin,
        y: value(m),
        tip: format!("margin {}: {}", show(m)[0], show(m)[1]),
    });
    let series = Series { name: "learned".to_string(), look: Look::Discs, points: points.collect() };
    let x = Scale::around(summary.margins.iter().map(|m| m.margin));
    let y = Scale::with_zero(summary.margins.iter().map(value));
    let body = x.zip(y).map(|(x, y)| {
        let x = Axis { title: "assumed margin", scale: x, print: &percent_tick };
        let y = Axis { title: unit, scale: y, print };
        Plot { title, x, y, series: vec![series], guide: None, band: assumed_band(summary) }.draw()
    });
    let rows = summary.margins.iter().map(|m| show(m).to_vec()).collect();
    Panel { title, read, body, table: Table { head: &["Margin", unit], rows } }.draw()
}

fn assumed_band(summary: &Summary) -> Option<Band> {
    let finite = || summary.assumed_margins.iter().map(|(_, m)| *m).filter(|m| m.is_finite());
    let from = finite().min_by(f64::total_cmp)?;
    let to = finite().max_by(f64::total_cmp)?;
    let label = match from == to {
        true => format!("assumed: {}", number::percent(from, 0)),
        false => format!("assumed: {} to {}", number::percent(from, 0), number::percent(to, 0)),
    };
    Some(Band { from, to, label })
}

fn percent_tick(value: f64, step: f64) -> String {
    number::percent(value, number::tick_decimals(step * 100.0))
}
