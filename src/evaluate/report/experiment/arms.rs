//! The arms as they were given: how often, what the rows brought, what it cost.

use super::show::{self, Show};
use crate::evaluate::experiment::Arm;
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// The section; none without arms.
pub fn draw(show: &Show) -> Option<Markup> {
    if show.run.arms.is_empty() {
        return None;
    }
    let lead = match show.run.randomised {
        true if show.run.log.is_some() => format!(
            "All {}, held out or not. A policy drew them with known probabilities and may have looked at the {} first, so \
            means are not compared here: the estimates above weigh every one by how likely its arm was.",
            show.rows(),
            show.row()
        ),
        true => format!("All {}, held out or not. Arms were given by chance, so means can be compared.", show.rows()),
        false => format!(
            "All {}, held out or not. Arms were not given by chance, so a difference of means is no effect.",
            show.rows()
        ),
    };
    let body = html! { div.triple.level { (rewards(show)) (given(show)) (costs(show)) } @if let Some(panel) = overlap(show) { (panel) } };
    Some(section("arms", "The arms as given", &lead, body))
}

fn rewards(show: &Show) -> Markup {
    let money = |value: f64| show.money(value);
    let row = |arm: &Arm| show::dot(&arm.id, &arm.reward, money(arm.reward.value), false);
    let rows: Vec<Row> = show.run.arms.iter().map(row).collect();
    let cells = show.run.arms.iter().map(|arm| {
        let reward = &arm.reward;
        vec![arm.id.clone(), money(reward.value), show::ends(reward, &money)]
    });
    let read = format!(
        "Mean {} of those who were given the arm, with its 95\u{202f}% interval; costs are not taken off.",
        show.reward()
    );
    Panel {
        title: "What they brought",
        read: &read,
        body: show::dots(&rows, "", &|value, step| show.tick(value, step)),
        table: Table { head: &["Arm", "Brought", "95\u{202f}% interval"], rows: cells.collect() },
    }
    .draw()
}

/// How comparable the rows of the arms are; none where a coin gave them.
fn overlap(show: &Show) -> Option<Markup> {
    let arms: Vec<(&Arm, f64)> = show
        .run
        .arms
        .iter()
        .filter_map(|arm| Some((arm, arm.effective_rows.filter(|rows| rows.is_finite())?)))
        .collect();
    if arms.is_empty() {
        return None;
    }
    let count = |rows: f64| number::count(rows.max(0.0) as u64);
    let rows: Vec<Row> = arms.iter().map(|(arm, rows)| show::bar(&arm.id, *rows, count(*rows))).collect();
    let cells = arms.iter().map(|(arm, rows)| {
        let outside = number::percent(arm.outside.unwrap_or(f64::NAN), 1);
        vec![arm.id.clone(), count(*rows), outside]
    });
    let read = format!(
        "As many {} with equal chances would be as sure about the arm. Those for whom an arm was all but certain or \
        impossible can be compared with nobody and are left out.",
        show.rows()
    );
    let panel = Panel {
        title: "How comparable they are",
        read: &read,
        body: bars::rows(&rows, Mark::Bar, "effective rows", &show::plain_tick),
        table: Table { head: &["Arm", "Effective rows", "Left out"], rows: cells.collect() },
    };
    Some(panel.draw())
}

fn costs(show: &Show) -> Markup {
    let row = |arm: &Arm| show::bar(&arm.id, arm.cost, show.money(arm.cost));
    let rows: Vec<Row> = show.run.arms.iter().map(row).collect();
    let cells = rows.iter().map(|row| vec![row.label.clone(), row.text.clone()]).collect();
    let read = format!("Mean cost per {} that was given the arm.", show.row());
    Panel {
        title: "What they cost",
        read: &read,
        body: bars::rows(&rows, Mark::Bar, "", &|value, step| show.tick(value, step)),
        table: Table { head: &["Arm", "Cost"], rows: cells },
    }
    .draw()
}

fn given(show: &Show) -> Markup {
    let row = |arm: &Arm| show::bar(&arm.id, arm.given, number::percent(arm.given, 1));
    let rows: Vec<Row> = show.run.arms.iter().map(row).collect();
    let cells = rows.iter().map(|row| vec![row.label.clone(), row.text.clone()]).collect();
    Panel {
        title: "How often they were given",
        read: "A rare arm is known less well, and so is every policy that leans on it.",
        body: bars::rows(&rows, Mark::Bar, "", &show::percent_tick),
        table: Table { head: &["Arm", "Given"], rows: cells },
    }
    .draw()
}
