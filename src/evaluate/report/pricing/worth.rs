//! The prices beside no budget at all, and how often each arm is chosen with and without.

use super::rows;
use crate::evaluate::pricing::{ArmShares, Policy, Pricing};
use crate::evaluate::report::bars::{self, Mark, Row, Stack};
use crate::evaluate::report::number::{self, Currency};
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// The section on gain and spend; none without policies.
pub fn draw(run: &Pricing) -> Option<Markup> {
    if run.policies.is_empty() {
        return None;
    }
    let lead = format!("In {}, on held-out {}: {}", run.period, rows(run), rule(run));
    let body = html! { div.pair.level { (gains(run)) (spends(run)) } };
    Some(section("worth", "With and without a budget", &lead, body))
}

fn rule(run: &Pricing) -> String {
    let held = &run.held_out;
    let (many, of) = (number::count(held.rows), number::count(held.shoppers));
    format!("{many} {} of {of} shoppers. {}", rows(run), held.rule)
}

fn gains(run: &Pricing) -> Markup {
    let money = Currency::of(&run.currency);
    let print = |value: f64| money.major_amount(value);
    let row = |(at, policy): (usize, &Policy)| Row {
        label: policy.name.clone(),
        value: policy.gain.value,
        interval: Some((policy.gain.low, policy.gain.high)),
        text: print(policy.gain.value),
        strong: at == 1,
    };
    let mut rows: Vec<Row> = run.policies.iter().enumerate().map(row).collect();
    if !run.single.is_empty() {
        rows.push(Row {
            label: format!("prices above {} by chance", run.single),
            value: run.over_single.value,
            interval: Some((run.over_single.low, run.over_single.high)),
            text: print(run.over_single.value),
            strong: false,
        });
    }
    let cells = run
        .policies
        .iter()
        .map(|policy| vec![policy.name.clone(), number::with_interval(&policy.gain, &print), print(policy.believed)]);
    let tick = |value: f64, step: f64| money.mean(value, number::tick_decimals(step), false);
    Panel {
        title: "Gain above no offer",
        read: "Bars with 95\u{202f}% intervals. The last one is a difference on the same decisions: the prices less the best \
            single arm, given by chance until it has spent the same.",
        body: bars::rows(&rows, Mark::Bar, "", &tick),
        table: Table { head: &["Policy", "Gain (95\u{202f}% interval)", "By the model"], rows: cells.collect() },
    }
    .draw()
}

fn spends(run: &Pricing) -> Markup {
    let money = Currency::of(&run.currency);
    let row = |(at, policy): (usize, &Policy)| Row {
        label: policy.name.clone(),
        value: policy.spend,
        interval: None,
        text: money.major_amount(policy.spend),
        strong: at == 1,
    };
    let rows: Vec<Row> = run.policies.iter().enumerate().map(row).collect();
    let cells = run
        .policies
        .iter()
        .map(|policy| vec![policy.name.clone(), money.major_amount(policy.spend), number::percent(policy.offered, 1)]);
    let tick = |value: f64, step: f64| money.mean(value, number::tick_decimals(step), false);
    Panel {
        title: "Spend",
        read: "What offers are expected to cost.",
        body: bars::rows(&rows, Mark::Bar, "", &tick),
        table: Table { head: &["Policy", "Spend", "Offered"], rows: cells.collect() },
    }
    .draw()
}

/// The section on arms; none without them.
pub fn draw_arms(run: &Pricing) -> Option<Markup> {
    if run.arms.is_empty() {
        return None;
    }
    let names: Vec<&str> = run.arms.iter().map(|arm| arm.arm.as_str()).collect();
    let stack = |label: &str, of: fn(&ArmShares) -> f64| Stack {
        label: label.into(),
        note: String::new(),
        shares: run.arms.iter().map(of).collect(),
    };
    let stacked = [stack("no budget", |arm| arm.free), stack("these prices", |arm| arm.priced)];
    let print = |share: f64| number::percent(share, 0);
    let cells =
        run.arms.iter().map(|arm| vec![arm.arm.clone(), number::percent(arm.free, 2), number::percent(arm.priced, 2)]);
    let panel = Panel {
        title: "Arms chosen",
        read: "Each bar is all decisions, cut from left to right in the order of the legend.",
        body: Some(html! { (bars::stack_legend(&names)) (bars::stacks(&names, &stacked, &print)) }),
        table: Table { head: &["Arm", "No budget", "These prices"], rows: cells.collect() },
    };
    let lead = "A price first takes offers away where they gain least for what they cost.";
    Some(section("arms", "Who gets what", lead, panel.draw()))
}
