//! Which depths training saw of each group: an arm outside them is never offered.

use super::bars;
use super::number;
use super::panel::section;
use crate::evaluate::chart::Scale;
use crate::evaluate::summary::{GroupSupport, Summary};
use maud::{Markup, html};

/// Groups shown before the fold.
const SHOWN_GROUPS: usize = 20;

/// The section.
pub fn draw(summary: &Summary) -> Markup {
    let mut groups: Vec<&GroupSupport> = summary.support.iter().collect();
    groups.sort_by(|a, b| (&a.category, &a.group).cmp(&(&b.category, &b.group)));
    let scale = Scale::with_zero(groups.iter().flat_map(|g| g.depths));
    let lead = "A depth can only be offered where training saw depths like it. The rest is refused with the \
        reason “not enough evidence”.";
    section("support", "Depths seen in training", lead, body(&groups, scale))
}

fn body(groups: &[&GroupSupport], scale: Option<Scale>) -> Markup {
    let Some(scale) = scale else {
        return html! { div.empty { h3 { "Depths by group" } p { "No data." } } };
    };
    let (first, rest) = groups.split_at(groups.len().min(SHOWN_GROUPS));
    html! {
        h3 { "Depths by group" }
        p.read {
            "The thin line runs from the least to the greatest weekly depth, the box holds the middle half of the \
            weeks, the tick is the median. Slope: how much the log-odds of a purchase rise per whole unit of depth; \
            above zero, discounts sell."
        }
        (table(first, &scale))
        @if !rest.is_empty() {
            details.more { summary { (rest.len()) " more groups" } (table(rest, &scale)) }
        }
    }
}

fn table(groups: &[&GroupSupport], scale: &Scale) -> Markup {
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
                    @for group in category { (row(group, scale)) }
                }
            }
        }
    }
}

fn row(group: &GroupSupport, scale: &Scale) -> Markup {
    let print = |i: usize| number::percent(group.depths[i], 0);
    let points = |i: usize| number::decimal(group.depths[i] * 100.0, 0);
    let depths = format!("{} / {} / {}", points(0), points(2), print(4));
    let tip = format!("{}: middle half {} to {}, median {}", group.group, print(1), print(3), print(2));
    html! {
        tr {
            th scope="row" { (group.group) }
            td.strip { (bars::strip(&group.depths, scale, &tip)) }
            td.depths { (depths) }
            td.trips { (number::count(group.trips)) }
            td.slope { (number::signed(group.slope, 2)) }
            td.arms {
                @if group.arms.is_empty() { span.chip.off { "no arm" } }
                @for arm in &group.arms { span.chip { (arm) } " " }
            }
        }
    }
}

fn percent_tick(value: f64, step: f64) -> String {
    number::percent(value, number::tick_decimals(step * 100.0))
}
