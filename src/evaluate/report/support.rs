//! Which depths training saw of each group: an arm outside them is never offered.

use super::bars;
use super::number;
use super::panel::section;
use super::verdict::arm_name;
use crate::evaluate::chart::Scale;
use crate::evaluate::summary::{GroupSupport, Summary};
use maud::{Markup, html};

/// Groups shown before the fold.
const SHOWN_GROUPS: usize = 20;

/// The section.
pub fn draw(summary: &Summary) -> Markup {
    let mut groups: Vec<&GroupSupport> = summary.support.iter().collect();
    groups.sort_by(|a, b| (&a.category, &a.group).cmp(&(&b.category, &b.group)));
    let scale =
        Scale::with_zero(groups.iter().flat_map(|g| g.depths).chain(summary.arms.iter().map(|(_, depth)| *depth)));
    let lead = "A depth can only be offered where enough training weeks had depths like it, and enough had next to \
        none to compare with. The rest is refused with the reason “not enough evidence”.";
    section("support", "Depths seen in training", lead, body(summary, &groups, scale))
}

fn body(summary: &Summary, groups: &[&GroupSupport], scale: Option<Scale>) -> Markup {
    let Some(scale) = scale else {
        return html! { div.empty { h3 { "Depths by group" } p { "No data." } } };
    };
    let (first, rest) = groups.split_at(groups.len().min(SHOWN_GROUPS));
    html! {
        h3 { "Depths by group" }
        p.read {
            "The thin line runs from the least to the greatest weekly depth, the box holds the middle half of the \
            weeks, the tick is the median. A disc is an arm with enough evidence, a ring one without. Slope: how much the log-odds of a purchase rise per whole unit of depth; \
            above zero, discounts sell."
        }
        (table(summary, first, &scale))
        @if !rest.is_empty() {
            details.more { summary { (rest.len()) " more groups" } (table(summary, rest, &scale)) }
        }
    }
}

fn table(summary: &Summary, groups: &[&GroupSupport], scale: &Scale) -> Markup {
    html! {
        table.support {
            thead { tr {
                th scope="col" { "Group" }
                th.strip scope="col" { "Weekly depth" (bars::foot(scale, &percent_tick)) }
                th scope="col" { "Least, median, greatest" }
                th scope="col" { "Trips" }
                th scope="col" { "Slope" }
                th scope="col" { "Arms with evidence" }
            } }
            @for category in groups.chunk_by(|a, b| a.category == b.category) {
                tbody {
                    tr.category { th colspan="6" scope="rowgroup" { (category[0].category) } }
                    @for group in category { (row(summary, group, scale)) }
                }
            }
        }
    }
}

fn row(summary: &Summary, group: &GroupSupport, scale: &Scale) -> Markup {
    let print = |i: usize| number::percent(group.depths[i], 0);
    let points = |i: usize| number::decimal(group.depths[i] * 100.0, 0);
    let depths = format!("{} / {} / {}", points(0), points(2), print(4));
    let tip = format!("{}: middle half {} to {}, median {}", group.group, print(1), print(3), print(2));
    let arms: Vec<(f64, bool)> = summary
        .arms
        .iter()
        .filter(|(_, depth)| *depth > 0.0)
        .map(|(id, depth)| (*depth, group.arms.contains(id)))
        .collect();
    html! {
        tr {
            th scope="row" { (kind(group)) }
            td.strip { (bars::strip(&group.depths, &arms, scale, &tip)) }
            td.depths { (depths) }
            td.trips { (number::count(group.trips)) }
            td.slope { (number::signed(group.slope, 2)) }
            td.arms {
                @if group.arms.is_empty() { span.chip.off { "no arm" } }
                @for arm in &group.arms { span.chip { (arm_name(summary, arm)) } " " }
            }
        }
    }
}

/// The group's name without that of its category, which stands above it.
fn kind(group: &GroupSupport) -> &str {
    group.group.strip_prefix(&group.category).and_then(|rest| rest.strip_prefix('/')).unwrap_or(&group.group)
}

fn percent_tick(value: f64, step: f64) -> String {
    number::percent(value, number::tick_decimals(step * 100.0))
}
