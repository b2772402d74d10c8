//! What another file would have done with decisions that were made: the figures, and how they are told.
//!
//! *Not* here: how they come about; that is the replay of an [experiment](crate::train::experiment).

use super::summary::Figure;
use serde::Serialize;
use std::fmt::Write;

/// Groups told on a terminal from either end.
const TOLD: usize = 4;

/// Decisions made again.
#[derive(Clone, Debug, Serialize)]
pub struct Replay {
    /// The file that decides again.
    pub candidate: String,
    /// What it is held against.
    pub before_is: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Whether arms were given by a known chance; otherwise differences are observational, not causal.
    pub randomised: bool,
    /// Decisions.
    pub rows: u64,
    /// How many evenly weighted rows the estimates of the candidate are worth.
    pub effective_rows: f64,
    /// Before.
    pub before: Side,
    /// After.
    pub after: Side,
    /// What a decision brings more after than before, its cost taken off, in units of the currency.
    pub gain: Figure,
    /// From which arm to which.
    pub moves: Vec<Move>,
    /// Who gains and who loses, the largest loss first.
    pub groups: Vec<Group>,
}

/// One way of deciding.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Side {
    /// Share of decisions that offer something.
    pub offered: f64,
    /// What offers cost per decision, in units of the currency.
    pub spend: f64,
    /// Share of shoppers who take part.
    pub take_up: Figure,
}

/// Decisions that change from one arm to another, or keep theirs.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    /// The arm before.
    pub from: String,
    /// The arm after.
    pub to: String,
    /// Of all decisions.
    pub share: f64,
}

/// Shoppers who have something in common.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// What.
    pub who: String,
    /// Their decisions.
    pub rows: u64,
    /// Share offered something before.
    pub offered_before: f64,
    /// Share offered something after.
    pub offered_after: f64,
    /// What one of their decisions brings more after than before, in units of the currency.
    pub gain: Figure,
}

/// A replay in a screenful.
pub fn in_words(replay: &Replay) -> String {
    let Replay { candidate, before_is, currency, before, after, gain, .. } = replay;
    let mut out = String::new();
    if !replay.randomised {
        let _ = writeln!(out, "Observational, not causal: nobody drew the arms of these rows.\n");
    }
    let _ = writeln!(
        out,
        "{candidate} decides {} decisions again, against {before_is}: {}.\nIts estimates are worth {:.0} rows.\n",
        replay.rows,
        verdict(gain, currency),
        replay.effective_rows
    );
    let _ = writeln!(out, "{:<30} {:>10} {:>10}", "", "before", "after");
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let _ = writeln!(out, "{:<30} {:>10} {:>10}", "offered something", percent(before.offered), percent(after.offered));
    let spend = |side: &super::replay::Side| format!("{:.4}", side.spend);
    let _ =
        writeln!(out, "{:<30} {:>10} {:>10}", format!("spend per decision, {currency}"), spend(before), spend(after));
    let half = |figure: &Figure| percent((figure.high - figure.low) / 2.0);
    let _ = writeln!(
        out,
        "{:<30} {:>10} {:>10}  (± {}, ± {})",
        "take part",
        percent(before.take_up.value),
        percent(after.take_up.value),
        half(&before.take_up),
        half(&after.take_up)
    );
    let _ = writeln!(out, "\nFrom which arm to which:");
    for step in &replay.moves {
        let _ = writeln!(out, "  {:<28} {:>9}", format!("{} → {}", step.from, step.to), percent(step.share));
    }
    tell_groups(&mut out, replay);
    out
}

fn verdict(gain: &Figure, currency: &str) -> String {
    let Figure { value, low, high } = *gain;
    let interval = format!("{value:+.4} {currency} each ({low:+.4} to {high:+.4})");
    match (low > 0.0, high < 0.0) {
        (true, _) => format!("they bring more, {interval}"),
        (_, true) => format!("they bring less, {interval}"),
        _ => format!("no difference is shown, {interval}"),
    }
}

fn tell_groups(out: &mut String, replay: &Replay) {
    let line = |out: &mut String, group: &Group| {
        let Figure { value, low, high } = group.gain;
        let offers = format!("{:.0} % → {:.0} %", 100.0 * group.offered_before, 100.0 * group.offered_after);
        let _ = writeln!(out, "  {:<36} {value:>+9.4} ({low:+.4} to {high:+.4})  offers {offers}", group.who);
    };
    let groups = &replay.groups;
    let _ = writeln!(out, "\nWho loses, or gains least, per decision in {}:", replay.currency);
    groups.iter().take(TOLD).for_each(|group| line(out, group));
    let _ = writeln!(out, "\nWho gains most:");
    groups.iter().rev().take(TOLD).for_each(|group| line(out, group));
}
