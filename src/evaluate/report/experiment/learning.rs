//! How a bandit learnt from a log, and how what it learnt explores on a device.

use super::show::{self, Show};
use crate::evaluate::experiment::Learning;
use crate::evaluate::report::number;
use crate::evaluate::report::panel::section;
use maud::{Markup, html};

/// The section; none where nothing was learnt from a log.
pub fn draw(show: &Show) -> Option<Markup> {
    let log = show.run.log.as_ref()?;
    let lead = format!(
        "Earlier {} taught, one after the other as their rewards became known; later ones judged. For the next log all of \
        them have taught.",
        show.rows()
    );
    let body = html! {
        dl.card {
            div { dt { "Taught" } dd { (number::count(log.rows)) " " (show.rows()) (before(log, show)) } }
            div { dt { "Counting for" } dd { (number::amount(log.counted)) " outcomes" (half_life(log)) } }
            div { dt { "Reward known after" } dd { (number::amount(log.delay_days)) " days on average" } }
            div { dt { "Response" } dd { (log.response) } }
            div { dt { "Learns by" } dd { (show::first_up(&log.learns_by)) "; " (number::percent(log.floor, 1)) " of draws are even" } }
            div { dt { "A device explores by" } dd { (served(log)) } }
        }
        p.note { (apart(log, show)) }
    };
    Some(section("learning", "How it learnt", &lead, body))
}

fn before(log: &Learning, show: &Show) -> String {
    match log.rows_before {
        0 => ", from nothing".into(),
        rows => format!(", after {} of earlier logs", number::count(rows) + " " + show.rows()),
    }
}

fn half_life(log: &Learning) -> String {
    match log.half_life_days {
        Some(days) => format!("; one counts half after {} days", number::amount(days)),
        None => "; old ones as much as new ones".into(),
    }
}

fn served(log: &Learning) -> String {
    match log.exploration > 0.0 {
        true => format!(
            "The best arm, but {} of decisions drawn evenly from the arms that are allowed (ε-greedy)",
            number::percent(log.exploration, 1)
        ),
        false => "Nothing: the best arm always. The next log then tells nothing of the others".into(),
    }
}

/// That the rule served is not the rule that learns, and how far the two are apart.
fn apart(log: &Learning, show: &Show) -> String {
    format!(
        "A device does not draw as the bandit itself would: it holds what each arm is expected to bring, not how sure that \
        is. On {} of held-out {} the two must draw differently. What is judged above is what a device does, and its own \
        probabilities are what it logs.",
        number::percent(log.apart, 1),
        show.rows()
    )
}
