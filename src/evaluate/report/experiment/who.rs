//! Who gets what from the learned policy: shares of arms over all held-out rows, then by the values of features.

use super::show::{self, Show};
use crate::evaluate::experiment::Shares;
use crate::evaluate::report::bars::{self, Stack};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// Features shown before the fold.
const SHOWN: usize = 6;

/// The section; none without shares.
pub fn draw(show: &Show) -> Option<Markup> {
    let all = show.run.policies.first().filter(|policy| !policy.shares.is_empty());
    let features: Vec<&Shares> = show.run.shares.iter().filter(|shares| !shares.bands.is_empty()).collect();
    if all.is_none() && features.is_empty() {
        return None;
    }
    let lead = format!(
        "What the learned policy chooses for held-out {}, whether or not it was released. The features that tell most \
        about the choice come first.",
        show.rows()
    );
    let (shown, folded) = features.split_at(features.len().min(SHOWN));
    let body = html! {
        @if let Some(policy) = all { (overall(show, &policy.shares)) }
        (pairs(show, shown))
        @if !folded.is_empty() {
            details.more { summary { (folded.len()) " more features" } (pairs(show, folded)) }
        }
    };
    Some(section("who", "Who gets what", &lead, body))
}

fn pairs(show: &Show, features: &[&Shares]) -> Markup {
    html! { @for pair in features.chunks(2) { div.pair { @for shares in pair { (by_feature(show, shares)) } } } }
}

fn percent(share: f64) -> String {
    number::percent(share, 1)
}

fn overall(show: &Show, shares: &[f64]) -> Markup {
    let names = show.arms();
    let label = format!("all {}", show.rows());
    let note = if show.run.data.test > 0 { number::count(show.run.data.test) } else { String::new() };
    let stack = Stack { label, note, shares: shares.to_vec() };
    let cells = shares.iter().enumerate().map(|(at, share)| {
        let name = names.get(at).copied().unwrap_or("other");
        vec![name.to_string(), percent(*share)]
    });
    let body =
        html! { (bars::stack_legend(&names)) (bars::stacks(&names, &[stack], &|share| number::percent(share, 0))) };
    Panel {
        title: "All together",
        read: "Cut from left to right in the order of the legend; the number after a bar counts its rows.",
        body: Some(body),
        table: Table { head: &["Arm", "Share"], rows: cells.collect() },
    }
    .draw()
}

fn by_feature(show: &Show, shares: &Shares) -> Markup {
    let names = show.arms();
    let head: Vec<&str> = ["Value", "Rows"].into_iter().chain(names.iter().copied()).collect();
    let stack = |(label, rows, shares): &(String, u64, Vec<f64>)| Stack {
        label: show::typeset(label),
        note: number::count(*rows),
        shares: shares.clone(),
    };
    let stacks: Vec<Stack> = shares.bands.iter().map(stack).collect();
    let cells = shares.bands.iter().map(|(label, rows, shares)| {
        [show::typeset(label), number::count(*rows)]
            .into_iter()
            .chain(shares.iter().map(|share| percent(*share)))
            .collect()
    });
    let body =
        html! { (bars::stack_legend(&names)) (bars::stacks(&names, &stacks, &|share| number::percent(share, 0))) };
    Panel {
        title: &format!("By {}", shares.feature),
        read: "One bar for each band or level.",
        body: Some(body),
        table: Table { head: &head, rows: cells.collect() },
    }
    .draw()
}
