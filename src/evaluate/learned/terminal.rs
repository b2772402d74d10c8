//! A run in a screenful: the verdict, a table of candidates with small bars, what to know before using it.
//!
//! It fits the screen it is told of, colours only where it is told to, and shows no control character of a name.

use super::{Candidate, Metric, Run};
use crate::evaluate::report::{LearnedVerdict, number};
use crate::evaluate::summary::Figure;
use console::{measure_text_width, pad_str, truncate_str};
use std::fmt::Write;

/// What is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Characters in a line.
    pub columns: usize,
    /// Whether colours are understood.
    pub colour: bool,
}

impl Screen {
    /// Paper, a pipe, a file.
    pub const PLAIN: Screen = Screen { columns: 80, colour: false };

    /// The terminal that standard output goes to, or [`Screen::PLAIN`]. `NO_COLOR` and `CLICOLOR` are obeyed.
    pub fn of_stdout() -> Screen {
        let terminal = console::Term::stdout();
        match terminal.size_checked().filter(|_| terminal.is_term()) {
            Some((_, columns)) => Screen { columns: usize::from(columns), colour: console::colors_enabled() },
            None => Screen::PLAIN,
        }
    }

    pub(in crate::evaluate) fn room(&self) -> usize {
        self.columns.clamp(24, 120)
    }

