//! Every budget with its price, and what other prices of it would spend and gain.

use super::rows;
use crate::evaluate::chart::{Axis, Band, Look, Plot, Point, Scale, Series, pct};
use crate::evaluate::pricing::{self, Budget, JudgedBy, Pricing, used};
use crate::evaluate::report::learned::show::percent_tick;
use crate::evaluate::report::number::{self, Currency};
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// The section of budgets; none without one.
pub fn draw(run: &Pricing) -> Option<Markup> {
    if run.budgets.is_empty() {
        return None;
    }
    let lead = "One price, λ, is put on every unit of money of a budget: an offer is made where its gain exceeds what its cost \
        is charged. The price travels in the model file, so that a device asks nobody.";
    let expires = run.budgets.iter().find(|budget| !budget.expires.is_empty()).map(|budget| &budget.expires);
    let body = html! {
        div.scroll.body tabindex="0" role="group" aria-label="Budgets and prices" {
            table.wide.candidates {
                caption.known { "Budgets and prices" }
                thead { tr {
                    th scope="col" { "Budget" }
                    th scope="col" { "Used" }
                    th scope="col" { "λ" small { "as found" } }
                    th scope="col" { "In the file" small { "per unit of cost" } }
                    th scope="col" { "Afterwards" small { "a dearer price" } }
                    th scope="col" { "On the other half" small { "of shoppers" } }
                } }
                tbody { @for budget in &run.budgets { (row(run, budget)) } }
            }
        }
        @if let Some(expires) = expires {
            p.note { "Prices hold until " (expires) ". A device that hears nothing by then uses the dearer ones: it becomes \
                stingier, never freer." }
        }
    };
    Some(section("budgets", "Budgets and their prices", lead, body))
}

fn row(run: &Pricing, budget: &Budget) -> Markup {
    let halves: Vec<String> = budget.other_half.iter().map(|share| number::percent(*share, 0)).collect();
    html! {
        tr {
            th scope="row" { (budget.name) small { (budget.kind) @if !budget.is_for.is_empty() { ", " (budget.is_for) } } }
            td { (used(run, budget)) }
            td { (number::amount(budget.price)) }
            td { (number::amount(budget.packed)) }
            td { (number::amount(budget.fallback)) }
            td { @if halves.is_empty() { (number::DASH) } @else { (halves.join(", ")) small { "of its part spent" } } }
        }
    }
}

/// The section of curves; none without one.
pub fn draw_curves(run: &Pricing) -> Option<Markup> {
    let with_curve: Vec<&Budget> = run.budgets.iter().filter(|budget| budget.curve.len() > 1).collect();
    if with_curve.is_empty() {
        return None;
    }
    let lead = match run.judged_by {
        JudgedBy::Outcomes => format!(
            "Each disc is one price of the budget, all others standing: what it spends, and what was gained by what happened to \
             held-out {}. The dashed line is what the model expected; where it lies higher, the model flatters itself.",
            rows(run)
        ),
        JudgedBy::Model => format!(
            "Each disc is one price of the budget, all others standing: what it spends, and what is gained on held-out {} by the \
             model's own account, the only one there is.",
            rows(run)
        ),
    };
    let body = html! {
        @for budget in with_curve {
            h3.of-arm { (budget.name) @if !budget.is_for.is_empty() { ", " (budget.is_for) } }
            div.pair { (gain(run, budget)) (price(run, budget)) }
        }
    };
    Some(section("curves", "What money buys", &lead, body))
}

fn band(budget: &Budget) -> Option<Band> {
    let most = budget.curve.iter().map(|point| point.spend).fold(0.0, f64::max);
    let label = "the budget".to_string();
    (budget.amount <= most).then_some(Band { from: budget.amount, to: budget.amount, label })
}

