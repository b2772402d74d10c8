//! What policies are worth on held-out rows, estimator by estimator, and above the best single arm.

use super::show::{self, Show};
use crate::evaluate::experiment::Policy;
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use crate::evaluate::summary::Figure;
use maud::{Markup, html};

/// By estimator: its name, its figure.
type Figures = [(String, Figure)];

/// The section; none without a policy.
pub fn draw(show: &Show) -> Option<Markup> {
    if show.run.policies.is_empty() {
        return None;
    }
    let logged = if show.run.log.is_some() { ", what logged and no telling apart" } else { "" };
    let lead = format!(
        "The learned policy beside every single arm{logged}, on {} that none of them had learnt from. What a {} brought, less \
        what the arm cost; where estimators agree, the figure does not hang on how it was computed.",
        show.rows(),
        show.row()
    );
    let body = html! {
        @for (at, estimator) in estimators(show).into_iter().enumerate() {
            @match over(show, estimator, at == 0) {
                Some(over) => div.pair.level { (value(show, estimator, at == 0)) (over) },
                None => (value(show, estimator, at == 0)),
            }
        }
        (table(show))
    };
    Some(section("worth", "What the policies are worth", &lead, body))
}

/// Names of estimators, each once, in the order met.
fn estimators<'a>(show: &'a Show) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (name, _) in show.run.policies.iter().flat_map(|policy| policy.values.iter().chain(&policy.over_best_arm)) {
        if !names.contains(&name.as_str()) {
            names.push(name.as_str());
        }
    }
    names
}

fn by<'a>(figures: &'a Figures, estimator: &str) -> Option<&'a Figure> {
    figures.iter().find(|(name, _)| name == estimator).map(|(_, figure)| figure)
}

/// Rows of one estimator and the cells of their table.
fn figures<'a>(
    show: &'a Show,
    estimator: &'a str,
    of: fn(&Policy) -> &Figures,
) -> impl Iterator<Item = (bool, &'a Policy, &'a Figure)> {
    let policies = show.run.policies.iter().enumerate();
    policies.filter_map(move |(at, policy)| by(of(policy), estimator).map(|figure| (at == 0, policy, figure)))
}

/// Said of all but the first estimator, which explains itself.
const AS_ABOVE: &str = "As above, by another way of computing it.";

fn value(show: &Show, estimator: &str, is_first: bool) -> Markup {
    let money = |value: f64| show.money(value);
    let all = || figures(show, estimator, |policy| &policy.values);
    let row = |(learned, policy, figure): (bool, &Policy, &Figure)| {
        show::dot(&policy.name, figure, money(figure.value), learned)
    };
    let rows: Vec<Row> = all().map(row).collect();
    let cells =
        all().map(|(_, policy, figure)| vec![policy.name.clone(), money(figure.value), show::ends(figure, &money)]);
    let axis = format!("profit per {}", show.row());
    let read = "The dot is the estimate, the line its 95\u{202f}% interval. Lines that overlap do not settle which is \
        better; differences on the same rows do.";
    Panel {
        title: &format!("Worth by {estimator}"),
        read: if is_first { read } else { AS_ABOVE },
        body: show::dots(&rows, &axis, &|v, step| show.tick(v, step)),
        table: Table { head: &["Policy", "Worth", "95\u{202f}% interval"], rows: cells.collect() },
    }
    .draw()
}

/// None by an estimator that nothing was held against the best arm by.
fn over(show: &Show, estimator: &str, is_first: bool) -> Option<Markup> {
    let signed = |value: f64| show.signed(value);
    let text = |figure: &Figure| if is_best(figure) { "the best".to_string() } else { signed(figure.value) };
    let all = || figures(show, estimator, |policy| &policy.over_best_arm);
    let row =
        |(learned, policy, figure): (bool, &Policy, &Figure)| show::dot(&policy.name, figure, text(figure), learned);
    let rows: Vec<Row> = all().map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let cells = all().map(|(_, policy, figure)| vec![policy.name.clone(), text(figure), show::ends(figure, &signed)]);
    let axis = format!("per {}", show.row());
    let read = "Both on the same rows, so what varies in both cancels out. A line wholly right of zero is a lead that is \
        not luck.";
    let panel = Panel {
        title: &format!("Above the best single arm, by {estimator}"),
        read: if is_first { read } else { AS_ABOVE },
        body: bars::rows(&rows, Mark::Bar, &axis, &|v, step| show.tick(v, step)),
        table: Table { head: &["Policy", "Above the best arm", "95\u{202f}% interval"], rows: cells.collect() },
    };
    Some(panel.draw())
}

/// The arm that others are held against has exactly nothing above itself.
fn is_best(figure: &Figure) -> bool {
    figure.value == 0.0 && figure.low == 0.0 && figure.high == 0.0
}

fn table(show: &Show) -> Markup {
    let estimators = estimators(show);
    html! {
        h3 { "Side by side" }
        div.scroll.body tabindex="0" role="group" aria-label="Policies side by side" {
            table.wide.candidates {
                caption.known { "Policies side by side" }
                thead { tr {
                    th scope="col" { "Policy" }
                    @for estimator in &estimators { th scope="col" { (estimator) small { "profit per " (show.row()) } } }
                    th scope="col" { "Cost" small { "per " (show.row()) } }
                    th scope="col" { "Offers made" }
                    @if is_log(show) { th scope="col" { "Effective rows" small { "as good as so many" } } }
                } }
                tbody { @for (at, policy) in show.run.policies.iter().enumerate() { (policy_row(show, at, policy, &estimators)) } }
            }
        }
    }
}

fn policy_row(show: &Show, at: usize, policy: &Policy, estimators: &[&str]) -> Markup {
    let verdict = &show.run.verdict;
    let is_released = if verdict.learned { at == 0 } else { policy.name == verdict.released };
    let money = |value: f64| show.money(value);
    html! {
        tr.chosen[is_released] {
            th scope="row" { (policy.name) @if is_released { span.tag { "released" } } }
            @for estimator in estimators {
                td {
                    @match by(&policy.values, estimator) {
                        Some(figure) => {
                            (money(figure.value))
                            @if show::has_interval(figure) { small { (number::interval(figure, &money)) } }
                        },
                        None => { (number::DASH) small { "refused" } },
                    }
                }
            }
            td { (money(policy.cost)) }
            td { (offered(policy)) }
            @if is_log(show) { td { (policy.effective_rows.map_or(number::DASH.to_string(), |rows| number::count(rows as u64))) } }
        }
    }
}

/// Whether any policy says how many rows speak for it.
fn is_log(show: &Show) -> bool {
    show.run.policies.iter().any(|policy| policy.effective_rows.is_some())
}

/// Share of rows with any arm but the first.
fn offered(policy: &Policy) -> String {
    policy.shares.split_first().map_or(number::DASH.to_string(), |(_, rest)| number::percent(rest.iter().sum(), 1))
}