    pub(in crate::evaluate) fn strong(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_string() }
    }

    pub(in crate::evaluate) fn soft(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_string() }
    }

    pub(in crate::evaluate) fn bar(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[34m{text}\u{1b}[0m") } else { text.to_string() }
    }
}

/// The run in words.
pub fn in_words(run: &Run, screen: &Screen) -> String {
    let (verdict, mut out) = (LearnedVerdict::of(run), String::new());
    paragraph(&mut out, &verdict.headline, screen, true);
    verdict.details.iter().for_each(|sentence| paragraph(&mut out, sentence, screen, false));
    let _ = writeln!(out);
    table(&mut out, run, screen);
    for warning in &run.warnings {
        let _ = writeln!(out);
        paragraph(&mut out, &format!("! {warning}"), screen, true);
    }
    if run.model_bytes > 0 {
        let _ = writeln!(out);
        paragraph(
            &mut out,
            &format!("model.skonto {} bytes; report.html says the rest", run.model_bytes),
            screen,
            false,
        );
    }
    out
}

/// Text without control characters, in ordinary spaces.
pub(in crate::evaluate) fn tame(text: &str) -> String {
    let tame = |letter: char| match letter {
        number::THIN => ' ',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(tame).collect()
}

/// Text broken between words.
pub(in crate::evaluate) fn paragraph(out: &mut String, text: &str, screen: &Screen, strong: bool) {
    let text = tame(text);
    let mut line = String::new();
    let mut print = |line: &str| {
        let _ = writeln!(out, "{}", if strong { screen.strong(line) } else { line.to_string() });
    };
    for word in text.split_whitespace() {
        let word = &*truncate_str(word, screen.room(), "…");
        if !line.is_empty() && measure_text_width(&line) + 1 + measure_text_width(word) > screen.room() {
            print(&line);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    print(&line);
}

fn table(out: &mut String, run: &Run, screen: &Screen) {
    let measure = run.chosen.measure;
    let all = || run.candidates.iter().chain(&run.baselines);
    let most = all().filter_map(|it| it.figure(measure)).map(|figure| figure.value).fold(0.0, f64::max);
    let name_room = all().map(|it| measure_text_width(&tame(&it.name))).max().unwrap_or(0).clamp(9, 26);
    let figure_room = all().filter_map(|it| it.figure(measure)).map(|it| printed(measure, it).chars().count()).max();
    let figure_room = figure_room.unwrap_or(0);
    let bar_room = screen.room().saturating_sub(2 + name_room + 2 + figure_room + 2).min(24);
    let head = format!(
        "{} ({})",
        measure.name(),
        if measure.higher_is_better() { "higher is better" } else { "lower is better" }
    );
    let _ = writeln!(out, "{}", screen.soft(&truncate_str(&format!("  {head}"), screen.room(), "…")));
    // Too narrow for three columns: the figure gets a line of its own.
    let stacked = bar_room < 6;
    let name_room = if stacked { name_room.min(screen.room() - 2) } else { name_room };
    for candidate in all() {
        let name = named(run, candidate, name_room, screen);
        let Some(figure) = candidate.figure(measure) else {
            let _ = writeln!(out, "{}  {}", name.trim_end(), number::DASH);
            continue;
        };
        let text = printed(measure, figure);
        if stacked {
            let text = if text.chars().count() + 4 > screen.room() { tame(&measure.print(figure.value)) } else { text };
            let bar = bar(share(measure, figure.value, most), (screen.room() - 6).min(24));
            let _ = writeln!(out, "{}\n    {text}\n    {}", name.trim_end(), screen.bar(&bar));
        } else {
            let bar = bar(share(measure, figure.value, most), bar_room);
            let _ = writeln!(out, "{name}  {text:<figure_room$}  {}", screen.bar(&bar));
        }
    }
}

fn named(run: &Run, candidate: &Candidate, room: usize, screen: &Screen) -> String {
    let is_chosen = candidate.name == run.chosen.name;
    let name = tame(&candidate.name);
    let name = pad_str(&truncate_str(&name, room, "…"), room, console::Alignment::Left, None).into_owned();
    let mark = if is_chosen { "▸" } else { " " };
    format!("{mark} {}", if is_chosen { screen.strong(&name) } else { name })
}

fn printed(measure: Metric, figure: &Figure) -> String {
    let print = |value: f64| tame(&measure.print(value));
    match figure.low < figure.high {
        true => format!("{} ({} to {})", print(figure.value), print(figure.low), print(figure.high)),
        false => print(figure.value),
    }
}

/// How long a bar is: from guessing for ROC-AUC, from nothing otherwise, up to the greatest.
fn share(measure: Metric, value: f64, most: f64) -> f64 {
    let from = if measure == Metric::RocAuc { 0.5 } else { 0.0 };
    let share = (value - from) / (most - from);
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
}

/// A bar in eighths of a character.
pub fn bar(share: f64, room: usize) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share.clamp(0.0, 1.0) * room as f64 * 8.0).round() as usize;
    "█".repeat(eighths / 8) + PARTS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::learned::{Chosen, Task};

    fn run() -> Run {
        let candidate = |name: &str, value: f64| Candidate {
            name: name.into(),
            figures: [(Metric::RocAuc, Figure { value, low: value - 0.01, high: value + 0.01 })].into(),
            ..Candidate::default()
        };
        Run {
            task: Task { rows: "visits".into(), ..Task::default() },
            candidates: vec![candidate("boosted trees", 0.94), candidate("逻辑回归 \u{1b}[31m with a long name", 0.9)],
            chosen: Chosen { name: "boosted trees".into(), ..Chosen::default() },
            model_bytes: 54_321,
            warnings: vec!["A warning wider than a narrow screen, with_a_name_that_no_narrow_screen_can_hold.".into()],
            ..Run::default()
        }
    }

    #[test]
    fn no_line_is_wider_than_the_screen() {
        for columns in [24, 30, 40, 60, 80, 200] {
            let text = in_words(&run(), &Screen { columns, colour: false });
            for line in text.lines() {
                assert!(measure_text_width(line) <= columns, "{columns}: {line}");
            }
            assert!(text.contains("0.940") && text.contains('█'), "{text}");
        }
    }

    #[test]
    fn colours_and_escapes_of_names_stay_out_of_pipes() {
        let plain = in_words(&run(), &Screen::PLAIN);
        assert!(!plain.contains('\u{1b}'), "{plain}");
        let coloured = in_words(&run(), &Screen { columns: 80, colour: true });
        assert!(coloured.contains("\u{1b}[1m▸") || coloured.contains("\u{1b}[1mboosted"), "{coloured}");
        assert!(!coloured.contains("\u{1b}[31m"));
    }

    #[test]
    fn bars_grow_by_eighths() {
        assert_eq!([bar(0.0, 4), bar(1.0, 4), bar(1.0 / 32.0, 4), bar(0.5 + 3.0 / 32.0, 4)], ["", "████", "▏", "██▍"]);
        assert_eq!(share(Metric::RocAuc, 0.5, 0.9), 0.0);
        assert_eq!(share(Metric::Rmse, f64::NAN, 0.9), 0.0);
    }
}
