//! What would be offered on held-out rows, and everything that had to be assumed for it.

use super::show;
use crate::evaluate::learned::{Offers, Run};
use crate::evaluate::report::bars::{self, Mark, Row, Stack};
use crate::evaluate::report::number::{self, Currency};
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// Groups shown before the fold.
const SHOWN: usize = 12;

/// The section; none where nothing is offered.
pub fn draw(run: &Run) -> Option<Markup> {
    let offers = run.offers.as_ref().filter(|offers| !offers.arms.is_empty())?;
    let lead = if offers.what.is_empty() { "What the model would offer on held-out rows." } else { &offers.what };
    let body = html! {
        div.pair { (arms(run, offers)) @if !offers.gains.is_empty() { (gains(run, offers)) } }
        @if !offers.by_group.is_empty() { (by_group(offers)) }
        @if !offers.assumptions.is_empty() { (assumptions(offers)) }
    };
    Some(section("offers", "What would be offered", lead, body))
}

fn arms(run: &Run, offers: &Offers) -> Markup {
    let row = |arm: &crate::evaluate::summary::ArmShare| Row {
        label: arm.arm.clone(),
        value: arm.share,
        interval: None,
        text: number::percent(arm.share, 1),
        strong: false,
    };
    let rows: Vec<Row> = offers.arms.iter().map(row).collect();
    let cells = rows.iter().map(|row| vec![row.label.clone(), row.text.clone()]).collect();
    let read = format!("Each bar is the share of held-out {} that would get the offer.", show::rows(run));
    Panel {
        title: "How often each offer is made",
        read: &read,
        body: bars::rows(&rows, Mark::Bar, "", &show::percent_tick),
        table: Table { head: &["Offer", "Share"], rows: cells },
    }
    .draw()
}

fn gains(run: &Run, offers: &Offers) -> Markup {
    let money = Currency::of(&run.currency);
    let row = |gain: &crate::evaluate::learned::Gain| Row {
        label: gain.name.clone(),
        value: gain.over_none.value,
        interval: show::has_interval(&gain.over_none).then_some((gain.over_none.low, gain.over_none.high)),
        text: money.signed(gain.over_none.value),
        strong: false,
    };
    let rows: Vec<Row> = offers.gains.iter().map(row).collect();
    let cells = offers.gains.iter().map(|gain| {
        let ends = number::with_interval(&gain.over_none, &|v| money.signed(v));
        vec![gain.name.clone(), ends, number::percent(gain.offered, 1)]
    });
    let unit = format!("above no offer, per 1{}000 {}", number::THIN, show::rows(run));
    Panel {
        title: "What that would earn, if the assumptions hold",
        read: "A bar right of zero earns more than offering nothing. None of it was measured: it follows from the \
            assumptions below.",
        body: bars::rows(&rows, Mark::Bar, &unit, &|v, step| money.tick(v, step)),
        table: Table { head: &["Way of deciding", "Above no offer", "Offers made"], rows: cells.collect() },
    }
    .draw()
}

fn by_group(offers: &Offers) -> Markup {
    let names: Vec<&str> = offers.arms.iter().map(|arm| arm.arm.as_str()).collect();
    let head: Vec<&str> = ["Group", "Rows"].into_iter().chain(names.iter().copied()).collect();
    let stack = |group: &crate::evaluate::summary::CategoryShares| Stack {
        label: group.category.clone(),
        note: number::count(group.decisions),
        shares: group.shares.clone(),
    };
    let stacks: Vec<Stack> = offers.by_group.iter().map(stack).collect();
    let (shown, folded) = stacks.split_at(stacks.len().min(SHOWN));
    let print = |share: f64| number::percent(share, 0);
    let body = html! {
        (bars::stack_legend(&names))
        (bars::stacks(&names, shown, &print))
        @if !folded.is_empty() {
            details.more { summary { (folded.len()) " more groups" } (bars::stacks(&names, folded, &print)) }
        }
    };
    let cells = offers.by_group.iter().map(|group| {
        let shares = group.shares.iter().map(|share| number::percent(*share, 1));
        [group.category.clone(), number::count(group.decisions)].into_iter().chain(shares).collect()
    });
    Panel {
        title: "Who gets what",
        read: "Each bar is one group, cut from left to right in the order of the legend; the number after it is how many \
            rows it stands for.",
        body: Some(body),
        table: Table { head: &head, rows: cells.collect() },
    }
    .draw()
}

fn assumptions(offers: &Offers) -> Markup {
    html! {
        h3 { "Assumed, not measured" }
        p.read { "Whoever set up the shop said so; the offers above move with these numbers." }
        div.scroll.body tabindex="0" role="group" aria-label="Assumptions" {
            table {
                caption.known { "Assumptions" }
                thead { tr { th scope="col" { "About" } th scope="col" { "Assumed" } th scope="col" { "Said in" } } }
                tbody { @for row in &offers.assumptions {
                    tr { th scope="row" { (row.about) } td { (row.text) } td { (row.source) } }
                } }
            }
        }
    }
}
