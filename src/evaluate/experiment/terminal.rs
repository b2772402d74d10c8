//! An experiment in a screenful: the verdict, its tests, what every policy is worth with small bars.
//!
//! It fits the screen it is told of, colours only where it is told to, and shows no control character of a name.

use super::{Experiment, Policy};
use crate::evaluate::learned::terminal::{Screen, bar, paragraph, tame};
use crate::evaluate::report::number::{self, Currency};
use crate::evaluate::summary::Figure;
use console::{Alignment, measure_text_width, pad_str, truncate_str};
use std::fmt::Write;

/// Narrower bars tell nothing.
const LEAST_BAR: usize = 6;
/// Wider bars tell no more.
const MOST_BAR: usize = 24;

/// The experiment in words.
pub fn in_words(run: &Experiment, screen: &Screen) -> String {
    let mut out = String::new();
    if !run.randomised {
        paragraph(&mut out, "! Not causal: arms were not given by chance.", screen, true);
    }
    let sentence =
        if run.verdict.sentence.is_empty() { "Nothing was released in this run." } else { &run.verdict.sentence };
    paragraph(&mut out, sentence, screen, true);
    for (test, is_passed) in &run.verdict.tests {
        let mark = if *is_passed { "✓ passed:" } else { "✗ not passed:" };
        paragraph(&mut out, &format!("{mark} {test}"), screen, false);
    }
    if let Some((estimator, _)) = run.policies.iter().find_map(|policy| policy.values.first()) {
        let _ = writeln!(out);
        Table::of(run, estimator, screen).print(&mut out);
    }
    if let Some(log) = &run.log {
        let _ = writeln!(out);
        let text = format!(
            "learnt from {} rows after {} of earlier logs, by {}; a device gives the best arm and draws {} evenly",
            log.rows,
            log.rows_before,
            tame(&log.learns_by),
            number::percent(log.exploration, 1)
        );
        paragraph(&mut out, &text, screen, false);
    }
    if run.file.bytes > 0 {
        let _ = writeln!(out);
        let same = number::percent(run.file.same_as_learner, 2);
        let text = format!(
            "file of {} bytes, the same choice as the learner for {same} of rows; report.html says the rest",
            run.file.bytes
        );
        paragraph(&mut out, &text, screen, false);
    }
    out
}

/// Policies by one estimator.
struct Table<'a> {
    run: &'a Experiment,
    estimator: &'a str,
    screen: &'a Screen,
    name_room: usize,
    figure_room: usize,
}

impl<'a> Table<'a> {
    fn of(run: &'a Experiment, estimator: &'a str, screen: &'a Screen) -> Table<'a> {
        let mut table = Table { run, estimator, screen, name_room: 0, figure_room: 0 };
        let widest = |text: &dyn Fn(&Policy) -> String| {
            run.policies.iter().map(|policy| measure_text_width(&text(policy))).max().unwrap_or(0)
        };
        table.figure_room = widest(&|policy| table.printed(policy));
        table.name_room = widest(&|policy| tame(&policy.name)).clamp(6, 26);
        table
    }

    fn print(&self, out: &mut String) {
        let row = if self.run.rows[0].is_empty() { "row" } else { &self.run.rows[0] };
        let head = tame(&format!("  worth per {row}, by {}", self.estimator));
        let _ = writeln!(out, "{}", self.screen.soft(&truncate_str(&head, self.screen.room(), "…")));
        for (at, policy) in self.run.policies.iter().enumerate() {
            self.line(out, at, policy);
        }
    }

    fn line(&self, out: &mut String, at: usize, policy: &Policy) {
        let room = self.screen.room();
        let left = room.saturating_sub(2 + self.name_room + 2 + self.figure_room + 2).min(MOST_BAR);
        let (mark, figure) = (if self.is_released(at, policy) { "▸" } else { " " }, self.printed(policy));
        let name = tame(&policy.name);
        let name_room = self.name_room.min(room - 2);
        let name = pad_str(&truncate_str(&name, name_room, "…"), name_room, Alignment::Left, None).into_owned();
        let name = if mark == "▸" { self.screen.strong(&name) } else { name };
        if left < LEAST_BAR {
            let bar = self.screen.bar(&bar(self.share(policy), (room - 6).min(MOST_BAR)));
            let _ =
                writeln!(out, "{mark} {}\n    {}\n    {bar}", name.trim_end(), truncate_str(&figure, room - 4, "…"));
        } else {
            let figure = pad_str(&figure, self.figure_room, Alignment::Left, None).into_owned();
            let _ = writeln!(out, "{mark} {name}  {figure}  {}", self.screen.bar(&bar(self.share(policy), left)));
        }
    }

    fn is_released(&self, at: usize, policy: &Policy) -> bool {
        let verdict = &self.run.verdict;
        if verdict.learned { at == 0 } else { policy.name == verdict.released }
    }

    fn figure<'b>(&self, policy: &'b Policy) -> Option<&'b Figure> {
        policy.values.iter().find(|(name, _)| name == self.estimator).map(|(_, figure)| figure)
    }

    fn printed(&self, policy: &Policy) -> String {
        let money = Currency::of(&self.run.currency);
        let decimals = money.mean_decimals(self.most());
        let print = |value: f64| money.mean(value, decimals, false);
        tame(&match self.figure(policy) {
            Some(figure) if figure.low < figure.high => number::with_interval(figure, &print),
            Some(figure) => print(figure.value),
            None => number::DASH.to_string(),
        })
    }

    fn most(&self) -> f64 {
        self.run.policies.iter().filter_map(|it| self.figure(it)).map(|it| it.value).fold(0.0, f64::max)
    }

    /// How long a bar is: from nothing up to the greatest.
    fn share(&self, policy: &Policy) -> f64 {
        let share = self.figure(policy).map_or(0.0, |figure| figure.value) / self.most();
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }
}