fn gain(run: &Pricing, budget: &Budget) -> Markup {
    let money = Currency::of(&run.currency);
    let print = |value: f64| money.major_amount(value);
    let tick = |value: f64, step: f64| money.mean(value, number::tick_decimals(step), false);
    let series = |name: &str, look, of: &dyn Fn(&pricing::Point) -> f64| {
        let point = |at: &pricing::Point| Point {
            x: at.spend,
            y: of(at),
            tip: format!("λ {}: spend {}, {name} {}", number::amount(at.price), print(at.spend), print(of(at))),
        };
        Series { name: name.into(), look, points: budget.curve.iter().rev().map(point).collect() }
    };
    let is_measured = run.judged_by == JudgedBy::Outcomes;
    let mut drawn =
        vec![series(if is_measured { "as it happened" } else { "by the model" }, Look::Discs, &|at| at.gain.value)];
    let mut ends: Vec<f64> = budget.curve.iter().flat_map(|at| [at.gain.value, at.gain.low, at.gain.high]).collect();
    if is_measured {
        drawn.push(series("as the model had it", Look::Dashed, &|at| at.believed));
        ends.extend(budget.curve.iter().map(|at| at.believed));
    }
    let free = budget.curve.iter().max_by(|one, other| one.spend.total_cmp(&other.spend));
    let guide = free.filter(|at| at.spend > 0.0).map(|at| ([(0.0, 0.0), (at.spend, at.gain.value)], "at random"));
    let scales = Scale::with_zero(budget.curve.iter().map(|at| at.spend)).zip(Scale::with_zero(ends));
    let body = scales.map(|(x, y)| {
        let plot = Plot {
            title: "Gain against spend",
            x: Axis { title: "spend", scale: x, print: &|value, step| every_other(value, step, tick(value, step)) },
            y: Axis { title: "gain above no offer", scale: y, print: &tick },
            series: drawn,
            guide,
            band: band(budget),
        };
        plot.draw_over(&whiskers(&plot, budget))
    });
    let cells = budget.curve.iter().map(|at| {
        let believed = print(at.believed);
        let happened = number::with_interval(&at.gain, &print);
        vec![number::amount(at.price), print(at.spend), happened, believed, number::percent(at.offered, 1)]
    });
    Panel {
        title: "Gain against spend",
        read: "The steeper, the more a further unit of budget earns. Upright lines are 95\u{202f}% intervals; the dotted line \
            makes the offers of no budget to a random part of those who would get one.",
        body,
        table: Table { head: &["λ", "Spend", "Gain (95\u{202f}% interval)", "By the model", "Offered"], rows: cells.collect() },
    }
    .draw()
}

fn whiskers(plot: &Plot, budget: &Budget) -> Markup {
    html! {
        @for at in &budget.curve {
            @if at.gain.low < at.gain.high {
                @let (x, low) = plot.at(at.spend, at.gain.low);
                @let high = plot.at(0.0, at.gain.high).1;
                @let (x, low, high) = (pct(x), format!("{low:.1}"), format!("{high:.1}"));
                line.whisker x1=(x) x2=(x) y1=(low) y2=(high) {}
            }
        }
    }
}

fn price(run: &Pricing, budget: &Budget) -> Markup {
    let money = Currency::of(&run.currency);
    let tick = |value: f64, step: f64| money.mean(value, number::tick_decimals(step), false);
    let point = |at: &pricing::Point| Point {
        x: at.spend,
        y: at.offered,
        tip: format!("λ {}: offers in {}", number::amount(at.price), number::percent(at.offered, 1)),
    };
    let points = budget.curve.iter().rev().map(point).collect();
    let scales = Scale::with_zero(budget.curve.iter().map(|at| at.spend))
        .zip(Scale::with_zero(budget.curve.iter().map(|at| at.offered)));
    let axis = format!("share of {} with an offer", rows(run));
    let body = scales.map(|(x, y)| {
        let plot = Plot {
            title: "Offers against spend",
            x: Axis { title: "spend", scale: x, print: &|value, step| every_other(value, step, tick(value, step)) },
            y: Axis { title: &axis, scale: y, print: &percent_tick },
            series: vec![Series { name: "offered".into(), look: Look::Discs, points }],
            guide: None,
            band: band(budget),
        };
        plot.draw()
    });
    let cells = budget
        .curve
        .iter()
        .map(|at| vec![number::amount(at.price), money.major_amount(at.spend), number::percent(at.offered, 1)]);
    Panel {
        title: "Offers against spend",
        read: "How many get an offer at that spend. Point at a disc to read its price.",
        body,
        table: Table { head: &["λ", "Spend", "Offered"], rows: cells.collect() },
    }
    .draw()
}

/// Money takes room, so that a narrow axis says only every other tick.
fn every_other(value: f64, step: f64, text: String) -> String {
    if (value / step).round() as i64 % 2 == 0 { text } else { String::new() }
}
